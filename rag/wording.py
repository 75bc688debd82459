"""The sentences of the program that are part of answers, in French and English, and how French is typeset."""

import re
from typing import NamedTuple

# French sets a no-break space inside guillemets, and before marks of two parts; sentences are typed with plain spaces.
_BREAKABLE = re.compile(r"(?<=«) | (?=[»:;?!])")


def typeset_french(text: str) -> str:
    """Return a French sentence of the program with its no-break spaces. Text of documents is never typeset."""
    return _BREAKABLE.sub("\N{NO-BREAK SPACE}", text)


class Wording(NamedTuple):
    """A sentence in both languages; braces, the same number in each, are filled in with values."""

    french: str
    english: str

    def write(self, language: str, *values: object) -> str:
        """Return the sentence in French, or in English for any other language; ``values`` are not typeset."""
        return (typeset_french(self.french) if language == "fr" else self.english).format(*values)
