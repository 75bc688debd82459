"""The passages that words or meaning propose, before any of them is looked at: what costs little goes first."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from time import sleep
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.index import Index
from rag.query.filters import Within
from rag.query.question import Question
from rag.retrieval.bm25 import among, by_words, likely
from rag.retrieval.expansion import Word, alternatives, expand

_PROPOSED = 20  # passages, by words and by meaning each
_MEANING = 3.0  # what a cosine counts beside the share of the best BM25; from 1 to 4 makes no difference
_THREADS = 8

Vector = NDArray[np.float32]
Words = tuple[Word, ...]


class Proposed(NamedTuple):
    """A passage, its BM25 (0 where words did not find it), and the cosine of each of its sentences."""

    number: int
    words: float
    meanings: Sequence[float]

    @property
    def meaning(self) -> float:
        """A passage is as near as its nearest sentence."""
        return max(self.meanings)


class Proposals(NamedTuple):
    """The words of the question, with what may stand for each, and the passages, likeliest first."""

    words: Words
    passages: list[Proposed]


def propose(question: Question, index: Index, scope: Within, most: int, look_at: Callable[[int], object]) -> Proposals:
    """The ``most`` likeliest passages for a question.

    ``look_at`` is called with passages that are likely to be among them, while a large index is searched for words.
    """
    find = _in_large if index.is_large else _in_small
    words, found = find(question, index, scope, most, look_at)
    return Proposals(words, _likeliest(found, most))


def _in_small(question: Question, index: Index, scope: Within, most: int, _: object) -> Proposals:
    each = max(_PROPOSED, most)
    words, dated = _expanded(question, index)
    vector = _vector(question, index)
    scores = by_words([*words, *dated], index, scope, each)
    return Proposals(words, _measured(vector, scores, _by_meaning(vector, index, scope, each), index))


def _in_large(
    question: Question, index: Index, scope: Within, most: int, look_at: Callable[[int], object]
) -> Proposals:
    """Words are searched for in another thread, since tantivy leaves the interpreter to others."""
    each = max(_PROPOSED, most)
    first = _beside().submit(_likely, question, index, scope, 2 * each)
    vector = _vector(question, index)
    near = _by_meaning(vector, index, scope, each)
    _until(first, look_at, near)
    words, dated, sums = first.result()
    second = _beside().submit(among, sums, [*words, *dated], index)
    found = _measured(vector, sums, near, index)
    _until(second, look_at, [one.number for one in _likeliest(found, most)])
    scores = second.result()
    return Proposals(words, [one._replace(words=scores.get(one.number, 0.0)) for one in found])


def _until(done: Future[Any], look_at: Callable[[int], object], numbers: Iterable[int]) -> None:
    for number in numbers:
        sleep(0)  # leaves the interpreter to the other thread, if that waits for it
        if done.done():
            return
        look_at(number)


def _likely(question: Question, index: Index, scope: Within, k: int) -> tuple[Words, Words, dict[int, float]]:
    words, dated = _expanded(question, index)
    return words, dated, likely([*words, *dated], index, scope, k)


def _expanded(question: Question, index: Index) -> tuple[Words, Words]:
    """The words of the question, and those that say when."""
    dated = (alternatives(word, question.language, index.lexical, index.passages) for word in question.dated)
    return expand(question, index.lexical, index.passages), tuple(dated)


def _vector(question: Question, index: Index) -> Vector:
    vector: Vector = index.encoder.encode([question.text])[0]
    return vector


def _likeliest(found: Sequence[Proposed], most: int) -> list[Proposed]:
    best = max((one.words for one in found), default=0.0) or 1.0
    return sorted(found, key=lambda one: (-round(one.words / best + _MEANING * one.meaning, 4), one.number))[:most]


def _measured(vector: Vector, by_words: Mapping[int, float], near: Sequence[int], index: Index) -> list[Proposed]:
    """What words or meaning found, with both measures."""
    numbers = list(dict.fromkeys([*by_words, *near]))
    if not numbers:
        return []
    places = [index.sentences_of(number) for number in numbers]
    every = index.vectors.reconstruct(np.array([sentence for place in places for sentence in place]))
    cosines = iter(np.vecdot(every, vector).round(5).tolist())
    return [
        Proposed(number, by_words.get(number, 0.0), [next(cosines) for _ in place])
        for number, place in zip(numbers, places, strict=True)
    ]


def _by_meaning(vector: Vector, index: Index, scope: Within, k: int) -> list[int]:
    sentences, _ = index.vectors.search(vector, k * 3, scope.sentences)
    return list(dict.fromkeys(index.passage_of(sentences).tolist()))[:k]


@cache
def _beside() -> ThreadPoolExecutor:
    """Threads for the search of words, which leaves the interpreter to others."""
    return ThreadPoolExecutor(_THREADS, "words")
