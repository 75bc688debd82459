"""The reader that ships: a small bilingual transformer, in int8, run by ONNX Runtime.

It is multilingual-e5-small (Wang et al. 2024, "Multilingual E5 Text Embeddings") with the word pieces of French and
English. Its six lower layers serve two tops: its own six upper layers, which give vectors, and a copy of these that was
fine-tuned for reading comprehension (Devlin et al. 2019; Rajpurkar et al. 2018). ``model/README.md`` is its card, and
``bench/train/reader`` trains it.

Each text is read alone and by one thread: activations are quantised by their own range, so a score would otherwise
depend on the texts beside it.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.encoders.static import map_tensors
from rag.reading.entailment import Entailment
from rag.reading.memo import Memo
from rag.reading.reader_output import ReaderOutput

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

FOLDER = Path(__file__).parent / "model"
LANGUAGES = frozenset({"fr", "en"})  # that it was trained on, and whose word pieces it has
_LONGEST = 320  # tokens of a question and a passage together: a passage has some 220, seldom 270; it was trained on 256
_JUDGED = 256  # tokens of a claim and its evidence together, as in training
_QUESTION, _TITLE, _CLAIM = 48, 40, 96  # tokens read of each
_FRAME = 12  # tokens around a claim and its evidence, at most
_REMEMBERED = 1000  # readings that are remembered, of some 4 kB
_EMBEDDED = 20_000  # vectors that are remembered, of some 1.7 kB

Vector = NDArray[np.float32]


class HeadedPassage(NamedTuple):
    """What is read: the title of the document with the headings above the passage, and the text of the passage."""

    title: str
    text: str


class Reader:
    """Reads passages with a question, and embeds either alone. The model is loaded when it is first used.

    Results are remembered by a hash of what was read, so they outlive an index that was rebuilt, and hold no text.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._readings, self._judgements = Memo[ReaderOutput](_REMEMBERED), Memo[Entailment](_REMEMBERED)
        self._questions, self._passages = Memo[Vector](_REMEMBERED), Memo[Vector](_EMBEDDED)

    def read(self, question: str, passage: HeadedPassage) -> ReaderOutput:
        """Read a passage with a question, cut to the longest that the model takes."""
        return self._readings.get((question, *passage), lambda: self._read(question, passage))

    def embed_question(self, question: str) -> Vector:
        """Return the vector of a question, of length 1; shape (dimension,)."""
        return self._questions.get((question,), lambda: self._embed(f"query: {question}"))

    def embed_passage(self, passage: HeadedPassage) -> Vector:
        """Return the vector of a passage, of length 1; shape (dimension,)."""
        return self._passages.get(passage, lambda: self._embed(f"passage: {_add_heading(passage)}{passage.text}"))

    def _read(self, question: str, passage: HeadedPassage) -> ReaderOutput:
        first, last = self._marks
        question_tokens = self._tokenize(f"query: {question}").ids[:_QUESTION]
        title_tokens = self._tokenize(f"passage: {_add_heading(passage)}").ids[:_TITLE]
        body = self._tokenize(passage.text)
        most_tokens = _LONGEST - len(question_tokens) - len(title_tokens) - 4
        passage_tokens, offsets = body.ids[:most_tokens], np.array(body.offsets[:most_tokens], np.int32).reshape(-1, 2)
        tokens = [first, *question_tokens, last, last, *title_tokens, *passage_tokens, last]
        spans, answers = self._reading.run(None, {"hidden": self._encode_tokens(tokens)})
        base = 3 + len(question_tokens) + len(title_tokens)
        # The first token stands for "no answer here".
        shares = _log_softmax(np.concatenate([spans[:1], spans[base : base + len(passage_tokens)]]))
        return ReaderOutput(float(answers[0]), shares[1:, 0], shares[1:, 1], float(shares[0].sum()), offsets)

    def count_tokens(self, text: str) -> int:
        """Return how many tokens a text has."""
        return len(self._tokenize(text).ids)

    def evidence_budget(self, claim: str) -> int:
        """Return how many tokens of evidence can be read with a claim; 0 if the claim itself is too long."""
        tokens = self.count_tokens(claim)
        return _JUDGED - tokens - _FRAME if tokens <= _CLAIM else 0

    def judge(self, claim: str, evidence: str) -> Entailment:
        """Say whether a text supports a claim; what of the two is longer than the model takes is cut."""
        return self._judgements.get((claim, evidence), lambda: self._judge(claim, evidence))

    def _judge(self, claim: str, evidence: str) -> Entailment:
        first, last = self._marks
        encoding = self._tokenize(claim)
        claim_tokens, offsets = encoding.ids[:_CLAIM], np.array(encoding.offsets[:_CLAIM], np.int32).reshape(-1, 2)
        head = [first, *self._tokenize("query:").ids]
        body = [*self._tokenize("passage: ").ids, *self._tokenize(evidence).ids]
        body = body[: _JUDGED - len(head) - len(claim_tokens) - 3]
        hidden = self._encode_tokens([*head, *claim_tokens, last, last, *body, last])
        classes, marks = self._entailment.run(None, {"hidden": hidden})
        shares = np.exp(_log_softmax(classes[:, None])[:, 0])
        lacking = 1 / (1 + np.exp(-marks[len(head) : len(head) + len(claim_tokens)]))
        return Entailment(float(shares[0]), float(shares[1]), lacking, offsets)

    def load(self) -> None:
        """Load the model now, so that the first question does not wait for it."""
        self.embed_question("")
        self.read("", HeadedPassage("", ""))

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer

        return Tokenizer.from_buffer((self._folder / "tokenizer.json").read_bytes())

    @cached_property
    def _pieces(self) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
        """The vectors of word pieces, and the scale of each."""
        tensors = map_tensors(self._folder / "pieces.safetensors")
        return tensors["rows"], tensors["scales"]

    @cached_property
    def _lower(self) -> "InferenceSession":
        return _session(self._folder / "lower.onnx")

    @cached_property
    def _embedding(self) -> "InferenceSession":
        return _session(self._folder / "embedding.onnx")

    @cached_property
    def _reading(self) -> "InferenceSession":
        return _session(self._folder / "reading.onnx")

    @cached_property
    def _entailment(self) -> "InferenceSession":
        return _session(self._folder / "entailment.onnx")

    def _tokenize(self, text: str) -> "Encoding":
        return self._tokenizer.encode(text, add_special_tokens=False)

    def _encode_tokens(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        """Return what the shared layers make of the tokens; shape (1, tokens, dimension)."""
        rows, scales = self._pieces
        (hidden,) = self._lower.run(None, {"pieces": (rows[tokens] * scales[tokens, None])[None]})
        return hidden  # type: ignore[no-any-return]

    def _embed(self, text: str) -> Vector:
        first, last = self._marks
        tokens = [first, *self._tokenize(text).ids[: _LONGEST - 2], last]
        (vector,) = self._embedding.run(None, {"hidden": self._encode_tokens(tokens)})
        return vector  # type: ignore[no-any-return]

    @cached_property
    def _marks(self) -> tuple[int, int]:
        """The tokens before and after a text."""
        first, last = self._tokenizer.encode("").ids  # what the model expects around any text
        return first, last


def _session(graph: Path) -> "InferenceSession":
    # Imported here: it takes a tenth of a second, and only a question needs it.
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = 1
    return InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _add_heading(passage: HeadedPassage) -> str:
    return f"{passage.title}. " if passage.title else ""


def _log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return log-probabilities over the tokens, for starts and ends alike; shape (tokens, 2)."""
    shifted = logits - logits.max(axis=0)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=0)), np.float32)
