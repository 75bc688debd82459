"""From a question to the passages worth weighing, ranked: words and meaning propose, a linear model decides."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from weakref import proxy

import numpy as np

from index.index import Index
from rag.models import linear
from rag.query.filters import Within
from rag.query.question import Question
from rag.ranking import features
from rag.ranking.features import PASSAGE, Best, Candidate, passage_features
from rag.ranking.late_interaction import align
from rag.ranking.term_match import Matcher
from rag.retrieval.hybrid import propose
from rag.text.analysis import PassageView, view_passage

WEIGHED = 8  # passages; with more the right one is first no more often
_VIEWS_KEPT = 1500
_FEW_VIEWS = 100  # of a large index: one question seldom looks where the last did, and a collection visits all


@dataclass(frozen=True, slots=True)
class Ranked:
    """Candidates, best first, with their scores, and what they were weighed against."""

    matcher: Matcher
    candidates: tuple[Candidate, ...]
    scores: tuple[float, ...]
    best: Best | None  # None without candidates


def retrieve(question: Question, index: Index, scope: Within, most: int = WEIGHED) -> Ranked:
    """The ``most`` likeliest passages within ``scope``, best first, ties by number."""
    matcher, found = candidates(question, index, scope, most)
    if not found:
        return Ranked(matcher, (), (), None)
    best = features.best_of(found)
    scores = linear("passage", PASSAGE).scores([passage_features(question, one, best) for one in found])
    order = np.lexsort((np.array([one.number for one in found]), -scores.round(6)))
    return Ranked(matcher, tuple(found[i] for i in order), tuple(float(scores[i]) for i in order), best)


def candidates(question: Question, index: Index, scope: Within, most: int) -> tuple[Matcher, list[Candidate]]:
    """The ``most`` likeliest passages, in no order of merit, and what they are matched against."""
    words, found = propose(question, index, scope, most, partial(_look_at, question, index))
    matcher = Matcher(words, bool(question.period))
    views = [view_of(index, one.number) for one in found]
    aligned = align(words, views) if views else []
    return matcher, [
        features.candidate(question, one.number, view, one.words, one.meanings, matcher, alignment)
        for one, view, alignment in zip(found, views, aligned, strict=True)
    ]


def _look_at(question: Question, index: Index, passage: int) -> None:
    """Finds what the passage holds, which its view remembers."""
    for sentence in view_of(index, passage).sentences:
        features.things(question, sentence)


def view_of(index: Index, number: int) -> PassageView:
    """The passage, as evidence is weighed; views are kept as long as their index."""
    return index.state(_views)(number)


def _views(index: Index) -> Callable[[int], PassageView]:
    kept = _FEW_VIEWS if index.is_large else _VIEWS_KEPT
    return lru_cache(kept)(partial(_view, proxy(index)))


def _view(index: Index, number: int) -> PassageView:
    sentences = index.sentences_in(number)
    return view_passage(sentences[0].document, sentences, index.language_of(number))
