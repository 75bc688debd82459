"""Which words of a question a text holds, itself or through what stands for them, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

from rag.retrieval.expansion import FIELDS, QueryTerm
from rag.text.lazy import lazy_property

_SAME = 0.85  # the weight from which a word counts as there itself
_DATED = 0.9
_APART = 3  # terms between which two words still stand together


class Matcher:
    """Matches texts against the words of one question."""

    def __init__(self, words: Sequence[QueryTerm], dated: bool = False) -> None:
        """``dated``: the question names a time; being of that time counts as one more word, a rare one."""
        self.words = (*words, *([QueryTerm("", _DATED, {})] if dated else []))
        self.dated = dated
        self.rarities = [word.rarity for word in self.words]
        self.total = sum(self.rarities) or 1.0
        self._standing: dict[str, dict[str, list[tuple[int, float]]]] = {field: {} for field in FIELDS}
        for at, word in enumerate(words):
            for field, alternatives in word.terms.items():
                for term, weight in alternatives.items():
                    self._standing[field].setdefault(term, []).append((at, weight))

    def match(self, field: str, terms: Sequence[str], timely: bool = False) -> "Match":
        """``terms`` are those of a text, in order, as ``field`` holds them; ``timely``: it is of the time asked for."""
        standing = self._standing[field]
        held, found = [0.0] * len(self.words), []
        for place, term in enumerate(terms):
            if term in standing:
                for at, weight in standing[term]:
                    if weight > held[at]:
                        held[at] = weight
                    found.append((at, place, term))
        if self.dated and timely:
            held[-1] = 1.0
        return Match(self, held, found)

    def holds(self, field: str, terms: Sequence[str]) -> bool:
        """Whether one of the terms stands for a word."""
        standing = self._standing[field]
        return any(term in standing for term in terms)

    def union(self, matches: Sequence["Match"]) -> "Match":
        """What several texts hold together; places are lost."""
        held = list(map(max, zip(*(match.held for match in matches), strict=True)))
        return Match(self, held, [])


@dataclass
class Match:
    """What a text holds: ``held`` has, for each word of the question, the weight of what stands for it, 0 to 1."""

    of: Matcher
    held: list[float]
    found: list[tuple[int, int, str]]  # the word's number, its place in the text, the term that stands for it

    @property
    def total(self) -> float:
        return self.of.total

    @lazy_property
    def soft(self) -> float:
        """The share of the question's rarity that is held, 0 to 1."""
        return float(sum(map(mul, self.of.rarities, self.held))) / self.total

    @lazy_property
    def exact(self) -> float:
        """The same, of words that stand there themselves, or in translation."""
        pairs = zip(self.of.rarities, self.held, strict=True)
        return sum(rarity for rarity, weight in pairs if weight >= _SAME) / self.total

    @lazy_property
    def missing(self) -> tuple[float, float]:
        """How rare the two rarest words are that are not held."""
        pairs = zip(self.of.rarities, self.held, strict=True)
        gaps = sorted((rarity * (1 - weight) for rarity, weight in pairs), reverse=True)
        return (*gaps, 0.0, 0.0)[0], (*gaps, 0.0, 0.0)[1]

    @lazy_property
    def asked(self) -> frozenset[str]:
        """The terms that stand for a word."""
        return frozenset(term for _, _, term in self.found)

    @lazy_property
    def places(self) -> tuple[int, ...]:
        """Where they stand, in order."""
        return tuple(sorted({place for _, place, _ in self.found}))

    @lazy_property
    def order(self) -> float:
        """The share of neighbouring words of the question that stand together in the text."""
        at: dict[int, list[int]] = {}
        for word, place, _ in self.found:
            at.setdefault(word, []).append(place)
        couples = [(at[n], at[n + 1]) for n in range(len(self.held) - 1) if n in at and n + 1 in at]
        together = sum(any(0 < abs(a - b) <= _APART for a in left for b in right) for left, right in couples)
        return together / max(1, len(self.held) - 1)

    @lazy_property
    def nearness(self) -> float:
        """How closely the words that are held stand together: their number over the window that holds them."""
        first: dict[int, int] = {}
        for word, place, _ in self.found:
            first.setdefault(word, place)
        places = set(first.values())
        return len(places) / (max(places) - min(places) + 1) if len(places) > 1 else 0.0
