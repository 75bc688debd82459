"""Fine-tune a copy of the reader's upper layers to say whether evidence supports a claim.

    python -m bench.train.entailment.train START READER_RUN PAIRS.jsonl RUN --steps 1500 [--seed 7] [--after RUN]

The first token gives supported, contradicted or neither; each token of the claim, whether the evidence lacks it. An
alteration of which nobody can say whether it contradicts counts as not supported (the two other classes together).
``READER_RUN`` is the reader's checkpoint (``bench/train/reader/restore.py`` makes it of what ships). Training goes on
from a checkpoint in ``RUN``.
"""

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from bench.train.reader.train import Reader, Trainer

LONGEST, CLAIM, TITLE = 256, 96, 24  # tokens: of a row, and of its parts
ROWS, SORTED = 24, 32  # rows of a step; steps whose rows are drawn together, and shared out by length
CLASSES = ("supported", "contradicted", "neither")
MARKS = 0.6  # weight of the loss of the claim's tokens


class EntailmentModel(Reader):
    """The transformer with a head for the claim, and one for its tokens."""

    def __init__(self, start: Path, reader: Path | None = None) -> None:
        super().__init__(start)
        if reader:
            self.load(reader)
        width = self.bert.config.hidden_size
        self.span = nn.Linear(width, 1)
        self.answers = nn.Sequential(nn.Linear(width, width), nn.Tanh(), nn.Linear(width, len(CLASSES)))

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        """Return the logits of the classes, (rows, 3), and of each token being unsupported, (rows, tokens)."""
        hidden = self.bert(ids, attention_mask=mask).last_hidden_state
        return self.answers(hidden[:, 0]).float(), self.span(hidden).float().squeeze(-1)


class Row(NamedTuple):
    """A claim with its evidence, in tokens."""

    ids: list[int]
    base: int  # where the claim starts
    loose: list[bool] | None  # of each token of the claim
    label: str


class Rows:
    """Tokenizes pairs as the reader does a question and a passage."""

    def __init__(self, start: Path) -> None:
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(start / "tokenizer.json"))
        self._first, self._last = self._tokenizer.encode("").ids

    def row(self, pair: dict[str, Any]) -> Row:
        claim = self._tokenizer.encode(pair["claim"], add_special_tokens=False)
        prefix, title = self._ids("query:"), f"{pair['title']}. " if pair["title"] else ""
        head = self._ids(f"passage: {title}")[:TITLE]
        tokens, offsets = claim.ids[:CLAIM], claim.offsets[:CLAIM]
        body = self._ids(pair["evidence"])[: LONGEST - len(prefix) - len(tokens) - len(head) - 4]
        ids = [self._first, *prefix, *tokens, self._last, self._last, *head, *body, self._last]
        spans = pair["loose"]
        loose = None if spans is None else [any(a < end and b > start for start, end in spans) for a, b in offsets]
        return Row(ids, 1 + len(prefix), loose, pair["label"])

    def _ids(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)


def collate(rows: Sequence[Row]) -> tuple[Tensor, Tensor]:
    """Return token ids and the token mask, each (rows, tokens)."""
    ids = torch.full((len(rows), max(len(row.ids) for row in rows)), 1)
    mask = torch.zeros_like(ids)
    for at, row in enumerate(rows):
        ids[at, : len(row.ids)] = torch.tensor(row.ids)
        mask[at, : len(row.ids)] = 1
    return ids, mask


def loss_of(model: EntailmentModel, rows: Sequence[Row], count: int) -> tuple[Tensor, list[float]]:
    """Return the contribution of some rows to the loss of a step of ``count`` rows, and its components."""
    logits, marks = model(*collate(rows))
    shares = functional.log_softmax(logits, dim=1)
    total = marked = shares.sum() * 0
    for at, row in enumerate(rows):
        total = total - _log_share(shares[at], row.label)
        if row.loose:
            target = torch.tensor(row.loose, dtype=torch.float)
            predicted = marks[at, row.base : row.base + len(row.loose)]
            marked = marked + functional.binary_cross_entropy_with_logits(predicted, target)
    loss = (total + MARKS * marked) / count
    return loss, [float(total.detach()) / count, float(marked.detach()) / count]


def _log_share(shares: Tensor, label: str) -> Tensor:
    if label in CLASSES:
        return shares[CLASSES.index(label)]
    allowed = {"unsupported": [1, 2], "compatible": [0, 2]}[label]
    return torch.logsumexp(shares[allowed], 0)


def batches(rows: Rows, pairs: Sequence[dict[str, Any]], seed: int) -> Iterator[list[Row]]:
    """Yield the rows of each step, of like length; the same for a seed, so that training can go on after a stop."""
    dice = random.Random(seed)
    while True:
        shuffled = dice.sample(pairs, len(pairs))
        for first in range(0, len(shuffled), ROWS * SORTED):
            drawn = sorted((rows.row(p) for p in shuffled[first : first + ROWS * SORTED]), key=lambda row: len(row.ids))
            groups = [drawn[at : at + ROWS] for at in range(0, len(drawn), ROWS)]
            yield from dice.sample(groups, len(groups))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("start", type=Path)
    parser.add_argument("reader", type=Path)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--after", type=Path, help="an earlier run, whose weights to begin with")
    arguments = parser.parse_args()
    arguments.run.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(arguments.seed)
    pairs = [json.loads(line) for line in arguments.pairs.read_text(encoding="utf-8").splitlines()]
    model = EntailmentModel(arguments.start, arguments.reader)
    if arguments.after:
        model.load(arguments.after)
    trainer = Trainer(model, arguments.run / "checkpoint.pt", loss_of, micro_batches=1)
    steps = islice(batches(Rows(arguments.start), pairs, arguments.seed), trainer.step, None)
    trainer.run(steps, arguments.steps, ("label", "marks"))


if __name__ == "__main__":
    main()
