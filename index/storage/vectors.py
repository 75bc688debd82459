"""The vector index: one vector per sentence, searched by cosine with FAISS, one file per segment.

Up to 100,000 vectors the search is exact. Above, vectors are quantized and kept in inverted lists, and a search visits
only the nearest lists. How many it takes to find nearly all of what an exact search finds is measured when the index is
written, and recorded.
"""

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.encoders.base import Vectors
from index.errors import unreadable_index
from index.private import open_private

Codes = NDArray[np.int8]  # shape (texts, dimension)
Int64Array = NDArray[np.int64]
VisitedLists = tuple[Int64Array, NDArray[np.float32]]

_EXHAUSTIVE = 20_000  # sentences that are compared one by one where a search is among them alone
MARGIN = 2e-5  # by which two cosines that are equal once rounded may differ, as one engine and another compute them
SPARE = 2  # times as many sentences are taken as asked for: an engine may order near ones otherwise
_GROWTH = 4  # times as many, where that is not enough
_MAX_COSINE = 1.5  # more than any cosine of vectors of length 1 that were kept as bytes


def quantize(vectors: Vectors) -> Codes:
    """Quantize the direction of each row to int8, shape (texts, dimension). A cosine changes by less than 0.002."""
    largest = np.abs(vectors).max(axis=1, initial=1e-12, keepdims=True)
    codes: Codes = np.rint(vectors * (127 / largest)).astype(np.int8)
    return codes


def dequantize(codes: Codes) -> Vectors:
    """Return vectors of length 1, shape (texts, dimension); zero rows stay zero."""
    vectors = codes.astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-12))
    return vectors


def sort_nearest(
    numbers: Int64Array, vectors: Vectors, query: NDArray[np.float32], k: int
) -> tuple[Int64Array, NDArray[np.float32]]:
    """Return the numbers and cosines of the ``k`` nearest of some sentences, best first; both of shape (k,) or less.

    Each cosine is computed for itself, so that it does not depend on the others: all stores give the same.
    """
    cosines: NDArray[np.float32] = np.vecdot(vectors, query)
    order = np.lexsort((numbers, -cosines.round(5)))[:k]
    return numbers[order], cosines[order]


def write_index(index: Any, path: Path) -> None:
    """Write a FAISS index, for its owner alone.

    Raises:
        OSError: the disk is full, or fails; where FAISS opens a file itself, that is a message without a number.
    """
    module: Any = faiss  # its annotations leave this class out
    with open_private(path) as file:
        module.write_index(index, module.PyCallbackIOWriter(file.write))


class VectorIndex:
    """The vector indexes of all segments, opened as one, read only and memory-mapped.

    Sentences are numbered through, in the order of segments.
    """

    def __init__(self, paths: Sequence[Path], nprobe: int = 1) -> None:
        """Open the files of all segments.

        Raises:
            IndexCorrupted: a file cannot be read, or is of another kind than the others.
        """
        self._segments = [_VectorSegment(path) for path in paths]
        if len({segment.kind for segment in self._segments}) != 1:  # a search takes the lists of one for those of all
            raise unreadable_index(paths[0].parent.parent)
        self.nprobe = nprobe
        self._firsts = np.cumsum([0, *map(len, self._segments)])

    def __len__(self) -> int:
        return int(self._firsts[-1])

    @property
    def counts(self) -> list[int]:
        """The number of sentences of each segment."""
        return [len(segment) for segment in self._segments]

    @property
    def dimension(self) -> int:
        """The dimension of the vectors."""
        return self._segments[0].dimension

    @property
    def nprobe(self) -> int:
        """How many inverted lists a search visits."""
        return self._nprobe

    @nprobe.setter
    def nprobe(self, most: int) -> None:
        self._nprobe = most
        for segment in self._segments:
            segment.set_nprobe(most)

    def search(
        self, vector: NDArray[np.float32], k: int, sentences: Int64Array | None = None
    ) -> tuple[Int64Array, NDArray[np.float32]]:
        """Return the numbers and cosines of the ``k`` nearest sentences, nearest first; shape (k,) or less.

        Ties are in the order of numbers. ``sentences`` holds the numbers of those to search, sorted; None is all.

        Raises:
            IndexCorrupted: a vector is not one that was written.
            ValueError: ``vector`` holds something that is not a finite number.
        """
        query = np.ascontiguousarray(vector, np.float32).reshape(1, -1)
        if not np.isfinite(query).all():
            raise ValueError("a vector to search for that is no number")
        if sentences is not None and len(sentences) <= _EXHAUSTIVE:
            numbers = np.asarray(sentences, np.int64)
        else:
            numbers = self._contenders(query, k, sentences)
        return sort_nearest(numbers, self.reconstruct(numbers), query[0], k)

    def _contenders(self, query: Vectors, k: int, sentences: Int64Array | None) -> Int64Array:
        """Return numbers among which the ``k`` nearest are: where many are equally near, all that may be."""
        count = SPARE * k
        while True:
            numbers, cosines = self._nearest(query, count, sentences)
            self._check(cosines)
            descending = -np.sort(-cosines)
            if len(cosines) < count or descending[k - 1] - descending[count - 1] > MARGIN:
                return numbers[cosines >= descending[min(k, len(cosines)) - 1] - MARGIN] if len(numbers) else numbers
            count *= _GROWTH

    def _nearest(self, query: Vectors, k: int, sentences: Int64Array | None) -> tuple[Int64Array, NDArray[np.float32]]:
        results: list[tuple[Int64Array, NDArray[np.float32]]] = []
        lists = self._segments[0].lists(query)  # of all segments, whose lists are the same
        for segment, first in zip(self._segments, self._firsts.tolist(), strict=False):
            allowed = None if sentences is None else _from(sentences, first, first + len(segment))
            numbers, cosines = segment.nearest(query, k, lists, allowed)
            results.append((numbers + first, cosines))
        return np.concatenate([numbers for numbers, _ in results]), np.concatenate([cosines for _, cosines in results])

    def reconstruct(self, numbers: Int64Array) -> Vectors:
        """Return the vectors of sentences, shape (sentences, dimension).

        Raises:
            IndexCorrupted: a vector is not one that was written.
        """
        rows = self._rows(numbers)
        self._check(rows)
        return rows

    def _check(self, values: NDArray[np.float32]) -> None:
        """Refuse impossible values: a flipped bit may make a number huge or NaN, and no confidence may come from it."""
        if values.size and not (values.max() <= _MAX_COSINE and values.min() >= -_MAX_COSINE):  # NaN is neither
            raise unreadable_index(self._segments[0].path)

    def _rows(self, numbers: Int64Array) -> Vectors:
        sentences = np.asarray(numbers, np.int64)
        owners = np.searchsorted(self._firsts, sentences, side="right") - 1
        rows = np.empty((len(sentences), self._segments[0].dimension), np.float32)
        for owner in np.unique(owners).tolist():
            is_owned = owners == owner
            rows[is_owned] = self._segments[owner].reconstruct(sentences[is_owned] - self._firsts[owner])
        return rows


