"""Packages of Office Open XML (.docx, .xlsx, .pptx and their kin), as libraries expect them.

Libraries read one of the content types that a program writes (documents, not templates or files with macros), and one
of the two sets of namespaces (the transitional one). Both differ in names alone.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator

from index.errors import UnreadableFile
from index.readers.office.archive import open_zip, read_member

_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006/\2"
_TYPES = "[Content_Types].xml"
_MAIN = "application/vnd.openxmlformats-officedocument"
_VARIANTS = (  # content types of the main part: with macros, templates, shows
    (re.compile(rb"application/vnd\.ms-word\.(?:document|template)\.macroEnabled(?:Template)?\.main\+xml"), "word"),
    (re.compile(rb"application/[\w.-]+\.wordprocessingml\.template\.main\+xml"), "word"),
    (re.compile(rb"application/vnd\.ms-powerpoint\.\w+\.macroEnabled\.main\+xml"), "slides"),
    (re.compile(rb"application/[\w.-]+\.presentationml\.(?:template|slideshow)\.main\+xml"), "slides"),
)
_AS = {
    "word": f"{_MAIN}.wordprocessingml.document.main+xml".encode(),
    "slides": f"{_MAIN}.presentationml.presentation.main+xml".encode(),
}


def normalised_package(data: bytes) -> bytes:
    """Return a package as the document of its kind with transitional namespaces; unchanged if it is one, or damaged.

    Raises:
        UnreadableFile: it is no archive, locked, or unpacks to too much.
    """
    archive = open_zip(data)
    types, relations = (_part(archive, name) or b"" for name in (_TYPES, "_rels/.rels"))
    if _STRICT.search(relations) or any(pattern.search(types) for pattern, _ in _VARIANTS):
        return pack(_normalise(archive))
    return data


def _part(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """Return the bytes of a part; None if it is absent or damaged, which may cost no text."""
    try:
        return read_member(archive, name)
    except UnreadableFile:
        return None


def _normalise(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    for name in dict.fromkeys(archive.namelist()):
        part = _part(archive, name)
        if part is None:
            continue
        if name.endswith((".xml", ".rels", ".vml")):
            part = _STRICT.sub(_TRANSITIONAL, part)
        if name == _TYPES:
            for pattern, kind in _VARIANTS:
                part = pattern.sub(_AS[kind], part)
        yield name, part


def repack(data: bytes) -> bytes:
    """Return a package with its parts stored as they unpack, for a library that does not bound what it unpacks.

    Pictures and other files that hold no text are left out.

    Raises:
        UnreadableFile: it is damaged, locked, or unpacks to too much.
    """
    archive = open_zip(data)
    names = (name for name in dict.fromkeys(archive.namelist()) if name.endswith((".xml", ".rels", ".bin")))
    parts = ((name, _part(archive, name)) for name in names)
    return pack((name, _STRICT.sub(_TRANSITIONAL, part)) for name, part in parts if part is not None)


def pack(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """Return an archive of parts, given by their names, which are stored as they are."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts:
            archive.writestr(name, part)
    return buffer.getvalue()
