"""Two small fits, by L-BFGS: conditional logit over groups of candidates, and logistic regression.

Features are scaled while fitting; what comes back is in their own units, by name, ready to be read.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

from rag import models

STRENGTH = 4e-3  # of the penalty on squared weights


@dataclass(frozen=True)
class Group:
    """The candidates of one question: a row of features each, and which ones are right."""

    rows: Any  # shape (candidates, features), dense or sparse
    right: Any  # shape (candidates,)


def conditional_logit(groups: Sequence[Group], names: Sequence[str], strength: float = STRENGTH) -> dict[str, float]:
    """Fit weights that make the right candidates of each group probable, under a softmax over the group."""
    useful = [group for group in groups if any(group.right) and not all(group.right)]
    table, right = _stacked([group.rows for group in useful]), np.concatenate([group.right for group in useful])
    starts = np.cumsum([0, *(len(group.right) for group in useful[:-1])])
    right = np.asarray(right, bool)

    def loss(scores: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        all_share, all_log = _shares(scores, starts)
        right_share, right_log = _shares(np.where(right, scores, -1e9), starts)
        return float((all_log - right_log).mean()), (all_share - right_share) / len(starts)

    return _minimised(table, names, loss, strength)


def logistic_regression(table: Any, right: Any, names: Sequence[str], strength: float = STRENGTH) -> dict[str, float]:
    """Fit weights and bias of the probability of being right; both classes count the same."""
    table, right = np.asarray(table, float), np.asarray(right, float)
    balance = np.where(right > 0, 0.5 / right.mean(), 0.5 / (1 - right.mean())) / len(right)

    def loss(scores: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        share = 1 / (1 + np.exp(-scores))
        return float((balance * (np.logaddexp(0, scores) - right * scores)).sum()), balance * (share - right)

    return _minimised(table, names, loss, strength)


def save_weights(weights: dict[str, Any], out: Path) -> None:
    """Write weights as JSON, and have the program read them anew."""
    out.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    models.models.cache_clear()


def scaled(group: Group, weights: dict[str, float]) -> NDArray[np.float64]:
    """Return the scores of a group's candidates; shape (candidates,)."""
    each = np.array([weight for name, weight in weights.items() if name != "bias"])
    scores: NDArray[np.float64] = np.asarray(group.rows, float) @ each + weights["bias"]
    return scores


def fit_relevance(groups: Sequence[Group], weights: dict[str, float]) -> dict[str, float]:
    """Calibrate a passage's score: fit weight and bias of its probability of being right."""
    scores = np.concatenate([scaled(group, weights)[:, None] for group in groups])
    return logistic_regression(scores, np.concatenate([group.right for group in groups]), ("passage",))


def with_passage(sentences: Group, column: int, scores: NDArray[np.float64]) -> Group:
    """Add the score of each sentence's passage, shape (sentences,), as a column of its features."""
    table = np.array(sentences.rows)
    table[:, column] = scores
    return Group(table, sentences.right)


def _stacked(tables: Sequence[Any]) -> Any:
    return (
        sparse.vstack(tables).tocsr()
        if sparse.issparse(tables[0])
        else np.concatenate([np.asarray(table, float) for table in tables])
    )


def _shares(scores: NDArray[np.float64], starts: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the softmax within each group, and the logarithm of its denominator."""
    lengths = np.diff([*starts, len(scores)])
    top = np.maximum.reduceat(scores, starts)
    raised = np.exp(scores - np.repeat(top, lengths))
    total = np.add.reduceat(raised, starts)
    return raised / np.repeat(total, lengths), np.log(total) + top


def _minimised(
    table: Any,  # shape (candidates, features), dense or sparse
    names: Sequence[str],
    loss: Callable[[NDArray[np.float64]], tuple[float, NDArray[np.float64]]],
    strength: float,
) -> dict[str, float]:
    mean = np.asarray(table.mean(axis=0)).ravel()
    square = np.asarray((table.multiply(table) if sparse.issparse(table) else table * table).mean(axis=0)).ravel()
    spread = np.sqrt(np.maximum(square - mean * mean, 0))
    spread[spread < 1e-3] = 1e6  # a feature that never changes, or hardly, gets no weight
    if sparse.issparse(table):  # stays sparse: only scaled
        mean = np.zeros_like(mean)
        rows = sparse.hstack([table.multiply(1 / spread), np.ones((table.shape[0], 1))]).tocsr()
    else:
        rows = np.hstack([(table - mean) / spread, np.ones((len(table), 1))])

    def objective(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, slope = loss(rows @ weights)
        return value + strength * float(weights[:-1] @ weights[:-1]), rows.T @ slope + 2 * strength * np.append(
            weights[:-1], 0
        )

    weights = minimize(objective, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    unscaled = weights[:-1] / spread
    return {
        **{name: round(float(w), 5) for name, w in zip(names, unscaled, strict=True)},
        "bias": round(float(weights[-1] - unscaled @ mean), 5),
    }
