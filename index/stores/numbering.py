"""Addresses of passages and sentences in a store, and their numbers in a snapshot.

An address is the number of a segment, and the number of a passage or sentence in it below 28 bits. It never changes;
numbers count through the segments of one snapshot.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from index.storage.candidates import Int64Array
from index.storage.manifest import Segment
from index.stores.base import StoreError

NUMBER_BITS = 28  # of an address; the others are the number of the segment
_LOW = (1 << NUMBER_BITS) - 1


def check_size(segments: Sequence[Segment]) -> None:
    """Check that all passages and sentences of each segment have an address.

    Raises:
        StoreError: a segment is too large.
    """
    most = max((max(segment.passages, segment.sentences) for segment in segments), default=0)
    if most > _LOW + 1:
        raise StoreError(
            "A part of the index has {:,} sentences, and a store takes {:,} in one. Spread the documents over"
            " several indexes.",
            most,
            _LOW + 1,
        )


class Numbering:
    """Turns the addresses of a store into the numbers of a snapshot, and back."""

    def __init__(self, segments: Sequence[int], counts: Sequence[int]) -> None:
        """Take the numbers of the segments, in order, and how much each of them holds."""
        self._segments = np.array(segments, np.int64)
        self._firsts = np.cumsum([0, *counts])
        self._order = np.argsort(self._segments)

    @property
    def count(self) -> int:
        """How many numbers there are."""
        return int(self._firsts[-1])

    def numbers(self, addresses: NDArray[np.int64]) -> Int64Array:
        """Return the numbers of addresses, same shape."""
        owners = self._order[np.searchsorted(self._segments[self._order], addresses >> NUMBER_BITS)]
        numbers: Int64Array = self._firsts[owners] + (addresses & _LOW)
        return numbers

    def addresses(self, numbers: Int64Array) -> NDArray[np.int64]:
        """Return the addresses of numbers, same shape."""
        owners = np.searchsorted(self._firsts, numbers, side="right") - 1
        addresses: NDArray[np.int64] = (self._segments[owners] << NUMBER_BITS) + numbers - self._firsts[owners]
        return addresses

    def ranges(self, numbers: Int64Array) -> list[tuple[int, int]]:
        """Return the first and last address of each run of ascending numbers; these have the shape (numbers,)."""
        if not len(numbers):
            return []
        addresses = self.addresses(numbers)
        ends = np.flatnonzero(np.diff(addresses) != 1)
        firsts, lasts = addresses[np.append(0, ends + 1)], addresses[np.append(ends, len(addresses) - 1)]
        return list(zip(firsts.tolist(), lasts.tolist(), strict=True))

    def spans(self, numbers: range) -> Iterator[tuple[int, int]]:
        """Yield the first and last address of consecutive numbers in each segment."""
        for segment, first, stop in zip(self._segments.tolist(), self._firsts, self._firsts[1:], strict=False):
            start, end = max(numbers.start, int(first)), min(numbers.stop, int(stop))
            if start < end:
                base = (segment << NUMBER_BITS) - int(first)
                yield base + start, base + end - 1
