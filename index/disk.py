"""Trouble with the disk, told in one sentence; and writing that survives a power cut."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from index.errors import DiskProblem

_AT_ONCE = 1 << 16  # bytes read at a time
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EROFS, errno.EACCES, errno.EPERM)
_SAYS_FULL = ("No space left", "disk is full", "File too large", "Disk quota", "write error", "disk I/O error")
_SAYS_FORBIDDEN = ("Read-only file system", "readonly database", "Permission denied", "unable to open database")


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Turns what the system, SQLite, FAISS and tantivy say of a full or forbidden disk into ``DiskProblem``."""
    try:
        yield
    except (OSError, sqlite3.Error, RuntimeError, ValueError) as error:
        problem = _problem(error, folder)
        if problem is None:
            raise
        raise problem from error


def _problem(error: Exception, folder: Path) -> DiskProblem | None:
    number, text = getattr(error, "errno", None), str(error)
    if number in _FULL or any(words in text for words in _SAYS_FULL):
        full = "The disk that holds {} is full or fails. Make room, then rebuild: what was read is kept."
        return DiskProblem(full, folder)
    if number in (errno.EEXIST, errno.ENOTDIR):
        return DiskProblem("{} is a file, and an index is a folder. Choose another place with --index.", folder)
    if number in _FORBIDDEN or any(words in text for words in _SAYS_FORBIDDEN):
        return DiskProblem("{} may not be written to. Choose another place with --index.", folder)
    return None


def sha256_of(path: Path) -> str:
    """The SHA-256 of the bytes of a file, in hexadecimal."""
    digest = sha256()
    with path.open("rb", buffering=0) as file:  # ``file_digest`` makes more room than most files need, for each
        while piece := file.read(_AT_ONCE):
            digest.update(piece)
    return digest.hexdigest()


def flush(path: Path) -> None:
    """Waits until a file, or the names in a folder, are on the disk."""
    if path.is_dir() and os.name == "nt":  # Windows has no handle for a folder
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_text(path: Path, text: str) -> None:
    """Writes a small file whole or not at all."""
    beside = path.with_name(path.name + ".new")
    beside.write_text(text, "utf-8")
    flush(beside)
    beside.replace(path)
    flush(path.parent)
