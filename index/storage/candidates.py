"""What a store is asked for a question: numbers of passages and sentences, proposed by words and by vectors.

A store proposes and nothing else. Texts, spans, the ranking and the decision are made of the documents themselves,
so that two stores that propose the same numbers give the same answer.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.encoders.base import Vectors

Term = tuple[str, str]  # a field, and a term of it
WeightedTerm = tuple[str, str, float]  # a field, a term of it, and its weight for a word of the question
Int64Array = NDArray[np.int64]
SPELLINGS = 3  # words at most that a slip may stand for


@dataclass(frozen=True, slots=True)
class ResolvedFilters:
    """Filters of one index: which passages and sentences may be proposed.

    A passage must be in one of the ranges of each of ``runs``, hold every phrase, and hold none of ``without``.
    ``sentences`` says the same once more: the numbers of the sentences in such passages, ascending, of shape
    (allowed,); None allows all. It does not say it of ``unlisted``: whoever proposes checks those in the texts.
    """

    runs: tuple[tuple[range, ...], ...] = ()  # of passage numbers, ascending
    phrases: tuple[tuple[str, ...], ...] = ()  # plain terms that stand side by side
    without: tuple[str, ...] = ()  # plain terms
    sentences: NDArray[np.int64] | None = None
    unlisted: tuple[tuple[tuple[str, ...], bool], ...] = ()  # phrases, and whether a passage must hold each or must not


NO_RESTRICTION = ResolvedFilters()


class Candidates(Protocol):
    """Proposes passages and sentences of one snapshot, whose statistics never change.

    BM25 is that of Robertson and Zaragoza (2009) over all passages of the snapshot, with k1 1.2 and b 0.75. Lists are
    best first; equal scores are in the order of numbers.
    """

    def frequencies(self, terms: Sequence[Term]) -> list[int]:
        """Return in how many passages each term is."""
        ...

    def spellings(self, text: str, slips: int) -> list[tuple[int, str]]:
        """Return at most ``SPELLINGS`` plain words of the corpus that begin alike, with the number of typing errors.

        At most ``slips`` errors are allowed. Fewest errors come first, then the words of most passages.
        """
        ...

    def best(self, words: Sequence[Sequence[WeightedTerm]], filters: ResolvedFilters, k: int) -> dict[int, float]:
        """Return the BM25 of the ``k`` best passages, by number; each word counts by its best alternative."""
        ...

    def best_by_sum(self, terms: Sequence[WeightedTerm], filters: ResolvedFilters, k: int) -> dict[int, float]:
        """Return the ``k`` passages with the best sum over all terms, by number."""
        ...

    def scores(self, numbers: Collection[int], words: Sequence[Sequence[WeightedTerm]]) -> dict[int, float]:
        """Return the BM25 of given passages, as ``best`` does; those without any of the words are left out."""
        ...

    def with_words(self, words: Sequence[Sequence[str]], filters: ResolvedFilters = NO_RESTRICTION) -> Int64Array:
        """Return all passages that hold one of the plain terms of each word, ascending; shape (passages,)."""
        ...

    def with_phrase(self, words: Sequence[str]) -> Int64Array:
        """Return all passages where plain terms stand side by side, ascending; shape (passages,)."""
        ...

    def best_with_phrase(self, words: Sequence[str], filters: ResolvedFilters, k: int) -> Int64Array:
        """Return the ``k`` best of these passages, by the BM25 of the phrase; shape (k,) or less."""
        ...

    def lists(self, words: Sequence[str]) -> bool:
        """Return whether so few passages hold all of some plain terms that filters list them."""
        ...

    def listed(self, filters: ResolvedFilters) -> ResolvedFilters:
        """Return the same filters, of which ``sentences`` says all."""
        ...

    def nearest(
        self, vector: NDArray[np.float32], k: int, filters: ResolvedFilters
    ) -> tuple[Int64Array, NDArray[np.float32]]:
        """Return the numbers and cosines of the ``k`` nearest sentences; both of shape (k,) or less."""
        ...

    def vectors(self, sentences: Int64Array) -> Vectors:
        """Return the vectors of sentences, of length 1; shape (sentences, dimension)."""
        ...

    def is_current(self) -> bool:
        """Return whether the snapshot is still the published one, where others may publish."""
        ...

    def close(self) -> None:
        """Free what is held for the snapshot."""
        ...
