"""Messages between a process and its workers: one line of JSON, then binary parts.

The line holds the fields of the message, and ``sizes``: the length in bytes of each part that follows.
"""

import json
from collections.abc import Mapping, Sequence
from typing import IO, Any, NamedTuple

_LONGEST_LINE = 1 << 20  # bytes: the sizes of the parts of a mailbox


class Frame(NamedTuple):
    """A message: its fields, ready for JSON, and its binary parts."""

    fields: dict[str, Any]
    parts: tuple[bytes, ...] = ()


class FrameError(Exception):
    """The other side ended, or sent something that is not a frame, or more than is allowed."""


def write_frame(stream: IO[bytes], fields: Mapping[str, Any], parts: Sequence[bytes] = ()) -> None:
    """Write one frame."""
    line = json.dumps({**fields, "sizes": [len(part) for part in parts]}, default=str)
    stream.writelines([line.encode(), b"\n", *parts])
    stream.flush()


def read_frame(stream: IO[bytes], largest: int) -> Frame:
    """Read one frame whose parts hold at most ``largest`` bytes together.

    Raises:
        FrameError: the stream ended, or what it holds is not such a frame.
    """
    line = stream.readline(_LONGEST_LINE)
    try:
        fields: dict[str, Any] = json.loads(line)
        sizes: list[int] = fields.pop("sizes")
    except (ValueError, KeyError) as error:
        raise FrameError(f"no frame: {line[:80]!r}") from error
    if sum(sizes) > largest:
        raise FrameError(f"a frame of {sum(sizes)} bytes; at most {largest} are allowed")
    parts = tuple(stream.read(size) for size in sizes)
    if [len(part) for part in parts] != sizes:
        raise FrameError("the stream ended inside a frame")
    return Frame(fields, parts)
