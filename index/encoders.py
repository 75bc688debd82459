"""Texts to vectors: the encoder that ships, any sentence-transformers model, or anybody's LangChain embeddings."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property
from hashlib import sha256
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderMissing

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]  # shape (texts, dimension); each row has length 1

BUNDLED = "sourcier"
FOLDER = Path(__file__).parent / "encoder"
_PATIENCE = 3.0  # seconds for the hub of models to answer
_BATCH = 32  # texts that go through a model together
_FEW = 32  # texts that are not worth several threads
_TOKENISED = 512  # texts taken apart at a time
_KNOWN = 1_000_000  # letters of words whose tokens are kept: some hundred thousand words
_SUMMED = 64  # texts that are few enough for the rows of their tokens to fit a cache
PROBES = ("Où est-ce écrit ?", "Where is it written?", "le 12 février 2022", "42")


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into vectors whose dot product is their likeness in meaning, from -1 to 1."""

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def fingerprint(self) -> str:
        """Differs when the vectors do: a hash of the weights, or of the vectors of a few probe texts."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row per text, the same whatever the other texts are."""
        ...


@runtime_checkable
class Embeddings(Protocol):
    """The shape of LangChain's ``Embeddings``."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]: ...

    def embed_query(self, text: str) -> list[float]: ...


class StaticEncoder:
    """A table of token vectors; a text is the mean of its tokens, brought to length 1. No token goes across a space.

    The table stays int8, mapped from disk. An empty text, or one without any known token, has the zero vector: it
    is like nothing.
    """

    def __init__(self, folder: Path = FOLDER, name: str = BUNDLED) -> None:
        """
        Raises:
            EncoderMissing: The folder holds no static model with int8 rows and a scale for each.
        """
        from tokenizers import Tokenizer

        self.name = name
        self._files = folder / "model.safetensors", folder / "tokenizer.json"
        if absent := [str(file) for file in self._files if not file.is_file()]:
            raise _missing(name, EncoderMissing("{} not found", " and ".join(absent)))
        try:
            tensors = _tensors(self._files[0])
            self._rows, self._scales = tensors["embeddings"], tensors["weights"]
        except (KeyError, ValueError) as problem:
            raise _missing(
                name, EncoderMissing("{} is no table of int8 rows ({})", self._files[0], problem)
            ) from problem
        self._tokenizer: Tokenizer = Tokenizer.from_buffer(self._files[1].read_bytes())
        self._known: dict[str, list[int]] = {}  # the tokens of words
        self._letters = 0  # of those words
        self.dimension = int(self._rows.shape[1])

    @cached_property
    def fingerprint(self) -> str:
        return _digest(file.read_bytes() for file in self._files)

    def encode(self, texts: Sequence[str]) -> Vectors:
        return unit(self.sums(texts))

    def sums(self, texts: Sequence[str]) -> Vectors:
        """The sum of the tokens of each text, as long as they are rare: the direction of ``encode``, one row each."""
        sums = np.zeros((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), _TOKENISED):
            tokens = self._tokens(texts[start : start + _TOKENISED])
            for first in range(0, len(tokens), _SUMMED):
                self._add(tokens[first : first + _SUMMED], sums[start + first :])
        return sums

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """The tokens of each text. Of many texts, each word is taken apart once: a space ends a token anyway."""
        if len(texts) <= _FEW:
            return [self._tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
        if self._letters > _KNOWN:
            self._known, self._letters = {}, 0
        known = self._known
        words = [text.split(" ") for text in texts]
        new = list({word for own in words for word in own if word not in known})
        found = self._tokenizer.encode_batch_fast(new, add_special_tokens=False)
        known.update((word, one.ids) for word, one in zip(new, found, strict=True))
        self._letters += sum(map(len, new))
        return [[token for word in own for token in known[word]] for own in words]

    def _add(self, ids: Sequence[list[int]], sums: Vectors) -> None:
        lengths = np.fromiter(map(len, ids), np.intp, len(ids))
        filled = np.flatnonzero(lengths)
        if len(filled):
            flat = np.fromiter(chain.from_iterable(ids), np.intp, lengths.sum())
            tokens = self._rows.take(flat, axis=0) * self._scales.take(flat)[:, None]  # leaves Python to other threads
            sums[filled] = np.add.reduceat(tokens, (lengths.cumsum() - lengths)[filled], axis=0)


class TransformerEncoder:
    """Any model of sentence-transformers, by its name on the hub or its folder.

    Texts of as many tokens go through the model together: without padding, a vector is the same whatever the other
    texts are, and nothing is computed in vain. Each core computes texts of its own. Processors that multiply bfloat16
    do so, some times faster; a cosine changes by less than 0.01.
    """

    def __init__(self, name: str, model: "SentenceTransformer") -> None:
        self.name, self._model = name, model
        self.dimension = int(model.get_embedding_dimension() or 0)
        self.fingerprint = _digest(_made_of(model))
        self._is_padded = "attention_mask" in model.preprocess([PROBES[0]])
        if self._is_padded and _computes_with_bfloat16(model):
            model.bfloat16()

    def encode(self, texts: Sequence[str]) -> Vectors:
        found = np.zeros((len(texts), self.dimension), np.float32)

        def fill(places: list[int]) -> None:
            batch = [texts[place] for place in places]
            vectors = self._model.encode(batch, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False)
            found[places] = unit(np.asarray(vectors, np.float32))

        batches = self._batches(texts)
        if self._is_padded and self._model.device.type == "cpu" and len(texts) > _FEW:
            _side_by_side(fill, batches)
        else:
            for places in batches:
                fill(places)
        return found

    def _batches(self, texts: Sequence[str]) -> list[list[int]]:
        """The places of some texts that have as many tokens as each other, the longest first."""
        if not texts or not self._is_padded:
            return [list(range(len(texts)))] if texts else []
        lengths = np.asarray(self._model.preprocess(list(texts))["attention_mask"].sum(dim=1))
        same = [np.flatnonzero(lengths == length).tolist() for length in np.unique(lengths)[::-1]]
        return [places[start : start + _BATCH] for places in same for start in range(0, len(places), _BATCH)]


_ALONE = Lock()  # how many threads torch computes with is a setting of the whole process


def _side_by_side(work: Callable[[list[int]], None], batches: Iterable[list[int]]) -> None:
    """Each core on a batch of its own: small products are computed faster so than by all cores together."""
    import torch

    with _ALONE:
        cores = torch.get_num_threads()
        try:
            with ThreadPoolExecutor(cores, initializer=torch.set_num_threads, initargs=(1,)) as threads:
                list(threads.map(work, batches))
        finally:
            torch.set_num_threads(cores)


class LangChainEncoder:
    """Any object shaped like LangChain's ``Embeddings``; its vectors are brought to length 1."""

    def __init__(self, embeddings: Embeddings) -> None:
        named = getattr(embeddings, "model_name", None) or getattr(embeddings, "model", None)
        self.name = str(named or type(embeddings).__name__)
        self._embeddings = embeddings

    @cached_property
    def dimension(self) -> int:
        return len(self._embeddings.embed_query(PROBES[0]))

    @cached_property
    def fingerprint(self) -> str:
        return _digest([np.round(self.encode(PROBES), 3).tobytes()])

    def encode(self, texts: Sequence[str]) -> Vectors:
        found = self._embeddings.embed_documents(list(texts)) if texts else []
        return unit(np.asarray(found, np.float32).reshape(len(texts), self.dimension))


