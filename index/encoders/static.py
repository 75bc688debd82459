"""The bundled encoder: a table of token vectors."""

import json
from collections.abc import Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoders.base import Vectors, digest, l2_normalize
from index.errors import EncoderLoadError

BUNDLED = "sourcier"
FOLDER = Path(__file__).parent / BUNDLED
_FEW_TEXTS = 32  # texts that are not worth a table of words
_TOKENISED = 512  # texts taken apart at a time
_CACHED_LETTERS = 1_000_000  # letters of words whose tokens are kept: some hundred thousand words
_SUMMED = 64  # texts that are few enough for the rows of their tokens to fit a cache


class StaticEncoder:
    """Averages token vectors from a table and normalises the mean. No token crosses a space.

    The table stays int8 and memory-mapped. A text without any known token has the zero vector, similar to nothing.
    """

    def __init__(self, folder: Path = FOLDER, name: str = BUNDLED) -> None:
        """Map the model in ``folder``.

        Raises:
            EncoderLoadError: the folder holds no static model with int8 rows and one scale for each.
        """
        from tokenizers import Tokenizer

        self.name = name
        self._files = folder / "model.safetensors", folder / "tokenizer.json"
        if absent := [str(file) for file in self._files if not file.is_file()]:
            raise EncoderLoadError("{} not found", " and ".join(absent))
        try:
            tensors = map_tensors(self._files[0])
            self._rows, self._scales = tensors["embeddings"], tensors["weights"]
        except (KeyError, ValueError) as problem:
            raise EncoderLoadError("{} is not a table of int8 rows ({})", self._files[0], problem) from problem
        self._tokenizer: Tokenizer = Tokenizer.from_buffer(self._files[1].read_bytes())
        self._cached_tokens: dict[str, list[int]] = {}  # the tokens of words
        self._letters = 0  # of those words
        self.dimension = int(self._rows.shape[1])

    @cached_property
    def fingerprint(self) -> str:
        return digest(file.read_bytes() for file in self._files)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length 1 per text, shape (texts, dimension)."""
        return l2_normalize(self.sums(texts))

    def sums(self, texts: Sequence[str]) -> Vectors:
        """Return the weighted sum of the token vectors of each text, shape (texts, dimension).

        Normalised, these are the vectors of ``encode``.
        """
        sums = np.zeros((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), _TOKENISED):
            tokens = self._tokens(texts[start : start + _TOKENISED])
            for first in range(0, len(tokens), _SUMMED):
                self._add(tokens[first : first + _SUMMED], sums[start + first :])
        return sums

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Tokenise texts. In a large batch, each distinct word is tokenised once, as no token crosses a space."""
        if len(texts) <= _FEW_TEXTS:
            return [self._tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
        if self._letters > _CACHED_LETTERS:
            self._cached_tokens, self._letters = {}, 0
        cached = self._cached_tokens
        words = [text.split(" ") for text in texts]
        new = list({word for text_words in words for word in text_words if word not in cached})
        encodings = self._tokenizer.encode_batch_fast(new, add_special_tokens=False)
        cached.update((word, encoding.ids) for word, encoding in zip(new, encodings, strict=True))
        self._letters += sum(map(len, new))
        return [[token for word in text_words for token in cached[word]] for text_words in words]

    def _add(self, ids: Sequence[list[int]], sums: Vectors) -> None:
        lengths = np.fromiter(map(len, ids), np.intp, len(ids))
        filled = np.flatnonzero(lengths)
        if len(filled):
            flat = np.fromiter(chain.from_iterable(ids), np.intp, lengths.sum())
            tokens = self._rows.take(flat, axis=0) * self._scales.take(flat)[:, None]  # leaves Python to other threads
            sums[filled] = np.add.reduceat(tokens, (lengths.cumsum() - lengths)[filled], axis=0)


def map_tensors(file: Path) -> dict[str, NDArray[Any]]:
    """Map the arrays of a safetensors file, each of the shape in its header.

    The file is an 8-byte length, a JSON header, then the bytes.
    """
    raw = np.memmap(file, np.uint8, "r")
    size = int.from_bytes(raw[:8].tobytes(), "little")
    tensors = {}
    for name, entry in json.loads(raw[8 : 8 + size].tobytes()).items():
        if name != "__metadata__":
            start, end = (8 + size + offset for offset in entry["data_offsets"])
            kind = {"I8": np.int8, "F32": np.float32}[entry["dtype"]]
            tensors[name] = raw[start:end].view(kind).reshape(entry["shape"])
    return tensors
