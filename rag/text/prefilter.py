"""Patterns that are looked for only at words that may open a match: in most sentences there is none."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

_WORD = re.compile(r"\w+")
_all: list["Opening"] = []  # in the order of their bits
Openings = Sequence[tuple[int, int]]  # where each word starts that may open a match, with the bits of the patterns


class Opening:
    """A pattern, case apart, whose matches all begin at the start of a word, or at most ``before`` characters ahead.

    It finds what ``re`` finds, in the same order. ``first`` matches the start of each word that may open a match.
    """

    def __init__(self, pattern: str, first: str, before: int = 0) -> None:
        self.pattern, self._before, self._bit = pattern, before, 1 << len(_all)
        self._match = re.compile(pattern, re.IGNORECASE).match
        self.first, self._opens = first, re.compile(first, re.IGNORECASE).match
        _all.append(self)

    def finditer(self, text: str, opened: Openings | None = None) -> Iterator[re.Match[str]]:
        """The matches in the text, whose openings may be known."""
        end = 0
        for start, bits in openings(text) if opened is None else opened:
            if bits & self._bit and (match := self._at(text, start, end)):
                end = match.end()
                yield match

    def search(self, text: str, opened: Openings | None = None) -> re.Match[str] | None:
        return next(self.finditer(text, opened), None)

    def may_open(self, word: str) -> int:
        """Its bit, or 0."""
        return self._bit if self._opens(word) else 0

    def _at(self, text: str, start: int, end: int) -> re.Match[str] | None:
        """The match that the word at ``start`` opens, if it begins at ``end`` or later."""
        for place in range(max(end, start - self._before), start + 1):
            match = self._match(text, place)
            if match:
                return match
        return None


Pattern = Opening | re.Pattern[str]


def openings(text: str) -> Openings:
    """Where something may open in a text, or in a part of it that ends where words do."""
    first = _any_first()
    words = [word for word in _WORD.finditer(text) if first(word.group())]
    return tuple((word.start(), sum(pattern.may_open(word.group()) for pattern in _all)) for word in words)


@cache
def _any_first() -> Callable[[str], object]:
    """Whether a word may open a match of any pattern: most do not."""
    return re.compile("|".join(f"(?:{pattern.first})" for pattern in _all), re.IGNORECASE).match
