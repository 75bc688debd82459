"""Match the words of a question, or their alternatives, with the terms of a text."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

from rag.retrieval.expansion import FIELDS, QueryTerm
from rag.text.lazy import lazy_property

_SAME = 0.85  # least weight at which a word counts as found as it is
_DATED = 0.9  # idf of the time asked for
_APART = 3  # greatest distance, in terms, of two words that are close together


class Matcher:
    """Matches texts against the words of one question."""

    def __init__(self, words: Sequence[QueryTerm], dated: bool = False) -> None:
        """Prepare the words of a question; if it is ``dated``, being of its time counts as one more rare word."""
        self.words = (*words, *([QueryTerm("", _DATED, {})] if dated else []))
        self.dated = dated
        self.idfs = [word.idf for word in self.words]
        self.total = sum(self.idfs) or 1.0
        self._words_of_term: dict[str, dict[str, list[tuple[int, float]]]] = {field: {} for field in FIELDS}
        for at, word in enumerate(words):
            for field, alternatives in word.terms.items():
                for term, weight in alternatives.items():
                    self._words_of_term[field].setdefault(term, []).append((at, weight))

    def match(self, field: str, terms: Sequence[str], timely: bool = False) -> "Match":
        """Match the terms of a text, in order; ``timely`` says that it is of the time asked for.

        ``field`` is the analysis that made the terms: "fr", "en" or "plain".
        """
        words_of_term = self._words_of_term[field]
        weights, occurrences = [0.0] * len(self.words), []
        for position, term in enumerate(terms):
            if term in words_of_term:
                for at, weight in words_of_term[term]:
                    if weight > weights[at]:
                        weights[at] = weight
                    occurrences.append((at, position, term))
        if self.dated and timely:
            weights[-1] = 1.0
        return Match(self, weights, occurrences)

    def holds(self, field: str, terms: Sequence[str]) -> bool:
        """Return whether one of the terms stands for a question word."""
        words_of_term = self._words_of_term[field]
        return any(term in words_of_term for term in terms)

    def union(self, matches: Sequence["Match"]) -> "Match":
        """Return the best match of each word in any of several texts, without positions."""
        weights = list(map(max, zip(*(match.weights for match in matches), strict=True)))
        return Match(self, weights, [])


@dataclass
class Match:
    """The question words in a text: ``weights`` are the weights of the best alternative found for each, 0 to 1."""

    matcher: Matcher
    weights: list[float]
    occurrences: list[tuple[int, int, str]]  # the word's number, its position in the text, the matching term

    @property
    def total(self) -> float:
        """Return the summed idf of the question words."""
        return self.matcher.total

    @lazy_property
    def soft_coverage(self) -> float:
        """Return the share of the question words found, weighted by idf, 0 to 1."""
        return float(sum(map(mul, self.matcher.idfs, self.weights))) / self.total

    @lazy_property
    def coverage(self) -> float:
        """Return the same, for words found as they are or in translation."""
        pairs = zip(self.matcher.idfs, self.weights, strict=True)
        return sum(idf for idf, weight in pairs if weight >= _SAME) / self.total

    @lazy_property
    def missing(self) -> tuple[float, float]:
        """Return the idf of the two rarest words that are missing, rarest first."""
        pairs = zip(self.matcher.idfs, self.weights, strict=True)
        gaps = sorted((idf * (1 - weight) for idf, weight in pairs), reverse=True)
        return (*gaps, 0.0, 0.0)[0], (*gaps, 0.0, 0.0)[1]

    @lazy_property
    def matched_terms(self) -> frozenset[str]:
        """Return the terms of the text that match a word."""
        return frozenset(term for _, _, term in self.occurrences)

    @lazy_property
    def positions(self) -> tuple[int, ...]:
        """Return the positions of the matching terms, ascending."""
        return tuple(sorted({position for _, position, _ in self.occurrences}))

    @lazy_property
    def order(self) -> float:
        """Return the share of adjacent question words that are close together in the text, 0 to 1."""
        at: dict[int, list[int]] = {}
        for word, position, _ in self.occurrences:
            at.setdefault(word, []).append(position)
        couples = [(at[n], at[n + 1]) for n in range(len(self.weights) - 1) if n in at and n + 1 in at]
        together = sum(any(0 < abs(a - b) <= _APART for a in left for b in right) for left, right in couples)
        return together / max(1, len(self.weights) - 1)

    @lazy_property
    def nearness(self) -> float:
        """Return the number of words found over the length of the window that contains them, 0 to 1."""
        first: dict[int, int] = {}
        for word, position, _ in self.occurrences:
            first.setdefault(word, position)
        distinct = set(first.values())
        return len(distinct) / (max(distinct) - min(distinct) + 1) if len(distinct) > 1 else 0.0
