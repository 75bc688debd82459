"""The texts of a segment: one memory-mapped file of UTF-8, so that a passage is read without its document.

Offsets count characters. So each document has **marks**: the byte at which each of its blocks of ``BLOCK_CHARACTERS``
starts, and the byte after its last. Beside each is the CRC-32 of the block that starts there. It is compared at every
read: a quote is what was indexed, or there is none.
"""

from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexCorrupted
from index.files import map_plain
from index.private import open_private

BLOCK_CHARACTERS = 1024  # characters from mark to mark
Marks = NDArray[np.int64]  # shape (pieces + 1, 2): byte and checksum; flat on disk


class TextFileWriter:
    """Appends texts to a file."""

    def __init__(self, path: Path) -> None:
        self._file = open_private(path)

    def add(self, text: str) -> Marks:
        """Append a text; return its marks, shape (blocks + 1, 2)."""
        pieces = [piece.encode() for piece in _pieces(text)]
        starts = accumulate(map(len, pieces), initial=self._file.tell())
        self._file.writelines(pieces)
        return np.array(list(zip(starts, [*map(crc32, pieces), 0], strict=True)), np.int64)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class TextFile:
    """A file of texts, mapped read only."""

    def __init__(self, path: Path) -> None:
        self._folder = path.parent
        self._bytes = map_plain(path)

    def close(self) -> None:
        """Unmap the file."""
        self._bytes.close()

    def slice(self, marks: Marks, start: int, end: int) -> str:
        """Return the characters ``start`` to ``end`` of the text with these marks, of shape (blocks + 1, 2).

        Raises:
            IndexCorrupted: it is not the text that was written.
        """
        first, last = start // BLOCK_CHARACTERS, -(-end // BLOCK_CHARACTERS)
        blocks_text = "".join(
            self._piece(*marks[number : number + 2].ravel()[:3].tolist()) for number in range(first, last)
        )
        return blocks_text[start - first * BLOCK_CHARACTERS : end - first * BLOCK_CHARACTERS]

    def holds(self, marks: Marks, length: int) -> bool:
        """Return True if marks of shape (blocks + 1, 2) can be of a text of ``length`` characters in this file."""
        starts = marks[:, 0]
        in_file = starts[0] >= 0 and starts[-1] <= len(self._bytes) and bool((np.diff(starts) > 0).all())
        return len(marks) == -(-length // BLOCK_CHARACTERS) + 1 and in_file

    def _piece(self, start: int, checksum: int, end: int) -> str:
        piece = self._bytes[start:end]
        if crc32(piece) != checksum:
            raise corrupted(self._folder)
        try:
            return piece.decode()
        except UnicodeDecodeError as error:
            raise corrupted(self._folder) from error


class StoredText:
    """A text in a ``TextFile``: the ``Characters`` of a document of an index.

    ``marks`` have the shape (blocks + 1, 2). The whole text is kept once it was read: the page renders an answer with
    its document several times.
    """

    __slots__ = ("_file", "_full_text", "_length", "_marks")

    def __init__(self, file: TextFile, marks: Marks, length: int) -> None:
        self._file, self._marks, self._length = file, marks, length
        self._full_text: str | None = None

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, span: slice, /) -> str:
        """Read a slice.

        Raises:
            IndexCorrupted: it is not the text that was written.
        """
        start, end, _ = span.indices(self._length)
        if self._full_text is not None:
            return self._full_text[start:end]
        text = self._file.slice(self._marks, start, end)
        if (start, end) == (0, self._length):
            self._full_text = text
        return text


def corrupted(folder: Path) -> IndexCorrupted:
    """Return the error for documents that are not as they were written."""
    return IndexCorrupted("The documents in {} cannot be read. Build the index again: rag rebuild FOLDER", folder)


def _pieces(text: str) -> Iterator[str]:
    return (text[start : start + BLOCK_CHARACTERS] for start in range(0, len(text), BLOCK_CHARACTERS))
