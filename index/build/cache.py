"""Cache what was read, chunked and encoded by file content: a rebuild repeats nothing and can be resumed.

The cache is never the truth. A row's key covers all that made it: the bytes of the file, its format, the version of the
readers, the encoder. Its checksum is compared whenever it is used, and the whole file may be deleted at any time. The
checksums have no secret, however: a cache from somebody else may hold other text under the key of a file. ``rag rebuild
--fresh`` ignores it.

Deleted rows are overwritten (``secure_delete``), and the file shrinks: no word of a removed document stays behind.
"""

import json
import sqlite3
import stat
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from index.build.chunked_file import (
    CachedFile,
    ChunkedFile,
    NotChunkedFile,
    Offsets,
    make_row,
    parse_cached_file,
    parse_row,
)
from index.disk_errors import sqlite_code
from index.errors import UnreadableFile, is_sentence
from index.private import ensure_private_file, tighten_file
from index.storage.vectors import Codes
from index.workers.recogniser import NO_ENGINE, OcrEngine

__all__ = ["Cache", "CacheCorrupted", "CachedFile", "ChunkedFile", "Offsets", "remove"]

_TABLES = """
CREATE TABLE IF NOT EXISTS texts (
    key TEXT PRIMARY KEY, text BLOB, rest TEXT, sentences BLOB, passages BLOB, languages TEXT, checksum BLOB);
CREATE TABLE IF NOT EXISTS vectors (
    key TEXT, encoder TEXT, codes BLOB, checksum BLOB, PRIMARY KEY (key, encoder));
CREATE TABLE IF NOT EXISTS files (key TEXT PRIMARY KEY, contents TEXT, checksum BLOB);
CREATE TABLE IF NOT EXISTS unreadable (key TEXT PRIMARY KEY, reason TEXT, checksum BLOB);
CREATE TABLE IF NOT EXISTS recognised (
    engine TEXT, key TEXT, page INTEGER, words TEXT, checksum BLOB, PRIMARY KEY (engine, key, page));
"""
_COUNTS = "ifnull(length(passages), 0) / 4, ifnull(length(sentences), 0) / 8"  # bytes of each entry
_NAMES = ("texts", "vectors", "files", "unreadable", "recognised")
_SUFFIXES = ("", "-wal", "-shm", "-journal")  # the files of a database, after its name
_OVERWRITES = 1  # user_version of a file in which everything deleted was overwritten, from the first row on
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT)
_AT_ONCE = 64  # rows that are dropped in one transaction on a full disk


class CacheCorrupted(Exception):
    """A row does not match its checksum. It was dropped, and the file must be read again."""


class _OtherFile(Exception):
    """The file is a database of something else, or of another version."""


