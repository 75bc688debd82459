"""Read the right paragraphs of held-out questions with a checkpoint, and compare the words with the answers.

    python -m bench.train.reader.check START EXAMPLES.jsonl RUN [--set NAME ...] [--most 200]

Prints, for each set, the token F1 of the most probable span, and the AUROC of a paragraph that answers against one that
does not. The questions are those on whose articles the mix with the linear models is fitted; what the whole program
makes of a reading, ``bench.quality.reading`` measures.
"""

import argparse
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import torch

from bench.quality.reading import best_f1
from bench.train.reader.train import Reader, Row, Rows, collate
from rag.evaluation import compute_auroc

WIDEST = 30  # tokens of a span
SETS = ("piaf", "squad2_en", "nq_en", "exercises")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The reading of one passage."""

    is_right: bool
    answers: float  # log-odds that it answers
    f1: float  # of the words, where it does


def checked(model: Reader, rows: Rows, example: dict[str, Any]) -> Iterator[Outcome]:
    """Read the right passage of an example and the first of the others."""
    is_right = [passage["kind"] == "right" for passage in example["passages"]]
    for right in (True, False):
        if right in is_right:
            passage = example["passages"][is_right.index(right)]
            row = rows.row(example["question"], passage, example["unit"])
            with torch.no_grad():
                logits, answers = model(*collate([row]))
            words = best_span(rows, row, passage["text"], torch.log_softmax(logits[0].float(), 0).numpy())
            golden = [passage["text"][start:end] for start, end in passage["spans"]]
            yield Outcome(right, float(answers[0]), best_f1(words, golden) if right else 0.0)


def best_span(rows: Rows, row: Row, text: str, shares: np.ndarray[Any, Any]) -> str:
    """Return the most probable span in the passage of a row; ``shares`` are log-probabilities, shape (tokens, 2)."""
    body = rows.encode(text)
    tokens = row.ids[row.base : row.base + row.length]
    at = next(first for first in range(len(body.ids)) if body.ids[first : first + row.length] == tokens)
    starts, ends = shares[row.base : row.base + row.length].T
    table = starts[:, None] + ends[None]
    distance = np.arange(row.length)[None] - np.arange(row.length)[:, None]
    table[(distance < 0) | (distance >= WIDEST)] = -np.inf
    first, last = np.unravel_index(int(table.argmax()), table.shape)
    offsets = body.offsets[at : at + row.length]
    return text[offsets[int(first)][0] : offsets[int(last)][1]]


def main() -> None:
    """Print the measures of a checkpoint."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("start", type=Path)
    parser.add_argument("examples", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--set", dest="names", action="append", choices=SETS, default=[])
    parser.add_argument("--most", type=int, default=200)
    arguments = parser.parse_args()
    model = Reader(arguments.start)
    for parameter, saved in zip(model.trained(), torch.load(arguments.run / "checkpoint.pt")["master"], strict=True):
        parameter.data.copy_(saved)
    model = model.bfloat16().eval()
    lines = map(json.loads, arguments.examples.read_text(encoding="utf-8").splitlines())
    examples = [example for example in lines if example["share"] == "fit"]
    random.Random(3).shuffle(examples)
    for name in arguments.names or SETS:
        chosen = [example for example in examples if example["set"] == name][: arguments.most]
        rows = Rows(arguments.start, random.Random(1))
        outcomes = [outcome for example in chosen for outcome in checked(model, rows, example)]
        right = [outcome for outcome in outcomes if outcome.is_right]
        separated = compute_auroc([o.answers for o in right], [o.answers for o in outcomes if not o.is_right]) or 0.0
        f1 = mean(outcome.f1 for outcome in right)
        print(f"{name}: {len(right)} questions, token F1 {f1:.3f}, AUROC {separated:.3f}", flush=True)


if __name__ == "__main__":
    main()
