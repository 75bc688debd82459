"""Describe the errors of disks, as the system, SQLite and tantivy raise them, in one sentence."""

import errno
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import DiskFull, StorageError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EROFS, errno.EACCES, errno.EPERM)
_OF_DISKS = (*_FULL, *_FORBIDDEN, errno.EIO, errno.ESTALE, errno.EBUSY, errno.ENXIO, errno.ENODEV)
_SQLITE_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_SQLITE_FORBIDDEN = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
_SQLITE_OTHER = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOLFS)
_OS_ERROR = re.compile(r"\(os error (\d+)\)")  # how Rust, in which tantivy is written, shows an errno


@contextmanager
def translate_disk_errors(folder: Path) -> Iterator[None]:
    """Turn what the system, SQLite and tantivy raise about the disk of a folder into ``StorageError``, by its code.

    FAISS and NumPy tell no code: their files are written through Python's own (``index.storage``).

    Raises:
        DiskFull: there is no room, or the disk fails where it should take more.
        StorageError: the folder cannot be written for another reason.
    """
    try:
        yield
    except (OSError, sqlite3.Error, ValueError) as error:
        problem = _problem(error, folder)
        if problem is None:
            raise
        raise problem from error


def _problem(error: Exception, folder: Path) -> StorageError | None:
    """Return what is wrong with the disk; None if the error is about something else."""
    if isinstance(error, OSError) and error.errno is not None:
        return _of_system(error.errno, error.strerror, folder) if _is_about(error, folder) else None
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error, folder)
    if coded := _OS_ERROR.search(str(error)):
        number = int(coded[1])
        return _of_system(number, os.strerror(number), folder)
    return None


def _is_about(error: OSError, folder: Path) -> bool:
    """Return whether an error is about ``folder``: it names a path inside, or none and has the errno of a disk error.

    An error of fsync names no path. Nor does one of an encoder on another machine, but it has another errno.
    """
    names = [os.fsdecode(name) for name in (error.filename, error.filename2) if isinstance(name, str | bytes | Path)]
    roots = {folder.absolute(), folder.resolve()}
    paths = {Path(name).absolute() for name in names}
    if not paths:
        return error.errno in _OF_DISKS
    return any(path.is_relative_to(root) for path in paths for root in roots)


def _of_system(number: int, reason: str | None, folder: Path) -> StorageError:
    if number in _FULL:
        return _full(folder)
    if number in _FORBIDDEN:
        return _forbidden(folder)
    if number in (errno.EEXIST, errno.ENOTDIR) and not folder.is_dir():
        return StorageError("{} is a file, but an index is a folder. Choose another one with --index.", folder)
    return _failing(folder, reason or os.strerror(number))


def _of_sqlite(error: sqlite3.Error, folder: Path) -> StorageError | None:
    code = sqlite_code(error)
    if code in _SQLITE_FULL:
        return _full(folder)
    if code in _SQLITE_FORBIDDEN:
        return _forbidden(folder)
    return _failing(folder, str(error)) if code in _SQLITE_OTHER else None


def sqlite_code(error: sqlite3.Error) -> int | None:
    """Return the primary result code of SQLite; None if Python itself raised the error."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _full(folder: Path) -> DiskFull:
    return DiskFull("The disk that holds {} is full or failing. Free some space, then rebuild.", folder)


def _forbidden(folder: Path) -> StorageError:
    return StorageError("Cannot write to {}. Choose another folder with --index.", folder)


def _failing(folder: Path, reason: str) -> StorageError:
    return StorageError("Cannot write to {} ({}). Check the disk, then rebuild.", folder, reason)