class Cache:
    """An SQLite file in a folder. Each ``put`` is one transaction."""

    def __init__(
        self, path: Path, *, fresh: bool = False, engine: OcrEngine = NO_ENGINE, passwords: Sequence[str] = ()
    ) -> None:
        """Open the cache at ``path``, or create it. ``fresh`` deletes what is there first.

        ``engine`` reads pictures of text, and is part of the keys of files that may hold some. ``passwords`` open
        locked files, and are never stored; what was read depends on whether there are any.

        Raises:
            OSError, sqlite3.Error: the disk fails, or may not be written to.
        """
        self._path, self._lock, self.engine, self.passwords = path, threading.Lock(), engine, passwords
        self._refused: set[str] = set()  # the keys whose reasons were asked for or kept
        if fresh:
            remove(path)
        try:
            self._rows = _connect(path)
        except (sqlite3.DatabaseError, _OtherFile) as error:
            if isinstance(error, sqlite3.Error) and not _is_damage(error, sqlite3.SQLITE_ERROR):
                raise
            self._start_again()
        self._newest = self._newest_rows()

    def close(self) -> None:
        """Close the file and truncate its log, which may hold deleted text while another program keeps it open.

        Wait for the transaction of another thread: SQLite crashes if a connection is closed while in use.
        """
        with self._lock:
            with suppress(OSError, sqlite3.Error):
                if self._path.with_name(f"{self._path.name}-wal").stat().st_size:
                    self._rows.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self._rows.close()

    def failure(self, key: str) -> UnreadableFile | None:
        """Return why the content could not be read, if that was tried."""
        row = self._find("SELECT reason, checksum FROM unreadable WHERE key = ?", key)
        self._refused.add(key)
        return _reason(row[0]) if row and _sum(row[:1]) == row[1] else None

    def counts(self, key: str) -> tuple[int, int] | None:
        """Return the numbers of passages and sentences of the content; None if it is not cached."""
        row = self._find(f"SELECT {_COUNTS} FROM texts WHERE key = ?", key)
        return (int(row[0]), int(row[1])) if row else None

    def all_counts(self, encoder: str) -> dict[str, tuple[int, int]]:
        """Return the counts of all contents that have vectors of this encoder, by key, in one query."""
        query = f"SELECT key, {_COUNTS} FROM texts JOIN vectors USING (key)"
        with self._use() as rows:
            counts = rows.execute(f"{query} WHERE encoder = ?", [encoder]).fetchall()
        return {key: (passages, sentences) for key, passages, sentences in counts}

    def file(self, key: str) -> CachedFile | None:
        """Return the cached result of reading a file; None if there is none."""
        row = self._find("SELECT contents, checksum FROM files WHERE key = ?", key)
        return _file(*row) if row else None

    def all_files(self) -> dict[str, CachedFile]:
        """Return all cached results of reading files, by key, in one query."""
        with self._use() as rows:
            table = rows.execute("SELECT key, contents, checksum FROM files").fetchall()
        files = ((key, _file(contents, checksum)) for key, contents, checksum in table)
        return {key: file for key, file in files if file is not None}

    def has_vectors(self, key: str, encoder: str) -> bool:
        """Return whether the sentences of the content were encoded with this encoder."""
        return self._find("SELECT 1 FROM vectors WHERE key = ? AND encoder = ?", key, encoder) is not None

    def put_failure(self, key: str, reason: UnreadableFile) -> None:
        """Remember why the content cannot be read."""
        plain = json.dumps(reason.args, default=str)
        self._refused.add(key)
        with self._use() as rows:
            rows.execute("INSERT OR REPLACE INTO unreadable VALUES (?, ?, ?)", [key, plain, _sum([plain])])

    def put(
        self,
        contents: Iterable[tuple[str, ChunkedFile, Codes]],
        encoder: str,
        files: Iterable[tuple[str, CachedFile]] = (),
    ) -> None:
        """Store read and encoded contents and what files hold, all or none.

        Args:
            contents: of each content its key, text, and vectors of shape (sentences, dimension).
            files: of each file its key and what it was read to.
        """
        with self._use() as rows:
            for key, chunked, codes in contents:
                row, blob = make_row(chunked), codes.tobytes()
                rows.execute("INSERT OR IGNORE INTO texts VALUES (?, ?, ?, ?, ?, ?, ?)", [key, *row, _sum(row)])
                rows.execute("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", [key, encoder, blob, _sum([blob])])
            for key, file in files:
                plain = json.dumps([file.documents, file.warnings, dict(file.programs)])
                rows.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", [key, plain, _sum([plain])])

    def text(self, key: str) -> ChunkedFile:
        """Return the text and offsets of a content.

        Raises:
            CacheCorrupted: the row is absent or damaged, or no rebuild wrote it.
        """
        query = "SELECT text, rest, sentences, passages, languages, checksum FROM texts WHERE key = ?"
        try:
            return parse_row(self._verify(query, key))
        except NotChunkedFile as error:
            self._forget(key)
            raise CacheCorrupted(key) from error

    def vectors(self, key: str, encoder: str, shape: tuple[int, int]) -> Codes:
        """Return the vectors of the sentences of a content, with this ``shape``: (sentences, dimension).

        Raises:
            CacheCorrupted: the row is absent or damaged, or has another shape.
        """
        query = "SELECT codes, checksum FROM vectors WHERE key = ? AND encoder = ?"
        (codes,) = self._verify(query, key, encoder)
        if type(codes) is not bytes or len(codes) != shape[0] * shape[1]:
            self._forget(key)
            raise CacheCorrupted(key)
        return np.frombuffer(codes, np.int8).reshape(shape)

    def recognised(self, engine: str, sha256: str, page: int) -> str | None:
        """Return what this engine for OCR read on a page (from 1) of a file; None if it is not cached."""
        query = "SELECT words, checksum FROM recognised WHERE engine = ? AND key = ? AND page = ?"
        row = self._find(query, engine, sha256, page)
        return str(row[0]) if row and _sum(row[:1]) == row[1] else None

    def put_recognised(self, engine: str, sha256: str, page: int, words: str) -> None:
        """Store what an engine for OCR read on a page of a file."""
        with self._use() as rows:
            row = [engine, sha256, page, words, _sum([words])]
            rows.execute("INSERT OR REPLACE INTO recognised VALUES (?, ?, ?, ?, ?)", row)

    def prune(self, keys: Iterable[str], encoder: str) -> None:
        """Drop the rows of files and encoders that are no longer used; nothing of them stays in the file.

        Failures that were looked up or stored since the cache was opened are kept.
        """
        with self._use() as rows:
            rows.execute("CREATE TEMP TABLE used (key TEXT PRIMARY KEY)")
            rows.executemany("INSERT OR IGNORE INTO used VALUES (?)", ([key] for key in [*keys, *self._refused]))
            rows.execute("DELETE FROM vectors WHERE encoder != ?", [encoder])
            for table in _NAMES:
                rows.execute(f"DELETE FROM {table} WHERE key NOT IN (SELECT key FROM used)")
            rows.execute("DROP TABLE used")
        self._cut()

    def drop_new(self) -> None:
        """Drop what was stored since this cache was opened, and return its space to the disk.

        If even that fails for want of space, delete the whole cache.
        """
        try:
            self._shrink()  # first the log, which has its own room
            for table, newest in self._newest.items():
                row_ids = f"SELECT rowid FROM {table} WHERE rowid > ? LIMIT {_AT_ONCE}"
                while self._drop(f"DELETE FROM {table} WHERE rowid IN ({row_ids})", newest):
                    self._shrink()
        except (sqlite3.Error, CacheCorrupted):
            with self._lock:
                self._rows.close()
                remove(self._path)

    def _drop(self, order: str, newest: int) -> int:
        with self._use() as rows:
            return rows.execute(order, [newest]).rowcount

    def _shrink(self) -> None:
        """Return the space of free pages and of the log to the disk."""
        self._cut()
        with self._use() as rows:
            rows.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _cut(self) -> None:
        """Cut the free pages off the file."""
        with self._use() as rows:
            rows.executescript("PRAGMA incremental_vacuum")  # ``execute`` would free one page and stop

    def _newest_rows(self) -> dict[str, int]:
        with self._use() as rows:
            return {name: rows.execute(f"SELECT ifnull(max(rowid), 0) FROM {name}").fetchone()[0] for name in _NAMES}

    @contextmanager
    def _use(self) -> Iterator[sqlite3.Connection]:
        """Run one transaction in one thread; replace a file that SQLite finds damaged by an empty one."""
        with self._lock:
            try:
                with self._rows:
                    yield self._rows
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                self._start_again()
                raise CacheCorrupted(str(error)) from error

    def _start_again(self) -> None:
        if hasattr(self, "_rows"):
            self._rows.close()
        remove(self._path)
        self._rows = _connect(self._path)

    def _find(self, query: str, *values: str | int) -> tuple[Any, ...] | None:
        with self._use() as rows:
            row: tuple[Any, ...] | None = rows.execute(query, values).fetchone()
        return row

    def _verify(self, query: str, key: str, *values: str) -> list[Any]:
        """Return a row that matches its checksum, without the checksum."""
        row = self._find(query, key, *values)
        if row is None or _sum(row[:-1]) != row[-1]:
            self._forget(key)
            raise CacheCorrupted(key)
        return list(row[:-1])

    def _forget(self, key: str) -> None:
        with self._use() as rows:
            rows.execute("DELETE FROM texts WHERE key = ?", [key])
            rows.execute("DELETE FROM vectors WHERE key = ?", [key])


