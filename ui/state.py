"""What an index is, told to a person."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from index import open_index
from index.generation import in_use


def state(folder: Path) -> dict[str, Any]:
    """What is indexed, from which folder, with which encoder, how large, and how old."""
    manifest = open_index(folder).manifest
    return {
        "index": str(folder),
        "folder": manifest.corpus,
        "documents": manifest.documents,
        "passages": manifest.passages,
        "sentences": manifest.sentences,
        "skipped": len(manifest.skipped),
        "encoder": manifest.encoder,
        "bytes": _size(folder),
        "built": manifest.made,
    }


def corpus(folder: Path) -> Path:
    """The folder that an index is of."""
    return Path(in_use(folder)[1].corpus)


def _size(folder: Path) -> int:
    """The bytes of all files, some of which a rebuild may remove meanwhile."""
    size = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                size += Path(parent, name).stat().st_size
    return size
