"""Fit which words of a sentence are unsupported, on WiCE claims where people marked what the evidence lacks.

    python -m bench.train.looseness DATA [--write]

Only the half "fit" is read (see ``bench/ledger/entailment.py``). F1 is printed out of fold.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.ledger.entailment import cite, rows
from bench.train.fitting import logistic_regression
from rag.verification.alignment import align
from rag.verification.ledger import evidence_of
from rag.verification.looseness import FEATURES, word_features
from rag.verification.statement import read_statement

WEIGHTS = Path(__file__).parents[2] / "rag/data/weights.json"
STRENGTH = 0.05
FOLDS = 10


def read_claim(row: dict[str, Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the features of the words of a claim, shape (words, features).

    With them comes which words people marked, as 0 or 1; shape (words,).
    """
    claim = read_statement(row["claim"])
    alignment = align(claim, evidence_of(1, cite("\n\n".join(row["evidence"]))))
    marked = [False] * len(row["claim"])
    end = 0
    for token, is_marked in zip(row["claim_tokens"], row["non_supported_spans"], strict=True):
        start = row["claim"].index(token, end)
        end = start + len(token)
        marked[start:end] = [is_marked] * len(token)
    return np.array(word_features(alignment)), np.array([marked[token.span.start] for token in claim.tokens], float)


def f1(predicted: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    """Return the F1 of predicted words; both of shape (words,)."""
    return float(2 * (predicted & true).sum() / max(1, predicted.sum() + true.sum()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    claims = [read_claim(row) for row in rows(arguments.data / "wice_en/tokens.jsonl", "fit")]
    scores = [np.zeros(len(right)) for _, right in claims]
    for fold in range(FOLDS):
        training = [claim for at, claim in enumerate(claims) if at % FOLDS != fold]
        weights = fit(training)
        for at in range(fold, len(claims), FOLDS):
            scores[at] = claims[at][0] @ np.array([weights[name] for name in FEATURES]) + weights["bias"]
    right = np.concatenate([right for _, right in claims]) > 0
    shares = [1 / (1 + np.exp(-score)) for score in scores]
    for least in (0.5, 0.57, 0.62, 0.67):
        for relative in (0.6, 0.7, 0.8, 0.9):
            predicted = np.concatenate([share >= min(least, relative * share.max()) for share in shares])
            print(f"probability {least}, or {relative} of the best: F1 {f1(predicted, right):.3f}")
    if arguments.write:
        models = json.loads(WEIGHTS.read_text(encoding="utf-8"))
        models["looseness"] = fit(claims)
        WEIGHTS.write_text(json.dumps(models, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def fit(claims: list[tuple[NDArray[np.float64], NDArray[np.float64]]]) -> dict[str, float]:
    """Fit the weights on the features, shape (words, features), and marks, shape (words,), of claims."""
    table, right = (np.concatenate(arrays) for arrays in zip(*claims, strict=True))
    return logistic_regression(table, right, FEATURES, STRENGTH)


if __name__ == "__main__":
    main()
