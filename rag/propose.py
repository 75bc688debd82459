"""The passages that words or meaning propose, before any of them is looked at: what costs little goes first.

In a large index words are searched for twice. First for what clearly stands for them, all scores added: tantivy passes
over most of what so plain a sum cannot lift (block-max WAND, Ding and Suel 2011). Then, as in a small index, by the
best alternative of each word, but only among the passages found. Together that takes two thirds of the time of the
second search alone, and finds 19 of 20 of the same passages.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.opened import Index
from index.words import all_of, any_of, best_of, boosted
from rag.expansion import FIELDS, Word
from rag.scope import Within

_PROPOSED = 20  # passages, by words and by meaning each
_MEANING = 3.0  # what a cosine counts beside the share of the best BM25; from 1 to 4 makes no difference
LARGE = 100_000  # passages from which words are searched for twice, and in another thread, …
_LIKELY = 40  # … first for so many …
_CLEAR = 0.9  # … by what stands for a word at least so well as its best alternative does, …
_FAINT = 0.3  # … then among these by all but those that weigh less
_LOOKED_AT = 6  # passages near in meaning that are worth looking at meanwhile
_THREADS = 8

Standing = tuple[str, str, float]  # a field, a term of it, and how well that stands for a word of the question
Vector = NDArray[np.float32]


class Proposed(NamedTuple):
    """A passage, its BM25 (0 where words did not find it), and the cosine of each of its sentences."""

    number: int
    words: float
    meanings: Sequence[float]

    @property
    def meaning(self) -> float:
        """A passage is as near as its nearest sentence."""
        return max(self.meanings)


def propose(
    words: Sequence[Word], vector: Vector, index: Index, scope: Within, most: int, look_at: Callable[[int], object]
) -> list[Proposed]:
    """The ``most`` likeliest passages for the words and the vector of a question, likeliest first.

    ``look_at`` is called with passages that are likely to be among them, where there is time.
    """
    each = max(_PROPOSED, most)
    if index.passages < LARGE:
        by_words, near = _by_words(_standing(words), index, scope, each), _by_meaning(vector, index, scope, each)
    else:
        coming = _beside().submit(_by_words_twice, _standing(words, _FAINT), index, scope, each)
        near = _by_meaning(vector, index, scope, each)
        for number in near[:_LOOKED_AT]:
            look_at(number)
        by_words = coming.result()
    return _likeliest(_measured(vector, by_words, near, index), most)


def _likeliest(found: Sequence[Proposed], most: int) -> list[Proposed]:
    best = max((one.words for one in found), default=0.0) or 1.0
    return sorted(found, key=lambda one: (-round(one.words / best + _MEANING * one.meaning, 4), one.number))[:most]


def _measured(vector: Vector, by_words: Mapping[int, float], near: Sequence[int], index: Index) -> list[Proposed]:
    """What words or meaning found, with both measures."""
    numbers = list(dict.fromkeys([*by_words, *near]))
    if not numbers:
        return []
    places = [index.sentences_of(number) for number in numbers]
    every = index.meaning.vectors(np.concatenate([np.arange(place.start, place.stop) for place in places]))
    cosines = iter((every @ vector).round(5).tolist())
    return [
        Proposed(number, by_words.get(number, 0.0), [next(cosines) for _ in place])
        for number, place in zip(numbers, places, strict=True)
    ]


def _by_meaning(vector: Vector, index: Index, scope: Within, k: int) -> list[int]:
    sentences, _ = index.meaning.search(vector, k * 3, scope.sentences)
    return list(dict.fromkeys(index.passage_of(sentences).tolist()))[:k]


def _by_words(
    standing: Sequence[Sequence[Standing]], index: Index, scope: Within, k: int, among: Sequence[Any] = ()
) -> dict[int, float]:
    """The passages with the best BM25, where each word counts by its best alternative."""
    if not standing:
        return {}
    soft = any_of([best_of([boosted(index.words.term(f, t), w) for f, t, w in word]) for word in standing])
    numbers, scores = index.words.search(all_of(scope.restrict(soft), among) if among else scope.restrict(soft), k)
    return dict(zip(numbers.tolist(), scores.tolist(), strict=True))


def _by_words_twice(standing: Sequence[Sequence[Standing]], index: Index, scope: Within, k: int) -> dict[int, float]:
    clear = [[one for one in word if one[2] >= _CLEAR * max(w for _, _, w in word)] for word in standing]
    among = _likely(clear, index, scope, max(_LIKELY, k))
    return _by_words(standing, index, scope, k, [among])


def _likely(standing: Sequence[Sequence[Standing]], index: Index, scope: Within, k: int) -> Any:
    """A query for the passages with the best sum of all that stands for a word."""
    best: dict[tuple[str, str], float] = {}
    for field, term, weight in (one for word in standing for one in word):
        best[field, term] = max(weight, best.get((field, term), 0.0))
    return index.words.best(scope.restrict(any_of([boosted(index.words.term(*at), w) for at, w in best.items()])), k)


def _standing(words: Sequence[Word], least: float = 0.0) -> list[list[Standing]]:
    """What stands for each word; words for which nothing does are left out."""
    found = [[(f, t, w) for f in FIELDS for t, w in word.terms.get(f, {}).items() if w >= least] for word in words]
    return [one for one in found if one]


@cache
def _beside() -> ThreadPoolExecutor:
    """Threads for the search of words, which leaves the interpreter to others."""
    return ThreadPoolExecutor(_THREADS, "words")
