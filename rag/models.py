"""The learned models: linear, with weights in a readable file (``weights.json``).

Passages and sentences are ranked by conditional logit (McFadden 1974): a linear score, turned by a softmax over the
candidates into the probability of being the right one. ``bench/train/ranker.py`` makes the file.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.reading.reader import Reader

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear model: ``weights @ features + bias``."""

    weights: Scores  # shape (features,)
    bias: float

    def scores(self, rows: Sequence[Sequence[float]] | Scores) -> Scores:
        """Return one score for each row of features: shape (rows, features) in, shape (rows,) out."""
        return np.asarray(rows, dtype=np.float64) @ self.weights + self.bias


class Models:
    """All fitted models, by name, and the reader.

    ``threshold`` is the probability from which the documents are taken to answer, ``read_threshold`` the same where the
    reader has read.
    """

    def __init__(self, weights: Mapping[str, Any]) -> None:
        self._weights = weights
        self._linear: dict[tuple[str, tuple[str, ...]], Linear] = {}
        self.threshold: float = weights["threshold"]
        self.read_threshold: float = weights["read threshold"]

    def linear(self, name: str, features: tuple[str, ...]) -> Linear:
        """Return the model ``name``, with its weights in the order of ``features``.

        Raises:
            ValueError: the weights were fitted on other features.
        """
        if (name, features) not in self._linear:
            self._linear[name, features] = _linear(self._weights[name], features)
        return self._linear[name, features]

    @cached_property
    def reader(self) -> Reader:
        """The reader that ships: one for all indexes, since it takes 100 MB of memory."""
        return Reader()


def _linear(weights: Mapping[str, float], features: tuple[str, ...]) -> Linear:
    if set(weights) != {*features, "bias"}:
        raise ValueError(f"code and weights do not share {sorted(set(weights) ^ {*features, 'bias'})}")
    return Linear(np.array([weights[feature] for feature in features]), weights["bias"])


# Read once in the process: the weights are part of the package and the same for every index.
@cache
def models() -> Models:
    """Return the models that ship with the package."""
    return Models(json.loads((files("rag") / "data/weights.json").read_text(encoding="utf-8")))


def feature_names(*rows: Any) -> tuple[str, ...]:
    """Return the names of the fields of named tuples, as the weights spell them: ``meaning_of_best`` has spaces."""
    return tuple(field.replace("_", " ") for row in rows for field in row._fields)


def softmax(scores: Scores) -> Scores:
    """Return probabilities that sum to 1, of the same shape."""
    shifted = np.exp(scores - scores.max())
    return shifted / shifted.sum()  # type: ignore[no-any-return]


def logistic(score: float) -> float:
    """Return the probability, 0 to 1, of a score in log-odds."""
    return float(1 / (1 + np.exp(-score)))
