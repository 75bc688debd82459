"""Remove files from a folder of documents: kept in a hidden folder of it, restored, or deleted for good.

The hidden folder is inside the folder of documents: a removal is one rename on one disk, and the file stays with its
owner's files wherever the index is.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from index.build.scan import find_file, split_id
from index.errors import UserError
from index.private import make_private_folder
from ui.services.paths import check_no_link, find_free_path, make_folders

REMOVED = ".removed"  # hidden: no rebuild reads it


class NotRemoved(UserError):
    """A file cannot be removed, put back or deleted."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A removed file: ``id`` is its path in the folder of documents, ``path`` its path in the hidden one."""

    id: str
    path: str


def remove(folder: Path, id: str, index: Path) -> Removed:
    """Move a document to the hidden folder, under the same relative path, numbered if that is taken.

    Raises:
        NotRemoved: there is no such document, or it cannot be moved.
        LinkedFolder: the hidden folder is a link.
    """
    path = find_file(folder, id, index)
    if path is None:
        container = next(
            (str(parent) for parent in PurePosixPath(id).parents if find_file(folder, str(parent), index)),
            None,
        )
        if container:
            raise NotRemoved("“{}” is inside “{}”. Remove that file.", id, container)
        raise NotRemoved("There is no file “{}” in {}.", id, folder)
    try:
        destination = _free_removed_path(folder.resolve(), id)
        path.rename(destination)
    except OSError as error:
        raise NotRemoved("“{}” cannot be removed ({}).", id, error.strerror or error) from error
    return Removed(id, destination.relative_to(folder.resolve() / REMOVED).as_posix())


def restore(folder: Path, removed: Removed, index: Path) -> str:
    """Move a removed file back to where it was, or to a numbered name beside it; return its id.

    Raises:
        NotRemoved: it is not in the hidden folder, or cannot be moved.
        LinkedFolder: the place it had is now behind a link.
    """
    path, names, root = _find_removed_file(folder, removed.path), split_id(removed.id), folder.resolve()
    if path is None or not names or root.joinpath(*names).is_relative_to(index.resolve()):
        raise NotRemoved("There is no file “{}” in {}.", removed.path, folder / REMOVED)
    try:
        target = find_free_path(make_folders(root, names[:-1]) / names[-1])
        path.rename(target)
    except OSError as error:
        raise NotRemoved("“{}” cannot be put back ({}).", removed.id, error.strerror or error) from error
    _remove_empty_folders(path.parent, root)
    return target.relative_to(root).as_posix()


def delete(folder: Path, removed_path: str) -> None:
    """Delete a removed file permanently.

    Raises:
        NotRemoved: it is not in the hidden folder, or cannot be deleted.
    """
    path = _find_removed_file(folder, removed_path)
    if path is None:
        raise NotRemoved("There is no file “{}” in {}.", removed_path, folder / REMOVED)
    try:
        path.unlink()
    except OSError as error:
        raise NotRemoved("“{}” cannot be deleted ({}).", removed_path, error.strerror or error) from error
    _remove_empty_folders(path.parent, folder.resolve())


def migrate(old: Path, folder: Path) -> None:
    """Move all files from ``old``, where earlier versions kept removed files, to the hidden folder of ``folder``.

    Files that cannot be moved stay where they are.
    """
    for path in list(_files(old)):
        with suppress(OSError, UserError):
            shutil.move(path, _free_removed_path(folder.resolve(), path.relative_to(old).as_posix()))
            _remove_empty_folders(path.parent, old.parent)


def _free_removed_path(root: Path, id: str) -> Path:
    """Return an unused path in the hidden folder, after creating its parents."""
    make_private_folder(root / REMOVED)
    *parents, name = id.split("/")
    return find_free_path(make_folders(root, (REMOVED, *parents)) / name)


def _find_removed_file(folder: Path, removed_path: str) -> Path | None:
    """Return a file of the hidden folder, or None if there is none at ``removed_path``."""
    root, names = folder.resolve(), split_id(removed_path)
    if not names:
        return None
    path = root.joinpath(REMOVED, *names)
    with suppress(UserError):
        check_no_link(root, path.parent)
        return path if path.is_file() or path.is_symlink() else None
    return None


def _files(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        yield from (Path(parent, name) for name in names)


def _remove_empty_folders(folder: Path, root: Path) -> None:
    """Remove a folder and its parents below ``root``, as long as they are empty."""
    with suppress(OSError):  # the first that is not empty
        while folder != root:
            folder.rmdir()
            folder = folder.parent
