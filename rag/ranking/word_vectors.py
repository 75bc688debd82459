"""Word vectors of the bundled encoder, whatever encoder an index was made with."""

import threading
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.encoders.base import Vectors
from index.encoders.static import StaticEncoder

Lengths = NDArray[np.float32]
_CAPACITY = 30_000  # words


class WordMatrix(NamedTuple):
    """Vectors of some words: ``sums`` has shape (words, dimension), ``lengths`` (words,).

    The rarer a word is at large, the longer its vector; an unknown word has length 0.
    """

    sums: Vectors
    lengths: Lengths

    @property
    def directions(self) -> Vectors:
        """Return the vectors scaled to length 1, of shape (words, dimension)."""
        return (self.sums / np.maximum(self.lengths, 1e-12)[:, None]).astype(np.float32, copy=False)


class WordVectors:
    """A table of word vectors, filled on demand and emptied when full; safe to share between threads."""

    def __init__(self, encoder: StaticEncoder, capacity: int = _CAPACITY) -> None:
        self._encoder, self._capacity, self._lock = encoder, capacity, threading.Lock()
        self._begin(capacity)

    def lookup(self, words: Sequence[str]) -> WordMatrix:
        """Return the vectors of ``words``, in order."""
        with self._lock:
            rows = self._rows(words)
            return WordMatrix(self._sums[rows], self._lengths[rows])

    def distinct(self, words: Sequence[str]) -> tuple[WordMatrix, NDArray[np.intp]]:
        """Return the vectors of the distinct words among ``words``, and for each word its row, of shape (words,)."""
        with self._lock:
            rows, row_of_word = np.unique(self._rows(words), return_inverse=True)
            return WordMatrix(self._sums[rows], self._lengths[rows]), row_of_word

    def _rows(self, words: Sequence[str]) -> list[int]:
        try:
            return [self._row_of[word] for word in words]
        except KeyError:
            if len(self._row_of) + len(words) > len(self._lengths):
                self._begin(max(self._capacity, len(words)))
            self._add([word for word in dict.fromkeys(words) if word not in self._row_of])
            return [self._row_of[word] for word in words]

    def _begin(self, capacity: int) -> None:
        self._row_of: dict[str, int] = {}
        self._sums: Vectors = np.empty((capacity, self._encoder.dimension), np.float32)
        self._lengths: Lengths = np.empty(capacity, np.float32)

    def _add(self, new: Sequence[str]) -> None:
        sums, first = self._encoder.sums(new), len(self._row_of)
        self._sums[first : first + len(new)] = sums
        self._lengths[first : first + len(new)] = np.linalg.norm(sums, axis=1)
        self._row_of.update((word, row) for row, word in enumerate(new, start=first))
