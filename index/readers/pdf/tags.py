"""The structure tree of a tagged PDF: the block, item or cell that each marked content of a page belongs to."""

import ctypes
import re
from collections.abc import Sequence
from itertools import pairwise, repeat
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from index.readers.layout.furniture import in_margin
from index.readers.layout.letters import INT, POINTER, Cell, Tag, quick
from index.readers.layout.lines import Line

_MAX_ELEMENTS = 20_000  # of a page, and children of an element, that are looked at
_DEEPEST = 60
_MAX_ATTRIBUTES, _WIDEST = 16, 200  # lists of attributes of a cell, and the rows or columns that it covers
_NAME = 128  # bytes of a type at most
_COVERED = 0.95  # smallest share of the letters outside the margins that have a tag
_TORN = 0.3  # largest share of block boundaries that lie within a sentence
_RETURNS = 0.1  # largest share of lines that return to an earlier block
_HEADING = re.compile(r"H([1-6])")
_GROUPS = frozenset("Document DocumentFragment Part Art Sect Div NonStruct Private Aside TOC Index L Table".split())
_INLINE = frozenset("Span Link Lbl Em Strong Sub Quote Reference BibEntry Annot Code Formula Ruby Warichu".split())
_count_children = quick(pdfium.FPDF_StructElement_CountChildren, POINTER)
_child = quick(pdfium.FPDF_StructElement_GetChildAtIndex, POINTER, INT, returns=POINTER)
_content = quick(pdfium.FPDF_StructElement_GetChildMarkedContentID, POINTER, INT)
_find_type = quick(pdfium.FPDF_StructElement_GetType, POINTER, POINTER, ctypes.c_ulong, returns=ctypes.c_ulong)
_count_attributes = quick(pdfium.FPDF_StructElement_GetAttributeCount, POINTER)
_attribute = quick(pdfium.FPDF_StructElement_GetAttributeAtIndex, POINTER, INT, returns=POINTER)
_value = quick(pdfium.FPDF_StructElement_Attr_GetValue, POINTER, ctypes.c_char_p, returns=POINTER)
_number = quick(pdfium.FPDF_StructElement_Attr_GetNumberValue, POINTER, POINTER)
_top = quick(pdfium.FPDF_StructTree_GetChildAtIndex, POINTER, INT, returns=POINTER)


class _Context(NamedTuple):
    """The tag and the table that an element is in."""

    tag: Tag
    table: "_Table | None" = None


class _Table:
    """A table of a page, while its elements are visited."""

    def __init__(self, number: int) -> None:
        self.number, self.rows, self.widths = number, 0, set[int]()
        self.holds_table = False
        self._covered: dict[int, int] = {}  # the rows that a cell above still covers, by the column
        self._column = 0

    @property
    def is_plain(self) -> bool:
        """Return whether all rows have as many columns, and none holds a table."""
        return not self.holds_table and len(self.widths) == 1 and min(self.widths) > 1

    def add_cell(self, rows: int, columns: int, *, is_header: bool) -> Cell:
        """Return the next cell of the current row, which covers so many rows and columns."""
        self._skip_covered()
        cell = Cell(self.number, self.rows, self._column, is_header, rows, columns)
        self._covered.update(dict.fromkeys(range(self._column, self._column + columns), rows))
        self._column += columns
        return cell

    def end_row(self) -> None:
        """Begin the next row."""
        self._skip_covered()
        self.widths.add(self._column)
        self._covered = {column: rows - 1 for column, rows in self._covered.items() if rows > 1}
        self.rows, self._column = self.rows + 1, 0

    def _skip_covered(self) -> None:
        while self._covered.get(self._column, 0) > 0:
            self._column += 1


def read_tags(document: Any, page: Any) -> dict[int, Tag]:
    """Return the tag of each marked content of a page by its id; none where the document is not tagged."""
    if not pdfium.FPDFCatalog_IsTagged(document.raw):
        return {}
    tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
    if not tree:
        return {}
    try:
        visit = _Visit()
        address = ctypes.cast(tree, ctypes.c_void_p).value
        for number in range(min(pdfium.FPDF_StructTree_CountChildren(tree), _MAX_ELEMENTS)):
            if (element := _top(address, number)) is not None:
                visit.element(element, _Context(Tag(0)), 0)
        return visit.tags()
    finally:
        pdfium.FPDF_StructTree_Close(tree)


