"""Books (.epub): the chapters in the order of the spine, each of them a web page."""

import posixpath
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

from index.errors import UnreadableFile
from index.readers.markup.html import decode_html, fragment_blocks
from index.readers.metadata import iso_date, stated_title
from index.readers.office.archive import open_zip, parse_xml, read_member
from index.readers.parsed import ParsedFile
from index.readers.text_builder import TextBuilder

_PACKAGE = "{http://www.idpf.org/2007/opf}"
_DUBLIN = "{http://purl.org/dc/elements/1.1/}"


def read_epub(data: bytes) -> ParsedFile:
    """Read a book.

    Raises:
        UnreadableFile: it is damaged, unpacks to too much, or is no EPUB.
    """
    archive = open_zip(data)
    package_path = _package(archive)
    package = parse_xml(read_member(archive, package_path))
    blocks = TextBuilder()
    for name in _chapters(package, posixpath.dirname(package_path)):
        if name in archive.namelist():
            for block in fragment_blocks(decode_html(read_member(archive, name))[0]):
                blocks.add(*block)
    days = filter(None, (iso_date(element.text) for element in package.iter(_DUBLIN + "date")))
    date = next((day for day in days if day.year > 1000), None)  # the year 101 stands for one that is not known
    return blocks.build(stated_title(_dublin_core(package, "title")), date)


def _package(archive: ZipFile) -> str:
    container = parse_xml(read_member(archive, "META-INF/container.xml"))
    for element in container.iter("{*}rootfile"):
        return str(element.get("full-path"))
    raise UnreadableFile("it is damaged (it names no package)")


def _chapters(package: Any, folder: str) -> Iterator[str]:
    """Yield the names of the chapters in the archive, in order."""
    files = {item.get("id"): item.get("href", "") for item in package.iter(f"{_PACKAGE}item")}
    for reference in package.iter(f"{_PACKAGE}itemref"):
        if reference.get("idref") in files:
            yield posixpath.normpath(posixpath.join(folder, unquote(files[reference.get("idref")])))


def _dublin_core(package: Any, name: str) -> str | None:
    element = next(package.iter(_DUBLIN + name), None)
    return None if element is None else element.text
