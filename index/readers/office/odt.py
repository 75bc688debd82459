"""OpenDocument texts (.odt): paragraphs, headings, rows of tables."""

from collections.abc import Iterator
from typing import Any

from index.readers.metadata import iso_date
from index.readers.office.archive import member, tree, unzipped
from index.readers.office.xml_tables import cells
from index.readers.parsed import ParsedFile
from index.readers.text_builder import TextBuilder

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DUBLIN = "{http://purl.org/dc/elements/1.1/}"
_HEADING, _PARAGRAPH, _ROW, _CELL = f"{_TEXT}h", f"{_TEXT}p", f"{_TABLE}table-row", f"{_TABLE}table-cell"
_AS_TEXT = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n", f"{_TEXT}s": " "}
_DRAWING = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_APART = tuple(f"{_DRAWING}{name}" for name in ("text-box", "custom-shape", "rect", "ellipse"))  # their text is blocks
_UNSEEN = (f"{_SVG}title", f"{_SVG}desc", f"{_TEXT}hidden-text")
_NOTE = f"{_TEXT}note"
_LEFT_OUT = (_NOTE, f"{_TEXT}tracked-changes", f"{_OFFICE}annotation")


def read_odt(data: bytes) -> ParsedFile:
    """Read an OpenDocument text.

    Raises:
        UnreadableFile: it is damaged, unpacks to too much, or is no such text.
    """
    archive = unzipped(data)
    blocks = TextBuilder()
    content = tree(member(archive, "content.xml"))
    for text, heading in _blocks(content):
        blocks.add(text, heading=heading)
    for note in content.iter(f"{_TEXT}note-body"):  # at the foot, as printed
        for paragraph in note.iter(_PARAGRAPH):
            blocks.add(_written(paragraph))
    said = tree(member(archive, "meta.xml")) if "meta.xml" in archive.namelist() else None
    return blocks.build(_said(said, "title"), iso_date(_said(said, "date")))


def _blocks(content: Any) -> Iterator[tuple[str, bool]]:
    """Yield the text of each paragraph and each row of a table, and whether it is a heading."""
    for element in content.iter(_HEADING, _PARAGRAPH, _ROW):
        around = {ancestor.tag for ancestor in element.iterancestors()}
        if around & {*_LEFT_OUT}:
            continue
        if element.tag == _ROW:
            yield (
                " | ".join(
                    " ".join(map(_written, cell)) for cell in cells(element, _CELL, _PARAGRAPH, without=_LEFT_OUT)
                ),
                False,
            )
        elif _ROW not in around:
            yield _written(element), element.tag == _HEADING


def _written(element: Any) -> str:
    """Return the text under an element, without notes and comments."""
    parts: list[str] = []
    waiting: list[Any] = [element]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            parts.append(found)
        elif isinstance(found.tag, str) and found.tag not in (*_APART, *_UNSEEN, *_LEFT_OUT):
            parts.append(_AS_TEXT.get(found.tag, "") + (found.text or ""))
            waiting.extend(part for child in reversed(found) for part in (child.tail or "", child))
    return "".join(parts)


def _said(metadata: Any, name: str) -> str | None:
    found = None if metadata is None else next(metadata.iter(_DUBLIN + name), None)
    return None if found is None else found.text
