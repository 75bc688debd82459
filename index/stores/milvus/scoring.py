"""The BM25 of passages from their texts, in the arithmetic of tantivy."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.storage.candidates import WeightedTerm
from index.storage.documents import DocumentStore
from index.storage.lexical import FIELDS, analyzer
from index.stores.statistics import LENGTHS, Statistics, encode_lengths

_PASSAGES_KEPT = 1_000


class _Terms(NamedTuple):
    """How often each term is in a passage, and which norm it has there, by field."""

    counts: Mapping[str, Mapping[str, int]]
    norms: Mapping[str, np.float32]


_NONE: Mapping[str, int] = {}


class Scorer:
    """Scores passages of a snapshot by their texts; those scored last are remembered."""

    def __init__(self, statistics: Statistics, documents: DocumentStore) -> None:
        self._statistics, self._documents = statistics, documents
        self._terms: Callable[[int], _Terms] = lru_cache(_PASSAGES_KEPT)(self._terms_of)

    def scores(
        self, numbers: Sequence[int], words: Sequence[Sequence[WeightedTerm]],
        weight: Callable[[str, str, float], float],
    ) -> dict[int, float]:  # fmt: skip
        """Return the BM25 of passages by number; those without any of the words are left out.

        Each word counts by its best alternative. ``weight`` is of a field, a term and a factor.
        """
        passages = [self._terms(number) for number in numbers]
        total = np.zeros(len(passages), np.float32)
        for word in words:
            best = np.zeros(len(passages), np.float32)
            for field, term, factor in word:
                np.maximum(best, self._of_term(passages, field, term, weight(field, term, factor)), out=best)
            total += best
        return {number: score for number, score in zip(numbers, total.tolist(), strict=True) if score > 0}

    def _of_term(self, passages: Sequence[_Terms], field: str, term: str, weight: float) -> NDArray[np.float32]:
        times = np.array([passage.counts.get(field, _NONE).get(term, 0) for passage in passages], np.float32)
        norms = np.array([passage.norms.get(field, 1.0) for passage in passages], np.float32)
        scores: NDArray[np.float32] = np.float32(weight) * (times / (times + norms))
        return scores

    def _terms_of(self, number: int) -> _Terms:
        language = bytes(self._documents.languages[number]).decode("latin-1")
        text = self._documents.indexed_text(number)
        counts = {field: Counter(analyzer(field).terms(text)) for field in FIELDS if field in (language, "plain")}
        lengths = {field: np.array([terms.total()]) for field, terms in counts.items()}
        codes = {field: int(encode_lengths(length)[0]) for field, length in lengths.items()}
        norms = self._statistics.norms
        return _Terms(
            counts, {field: norms[FIELDS.index(field) * len(LENGTHS) + code] for field, code in codes.items()}
        )
