"""The meaning index: one vector per sentence, searched by cosine, kept by FAISS.

Up to some 100,000 vectors the search is exact. Above, vectors are grouped (inverted lists) and kept as bytes, and a
search looks at the nearest groups only: at as many as it takes to find nearly all of what an exact search finds, which
is measured when the index is written, and recorded.
"""

import threading
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import faiss
import numpy as np
from numpy.typing import NDArray

from index.encoders import Vectors
from index.errors import IndexDamaged

Codes = NDArray[np.int8]  # shape (texts, dimension)

EXACT_BELOW = 100_000  # vectors
_GOOD_RECALL = 0.97
_PROBED = (8, 16, 32, 64, 128, 256)  # groups that a search looks at
_SAMPLE_PER_GROUP = 40
_CHUNK = 65_536  # vectors in memory at a time
_FEW = 20_000  # sentences that are compared one by one where a search is among them alone
_TRIALS = 64  # searches that measure recall


class MeaningFacts(NamedTuple):
    kind: str  # as FAISS names it
    recall: float  # the share of the ten nearest that a search finds


def compact(vectors: Vectors) -> Codes:
    """Directions as bytes, a quarter of the room; a cosine changes by less than 0.002."""
    largest = np.abs(vectors).max(axis=1, initial=1e-12, keepdims=True)
    codes: Codes = np.rint(vectors * (127 / largest)).astype(np.int8)
    return codes


def expand(codes: Codes) -> Vectors:
    """Vectors of length 1 again (0 for a text without meaning)."""
    vectors = codes.astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-12))
    return vectors


class MeaningWriter:
    """Writes a meaning index. Vectors wait in a file, so that memory does not grow with their number."""

    def __init__(self, path: Path, dimension: int, exact_below: int = EXACT_BELOW) -> None:
        self._path, self._dimension, self._exact_below = path, dimension, exact_below
        self._waiting = path.with_suffix(".codes")
        self._file = self._waiting.open("wb")
        self._count = 0

    def add(self, codes: Codes) -> None:
        """The next sentences, in order."""
        self._file.write(np.ascontiguousarray(codes).data)
        self._count += len(codes)

    def close(self) -> MeaningFacts:
        self._file.close()
        codes = np.memmap(self._waiting, np.int8, "r", shape=(self._count, self._dimension))
        kind = "Flat" if self._count < self._exact_below else f"IVF{_groups(self._count)},SQ8"
        index, recall = _built(codes, kind)
        faiss.write_index(index, str(self._path))
        del codes
        self._waiting.unlink()
        return MeaningFacts(kind, round(recall, 4))


def _groups(count: int) -> int:
    return max(1, int(count**0.5))


def _built(codes: Codes, kind: str) -> tuple[Any, float]:
    index: Any = faiss.index_factory(codes.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
    if not index.is_trained:
        index.train(_sample(codes, index.nlist * _SAMPLE_PER_GROUP))
    for start in range(0, len(codes), _CHUNK):
        index.add(expand(codes[start : start + _CHUNK]))
    return index, 1.0 if kind == "Flat" else _tuned(index, codes)


def _sample(codes: Codes, size: int) -> Vectors:
    """Vectors chosen by number alone: the same vectors, the same index."""
    chosen = np.random.default_rng(0).choice(len(codes), min(size, len(codes)), replace=False)
    return expand(codes[np.sort(chosen)])


def _tuned(index: Any, codes: Codes) -> float:
    """Sets how many groups a search looks at; the recall that this gives."""
    numbers = np.sort(np.random.default_rng(1).choice(len(codes), min(_TRIALS, len(codes)), replace=False))
    queries = expand(codes[numbers])
    least = _tenth_best(queries, codes)
    recall = 0.0
    for index.nprobe in _PROBED:
        found = index.search(queries, 11)[1]
        cosines = np.einsum("qd,qkd->qk", queries, expand(codes[found.ravel()]).reshape(*found.shape, -1))
        recall = float(np.minimum(((cosines >= least[:, None]) & (found >= 0)).sum(axis=1), 11).mean() / 11)
        if recall >= _GOOD_RECALL:
            break
    return recall


def _tenth_best(queries: Vectors, codes: Codes) -> NDArray[np.float32]:
    """For each query (a stored vector, which finds itself) the cosine of its tenth neighbour, less rounding."""
    best = np.full((len(queries), 11), -2, np.float32)
    for start in range(0, len(codes), _CHUNK):
        cosines = queries @ expand(codes[start : start + _CHUNK]).T
        best = np.sort(np.hstack([best, cosines]), axis=1)[:, -11:]
    return best[:, 0] - np.float32(1e-4)


class MeaningIndex:
    """An opened meaning index, read only; its file is mapped, not loaded."""

    def __init__(self, path: Path) -> None:
        try:
            self._index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise IndexDamaged("{} cannot be read. Build the index again: rag rebuild FOLDER", path) from error
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(
        self, vector: NDArray[np.float32], k: int, within: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The numbers and cosines of the ``k`` nearest sentences (fewer where there are fewer), nearest first.

        ``within`` holds the numbers of the sentences to search among; None is all of them.
        """
        query = np.ascontiguousarray(vector, np.float32).reshape(1, -1)
        if within is None:
            numbers, cosines = self._nearest(query, k)
        elif len(within) <= _FEW:
            numbers, cosines = np.asarray(within, np.int64), self.vectors(within) @ query[0]
        else:
            numbers, cosines = self._nearest(query, k, faiss.IDSelectorBatch(np.asarray(within, np.int64)))
        order = np.lexsort((numbers, -cosines.round(5)))[:k]
        return numbers[order], cosines[order]

    def _nearest(self, query: Vectors, k: int, among: Any = None) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        parameters = self._parameters(among) if among is not None else None
        cosines, numbers = self._index.search(query, max(1, min(k, len(self))), params=parameters)
        found = numbers[0] >= 0
        return numbers[0][found], cosines[0][found]

    def _parameters(self, among: Any) -> Any:
        module: Any = faiss  # its annotations leave these keywords out
        if isinstance(self._index, faiss.IndexIVF):
            return module.SearchParametersIVF(sel=among, nprobe=self._index.nprobe)
        return module.SearchParameters(sel=among)

    def _only(self, among: NDArray[np.int64] | None) -> Any:
        if among is None:
            return None
        if isinstance(self._index, faiss.IndexIVF):
            return faiss.SearchParametersIVF(sel=faiss.IDSelectorBatch(among), nprobe=self._index.nlist)  # type: ignore[call-arg]
        return faiss.SearchParameters(sel=faiss.IDSelectorBatch(among))  # type: ignore[call-arg]

    def vectors(self, numbers: NDArray[np.int64]) -> Vectors:
        """The vectors of sentences, one row each."""
        wanted = np.ascontiguousarray(numbers, np.int64)
        if not len(wanted):
            return np.empty((0, self._index.d), np.float32)
        return self._direct.reconstruct_batch(wanted)  # type: ignore[no-any-return]

    @cached_property
    def _direct(self) -> Any:
        """The index, able to find a vector by its number (for inverted lists this takes a table, made once)."""
        with self._lock:
            if isinstance(self._index, faiss.IndexIVF) and self._index.direct_map.no():
                self._index.make_direct_map()
        return self._index
