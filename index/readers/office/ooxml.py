"""Packages of Office Open XML (.docx, .xlsx, .pptx and their kin), as libraries expect them.

Libraries read one of the content types that a program writes (documents, not templates or files with macros), and one
of the two sets of namespaces (the transitional one). Both differ in names alone.
"""

import io
import re
import zipfile
from collections.abc import Iterator

from index.readers.metadata import Properties, saved_date, stated_title
from index.readers.office.archive import member, tree, unzipped

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
_CORE = "docProps/core.xml"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_MODIFIED = "{http://purl.org/dc/terms/}modified"


def normalised_package(data: bytes) -> bytes:
    """Return a package as the document of its kind with transitional namespaces; unchanged if it is one.

    Raises:
        UnreadableFile: it is damaged, locked, or unpacks to too much.
    """
    archive = unzipped(data)
    if _TYPES not in archive.namelist():
        return data
    types = member(archive, _TYPES)
    is_strict = b"_rels/.rels" in data and bool(_STRICT.search(_relations(archive)))
    if not is_strict and not any(pattern.search(types) for pattern, _ in _VARIANTS):
        return data
    return _packed(_normalised(archive))


def _relations(archive: zipfile.ZipFile) -> bytes:
    return member(archive, "_rels/.rels") if "_rels/.rels" in archive.namelist() else b""


def _normalised(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    for name in dict.fromkeys(archive.namelist()):
        part = member(archive, name)
        if name.endswith((".xml", ".rels", ".vml")):
            part = _STRICT.sub(_TRANSITIONAL, part)
        if name == _TYPES:
            for pattern, kind in _VARIANTS:
                part = pattern.sub(_AS[kind], part)
        yield name, part


def repacked(data: bytes) -> bytes:
    """Return a package with its parts stored as they unpack, for a library that does not bound what it unpacks.

    Pictures and other files that hold no text are left out.

    Raises:
        UnreadableFile: it is damaged, locked, or unpacks to too much.
    """
    archive = unzipped(data)
    names = (name for name in dict.fromkeys(archive.namelist()) if name.endswith((".xml", ".rels", ".bin")))
    return _packed((name, _STRICT.sub(_TRANSITIONAL, member(archive, name))) for name in names)


def _packed(parts: Iterator[tuple[str, bytes]]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts:
            archive.writestr(name, part)
    return written.getvalue()


def core_properties(archive: zipfile.ZipFile) -> Properties:
    """Return the title of a package and when it was saved; those it does not state are None."""
    if _CORE not in archive.namelist():
        return Properties()
    stated = tree(member(archive, _CORE))
    return Properties(stated_title(stated.findtext(_TITLE)), saved_date(stated.findtext(_MODIFIED)))
