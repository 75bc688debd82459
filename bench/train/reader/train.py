"""Fine-tunes the upper layers of multilingual-e5-small to read a question and a passage together.

    python -m bench.train.reader.train START EXAMPLES.jsonl RUN --steps 1700 [--seed 5]

The lower layers stay as they are, and serve the vectors too. The heads say where the answer starts and ends, or that
there is none (Devlin et al. 2019, with the first token for "no answer", as Rajpurkar et al. 2018 need it), and whether
the passage answers. Two rows of three have an answer: a model that mostly sees wrong passages learns to refuse, and
reads badly. Most wrong passages are near misses; some are of another subject. Weights are float32, computed with in
bfloat16. The learning rate falls to nothing over the steps given. A checkpoint is written to ``RUN`` every 150 steps,
and training goes on from it.
"""

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertModel

from bench.train.reader.examples import shortened
from rag.text.folding import words_of

LONGEST, QUESTION, TITLE = 256, 48, 40  # tokens: of a row, and of its parts
SHARED = 6  # lower layers that are not trained
# How often a question is drawn, a wrong passage is added, and the question with something exchanged.
OFTEN = {"piaf": 1.5, "nq_en": 1.0, "squad2_en": 1.0, "selqa_en": 0.5, "exercises": 0.7, "articles": 1.5}
WRONG = {"piaf": 0.4, "nq_en": 0.25, "squad2_en": 0.25, "selqa_en": 0.2, "exercises": 0.15, "articles": 0.25}
SWAPPED = {"piaf": 0.3, "nq_en": 0.1, "squad2_en": 0.15, "selqa_en": 0.0, "exercises": 0.0, "articles": 0.0}
FOREIGN = 0.08  # how often a passage on another subject is added
CONTENT_WORDS = 8  # words from which a question says what it is about
# How often a heading is the passage; a question has neither its mark nor capitals; a passage has no title.
SCRAP, BARE, UNTITLED = 0.04, 0.15, 0.15
CONTENT_LETTERS = 6  # letters of a word that says what is asked about
SHORT = 0.25  # how often only some sentences of a passage are read, as there are short sections and notes
INVENTED = ("exercises", "articles")  # sets whose titles may hold what is asked about
ROWS, MICRO_BATCHES = 20, 3  # rows of a step, at least; they are computed in parts of like length
RATE, WARM_UP = 1.5e-4, 150
ANSWERS = 0.7  # weight of the loss of "answers"


class Reader(nn.Module):
    """The transformer and its heads."""

    def __init__(self, start: Path) -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(
            start, add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        )
        for shared in (self.bert.embeddings, *self.bert.encoder.layer[:SHARED]):
            shared.requires_grad_(False)
        width = self.bert.config.hidden_size
        self.span = nn.Linear(width, 2)
        self.answers = nn.Sequential(nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 1))

    def forward(self, ids: Tensor, mask: Tensor, passage: Tensor) -> tuple[Tensor, Tensor]:
        """Return span logits, shape (rows, tokens, 2), and the log-odds that each row answers, shape (rows,)."""
        hidden = self.bert(ids, attention_mask=mask).last_hidden_state
        spans = self.span(hidden).float().masked_fill(~passage[..., None], -1e4)
        return spans, self.answers(hidden[:, 0]).float().squeeze(-1)

    def load(self, run: Path) -> None:
        """Take the weights of the checkpoint of a run."""
        for parameter, saved in zip(self.trained(), torch.load(run / "checkpoint.pt")["master"], strict=True):
            parameter.data.copy_(saved)

    def trained(self) -> list[nn.Parameter]:
        """Return the trainable parameters, always in the same order."""
        return [parameter for parameter in self.parameters() if parameter.requires_grad]


class Row(NamedTuple):
    """A question with one passage, in tokens."""

    ids: list[int]
    base: int  # where the passage starts
    length: int  # of the passage
    starts: list[int]  # tokens at which an answer may start; empty without an answer
    ends: list[int]
    right: bool