def _file(plain: Any, checksum: Any) -> CachedFile | None:
    """Parse what ``put`` wrote of a file; return None for anything else."""
    with suppress(ValueError, TypeError, AttributeError, RecursionError):
        if _sum([plain]) == checksum:
            return parse_cached_file(*json.loads(plain))
    return None


def _is_damage(error: sqlite3.DatabaseError, *other_codes: int) -> bool:
    """Return whether the file is damaged. Text that is not UTF-8 is found by Python, whose errors have no code."""
    code = sqlite_code(error)
    return code in (*_DAMAGE, *other_codes) or (code is None and isinstance(error, sqlite3.OperationalError))


def remove(path: Path) -> None:
    """Delete a database and what SQLite keeps beside it."""
    for suffix in _SUFFIXES:
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    """Open a database in a safe configuration.

    Raises:
        sqlite3.DatabaseError: the file is damaged, or the disk fails.
        _OtherFile: it holds other tables: of another version, or with a damaged byte.
    """
    _clear(path)
    ensure_private_file(path)
    rows = sqlite3.connect(path, timeout=60, check_same_thread=False)
    try:
        for order in ("trusted_schema = OFF", "secure_delete = ON", "auto_vacuum = INCREMENTAL", "journal_mode = WAL"):
            rows.execute(f"PRAGMA {order}").fetchall()
        rows.execute("PRAGMA synchronous = NORMAL")
        _overwrite_what_was_deleted(rows)
        rows.executescript(_TABLES)
        if _schema(rows) != _SCHEMA:
            raise _OtherFile(str(path))
    except BaseException:
        rows.close()
        raise
    return rows


