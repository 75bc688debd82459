"""Patterns that are looked for only at words that may open a match: in most sentences there is none."""

import re
from collections.abc import Iterator
from functools import lru_cache

_WORD = re.compile(r"\w+")
_all: list["Opening"] = []  # in the order of their bits


class Opening:
    """A pattern, case apart, whose matches all begin at the start of a word, or at most ``before`` characters ahead.

    It finds what ``re`` finds, in the same order. ``first`` matches the start of each word that may open a match.
    """

    def __init__(self, pattern: str, first: str, before: int = 0) -> None:
        self.pattern, self._before, self._bit = pattern, before, 1 << len(_all)
        self._match = re.compile(pattern, re.IGNORECASE).match
        self._first = re.compile(first, re.IGNORECASE).match
        _all.append(self)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        end = 0
        for start, opened in _openings(text):
            if opened & self._bit and (match := self._at(text, start, end)):
                end = match.end()
                yield match

    def search(self, text: str) -> re.Match[str] | None:
        return next(self.finditer(text), None)

    def may_open(self, word: str) -> int:
        """Its bit, or 0."""
        return self._bit if self._first(word) else 0

    def _at(self, text: str, start: int, end: int) -> re.Match[str] | None:
        """The match that the word at ``start`` opens, if it begins at ``end`` or later."""
        for place in range(max(end, start - self._before), start + 1):
            match = self._match(text, place)
            if match:
                return match
        return None


Pattern = Opening | re.Pattern[str]


@lru_cache(maxsize=64)  # several patterns look at one sentence after another
def _openings(text: str) -> list[tuple[int, int]]:
    """Where each word starts that may open a match, with the bits of the patterns."""
    return [(word.start(), opened) for word in _WORD.finditer(text) if (opened := _opened_by(word.group()))]


@lru_cache(maxsize=50_000)
def _opened_by(word: str) -> int:
    return sum(pattern.may_open(word) for pattern in _all)
