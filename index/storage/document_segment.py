"""The documents of one segment: an SQLite file, a text file, and arrays of where passages and sentences start.

An index may come from somebody else: what a file says is checked before use, or refused in one sentence.
"""

import datetime as dt
import json
import sqlite3
import stat
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from weakref import finalize
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from index.blocks import blocks_of, numbers_of
from index.documents import Container, Document
from index.language import fold
from index.storage.npy import map_array
from index.storage.texts import StoredText, TextFile, corrupted

Int64Array = NDArray[np.int64]
Languages = NDArray[np.bytes_]  # codes of two letters

TABLE = """CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id TEXT, name TEXT, sha256 TEXT, day INTEGER, rest TEXT, length INTEGER,
    marks BLOB, checksum INTEGER)"""
TEXTS = "texts.utf8"
NAMES = "CREATE INDEX names ON documents (number, name, id)"  # holds all that a search by name looks at
_SCHEMA = [("table", "documents", TABLE), ("index", "names", NAMES)]
_FACTS = {  # what ``rest`` holds
    *("title", "date", "date_from", "encoding", "pages", "blocks", "file_date", "recognised", "places", "container"),
}
_LAST_DAY = dt.date.max.toordinal()


class DocumentSegment:
    """The documents of a segment, read only.

    Raises:
        IndexCorrupted: a file is absent, or does not have the shape that ``DocumentWriter`` gives it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._lock = folder, threading.Lock()
        try:
            self._rows = _connect(folder / "documents.sqlite")
            self._closing = finalize(self, self._rows.close)  # SQLite complains of what is not closed
            self._texts = TextFile(folder / TEXTS)
            self.sentences: NDArray[np.int32] = _array(folder / "sentences.npy", "i4", 2)
            self.passages: Int64Array = _array(folder / "passages.npy", "i8", 1)
            self.documents: Int64Array = _array(folder / "documents.npy", "i8", 1)
            self.languages: Languages = _array(folder / "languages.npy", "S2", 1)
            _check_starts(self.passages, len(self.sentences))
            _check_starts(self.documents, len(self.passages) - 1)
            rows = self._rows.execute("SELECT id, day FROM documents ORDER BY number").fetchall()
            self.ids: list[str] = [id for id, _ in rows]
            self.days = _days([day for _, day in rows])
            _check_ids(self.ids)
            if self.counts != (len(self.documents) - 1, len(self.languages), len(self.sentences)):
                raise ValueError("files that do not fit together")
        except (sqlite3.Error, OSError, ValueError, TypeError) as error:
            raise corrupted(folder) from error

    def close(self) -> None:
        """Close the database and the text file."""
        self._closing()
        self._texts.close()

    @property
    def counts(self) -> tuple[int, int, int]:
        """The numbers of documents, passages and sentences."""
        return len(self.ids), len(self.passages) - 1, len(self.sentences)

    def document(self, id: str, number: int) -> Document:
        """Return the document with this number in the segment; its text stays on disk until it is read.

        Raises:
            IndexCorrupted: it is not as it was written.
        """
        query = "SELECT sha256, rest, length, marks, checksum FROM documents WHERE number = ?"
        (sha256, serialized, length, packed_marks, checksum), *_ = self._ask(query, number) or [(None,) * 5]
        if checksum_of(id, sha256, serialized, length, packed_marks) != checksum:
            raise corrupted(self._folder)
        try:
            marks = np.frombuffer(packed_marks, np.int64).reshape(-1, 2)
            facts = {"id": id, "sha256": sha256, **_facts(serialized, length, id)}
            if not self._texts.holds(marks, length):
                raise ValueError("marks of another text")
        except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
            raise corrupted(self._folder) from error
        return Document(content=StoredText(self._texts, marks, length), **facts)

    def find_by_name(self, words: str, start: int, most: int) -> list[str]:
        """Return at most ``most`` ids of documents whose id or title holds every word, from position ``start``."""
        condition, values = _name_condition(words)
        query = f"SELECT id FROM documents WHERE {condition} ORDER BY number LIMIT ? OFFSET ?"
        return [id for (id,) in self._ask(query, *values, most, start)]

    def count_by_name(self, words: str) -> int:
        """Return the number of documents whose id or title holds every word."""
        condition, values = _name_condition(words)
        return int(self._ask(f"SELECT count(*) FROM documents WHERE {condition}", *values)[0][0])

    def names(self) -> list[str]:
        """Return the folded id and title of each document, in order."""
        return [name for (name,) in self._ask("SELECT name FROM documents ORDER BY number")]

    def hashes(self) -> list[tuple[str, str]]:
        """Return the id and the file's SHA-256 of each document."""
        return self._ask("SELECT id, sha256 FROM documents")

    def _ask(self, query: str, *values: object) -> list[Any]:
        try:
            with self._lock:
                return self._rows.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise corrupted(self._folder) from error


