"""Rank the passages that words and vectors propose, by a linear model over named features."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from weakref import proxy

import numpy as np

from index.encoders.registry import bundled_encoder
from index.index import Index
from rag.models import models
from rag.query.filters import NO_RESTRICTION, ResolvedFilters, within
from rag.query.question import Question
from rag.ranking import features
from rag.ranking.features import PASSAGE, Candidate, Maxima, passage_features
from rag.ranking.late_interaction import maxsim
from rag.ranking.term_match import Matcher
from rag.ranking.word_vectors import WordVectors
from rag.retrieval.hybrid import Proposal, Retriever
from rag.retrieval.tables import tables
from rag.text.analysis import AnalyzedPassage, analyze_passage

RERANK_K = 8  # passages; more do not improve hit@1
_CITED_K = 4  # more passages, of the documents that the conversation cited last
_REMEMBERED = 1500  # analysed passages
_REMEMBERED_LARGE = 100  # for a large index, where successive questions seldom share passages


@dataclass(frozen=True, slots=True)
class RankedPassages:
    """Candidates with their scores, best first, and what they were compared with."""

    matcher: Matcher
    candidates: tuple[Candidate, ...]
    scores: tuple[float, ...]
    best: Maxima | None  # None without candidates


class Searcher:
    """Retrieves and ranks passages of one opened index, and owns what its questions share.

    These are expanded words, analysed passages, word vectors, and the threads of a large index. It belongs to the index
    (``searcher``) and is freed with it.
    """

    def __init__(self, index: Index) -> None:
        weak: Index = proxy(index)  # the index owns this object
        self._index, self._retriever, self._word_vectors = weak, Retriever(weak), WordVectors(bundled_encoder())
        remembered = _REMEMBERED_LARGE if index.is_large else _REMEMBERED
        self.passage: Callable[[int], AnalyzedPassage] = lru_cache(remembered)(partial(_analyze, weak))

    def rank(self, question: Question, filters: ResolvedFilters = NO_RESTRICTION, k: int = RERANK_K) -> RankedPassages:
        """Return the ``k`` most likely passages, best first, ties by number."""
        matcher, candidates = self.candidates(question, filters, k)
        if not candidates:
            return RankedPassages(matcher, (), (), None)
        best = features.maxima(candidates)
        rows = [passage_features(question, candidate, best) for candidate in candidates]
        scores = models().linear("passage", PASSAGE).scores(rows)
        order = np.lexsort((np.array([candidate.number for candidate in candidates]), -scores.round(6)))
        ranked = tuple(candidates[i] for i in order)
        return RankedPassages(matcher, ranked, tuple(float(scores[i]) for i in order), best)

    def candidates(self, question: Question, filters: ResolvedFilters, k: int) -> tuple[Matcher, list[Candidate]]:
        """Return the ``k`` most likely passages, unranked, and what they are matched with."""
        retrieval = self._retriever.retrieve(question, filters, k)
        near = self._cited(question, filters)
        for number in retrieval.likely:
            self.passage(number)  # remembered; a large index still computes exact BM25 meanwhile
        proposals = retrieval.result()
        proposals += [proposal for proposal in near if proposal.number not in {known.number for known in proposals}]
        passages = [self.passage(proposal.number) for proposal in proposals]
        matcher = Matcher(retrieval.terms, bool(question.period))
        interactions = maxsim(retrieval.terms, passages, self._word_vectors) if passages else []
        return matcher, [
            features.candidate(question, proposal, passage, matcher, interaction)
            for proposal, passage, interaction in zip(proposals, passages, interactions, strict=True)
        ]

    def _cited(self, question: Question, filters: ResolvedFilters) -> Sequence[Proposal]:
        """Return the most likely passages of the documents that the conversation cited last."""
        near = within(filters, question.cited, self._index) if question.cited else None
        return self._retriever.retrieve(question, near, _CITED_K).result() if near else ()

    def warm_up(self) -> None:
        """Load the encoder, the models and all tables now, so that the first question does not wait for them."""
        self._index.encoder.encode([""])
        self._word_vectors.lookup(["a"])
        models()
        tables().load()


def searcher(index: Index) -> Searcher:
    """Return the searcher of an opened index: one for all questions, freed with the index."""
    return index.state(Searcher)


def _analyze(index: Index, number: int) -> AnalyzedPassage:
    sentences = index.sentences_in(number)
    return analyze_passage(sentences[0].document, sentences, index.language_of(number))
