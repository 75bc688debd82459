"""Patterns that are tried only at words that may begin a match, their triggers: most sentences have none.

A sentence is split into words once for a whole ``PatternSet``; each word that is a trigger is kept with a bit mask of
the patterns that it may begin. This is the literal prefilter of multi-pattern matchers such as Hyperscan, by words.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

_WORD = re.compile(r"\w+")
Triggers = Sequence[tuple[int, int]]  # offset of each trigger word, and the bits of the patterns that it may begin


class PrefilteredPattern:
    """A case-insensitive pattern whose matches begin at a word, or at most ``lookbehind`` characters ahead of one.

    It finds what ``re`` finds, in the same order. ``trigger`` matches the start of each word that may begin a match.
    """

    def __init__(self, pattern: str, trigger: str, lookbehind: int = 0) -> None:
        self.pattern, self.trigger, self.bit = pattern, trigger, 1
        self._lookbehind = lookbehind
        self._match = re.compile(pattern, re.IGNORECASE).match
        self.is_trigger = re.compile(trigger, re.IGNORECASE).match

    def finditer(self, text: str, triggers: Triggers | None = None) -> Iterator[re.Match[str]]:
        """Yield the matches in the text, in order; ``triggers`` are those that its ``PatternSet`` found, if known."""
        if triggers is None:
            triggers = [(word.start(), self.bit) for word in _WORD.finditer(text) if self.is_trigger(word.group())]
        end = 0
        for start, bits in triggers:
            if bits & self.bit and (match := self._at(text, start, end)):
                end = match.end()
                yield match

    def search(self, text: str, triggers: Triggers | None = None) -> re.Match[str] | None:
        """Return the first match, or None."""
        return next(self.finditer(text, triggers), None)

    def _at(self, text: str, start: int, end: int) -> re.Match[str] | None:
        """Return the match that the word at ``start`` begins, if it begins at ``end`` or later."""
        for offset in range(max(end, start - self._lookbehind), start + 1):
            match = self._match(text, offset)
            if match:
                return match
        return None


class GuardedPatterns:
    """Large patterns that are tried only where a small one matches, and compiled when it first does, or by ``load``."""

    def __init__(self, guard: str, *patterns: str) -> None:
        self._guard, self._patterns = re.compile(guard), patterns

    @cached_property
    def _compiled(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(pattern) for pattern in self._patterns)

    def load(self) -> None:
        """Compile the patterns now."""
        _ = self._compiled

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the matches of the first pattern, in order, then those of the next."""
        if self._guard.search(text):
            for pattern in self._compiled:
                yield from pattern.finditer(text)


Pattern = PrefilteredPattern | re.Pattern[str]


class PatternSet:
    """Patterns whose triggers are found together. A pattern belongs to one set."""

    def __init__(self, patterns: Sequence[PrefilteredPattern]) -> None:
        self.patterns = tuple(patterns)
        for number, pattern in enumerate(self.patterns):
            pattern.bit = 1 << number
        self._is_trigger = re.compile("|".join(f"(?:{pattern.trigger})" for pattern in patterns), re.IGNORECASE).match

    def find_triggers(self, text: str) -> Triggers:
        """Return the triggers in a text, or in a part of it that ends where words do."""
        words = [word for word in _WORD.finditer(text) if self._is_trigger(word.group())]
        return tuple((word.start(), self._bits(word.group())) for word in words)

    def _bits(self, word: str) -> int:
        return sum(pattern.bit for pattern in self.patterns if pattern.is_trigger(word))
