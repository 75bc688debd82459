"""The learned part: linear models, whose weights are a file that a person can read (``weights.json``).

Passages and sentences are ranked by conditional logit (McFadden 1974): a linear score, turned by a softmax over the
candidates into the probability of being the one. ``bench/train/ranker.py`` makes the file.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Linear:
    """``weights @ features + bias``."""

    weights: NDArray[np.float64]
    bias: float

    def scores(self, rows: Sequence[Sequence[float]] | Scores) -> Scores:
        """One score per row of features."""
        return np.asarray(rows, dtype=np.float64) @ self.weights + self.bias


@cache
def linear(name: str, features: tuple[str, ...]) -> Linear:
    """The model ``name`` of the shipped weights, for features in this order.

    Raises:
        ValueError: the weights were fitted on other features.
    """
    part: Mapping[str, float] = shipped()[name]
    if set(part) != {*features, "bias"}:
        raise ValueError(f"weights for {sorted(set(part) ^ {*features, 'bias'})}, which code and file do not share")
    return Linear(np.array([part[feature] for feature in features]), part["bias"])


@cache
def shipped() -> dict[str, Any]:
    return json.loads((files("rag") / "data/weights.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def softmax(scores: Scores) -> Scores:
    shifted = np.exp(scores - scores.max())
    return shifted / shifted.sum()  # type: ignore[no-any-return]


def logistic(score: float) -> float:
    return float(1 / (1 + np.exp(-score)))
