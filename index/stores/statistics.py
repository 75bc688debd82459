"""The statistics of BM25, frozen with a snapshot, in the arithmetic of tantivy.

A store keeps of each posting how often its term occurs and how long its field is. The weight of a posting, ``tf / (tf +
norm(length))``, and that of its term, ``2.2 · idf``, follow from counts of the whole snapshot. So the inner product of
both is the same in any shard, and the same number, bit for bit, as that of the local index.
"""

import ctypes
import ctypes.util
import math
from collections.abc import Callable, Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

Float32Array = NDArray[np.float32]
_K1, _B = np.float32(1.2), np.float32(0.75)
_HALF = np.float32(0.5)


def _lengths() -> NDArray[np.int64]:
    """Return the 256 lengths that one byte can tell: four significant bits, exact up to 40."""
    codes = np.arange(232)
    shifts = np.maximum(codes // 8 - 1, 0)
    return np.concatenate([np.arange(24), 24 + np.where(codes < 8, codes, (codes % 8 + 8) << shifts)])


LENGTHS = _lengths()


def encode_lengths(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the byte of each length, rounded down, same shape."""
    return np.searchsorted(LENGTHS, lengths, side="right") - 1


class Statistics:
    """The counts of a snapshot, and the weights that follow from them."""

    def __init__(self, passages: int, tokens: Sequence[int]) -> None:
        """Take the number of passages, and that of the tokens of each field."""
        self._passages = passages
        self.norms = np.concatenate([_norms(count, passages) for count in tokens])  # 256 for each field
        self._logarithm = _logarithm()

    def idf(self, frequency: int) -> np.float32:
        """Return the inverse document frequency of a term that so many passages hold."""
        odds = (np.float32(self._passages - frequency) + _HALF) / (np.float32(frequency) + _HALF)
        return np.float32(self._logarithm(float(np.float32(1) + odds)))

    def weight(self, idf: np.float32, boost: float = 1.0) -> float:
        """Return the weight of a term of this frequency, times ``boost``."""
        return float(idf * (np.float32(1) + _K1) * np.float32(boost))


def _norms(tokens: int, passages: int) -> Float32Array:
    """Return what each length, by its byte, adds to the frequency of a term of a field with so many tokens."""
    average = np.float32(max(tokens, 1)) / np.float32(passages)  # a field without tokens has no postings
    return _K1 * (np.float32(1) - _B + _B * LENGTHS.astype(np.float32) / average)


def _logarithm() -> Callable[[float], float]:
    """Return the logarithm that tantivy takes: of the C library, from which another may differ in the last bit."""
    name = ctypes.util.find_library("m")
    if name is None:
        return math.log
    function = ctypes.CDLL(name).logf
    function.argtypes, function.restype = [ctypes.c_float], ctypes.c_float
    return cast(Callable[[float], float], function)


def add_up(words: Sequence[int], scores: Sequence[float]) -> float:
    """Return the sum of the scores of a passage's words, in single precision and in their order, as tantivy adds."""
    total = np.float32(0)
    for _, score in sorted(zip(words, scores, strict=True)):
        total += np.float32(score)
    return float(total)
