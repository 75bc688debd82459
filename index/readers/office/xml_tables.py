"""Cells of tables in XML, where a cell may hold another table."""

from collections.abc import Iterator, Sequence
from typing import Any


def cells(row: Any, cell: str, paragraph: str, without: Sequence[str]) -> Iterator[list[Any]]:
    """Return the paragraphs of each cell of a row, by their tags. Those of a nested table belong to that table's rows.

    What is under one of the tags ``without`` is left out.
    """
    for one in row.iter(cell):
        if _around(one, row.tag) is row:
            yield [found for found in one.iter(paragraph) if _around(found, cell, *without) is one]


def _around(element: Any, *tags: str) -> Any:
    return next(element.iterancestors(*tags), None)
