"""Scan a corpus folder for regular files inside it whose names are valid text."""

import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from index.errors import UnreadableFile
from index.files import HIDDEN
from index.progress import SkippedFile

_PLACEHOLDER = re.compile(r"\.(.+)\.icloud")  # what macOS leaves of a file that it keeps elsewhere
_LINKS = (".gdoc", ".gdraw", ".gform", ".gsheet", ".gslides")  # what Google Drive puts in the place of its documents
# Of a file whose data lie elsewhere, and which would be fetched if it were read: attributes of Windows (offline, recall
# on open, recall on data access), and the flag of macOS for a file without data.
_ELSEWHERE, _DATALESS = 0x1000 | 0x40000 | 0x400000, 0x40000000
_START = 4096  # bytes of a file without blocks that are zeros where it is a placeholder
_NO_NAME = frozenset("\0\\:" if os.name == "nt" else "\0")  # in a name, they would lead elsewhere


class CorpusFile(NamedTuple):
    """A file of the folder to index."""

    id: str  # POSIX path relative to the folder
    path: Path


def scan_folder(folder: Path, index: Path | None = None) -> tuple[list[CorpusFile], list[SkippedFile]]:
    """Return the files under ``folder`` in the order of the parts of their ids, and those left out with the reason.

    A file inside another thus sorts right after it: «a.eml», «a.eml/b.pdf», «a.eml.txt».

    Hidden files and the folder ``index`` do not belong to a corpus, and are not mentioned.
    """
    files: list[CorpusFile] = []
    skipped: list[SkippedFile] = []
    root, index_folder = folder.resolve(), index.resolve() if index else None
    prefix = str(root).rstrip(os.sep) + os.sep  # paths are compared as text: ten thousand are many
    for entry in _entries(root, index_folder, skipped):
        path = Path(entry.path)
        file = CorpusFile(entry.path.removeprefix(prefix).replace(os.sep, "/"), path)
        reason = _reason(entry, root, file.id)
        if reason:
            skipped.append(SkippedFile.from_error(_printable(file.id), reason))
        else:
            files.append(file)
    return sorted(files, key=lambda file: file.id.replace("/", "\0")), sorted(skipped)


def file_size(file: CorpusFile) -> int:
    """Return the size of a file in bytes; 0 if it is gone."""
    try:
        return file.path.stat().st_size
    except OSError:
        return 0


def find_file(folder: Path, id: str, index: Path | None = None) -> Path | None:
    """Return the path of the file ``id``, or None where ``scan_folder`` would not list it."""
    names, root, index_folder = split_id(id), folder.resolve(), index.resolve() if index else None
    entry = _find_entry(root, names, index_folder) if names else None
    if entry is None or not _is_listed(entry, index_folder) or entry.is_dir(follow_symlinks=False):
        return None
    return Path(entry.path) if _reason(entry, root, id) is None else None


def _find_entry(root: Path, names: Sequence[str], index_folder: Path | None) -> os.DirEntry[str] | None:
    """Return the entry at a path below ``root``; None if it does not exist or lies behind a link or in the index."""
    folder = root
    try:
        for name in names[:-1]:
            folder /= name
            if folder.is_symlink() or folder == index_folder:
                return None
        with os.scandir(folder) as entries:
            return next((entry for entry in entries if entry.name == names[-1]), None)
    except (OSError, ValueError):  # no such folder, or a name that none can have, such as half a surrogate pair
        return None


def split_id(id: str) -> tuple[str, ...]:
    """Return the parts of a document's path; none if it cannot be one, because it leads up or is hidden."""
    names = tuple(id.split("/"))
    return names if all(name and not name.startswith(HIDDEN) and not _NO_NAME & {*name} for name in names) else ()


def holds_files(folder: Path, index: Path | None = None) -> bool:
    """Return whether ``scan_folder`` would list any file, readable or not."""
    root = folder.resolve()
    entries = _entries(root, index.resolve() if index else None, [])
    return any(_reason(entry, root, entry.name) is None for entry in entries)


def _is_listed(entry: os.DirEntry[str], index_folder: Path | None) -> bool:
    """Return whether an entry is neither hidden, nor a lock file of an office program, nor the index."""
    return not entry.name.startswith(HIDDEN) and not (index_folder and entry.path == str(index_folder))


def _entries(root: Path, index_folder: Path | None, skipped: list[SkippedFile]) -> Iterator[os.DirEntry[str]]:
    """Yield everything under ``root`` but folders, without recursion."""
    waiting = [str(root)]
    while waiting:
        folder = waiting.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError as error:
            id = Path(folder).relative_to(root).as_posix()
            closed = UnreadableFile("a folder that cannot be opened ({})", error.strerror)
            skipped.append(SkippedFile.from_error(_printable(id), closed))
            continue
        for entry in entries:
            if (placeholder := _PLACEHOLDER.fullmatch(entry.name)) is not None:
                id = Path(folder, placeholder[1]).relative_to(root).as_posix()
                absent = UnreadableFile("it is in iCloud and not on this disk; download it first")
                skipped.append(SkippedFile.from_error(_printable(id), absent))
            if not _is_listed(entry, index_folder):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            else:
                yield entry


def _reason(entry: os.DirEntry[str], root: Path, id: str) -> UnreadableFile | None:
    """Return why the entry is no file of the corpus; None if it is one."""
    if _printable(id) != id:
        return UnreadableFile("its name is not valid text; rename it")
    try:
        status = entry.stat()
    except OSError:
        return UnreadableFile("a broken symbolic link") if entry.is_symlink() else UnreadableFile("it cannot be opened")
    if entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(root):
        return UnreadableFile("a symbolic link that points outside the folder")
    if stat.S_ISDIR(status.st_mode):
        return UnreadableFile("a symbolic link to a folder, which is not followed")
    if not stat.S_ISREG(status.st_mode):
        return UnreadableFile("not a regular file")
    if entry.name.lower().endswith(_LINKS):
        return UnreadableFile("it is a link to a document in Google Drive; download that first")
    if is_elsewhere(Path(entry.path), status):
        return UnreadableFile("it is in the cloud and not on this disk; download it first")
    return None


def is_elsewhere(path: Path, status: os.stat_result) -> bool:
    """Return whether a program for a folder in the cloud keeps the data of a file off this disk."""
    if getattr(status, "st_file_attributes", 0) & _ELSEWHERE or getattr(status, "st_flags", 0) & _DATALESS:
        return True
    has_blocks: int = getattr(status, "st_blocks", 1)
    if not status.st_size or has_blocks:
        return False
    with suppress(OSError), path.open("rb") as file:  # some file systems need no block for a small file
        return not any(file.read(_START))
    return False


def _printable(id: str) -> str:
    return id.encode("utf-8", "replace").decode("utf-8")
