"""What an encoder is: texts in, vectors of length 1 out."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]  # shape (texts, dimension); each row has length 1

FINGERPRINT_TEXTS = ("Où est-ce écrit ?", "Where is it written?", "le 12 février 2022", "42")


@runtime_checkable
class Encoder(Protocol):
    """Maps texts to vectors whose dot product is their semantic similarity, from -1 to 1."""

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def fingerprint(self) -> str:
        """A hash of the weights, or of the vectors of a few fixed texts: it differs if the vectors do."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row per text, shape (texts, dimension), independent of the other texts."""
        ...


@runtime_checkable
class QueryEncoder(Encoder, Protocol):
    """An encoder that treats a question otherwise than a text: with another prompt, or another model."""

    def encode_query(self, text: str) -> Vectors:
        """Return the vector of a question; shape (dimension,), length 1."""
        ...


@runtime_checkable
class Embeddings(Protocol):
    """The shape of LangChain's ``Embeddings``."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]: ...

    def embed_query(self, text: str) -> list[float]: ...


def encode_query(encoder: Encoder, text: str) -> Vectors:
    """Return the vector of a question; shape (dimension,), length 1."""
    return encoder.encode_query(text) if isinstance(encoder, QueryEncoder) else encoder.encode([text])[0]


def l2_normalize(vectors: Vectors) -> Vectors:
    """Scale each row to length 1; zero rows stay zero. Shape (texts, dimension)."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = vectors / np.maximum(lengths, np.float32(1e-12))
    return unit


def digest(pieces: Iterable[bytes]) -> str:
    """Return 16 hexadecimal digits of the SHA-256 of all parts."""
    checksum = sha256()
    for piece in pieces:
        checksum.update(piece)
    return checksum.hexdigest()[:16]
