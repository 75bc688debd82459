"""Cells of a table that cover several columns or rows, written into each place that they cover."""

from collections.abc import Sequence
from typing import NamedTuple

COVERED = 100  # columns or rows that a cell may cover
_WIDEST = 2_000  # columns of a table


class Cell(NamedTuple):
    """A cell of a table, and what it covers."""

    text: str  # with its line ends
    columns: int = 1
    rows: int = 1
    continues: bool = False  # it belongs to the cell above
    is_head: bool = False  # the file says that it names others
    is_bold: bool = False  # all of it
    is_filled: bool = False  # with a colour
    is_styled: bool = False  # the style of its table sets it apart
    holds_table: bool = False  # another one
    is_skipped: bool = False  # no cell, but columns that a row leaves out before its first


def filled_rows(rows: Sequence[Sequence[Cell]], header: int = 0) -> list[list[str]]:
    """Return the text of each place of a table.

    A cell of several rows stands in each, and so does a name of several columns in the first ``header`` rows.
    """
    filled: list[list[str]] = []
    spanning: dict[int, tuple[int, str]] = {}  # the rows that a cell still covers, and its text, by column
    for number, row in enumerate(rows):
        texts: list[str] = []
        for cell in row:
            _add_covered(texts, spanning)
            columns, covered = (min(max(1, count), COVERED) for count in (cell.columns, cell.rows))
            text = _above(filled, len(texts)) if cell.continues else cell.text
            spanning.update(
                {len(texts) + n: (covered - 1, text if n == 0 else "") for n in range(columns) if covered > 1}
            )
            texts += [text, *[text if number < header else ""] * (columns - 1)]
        _add_covered(texts, spanning)
        filled.append(texts[:_WIDEST])
    return filled


def _above(filled: Sequence[Sequence[str]], column: int) -> str:
    return filled[-1][column] if filled and column < len(filled[-1]) else ""


def _add_covered(texts: list[str], spanning: dict[int, tuple[int, str]]) -> None:
    """Add the cells of rows above that cover the next columns of this row."""
    while len(texts) in spanning:
        rows, text = spanning.pop(len(texts))
        if rows > 1:
            spanning[len(texts)] = rows - 1, text
        texts.append(text)
