"""Rank the passages that words and vectors propose: by a linear model, then with the reader's vectors. Read them."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TypeVar
from weakref import proxy

import numpy as np

from index.encoders.registry import bundled_encoder
from index.index import Index
from index.settings import is_off
from index.storage.candidates import NO_RESTRICTION, ResolvedFilters
from rag.models import models
from rag.query.filters import restrict_documents
from rag.query.question import Question
from rag.ranking import features
from rag.ranking.embedded import score_embedded
from rag.ranking.features import PASSAGE, Candidate, Maxima, passage_features
from rag.ranking.late_interaction import compute_maxsim
from rag.ranking.term_match import Matcher
from rag.ranking.word_vectors import WordVectors
from rag.reading.reader import LANGUAGES, HeadedPassage
from rag.reading.reader_output import ReaderOutput
from rag.retrieval.hybrid import Proposal, Retriever
from rag.retrieval.tables import tables
from rag.text import attribution
from rag.text.analysis import AnalyzedPassage, analyze_passage

RERANK_K = 8  # passages; more do not improve hit@1
_CITED_K = 4  # more passages, of the documents that the conversation cited last
EMBEDDED_K = 12  # passages whose vectors the reader compares with the question's
READ_K = 6  # passages read with the question
_SIDE_BY_SIDE = 4  # passages read at a time, at most
_REMEMBERED = 1500  # analysed passages
_REMEMBERED_LARGE = 100  # for a large index, where successive questions seldom share passages
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class RankedPassages:
    """Candidates with their scores, best first, and what they were compared with."""

    matcher: Matcher
    candidates: tuple[Candidate, ...]
    scores: tuple[float, ...]
    best: Maxima | None  # None without candidates
    linear: tuple[float, ...]  # scores of the linear model alone
    reader_cosines: tuple[float, ...] = ()  # of the passages and the question; empty without the reader
    readings: tuple[ReaderOutput, ...] = ()  # of the first candidates; empty without the reader


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

    def rank(
        self, question: Question, filters: ResolvedFilters = NO_RESTRICTION, k: int = RERANK_K, *, rerank: bool = True
    ) -> RankedPassages:
        """Return the ``k`` most likely passages, best first, ties by number.

        With ``rerank`` the reader's vectors have a part in the order, where the reader knows the languages.
        """
        reranks = rerank and reader_is_on() and question.language in LANGUAGES
        with ThreadPoolExecutor(1) as loading:
            if reranks:
                loading.submit(models().reader.load)  # meanwhile, and before several threads ask for it
            ranked = self._rank(question, filters, max(k, EMBEDDED_K) if reranks else k)
        if reranks and ranked.candidates and self._readable(ranked):
            ranked = self._embed(question, ranked)
        return _reorder(ranked, range(min(k, len(ranked.candidates))))

    def read(self, question: Question, ranked: RankedPassages) -> RankedPassages:
        """Return the passages with the readings of the first of them; as they are, if they were not reranked."""
        if not ranked.reader_cosines:
            return ranked
        reader = models().reader
        readings = _side_by_side(partial(reader.read, question.read_as), self._passages(ranked, READ_K))
        return replace(ranked, readings=tuple(readings))

    def _rank(self, question: Question, filters: ResolvedFilters, k: int) -> RankedPassages:
        """Return the ``k`` most likely passages, as the linear model ranks them."""
        matcher, candidates = self.candidates(question, filters, k)
        if not candidates:
            return RankedPassages(matcher, (), (), None, ())
        best = features.find_maxima(candidates)
        rows = [passage_features(question, candidate, best) for candidate in candidates]
        scores = tuple(models().linear("passage", PASSAGE).scores(rows).tolist())
        ranked = RankedPassages(matcher, tuple(candidates), scores, best, scores)
        return _reorder(ranked, _order(ranked, scores))

    def _embed(self, question: Question, ranked: RankedPassages) -> RankedPassages:
        """Order the first candidates by the cosines of the reader's vectors, too."""
        reader = models().reader
        vectors = _side_by_side(reader.embed_passage, self._passages(ranked, EMBEDDED_K))
        question_vector = reader.embed_question(question.standalone)
        cosines = tuple(float(question_vector @ vector) for vector in vectors)
        scores = score_embedded(ranked.linear[: len(cosines)], cosines)
        return _promote(replace(ranked, reader_cosines=cosines), scores)

    def _passages(self, ranked: RankedPassages, most: int) -> list[HeadedPassage]:
        """Return the first ``most`` passages, as the reader takes them."""
        return [self._passage(candidate.number) for candidate in ranked.candidates[:most]]

    def _passage(self, number: int) -> HeadedPassage:
        passage = self._index.passage(number)
        title = passage.document.title
        headings = [heading for span in passage.headings if (heading := passage.document.slice(*span)) != title]
        return HeadedPassage(" › ".join([title, *headings]), passage.text)

    def _readable(self, ranked: RankedPassages) -> bool:
        """Return whether all candidates are in a language of the reader."""
        return all(self._index.language_of(candidate.number) in LANGUAGES for candidate in ranked.candidates)

    def candidates(self, question: Question, filters: ResolvedFilters, k: int) -> tuple[Matcher, list[Candidate]]:
        """Return the ``k`` most likely passages, unranked, and what they are matched with."""
        retrieval = self._retriever.retrieve(question, filters, k)
        cited = self._cited(question, filters)
        for number in retrieval.provisional:
            self.passage(number)  # remembered; a large index still computes exact BM25 meanwhile
        proposals = retrieval.result()
        proposals += [proposal for proposal in cited if proposal.number not in {other.number for other in proposals}]
        passages = [self.passage(proposal.number) for proposal in proposals]
        matcher = Matcher(retrieval.terms, bool(question.period))
        interactions = compute_maxsim(retrieval.terms, passages, self._word_vectors) if passages else []
        return matcher, [
            features.match_candidate(question, proposal, passage, matcher, interaction)
            for proposal, passage, interaction in zip(proposals, passages, interactions, strict=True)
        ]

    def _cited(self, question: Question, filters: ResolvedFilters) -> Sequence[Proposal]:
        """Return the most likely passages of the documents that the conversation cited last."""
        cited_filters = restrict_documents(filters, question.cited, self._index) if question.cited else None
        return self._retriever.retrieve(question, cited_filters, _CITED_K).result() if cited_filters else ()

    def embed(self, number: int) -> None:
        """Compute the reader's vector of a passage, which is remembered, unless its language is another."""
        if self._index.language_of(number) in LANGUAGES:
            models().reader.embed_passage(self._passage(number))

    def warm_up(self) -> None:
        """Load the encoder, the models and all tables now, so that the first question does not wait for them."""
        self._index.encoder.encode([""])
        self._word_vectors.lookup(["a"])
        if reader_is_on():
            models().reader.load()
        tables().load()
        attribution.load()