def load_encoder(encoder: str | Embeddings | Encoder | None = None) -> Encoder:
    """The encoder that ships when nothing is named; a model by name or folder, loaded once; or what is given.

    Raises:
        EncoderMissing: There is no such model, or it cannot be read.
    """
    if isinstance(encoder, Encoder):
        return encoder
    if encoder is None or isinstance(encoder, str):
        return _named(encoder or BUNDLED)
    return LangChainEncoder(encoder)


@cache
def _named(name: str) -> Encoder:
    return StaticEncoder() if name == BUNDLED else TransformerEncoder(name, _transformer(name))


def _transformer(name: str) -> "SentenceTransformer":
    """The model as it is on this machine, else as the hub has it."""
    # Imported here: it takes seconds, and the encoder that ships does without.
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(name, local_files_only=True)
    except (OSError, ValueError, ImportError) as problem:  # what the hub's client and the readers raise
        if Path(name).exists():
            raise _missing(name, _first_line(problem)) from problem
    if not _hub_answers():  # asked first: the hub's client tries for minutes
        raise _missing(name, "it is not on this machine, and the hub of models cannot be reached")
    try:
        return SentenceTransformer(name)
    except (OSError, ValueError, ImportError) as problem:
        raise _missing(name, _first_line(problem)) from problem


def _hub_answers() -> bool:
    import socket
    from urllib.parse import urlsplit
    from urllib.request import getproxies

    from huggingface_hub import constants

    hub = urlsplit(constants.ENDPOINT)
    if constants.HF_HUB_OFFLINE or getproxies():
        return not constants.HF_HUB_OFFLINE
    try:
        socket.create_connection((hub.hostname or "", hub.port or 443), timeout=_PATIENCE).close()
    except OSError:
        return False
    return True


def _first_line(problem: Exception) -> str:
    return (str(problem).strip().splitlines() or [type(problem).__name__])[0]


def _made_of(model: "SentenceTransformer") -> Iterator[bytes]:
    """What the vectors depend on: the shape of the model, how it takes texts apart, and every parameter."""
    yield f"{model!r} {model.max_seq_length}".encode()
    yield from (str(tokens).encode() for tokens in model.preprocess(list(PROBES)).values())
    for name, tensor in sorted(model.state_dict().items()):
        yield name.encode()
        yield tensor.cpu().float().numpy().tobytes()


def _computes_with_bfloat16(model: "SentenceTransformer") -> bool:
    """Whether the processor that the model is on multiplies bfloat16 faster than float32."""
    import torch

    tells = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return model.device.type == "cpu" and tells is not None and bool(tells())


def _tensors(file: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a safetensors file, mapped: an 8-byte length, a JSON header, then the bytes."""
    raw = np.memmap(file, np.uint8, "r")
    size = int.from_bytes(raw[:8].tobytes(), "little")
    found = {}
    for name, entry in json.loads(raw[8 : 8 + size].tobytes()).items():
        if name != "__metadata__":
            start, end = (8 + size + offset for offset in entry["data_offsets"])
            kind = {"I8": np.int8, "F32": np.float32}[entry["dtype"]]
            found[name] = raw[start:end].view(kind).reshape(entry["shape"])
    return found


def unit(vectors: Vectors) -> Vectors:
    """The same directions at length 1; zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    found: Vectors = vectors / np.maximum(lengths, np.float32(1e-12))
    return found


def _missing(name: str, reason: str | EncoderMissing) -> EncoderMissing:
    sentence = "The encoder {!r} cannot be loaded: {}. Give the folder of a model, or {!r}, which ships."
    return EncoderMissing(sentence, name, reason, BUNDLED)


def _digest(parts: Iterable[bytes]) -> str:
    digest = sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()[:16]