class Rows:
    """Samples the rows of a step."""

    def __init__(self, start: Path, draw: random.Random) -> None:
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(start / "tokenizer.json"))
        self._first, self._last = self._tokenizer.encode("").ids
        self.draw = draw

    def of(self, examples: Sequence[dict[str, Any]], often: Sequence[float]) -> list[Row]:
        """Return the rows of a step, for questions drawn by cumulative weights, shortest first."""
        rows: list[Row] = []
        while len(rows) < ROWS:
            (example,) = self.draw.choices(examples, cum_weights=often)
            rows += self._of_example(example)
            if self.draw.random() < FOREIGN and len(example["question"].split()) >= CONTENT_WORDS:
                (other,) = self.draw.choices(examples, cum_weights=often)
                rows += self._foreign(example["question"], other)
        return sorted(rows, key=lambda row: len(row.ids))

    def _of_example(self, example: dict[str, Any]) -> Iterator[Row]:
        question, name = example["question"], example["set"]
        if self.draw.random() < BARE:
            question = question.rstrip(" ?").lower()
        untitled = name not in INVENTED and self.draw.random() < UNTITLED
        passages = [{**passage, "title": "" if untitled else passage["title"]} for passage in example["passages"]]
        right = [passage for passage in passages if passage["kind"] == "right"][:1]
        wrong: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for passage in passages:
            if passage["kind"] != "right":
                wrong[passage["kind"]].append(passage)
        for passage in right:
            yield self.row(question, self._at_times_short(passage), example["unit"])
        if wrong and (not right or self.draw.random() < WRONG[name]):
            chosen = self.draw.choice(wrong[self.draw.choice(sorted(wrong))])
            yield self.row(question, self._at_times_short(chosen), example["unit"])
        if right and example["swapped"] and self.draw.random() < SWAPPED[name]:
            yield self.row(example["swapped"], {**right[0], "kind": "swapped", "spans": ()}, "span")
        if self.draw.random() < SCRAP:
            yield from self._scrap(question, self.draw.choice(passages))

    def _at_times_short(self, passage: dict[str, Any]) -> dict[str, Any]:
        return shortened(passage, self.draw) if self.draw.random() < SHORT else passage

    def _foreign(self, question: str, other: dict[str, Any]) -> Iterator[Row]:
        """Yield a passage of another question, if it does not say what this one asks about."""
        passage = self.draw.choice(other["passages"])
        words = {word for word in words_of(question) if len(word) >= CONTENT_LETTERS}
        if not words.intersection(words_of(f"{passage['title']} {passage['text']}")):
            yield self.row(question, self._at_times_short({**passage, "kind": "foreign", "spans": ()}), "span")

    def _scrap(self, question: str, passage: dict[str, Any]) -> Iterator[Row]:
        """Yield a heading or the start of a text, which names the subject and answers nothing."""
        start = passage["text"][: self.draw.randint(15, 60)]
        text = self.draw.choice([passage["title"] or start, question.rstrip(" ?"), start])
        if text.strip() and not any(first < len(text) for first, _ in passage["spans"]):
            yield self.row(question, {"kind": "scrap", "title": passage["title"], "text": text, "spans": ()}, "span")

    def row(self, question: str, passage: dict[str, Any], unit: str) -> Row:
        """Return a question with a passage, and the positions of the answer."""
        query = self._ids(f"query: {question}")[:QUESTION]
        title = f"{passage['title']}. " if passage["title"] else ""
        head = self._ids(f"passage: {title}")[:TITLE]
        body = self.encode(passage["text"])
        budget, spans = LONGEST - len(query) - len(head) - 4, passage["spans"]
        at = self._window(body.offsets, budget, spans)
        tokens, offsets = body.ids[at : at + budget], body.offsets[at : at + budget]
        base = 3 + len(query) + len(head)
        token_lists = [[n for n, (a, b) in enumerate(offsets) if b > start and a < end] for start, end in spans]
        starts = [base + numbers[0] for numbers in token_lists if numbers]
        ends = [base + numbers[-1] for numbers in token_lists if numbers]
        if unit == "sentence" and starts:
            starts = ends = list(range(starts[0], ends[0] + 1))
        ids = [self._first, *query, self._last, self._last, *head, *tokens, self._last]
        return Row(ids, base, len(tokens), starts, ends, passage["kind"] == "right")

    def encode(self, text: str) -> Encoding:
        """Tokenize a text, without special tokens."""
        return self._tokenizer.encode(text, add_special_tokens=False)

    def _ids(self, text: str) -> list[int]:
        return list(self.encode(text).ids)

    def _window(self, offsets: Sequence[tuple[int, int]], budget: int, spans: Sequence[tuple[int, int]]) -> int:
        """Return the start of the part of a long passage to read: one with the answer, if there is one."""
        last = len(offsets) - budget
        if last <= 0:
            return 0
        if not spans:
            return self.draw.choice([0, self.draw.randint(0, last)])
        start, end = spans[0]
        at = next((n for n, (_, b) in enumerate(offsets) if b > start), 0)
        to = next((n for n, (_, b) in enumerate(offsets) if b >= end), at)
        low, high = max(0, min(to - budget + 1, last)), min(at, last)
        return self.draw.randint(low, high) if low <= high else high


def loss_of(model: Reader, rows: Sequence[Row], count: int) -> tuple[Tensor, list[float]]:
    """Return the contribution of some rows to the loss of a step of ``count`` rows, and its components."""
    logits, answers = model(*collate(rows))
    spans = span_loss(functional.log_softmax(logits, dim=1), rows) / count
    labels = torch.tensor([float(row.right) for row in rows])
    answer_loss = functional.binary_cross_entropy_with_logits(answers, labels, reduction="sum") / count
    return spans + ANSWERS * answer_loss, [float(spans.detach()), float(answer_loss.detach())]


