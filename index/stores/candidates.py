"""What proposes passages of a snapshot does alike in all stores: phrases and spellings, and the order of sentences."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from index.storage.candidates import (
    NO_RESTRICTION,
    SPELLINGS,
    Candidates,
    Int64Array,
    ResolvedFilters,
    Term,
    WeightedTerm,
)
from index.storage.documents import DocumentStore
from index.storage.lexical import FIELDS
from index.storage.manifest import Manifest
from index.storage.vectors import MARGIN
from index.stores.numbering import Numbering
from index.stores.phrases import PhraseCounter, count_plain
from index.stores.statistics import LENGTHS, Statistics, encode_lengths

_TEXTS_KEPT = 1_000  # of passages where a phrase was looked for
_LISTED = 1_024  # passages that filters list; where more hold a word, what is proposed is checked
_CHECKED = 1_024  # rows that are asked for to be checked; then passages are listed after all
_GROWTH = 4  # times as many rows, where too few of them were allowed
_TERMS_KEPT = 50_000


class TooMany(Exception):
    """Too many of the passages that were proposed are not as the filters say."""


class Check:
    """Tells which of some proposed numbers are allowed by filters of words, from the texts of their passages."""

    def __init__(self, holds: Callable[[int], bool] | None, to_passages: Callable[[Int64Array], Int64Array]) -> None:
        """Take what tells it of a passage, None if all are allowed, and what gives those of numbers, same shape."""
        self._holds, self._to_passages, self._by_passage = holds, to_passages, dict[int, bool]()

    @property
    def is_needed(self) -> bool:
        return self._holds is not None

    def passes(self, numbers: Int64Array) -> NDArray[np.bool_]:
        """Return which numbers are allowed, same shape.

        Raises:
            TooMany: more passages were checked than are worth it.
        """
        if self._holds is None:
            return np.ones(len(numbers), bool)
        passages = self._to_passages(numbers).tolist()
        for passage in passages:
            if passage not in self._by_passage:
                if len(self._by_passage) == _CHECKED:
                    raise TooMany
                self._by_passage[passage] = self._holds(passage)
        return np.array([self._by_passage[passage] for passage in passages], bool)

    def grow(self, limit: int) -> int:
        """Return how many rows to ask for after too few were allowed.

        Raises:
            TooMany: they would be more than are worth it.
        """
        if self.is_needed and limit * _GROWTH > _CHECKED:
            raise TooMany
        return limit * _GROWTH


class StoreCandidates(Candidates):
    """Proposes passages and sentences of one snapshot. It holds no words or vectors: each question asks for them."""

    def __init__(
        self, segments: Sequence[int], statistics: Statistics, manifest: Manifest, documents: DocumentStore
    ) -> None:
        """Take the numbers of the snapshot's segments, in order, and its documents, to find phrases in."""
        self._segments, self._statistics = list(segments), statistics
        self._dimension, self._documents = manifest.dimension, documents
        self._passages = Numbering(segments, [segment.passages for segment in manifest.segments])
        self._sentences = Numbering(segments, [segment.sentences for segment in manifest.segments])
        self._passage_counts: dict[Term, int] = {}  # in how many passages a term is
        self._phrases = PhraseCounter()
        self._text: Callable[[int], str] = lru_cache(_TEXTS_KEPT)(documents.indexed_text)

    @abstractmethod
    def _best(
        self, words: Sequence[Sequence[WeightedTerm]], filters: ResolvedFilters, check: Check, k: int
    ) -> dict[int, float]:
        """Do as ``best``; of the passages that are asked for, those count that pass."""
        ...

    @abstractmethod
    def _nearest(
        self, vector: NDArray[np.float32], k: int, filters: ResolvedFilters, check: Check
    ) -> tuple[Int64Array, NDArray[np.float32]]:
        """Do as ``nearest``; of the sentences that are asked for, those count whose passages pass; shapes (k,)."""
        ...

    @abstractmethod
    def _counts(self, terms: Sequence[Term]) -> list[int]:
        """Return in how many passages each term is, asking the engine."""
        ...

    @abstractmethod
    def _words_like(self, text: str, slips: int) -> Iterable[tuple[str, int]]:
        """Return plain words that begin alike, at least those within ``slips`` errors, with their passages."""
        ...

    @abstractmethod
    def with_words(self, words: Sequence[Sequence[str]], filters: ResolvedFilters = NO_RESTRICTION) -> Int64Array:
        """Do as ``Candidates.with_words``; shape (passages,)."""
        ...

    def best(self, words: Sequence[Sequence[WeightedTerm]], filters: ResolvedFilters, k: int) -> dict[int, float]:
        try:
            return self._best(words, filters, self._check(filters, np.asarray), k)
        except TooMany:
            return self.best(words, self.listed(filters), k)

    def nearest(
        self, vector: NDArray[np.float32], k: int, filters: ResolvedFilters
    ) -> tuple[Int64Array, NDArray[np.float32]]:
        """Do as ``Candidates.nearest``; shape (k,) or less, both.

        Raises:
            ValueError: a coordinate of ``vector`` is no number.
        """
        try:
            return self._nearest(vector, k, filters, self._check(filters, self._passage_of))
        except TooMany:
            return self.nearest(vector, k, self.listed(filters))

    def lists(self, words: Sequence[str]) -> bool:
        """Return whether so few passages hold all of some plain terms that filters list them.

        Where there are more, those that are proposed are checked: their number does not grow with the snapshot.
        """
        return min(self._look_up(("plain", word) for word in words).values()) <= _LISTED

    def listed(self, filters: ResolvedFilters) -> ResolvedFilters:
        if not filters.unlisted:
            return filters
        is_allowed = np.ones(self._passages.count, bool)
        for phrase, is_required in filters.unlisted:
            holds = np.zeros(self._passages.count, bool)
            holds[self.with_phrase(phrase)] = True
            is_allowed &= holds == is_required
        sentences = np.arange(self._sentences.count) if filters.sentences is None else filters.sentences
        return replace(filters, sentences=sentences[is_allowed[self._passage_of(sentences)]], unlisted=())

    def _check(self, filters: ResolvedFilters, to_passages: Callable[[Int64Array], Int64Array]) -> Check:
        return Check(partial(self._does_hold, filters.unlisted) if filters.unlisted else None, to_passages)

    def _does_hold(self, unlisted: Iterable[tuple[Sequence[str], bool]], passage: int) -> bool:
        text = self._text(passage)
        return all((self._phrases.count(phrase, text) > 0) == is_required for phrase, is_required in unlisted)

    def frequencies(self, terms: Sequence[Term]) -> list[int]:
        counts = self._look_up(terms)
        return [counts[term] for term in terms]

    def spellings(self, text: str, slips: int) -> list[tuple[int, str]]:
        spellings = ((int(OSA.distance(text, other)), -count, other) for other, count in self._words_like(text, slips))
        ordered = sorted(spelling for spelling in spellings if spelling[0] <= slips)
        return [(distance, other) for distance, _, other in ordered[:SPELLINGS]]

    def best_by_sum(self, terms: Sequence[WeightedTerm], filters: ResolvedFilters, k: int) -> dict[int, float]:
        return self.best([[term] for term in terms], filters, k)

    def with_phrase(self, words: Sequence[str]) -> Int64Array:
        """Do as ``Candidates.with_phrase``; shape (passages,)."""
        numbers = self.with_words([[word] for word in dict.fromkeys(words)])
        if len(words) == 1:
            return numbers
        return numbers[[self._phrases.count(words, self._text(int(number))) > 0 for number in numbers]]

    def best_with_phrase(self, words: Sequence[str], filters: ResolvedFilters, k: int) -> Int64Array:
        """Do as ``Candidates.best_with_phrase``; shape (k,) or less."""
        numbers, sentences = self.with_phrase(words), self.listed(filters).sentences
        if sentences is not None:
            numbers = numbers[np.isin(numbers, self._passages_of(sentences))]
        scores = np.array([self._phrase_score(words, self._text(int(number))) for number in numbers], np.float64)
        chosen = np.lexsort((numbers, -scores))[:k]
        return numbers[chosen][np.lexsort((numbers[chosen], -scores[chosen].round(4)))]

    def _look_up(self, terms: Iterable[Term]) -> dict[Term, int]:
        """Return in how many passages each of some terms is, asking for those that are not known yet.

        Other threads may fill or empty the cache meanwhile, so that only what is returned can be relied on.
        """
        counts = {term: self._passage_counts.get(term) for term in terms}
        missing = [term for term, count in counts.items() if count is None]
        fetched = dict(zip(missing, self._counts(missing), strict=True)) if missing else {}
        if len(self._passage_counts) + len(fetched) > _TERMS_KEPT:
            self._passage_counts.clear()
        self._passage_counts.update(fetched)
        return {term: fetched[term] if count is None else count for term, count in counts.items()}

    def _weights(self, terms: Iterable[Term]) -> Callable[[str, str, float], float]:
        """Return what gives the weight of a field, a term and a factor, for some terms."""
        counts, statistics = self._look_up(terms), self._statistics
        return lambda field, text, boost: statistics.weight(statistics.idf(counts[field, text]), boost)

    def _phrase_score(self, words: Sequence[str], text: str) -> float:
        """Return the BM25 of a phrase in a passage: its words' frequencies added up, and its own count."""
        times = np.float32(self._phrases.count(words, text))
        code = int(encode_lengths(np.array([count_plain(text)]))[0])
        norm = self._statistics.norms[FIELDS.index("plain") * len(LENGTHS) + code]
        counts = self._look_up([("plain", word) for word in words])
        idf = np.float32(0)
        for word in words:
            idf += self._statistics.idf(counts["plain", word])
        return float(np.float32(self._statistics.weight(idf)) * (times / (times + norm)))

    def _passages_of(self, sentences: Int64Array) -> Int64Array:
        return np.unique(self._passage_of(sentences))

    def _passage_of(self, sentences: Int64Array) -> Int64Array:
        passages: Int64Array = np.searchsorted(self._documents.passages, sentences, side="right") - 1
        return passages


