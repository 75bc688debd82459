"""Describe an index for people."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from index import open_index
from index.errors import IndexMismatch, UserError
from index.files import atomic_write_text
from index.mirror.corpus import folder_of
from index.private import make_private_folder
from index.storage.snapshot import find_current, load_current
from index.stores.base import Store

_REMEMBERED = "FOLDER"  # a file beside the index


def read_state(folder: Path) -> dict[str, Any]:
    """Return the folder, encoder, sizes and age of an index, and its warnings."""
    manifest = open_index(folder).manifest
    return {
        "index": str(folder),
        "folder": manifest.corpus,
        "documents": manifest.documents,
        "passages": manifest.passages,
        "sentences": manifest.sentences,
        "skipped": len(manifest.skipped),
        "warnings": [warning.to_dict() for warning in manifest.warnings],
        "encoder": manifest.encoder,
        "bytes": _size(folder),
        "built": manifest.created_at,
    }


def read_store_state(store: Store) -> dict[str, Any]:
    """Return the snapshots, counts and size of a store.

    Raises:
        StoreError: it cannot be reached.
    """
    state = store.state()
    manifest = json.loads(state.current.manifest) if state.current else {"segments": []}
    documents, passages, sentences = (sum(row[at] for row in manifest["segments"]) for at in (1, 2, 3))
    return {
        "current": state.current.number if state.current else None,
        "documents": documents,
        "passages": passages,
        "sentences": sentences,
        "encoder": manifest.get("encoder"),
        "segments": state.segments,
        "unused": state.unused,
        "bytes": state.size,
        "snapshots": {str(number): created for number, created in state.snapshots},
    }


def read_corpus(folder: Path) -> Path:
    """Return the folder that an index was built from, even if another version of this program built it.

    Of documents elsewhere it is the folder that mirrors them, which may not be there.

    Raises:
        UserError: there is no index, or it does not say.
    """
    return folder_of(read_recorded_corpus(folder))


def read_recorded_corpus(folder: Path) -> str:
    """Return what an index says it was built from: a folder, or an address.

    Raises:
        UserError: there is no index, or it does not say.
    """
    try:
        return load_current(folder)[1].corpus
    except IndexMismatch:
        with suppress(OSError, ValueError, KeyError, TypeError):
            plain = json.loads((find_current(folder) / "manifest.json").read_text("utf-8"))
            return str(plain["corpus"])
        raise


def find_known_folder(index: Path) -> Path | None:
    """Return the folder that an index was built from, else the remembered one; None if neither is known."""
    try:
        return read_corpus(index)
    except UserError:
        return read_remembered_folder(index)


def remember_folder(index: Path, folder: Path) -> None:
    """Record beside the index which folder is the personal one.

    The index says so itself, unless it is of the sample, or was removed with the last document or by ``make clean``.
    """
    if read_remembered_folder(index) != folder:
        with suppress(OSError, ValueError):  # without it, the default folder is taken
            make_private_folder(index)
            atomic_write_text(index / _REMEMBERED, str(folder))


def read_remembered_folder(index: Path) -> Path | None:
    """Return the remembered folder, or None if it no longer exists."""
    with suppress(OSError, ValueError):
        folder = Path((index / _REMEMBERED).read_text("utf-8"))
        if folder.is_absolute() and folder.is_dir():
            return folder
    return None


def _size(folder: Path) -> int:
    """Return the total size in bytes, skipping files that are removed meanwhile."""
    size = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                size += Path(parent, name).stat().st_size
    return size
