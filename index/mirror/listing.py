"""What each file of a mirror was fetched as: a small database beside the files.

A row is written once its file is whole, so that whatever was stopped goes on where it was.
"""

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from index.disk_errors import sqlite_code
from index.private import ensure_private_file
from index.progress import ReadWarning, SkippedFile

NAME = "listing.sqlite"
_DAMAGED = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


class RemoteObject(NamedTuple):
    """An object as the storage lists it."""

    name: str  # its key, without the prefix of the address
    etag: str
    size: int  # bytes
    modified: str


class Fetched(NamedTuple):
    """Objects that could not be mirrored, and those mirrored in an earlier version."""

    skipped: tuple[SkippedFile, ...] = ()
    warnings: tuple[ReadWarning, ...] = ()


class Listing:
    """The fetched object behind each file of a mirror, in a database. A damaged one is replaced."""

    def __init__(self, folder: Path) -> None:
        """Open the listing in ``folder``.

        Raises:
            OSError, sqlite3.Error: the disk is full, or fails.
        """
        self._path = folder / NAME
        try:
            self._listed = self._open()
        except sqlite3.DatabaseError as error:
            if sqlite_code(error) not in _DAMAGED:
                raise
            self.close()
            self._path.unlink()
            self._listed = self._open()

    def _open(self) -> dict[str, tuple[RemoteObject, int]]:
        ensure_private_file(self._path)
        # Rows are written by the thread of the event loop, while this one waits.
        self._rows = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        self._rows.execute("PRAGMA journal_mode = WAL")
        self._rows.execute("PRAGMA synchronous = NORMAL")  # what a power cut loses is fetched again
        self._rows.execute(
            "CREATE TABLE IF NOT EXISTS objects (name TEXT PRIMARY KEY, etag TEXT, size INTEGER, modified TEXT,"
            " written INTEGER) WITHOUT ROWID"
        )
        rows = self._rows.execute("SELECT name, etag, size, modified, written FROM objects")
        return {name: (RemoteObject(name, *facts), modified_ns) for name, *facts, modified_ns in rows}

    def close(self) -> None:
        """Close the database."""
        self._rows.close()

    def names(self) -> set[str]:
        """Return the names of all objects."""
        return set(self._listed)

    def fetched(self, name: str, path: Path) -> RemoteObject | None:
        """Return the object that the file at ``path`` was fetched as; None if it is not there, or was changed."""
        remote, modified_ns = self._listed.get(name, (None, 0))
        if remote is not None:
            with suppress(OSError):
                status = path.lstat()
                if (status.st_size, status.st_mtime_ns) == (remote.size, modified_ns):
                    return remote
        return None

    def put(self, object: RemoteObject, path: Path) -> None:
        """Note that the file at ``path`` is whole.

        Raises:
            OSError, sqlite3.Error: the disk is full, or fails.
        """
        modified_ns = path.lstat().st_mtime_ns
        self._rows.execute("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?)", (*object, modified_ns))
        self._listed[object.name] = object, modified_ns

    def drop(self, names: set[str]) -> None:
        """Forget objects.

        Raises:
            sqlite3.Error: the disk is full, or fails.
        """
        self._rows.executemany("DELETE FROM objects WHERE name = ?", [(name,) for name in sorted(names)])
        for name in names:
            self._listed.pop(name, None)
