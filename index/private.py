"""Folders and files that only their owner can read, whatever the umask.

An index holds the words of its documents, and conversations quote them: neither may be more public than the documents.
Windows has no such modes; there, the folder's own access list decides.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

FOLDER_MODE, FILE_MODE = 0o700, 0o600
_SHARED_MODE = 0o077  # what the group and everybody else may do
_POSIX = os.name == "posix"
# In a folder that was handed over, a link must not lead elsewhere, nor a pipe make its reader wait.
PLAIN_ONLY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def make_private_folder(path: Path) -> None:
    """Create a folder and its missing parents for their owner alone; leave a folder that exists as it is.

    Raises:
        OSError: the folder cannot be created, or a file is in the way.
    """
    try:
        _make_folder(path)
    except FileNotFoundError:  # its parent was missing; it may be there by now, made by somebody else
        if path.parent != path:
            make_private_folder(path.parent)
        _make_folder(path)


def open_private(path: Path) -> BinaryIO:
    """Open a file for writing, emptied, for its owner alone.

    Raises:
        OSError: the file cannot be written, or is a symbolic link.
    """
    file = open(path, "wb", opener=_open)  # noqa: SIM115  (Path.open takes no opener)
    tighten_file(path)  # an older version may have made it readable to others
    return file


def write_private_text(path: Path, text: str) -> None:
    """Write a text as UTF-8 into a file for its owner alone."""
    with open_private(path) as file:
        file.write(text.encode())


def ensure_private_file(path: Path) -> None:
    """Create an empty file for its owner alone, or make the one that exists so."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | PLAIN_ONLY, FILE_MODE))
    tighten_file(path)


def tighten_file(path: str | Path) -> None:
    """Take away what others may do with a file or folder of ours; a link or somebody else's file stays as it is."""
    if not _POSIX:
        return
    with suppress(OSError):  # removed meanwhile, or on a disk without modes (FAT)
        status = os.lstat(path)
        if status.st_mode & _SHARED_MODE and status.st_uid == os.geteuid() and not stat.S_ISLNK(status.st_mode):
            os.chmod(path, FOLDER_MODE if stat.S_ISDIR(status.st_mode) else FILE_MODE)  # noqa: PTH101


def tighten_tree(path: Path) -> None:
    """Do the same for everything in a folder, then for the folder."""
    if _POSIX and path.is_dir() and not path.is_symlink():
        for parent, folders, files in os.walk(path):
            for name in (*folders, *files):
                tighten_file(f"{parent}/{name}")
    tighten_file(path)


def is_private(path: Path) -> bool:
    """Return whether nobody else can reach what is at a path, because of its own mode."""
    return not _POSIX or not path.lstat().st_mode & _SHARED_MODE


def is_shared(folder: Path) -> bool:
    """Return whether a folder is somebody else's, or was given to a group by its set-group-id bit or its group."""
    if not _POSIX:
        return True
    status = folder.lstat()
    is_ours = status.st_uid == os.geteuid() and status.st_gid == os.getegid()
    return not is_ours or bool(status.st_mode & (stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX))


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(FOLDER_MODE)
    except FileExistsError:
        if not path.is_dir():
            raise
    else:
        path.chmod(FOLDER_MODE)  # a umask may have taken something away from the owner, too


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | PLAIN_ONLY, FILE_MODE)
