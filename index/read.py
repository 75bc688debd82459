"""Files to readings: which reader takes which kind of file, and how large a file may be."""

from collections.abc import Callable
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from index.errors import Unreadable
from index.reading import Reading

VERSION = 3  # higher when the same file gives another reading
LARGEST = 1 << 30  # bytes of a file
_LARGEST_TEXT = 100_000_000  # bytes of a file that is text throughout
_LONGEST = 50_000_000  # characters that a file may hold

Reader = Callable[[bytes], Reading]


class Kind(NamedTuple):
    module: str
    largest: int = LARGEST
    apart: bool = True  # whether it is read in a process of its own, which may be stopped, or crash


_TEXT = Kind("text", _LARGEST_TEXT, apart=False)
_HTML = Kind("html", _LARGEST_TEXT)
_MARKDOWN = Kind("markdown", _LARGEST_TEXT)
_RECORDS = Kind("records", _LARGEST_TEXT)
_TABLE = Kind("csv", _LARGEST_TEXT)
KINDS = {
    ".txt": _TEXT,
    ".text": _TEXT,
    ".pdf": Kind("pdf"),
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".html": _HTML,
    ".htm": _HTML,
    ".xhtml": _HTML,
    ".docx": Kind("docx"),
    ".odt": Kind("odt"),
    ".rtf": Kind("rtf", _LARGEST_TEXT),
    ".epub": Kind("epub"),
    ".csv": _TABLE,
    ".tsv": _TABLE,
    ".eml": Kind("mail", _LARGEST_TEXT),
    ".json": _RECORDS,
    ".jsonl": _RECORDS,
}


def kind_of(path: Path) -> Kind:
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise no_reader(path.suffix)
    return kind


def no_reader(suffix: str) -> Unreadable:
    return Unreadable("no reader for {}", suffix) if suffix else Unreadable("no reader for files without a suffix")


def read(path: Path) -> tuple[str, Reading]:
    """The SHA-256 of the file's bytes, and what a reader found in them."""
    kind = kind_of(path)
    data = _bytes(path, kind.largest)
    return sha256(data).hexdigest(), _checked(_reader("pdf" if data.startswith(b"%PDF-") else kind.module)(data))


def _bytes(path: Path, largest: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except OSError as error:
        raise Unreadable("it cannot be opened ({})", error.strerror) from error
    if len(data) > largest:
        raise Unreadable("it is larger than {} MB; split it", largest // 1_000_000)
    if not data:
        raise Unreadable("it is empty")
    return data


def _reader(module: str) -> Reader:
    # Imported here: each reader brings its library, and a corpus needs few of them.
    found: Reader = getattr(import_module(f"index.{module}"), f"read_{module}")
    return found


def _checked(reading: Reading) -> Reading:
    if len(reading.text) > _LONGEST:
        raise Unreadable("it holds more than {} million characters; split it", _LONGEST // 1_000_000)
    if not reading.text.strip():
        raise Unreadable("it holds no text")
    return reading
