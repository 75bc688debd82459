"""An index of a few texts."""

from collections.abc import Mapping
from pathlib import Path

from index import Index, open_index, rebuild


def index_of(folder: Path, texts: Mapping[str, str]) -> Index:
    """Write texts by their names into a folder, index them beside it, and open the index."""
    (folder / "texts").mkdir()
    for name, text in texts.items():
        (folder / "texts" / name).write_text(text, encoding="utf-8")
    rebuild(folder / "texts", folder / "index")
    return open_index(folder / "index")
