"""Tables in XML, where a cell may hold another table."""

from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

from index.readers.content.cell_tables import TableBlock, cell_table
from index.readers.content.cells import Cell

_LONGEST_CELL = 600  # characters of a cell with several paragraphs; with more, the table lays out a text


class TableFormat(NamedTuple):
    """How a format writes tables. What is under one of the tags ``without`` is left out."""

    table: str
    row: str
    cell: str
    paragraph: str
    without: Sequence[str]
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


def table_blocks(table: Any, form: TableFormat, text_of: Callable[[Any], str]) -> Iterator[TableBlock]:
    """Return the captions and rows of a table, without those of tables inside it; ``text_of`` reads a paragraph."""
    rows = _rows(table, form)
    marks = list(takewhile(bool, map(form.is_header, rows)))
    marks = marks if 2 * len(marks) <= len(rows) else []  # some mark all rows, so that none is parted from the others
    return cell_table([list(_filled_cells(row, form, text_of)) for row in rows], marks)


def _filled_cells(row: Any, form: TableFormat, text_of: Callable[[Any], str]) -> Iterator[Cell]:
    if skipped := form.skips(row):
        yield Cell("", skipped, is_skipped=True)
    for cell in _cells(row, form):
        yield form.covers(cell)._replace(text="\n".join(map(text_of, _paragraphs(cell, form))))


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
