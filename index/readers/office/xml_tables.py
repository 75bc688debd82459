"""Tables in XML, where a cell may hold another table."""

from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

from index.readers.tables import written_table


class TableFormat(NamedTuple):
    """How a format writes tables. What is under one of the tags ``without`` is left out."""

    table: str
    row: str
    cell: str
    paragraph: str
    without: Sequence[str]
    text_of: Callable[[Any], str]  # a paragraph
    is_header: Callable[[Any], bool]  # a row


def table_rows(table: Any, form: TableFormat) -> list[str]:
    """Return the rows of a table as text, without those of tables inside it."""
    rows = [row for row in table.iter(form.row) if _around(row, form.table) is table]
    marked = len(list(takewhile(form.is_header, rows)))
    return written_table([list(_cells(row, form)) for row in rows], marked or None)


def _cells(row: Any, form: TableFormat) -> Iterator[str]:
    """Yield the text of each cell of a row. The paragraphs of a nested table belong to that table's rows."""
    for cell in row.iter(form.cell):
        if _around(cell, form.row) is row:
            own = (part for part in cell.iter(form.paragraph) if _around(part, form.cell, *form.without) is cell)
            yield " ".join(map(form.text_of, own))


def _around(element: Any, *tags: str) -> Any:
    return next(element.iterancestors(*tags), None)
