"""Mentions in a sentence of what could answer: dates, numbers, names, quotations, places, causes.

Each pattern is searched for when its matches are first read, and once.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.text.lazy import lazy_property
from rag.text.patterns import CAUSE, DATE, NAME, NUMBER, PLACE_NAME, QUOTED
from rag.text.prefilter import Triggers

Matches = Sequence[re.Match[str]]


@dataclass(frozen=True)
class Mentions:
    """The matches of each pattern in a text with known triggers."""

    text: str
    triggers: Triggers

    @lazy_property
    def dates(self) -> Matches:
        """Return the matches of dates, in order."""
        return tuple(DATE.finditer(self.text, self.triggers))

    @lazy_property
    def numbers(self) -> Matches:
        """Return the matches of numbers, in order."""
        return tuple(NUMBER.finditer(self.text, self.triggers))

    @lazy_property
    def names(self) -> Matches:
        """Return the matches of names, that is runs of words with a capital, in order."""
        return tuple(NAME.finditer(self.text))

    @lazy_property
    def quoted(self) -> Matches:
        """Return the matches of quotations, in order."""
        return tuple(QUOTED.finditer(self.text))

    @lazy_property
    def names_place(self) -> bool:
        """Return whether the text names a place after a preposition."""
        return PLACE_NAME.search(self.text) is not None

    @lazy_property
    def causes(self) -> Matches:
        """Return the matches of words that introduce a cause, in order."""
        return tuple(CAUSE.finditer(self.text, self.triggers))
