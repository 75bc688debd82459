"""Scopes inside a sentence: its clauses, and which words a negation, a modal or a quantifier applies to."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.text.lazy import lazy_property
from rag.verification.vocabulary import DENIED_VERBS, DENYING, FRENCH_NEGATIVES, FUNCTIONAL, POSSIBLE, QUANTIFIERS

_BREAK = re.compile(r"[,;:()–—«»“”\"]| - ")
_OPENERS = frozenset(
    """mais but que qu that qui which who whom whose where ou parce because tandis while alors although si if lorsque
    lorsqu quand when puisque since dont et and car or""".split()
)
_REACH = 6  # words
_QUANTIFIED = 3  # words from a quantifier to its noun
_PRONOUNS = frozenset("chacun chacune everyone everybody".split())
_ONLY = frozenset("only just merely seulement uniquement".split())


@dataclass(frozen=True)
class Scopes:
    """Folded words of a sentence, and what stands before each of them."""

    words: Sequence[str]
    gaps: Sequence[str]  # the characters before each word, after the one before it

    @lazy_property
    def clauses(self) -> list[int]:
        """Return the number of the clause of each word."""
        clause, numbers = 0, []
        for at, word in enumerate(self.words):
            clause += at > 0 and (word in _OPENERS or bool(_BREAK.search(self.gaps[at])))
            numbers.append(clause)
        return numbers

    @lazy_property
    def cues(self) -> frozenset[int]:
        """Return the positions of the words that deny something."""
        return frozenset(at for cue, _ in self._negations for at in cue)

    @lazy_property
    def denied(self) -> frozenset[int]:
        """Return the positions of the words that are denied."""
        return frozenset(at for _, scope in self._negations for at in scope)

    @lazy_property
    def modals(self) -> frozenset[int]:
        """Return the positions of the words that make something merely possible."""
        return frozenset(at for at, word in enumerate(self.words) if word in POSSIBLE)

    @lazy_property
    def possible(self) -> frozenset[int]:
        """Return the positions of the words that are said to be merely possible."""
        return frozenset(position for at in self.modals for position in self._next(at))

    @lazy_property
    def quantified(self) -> dict[int, str]:
        """Return the quantifier of each word that has one."""
        return {
            position: QUANTIFIERS[word]
            for at, word in enumerate(self.words)
            if word in QUANTIFIERS and word not in _PRONOUNS
            for position in self._next(at)
            if position - at <= _QUANTIFIED
        }

    @lazy_property
    def _negations(self) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Return each negation: the positions of its words, and of those that it denies."""
        negations = list(self._french())
        cues = {at for cue, _ in negations for at in cue}
        for at, word in enumerate(self.words):
            if (at not in cues and self._denies(at)) or word in DENIED_VERBS:
                negations.append(((at,), tuple(self._next(at))))
        return negations

    def _french(self) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Yield «ne … pas», «personne ne …»; «ne … que» restricts, and «ne» alone may mean nothing."""
        for at, word in enumerate(self.words):
            if word not in ("ne", "n"):
                continue
            reach = range(at + 1, min(len(self.words), at + _REACH + 1))
            after = next((position for position in reach if self.words[position] in FRENCH_NEGATIVES), None)
            before = [
                position for position in range(max(0, at - _REACH), at) if self.words[position] in FRENCH_NEGATIVES
            ]
            if after is not None and not (_ONLY & set(self.words[after + 1 : after + 2])):
                between = [position for position in range(at + 1, after) if self.words[position] not in FUNCTIONAL]
                yield (at, after), tuple(between or self._next(after))
            elif after is None and before:
                yield (before[-1], at), tuple(self._next(at))

    def _denies(self, at: int) -> bool:
        word, following = self.words[at], self.words[at + 1 : at + 2]
        if word == "t":  # of "don't"
            return at > 0 and self.gaps[at] in ("'", "’") and self.words[at - 1].endswith("n")
        if word not in DENYING or (following and (following[0] in _ONLY or following[0].isdigit())):
            return False
        return word not in ("non", "no") or not following or self.gaps[at + 1] in (" ", "-", "\u00a0")

    def _next(self, at: int) -> list[int]:
        """Return the position of the next word with meaning in the clause of ``at``, if there is one."""
        for position in range(at + 1, min(len(self.words), at + _REACH + 1)):
            if self.clauses[position] != self.clauses[at]:
                return []
            if self.words[position] not in FUNCTIONAL:
                return [position]
        return []
