"""A worker that reads and chunks files: the other side of ``index.workers.reader_pool``."""

import json
import zlib
from array import array
from pathlib import Path
from typing import Any, NamedTuple

from index.errors import ProgramMissing, UnreadableFile
from index.readers import registry
from index.readers.parsed import ParsedFile
from index.sandbox.frames import Frame
from index.sandbox.worker import serve
from index.workers.chunks import INT32, Chunks, chunk

_LEVEL = 3  # of compression


class ReadFile(NamedTuple):
    """A file that was read and chunked."""

    sha256: str  # of its bytes
    parsed: ParsedFile
    chunks: Chunks
    packed: bytes  # its text, compressed


def split_up(sha256: str, parsed: ParsedFile) -> ReadFile:
    """Chunk and compress a parsed file."""
    return ReadFile(sha256, parsed, chunk(parsed), zlib.compress(parsed.text.encode(), _LEVEL))


def answer(request: dict[str, Any]) -> Frame:
    """Answer one request."""
    try:
        converted = Path(request["converted"]) if "converted" in request else None
        found = split_up(*registry.read(Path(request["path"]), converted))
    except ProgramMissing as error:
        return Frame({"missing": error.args})
    except UnreadableFile as error:
        return Frame({"unreadable": error.args})
    except OSError as error:
        return Frame({"closed": error.strerror or str(error)})
    rest = json.dumps({**found.parsed.to_dict(), "languages": found.chunks.languages}).encode()
    return Frame({"sha256": found.sha256}, (rest, found.packed, *map(bytes, found.chunks[:2])))


def from_frame(frame: Frame) -> ReadFile:
    """Restore the file from a reply of ``answer``."""
    rest, packed, sentences, passages = frame.parts
    plain = json.loads(rest)
    chunks = Chunks(array(INT32, sentences), array(INT32, passages), tuple(plain["languages"]))
    return ReadFile(
        frame.fields["sha256"], ParsedFile.from_dict(zlib.decompress(packed).decode(), plain), chunks, packed
    )


if __name__ == "__main__":
    serve(answer)
