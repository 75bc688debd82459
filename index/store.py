"""Documents on disk: for each part an SQLite file, their texts, and arrays of where passages and sentences start.

Numbers are global and in the order of document ids: sentence ``s`` is the ``s``-th of the whole index. Each array of
starts has one entry more than there are things, so that thing ``n`` ends where thing ``n + 1`` starts.
"""

import datetime as dt
import json
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from index.arrays import mapped
from index.documents import Document, Span
from index.language import fold
from index.texts import StoredDocument, Texts, TextWriter, damaged

Numbers = NDArray[np.int64]
Languages = NDArray[np.bytes_]  # codes of two letters

_TABLE = """CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id TEXT, name TEXT, sha256 TEXT, day INTEGER, rest TEXT, length INTEGER,
    marks BLOB, checksum INTEGER)"""
_TEXTS = "texts.utf8"
_NAMES = "CREATE INDEX names ON documents (number, name, id)"  # holds all that a search by name looks at


class StoreWriter:
    """Writes the documents of a part, in the order of their ids, into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows = sqlite3.connect(folder / "documents.sqlite", isolation_level=None)
        # The folder is thrown away unless it is complete, so that a journal would protect nothing.
        for order in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", _TABLE, "BEGIN"):
            self._rows.execute(order)
        self._texts = TextWriter(folder / _TEXTS)
        self._sentences: list[NDArray[np.int32]] = []
        self._passages: list[Numbers] = []
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
        """``passages`` holds the first sentence of each, counted from the document's first; ``languages`` theirs."""
        day = document.date.toordinal() if document.date else 0
        name = fold(f"{document.id} {document.title}")
        marks = self._texts.add(document.text).tobytes()
        facts = document.sha256, _rest(document), document.length, marks
        sha256, rest, length, _ = facts
        row = [
            len(self._documents),
            document.id,
            name,
            sha256,
            day,
            rest,
            length,
            marks,
            _checksum(document.id, *facts),
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
        return len(self._documents)

    def close(self) -> None:
        self._rows.execute(_NAMES)
        self._rows.execute("COMMIT")
        self._rows.close()
        self._texts.close()
        np.save(self._folder / "sentences.npy", np.concatenate(self._sentences))
        np.save(self._folder / "passages.npy", np.append(np.concatenate(self._passages), self.sentences))
        np.save(self._folder / "languages.npy", np.array(self._languages, "S2"))
        np.save(self._folder / "documents.npy", np.array([*self._documents, self.passages], np.int64))


class Store:
    """The documents of all parts, opened read only.

    Every file is open from the start, so that it may be deleted meanwhile.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        parts = [_Part(folder) for folder in folders]
        self._parts = parts
        self.ids: list[str] = [id for part in parts for id in part.ids]
        self.days = np.concatenate([part.days for part in parts])  # ordinals; 0 where the date is unknown
        self.sentences = _joined([part.sentences for part in parts])
        self.passages = _continued([part.passages for part in parts])
        self.documents = _continued([part.documents for part in parts])
        self.languages: Languages = _joined([part.languages for part in parts])  # of passages
        self._firsts = np.cumsum([0, *(len(part.ids) for part in parts)])

    def document(self, number: int) -> Document:
        part = int(np.searchsorted(self._firsts, number, side="right")) - 1
        return self._parts[part].document(self.ids[number], number - int(self._firsts[part]))

    def named(self, words: str, start: int, most: int) -> list[str]:
        """The ids of the documents whose id and title hold each of the words, in order, from the one at ``start``."""
        found: list[str] = []
        for part in self._parts:
            here = part.named(words, start, most - len(found))
            start = 0 if here else max(0, start - part.count_named(words))
            found += here
            if len(found) == most:
                break
        return found

    def count_named(self, words: str) -> int:
        """How many documents there are whose id and title hold each of the words."""
        return sum(part.count_named(words) for part in self._parts)

    def hashes(self) -> dict[str, str]:
        """The hash of the file of each document, by id."""
        return {id: sha256 for part in self._parts for id, sha256 in part.hashes()}


class _Part:
    def __init__(self, folder: Path) -> None:
        try:
            address = f"{(folder / 'documents.sqlite').resolve().as_uri()}?mode=ro&immutable=1"
            self._rows = sqlite3.connect(address, uri=True, check_same_thread=False)
            self._lock = threading.Lock()
            rows = self._rows.execute("SELECT id, day FROM documents ORDER BY number").fetchall()
            self._texts = Texts(folder / _TEXTS)
            self.sentences: NDArray[np.int32] = mapped(folder / "sentences.npy")
            self.passages: Numbers = mapped(folder / "passages.npy")
            self.documents: Numbers = mapped(folder / "documents.npy")
            self.languages: Languages = mapped(folder / "languages.npy")
            _check_starts(self.passages, len(self.sentences))
            _check_starts(self.documents, len(self.passages) - 1)
        except (sqlite3.Error, OSError, ValueError) as error:
            raise damaged(folder) from error
        self._folder = folder
        self.ids: list[str] = [id for id, _ in rows]
        self.days = np.array([day for _, day in rows], np.int32)

    def document(self, id: str, number: int) -> Document:
        query = "SELECT sha256, rest, length, marks, checksum FROM documents WHERE number = ?"
        (sha256, rest, length, marks, checksum), *_ = self._ask(query, number) or [(None,) * 5]
        if _checksum(id, sha256, rest, length, marks) != checksum:
            raise damaged(self._folder)
        facts = {"id": id, "sha256": sha256, **_facts(rest)}
        return StoredDocument(self._texts, np.frombuffer(marks, np.int64).reshape(-1, 2), length, **facts)

    def named(self, words: str, start: int, most: int) -> list[str]:
        where, values = _held(words)
        query = f"SELECT id FROM documents WHERE {where} ORDER BY number LIMIT ? OFFSET ?"
        return [id for (id,) in self._ask(query, *values, most, start)]

    def count_named(self, words: str) -> int:
        where, values = _held(words)
        return int(self._ask(f"SELECT count(*) FROM documents WHERE {where}", *values)[0][0])

    def hashes(self) -> list[tuple[str, str]]:
        return self._ask("SELECT id, sha256 FROM documents")

    def _ask(self, query: str, *values: object) -> list[Any]:
        try:
            with self._lock:
                return self._rows.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise damaged(self._folder) from error


def _check_starts(starts: Numbers, things: int) -> None:
    """
    Raises:
        ValueError: the starts are not those of so many things: a byte of the file is another.
    """
    if starts[0] != 0 or starts[-1] != things or (np.diff(starts) <= 0).any():
        raise ValueError("starts that are not in order")


def _joined(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """The rows of all arrays; one alone stays on disk."""
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _continued(starts: Sequence[Numbers]) -> Numbers:
    """The starts of the things of all parts, counted through."""
    if len(starts) == 1:
        return starts[0]
    before = np.cumsum([0, *(int(part[-1]) for part in starts)])
    shifted = [part[:-1] + first for part, first in zip(starts, before, strict=False)]
    return np.concatenate([*shifted, before[-1:]])


def _held(words: str) -> tuple[str, list[str]]:
    """The condition that a name holds each of the words, and its values."""
    values = fold(words).split()
    return " AND ".join(["instr(name, ?)" for _ in values] or ["1"]), values


def _checksum(*facts: object) -> int:
    return crc32(repr(facts).encode())


def _rest(document: Document) -> str:
    date = document.date.isoformat() if document.date else None
    plain = {"title": document.title, "date": date, "date_from": document.date_from, "encoding": document.encoding}
    return json.dumps({**plain, "pages": document.pages, "headings": document.headings})


def _facts(rest: str) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(rest)
    plain["date"] = dt.date.fromisoformat(plain["date"]) if plain["date"] else None
    plain["pages"], plain["headings"] = tuple(plain["pages"]), tuple(Span(*pair) for pair in plain["headings"])
    return plain
