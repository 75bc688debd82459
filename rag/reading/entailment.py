"""What the reader says of a claim and its evidence: whether they support it, and which of its words they lack."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.documents import Span


@dataclass(frozen=True, slots=True, eq=False)
class Entailment:
    """The probabilities that the evidence supports a claim or contradicts it; the rest is that it does neither.

    ``marks`` are the probabilities that the evidence lacks each token of the claim, shape (tokens,). ``offsets`` are
    the first and the last character of each token in the claim, shape (tokens, 2).
    """

    supported: float
    contradicted: float
    marks: NDArray[np.float32]
    offsets: NDArray[np.int32]

    def mark(self, span: Span) -> float:
        """Return the highest probability that the evidence lacks something of a span of the claim."""
        first = int(np.searchsorted(self.offsets[:, 1], span.start, side="right"))
        last = int(np.searchsorted(self.offsets[:, 0], span.end, side="left"))
        return float(self.marks[first:last].max(initial=0.0))
