"""Any sentence-transformers model as an encoder, if a person names it (``index.encoders.registry.choose_encoder``).

A model may bring code of its own. sentence-transformers runs it only with ``trust_remote_code``, which is never passed
here. Before 6.0 it ran modules that a folder names all the same, so the version in ``pyproject.toml`` matters.
"""

import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies

import numpy as np
from huggingface_hub import constants
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers

from index.encoders.base import FINGERPRINT_TEXTS, Vectors, digest, l2_normalize
from index.encoders.onnx_int8 import VERSION, load_or_convert
from index.errors import EncoderLoadError, first_line

_PATIENCE = 3.0  # seconds for the hub of models to answer
_BATCH = 32  # texts that go through torch together
_TEXT_PROMPTS = ("document", "passage", "corpus")  # names of the prompt for texts, the first that a model has


class TransformerEncoder:
    """A model by its name on the hub, or its folder.

    On a CPU it runs in int8 (``onnx_int8.py``), which changes a cosine by a few hundredths at most. Otherwise torch
    runs texts of equal token count together: without padding, a vector does not depend on other texts.

    Prompts that the model's configuration names for questions and for texts are put before them (``query: `` and
    ``passage: `` of E5), as sentence-transformers does in ``encode_query`` and ``encode_document``.
    """

    def __init__(self, name: str) -> None:
        """Load the model, and convert it if needed.

        Raises:
            EncoderLoadError: there is no such model, or it cannot be read.
            ConverterNotInstalled: it must be converted, and the packages for that are not installed.
        """
        self.name, self._model = name, _model(name)
        prompts = {kind: prompt for kind, prompt in self._model.prompts.items() if prompt}
        self._query_prompt = prompts.get("query")
        self._text_prompt = next((prompts[kind] for kind in _TEXT_PROMPTS if kind in prompts), None)
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.fingerprint = digest(_made_of(self._model))
        self._is_padded = "attention_mask" in self._model.preprocess([FINGERPRINT_TEXTS[0]])
        in_int8 = self._is_padded and self._model.device.type == "cpu"
        self._graph = load_or_convert(self._model, name, self.fingerprint) if in_int8 else None
        if self._graph:
            self._model.to("meta")  # which drops the weights: the graph has its own
        if not np.isfinite(self.encode(FINGERPRINT_TEXTS[:1])).all():
            raise EncoderLoadError("its vectors hold invalid numbers")

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length 1 per text, shape (texts, dimension)."""
        return self._encode(texts, self._text_prompt)

    def encode_query(self, text: str) -> Vectors:
        """Return the vector of a question; shape (dimension,), length 1."""
        vectors = self._encode([text], self._query_prompt)
        return vectors.reshape(self.dimension)

    def _encode(self, texts: Sequence[str], prompt: str | None) -> Vectors:
        if self._graph and texts:
            return self._graph.encode(texts, prompt)
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for positions in self._batches(texts):
            batch = [texts[position] for position in positions]
            vectors[positions] = self._model.encode(batch, prompt=prompt, batch_size=_BATCH, show_progress_bar=False)
        return l2_normalize(vectors)

    def _batches(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the positions of texts that have equal token counts."""
        if not texts or not self._is_padded:
            return [list(range(len(texts)))] if texts else []
        lengths = np.asarray(self._model.preprocess(list(texts))["attention_mask"].sum(dim=1))
        return [np.flatnonzero(lengths == length).tolist() for length in np.unique(lengths)]


def _model(name: str) -> SentenceTransformer:
    """Load a model from this machine, else from the hub."""
    if Path(name).is_absolute() and not Path(name).exists():
        raise EncoderLoadError("this folder does not exist")
    try:
        return _local(name)
    except Exception as problem:  # the hub's client and each reader raise what they like
        if Path(name).exists():
            raise EncoderLoadError("sentence-transformers reports: {}", first_line(problem)) from problem
    if not _hub_answers():  # asked first: the hub's client tries for minutes
        raise EncoderLoadError("it is not on this machine, and the model hub cannot be reached")
    try:
        return SentenceTransformer(name)
    except Exception as problem:
        raise EncoderLoadError("sentence-transformers reports: {}", first_line(problem)) from problem


def _local(name: str) -> SentenceTransformer:
    """Load a model without transformers' progress bar, which would overwrite that of a rebuild."""
    drawn = transformers.is_progress_bar_enabled()
    transformers.disable_progress_bar()
    try:
        return SentenceTransformer(name, local_files_only=True)
    finally:
        if drawn:
            transformers.enable_progress_bar()


def _hub_answers() -> bool:
    hub = urlsplit(constants.ENDPOINT)
    if constants.HF_HUB_OFFLINE or getproxies().keys() & {hub.scheme, "all"}:
        return not constants.HF_HUB_OFFLINE
    try:
        socket.create_connection((hub.hostname or "", hub.port or 443), timeout=_PATIENCE).close()
    except OSError:
        return False
    return True


def _made_of(model: SentenceTransformer) -> Iterator[bytes]:
    """Yield what the vectors depend on: the architecture, tokenisation, every parameter, and the arithmetic."""
    yield f"{model!r} {model.max_seq_length} {VERSION}".encode()
    if prompts := sorted((kind, prompt) for kind, prompt in model.prompts.items() if prompt):
        yield str(prompts).encode()
    yield from (str(tokens).encode() for tokens in model.preprocess(list(FINGERPRINT_TEXTS)).values())
    for name, tensor in sorted(model.state_dict().items()):
        yield name.encode()
        yield tensor.cpu().float().numpy().tobytes()
