"""Choose the reader of a file by its format, and limit the size of files."""

from collections.abc import Callable
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from index.errors import UnreadableFile
from index.readers.office.contents import office_suffix
from index.readers.parsed import ParsedFile
from index.readers.transcripts import with_speakers

VERSION = 9  # higher when the same file is parsed to something else, or refused with another sentence
LARGEST = 1 << 30  # bytes of a file
_LARGEST_TEXT = 100_000_000  # bytes of a file that is text throughout
_LONGEST = 50_000_000  # characters that a file may hold
_PDF_START = b"%PDF-"  # a PDF, whatever the file is called
SMALL_TEXT = 1 << 15  # bytes of a plain text; of this size the slowest that were found take 0.1 s to read and split

Reader = Callable[[bytes], ParsedFile]


class Format(NamedTuple):
    """A format: ``read_{id}`` in the module of that name below ``index.readers`` reads it. Caches store the id."""

    id: str
    module: str
    largest: int = LARGEST
    small: int = 0  # bytes up to which it may be read in the process of the rebuild, not in a worker


_TEXT = Format("text", "plain.text", _LARGEST_TEXT, small=SMALL_TEXT)
_HTML = Format("html", "markup.html", _LARGEST_TEXT)
_MARKDOWN = Format("markdown", "markup.markdown", _LARGEST_TEXT)
_RECORDS = Format("records", "data.json", _LARGEST_TEXT)
_PDF = Format("pdf", "pdf.reader")
_TABLE = Format("csv", "data.csv", _LARGEST_TEXT)
_WORD = Format("docx", "office.docx")
_WRITER = Format("odt", "office.odt")
_XLSX = Format("xlsx", "office.sheets.workbook")
_XLS = Format("old_xls", "office.legacy")
_ODS = Format("ods", "office.sheets.ods")
_PPTX = Format("pptx", "office.slides.pptx")
_PPT = Format("ppt", "office.legacy")
_ODP = Format("odp", "office.slides.odp")
_DOC = Format("doc", "office.legacy")
FORMATS = {
    ".txt": _TEXT,
    ".text": _TEXT,
    ".pdf": _PDF,
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".html": _HTML,
    ".htm": _HTML,
    ".xhtml": _HTML,
    **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), _WORD),
    **dict.fromkeys((".doc", ".dot"), _DOC),
    **dict.fromkeys((".odt", ".ott", ".fodt"), _WRITER),
    ".rtf": Format("rtf", "office.rtf", _LARGEST_TEXT),
    **dict.fromkeys((".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb"), _XLSX),
    **dict.fromkeys((".xls", ".xlt"), _XLS),
    **dict.fromkeys((".ods", ".ots", ".fods"), _ODS),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"), _PPTX),
    **dict.fromkeys((".ppt", ".pps", ".pot"), _PPT),
    **dict.fromkeys((".odp", ".otp", ".fodp"), _ODP),
    ".epub": Format("epub", "markup.epub"),
    ".csv": _TABLE,
    ".tsv": _TABLE,
    ".eml": Format("mail", "email", _LARGEST_TEXT),
    ".json": _RECORDS,
    ".jsonl": _RECORDS,
}


def format_of(path: Path) -> Format:
    """Return the format of a file by its suffix.

    Raises:
        UnreadableFile: there is no reader for it.
    """
    file_format = FORMATS.get(path.suffix.lower())
    if file_format is None:
        raise unsupported_format(path.suffix)
    return file_format


def unsupported_format(suffix: str) -> UnreadableFile:
    """Return the error for a suffix without a reader."""
    if not suffix:
        return UnreadableFile("no reader for files without a suffix")
    return UnreadableFile("no reader for {}", suffix)


def read(path: Path, converted: Path | None = None) -> tuple[str, ParsedFile]:
    """Return the SHA-256 of a file's bytes, and what a reader found in them.

    Args:
        converted: the file in another format, named after the SHA-256 of the bytes that it was made of. It is read
            instead if these are still the bytes of the file.

    Raises:
        UnreadableFile: the file cannot be read as text.
    """
    file_format = format_of(path)
    data = _bytes(path, file_format.largest)
    if converted is not None and converted.stem == sha256(data).hexdigest() and converted.is_file():
        return converted.stem, _parsed(_bytes(converted, LARGEST), format_of(converted))[1]
    return _parsed(data, file_format)


def read_small(path: Path, file_format: Format) -> tuple[str, ParsedFile] | None:
    """Do as ``read`` for a file that cannot take long; return None for a PDF, or more than ``file_format.small`` bytes.

    Raises:
        UnreadableFile: the file cannot be read as text.
    """
    data = _start(path, file_format.small + 1)
    if len(data) > file_format.small or data.startswith(_PDF_START):
        return None
    return _parsed(data, file_format)


def _parsed(data: bytes, file_format: Format) -> tuple[str, ParsedFile]:
    if not data:
        raise UnreadableFile("it is empty")
    form = _PDF if data.startswith(_PDF_START) else _by_content(data, file_format)
    return sha256(data).hexdigest(), _checked(with_speakers(_reader(form)(data)))


def _by_content(data: bytes, file_format: Format) -> Format:
    """Return the format of an office file by what is inside, which may differ from what its name says."""
    if not file_format.module.startswith("office."):
        return file_format
    return FORMATS.get(office_suffix(data) or "", file_format)


def _start(path: Path, size: int) -> bytes:
    """Return the first ``size`` bytes of a file."""
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError as error:
        raise UnreadableFile("it cannot be opened ({})", error.strerror) from error


def _bytes(path: Path, largest: int) -> bytes:
    data = _start(path, largest + 1)
    if len(data) > largest:
        raise UnreadableFile("it is larger than {} MB; split it", largest // 1_000_000)
    return data


def _reader(file_format: Format) -> Reader:
    # Imported here: each reader brings its library, and a corpus needs few of them.
    found: Reader = getattr(import_module(f"index.readers.{file_format.module}"), f"read_{file_format.id}")
    return found


def _checked(parsed: ParsedFile) -> ParsedFile:
    if len(parsed.text) > _LONGEST:
        raise UnreadableFile("it holds more than {} million characters; split it", _LONGEST // 1_000_000)
    if not parsed.text.strip():
        raise UnreadableFile("it holds no text")
    return parsed
