"""Choose the reader of a file by its format, and limit the size of files."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from hashlib import sha256
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from index.errors import UnreadableFile
from index.readers.ocr import NO_OCR, Ocr
from index.readers.office.contents import office_suffix
from index.readers.office.decryption import decrypt, is_encrypted
from index.readers.parsed import ParsedFile
from index.readers.plain.text import decode, is_tabular
from index.readers.transcripts import with_speakers

VERSION = 28
LARGEST = 1 << 30  # bytes of a file
_LARGEST_TEXT = 100_000_000  # bytes of a file that is text throughout
_LONGEST = 50_000_000  # characters that a file may hold
_PDF_START = b"%PDF-"  # a PDF, whatever the file is called
_SNIFFED = 1 << 16  # bytes that show whether a file whose name says nothing is text
SMALL_TEXT = 1 << 15  # bytes of a plain text; of this size the slowest that were found take 0.1 s to read and split

Reader = Callable[..., ParsedFile]  # takes bytes; if its format says so, what OCR read, and passwords, by name


class Format(NamedTuple):
    """A format: ``read_{id}`` in the module of that name below ``index.readers`` reads it. Caches store the id."""

    id: str
    module: str
    largest: int = LARGEST
    small: int = 0  # bytes up to which it may be read in the process of the rebuild, not in a worker
    is_container: bool = False  # it may hold other files
    recognises: bool = False  # it has pages that can be drawn, and that OCR may read
    opens: bool = False  # its reader takes passwords
    shows_files: bool = False  # its reader takes what reads files inside, which it shows in their place
    program: str = ""  # the module below ``index.converters`` that runs a program which it needs, and may be absent


_TEXT = Format("text", "plain.text", _LARGEST_TEXT, small=SMALL_TEXT)
_HTML = Format("html", "markup.html", _LARGEST_TEXT)
_MARKDOWN = Format("markdown", "markup.markdown", _LARGEST_TEXT)
_RECORDS = Format("records", "data.json", _LARGEST_TEXT)
_PDF = Format("pdf", "pdf.reader", is_container=True, recognises=True, opens=True)
_IMAGE = Format("image", "pdf.images", recognises=True)
_HEIF = Format("heif", "pdf.images", recognises=True, program="heif")
_LINES = Format("lines", "plain.lines", _LARGEST_TEXT)
_SETTINGS = Format("settings", "plain.lines", _LARGEST_TEXT)
_OUTLINE = Format("outline", "plain.lines", _LARGEST_TEXT)
_CODE = Format("code", "plain.lines", _LARGEST_TEXT)
_CAPTIONS = Format("captions", "plain.captions", _LARGEST_TEXT)
_XML = Format("xml", "data.xml", _LARGEST_TEXT)
_RST = Format("rst", "markup.pandoc", _LARGEST_TEXT, program="pandoc")
_ORG = Format("org", "markup.pandoc", _LARGEST_TEXT, program="pandoc")
_LATEX = Format("latex", "markup.pandoc", _LARGEST_TEXT, program="pandoc")
_ASCIIDOC = Format("asciidoc", "markup.pandoc", _LARGEST_TEXT, program="pandoc")
_MHTML = Format("mhtml", "containers.mhtml", _LARGEST_TEXT)
_TABLE = Format("csv", "data.csv", _LARGEST_TEXT)
_WORD = Format("docx", "office.docx", shows_files=True)
_WRITER = Format("odt", "office.odt")
_XLSX = Format("xlsx", "office.sheets.workbook", program="libreoffice")
_XLS = Format("old_xls", "office.legacy", program="libreoffice")
_ODS = Format("ods", "office.sheets.ods")
_PPTX = Format("pptx", "office.slides.pptx")
_PPT = Format("ppt", "office.legacy", program="libreoffice")
_ODP = Format("odp", "office.slides.odp")
_DOC = Format("doc", "office.legacy", program="libreoffice")
_SOURCE_CODE = (
    *(".bash .bat .c .cc .cpp .cs .css .dart .ex .f90 .go .h .hpp .hs .java .jl .js .jsx .kt .lua .m .ml .php".split()),
    *(".pl .pm .ps1 .py .pyi .r .rb .rs .scala .scss .sh .sql .swift .tf .ts .tsx .vb .vue .zig .zsh".split()),
)
FORMATS = {
    ".txt": _TEXT,
    ".text": _TEXT,
    ".pdf": _PDF,
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp"), _IMAGE),
    **dict.fromkeys((".heic", ".heif"), _HEIF),
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
    ".eml": Format("eml", "containers.eml", _LARGEST_TEXT, is_container=True),
    ".msg": Format("msg", "containers.msg", is_container=True),
    ".mbox": Format("mbox", "containers.mbox", is_container=True),
    ".mht": _MHTML,
    ".mhtml": _MHTML,
    ".zip": Format("zip", "containers.zip", is_container=True, opens=True),
    ".json": _RECORDS,
    ".jsonl": _RECORDS,
    ".ndjson": _RECORDS,
    ".log": _LINES,
    **dict.fromkeys((".ini", ".cfg", ".conf", ".toml", ".properties"), _SETTINGS),
    **dict.fromkeys((".yaml", ".yml"), _OUTLINE),
    **dict.fromkeys((".srt", ".vtt"), _CAPTIONS),
    ".rst": _RST,
    ".org": _ORG,
    **dict.fromkeys((".tex", ".latex", ".ltx"), _LATEX),
    **dict.fromkeys((".adoc", ".asciidoc"), _ASCIIDOC),
    **dict.fromkeys((".xml", ".rss", ".atom", ".kml", ".gpx", ".opml", ".svg"), _XML),
    **dict.fromkeys(_SOURCE_CODE, _CODE),
    ".geojson": _RECORDS,
    ".ipynb": Format("notebook", "markup.notebook", _LARGEST_TEXT),
    **dict.fromkeys((".ics", ".ical"), Format("ics", "data.calendar", _LARGEST_TEXT)),
    ".vcf": Format("vcf", "data.address_cards", _LARGEST_TEXT),
}


_PROGRAMS = {file_format.id: file_format.program for file_format in FORMATS.values() if file_format.program}


def program_version(format_id: str) -> str:
    """Return the version of the program that reads a format: empty if none is needed, or it is not installed."""
    module = _PROGRAMS.get(format_id)
    version: str = import_module(f"index.converters.{module}").program_version() if module else ""
    return version


def program_versions(format_ids: Iterable[str]) -> dict[str, str]:
    """Return the version for each of the formats that a program reads."""
    return {id: program_version(id) for id in sorted(_PROGRAMS.keys() & set(format_ids))}


# The ids of formats that may hold pictures of text, themselves or in a file inside.
RECOGNISED = frozenset(
    file_format.id for file_format in FORMATS.values() if file_format.recognises or file_format.is_container
)


def format_of(path: Path) -> Format:
    """Return the format of a file by its suffix, else that of plain text if its first bytes are text.

    Raises:
        UnreadableFile: there is no reader for it, or it cannot be opened.
    """
    return format_by_content(path, path.name)


def format_by_content(path: Path, name: str) -> Format:
    """Do as ``format_of`` for a file that will have another name.

    Raises:
        UnreadableFile: there is no reader for it, or it cannot be opened.
    """
    suffix = PurePosixPath(name).suffix
    return FORMATS.get(suffix.lower()) or _format_of_other(suffix, _start(path, _SNIFFED))


def find_format(name: str, data: bytes) -> Format:
    """Do as ``format_of`` for a file that is not on the disk, given its name and its first bytes or all of them.

    Raises:
        UnreadableFile: there is no reader for it.
    """
    suffix = PurePosixPath(name).suffix
    return FORMATS.get(suffix.lower()) or _format_of_other(suffix, data[:_SNIFFED])


def _format_of_other(suffix: str, start: bytes) -> Format:
    if start.startswith(_PDF_START):
        return _PDF
    try:
        decode(start)
    except UnreadableFile as error:
        if not suffix:
            raise UnreadableFile("files without an extension are supported only if they are text") from error
        raise UnreadableFile("{} files are not supported", suffix) from error
    return _TEXT


def read(
    path: Path, converted: Path | None = None, ocr: Ocr = NO_OCR, passwords: Sequence[str] = ()
) -> tuple[str, ParsedFile]:
    """Return the SHA-256 of a file's bytes, and what a reader found in them; files inside are not read.

    Args:
        converted: the file in another format, named after the SHA-256 of the bytes that it was made of. It is read
            instead if these are still the bytes of the file.
        ocr: what OCR read of the file before.
        passwords: they are tried if it is locked.

    Raises:
        NeedsOcr: the file is pictures of text.
        UnreadableFile: the file cannot be read as text.
    """
    file_format = format_of(path)
    data = read_bytes(path, file_format.largest)
    if converted is not None and converted.stem == sha256(data).hexdigest() and converted.is_file():
        return converted.stem, parse(read_bytes(converted, LARGEST), format_of(converted))[1]
    return parse(data, file_format, ocr, passwords)


def read_small(path: Path, file_format: Format) -> tuple[str, ParsedFile] | None:
    """Do as ``read`` for a file that cannot take long; return None for a PDF, or more than ``file_format.small`` bytes.

    Raises:
        UnreadableFile: the file cannot be read as text.
    """
    data = _start(path, file_format.small + 1)
    if len(data) > file_format.small or data.startswith(_PDF_START):
        return None
    return parse(data, file_format)


def parse(data: bytes, file_format: Format, ocr: Ocr = NO_OCR, passwords: Sequence[str] = ()) -> tuple[str, ParsedFile]:
    """Return the SHA-256 of the bytes of a file, and what a reader found in them.

    Raises:
        UnreadableFile: they cannot be read as text.
    """
    if not data:
        raise UnreadableFile("it is empty")
    if _is_office(file_format) and is_encrypted(data):
        opened, needed = decrypt(data, passwords)
        parsed = _parse(opened, file_format, ocr, passwords)
        return sha256(data).hexdigest(), replace(parsed, used_passwords=needed)
    return sha256(data).hexdigest(), _parse(data, file_format, ocr, passwords)


def _parse(data: bytes, file_format: Format, ocr: Ocr, passwords: Sequence[str]) -> ParsedFile:
    form = _PDF if data.startswith(_PDF_START) else _by_content(data, file_format)
    options: dict[str, object] = ({"ocr": ocr} if form.recognises else {}) | (
        {"passwords": passwords} if form.opens else {}
    )
    options |= {"read_inside": _read_inside} if form.shows_files else {}
    return _check(with_speakers(_reader(form)(data, **options)))


def _read_inside(name: str, data: bytes) -> ParsedFile:
    """Return what a reader found in a file that another shows; files that it shows are not read.

    Raises:
        UnreadableFile: it cannot be read as text.
    """
    form = _by_content(data, find_format(name, data))
    if form.recognises or form.is_container:
        raise UnreadableFile("{} files are not supported", PurePosixPath(name).suffix)
    return _reader(form)(data)


def _is_office(file_format: Format) -> bool:
    return file_format.module.startswith("office.")


def _by_content(data: bytes, file_format: Format) -> Format:
    """Return the format by what is inside: an office file may be another than its name says, and a text a table."""
    if file_format is _TEXT:
        return _TABLE if is_tabular(data) else _TEXT
    return FORMATS.get(office_suffix(data) or "", file_format) if _is_office(file_format) else file_format


def _start(path: Path, size: int) -> bytes:
    """Return the first ``size`` bytes of a file."""
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError as error:
        raise UnreadableFile("it cannot be opened ({})", error.strerror) from error


def read_bytes(path: Path, largest: int) -> bytes:
    """Return the bytes of a file.

    Raises:
        UnreadableFile: there are more than ``largest``, or it cannot be opened.
    """
    data = _start(path, largest + 1)
    if len(data) > largest:
        raise UnreadableFile("it is larger than {} MB; split it", largest // 1_000_000)
    return data


def _reader(file_format: Format) -> Reader:
    # Imported here: each reader brings its library, and a corpus needs few of them.
    reader: Reader = getattr(import_module(f"index.readers.{file_format.module}"), f"read_{file_format.id}")
    return reader


def _check(parsed: ParsedFile) -> ParsedFile:
    if len(parsed.text) > _LONGEST:
        raise UnreadableFile("it holds more than {} million characters; split it", _LONGEST // 1_000_000)
    if not parsed.text.strip() and not parsed.embedded:
        raise UnreadableFile("it holds no text")
    return parsed
