"""Hybrid retrieval: propose passages by words (BM25) and by vectors. Only the best of them are analysed."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.encoders.base import encode_query
from index.index import Index
from index.storage.candidates import ResolvedFilters
from rag.query.question import Question
from rag.retrieval import bm25
from rag.retrieval.expansion import QueryExpander, QueryTerm

_PROPOSED = 20  # passages, by words and by vectors each
_COSINE_WEIGHT = 3.0  # of a cosine, against the share of the best BM25; from 1 to 4 makes no difference
_THREADS = 8

Vector = NDArray[np.float32]
Terms = tuple[QueryTerm, ...]


class Proposal(NamedTuple):
    """A passage, its BM25 (0 where no word found it), and the cosine of each of its sentences."""

    number: int
    bm25: float
    cosines: Sequence[float]

    @property
    def cosine(self) -> float:
        """Return the cosine of the nearest sentence."""
        return max(self.cosines)


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The passages proposed for a question; their exact BM25 may still be computed."""

    terms: Terms
    _proposals: Sequence[Proposal]
    _k: int
    _rescored: "Future[dict[int, float]] | None" = None

    @property
    def provisional(self) -> list[int]:
        """Return the numbers of passages that are likely in the result: worth analysing before it is there."""
        return [proposal.number for proposal in _most_likely(self._proposals, self._k)]

    def result(self) -> list[Proposal]:
        """Wait for the exact BM25, and return the most likely passages with it, in order."""
        if self._rescored is None:
            return _most_likely(self._proposals, self._k)
        scores = self._rescored.result()
        return _most_likely([p._replace(bm25=scores.get(p.number, 0.0)) for p in self._proposals], self._k)


class Retriever:
    """Proposes passages of one index. A large index searches for words in threads, since tantivy releases the GIL."""

    def __init__(self, index: Index) -> None:
        self._index, self._expander = index, QueryExpander(index)
        self._threads = ThreadPoolExecutor(_THREADS, "lexical") if index.is_large else None

    def retrieve(self, question: Question, filters: ResolvedFilters, k: int) -> Retrieval:
        """Find the ``k`` most likely passages for a question."""
        if self._threads is None:
            return self._exact(question, filters, k)
        return self._two_stage(question, filters, k, self._threads)

    def _exact(self, question: Question, filters: ResolvedFilters, k: int) -> Retrieval:
        terms, dates = self._expander.expand(question), self._expander.expand_dates(question)
        vector, count = self._encode(question), max(_PROPOSED, k)
        scores = bm25.search([*terms, *dates], self._index, filters, count)
        proposals = self._proposals(vector, scores, self._nearest(vector, filters, count))
        return Retrieval(terms, proposals, k)

    def _two_stage(
        self, question: Question, filters: ResolvedFilters, k: int, threads: ThreadPoolExecutor
    ) -> Retrieval:
        """Prefilter by a sum that block-max WAND computes fast, and then compute exact BM25 in a thread."""
        count = max(_PROPOSED, k)
        prefiltered = threads.submit(self._prefilter, question, filters, 2 * count)
        vector = self._encode(question)
        nearest = self._nearest(vector, filters, count)
        terms, dates, sums = prefiltered.result()
        rescored = threads.submit(bm25.rescore, sums, [*terms, *dates], self._index)
        return Retrieval(terms, self._proposals(vector, sums, nearest), k, rescored)

    def _prefilter(self, question: Question, filters: ResolvedFilters, k: int) -> tuple[Terms, Terms, dict[int, float]]:
        terms, dates = self._expander.expand(question), self._expander.expand_dates(question)
        return terms, dates, bm25.search_prefilter([*terms, *dates], self._index, filters, k)

    def _encode(self, question: Question) -> Vector:
        return encode_query(self._index.encoder, question.text)

    def _nearest(self, vector: Vector, filters: ResolvedFilters, k: int) -> list[int]:
        """Return the passages of the nearest sentences, nearest first."""
        sentences, _ = self._index.candidates.nearest(vector, k * 3, filters)
        return list(dict.fromkeys(self._index.passages_of_sentences(sentences).tolist()))[:k]

    def _proposals(self, vector: Vector, scores: Mapping[int, float], nearest: Sequence[int]) -> list[Proposal]:
        """Return what words or vectors found, with both scores."""
        numbers = list(dict.fromkeys([*scores, *nearest]))
        if not numbers:
            return []
        ranges = [self._index.sentences_of(number) for number in numbers]
        vectors = self._index.candidates.vectors(np.array([sentence for sentences in ranges for sentence in sentences]))
        cosines = iter(np.vecdot(vectors, vector).round(5).tolist())
        return [
            Proposal(number, scores.get(number, 0.0), [next(cosines) for _ in sentences])
            for number, sentences in zip(numbers, ranges, strict=True)
        ]


def _most_likely(proposals: Sequence[Proposal], k: int) -> list[Proposal]:
    best = max((proposal.bm25 for proposal in proposals), default=0.0) or 1.0
    return sorted(proposals, key=lambda p: (-round(p.bm25 / best + _COSINE_WEIGHT * p.cosine, 4), p.number))[:k]
