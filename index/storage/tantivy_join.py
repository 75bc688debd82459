"""Open several tantivy indexes as one, without copying their files.

A tantivy index is a list of segments in ``meta.json``. The joined one lists those of all, in a folder of links to their
files. That format is private to tantivy: ``pyproject.toml`` bounds its minor version, which is part of the name of each
of our segments (``segments.WRITER``), so that another version of tantivy writes all of them anew.
"""

import errno
import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from time import sleep

from index.disk_errors import translate_disk_errors
from index.files import read_plain_text

_SEGMENT = re.compile(r"[0-9a-f]{32}\.")  # how the name of a file of a segment begins
_NO_RIGHT = 1314  # ERROR_PRIVILEGE_NOT_HELD of Windows
_ATTEMPTS = 20  # at deleting a folder, a hundredth of a second apart


def join_meta(folders: Sequence[Path]) -> str:
    """Return the joined ``meta.json`` of several tantivy indexes.

    Raises:
        OSError, ValueError, KeyError, TypeError: one is missing or malformed.
    """
    lists = [json.loads(read_plain_text(folder / "meta.json")) for folder in folders]
    return json.dumps(lists[0] | {"segments": [segment for listed in lists for segment in listed["segments"]]})


@contextmanager
def link_folder(folders: Sequence[Path], meta: str) -> Iterator[Path]:
    """Make a temporary folder that tantivy opens as one index: links to the files of all, and ``meta``.

    Raises:
        StorageError: the system's folder for temporary files cannot be written.
    """
    with translate_disk_errors(Path(gettempdir())):
        joined = Path(mkdtemp(prefix="sourcier-"))
    try:
        with translate_disk_errors(joined):
            for folder in folders:
                with os.scandir(folder.resolve()) as entries:
                    for entry in entries:
                        if _SEGMENT.match(entry.name) and entry.is_file(follow_symlinks=False):
                            _link(entry.path, f"{joined}/{entry.name}")
            (joined / "meta.json").write_text(meta, "utf-8")
        yield joined
    finally:
        _remove(joined)


def _link(source: str, target: str) -> None:
    """Link a file, or copy it where nobody may make links: on Windows they need a right of their own."""
    try:
        os.symlink(source, target)  # noqa: PTH211
    except OSError as error:
        if error.errno != errno.EPERM and getattr(error, "winerror", None) != _NO_RIGHT:
            raise
        shutil.copyfile(source, target)


def _remove(folder: Path) -> None:
    """Delete a folder in which a thread of tantivy may still create and delete a lock."""
    for _ in range(_ATTEMPTS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        sleep(0.01)
