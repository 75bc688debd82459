"""Paths below a folder of documents: created without following links, numbered if taken, shown to people."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.errors import UserError


class LinkedFolder(UserError):
    """A folder on the path to a file is a link, so that the file might end up anywhere."""


def make_folders(root: Path, names: Sequence[str]) -> Path:
    """Create nested folders ``names`` below ``root``, and return the innermost.

    Raises:
        LinkedFolder: one of them is a link.
        OSError: one of them is a file, or cannot be created.
    """
    path = root
    for name in names:
        path /= name
        _check_is_no_link(path)
        path.mkdir(exist_ok=True)
    return path


def check_no_link(root: Path, folder: Path) -> None:
    """Check that no folder from ``root`` down to ``folder`` is a symbolic link.

    Raises:
        LinkedFolder: a folder between ``root`` and ``folder`` is a link.
    """
    names = folder.relative_to(root).parts
    for depth in range(1, len(names) + 1):
        _check_is_no_link(root.joinpath(*names[:depth]))


def _check_is_no_link(path: Path) -> None:
    if path.is_symlink():
        raise LinkedFolder("“{}” is a link to another location. Choose another folder.", shorten_home(path))


def find_free_path(path: Path) -> Path:
    """Return the path, numbered if something of that name exists."""
    return next(free for free in _number_path(path) if not os.path.lexists(free))


def _number_path(path: Path) -> Iterator[Path]:
    yield path
    for number in range(2, 1_000_000):
        yield path.with_stem(f"{path.stem} ({number})")


def shorten_home(path: Path) -> str:
    """Return the path as a shell writes it, with ``~`` for the home folder."""
    try:
        home = Path.home()
    except RuntimeError:  # an account without a home folder
        return str(path)
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else str(path)
