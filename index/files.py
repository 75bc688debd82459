"""Read regular files only, and write files that survive a power cut."""

import errno
import os
import stat
from hashlib import sha256
from mmap import ACCESS_READ, mmap
from pathlib import Path

from index.private import PLAIN_ONLY, write_private_text

HIDDEN = (".", "~$")  # how names begin that are no part of a corpus
_AT_ONCE = 1 << 16  # bytes read at a time


def sha256_of(path: str | Path) -> str:
    """Return the SHA-256 of the bytes of a file, in hexadecimal.

    Raises:
        OSError: the file cannot be read.
    """
    digest = sha256()
    # Not ``file_digest``, which makes more room than most files need, for each; nor ``Path.open``, which takes longer.
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        while piece := file.read(_AT_ONCE):
            digest.update(piece)
    return digest.hexdigest()


def map_plain(path: Path) -> mmap:
    """Map a regular file into memory, read only.

    Raises:
        OSError: it cannot be opened, or is a link, a pipe or a device.
        ValueError: it is empty.
    """
    handle = _open_plain(path)
    try:
        return mmap(handle, 0, access=ACCESS_READ)
    finally:
        os.close(handle)


def read_plain(path: Path) -> bytes:
    """Read a regular file.

    Raises:
        OSError: it cannot be opened, or is a link, a pipe or a device.
    """
    with open(_open_plain(path), "rb") as file:
        return file.read()


def read_plain_text(path: Path) -> str:
    """Read a regular file as UTF-8.

    Raises:
        OSError: it cannot be opened, or is a link, a pipe or a device.
        ValueError: it is no UTF-8.
    """
    return read_plain(path).decode()


def _open_plain(path: Path) -> int:
    handle = os.open(path, os.O_RDONLY | PLAIN_ONLY)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    return handle


def fsync_path(path: Path) -> None:
    """Wait until a file, or the entries of a folder, are on the disk.

    Raises:
        OSError: the disk fails.
    """
    on_windows = os.name == "nt"
    if path.is_dir() and on_windows:  # it has no handle for a folder
        return
    handle = os.open(path, os.O_RDWR if on_windows else os.O_RDONLY)  # it refuses for a file that is open for reading
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def atomic_write_text(path: Path, text: str) -> None:
    """Write a small private file completely or not at all.

    Raises:
        OSError: the disk is full, or fails.
    """
    temporary = path.with_name(path.name + ".new")
    temporary.unlink(missing_ok=True)  # what a killed process left
    write_private_text(temporary, text)
    fsync_path(temporary)
    temporary.replace(path)
    fsync_path(path.parent)
