"""Presentations of OpenDocument (.odp, .fodp): each slide is a page, with its title, frames, tables and notes."""

import re
from collections.abc import Iterator
from typing import Any

from index.errors import UnreadableFile
from index.readers.content.cell_tables import cell_table
from index.readers.content.cells import Cell
from index.readers.metadata import whole_number
from index.readers.office.opendocument import PARAGRAPHS, TABLE, DocumentParts, document_parts, styles_with
from index.readers.office.slides.slide import Box, Frame, Slide, SlideBlock, add_slide
from index.readers.office.writer.charts import CHART, chart_blocks
from index.readers.office.writer.numbering import Numbering
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
_DISPLAY, _NOT_SHOWN = "{http://openoffice.org/2010/draw}display", ("none", "printer")
_TRANSFORM = f"{_DRAWING}transform"
_LAYOUT = f"{STYLE}page-layout"
_FORMAT = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_LINK = "{http://www.w3.org/1999/xlink}href"


def read_odp(data: bytes) -> ParsedFile:
    """Read a presentation of OpenDocument.

    Raises:
        UnreadableFile: it is damaged, locked, unpacks to too much, or is no presentation.
    """
    document = document_parts(data)
    return read_unstruck(lambda keeps_struck: _parse(document, document.text_reader(keeps_struck=keeps_struck)))


def _parse(document: DocumentParts, text: WriterText) -> ParsedFile:
    properties = f"{STYLE}drawing-page-properties"
    hidden = styles_with(document, properties, f"{_PRESENTATION}visibility", "hidden")
    blocks, stated, reader = TextBuilder(), document.properties, _SlideReader(document, text)
    for page in document.body("presentation").iterchildren(_PAGE):
        add_slide(blocks, reader.slide(page, is_hidden=page.get(f"{_DRAWING}style-name") in hidden))
    return blocks.build(stated.title, file_date=stated.saved)


class _SlideReader:
    """Reads the slides of one presentation."""

    def __init__(self, document: DocumentParts, text: WriterText) -> None:
        self._document, self._text = document, text
        self._numbers = Numbering(document.content, document.styles)
        self._areas = dict(_areas(document))

    def slide(self, page: Any, *, is_hidden: bool) -> Slide:
        area = self._areas.get(page.get(f"{_DRAWING}master-page-name", ""))
        shapes = [shape for shape in page if shape.tag != _NOTES and not _is_unseen(shape, area)]
        frames = [frame for shape in shapes if (frame := self._frame(shape)).blocks]
        notes = [
            block for element in page.iterchildren(_NOTES) for shape in element for block in self._frame(shape).blocks
        ]
        return Slide(frames, notes, is_hidden)

    def _frame(self, shape: Any) -> Frame:
        kind = shape.get(f"{_PRESENTATION}class")
        blocks = [] if kind in _FURNITURE or not isinstance(shape.tag, str) else list(self._blocks(shape, 0))
        return Frame(blocks, _box(shape), kind == "title")

    def _blocks(self, element: Any, depth: int) -> Iterator[SlideBlock]:
        """Yield the blocks below an element; ``depth`` is that of the list around it, 0 outside lists."""
        is_first = True
        for child in element:
            if child.tag in PARAGRAPHS:
                words = self._text.text_of(child)
                if depth and is_first:
                    marker, _ = self._numbers.marker(child)
                    yield SlideBlock(f"{marker or '- '}{words.lstrip()}" if words.strip() else "", "item", depth)
                else:
                    yield SlideBlock(words, "item again" if depth else "paragraph")
                is_first = False
            elif child.tag == _TABLE:
                yield from (SlideBlock(*block) for block in cell_table(_rows(child, self._text)))
            elif child.tag == _LIST:
                for item in child.iterchildren(*_ITEMS):
                    yield from self._blocks(item, depth + 1)
            elif child.tag == f"{_DRAWING}object":
                yield from self._chart(child)
            elif isinstance(child.tag, str) and child.tag not in (f"{OFFICE}annotation", f"{_SVG}title", f"{_SVG}desc"):
                yield from self._blocks(child, depth)

    def _chart(self, element: Any) -> Iterator[SlideBlock]:
        root = next(element.iter(CHART), None)
        if root is None:
            try:
                root = self._document.load_tree(f"{element.get(_LINK, '').removeprefix('./')}/content.xml")
            except UnreadableFile:  # a damaged chart costs no text
                return
        if root is not None:
            yield from (SlideBlock(*block) for block in chart_blocks(root))


def _areas(document: DocumentParts) -> Iterator[tuple[str, Box]]:
    """Yield the name of each master of slides, and the area of its slides."""
    if document.styles is None:
        return
    layouts = {layout.get(f"{STYLE}name"): layout for layout in document.styles.iter(_LAYOUT)}
    for master in document.styles.iter(f"{STYLE}master-page"):
        layout = layouts.get(master.get(f"{STYLE}page-layout-name"))
        properties = None if layout is None else layout.find(f"{STYLE}page-layout-properties")
        if properties is not None:
            width, height = (_length(properties.get(f"{_FORMAT}page-{name}")) for name in ("width", "height"))
            if width and height:
                yield master.get(f"{STYLE}name", ""), Box(0, 0, width, height)


def _is_unseen(shape: Any, area: Box | None) -> bool:
    """Return whether a shape is hidden, or lies beside its slide; titles there are those of an outline."""
    if shape.get(_DISPLAY) in _NOT_SHOWN:
        return True
    box = _box(shape)
    if box is None or area is None or shape.get(f"{_PRESENTATION}class") == "title" or shape.get(_TRANSFORM):
        return False
    is_beside = box.right < area.left or box.left > area.right
    return is_beside or box.bottom < area.top or box.top > area.bottom


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