def best_first(scores: Mapping[int, float], k: int) -> dict[int, float]:
    """Return the ``k`` best scores in the order of the local index."""
    numbers, values = np.array([*scores], np.int64), np.array([*scores.values()], np.float64)
    chosen = np.lexsort((numbers, -values))[:k]
    numbers, values = numbers[chosen], values[chosen]
    order = np.lexsort((numbers, -values.round(4)))
    return dict(zip(numbers[order].tolist(), values[order].tolist(), strict=True))


def check_vector(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a vector to search for in single precision, same shape.

    Raises:
        ValueError: a coordinate is no number.
    """
    query = np.asarray(vector, np.float32)
    if not np.isfinite(query).all():
        raise ValueError("a vector to search for that is no number")
    return query


def find_contenders(cosines: NDArray[np.float32], is_allowed: NDArray[np.bool_], k: int) -> NDArray[np.bool_]:
    """Return which rows may be among the ``k`` nearest that are allowed; all of shape (rows,)."""
    allowed = -np.sort(-cosines[is_allowed])
    return is_allowed & (cosines >= allowed[k - 1] - MARGIN) if len(allowed) > k else is_allowed


def is_certain(cosines: NDArray[np.float32], is_allowed: NDArray[np.bool_], k: int) -> bool:
    """Return whether no row after some, nearest first, of shape (rows,), may be among the ``k`` nearest allowed."""
    return int(is_allowed.sum()) >= k and bool(cosines[is_allowed][k - 1] - cosines[-1] > MARGIN)
