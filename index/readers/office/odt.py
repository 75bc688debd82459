"""OpenDocument texts (.odt): headers, paragraphs, headings, lists, rows of tables, notes, footers."""

import posixpath
from collections.abc import Iterable, Iterator
from typing import Any

from index.errors import UnreadableFile
from index.readers.content.cells import Cell
from index.readers.metadata import whole_number
from index.readers.office.furniture import furniture_lines
from index.readers.office.opendocument import TABLE, document_parts
from index.readers.office.writer.charts import CHART, chart_blocks
from index.readers.office.writer.forms import control_texts
from index.readers.office.writer.numbering import Numbering
from index.readers.office.writer.styles import OFFICE, STYLE, TEXT, Styles
from index.readers.office.writer.text import DRAWING, UNSEEN, XLINK, WriterText, is_hidden, note_mark
from index.readers.office.xml_tables import NestedTable, TableFormat, flow, table_blocks
from index.readers.parsed import ParsedFile, read_unstruck
from index.readers.text_builder import TextBuilder

_HEADING, _PARAGRAPH, _SECTION = f"{TEXT}h", f"{TEXT}p", f"{TEXT}section"
_TABLE_TAG, _ROW, _CELL = f"{TABLE}table", f"{TABLE}table-row", f"{TABLE}table-cell"
_NOTE, _NOTE_BODY = f"{TEXT}note", f"{TEXT}note-body"
_FIRST_PAGE = "Standard"
_GROUND = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}background-color"
_NO_FILL = ("transparent", "#ffffff")


def read_odt(data: bytes) -> ParsedFile:
    """Read an OpenDocument text.

    Raises:
        UnreadableFile: it is damaged, unpacks to too much, or is no such text.
    """
    document = document_parts(data)

    def formula(address: str) -> Any:
        try:
            return document.load_tree(posixpath.join(posixpath.normpath(address), "content.xml"))
        except UnreadableFile:  # a damaged formula costs no text
            return None

    def parsed(keeps_struck: bool) -> ParsedFile:
        reader = _WriterReader(document.content, document.styles, formula, keeps_struck=keeps_struck)
        for line in reader.furniture("header"):
            reader.blocks.add(line)
        reader.read(document.content)
        reader.read_notes(document.content)
        for line in reader.furniture("footer"):
            reader.blocks.add(line)
        stated = document.properties
        return reader.blocks.build(stated.title or reader.title, file_date=stated.saved)

    return read_unstruck(parsed)


