"""Uploaded files: the names they may have, and how they are written."""

import filecmp
import os
import re
import shutil
import time
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from secrets import token_hex
from threading import Lock
from typing import IO

from index.errors import UnreadableFile, UserError
from index.files import HIDDEN
from index.readers.registry import format_by_content
from ui.services.paths import check_no_link, find_free_path, make_folders

FILE_LIMIT = 200 * 2**20  # bytes
_NAME_LIMIT = 150  # characters of a file's or folder's name
_REFUSED = frozenset('<>:"|?*')  # by the file systems of Windows
_REFUSED_KINDS = frozenset(("Cc", "Cs", "Zl", "Zp"))  # control characters, half characters, line separators
_PARTIAL = re.compile(r"\.[0-9a-f]{16}\.part")
_DAY = 86_400  # seconds


class NotReceived(UserError):
    """An uploaded file is refused."""


class Uploads:
    """Writes uploaded files into a folder of documents, completely or not at all."""

    def __init__(self, index: Path, placing: Lock) -> None:
        """``placing`` is held while a file is named: two files of the same name may arrive at once."""
        self._index, self._placing = index, placing

    def receive(self, folder: Path, name: str, content: IO[bytes]) -> str:
        """Write a file into ``folder`` and return its id there; an existing file is never replaced.

        Raises:
            NotReceived: a rebuild would not index a file of that name and kind, or the disk refuses the file.
            LinkedFolder: the name leads through a link.
        """
        path = clean_path(name)
        root = folder.resolve()
        if (root / path).is_relative_to(self._index.resolve()):
            raise NotReceived("“{}” cannot be added: the index is kept there. Choose another folder.", name[-80:])
        try:
            destination = make_folders(root, path.parent.parts) / path.name
            return self._write(root, destination, content).relative_to(root).as_posix()
        except OSError as error:
            raise NotReceived("“{}” cannot be added ({}).", name[-80:], error.strerror or error) from error

    def _write(self, root: Path, destination: Path, content: IO[bytes]) -> Path:
        """Write the content, and return its path: ``destination``, or a numbered one beside it."""
        partial = destination.with_name(f".{token_hex(8)}.part")  # hidden until whole: no rebuild reads half a file
        try:
            with partial.open("xb") as file:
                shutil.copyfileobj(content, file)
            _check_format(partial, destination.name)
            with self._placing:
                check_no_link(root, destination.parent)  # it may have been replaced by a link meanwhile
                if _is_same(partial, destination):
                    return destination
                return partial.rename(find_free_path(destination))
        finally:
            with suppress(OSError):
                partial.unlink()


def _check_format(path: Path, name: str) -> None:
    """Check that a reader takes the file at ``path`` under this name.

    Raises:
        NotReceived: it is not.
    """
    try:
        format_by_content(path, name)
    except UnreadableFile as error:
        raise NotReceived("“{}”: {}.", name[-80:], error) from error


def _is_same(path: Path, other: Path) -> bool:
    return other.is_file() and not other.is_symlink() and filecmp.cmp(path, other, shallow=False)


def clean_path(name: str) -> PurePosixPath:
    """Return a safe relative path for a file uploaded as ``name``, which a rebuild would index.

    It has no way up, no root, no hidden part, and no character that a file system refuses.

    Raises:
        NotReceived: nothing is left of the name, or it is an office program's lock file.
    """
    names = [component for component in map(_clean, re.split(r"[/\\]", name)) if component]
    if not names:
        raise NotReceived("“{}” is not a valid file name.", name[:80])
    if any(component.startswith(HIDDEN) for component in names):
        raise NotReceived(
            "“{}” is the lock file of a document that is open in an office program. Add the document itself.",
            name[-80:],
        )
    return PurePosixPath(*names)


def _clean(name: str) -> str:
    """Return a path component without forbidden characters, and without dots and spaces at its ends."""
    allowed = (
        "_" if c in _REFUSED or unicodedata.category(c) in _REFUSED_KINDS else c for c in name.strip()[-_NAME_LIMIT:]
    )
    return re.sub(r"^[\s.]+|[\s.]+$", "", "".join(allowed))


def remove_leftovers(folder: Path) -> None:
    """Delete partial files older than a day, which a killed server left in a folder of documents."""
    oldest = time.time() - _DAY
    for path in _partial_files(folder):
        with suppress(OSError):
            if path.lstat().st_mtime < oldest:
                path.unlink()


def _partial_files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(HIDDEN)]
        yield from (Path(parent, name) for name in names if _PARTIAL.fullmatch(name))
