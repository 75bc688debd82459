"""Where a sentence holds what could answer: a date, a number, a name, a quotation, a place, a cause.

Nothing is looked for before it is asked after, and nothing twice.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.text.lazy import lazy_property
from rag.text.patterns import CAUSE, DATE, NAME, NUMBER, PLACE, QUOTED
from rag.text.prefilter import Triggers

Matches = Sequence[re.Match[str]]


@dataclass(frozen=True)
class Mentions:
    """The matches of each pattern in a text whose triggers are known."""

    text: str
    triggers: Triggers

    @lazy_property
    def dates(self) -> Matches:
        return tuple(DATE.finditer(self.text, self.triggers))

    @lazy_property
    def numbers(self) -> Matches:
        return tuple(NUMBER.finditer(self.text, self.triggers))

    @lazy_property
    def names(self) -> Matches:
        return tuple(NAME.finditer(self.text))

    @lazy_property
    def quoted(self) -> Matches:
        return tuple(QUOTED.finditer(self.text))

    @lazy_property
    def place(self) -> bool:
        return PLACE.search(self.text) is not None

    @lazy_property
    def causes(self) -> Matches:
        return tuple(CAUSE.finditer(self.text, self.triggers))
