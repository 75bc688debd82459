"""From a question to the passages worth weighing, ranked: words and meaning propose, a linear model decides."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import Any
from weakref import WeakKeyDictionary, proxy

import numpy as np
from numpy.typing import NDArray

from index.opened import Index
from index.words import any_of, best_of, boosted
from rag import features
from rag.alignment import align
from rag.expansion import FIELDS, Word, alternatives, expand
from rag.features import PASSAGE, Best, Candidate, passage_features
from rag.matching import Matcher
from rag.model import linear
from rag.questions import Question
from rag.scope import Within
from rag.views import PassageView, view_passage

PROPOSED = 20  # passages, by words and by meaning each
_VIEWS_KEPT = 1500
_FEW_VIEWS = 100  # of a large index: one question seldom looks where the last did, and a collection visits all
_LARGE = 20_000  # passages from which words are searched for in another thread
_MANY = 200_000  # passages among which words are not searched for by …
_FAINT = 0.3  # … alternatives that weigh less: a quarter of the time, for one in 250 of the passages found


@dataclass(frozen=True, slots=True)
class Ranked:
    """Candidates, best first, with their scores, and what they were weighed against."""

    matcher: Matcher
    candidates: tuple[Candidate, ...]
    scores: tuple[float, ...]
    best: Best | None  # None without candidates


def retrieve(question: Question, index: Index, scope: Within, proposed: int = PROPOSED) -> Ranked:
    """The passages that words or meaning propose within ``scope``, best first, ties by number."""
    matcher = Matcher(expand(question, index.words, index.passages), bool(question.period))
    found = propose(question, matcher, index, scope, proposed)
    if not found:
        return Ranked(matcher, (), (), None)
    best = features.best_of(found)
    scores = linear("passage", PASSAGE).scores([passage_features(question, one, best) for one in found])
    order = np.lexsort((np.array([one.number for one in found]), -scores.round(6)))
    return Ranked(matcher, tuple(found[i] for i in order), tuple(float(scores[i]) for i in order), best)


def propose(question: Question, matcher: Matcher, index: Index, scope: Within, proposed: int) -> list[Candidate]:
    """The passages that words or meaning find, in no order of merit."""
    dated = [alternatives(word, question.language, index.words, index.passages) for word in question.dated]
    vector = index.encoder.encode([question.text])[0]
    search_words = partial(_by_words, [*matcher.words, *dated], index, scope, proposed)
    search_meaning = partial(_by_meaning, vector, index, scope, proposed)
    if index.passages < _LARGE:
        by_words, near = search_words(), search_meaning()
    else:
        coming = _beside().submit(search_words)
        near = search_meaning()
        _look_at(near, question, index)
        by_words = coming.result()
    numbers = list(dict.fromkeys([*by_words, *near]))
    places = [index.sentences_of(number) for number in numbers]
    every = index.meaning.vectors(np.concatenate([np.arange(p.start, p.stop) for p in places])) if places else None
    cosines = iter((every @ vector).round(5).tolist() if every is not None else ())
    views = [view_of(index, number) for number in numbers]
    aligned = align(matcher.said, views) if views else []
    return [
        features.candidate(
            question, number, view, by_words.get(number, 0.0), [next(cosines) for _ in place], matcher, alignment
        )
        for number, place, view, alignment in zip(numbers, places, views, aligned, strict=True)
    ]


@cache
def _beside() -> ThreadPoolExecutor:
    """Threads for the search of words, which leaves the interpreter to others."""
    return ThreadPoolExecutor(os.cpu_count(), "words")


def _look_at(passages: Sequence[int], question: Question, index: Index) -> None:
    """Finds what the passages hold, which views remember."""
    for number in passages:
        for sentence in view_of(index, number).sentences:
            features.things(question, sentence)


def _by_words(words: Sequence[Word], index: Index, scope: Within, k: int) -> dict[int, float]:
    query = _query(words, index)
    if query is None:
        return {}
    numbers, scores = index.words.search(scope.restrict(query), k)
    return dict(zip(numbers.tolist(), scores.tolist(), strict=True))


def _query(words: Sequence[Word], index: Index) -> Any | None:
    """Each word a soft OR of what may stand for it; the scores of the words are added."""
    least = _FAINT if index.passages > _MANY else 0.0
    clauses = [
        best_of([boosted(index.words.term(field, term), weight) for field, term, weight in standing])
        for word in words
        if (
            standing := [
                (f, t, weight) for f in FIELDS for t, weight in word.terms.get(f, {}).items() if weight >= least
            ]
        )
    ]
    return any_of(clauses) if clauses else None


def _by_meaning(vector: NDArray[np.float32], index: Index, scope: Within, k: int) -> list[int]:
    """A passage is as near as its nearest sentence."""
    sentences, _ = index.meaning.search(vector, k * 3, scope.sentences)
    return list(dict.fromkeys(index.passage_of(sentences).tolist()))[:k]


def view_of(index: Index, number: int) -> PassageView:
    """The passage, as evidence is weighed; views are kept as long as their index, and keep no index open."""
    if index not in _views:
        kept = _VIEWS_KEPT if index.passages < _LARGE else _FEW_VIEWS
        _views[index] = lru_cache(kept)(partial(_view, proxy(index)))
    return _views[index](number)


_views: WeakKeyDictionary[Index, Callable[[int], PassageView]] = WeakKeyDictionary()


def _view(index: Index, number: int) -> PassageView:
    sentences = index.sentences_in(number)
    return view_passage(sentences[0].document, sentences, index.language_of(number))
