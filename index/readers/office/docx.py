"""Word documents (.docx): headers, paragraphs, headings by their style, rows of tables, notes, footers."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from index.errors import UnreadableFile
from index.progress import ReadWarning
from index.readers.content.cells import Cell
from index.readers.metadata import whole_number
from index.readers.office.archive import open_zip
from index.readers.office.furniture import furniture_lines
from index.readers.office.ooxml import normalised_package
from index.readers.office.package import Package
from index.readers.office.word.inserted import DRAWN, ReadInside, chunk_blocks, drawn_blocks
from index.readers.office.word.numbering import Numbering
from index.readers.office.word.styles import Styles, is_on, outline_level, qn, value
from index.readers.office.word.text import UNSEEN, WordText, hides_white
from index.readers.office.xml_tables import NestedTable, TableFormat, flow, table_blocks
from index.readers.parsed import ParsedFile, read_unstruck
from index.readers.text_builder import TextBuilder

_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_BOX, _CHUNK = qn("w:txbxContent"), qn("w:altChunk")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_NO_FILL = ("auto", "", "ffffff")
_LONGEST_OUTLINED = 200  # characters of a paragraph that is a heading by its level alone


def read_docx(data: bytes, read_inside: ReadInside | None = None) -> ParsedFile:
    """Read a Word document.

    Args:
        read_inside: reads a file inside that Word would show in its place; None leaves them out.

    Raises:
        UnreadableFile: it is damaged, unpacks to too much, or is no Word document.
    """
    package = Package(open_zip(normalised_package(data)))
    main = package.main()
    body = package.tree(main).find(qn("w:body"))
    if body is None:
        raise UnreadableFile("it is damaged, or not a Word document")
    return read_unstruck(lambda keeps_struck: _read(_WordReader(package, main, body, keeps_struck, read_inside), body))


def _read(reader: "_WordReader", body: Any) -> ParsedFile:
    headers, footers = (furniture_lines(reader.furniture(body, kind)) for kind in ("header", "footer"))
    for line in headers:
        reader.blocks.add(line)
    reader.read(body)
    reader.read_notes(body)
    for line in footers:
        reader.blocks.add(line)
    reader.warn_of_chunks(body)
    stated = reader.package.properties
    parsed = reader.blocks.build(stated.title or reader.title, file_date=stated.saved)
    return replace(parsed, warnings=tuple(reader.warnings))


class _WordReader:
    """Reads the parts of one document into blocks."""

    def __init__(
        self, package: Package, main: str, body: Any, keeps_struck: bool, read_inside: ReadInside | None
    ) -> None:
        self._read_inside = read_inside
        self.blocks = TextBuilder()
        self.warnings: list[ReadWarning] = []
        self.title: str | None = None  # the paragraph that has the style of titles
        self.package, self._main = package, main
        self._styles = Styles(package.related(main, "styles"))
        self._numbers = Numbering(package.related(main, "numbering"), self._styles)
        self._text = WordText(self._styles, keeps_struck=keeps_struck, hides_white=hides_white(body))
        self._tables = _TABLES._replace(covers=self._covers)
        self._styled_row: Any = None  # the first of a table whose style sets it apart
        self._chunks_read = 0
        self._has_drawings = next(body.iter(*DRAWN), None) is not None
        self._caption = ""  # the paragraph that stands over a table, if one follows
        self._begun = ""  # of the paragraph that follows: a drop cap, or what a deleted paragraph mark leaves open

    def read(self, root: Any, mark: str = "") -> None:
        """Add the paragraphs and tables under an element; ``mark`` is that of a note."""
        for element in flow(root, _TABLES, _PARAGRAPH, _CHUNK):
            if next(element.iterancestors(*UNSEEN), None) is not None:
                continue
            if element.tag == _PARAGRAPH:
                self._add_paragraph(element, mark)
                self._add_drawings(element)
            elif element.tag == _CHUNK:
                self._add_chunk(element)
            else:
                self._add_table(element, mark)
        self._end_caption()

    def _add_drawings(self, element: Any) -> None:
        for drawing in element.iter(*DRAWN) if self._has_drawings else ():
            if next(drawing.iterancestors(*UNSEEN), None) is None:
                self.blocks.add("", "caption")
                for block in drawn_blocks(self.package, self._main, drawing):
                    self.blocks.add(*block)

    def _add_chunk(self, chunk: Any) -> None:
        """Add the text of a file inside."""
        self._end_caption()
        with suppress(UnreadableFile):
            blocks = chunk_blocks(self.package, self._main, chunk, self._read_inside) if self._read_inside else []
            for block in blocks:
                self.blocks.add(*block)
            self._chunks_read += bool(blocks)

    def warn_of_chunks(self, body: Any) -> None:
        """Warn if files inside were not read: they are damaged, or stand in a table."""
        if sum(1 for _ in body.iter(_CHUNK)) > self._chunks_read:
            error = UnreadableFile("a file inside, which Word would show in its place, is not read")
            self.warnings.append(ReadWarning.from_error(error))

    def _end_caption(self) -> None:
        """Add a caption over no table as a paragraph."""
        caption, self._caption = self._caption, ""
        self.blocks.add(caption)

    def _add_table(self, table: Any, mark: str) -> None:
        self.blocks.add(self._caption, "caption")
        self._caption = ""
        self._styled_row = _first_row(table) if self._styles.sets_first_row_apart(table) else None
        for block in table_blocks(table, self._tables, self._cell_text):
            if isinstance(block, NestedTable):
                self.read(block.element, mark)
                self.blocks.add("", "caption")
            else:
                self.blocks.add(*block)

    def _covers(self, cell: Any) -> Cell:
        is_styled = self._styled_row is not None and next(cell.iterancestors(_ROW), None) is self._styled_row
        return _covers(cell)._replace(is_bold=self._is_bold(cell), is_styled=is_styled)

    def _is_bold(self, cell: Any) -> bool:
        runs = [run for run in cell.iter(qn("w:r")) if run.findtext(qn("w:t"))]
        return bool(runs) and all(map(self._text.is_bold, runs))

    def _cell_text(self, paragraph: Any) -> str:
        marker, _ = self._numbers.marker(paragraph, value(paragraph, "w:pPr", "w:pStyle") or "")
        return marker + self._text.text_of(paragraph)

    def _add_paragraph(self, paragraph: Any, mark: str) -> None:
        properties = paragraph.find(qn("w:pPr"))
        style = value(properties, "w:pStyle") or ""
        text = self._begun + self._text.text_of(paragraph, mark)
        self._begun = text if _leaves_open(properties) else ""
        if _leaves_open(properties) or (not text.strip() and is_on(_mark_properties(properties), "w:vanish")):
            return
        marker, depth = self._numbers.marker(paragraph, style)  # an empty paragraph takes a number, too
        if not text.strip():
            return
        self._end_caption()
        level = self._level(properties, style, text)
        if level is None and not marker and self._styles.is_caption(style):
            self._caption = text
            return
        if level is None:
            self.blocks.add(marker + text, "item" if marker else "paragraph", depth)
            return
        self.blocks.add(marker.removeprefix("- ") + text, "heading", level)
        if self._styles.is_title(style):
            self.title = self.title or text

    def _level(self, properties: Any, style: str, text: str) -> int | None:
        outline = value(properties, "w:outlineLvl")
        if outline is not None:
            level = outline_level(outline)
            if level is None or len(text) > _LONGEST_OUTLINED:
                return None
            return level
        return self._styles.heading_level(style)

    def furniture(self, body: Any, kind: str) -> Iterator[str]:
        """Yield the paragraphs of the headers or footers that sections show."""
        parts = {relation.id: relation.part for relation in self.package.relations(self._main)}
        settings = self.package.related(self._main, "settings")
        for section in body.iter(qn("w:sectPr")):
            unseen = {"first": not is_on(section, "w:titlePg"), "even": not is_on(settings, "w:evenAndOddHeaders")}
            for reference in section.iter(qn(f"w:{kind}Reference")):
                part = parts.get(reference.get(_RELATION, ""), "")
                if not unseen.get(reference.get(qn("w:type"), ""), False) and self.package.holds(part):
                    yield from self._furniture_of(part)

    def _furniture_of(self, part: str) -> Iterator[str]:
        try:
            root = self.package.tree(part)
        except UnreadableFile:  # a damaged header costs no text
            return
        for paragraph in root.iter(_PARAGRAPH):
            if next(paragraph.iterancestors(*UNSEEN), None) is None:
                yield self._text.text_of(paragraph, with_page_numbers=False)

    def read_notes(self, body: Any) -> None:
        """Add the notes that are called, as printed at the foot of pages or at the end, in the order of their calls.

        Where the file holds no call, not even one that is deleted or hidden, all are read.
        """
        for kind in ("footnotes", "endnotes"):
            name = kind.removesuffix("s")
            part = self.package.related(self._main, kind)
            elements = () if part is None else part.iterchildren(qn(f"w:{name}"))
            notes = {note.get(qn("w:id"), ""): note for note in elements if note.get(qn("w:type")) in (None, "normal")}
            called = [id for note_kind, id in self._text.marks if note_kind == kind and id in notes]
            has_calls = next(body.iter(qn(f"w:{name}Reference")), None) is not None
            for id in called if has_calls else notes:
                self.read(notes[id], self._text.marks.get((kind, id), ""))


def _mark_properties(properties: Any) -> Any:
    """Return how the mark at the end of a paragraph is set; None if nothing is said of it."""
    return None if properties is None else properties.find(qn("w:rPr"))


def _leaves_open(properties: Any) -> bool:
    """Return whether the next paragraph continues this one."""
    frame = None if properties is None else properties.find(qn("w:framePr"))
    if frame is not None and frame.get(qn("w:dropCap")) in ("drop", "margin"):
        return True
    mark = _mark_properties(properties)
    return mark is not None and mark.find(qn("w:del")) is not None


def _covers(cell: Any) -> Cell:
    properties = cell.find(qn("w:tcPr"))
    columns = whole_number(value(properties, "w:gridSpan"), 1)
    merged = value(properties, "w:vMerge")
    fill = None if properties is None else properties.find(qn("w:shd"))
    is_filled = fill is not None and fill.get(qn("w:fill"), "auto").lower() not in _NO_FILL
    return Cell("", columns, continues=merged is not None and merged != "restart", is_filled=is_filled)


def _first_row(table: Any) -> Any:
    return next(table.iterchildren(_ROW), None)


_TABLES = TableFormat(
    table=_TABLE,
    row=_ROW,
    cell=_CELL,
    paragraph=_PARAGRAPH,
    without=(*UNSEEN, _BOX),
    boxes=(_BOX,),
    covers=_covers,
    skips=lambda row: whole_number(value(row, "w:trPr", "w:gridBefore"), 0),
    is_header=lambda row: bool(is_on(row.find(qn("w:trPr")), "w:tblHeader")),
    is_unseen=lambda row: any(row.find(f"{qn('w:trPr')}/{qn(name)}") is not None for name in ("w:del", "w:hidden")),
)
