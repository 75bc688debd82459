"""Tables in XML, where a cell may hold another table."""

from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

from index.readers.content.cell_tables import TableBlock, numbered_blocks
from index.readers.content.cells import Cell

_LONGEST_CELL = 600  # characters of a cell with several paragraphs; with more, the table lays out a text


class TableFormat(NamedTuple):
    """How a format writes tables. What is under one of the tags ``without`` is left out."""

    table: str
    row: str
    cell: str
    paragraph: str
    without: Sequence[str]
    boxes: Sequence[str]  # tags of boxes that are anchored in a cell, and stand beside the table
    covers: Callable[[Any], Cell]  # what a cell covers, without its text
    skips: Callable[[Any], int]  # how many columns a row leaves out before its first cell
    is_header: Callable[[Any], bool]  # a row
    is_unseen: Callable[[Any], bool]  # a row


def is_layout(table: Any, form: TableFormat) -> bool:
    """Return whether a table only places text: it has one column, or paragraphs that are long."""
    rows = [[_paragraphs(cell, form) for cell in _cells(row, form)] for row in _rows(table, form)]
    return all(len(row) < 2 for row in rows) or any(
        len(cell) > 1 and sum(len("".join(paragraph.itertext())) for paragraph in cell) > _LONGEST_CELL
        for row in rows
        for cell in row
    )


class NestedTable(NamedTuple):
    """A table in a cell of another."""

    element: Any


def flow(root: Any, form: TableFormat, *paragraphs: str) -> Iterator[Any]:
    """Yield the paragraphs, by their tags, and the tables of data under an element, less what is in their cells."""
    tables: set[Any] = set()

    def is_in_cell(element: Any) -> bool:
        outer = takewhile(
            lambda ancestor: ancestor.tag not in form.boxes, element.iterancestors(form.table, *form.boxes)
        )
        return any(ancestor in tables for ancestor in outer)

    for element in root.iter(form.table, *paragraphs):
        if any(map(is_in_cell, (element, *element.iterancestors(form.table)))):
            continue
        if element.tag == form.table:
            if is_layout(element, form):
                continue
            tables.add(element)
        yield element


def table_blocks(table: Any, form: TableFormat, text_of: Callable[[Any], str]) -> Iterator[TableBlock | NestedTable]:
    """Yield the captions and rows of a table, each before the tables in its cells; ``text_of`` reads a paragraph."""
    rows = _rows(table, form)
    marks = list(takewhile(bool, map(form.is_header, rows)))
    marks = marks if 2 * len(marks) <= len(rows) else []  # some mark all rows, so that none is parted from the others
    passed = 0  # rows whose nested tables were given
    for number, block in numbered_blocks([list(_fill_cells(row, form, text_of)) for row in rows], marks):
        yield from _find_nested(rows[passed:number], form)
        passed = max(passed, number)
        yield block
    yield from _find_nested(rows[passed:], form)


def _find_nested(rows: Sequence[Any], form: TableFormat) -> Iterator[NestedTable]:
    for row in rows:
        for cell in _cells(row, form):
            yield from map(NestedTable, _inner_tables(cell, form))


def _inner_tables(cell: Any, form: TableFormat) -> Iterator[Any]:
    return (table for table in cell.iter(form.table) if _ancestor(table, form.cell, *form.without) is cell)


def _fill_cells(row: Any, form: TableFormat, text_of: Callable[[Any], str]) -> Iterator[Cell]:
    if skipped := form.skips(row):
        yield Cell("", skipped, is_skipped=True)
    for cell in _cells(row, form):
        text = "\n".join(map(text_of, _paragraphs(cell, form)))
        yield form.covers(cell)._replace(text=text, holds_table=any(True for _ in _inner_tables(cell, form)))


def _rows(table: Any, form: TableFormat) -> list[Any]:
    return [row for row in table.iter(form.row) if _ancestor(row, form.table) is table and not form.is_unseen(row)]


def _cells(row: Any, form: TableFormat) -> Iterator[Any]:
    return (cell for cell in row.iter(form.cell) if _ancestor(cell, form.row) is row)


def _paragraphs(cell: Any, form: TableFormat) -> list[Any]:
    """Return the paragraphs of a cell; those of a nested table belong to that table's rows."""
    return [
        paragraph for paragraph in cell.iter(form.paragraph) if _ancestor(paragraph, form.cell, *form.without) is cell
    ]


def _ancestor(element: Any, *tags: str) -> Any:
    return next(element.iterancestors(*tags), None)