def collate(rows: Sequence[Row]) -> tuple[Tensor, Tensor, Tensor]:
    """Return token ids, the token mask, and the mask of the passage with the first token; (rows, tokens)."""
    width = max(len(row.ids) for row in rows)
    ids = torch.full((len(rows), width), 1)
    mask, passage = torch.zeros_like(ids), torch.zeros(len(rows), width, dtype=torch.bool)
    for at, row in enumerate(rows):
        ids[at, : len(row.ids)] = torch.tensor(row.ids)
        mask[at, : len(row.ids)] = 1
        passage[at, row.base : row.base + row.length] = True
        passage[at, 0] = True
    return ids, mask, passage


def span_loss(shares: Tensor, rows: Sequence[Row]) -> Tensor:
    """Return the sum over the rows of known span; any of the right starts and ends will do."""
    total = shares.sum() * 0
    for at, row in enumerate(rows):
        if row.right and not row.starts:
            continue
        starts, ends = (row.starts, row.ends) if row.starts else ([0], [0])
        total = total - (torch.logsumexp(shares[at, starts, 0], 0) + torch.logsumexp(shares[at, ends, 1], 0)) / 2
    return total


Loss = Callable[[Any, Sequence[Any], int], tuple[Tensor, list[float]]]  # of a part of a step, as loss_of


class Trainer:
    """Holds the float32 master weights, and applies the gradients of the bfloat16 model to them."""

    def __init__(self, model: Reader, checkpoint: Path, loss: Loss, micro_batches: int = MICRO_BATCHES) -> None:
        self._weights = [tensor.detach().clone().requires_grad_(True) for tensor in model.trained()]
        self._optimiser = torch.optim.AdamW(self._weights, lr=RATE, weight_decay=0.01, betas=(0.9, 0.98))
        self._checkpoint, self._loss, self._micro_batches = checkpoint, loss, micro_batches
        self.step = 0
        if checkpoint.exists():
            state = torch.load(checkpoint)
            self.step = state["step"]
            self._optimiser.load_state_dict(state["optim"])
            for master, saved in zip(self._weights, state["master"], strict=True):
                master.data.copy_(saved)
        self.model = model.bfloat16()
        self._publish()

    def learn(self, rows: Sequence[Any], steps: int) -> list[float]:
        """Take one step of ``steps`` in all; return the mean of each component of the loss."""
        for group in self._optimiser.param_groups:
            group["lr"] = RATE * min(1.0, (self.step + 1) / WARM_UP) * max(0.02, 1 - self.step / steps)
        size, sums = -(-len(rows) // self._micro_batches), [0.0, 0.0]
        for first in range(0, len(rows), size):
            loss, losses = self._loss(self.model, rows[first : first + size], len(rows))
            loss.backward()  # type: ignore[no-untyped-call]
            sums = [a + b for a, b in zip(sums, losses, strict=True)]
        for master, learned in zip(self._weights, self.model.trained(), strict=True):
            master.grad = None if learned.grad is None else learned.grad.float()
            learned.grad = None
        nn.utils.clip_grad_norm_(self._weights, 1.0)
        self._optimiser.step()
        self._publish()
        self.step += 1
        return sums

    def run(self, batches: Iterator[Sequence[Any]], steps: int, losses: Sequence[str]) -> None:
        """Learn until ``steps`` are taken, those of earlier runs included; print the means of the named losses."""
        printed: list[list[float]] = []
        while self.step < steps:
            printed.append(self.learn(next(batches), steps))
            if self.step % 50 == 0:
                means = (sum(values) / len(values) for values in zip(*printed, strict=True))
                described = (f"{name} {mean:.3f}" for name, mean in zip(losses, means, strict=True))
                print(f"{self.step}:", ", ".join(described), flush=True)
                printed = []
            if self.step % 150 == 0:
                self.save()
        self.save()

    def save(self) -> None:
        """Write the checkpoint."""
        partial = self._checkpoint.with_suffix(".partial")
        weights = [tensor.data for tensor in self._weights]
        torch.save({"master": weights, "optim": self._optimiser.state_dict(), "step": self.step}, partial)
        partial.replace(self._checkpoint)

    def _publish(self) -> None:
        for master, learned in zip(self._weights, self.model.trained(), strict=True):
            learned.data.copy_(master.data)


def main() -> None:
    """Train for a number of steps, those of earlier runs included."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("start", type=Path)
    parser.add_argument("examples", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--steps", type=int, default=1700)
    parser.add_argument("--seed", type=int, default=5)
    arguments = parser.parse_args()
    arguments.run.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(arguments.seed)
    lines = arguments.examples.read_text(encoding="utf-8").splitlines()
    examples = [example for example in map(json.loads, lines) if example["share"] == "train"]
    often = [*accumulate(OFTEN[example["set"]] for example in examples)]
    trainer = Trainer(Reader(arguments.start), arguments.run / "checkpoint.pt", loss_of)
    rows = Rows(arguments.start, random.Random())

    def batches() -> Iterator[list[Row]]:
        while True:
            rows.draw.seed(arguments.seed * 1_000_003 + trainer.step)  # the same rows after a stop
            yield rows.of(examples, often)

    trainer.run(batches(), arguments.steps, ("span", "answers"))


if __name__ == "__main__":
    main()