class _WriterReader:
    """Reads the parts of one document into blocks."""

    def __init__(self, content: Any, styles: Any, formula: Any, *, keeps_struck: bool) -> None:
        self.blocks = TextBuilder()
        self.title: str | None = None  # the paragraph that has the style of titles
        automatic, page, common = (
            None if tree is None else tree.find(f"{OFFICE}{name}")
            for tree, name in ((content, "automatic-styles"), (styles, "automatic-styles"), (styles, "styles"))
        )
        self._styles = Styles(automatic, common)
        self._masters = None if styles is None else styles.find(f"{OFFICE}master-styles")
        self._numbers = Numbering(automatic, common)
        controls = control_texts(content)
        self._text, self._page_text = (
            WriterText(Styles(first, common), formula, keeps_struck=keeps_struck, controls=controls)
            for first in (automatic, page)
        )
        self._formula = formula
        self._caption = ""  # the paragraph that stands over a table, if one follows
        self._tables = _TABLES._replace(covers=self._covers)

    def read(self, root: Any) -> None:
        """Add the headings, paragraphs and tables under an element, notes apart."""
        for element in flow(root, _TABLES, _HEADING, _PARAGRAPH):
            if _is_apart(element):
                continue
            if element.tag == _TABLE_TAG:
                self._add_table(element)
            else:
                self._add(element)
                self._add_charts(element)
        self._end_caption()

    def _add_charts(self, element: Any) -> None:
        for drawn in element.iter(f"{DRAWING}object"):
            root = next(drawn.iter(CHART), None)
            root = self._formula(drawn.get(f"{XLINK}href", "")) if root is None else root
            if root is not None:
                self.blocks.add("", "caption")
                for block in chart_blocks(root):
                    self.blocks.add(*block)

    def _end_caption(self) -> None:
        """Add a caption over no table as a paragraph."""
        caption, self._caption = self._caption, ""
        self.blocks.add(caption)

    def _covers(self, cell: Any) -> Cell:
        colour = self._styles.cell_property(cell.get(f"{TABLE}style-name", ""), _GROUND)
        is_filled = colour is not None and colour.lower() not in _NO_FILL
        paragraphs = [child for child in cell.iterchildren(_PARAGRAPH) if "".join(child.itertext()).strip()]
        is_bold = bool(paragraphs) and all(map(self._text.is_bold, paragraphs))
        return _covers(cell)._replace(is_bold=is_bold, is_filled=is_filled)

    def _add_table(self, table: Any) -> None:
        self.blocks.add(self._caption, "caption")
        self._caption = ""
        for block in table_blocks(table, self._tables, self._cell_text):
            if isinstance(block, NestedTable):
                self.read(block.element)
                self.blocks.add("", "caption")
            else:
                self.blocks.add(*block)

    def _cell_text(self, paragraph: Any) -> str:
        return self._numbers.marker(paragraph)[0] + self._text.text_of(paragraph)

    def _add(self, element: Any) -> None:
        text, style = self._text.text_of(element), element.get(f"{TEXT}style-name", "")
        marker, depth = ("", 0) if is_hidden(element) else self._numbers.marker(element)  # an empty one is counted, too
        if not text.strip():
            return
        self._end_caption()
        level = self._level(element, style)
        if level is None and not depth and self._styles.is_caption(style):
            self._caption = text
        elif level is not None:
            number = marker.removeprefix("- ") or self._numbers.heading(element, level)
            self.blocks.add(number + text, "heading", level)
            if self._styles.is_title(style):
                self.title = self.title or text
        elif marker:
            self.blocks.add(marker + text, "item", depth)
        else:
            self.blocks.add(text, "item again" if depth else "paragraph")

    def _level(self, element: Any, style: str) -> int | None:
        if element.tag == _HEADING:
            return whole_number(element.get(f"{TEXT}outline-level"), 1)
        return self._styles.heading_level(style)

    def furniture(self, kind: str) -> list[str]:
        """Return the lines of the headers or footers of the pages that are used."""
        pages = () if self._masters is None else self._masters.iter(f"{STYLE}master-page")
        return furniture_lines(self._furniture(pages, kind))

    def _furniture(self, pages: Iterable[Any], kind: str) -> Iterator[str]:
        used = {_FIRST_PAGE, *self._styles.master_pages()}
        for page in pages:
            if page.get(f"{STYLE}name") in used:
                for variant in ("", "-first", "-left"):
                    for region in page.iterchildren(f"{STYLE}{kind}{variant}"):
                        if region.get(f"{STYLE}display") != "false":
                            for paragraph in region.iter(_PARAGRAPH, _HEADING):
                                yield self._page_text.text_of(paragraph, with_page_numbers=False)

    def read_notes(self, root: Any) -> None:
        """Add the notes, as printed at the foot of pages or at the end."""
        for note in root.iter(_NOTE):
            mark = note_mark(note)
            for body in note.iterchildren(_NOTE_BODY):
                for paragraph in body.iter(_PARAGRAPH, _HEADING):
                    self.blocks.add(f"{mark} {self._text.text_of(paragraph).lstrip()}")
                    mark = ""


def _is_apart(element: Any) -> bool:
    """Return whether an element is part of a note or of a chart, or is not shown."""
    return any(
        ancestor.tag != _SECTION or ancestor.get(f"{TEXT}display") == "none"
        for ancestor in element.iterancestors(_NOTE, _SECTION, CHART, *UNSEEN)
    )


def _covers(cell: Any) -> Cell:
    names = ("columns-spanned", "columns-repeated", "rows-spanned")
    spanned, repeated, rows = (whole_number(cell.get(f"{TABLE}number-{name}"), 1) for name in names)
    return Cell("", max(spanned, repeated), rows)


_TABLES = TableFormat(
    table=_TABLE_TAG,
    row=_ROW,
    cell=_CELL,
    paragraph=_PARAGRAPH,
    without=(_NOTE, *UNSEEN),
    boxes=(),
    covers=_covers,
    skips=lambda row: 0,
    is_header=lambda row: row.getparent().tag == f"{TABLE}table-header-rows",
    is_unseen=lambda row: row.get(f"{TABLE}visibility") in ("collapse", "filter"),
)
