"""Word documents (.docx): paragraphs, headings by their style, rows of tables."""

import io
import re
import zlib
from typing import Any
from zipfile import BadZipFile

from docx import Document
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree  # type: ignore[import-untyped]

from index.errors import UnreadableFile
from index.readers.metadata import DAMAGED, or_none
from index.readers.office.archive import tree, unzipped
from index.readers.office.docx_numbering import Numbering
from index.readers.office.xml_tables import TableFormat, table_rows
from index.readers.parsed import ParsedFile
from index.readers.text_builder import TextBuilder

_HEADING = re.compile(r"(?:heading|title|subtitle|titre|sous-titre)\D*([1-9])?")
_AS_TEXT = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_PARAGRAPH, _TEXT, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:t"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # the same again
_UNSEEN = (qn("w:del"), qn("w:moveFrom"), _FALLBACK)
_LEFT_OUT = (*_UNSEEN, qn("w:txbxContent"))  # a box has paragraphs of its own
_NOTES = re.compile(r"application/vnd\.openxmlformats-.*\.(?:foot|end)notes\+xml")


def read_docx(data: bytes) -> ParsedFile:
    """Read a Word document.

    Raises:
        UnreadableFile: it is damaged, unpacks to too much, or is no Word document.
    """
    unzipped(data)
    try:
        document = Document(io.BytesIO(data))
        body = document.element.body
    except (OpcError, BadZipFile, zlib.error, *DAMAGED, etree.XMLSyntaxError) as error:
        raise UnreadableFile("it is damaged, or not a Word document") from error
    styles = or_none(lambda: {style.style_id: (style.name or "").lower() for style in document.styles}) or {}
    blocks = TextBuilder()
    numbers = or_none(lambda: Numbering(document.part.numbering_part.element, document.styles.element)) or Numbering()
    for element in body.iter(_PARAGRAPH, _TABLE):
        _add(element, blocks, styles, numbers)
    for part in document.part.package.iter_parts():
        if _NOTES.fullmatch(part.content_type or ""):  # at the foot, as printed
            for element in tree(part.blob).iter(_PARAGRAPH, _TABLE):
                _add(element, blocks, {}, Numbering())
    title = or_none(lambda: document.core_properties.title)
    modified = or_none(lambda: document.core_properties.modified)
    return blocks.build(title or None, modified.date() if modified else None)


def _add(element: Any, blocks: TextBuilder, styles: dict[str, str], numbers: "Numbering") -> None:
    """Add a paragraph that is in no table, or the rows of a table."""
    around = {ancestor.tag for ancestor in element.iterancestors(_ROW, *_UNSEEN)}
    if around & {*_UNSEEN}:
        return
    if element.tag == _TABLE:
        blocks.add("", "caption")
        for row in table_rows(element, _TABLES):
            blocks.add(row, "row")
    elif not around:
        style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        id = "" if style is None else style.get(qn("w:val"), "")
        heading = _HEADING.match(styles.get(id, ""))
        marker, depth = numbers.marker(element, id)
        text = _written(element)
        if heading:
            blocks.add(marker.strip("- ") + " " * bool(marker.strip("- ")) + text, "heading", int(heading[1] or 1))
        elif text.strip():
            blocks.add(marker + text, "item" if marker else "paragraph", depth)


def _written(element: Any) -> str:
    """Return the text under an element as it is printed: without deletions."""
    parts: list[str] = []
    waiting = [element]
    while waiting:
        found = waiting.pop()
        if found.tag == _TEXT:
            parts.extend([found.text or "", *(child.tail or "" for child in found)])  # an unknown entity is a child
        elif found.tag in _AS_TEXT:
            parts.append(_AS_TEXT[found.tag])
        elif found.tag not in _LEFT_OUT:
            waiting.extend(reversed(found))
    return "".join(parts)


_TABLES = TableFormat(
    _TABLE,
    _ROW,
    _CELL,
    _PARAGRAPH,
    _UNSEEN,
    _written,
    lambda row: row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None,
)
