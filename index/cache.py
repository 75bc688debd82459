"""What was read, split and encoded, kept per content of file, so that a rebuild repeats nothing and can be resumed.

It is never the truth: a row is found by all that made it (the bytes of the file, its kind, the version of the readers,
the encoder), its checksum is compared when it is used, and the whole file may be deleted at any time.
"""

import json
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import Unreadable
from index.meaning import Codes
from index.reading import Reading

Offsets = NDArray[np.int32]

_TABLES = """
CREATE TABLE IF NOT EXISTS texts (
    key TEXT PRIMARY KEY, text BLOB, rest TEXT, sentences BLOB, passages BLOB, languages TEXT, checksum BLOB);
CREATE TABLE IF NOT EXISTS vectors (
    key TEXT, encoder TEXT, codes BLOB, checksum BLOB, PRIMARY KEY (key, encoder));
CREATE TABLE IF NOT EXISTS unreadable (key TEXT PRIMARY KEY, reason TEXT, checksum BLOB);
"""


class CacheDamaged(Exception):
    """A row does not match its checksum; it was forgotten, and the file must be read again."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that was read and split."""

    reading: Reading
    packed: bytes  # its text, compressed
    sentences: Offsets  # shape (sentences, 2): start and end
    passages: Offsets  # the first sentence of each passage
    languages: tuple[str, ...]  # of each passage


