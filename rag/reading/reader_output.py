"""What the reader says of one passage: whether it answers, and where."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.documents import Span

Logits = NDArray[np.float32]
Offsets = NDArray[np.integer]
_WIDEST = 30  # tokens that an answer span may hold
_FLOOR = -12.0  # the least log-probability of a sentence, and of either end of a span


@dataclass(frozen=True, slots=True, eq=False)
class ReaderOutput:
    """The outputs of the reader for one question and one passage.

    ``starts`` and ``ends`` are log-probabilities that the answer starts or ends at each token of the passage, both of
    shape (tokens,). What they lack to a sum of 1 is the probability that the passage holds no answer. ``offsets`` are
    the first and the last character of each token in the passage, shape (tokens, 2).
    """

    answers: float  # log-odds that the passage answers the question
    starts: Logits
    ends: Logits
    absent: float  # log-probability of "no answer here", start and end together
    offsets: NDArray[np.int32]

    @property
    def margin(self) -> float:
        """Return the log-odds of the best span against "no answer here"."""
        return self._best(0, len(self.starts))[0] - self.absent

    def mass(self, start: int, end: int) -> float:
        """Return the log-probability that the answer lies in ``passage[start:end]``, both ends of it."""
        first, last = self._tokens(start, end)
        if first == last:
            return _FLOOR
        spans = self._table(first, last)
        top = float(spans.max())
        return max(_FLOOR, top + float(np.log(np.exp(spans - top).sum())))

    def span(self, start: int, end: int) -> Span | None:
        """Return the most probable answer span inside ``passage[start:end]``, in characters of the passage."""
        first, last = self._tokens(start, end)
        if first == last:
            return None
        _, begin, finish = self._best(first, last)
        return Span(int(self.offsets[begin, 0]), int(self.offsets[finish, 1]))

    def spans(self, starts: Offsets, ends: Offsets) -> Logits:
        """Return the log-probability of each span of characters of the passage; all of shape (spans,)."""
        if not len(self.starts):
            return np.full(len(starts), 2 * _FLOOR, np.float32)
        first = np.searchsorted(self.offsets[:, 1], starts, side="right")
        last = np.searchsorted(self.offsets[:, 0], ends, side="left") - 1
        unread = first >= len(self.starts)  # behind the longest that is read
        begins, finishes = self.starts[np.where(unread, 0, first)], self.ends[np.maximum(last, 0)]
        return np.where(unread, 2 * _FLOOR, begins + finishes).astype(np.float32)

    def _tokens(self, start: int, end: int) -> tuple[int, int]:
        """Return the tokens that lie in ``passage[start:end]``, the last excluded."""
        first = int(np.searchsorted(self.offsets[:, 1], start, side="right"))
        last = int(np.searchsorted(self.offsets[:, 0], end, side="left"))
        return first, max(first, last)

    def _table(self, first: int, last: int) -> Logits:
        """Return the log-probability of each span of tokens; shape (last - first, last - first), -inf for no span."""
        table = self.starts[first:last, None] + self.ends[None, first:last]
        distance = np.arange(last - first)[None, :] - np.arange(last - first)[:, None]
        return np.where((distance < 0) | (distance >= _WIDEST), -np.inf, table).astype(np.float32)

    def _best(self, first: int, last: int) -> tuple[float, int, int]:
        """Return the log-probability of the best span between two tokens, its first and its last token."""
        if first == last:
            return -np.inf, first, first
        spans = self._table(first, last).round(3)
        begin, finish = np.unravel_index(int(spans.argmax()), spans.shape)
        return float(spans[begin, finish]), first + int(begin), first + int(finish)