def searcher(index: Index) -> Searcher:
    """Return the searcher of an opened index: one for all questions, freed with the index."""
    return index.state(Searcher)


def _analyze(index: Index, number: int) -> AnalyzedPassage:
    sentences = index.sentences_in(number)
    return analyze_passage(sentences[0].document, sentences, index.language_of(number))


def reader_is_on() -> bool:
    """Return whether passages are read: unless the setting RAG_READER says no (``index.settings.is_off``)."""
    return not is_off(os.environ.get("RAG_READER", ""))


def _side_by_side(work: Callable[[HeadedPassage], _Result], passages: Sequence[HeadedPassage]) -> list[_Result]:
    """Return the result for each passage, in order, computed by a few threads."""
    with ThreadPoolExecutor(min(_SIDE_BY_SIDE, os.cpu_count() or 1)) as threads:
        return list(threads.map(work, passages))


def rank_linearly(ranked: RankedPassages) -> RankedPassages:
    """Return the passages as the linear model alone ranks them, as many as it proposes."""
    order = _order(ranked, ranked.linear)[:RERANK_K]
    return _reorder(replace(ranked, scores=ranked.linear, reader_cosines=(), readings=()), order)


def _order(ranked: RankedPassages, scores: Sequence[float]) -> list[int]:
    """Return the positions of the candidates by descending score, ties by number."""
    numbers = [candidate.number for candidate in ranked.candidates[: len(scores)]]
    return [int(at) for at in np.lexsort((np.array(numbers), -np.round(scores, 6)))]


def _reorder(ranked: RankedPassages, order: Sequence[int]) -> RankedPassages:
    """Return the candidates at the positions ``order``, with all that belongs to each."""
    return replace(
        ranked,
        candidates=tuple(ranked.candidates[at] for at in order),
        scores=tuple(ranked.scores[at] for at in order),
        linear=tuple(ranked.linear[at] for at in order),
        reader_cosines=tuple(ranked.reader_cosines[at] for at in order if at < len(ranked.reader_cosines)),
        readings=tuple(ranked.readings[at] for at in order if at < len(ranked.readings)),
    )


def _promote(ranked: RankedPassages, scores: Sequence[float]) -> RankedPassages:
    """Give the first candidates new scores, and order them by these; the others stay behind them."""
    first = len(scores)
    behind = min(scores) - ranked.scores[first] if first < len(ranked.scores) else 0.0
    shifted = [score + behind for score in ranked.scores[first:]]
    order = [*_order(ranked, scores), *range(first, len(ranked.scores))]
    return _reorder(replace(ranked, scores=(*scores, *shifted)), order)
