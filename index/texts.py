"""The texts of a part: one file of UTF-8, mapped, so that a passage is read without the document around it.

Offsets count characters, so each document has **marks**: the byte at which each ``STEP``-th of its characters starts,
and the byte after its last.
"""

from collections.abc import Iterator
from dataclasses import fields
from itertools import accumulate
from mmap import ACCESS_READ, mmap
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.documents import Document

STEP = 1024  # characters from mark to mark
Marks = NDArray[np.int64]


class TextWriter:
    """Writes texts one after the other."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")

    def add(self, text: str) -> Marks:
        pieces = [piece.encode() for piece in _pieces(text)]
        marks = accumulate(map(len, pieces), initial=self._file.tell())
        self._file.writelines(pieces)
        return np.fromiter(marks, np.int64, len(pieces) + 1)

    def close(self) -> None:
        self._file.close()


class Texts:
    """Texts, read only; the file stays open."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._bytes = mmap(file.fileno(), 0, access=ACCESS_READ)

    def slice(self, marks: Marks, start: int, end: int) -> str:
        """The characters ``start`` to ``end`` of the text with these marks."""
        first, last = start // STEP, -(-end // STEP)
        near = self._bytes[marks[first] : marks[last]].decode()
        return near[start - first * STEP : end - first * STEP]


class StoredDocument(Document):
    """A document whose text stays on disk; all of it is read where ``text`` is asked for."""

    __slots__ = ("_length", "_marks", "_texts", "_whole")
    _texts: Texts
    _marks: Marks
    _length: int
    _whole: str | None

    def __init__(self, texts: Texts, marks: Marks, length: int, **facts: object) -> None:
        """``facts`` are the fields of ``Document`` but the text."""
        own = {"_texts": texts, "_marks": marks, "_length": length, "_whole": None}
        for name, value in {**facts, **own}.items():
            object.__setattr__(self, name, value)

    @property
    def text(self) -> str:
        whole = self._whole
        if whole is None:
            whole = self.slice(0, self._length)
            object.__setattr__(self, "_whole", whole)
        return whole

    @property
    def length(self) -> int:
        return self._length

    def slice(self, start: int, end: int) -> str:
        return self._texts.slice(self._marks, start, end)

    def __eq__(self, other: object) -> bool:
        names = (field.name for field in fields(Document))
        return isinstance(other, Document) and all(getattr(self, name) == getattr(other, name) for name in names)

    __hash__ = Document.__hash__


def _pieces(text: str) -> Iterator[str]:
    return (text[start : start + STEP] for start in range(0, len(text), STEP))