def _connect(path: Path) -> sqlite3.Connection:
    """Open the database of a segment, read only.

    Raises:
        ValueError: it holds something else than the table of documents, such as a view that computes its rows.
        OSError: it is not a regular file.
    """
    if not stat.S_ISREG(path.lstat().st_mode):
        raise OSError(f"{path} is no regular file")
    rows = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    if rows.execute("SELECT type, name, sql FROM sqlite_master ORDER BY rowid").fetchall() != _SCHEMA:
        raise ValueError("other tables")
    return rows


def _array(path: Path, kind: str, dimensions: int) -> NDArray[Any]:
    array = map_array(path)
    if array.dtype != np.dtype(kind) or array.ndim != dimensions or (dimensions == 2 and array.shape[1] != 2):
        raise ValueError(f"{path} holds an array of another kind")
    return array


def _days(days: Sequence[int]) -> NDArray[np.int32]:
    ordinals = np.array(days)
    if ordinals.dtype.kind != "i" or ordinals.min() < 0 or ordinals.max() > _LAST_DAY:
        raise ValueError("days that are none")
    return ordinals.astype(np.int32)


def _check_ids(ids: Sequence[str]) -> None:
    """Check that each id is a path inside a folder.

    Raises:
        ValueError: an id leads elsewhere.
        TypeError: an id is not text.
    """
    all_names = "/" + "/\0/".join(ids) + "/"
    if any(step in all_names for step in ("//", "/./", "/../")) or all_names.count("\0") != len(ids) - 1:
        raise ValueError("an id that leaves its folder")


def _check_starts(starts: Int64Array, count: int) -> None:
    """Check that ``starts`` divide so many items.

    Raises:
        ValueError: they do not; a byte of the file changed.
    """
    if len(starts) < 2 or starts[0] != 0 or starts[-1] != count or (np.diff(starts) <= 0).any():
        raise ValueError("starts that are not in order")


def _name_condition(words: str) -> tuple[str, list[str]]:
    """Return the SQL condition that a name holds each of the words, and its values."""
    values = fold(words).split()
    return " AND ".join(["instr(name, ?)" for _ in values] or ["1"]), values


def checksum_of(*facts: object) -> int:
    """Return the CRC-32 of values."""
    return crc32(repr(facts).encode())


def serialize_facts(document: Document) -> str:
    """Return the metadata of a document as JSON."""
    date, saved = (day.isoformat() if day else None for day in (document.date, document.file_date))
    plain = {"title": document.title, "date": date, "date_from": document.date_from, "encoding": document.encoding}
    on_pages = {"pages": document.pages, "recognised": document.recognised, "places": document.places}
    structure = {"blocks": numbers_of(document.blocks), "file_date": saved, "container": document.container}
    return json.dumps({**plain, **on_pages, **structure})


def _facts(serialized: str, length: int, id: str) -> dict[str, Any]:
    """Parse what ``serialize_facts`` wrote of the document ``id`` of ``length`` characters.

    Raises:
        ValueError, KeyError, TypeError: it is something else.
    """
    plain: dict[str, Any] = json.loads(serialized)
    for name in ("date", "file_date"):
        plain[name] = dt.date.fromisoformat(plain[name]) if plain[name] else None
    plain["pages"], plain["blocks"] = tuple(plain["pages"]), blocks_of(plain["blocks"])
    plain["recognised"] = tuple(plain["recognised"])
    plain["container"] = Container(*plain["container"]) if plain["container"] else None
    is_plain = _has_texts(plain) and _has_offsets(plain, length) and _is_inside(id, plain["container"])
    if plain.keys() != _FACTS or not is_plain:
        raise ValueError("facts of no document")
    return plain


def _has_texts(plain: dict[str, Any]) -> bool:
    optional = [plain[name] for name in ("date_from", "encoding") if plain[name] is not None]
    return all(type(text) is str for text in [plain["title"], plain["places"], *optional])


def _is_inside(id: str, container: Container | None) -> bool:
    if container is None:
        return True
    return all(type(field) is str for field in container) and id.startswith(f"{container.id}/")


def _has_offsets(plain: dict[str, Any], length: int) -> bool:
    offsets = [*plain["pages"], *(block.end for block in plain["blocks"][-1:])]
    if not all(type(page) is int and 0 < page <= len(plain["pages"]) for page in plain["recognised"]):
        return False
    return all(type(offset) is int and 0 <= offset <= length for offset in offsets)
