"""Files in a store: texts in base 64, in pieces."""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from itertools import count

from index.stores.milvus.collections import FILES, NOTHING
from index.stores.milvus.connection import Connection

PIECE = 48_000  # bytes: 64,000 characters
_PIECES = 64  # in a request


def write_file(
    connection: Connection, owner: int, name: str, content: Iterable[bytes], check: Callable[[], None]
) -> int:
    """Write a file of a segment, or of a snapshot (its number, negative); return how many bytes it takes.

    ``check`` is called before each request, and raises where the writer may not write any longer.
    """
    rows, size = [], 0
    for n, piece in enumerate(content):
        text = b64encode(piece).decode("ascii")
        size += len(text)
        rows.append({"name": f"{owner}/{name}/{n}", "owner": owner, "piece": text, "nothing": NOTHING})
        if len(rows) == _PIECES:
            check()
            connection.insert(FILES, rows)
            rows = []
    check()
    connection.insert(FILES, rows)
    return size


def read_file(connection: Connection, owner: int, name: str) -> Iterator[bytes]:
    """Yield a file, piece by piece."""
    for first in count(0, _PIECES):
        names = [f"{owner}/{name}/{n}" for n in range(first, first + _PIECES)]
        quoted = ", ".join(f'"{name}"' for name in names)
        rows = connection.rows(FILES, f"name in [{quoted}]", ["name", "piece"], _PIECES)
        pieces = {row["name"]: row["piece"] for row in rows}
        yield from (b64decode(pieces[name]) for name in names if name in pieces)
        if len(pieces) < _PIECES:
            return


def cut(content: bytes) -> Iterator[bytes]:
    """Yield the pieces of bytes."""
    return (content[at : at + PIECE] for at in range(0, len(content), PIECE))
