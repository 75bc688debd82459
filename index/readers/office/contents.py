"""Tell what kind of office file some bytes are, whatever the file is called."""

import io
import re
import zipfile

from index.readers.metadata import DAMAGED_MEMBER

COMPOUND_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # files of Office 97 to 2003, and locked ones of today
_ENTRY = 128  # bytes of an entry of the directory of such a file; it begins with a name
_STREAMS = (
    *(("WordDocument", ".doc"), ("Workbook", ".xls"), ("Book", ".xls"), ("PowerPoint Document", ".ppt")),
    ("__properties_version1.0", ".msg"),
)
_SECTOR = 512
_PARTS = (("word/", ".docx"), ("xl/", ".xlsx"), ("ppt/", ".pptx"))
_MEDIA_TYPE = re.compile(rb"application/vnd\.oasis\.opendocument\.(text|spreadsheet|presentation)(?:-template)?")
_OPEN_DOCUMENT = {b"text": ".odt", b"spreadsheet": ".ods", b"presentation": ".odp"}
_MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|table|head|body|meta)\b", re.IGNORECASE)


def office_suffix(data: bytes) -> str | None:
    """Return the suffix that fits what is inside: of an office file, or of what is often saved under such a name."""
    if data.startswith(COMPOUND_START):
        return next((suffix for stream, suffix in _STREAMS if has_stream(data, stream)), None)
    if data.startswith(b"{\\rtf"):
        return ".rtf"
    if data.startswith(b"PK"):
        return _archive_suffix(data)
    return ".html" if _MARKUP.match(data[:1000]) else None


def has_stream(data: bytes, name: str) -> bool:
    """Return whether the directory of a compound file names a stream; names in its text stand elsewhere, or go on."""
    encoded = name.encode("utf-16-le") + b"\0\0"
    at = data.find(encoded, _SECTOR)
    while at >= 0 and at % _ENTRY:
        at = data.find(encoded, at + 1)
    return at >= 0


def _archive_suffix(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            stated = _start(archive, "mimetype") if "mimetype" in names else b""
    except DAMAGED_MEMBER:
        return None
    if match := _MEDIA_TYPE.fullmatch(stated.strip()):
        return _OPEN_DOCUMENT[match[1]]
    return next((suffix for folder, suffix in _PARTS if any(name.startswith(folder) for name in names)), None)


def _start(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        return file.read(100)  # not all of it, which may be vast
