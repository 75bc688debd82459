"""What an engine is told of filters: ranges of addresses, which may hold more than is allowed.

Which passages and sentences filters allow is known here, from the documents. Telling an engine all their ranges would
send more the more documents there are, so neighbouring ranges are joined, and more rows are asked for instead, where
that moves less. What is moved then follows from the share that filters allow, not from the size of the snapshot.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.storage.candidates import Int64Array
from index.stores.numbering import Numbering

_FEW = 128  # ranges that are told in any case
Range = tuple[int, int]  # first and last address


@dataclass(frozen=True, slots=True)
class Restriction:
    """Ranges of addresses to search, and what is allowed in them.

    ``ranges`` is None where all is searched. ``allowed`` holds the allowed numbers, of shape (allowed,), and is None
    where the ranges hold nothing else. ``share`` is how much of what is in the ranges is allowed.
    """

    ranges: Sequence[Range] | None = None
    allowed: Int64Array | None = None
    share: float = 1.0

    def allows(self, numbers: Int64Array) -> NDArray[np.bool_]:
        """Return which numbers are allowed, same shape."""
        return np.ones(len(numbers), bool) if self.allowed is None else np.isin(numbers, self.allowed)

    def rows_for(self, count: int) -> int:
        """Return how many rows to ask for so that about ``count`` of them are allowed."""
        return int(np.ceil(count / self.share))


def restrict(numbering: Numbering, allowed: Int64Array | None, count: int) -> Restriction:
    """Return what an engine is told where ``count`` of the ``allowed`` numbers are asked for; None allows all.

    ``allowed`` has the shape (allowed,).
    """
    if allowed is None:
        return Restriction()
    exact = numbering.ranges(allowed)
    if len(exact) <= _FEW:
        return Restriction(exact)
    joined = join_ranges(exact, _FEW)
    coarse = Restriction(joined, allowed, len(allowed) / sum(last - first + 1 for first, last in joined))
    return Restriction(exact) if len(exact) <= coarse.rows_for(count) else coarse


def join_ranges(ranges: Sequence[Range], most: int) -> list[Range]:
    """Return at most ``most`` ranges that hold those given: the ones that are the least apart are joined."""
    ends = np.array(sorted(ranges), np.int64)
    if len(ends) <= most:
        return [*ranges]
    gaps = ends[1:, 0] - ends[:-1, 1]
    cuts = np.sort(np.argpartition(-gaps, most - 1)[: most - 1])
    firsts, lasts = ends[np.append(0, cuts + 1), 0], ends[np.append(cuts, len(ends) - 1), 1]
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))