class _VectorSegment:
    def __init__(self, path: Path) -> None:
        self.path, self._lock = path, threading.Lock()
        try:
            self._index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise unreadable_index(path) from error
        if not _is_ours(self._index):
            raise unreadable_index(path)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    @property
    def kind(self) -> tuple[int, int, int]:
        """What all segments of an index have in common: dimension, metric and number of inverted lists."""
        return self.dimension, int(self._index.metric_type), int(getattr(self._index, "nlist", 0))

    def set_nprobe(self, most: int) -> None:
        """Set how many inverted lists a search visits."""
        if isinstance(self._index, faiss.IndexIVF):
            self._index.nprobe = min(most, self._index.nlist)

    def lists(self, query: Vectors) -> VisitedLists | None:
        """Return the inverted lists that a search visits, and their cosines; None if the search is exact."""
        if not isinstance(self._index, faiss.IndexIVF):
            return None
        cosines, numbers = self._index.quantizer.search(query, self._index.nprobe)
        return numbers, cosines

    def nearest(
        self, query: Vectors, k: int, lists: VisitedLists | None, allowed: Int64Array | None
    ) -> tuple[Int64Array, NDArray[np.float32]]:
        if not len(self) or (allowed is not None and not len(allowed)):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        searched, most = self._index, min(k, len(self))
        if allowed is not None:
            cosines, numbers = searched.search(query, most, params=self._only(allowed))
        elif lists is None:
            cosines, numbers = searched.search(query, most)
        else:
            cosines, numbers = searched.search_preassigned(query, most, *lists)
        is_hit = numbers[0] >= 0
        if lists is not None and (numbers[0] >= len(self)).any():  # of lists, the file says which vectors they hold
            raise unreadable_index(self.path)
        return numbers[0][is_hit], cosines[0][is_hit]

    def _only(self, numbers: Int64Array) -> Any:
        module: Any = faiss  # its annotations leave these keywords out
        chosen = faiss.IDSelectorBatch(numbers)
        if isinstance(self._index, faiss.IndexIVF):
            return module.SearchParametersIVF(sel=chosen, nprobe=self._index.nprobe)
        return module.SearchParameters(sel=chosen)

    def reconstruct(self, numbers: Int64Array) -> Vectors:
        return self._direct.reconstruct_batch(np.ascontiguousarray(numbers))  # type: ignore[no-any-return]

    @cached_property
    def _direct(self) -> Any:
        """The index, able to look a vector up by number; for inverted lists this builds a table, once."""
        with self._lock:
            if isinstance(self._index, faiss.IndexIVF) and self._index.direct_map.no():
                try:
                    self._index.make_direct_map()
                except RuntimeError as error:  # a number of no vector
                    raise unreadable_index(self.path) from error
        return self._index


def _is_ours(index: Any) -> bool:
    """Return whether FAISS read an index of a kind that ``index.build.ivf`` makes, with a centroid for each list."""
    if index.metric_type != faiss.METRIC_INNER_PRODUCT:
        return False
    if isinstance(index, faiss.IndexIVFScalarQuantizer):
        return bool(index.quantizer.ntotal == index.nlist)
    return isinstance(index, faiss.IndexFlat)


def _from(numbers: Int64Array, first: int, end: int) -> Int64Array:
    """Return the sorted numbers from ``first`` to before ``end``, relative to ``first``."""
    start, stop = np.searchsorted(numbers, [first, end])
    return np.ascontiguousarray(np.asarray(numbers[start:stop], np.int64) - first)
