"""The vectors of words, by the encoder that ships, whatever encoder an index was made with."""

import threading
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.encoders import StaticEncoder, Vectors, unit

Lengths = NDArray[np.float32]
_KEPT = 30_000  # words


class Words(NamedTuple):
    """Vectors of some words, one row each: the rarer a word is at large, the longer; an unknown one has length 0."""

    directions: Vectors
    lengths: Lengths

    @property
    def sums(self) -> Vectors:
        """The vectors themselves."""
        return self.directions * self.lengths[:, None]


class WordVectors:
    """A table that grows with the words that are met, and begins anew when it is full."""

    def __init__(self, encoder: StaticEncoder, kept: int = _KEPT) -> None:
        self._encoder, self._kept, self._lock = encoder, kept, threading.Lock()
        self._begin(kept)

    def of(self, words: Sequence[str]) -> Words:
        with self._lock:
            if len(self._places) + len(words) > len(self._lengths):
                self._begin(max(self._kept, len(words)))
            if new := [word for word in dict.fromkeys(words) if word not in self._places]:
                self._add(new)
            places = [self._places[word] for word in words]
            return Words(self._directions[places], self._lengths[places])

    def _begin(self, room: int) -> None:
        self._places: dict[str, int] = {}
        self._directions: Vectors = np.empty((room, self._encoder.dimension), np.float32)
        self._lengths: Lengths = np.empty(room, np.float32)

    def _add(self, new: Sequence[str]) -> None:
        sums, first = self._encoder.sums(new), len(self._places)
        self._directions[first : first + len(new)] = unit(sums)
        self._lengths[first : first + len(new)] = np.linalg.norm(sums, axis=1)
        self._places.update((word, place) for place, word in enumerate(new, start=first))


def length_together(words: Sequence[str]) -> float:
    """How long the sum of the words' vectors is: the longer the more alike they are."""
    return float(np.linalg.norm(word_vectors().of(words).sums.sum(axis=0)))


@cache
def word_vectors() -> WordVectors:
    return WordVectors(StaticEncoder())