class Cache:
    """An SQLite file in a folder. Each ``keep`` is one transaction."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        try:
            self._rows = _opened(path)
        except sqlite3.DatabaseError as error:
            if not _says_damage(error):
                raise
            self._start_again()

    def close(self) -> None:
        self._rows.close()

    def reason(self, key: str) -> Unreadable | None:
        """Why the content could not be read, if that was tried."""
        found = self._find("SELECT reason, checksum FROM unreadable WHERE key = ?", key)
        return Unreadable(*json.loads(found[0])) if found and _sum(found[:1]) == found[1] else None

    def counts(self, key: str) -> tuple[int, int] | None:
        """How many passages and sentences the content has; None where it is absent."""
        found = self._find("SELECT length(passages) / 4, length(sentences) / 8 FROM texts WHERE key = ?", key)
        return (int(found[0]), int(found[1])) if found else None

    def all_counts(self, encoder: str) -> dict[str, tuple[int, int]]:
        """The same of every content whose vectors of that encoder are here, by key; asked once for ten thousand."""
        query = "SELECT key, length(passages) / 4, length(sentences) / 8 FROM texts JOIN vectors USING (key)"
        with self._used() as rows:
            found = rows.execute(f"{query} WHERE encoder = ?", [encoder]).fetchall()
        return {key: (passages, sentences) for key, passages, sentences in found}

    def has_vectors(self, key: str, encoder: str) -> bool:
        return self._find("SELECT 1 FROM vectors WHERE key = ? AND encoder = ?", key, encoder) is not None

    def keep_reason(self, key: str, reason: Unreadable) -> None:
        plain = json.dumps(reason.args, default=str)
        with self._used() as rows:
            rows.execute("INSERT OR REPLACE INTO unreadable VALUES (?, ?, ?)", [key, plain, _sum([plain])])

    def keep(self, parts: Iterable[tuple[str, Prepared, Codes]], encoder: str) -> None:
        """Files that were read and encoded: their keys, texts and vectors, all or none."""
        with self._used() as rows:
            for key, prepared, codes in parts:
                row, blob = _packed(prepared), codes.tobytes()
                rows.execute("INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?, ?, ?, ?)", [key, *row, _sum(row)])
                rows.execute("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", [key, encoder, blob, _sum([blob])])

    def text(self, key: str) -> Prepared:
        query = "SELECT text, rest, sentences, passages, languages, checksum FROM texts WHERE key = ?"
        return _unpacked(self._verified(query, key))

    def vectors(self, key: str, encoder: str, dimension: int) -> Codes:
        query = "SELECT codes, checksum FROM vectors WHERE key = ? AND encoder = ?"
        return np.frombuffer(self._verified(query, key, encoder)[0], np.int8).reshape(-1, dimension)

    def forget_all_but(self, keys: Iterable[str], encoder: str) -> None:
        """Drops the rows of files and encoders that are no longer used."""
        with self._used() as rows:
            rows.execute("CREATE TEMP TABLE used (key TEXT PRIMARY KEY)")
            rows.executemany("INSERT OR IGNORE INTO used VALUES (?)", ([key] for key in keys))
            rows.execute("DELETE FROM vectors WHERE encoder != ?", [encoder])
            for table in ("texts", "vectors"):
                rows.execute(f"DELETE FROM {table} WHERE key NOT IN (SELECT key FROM used)")
            rows.execute("DROP TABLE used")
        with self._used() as rows:
            rows.execute("PRAGMA incremental_vacuum").fetchall()

    @contextmanager
    def _used(self) -> Iterator[sqlite3.Connection]:
        """One transaction, of one thread; a file that SQLite finds damaged is begun again."""
        with self._lock:
            try:
                with self._rows:
                    yield self._rows
            except sqlite3.DatabaseError as error:
                if not _says_damage(error):
                    raise
                self._start_again()
                raise CacheDamaged(str(error)) from error

    def _start_again(self) -> None:
        if hasattr(self, "_rows"):
            self._rows.close()
        remove(self._path)
        self._rows = _opened(self._path)

    def _find(self, query: str, *values: str) -> tuple[Any, ...] | None:
        with self._used() as rows:
            found: tuple[Any, ...] | None = rows.execute(query, values).fetchone()
        return found

    def _verified(self, query: str, key: str, *values: str) -> list[Any]:
        """A row without its checksum, which it matches."""
        found = self._find(query, key, *values)
        if found is None or _sum(found[:-1]) != found[-1]:
            self._forget(key)
            raise CacheDamaged(key)
        return list(found[:-1])

    def _forget(self, key: str) -> None:
        with self._used() as rows:
            rows.execute("DELETE FROM texts WHERE key = ?", [key])
            rows.execute("DELETE FROM vectors WHERE key = ?", [key])


def _says_damage(error: sqlite3.DatabaseError) -> bool:
    return any(words in str(error) for words in ("malformed", "not a database", "decode to UTF-8", "unsupported file"))


def remove(path: Path) -> None:
    """Deletes a database and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _opened(path: Path) -> sqlite3.Connection:
    rows = sqlite3.connect(path, timeout=60, check_same_thread=False)
    rows.execute("PRAGMA auto_vacuum = INCREMENTAL")
    rows.execute("PRAGMA journal_mode = WAL")
    rows.execute("PRAGMA synchronous = NORMAL")
    rows.executescript(_TABLES)
    if _schema(rows) != _SCHEMA:
        rows.close()
        raise sqlite3.DatabaseError("malformed: other tables")  # of another version, or with a damaged byte
    return rows


def _schema(rows: sqlite3.Connection) -> list[Any]:
    return rows.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()


def _expected() -> list[Any]:
    with closing(sqlite3.connect(":memory:")) as rows:
        rows.executescript(_TABLES)
        return _schema(rows)


_SCHEMA = _expected()


def _sum(row: Iterable[Any]) -> bytes:
    parts = (part if isinstance(part, bytes) else str(part).encode() for part in row)
    return blake2b(b"\0".join(parts), digest_size=16).digest()


def _packed(prepared: Prepared) -> list[Any]:
    return [
        prepared.packed,
        json.dumps(prepared.reading.plain()),
        prepared.sentences.astype(np.int32).tobytes(),
        prepared.passages.astype(np.int32).tobytes(),
        " ".join(prepared.languages),
    ]


def _unpacked(row: list[Any]) -> Prepared:
    packed, rest, sentences, passages, languages = row
    return Prepared(
        Reading.of(zlib.decompress(packed).decode(), json.loads(rest)),
        packed,
        np.frombuffer(sentences, np.int32).reshape(-1, 2),
        np.frombuffer(passages, np.int32),
        tuple(languages.split(" ")),
    )