def _overwrite_what_was_deleted(rows: sqlite3.Connection) -> None:
    """Rewrite a file of an earlier version once: it kept the text of deleted rows."""
    (version,) = rows.execute("PRAGMA user_version").fetchone()
    if version < _OVERWRITES:
        if rows.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            rows.execute("VACUUM")
        rows.execute(f"PRAGMA user_version = {_OVERWRITES}")


def _clear(path: Path) -> None:
    """Remove links and pipes in the place of the database's files, and make the files private."""
    for file in (path.with_name(path.name + suffix) for suffix in _SUFFIXES):
        with suppress(FileNotFoundError):
            if not stat.S_ISREG(file.lstat().st_mode):
                file.unlink()
            tighten_file(file)


def _schema(rows: sqlite3.Connection) -> list[Any]:
    return rows.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()


def _expected() -> list[Any]:
    with closing(sqlite3.connect(":memory:")) as rows:
        rows.executescript(_TABLES)
        return _schema(rows)


_SCHEMA = _expected()


def _reason(plain: str) -> UnreadableFile | None:
    """Parse what ``put_failure`` wrote; return None for anything else."""
    with suppress(ValueError, TypeError, RecursionError):
        stated = json.loads(plain)
        if type(stated) is list and stated and is_sentence(stated[0], stated[1:]):
            return UnreadableFile(*stated)
    return None


def _sum(row: Iterable[Any]) -> bytes:
    fields = (field if isinstance(field, bytes) else str(field).encode() for field in row)
    return blake2b(b"\0".join(fields), digest_size=16).digest()