class _Visit:
    """Visits the elements of a page in the order of their tree."""

    def __init__(self) -> None:
        self._tags: dict[int, Tag] = {}
        self._tables: list[_Table] = []
        self._count = 0
        self._buffer = ctypes.create_string_buffer(_NAME)

    def tags(self) -> dict[int, Tag]:
        """Return the tags so far; those in a table that is not plain are in no cell."""
        plain = {table.number for table in self._tables if table.is_plain}
        return {
            content: tag if tag.cell is None or tag.cell.table in plain else tag._replace(cell=None)
            for content, tag in self._tags.items()
        }

    def element(self, element: int, context: _Context, depth: int) -> None:
        self._count += 1
        if self._count > _MAX_ELEMENTS or depth > _DEEPEST:
            return
        kind = self._type(element)
        context = self._enter(kind, context)
        children = list(map(_child, repeat(element), range(min(_count_children(element), _MAX_ELEMENTS))))
        if kind != "Document":  # which holds most of its children on other pages, and no text
            contents = (_content(element, number) for number, child in enumerate(children) if child is None)
            self._tags.update((content, context.tag) for content in contents if content >= 0)
        row = context.table if kind == "TR" else None
        for child in children:
            if child is not None:
                self.element(child, self._in_cell(child, context, row) if row else context, depth + 1)
            elif row:
                row.add_cell(1, 1, is_header=False)
        if row:
            row.end_row()

    def _type(self, element: int) -> str:
        size = _find_type(element, ctypes.addressof(self._buffer), len(self._buffer))
        return self._buffer.raw[: size - 2].decode("utf-16-le", "replace") if 2 < size <= len(self._buffer) else ""

    def _enter(self, kind: str, context: _Context) -> _Context:
        """Return the context of an element's content."""
        tag, table = context
        if kind in _INLINE:
            return context
        if kind not in _GROUPS:
            tag = tag._replace(block=self._count)
        if kind == "Table":
            if table:
                table.holds_table = True
            table = _Table(self._count)
            self._tables.append(table)
        elif kind == "L":
            tag = tag._replace(depth=tag.depth + 1, item=0)
        elif kind == "LI":
            tag = tag._replace(item=self._count)
        elif match := _HEADING.fullmatch(kind):
            tag = tag._replace(level=int(match[1]))
        return _Context(tag, table)

    def _in_cell(self, element: int, context: _Context, table: _Table) -> _Context:
        rows, columns = _spans(element)
        cell = table.add_cell(rows, columns, is_header=self._type(element) == "TH")
        return context._replace(tag=context.tag._replace(cell=cell))


def _spans(element: int) -> tuple[int, int]:
    """Return how many rows and columns a cell covers."""
    spans, number = {b"RowSpan": 1, b"ColSpan": 1}, ctypes.c_float()
    for attribute in map(_attribute, repeat(element), range(min(_count_attributes(element), _MAX_ATTRIBUTES))):
        for name in spans if attribute else ():
            value = _value(attribute, name)
            if value and _number(value, ctypes.addressof(number)):
                spans[name] = min(max(1, int(number.value)), _WIDEST)
    return spans[b"RowSpan"], spans[b"ColSpan"]


def are_trusted(lines: Sequence[Line]) -> bool:
    """Return whether the tags of a page tell its blocks.

    They cover nearly all of its letters, no block begins again below another, and few end within a sentence.
    """
    body_lines = [line for line in lines if not (in_margin(line) and line.tag is None) and not line.added]
    tagged = [line for line in body_lines if line.tag]
    if not tagged or _letters(tagged) < _COVERED * _letters(body_lines):
        return False
    seen, returns, torn, borders = set[int](), 0, 0, 0
    for (previous, tag), (line, following) in pairwise((line, line.tag) for line in tagged if line.tag):
        if tag.block != following.block:
            seen.add(tag.block)
            returns += following.block in seen - {0}
            borders += 1
            torn += line.text[0].islower() and previous.text[-1].isalpha() and _is_prose(tag, following)
    return returns <= _RETURNS * len(tagged) and torn <= _TORN * borders


def _is_prose(*tags: Tag) -> bool:
    return not any(tag.cell or tag.item or tag.level for tag in tags)


def _letters(lines: Sequence[Line]) -> int:
    return sum(len(line.text) for line in lines)
