"""A snapshot: one complete index in a folder, written beside the one in use and published in one atomic step.

Its name ends in random digits: a process that has it open sees that it was replaced, even if the whole index was
deleted and rebuilt.
"""

import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from index.errors import IndexCorrupted, IndexNotFound, UserError, unreadable_index
from index.files import atomic_write_text, fsync_path, read_plain_text, sha256_of
from index.private import is_private, is_shared, make_private_folder, tighten_file, tighten_tree
from index.storage.manifest import LEXICAL, Manifest, read_manifest, write_manifest
from index.storage.manifest import NAME as MANIFEST

# Nothing else is ever removed; earlier versions said "generation".
_NAME = re.compile(r"(?:snapshot|generation)-(\d{6,18})(?:-[0-9a-f]{16})?(?:\.partial)?")
_PARTIAL = ".partial"
_SMALL = 1 << 18  # bytes of a file that is read whole when an index is opened
_INDEX_FILES = re.compile(  # what there is in the folder of an index
    rf"CURRENT(?:\.new)?|cache\.sqlite(?:-wal|-shm|-journal)?|lock(?:\.owner)?(?:\.new)?|conversations|removed|{_NAME.pattern}"
)


def find_current(index: Path) -> Path:
    """Return the folder of the snapshot in use.

    Raises:
        IndexNotFound: there is none.
        IndexCorrupted: ``CURRENT`` cannot be read, or names no snapshot.
    """
    try:
        return index / _name_in_use(index)
    except (FileNotFoundError, NotADirectoryError):
        raise IndexNotFound("No index in {}. Build one: rag rebuild FOLDER", index) from None
    except (OSError, ValueError) as error:
        raise unreadable_index(index / "CURRENT") from error


def _name_in_use(index: Path) -> str:
    """Read ``CURRENT``.

    Raises:
        OSError: it is missing, or the disk fails.
        ValueError: it names no snapshot.
    """
    return _names(index)[0]


def _names(index: Path) -> list[str]:
    """Read ``CURRENT``: the name of the snapshot in use, and of the one before where that is kept.

    Raises:
        OSError: it is missing, or the disk fails.
        ValueError: it names no snapshot.
    """
    names = read_plain_text(index / "CURRENT").strip().split("\n")
    for name in names:
        if not _NAME.fullmatch(name) or name.endswith(_PARTIAL):
            raise ValueError(f"{name[:80]!r} is no snapshot")
    return names


def find_previous(index: Path) -> Path | None:
    """Return the folder of the snapshot before the one in use; None if it was not kept.

    Raises:
        IndexNotFound: there is no snapshot in use.
        IndexCorrupted: ``CURRENT`` cannot be read.
    """
    find_current(index)
    previous = [index / name for name in _names(index)[1:2]]
    return previous[0] if previous and previous[0].is_dir() else None


def load_current(index: Path) -> tuple[Path, Manifest]:
    """Return the folder and the manifest of the snapshot in use, even while it is being replaced.

    Raises:
        IndexNotFound, IndexMismatch, IndexCorrupted: there is none that can be used.
    """
    while True:
        folder = find_current(index)
        try:
            return folder, read_manifest(folder)
        except IndexCorrupted:
            if find_current(index) == folder:  # else it was replaced, and removed
                raise


def encoder_of(index: Path) -> str | None:
    """Return the name of the encoder that the index was made with; None if no index tells."""
    try:
        return load_current(index)[1].encoder
    except UserError:
        return None


def next_name(index: Path) -> str:
    """Return a name for the folder of a new snapshot while it is written."""
    return name_of(_last_number(index) + 1, secrets.token_hex(8)) + _PARTIAL


def name_of(number: int, token: str) -> str:
    """Return the name of a snapshot of this number; no other has the token."""
    return f"snapshot-{number:06d}-{token}"


@contextmanager
def staging_directory(index: Path) -> Iterator[Path]:
    """Create a folder for a new snapshot; remove it if the block fails."""
    folder = index / next_name(index)
    make_private_folder(folder)
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def seal(staging: Path, content: Manifest, checked: Mapping[str, tuple[int, str]] | None = None) -> None:
    """Write the manifest with the checksums of all files, and wait until everything is on the disk.

    ``checked`` has size and checksum of files that were compared with them, and need not be read again.

    Raises:
        OSError: the disk is full, or fails.
    """
    tighten_tree(staging)  # the libraries that write its files know the umask only
    facts = checked or {}
    files = {name: facts.get(name) or (path.stat().st_size, sha256_of(path)) for name, path in _files(staging)}
    write_manifest(staging, content, files)
    for path in (*staging.rglob("*"), staging):
        if path.is_dir() or path.stat().st_nlink == 1:  # what was taken over is on the disk already
            fsync_path(path)


