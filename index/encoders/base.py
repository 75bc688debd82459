"""What an encoder is: texts to vectors of length 1."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]  # shape (texts, dimension); each row has length 1

FINGERPRINT_TEXTS = ("Où est-ce écrit ?", "Where is it written?", "le 12 février 2022", "42")


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


def l2_normalize(vectors: Vectors) -> Vectors:
    """The same directions at length 1; zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    found: Vectors = vectors / np.maximum(lengths, np.float32(1e-12))
    return found


def digest(parts: Iterable[bytes]) -> str:
    found = sha256()
    for part in parts:
        found.update(part)
    return found.hexdigest()[:16]
