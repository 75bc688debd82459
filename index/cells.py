"""The cells of tables in XML, where a cell may hold a table again."""

from collections.abc import Iterator
from typing import Any


def cells(row: Any, cell: str, *paragraphs: str) -> Iterator[list[Any]]:
    """The paragraphs of each cell of a row, by their tags; those of a table inside a cell are of that table's rows."""
    for one in row.iter(cell):
        if _around(one, row.tag) is row:
            yield [paragraph for paragraph in one.iter(*paragraphs) if _around(paragraph, cell) is one]


def _around(element: Any, tag: str) -> Any:
    return next(element.iterancestors(tag), None)
