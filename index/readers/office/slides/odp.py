"""Presentations of OpenDocument (.odp, .fodp): each slide is a page, with its title, frames, tables and notes."""

import re
from collections.abc import Iterator
from typing import Any

from index.readers.content.cell_tables import cell_table
from index.readers.content.cells import Cell
from index.readers.metadata import whole_number
from index.readers.office.opendocument import PARAGRAPHS, TABLE, DocumentParts, document_parts, styles_with
from index.readers.office.slides.slide import Box, Frame, Slide, SlideBlock, add_slide
from index.readers.office.writer.styles import OFFICE, STYLE, TEXT
from index.readers.office.writer.text import WriterText
from index.readers.parsed import ParsedFile, read_unstruck
from index.readers.text_builder import TextBuilder

_DRAWING = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_PAGE, _GROUP, _NOTES = f"{_DRAWING}page", f"{_DRAWING}g", f"{_PRESENTATION}notes"
_LIST, _ITEMS = f"{TEXT}list", (f"{TEXT}list-item", f"{TEXT}list-header")
_TABLE, _ROW, _CELLS = f"{TABLE}table", f"{TABLE}table-row", (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
_LENGTH = re.compile(r"(-?[\d.]+)(cm|mm|in|pt|px)?")
_MILLIMETRES = {"cm": 10.0, "mm": 1.0, "in": 25.4, "pt": 0.353, "px": 0.265}
_FURNITURE = ("date-time", "page-number", "page")


def read_odp(data: bytes) -> ParsedFile:
    """Read a presentation of OpenDocument.

    Raises:
        UnreadableFile: it is damaged, locked, unpacks to too much, or is no presentation.
    """
    document = document_parts(data)
    return read_unstruck(lambda keeps_struck: _parsed(document, document.text_reader(keeps_struck=keeps_struck)))


def _parsed(document: DocumentParts, text: WriterText) -> ParsedFile:
    properties = f"{STYLE}drawing-page-properties"
    hidden = styles_with(document, properties, f"{_PRESENTATION}visibility", "hidden")
    blocks, stated = TextBuilder(), document.properties
    for page in document.body("presentation").iterchildren(_PAGE):
        add_slide(blocks, _slide(page, text, is_hidden=page.get(f"{_DRAWING}style-name") in hidden))
    return blocks.build(stated.title, file_date=stated.saved)


def _slide(page: Any, text: WriterText, *, is_hidden: bool) -> Slide:
    frames = [frame for shape in page if shape.tag != _NOTES and (frame := _frame(shape, text)).blocks]
    notes = [
        block for element in page.iterchildren(_NOTES) for shape in element for block in _frame(shape, text).blocks
    ]
    return Slide(frames, notes, is_hidden)


def _frame(shape: Any, text: WriterText) -> Frame:
    kind = shape.get(f"{_PRESENTATION}class")
    blocks = [] if kind in _FURNITURE or not isinstance(shape.tag, str) else list(_blocks(shape, 0, text))
    return Frame(blocks, _box(shape), kind == "title")


def _blocks(element: Any, depth: int, text: WriterText) -> Iterator[SlideBlock]:
    """Yield the blocks below an element; ``depth`` is that of the list around it, 0 outside lists."""
    is_first = True
    for child in element:
        if child.tag in PARAGRAPHS:
            words = text.text_of(child)
            if depth and is_first:
                yield SlideBlock(f"- {words}" if words.strip() else "", "item", depth)
            else:
                yield SlideBlock(words, "item again" if depth else "paragraph")
            is_first = False
        elif child.tag == _TABLE:
            yield from (SlideBlock(*block) for block in cell_table(_rows(child, text)))
        elif child.tag == _LIST:
            for item in child.iterchildren(*_ITEMS):
                yield from _blocks(item, depth + 1, text)
        elif isinstance(child.tag, str) and child.tag not in (f"{OFFICE}annotation", f"{_SVG}title", f"{_SVG}desc"):
            yield from _blocks(child, depth, text)


def _rows(table: Any, text: WriterText) -> list[list[Cell]]:
    """Return the cells of a table, less those that another covers to its left."""
    rows = []
    for row in table.iter(_ROW):
        cells, covered = list[Cell](), 0
        for element in row.iterchildren(*_CELLS):
            columns = whole_number(element.get(f"{TABLE}number-columns-spanned"), 1)
            if element.tag != _CELLS[1] or len(element):
                cells.append(Cell("\n".join(map(text.text_of, element.iter(*PARAGRAPHS))), columns))
                covered = columns
            elif covered < 1:
                cells.append(Cell("", continues=True))
            covered -= 1
        rows.append(cells)
    return rows


def _box(shape: Any) -> Box | None:
    left, top, width, height = (_length(shape.get(_SVG + name)) for name in ("x", "y", "width", "height"))
    if left is None or top is None or width is None or height is None:
        return None
    return Box(left, top, left + width, top + height)


def _length(text: str | None) -> float | None:
    match = _LENGTH.fullmatch(text or "")
    return float(match[1]) * _MILLIMETRES.get(match[2] or "mm", 1.0) if match else None
