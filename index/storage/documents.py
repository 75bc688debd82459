"""Documents on disk: per segment an SQLite file, a text file, and arrays of where passages and sentences start.

Int64Array are global and in the order of document ids: sentence ``s`` is the ``s``-th of the whole index. Each array of
starts has one entry more than there are items: item ``n`` ends where item ``n + 1`` starts.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.documents import Document
from index.language import fold
from index.private import ensure_private_file
from index.storage.document_segment import (
    NAMES,
    TABLE,
    TEXTS,
    DocumentSegment,
    Int64Array,
    Languages,
    checksum_of,
    serialize_facts,
)
from index.storage.npy import save_array
from index.storage.texts import TextFileWriter


class DocumentWriter:
    """Writes the documents of a segment into a folder, in the order of their ids."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        ensure_private_file(folder / "documents.sqlite")
        self._rows = sqlite3.connect(folder / "documents.sqlite", isolation_level=None)
        try:
            # The folder is thrown away unless it is complete, so that a journal would protect nothing.
            for order in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", TABLE, "BEGIN"):
                self._rows.execute(order)
            self._texts = TextFileWriter(folder / TEXTS)
        except BaseException:
            self._rows.close()
            raise
        self._sentences: list[NDArray[np.int32]] = []
        self._passages: list[Int64Array] = []
        self._documents: list[int] = []
        self._languages: list[str] = []
        self.passages = self.sentences = 0  # so far

    def add(
        self,
        document: Document,
        sentences: NDArray[np.int32],
        passages: NDArray[np.int32],
        languages: Sequence[str],
    ) -> None:
        """Append a document.

        Args:
            sentences: start and end of each, shape (sentences, 2).
            passages: the number of the first sentence of each, from 0 in this document, shape (passages,).
            languages: the language code of each passage.
        """
        day = document.date.toordinal() if document.date else 0
        name = fold(f"{document.id} {document.title}")
        marks = self._texts.add(document.text).tobytes()
        facts = document.sha256, serialize_facts(document), document.length, marks
        sha256, serialized, length, _ = facts
        row = [
            len(self._documents),
            document.id,
            name,
            sha256,
            day,
            serialized,
            length,
            marks,
            checksum_of(document.id, *facts),
        ]
        self._rows.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        self._documents.append(self.passages)
        self._passages.append(passages.astype(np.int64) + self.sentences)
        self._sentences.append(sentences)
        self._languages += languages
        self.passages += len(passages)
        self.sentences += len(sentences)

    @property
    def documents(self) -> int:
        """The number of documents so far."""
        return len(self._documents)

    def close(self) -> None:
        """Write the arrays and close all files.

        Raises:
            OSError, sqlite3.Error: the disk is full, or fails.
        """
        self._rows.execute(NAMES)
        self._rows.execute("COMMIT")
        self.release()
        save_array(self._folder / "sentences.npy", np.concatenate(self._sentences))
        save_array(self._folder / "passages.npy", np.append(np.concatenate(self._passages), self.sentences))
        save_array(self._folder / "languages.npy", np.array(self._languages, "S2"))
        save_array(self._folder / "documents.npy", np.array([*self._documents, self.passages], np.int64))

    def release(self) -> None:
        """Close the files as they are, also those of a segment that is given up."""
        self._rows.close()
        self._texts.close()


class DocumentStore:
    """The documents of all segments, read only.

    All files are opened at once, so that they may be deleted while in use.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        segments = [DocumentSegment(folder) for folder in folders]
        self._segments = segments
        self.ids: list[str] = [id for segment in segments for id in segment.ids]
        self.days = np.concatenate([segment.days for segment in segments])  # ordinals; 0 where the date is unknown
        self.sentences = _join([segment.sentences for segment in segments])
        self.passages = _continue([segment.passages for segment in segments])
        self.documents = _continue([segment.documents for segment in segments])
        self.languages: Languages = _join([segment.languages for segment in segments])  # of passages
        self._firsts = np.cumsum([0, *(len(segment.ids) for segment in segments)])

    def document(self, number: int) -> Document:
        """Return the document with this number.

        Raises:
            IndexCorrupted: it is not as it was written.
        """
        segment = int(np.searchsorted(self._firsts, number, side="right")) - 1
        return self._segments[segment].document(self.ids[number], number - int(self._firsts[segment]))

    def indexed_text(self, passage: int) -> str:
        """Return the text of a passage under its titles, in which its words are looked for.

        Raises:
            IndexCorrupted: it is not as it was written.
        """
        first, last = self.passages[passage], self.passages[passage + 1] - 1
        start, end = int(self.sentences[first, 0]), int(self.sentences[last, 1])
        document = self.document(int(np.searchsorted(self.documents, passage, side="right")) - 1)
        return f"{document.title_at(start)}\n{document.slice(start, end)}"

    def find_by_name(self, words: str, start: int, most: int) -> list[str]:
        """Return at most ``most`` ids of documents whose id or title holds every word, from position ``start``."""
        ids: list[str] = []
        for segment in self._segments:
            segment_ids = segment.find_by_name(words, start, most - len(ids))
            start = 0 if segment_ids else max(0, start - segment.count_by_name(words))
            ids += segment_ids
            if len(ids) == most:
                break
        return ids

    def count_by_name(self, words: str) -> int:
        """Return the number of documents whose id or title holds every word."""
        return sum(segment.count_by_name(words) for segment in self._segments)

    def names(self) -> Iterator[str]:
        """Yield the folded id and title of each document, in order."""
        for segment in self._segments:
            yield from segment.names()

    def close(self) -> None:
        """Close databases and text files. Arrays are freed with the last reference to them."""
        for segment in self._segments:
            segment.close()

    @property
    def counts(self) -> list[tuple[int, int, int]]:
        """The numbers of documents, passages and sentences of each segment."""
        return [segment.counts for segment in self._segments]

    def hashes(self) -> dict[str, str]:
        """Return the SHA-256 of the file of each document, by id."""
        return {id: sha256 for segment in self._segments for id, sha256 in segment.hashes()}


def _join(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Concatenate arrays; a single one stays memory-mapped."""
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _continue(starts: Sequence[Int64Array]) -> Int64Array:
    """Concatenate the starts of all segments, numbered through."""
    if len(starts) == 1:
        return starts[0]
    before = np.cumsum([0, *(int(segment[-1]) for segment in starts)])
    shifted = [segment[:-1] + first for segment, first in zip(starts, before, strict=False)]
    return np.concatenate([*shifted, before[-1:]])
