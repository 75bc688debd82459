"""Write the tables of ``rag/retrieval/data``."""

import gzip
from collections.abc import Iterable
from pathlib import Path


def write_table(lines: Iterable[str], path: Path) -> None:
    """Write lines sorted, for binary search, and undated, so that the same lines give the same bytes."""
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write("\n".join(sorted(lines)).encode())
