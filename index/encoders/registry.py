"""Choose the encoder: the bundled one, a sentence-transformers model, or LangChain's embeddings."""

import shlex
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import cast

import numpy as np

from index.encoders.base import FINGERPRINT_TEXTS, Embeddings, Encoder, Vectors, digest, l2_normalize
from index.encoders.static import BUNDLED, StaticEncoder
from index.errors import ConverterNotInstalled, EncoderLoadError, EncoderNotNamed


def load_encoder(encoder: str | Embeddings | Encoder | None = None) -> Encoder:
    """Return the bundled encoder if none is named, a model by name or folder (loaded once), or the object given.

    Raises:
        EncoderLoadError: there is no such model, or it cannot be read.
        ConverterNotInstalled: the model must be converted, and the packages for that are not installed.
    """
    if isinstance(encoder, Encoder):
        return encoder
    if encoder is None or isinstance(encoder, str):
        return _load_encoder(resolve_name(encoder or BUNDLED))
    return LangChainEncoder(encoder)


def choose_encoder(encoder: str | Embeddings | Encoder | None, made_with: str | None, index: Path) -> Encoder:
    """Return the encoder of an index: the one that a person named, or the bundled one.

    An index may come from somebody else, and a model is code, local files or a download. So an index never chooses one.

    ``made_with`` is the name in its manifest; None if there is no index yet.

    Raises:
        EncoderNotNamed: the index was made with another encoder than the bundled one, and nobody named it.
        EncoderLoadError: there is no such model, or it cannot be read.
    """
    if encoder is None and made_with not in (None, BUNDLED):
        raise EncoderNotNamed(
            "The index in {} was made with the encoder {}. To use it, name it: RAG_ENCODER={}. "
            "To use the bundled one, rebuild with RAG_ENCODER={}.",
            index,
            made_with,
            shlex.quote(made_with),
            BUNDLED,
        )
    return load_encoder(encoder)


def resolve_name(encoder: str) -> str:
    """Return the absolute path of a model's folder, so that it is found from anywhere; a hub name as it is."""
    folder = Path(encoder).expanduser()
    return str(folder.resolve()) if encoder != BUNDLED and folder.is_dir() else encoder


def bundled_encoder() -> StaticEncoder:
    """Return the bundled encoder, loaded once.

    Raises:
        EncoderLoadError: its files cannot be read.
    """
    return cast(StaticEncoder, load_encoder())


# Cached for the whole process: a model takes seconds to load, may use gigabytes of memory, and all indexes share it.
@cache
def _load_encoder(name: str) -> Encoder:
    try:
        return StaticEncoder() if name == BUNDLED else _transformer(name)
    except ConverterNotInstalled:  # it says all
        raise
    except EncoderLoadError as reason:
        raise EncoderLoadError(
            "The encoder {!r} cannot be loaded: {}. Name the folder of a model, or {!r}, the bundled one.",
            name,
            reason,
            BUNDLED,
        ) from reason


def _transformer(name: str) -> Encoder:
    # Imported here: it takes seconds, and the encoder that ships does without.
    from index.encoders.transformer import TransformerEncoder

    return TransformerEncoder(name)


class LangChainEncoder:
    """Wraps an object shaped like LangChain's ``Embeddings``, and normalises its vectors."""

    def __init__(self, embeddings: Embeddings) -> None:
        model_name = getattr(embeddings, "model_name", None) or getattr(embeddings, "model", None)
        self.name = str(model_name or type(embeddings).__name__)
        self._embeddings = embeddings

    @cached_property
    def dimension(self) -> int:
        return len(self._embeddings.embed_query(FINGERPRINT_TEXTS[0]))

    @cached_property
    def fingerprint(self) -> str:
        return digest([np.round(self.encode(FINGERPRINT_TEXTS), 3).tobytes()])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length 1 per text, shape (texts, dimension).

        Raises:
            EncoderLoadError: a vector holds something that is not a finite number.
        """
        return self._check(self._embeddings.embed_documents(list(texts)) if texts else [])

    def encode_query(self, text: str) -> Vectors:
        """Return the vector of a question; shape (dimension,), length 1.

        Raises:
            EncoderLoadError: it holds something that is not a finite number.
        """
        return self._check([self._embeddings.embed_query(text)]).reshape(self.dimension)

    def _check(self, rows: Sequence[Sequence[float]]) -> Vectors:
        vectors = np.asarray(rows, np.float32).reshape(len(rows), self.dimension)
        if not np.isfinite(vectors).all():
            raise EncoderLoadError("The encoder {!r} returns vectors with invalid numbers. Use another one.", self.name)
        return l2_normalize(vectors)
