"""Sparse vectors whose inner product is never below the BM25 of a passage, and seldom far above it.

BM25 changes with each snapshot, since it depends on the mean length of passages, and rows are shared by snapshots. So a
term has a dimension for each class of lengths and frequencies. A passage has in it the weight of BM25 for a reference
mean; a question has the weight of the term, times the greatest ratio of the true weight to that in the class. So the
question alone depends on the snapshot.

A word of a question counts by its best alternative, while a product adds. A plain term stands in a passage only with
its stem, and thus is given only what it may weigh more than its stem. To this end the dimensions of plain terms are
apart for each language of passages.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.storage.candidates import WeightedTerm
from index.storage.lexical import FIELDS, analyzer
from index.stores.checksums import WEIGHTS
from index.stores.postings import BLOCK_BITS, Int64Array, Postings, term_number
from index.stores.statistics import LENGTHS, Statistics

SLACK = 1 + 1e-4  # for what single precision rounds
NO_TERM = 0  # the dimension of a passage without terms
_REFERENCE = 64  # terms of a passage, on average
_FREQUENCIES = 3  # classes: once, twice, more often
_LENGTH_CLASSES = 8  # each up to four times as long as the one before
CLASSES = _LENGTH_CLASSES * _FREQUENCIES
PLAIN = len(FIELDS) - 1
KINDS = 2 * PLAIN + 1  # a field of a language, then plain terms in passages of each language and of others
_MOST_TIMES = 1 << 11
_LOW_BITS = (1 << 31) - 1

UInt64Array = NDArray[np.uint64]
Float64Array = NDArray[np.float64]


def _length_classes() -> Int64Array:
    bits = np.array([int(length).bit_length() for length in LENGTHS])
    classes: Int64Array = np.minimum((bits + 1) // 2, _LENGTH_CLASSES - 1)
    return classes


_CLASS_OF_LENGTH = _length_classes()  # by the byte of a length
_REFERENCE_NORMS = 1.2 * (0.25 + 0.75 * LENGTHS / _REFERENCE)


def hash_dimensions(terms: Int64Array, kinds: Int64Array, classes: Int64Array) -> Int64Array:
    """Return the dimension of each term of a kind and a class: 31 bits, same shape.

    Two terms may share one. Their weights are added up, so that a product is still a bound.
    """
    mixed: UInt64Array = terms.astype(np.uint64) ^ (
        (kinds * CLASSES + classes + 1).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    )
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):  # splitmix64 (Steele et al. 2014)
        mixed = (mixed ^ mixed >> np.uint64(shift)) * np.uint64(factor)
    return 1 + ((mixed ^ mixed >> np.uint64(31)) >> np.uint64(34)).astype(np.int64)


class SegmentVectors:
    """The sparse vectors and plain terms of the passages of a segment."""

    def __init__(self, postings: Postings, languages: Sequence[str]) -> None:
        """Take the postings, and the language of each passage."""
        numbers = np.array([number for number, *_ in postings.words], np.int64)
        fields = np.array([FIELDS.index(field) for _, field, *_ in postings.words], np.int64)
        order = np.argsort(numbers)
        terms = np.repeat(postings.terms, np.diff(postings.starts))
        entries = postings.entries.astype(np.int64)
        passages = np.repeat(postings.blocks, np.diff(postings.starts)) << BLOCK_BITS | entries & (1 << BLOCK_BITS) - 1
        field = fields[order][np.searchsorted(numbers[order], terms)]
        group = np.array([_group(language) for language in languages], np.int64)[passages]
        kinds = np.where(field == PLAIN, PLAIN + group, field)
        codes, times = entries >> BLOCK_BITS & 255, entries >> BLOCK_BITS + 8
        classes = _CLASS_OF_LENGTH[codes] * _FREQUENCIES + np.minimum(times, _FREQUENCIES) - 1
        by_passage = np.argsort(passages, kind="stable")
        self._starts = np.searchsorted(passages[by_passage], np.arange(len(languages) + 1))
        self._dimensions = hash_dimensions(terms, kinds, classes)[by_passage]
        self._weights = (times / (times + _REFERENCE_NORMS[codes]))[by_passage]
        self._terms, self._is_plain = terms[by_passage], (field == PLAIN)[by_passage]
        self.classes = [int(np.bitwise_or.reduce(1 << classes[kinds == kind], initial=0)) for kind in range(KINDS)]

    def vector(self, passage: int) -> dict[int, float]:
        """Return the sparse vector of a passage."""
        rows = slice(self._starts[passage], self._starts[passage + 1])
        vector: dict[int, float] = {}
        for dimension, weight in zip(self._dimensions[rows].tolist(), self._weights[rows].tolist(), strict=True):
            vector[dimension] = vector.get(dimension, 0.0) + weight
        return vector or {NO_TERM: 1.0}

    @property
    def checksum(self) -> int:
        """The checksum of the plain terms of all passages."""
        return sum(sum_terms(self.plain_terms(passage), passage) for passage in range(len(self._starts) - 1))

    def plain_terms(self, passage: int) -> list[int]:
        """Return the numbers of the plain terms of a passage."""
        rows = slice(self._starts[passage], self._starts[passage + 1])
        terms: list[int] = self._terms[rows][self._is_plain[rows]].tolist()
        return terms


def sum_terms(terms: Sequence[int], passage: int) -> int:
    """Return what the plain terms of a passage add to the checksum of its segment."""
    return sum(term & _LOW_BITS for term in terms) * (1 + passage % WEIGHTS)


def _group(language: str) -> int:
    return FIELDS.index(language) if language in FIELDS[:PLAIN] else PLAIN


class QueryVectors:
    """Makes the sparse vectors of questions to one snapshot."""

    def __init__(self, statistics: Statistics, classes: Iterable[Sequence[int]]) -> None:
        """Take, of each segment, the classes that occur, as bits of a number for each kind."""
        bits = np.bitwise_or.reduce(np.array(list(classes), np.int64), axis=0)
        self._classes = [np.flatnonzero(int(kind) >> np.arange(CLASSES) & 1) for kind in bits]
        norms = statistics.norms.astype(np.float64).reshape(len(FIELDS), -1)
        self._ratios = [_greatest_ratios(of_field) for of_field in norms]
        self._advantages = [_advantage(norms[PLAIN], of_field) for of_field in norms[:PLAIN]]

    def vector(
        self, words: Sequence[Sequence[WeightedTerm]], weight: Callable[[str, str, float], float]
    ) -> dict[int, float]:
        """Return the vector of words with alternatives; ``weight`` is of a field, a term and a factor."""
        by_kind: list[list[tuple[str, float]]] = [[] for _ in range(KINDS)]
        for word in words:
            weights: dict[str, dict[str, float]] = {field: {} for field in FIELDS}
            for field, term, factor in word:
                weights[field][term] = max(weight(field, term, factor), weights[field].get(term, 0.0))
            for group, field in enumerate(FIELDS[:PLAIN]):
                by_kind[group] += weights[field].items()
                by_kind[PLAIN + group] += self._beyond_stems(group, weights).items()
            by_kind[2 * PLAIN] += weights["plain"].items()
        vector: dict[int, float] = {}
        for kind, of_kind in enumerate(by_kind):
            for dimension, value in self._of_kind(kind, [item for item in of_kind if item[1] > 0]):
                vector[dimension] = vector.get(dimension, 0.0) + value
        return vector

    def _beyond_stems(self, group: int, weights: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
        """Return what plain terms may weigh more than their stems in passages of a language."""
        stems, analyze = weights[FIELDS[group]], analyzer(FIELDS[group]).terms
        excess = {}
        for term, weight in weights["plain"].items():
            is_plain = analyzer("plain").terms(term) == [term]  # else a passage may hold another stem
            stem = next(iter(analyze(term)), None) if is_plain else None
            excess[term] = weight - (stems.get(stem, 0.0) / self._advantages[group] if stem else 0.0)
        return excess

    def _of_kind(self, kind: int, weights: Sequence[tuple[str, float]]) -> Iterator[tuple[int, float]]:
        """Return the dimensions and values of weighted terms, in each class that occurs."""
        field, classes = min(kind, PLAIN), self._classes[kind]
        numbers = np.array([term_number(FIELDS[field], term) for term, _ in weights], np.int64)
        of_terms = np.repeat(numbers, len(classes))
        own_dimensions = hash_dimensions(of_terms, np.full(len(of_terms), kind), np.tile(classes, len(weights)))
        values = np.outer([weight for _, weight in weights], self._ratios[field][classes])
        return zip(own_dimensions.tolist(), values.ravel().tolist(), strict=True)


def _greatest_ratios(norms: Float64Array) -> Float64Array:
    """Return by how much the weight of a posting exceeds the one for the reference mean, at most; shape (classes,).

    The ratio is monotone in the frequency, so that the ends of a class decide.
    """
    greatest = np.zeros((_LENGTH_CLASSES, _FREQUENCIES))
    ends = [(1, 1), (2, 2), (_FREQUENCIES, _MOST_TIMES)]
    for n, frequencies in enumerate(ends):
        for times in frequencies:
            ratios = (times + _REFERENCE_NORMS) / (times + norms)
            np.maximum.at(greatest[:, n], _CLASS_OF_LENGTH, ratios)
    return greatest.ravel()


def _advantage(plain: Float64Array, stemmed: Float64Array) -> float:
    """Return by how much a plain term may weigh more than its stem, at most, but for their rarity.

    A passage has no fewer plain terms than stems, and a stem is in it no less often than the plain term.
    """
    return float(max(1.0, ((1 + stemmed) / (1 + plain)).max()))
