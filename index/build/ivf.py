"""Train and fill the inverted file (IVF) of a large index, so that a search visits only a part of its vectors.

The centroids are trained on documents sampled by their ids. A changed file rarely belongs to the sample, so a rebuild
rarely retrains them or reassigns the vectors of other segments.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import faiss
import numpy as np

from index.encoders.base import Vectors
from index.storage.segments import Source, is_sampled
from index.storage.vectors import Codes, VectorIndex, dequantize

EXACT_BELOW = 100_000  # vectors
EXACT = "Flat"
_SAMPLE_PER_GROUP = 40
_GOOD_RECALL = 0.97
_PROBED = (8, 16, 32, 64, 128, 256)  # groups that a search looks at
_CHUNK = 65_536  # vectors in memory as floats at a time
_ROUNDING = 0.002  # by which a cosine of vectors kept as bytes may be off
_TRIALS = 64  # searches that measure recall


def choose_factory_string(count: int) -> str:
    """Return the FAISS factory string for ``count`` vectors."""
    return EXACT if count < EXACT_BELOW else f"IVF{_groups(count)},SQ8"


def _groups(count: int) -> int:
    """Return the number of inverted lists: about the square root, as a power of two, so that it rarely changes."""
    return 1 << int(np.log2(count) / 2 + 0.5)


def sample_sources(sources: Sequence[Source]) -> list[Source]:
    """Return the documents whose vectors the centroids are trained on.

    One document in a power of two, for about ``_SAMPLE_PER_GROUP`` vectors per list; all documents if the sampled ones
    hold too few.
    """
    total = sum(source.sentences for source in sources)
    size = _SAMPLE_PER_GROUP * _groups(total)
    chosen = [source for source in sources if is_sampled(source.id, 1 << max(1, total // size).bit_length() - 1)]
    return chosen if 2 * sum(source.sentences for source in chosen) >= size else list(sources)


def train(kind: str, codes: Codes) -> Any:
    """Return an empty FAISS index of this kind, trained on ``codes`` of shape (vectors, dimension)."""
    index: Any = faiss.index_factory(codes.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
    if not index.is_trained:
        index.train(_thin(codes, 2 * _SAMPLE_PER_GROUP * index.nlist))
    return index


def add(index: Any, codes: Codes) -> None:
    """Add vectors of shape (vectors, dimension) to a FAISS index."""
    for chunk in _chunks(codes):
        index.add(dequantize(chunk))


class RecallEstimator:
    """Measure recall by searches whose exact answers are known once every vector was added as a reference."""

    def __init__(self, codes: Codes) -> None:
        """Take the queries from ``codes``, shape (vectors, dimension)."""
        self._queries = _thin(codes, _TRIALS)
        self._best = np.full((len(self._queries), 11), -np.inf, np.float32)

    def add_reference(self, codes: Codes) -> None:
        """Add vectors to search among, shape (vectors, dimension)."""
        for chunk in _chunks(codes):
            cosines = np.hstack([self._best, self._queries @ dequantize(chunk).T])
            self._best = np.partition(cosines, -11, axis=1)[:, -11:]

    def recall(self, index: VectorIndex) -> float:
        """Return the share of the ten nearest that the index finds, besides the query itself, which is stored too."""
        least = self._best.min(axis=1) - _ROUNDING
        hits = [index.search(query, 11)[1] for query in self._queries]
        nearest = np.isfinite(self._best).sum(axis=1)
        return float(np.mean([(hit >= low).sum() / all for hit, low, all in zip(hits, least, nearest, strict=True)]))

    def choose_nprobe(self, index: VectorIndex) -> float:
        """Set the smallest ``nprobe`` that reaches the recall wanted; return the recall reached."""
        for index.nprobe in _PROBED:
            recall = self.recall(index)
            if recall >= _GOOD_RECALL:
                break
        return recall


def _thin(codes: Codes, most: int) -> Vectors:
    """Return at most ``most`` of the vectors, chosen by position only."""
    chosen = np.random.default_rng(0).choice(len(codes), min(most, len(codes)), replace=False)
    return dequantize(codes[np.sort(chosen)])


def _chunks(codes: Codes) -> Iterator[Codes]:
    return (codes[start : start + _CHUNK] for start in range(0, len(codes), _CHUNK))
