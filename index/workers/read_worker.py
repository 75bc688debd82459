"""A worker that reads and chunks files: the other side of ``index.workers.reader_pool``."""

import json
import zlib
from array import array
from dataclasses import replace
from itertools import starmap
from pathlib import Path
from typing import Any, NamedTuple

from index.errors import ProgramMissing, UnreadableFile
from index.progress import ReadWarning, warnings_of
from index.readers.ocr import NeedsOcr, Ocr
from index.readers.parsed import ParsedFile
from index.readers.unpack import FileContents, read_contents
from index.sandbox.frames import Frame
from index.sandbox.worker import serve
from index.workers.chunks import INT32, Chunks, chunk

_LEVEL = 3  # of compression


class ReadDocument(NamedTuple):
    """A document that was read and chunked: a file, whose name is empty, or one inside it."""

    name: str
    sha256: str  # of its bytes
    format: str  # the id of its format
    parsed: ParsedFile
    chunks: Chunks
    packed: bytes  # its text, compressed


class ReadFile(NamedTuple):
    """All that was read of a file."""

    sha256: str  # of its bytes
    documents: tuple[ReadDocument, ...]  # at least one
    warnings: tuple[ReadWarning, ...] = ()  # with no source, or the name of the file inside
    programs: dict[str, str] | None = None  # what this depends on: versions by format, and passwords

    @property
    def parsed(self) -> ParsedFile:
        """What a reader found in the file itself."""
        return self.documents[0].parsed


def chunk_contents(contents: FileContents) -> ReadFile:
    """Chunk and compress what was read of a file."""
    documents = tuple(
        chunk_document(document.sha256, document.parsed, document.name, document.format)
        for document in contents.documents
    )
    return ReadFile(contents.sha256, documents, contents.warnings, contents.programs)


def chunk_document(sha256: str, parsed: ParsedFile, name: str = "", format: str = "text") -> ReadDocument:
    """Chunk and compress a parsed file."""
    plain = replace(parsed, embedded=(), warnings=())  # which are kept beside the texts
    return ReadDocument(name, sha256, format, plain, chunk(plain), zlib.compress(plain.text.encode(), _LEVEL))


def handle_request(request: dict[str, Any]) -> Frame:
    """Reply to one request."""
    try:
        converted = Path(request["converted"]) if "converted" in request else None
        ocr = {name: Ocr.from_plain(plain) for name, plain in request.get("ocr", {}).items()}
        scan_folder = Path(request["scan_folder"]) if "scan_folder" in request else None
        contents = read_contents(Path(request["path"]), converted, ocr, request["passwords"], scan_folder)
        chunked = chunk_contents(contents)
    except ProgramMissing as error:
        return Frame({"missing": error.args})
    except NeedsOcr as error:
        return Frame({"unreadable": error.args, "scans": dict(error.scans)})
    except UnreadableFile as error:
        return Frame({"unreadable": error.args})
    except OSError as error:
        return Frame({"closed": error.strerror or str(error)})
    facts = [
        {
            "name": document.name,
            "sha256": document.sha256,
            "format": document.format,
            "languages": document.chunks.languages,
        }
        | document.parsed.to_dict()
        for document in chunked.documents
    ]
    head = json.dumps({"parts": facts, "warnings": chunked.warnings, "programs": chunked.programs}).encode()
    texts = [piece for document in chunked.documents for piece in (document.packed, *map(bytes, document.chunks[:2]))]
    return Frame({"sha256": chunked.sha256, "scans": dict(contents.scans)}, (head, *texts))


def from_frame(frame: Frame) -> ReadFile:
    """Restore the file from a reply of ``handle_request``."""
    head, *texts = frame.parts
    plain = json.loads(head)
    pieces = zip(plain["parts"], texts[::3], texts[1::3], texts[2::3], strict=True)
    documents, warnings = tuple(starmap(_restore_document, pieces)), warnings_of(plain["warnings"])
    return ReadFile(frame.fields["sha256"], documents, warnings, plain["programs"])


def _restore_document(plain: dict[str, Any], packed: bytes, sentences: bytes, passages: bytes) -> ReadDocument:
    chunks = Chunks(array(INT32, sentences), array(INT32, passages), tuple(plain["languages"]))
    parsed = ParsedFile.from_dict(zlib.decompress(packed).decode(), plain)
    return ReadDocument(plain["name"], plain["sha256"], plain["format"], parsed, chunks, packed)


if __name__ == "__main__":
    serve(handle_request)
