"""What an index is, told to a person."""

from pathlib import Path
from typing import Any

from index import open_index


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
        "bytes": sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        "built": manifest.made,
    }


def corpus(folder: Path) -> Path:
    """The folder that an index is of."""
    return Path(open_index(folder).manifest.corpus)