def publish(index: Path, staging: Path, previous: str | None = None) -> None:
    """Make a sealed snapshot the current one. Readers of the old one keep its files open.

    ``previous`` is the name of a snapshot to keep, so that it can be returned to.

    Raises:
        OSError: the disk is full, or fails.
    """
    final = staging.with_suffix("")
    staging.rename(final)
    try:
        fsync_path(index)
        point(index, final.name, previous)
    finally:  # after a failure, too: it takes the room of a whole index
        with suppress(OSError):
            remove_stale(index, previous)


def point(index: Path, name: str, previous: str | None) -> None:
    """Make a snapshot the current one in one step, and another the one to return to.

    Raises:
        OSError: the disk is full, or fails.
    """
    atomic_write_text(index / "CURRENT", "\n".join(filter(None, [name, previous])))


def remove_stale(index: Path, previous: str | None = None) -> None:
    """Remove all snapshots but the one in use and ``previous``, including what a killed rebuild left.

    Raises:
        OSError: the disk does not say which one is in use.
    """
    for folder in find_stale(index):
        if folder.name == previous:
            continue
        folder.unlink() if folder.is_symlink() else shutil.rmtree(folder, ignore_errors=True)


def find_stale(index: Path) -> list[Path]:
    """Return the snapshots that are not in use: all of them if ``CURRENT`` is missing or names none.

    Raises:
        OSError: the disk does not say which one is in use.
    """
    try:
        current = _name_in_use(index)
    except (FileNotFoundError, ValueError):
        current = ""
    return [folder for folder in _snapshots(index) if folder.name != current]


def link(path: str, target: str) -> None:
    """Link a file of a snapshot into another, or copy it on a disk without hard links.

    Raises:
        OSError: the disk is full, or fails.
    """
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)  # in a folder that nobody else can open; its mode is set when it is sealed


def tighten(index: Path) -> None:
    """Make an index readable by its owner alone; earlier versions left that to the umask.

    The folder itself may be shared by a team: its mode stays unless it is ours and holds nothing but an index.
    """
    entries = list(index.iterdir())
    index_paths = [path for path in entries if _INDEX_FILES.fullmatch(path.name)]
    for path in index_paths:
        if path.name == "removed":  # documents that were a person's own, with the modes that they had
            tighten_file(path)
        elif not is_private(path):
            tighten_tree(path)
    if index_paths == entries and (index / "CURRENT") in index_paths and not is_shared(index):
        tighten_file(index)


def check_shape(snapshot: Path, content: Manifest) -> None:
    """Compare the type and size of each file with the manifest, and checksum the small files of the lexical index.

    A damaged file makes tantivy panic and print before an error can be raised. Large files are left to ``check_index``:
    reading them all would delay a first question.

    Raises:
        IndexCorrupted: a file is missing, is a link, or is not what was written.
    """
    files = content.files or {}
    folders = {name.rpartition("/")[0] for name in files} | {segment.name for segment in content.segments}
    for folder in (snapshot / name for name in folders):
        if folder.is_symlink() or not folder.is_dir():
            raise unreadable_index(folder)
    for name, (size, checksum) in files.items():
        path, is_read = f"{snapshot}/{name}", size <= _SMALL and f"/{LEXICAL}/" in name
        if not (is_intact(path, size, checksum) if is_read else has_size(path, size)):
            raise unreadable_index(snapshot / name)


def find_corrupted(snapshot: Path, content: Manifest) -> list[str]:
    """Return the files that are missing, or whose size or checksum differs."""
    return [name for name, facts in (content.files or {}).items() if not is_intact(snapshot / name, *facts)]


def is_intact(path: str | Path, size: int, checksum: str) -> bool:
    """Return whether the file exists with this size and checksum; every byte is read."""
    try:
        return has_size(path, size) and sha256_of(path) == checksum
    except OSError:
        return False


def has_size(path: str | Path, size: int) -> bool:
    """Return whether there is a regular file of this size, not a link to one."""
    try:
        status = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size == size


def check_index(index: Path) -> list[str]:
    """Return the files of the snapshot in use that are missing or changed; every byte is read.

    Raises:
        IndexNotFound, IndexMismatch, IndexCorrupted: there is no index to check, or its manifest is damaged.
    """
    while True:
        folder, content = load_current(index)
        corrupted = find_corrupted(folder, content)
        if not corrupted or find_current(index) == folder:  # else it was replaced while it was checked
            return corrupted


def _snapshots(index: Path) -> list[Path]:
    return [path for path in index.iterdir() if _NAME.fullmatch(path.name) and (path.is_dir() or path.is_symlink())]


def number_of(snapshot: Path) -> int:
    """Return the number in the name of a snapshot; 0 if it is none."""
    matched = _NAME.fullmatch(snapshot.name)
    return int(matched[1]) if matched else 0


def _last_number(index: Path) -> int:
    return max(map(number_of, _snapshots(index)), default=0)


def _files(snapshot: Path) -> list[tuple[str, Path]]:
    paths = sorted(path for path in snapshot.rglob("*") if path.is_file() and path.name != MANIFEST)
    return [(path.relative_to(snapshot).as_posix(), path) for path in paths]
