"""A sheet as its cells, and how its text is written."""

from collections.abc import Collection, Sequence
from itertools import chain
from typing import NamedTuple

from index.readers.data.grid import SPANNED, Line, format_grid
from index.readers.text_builder import BlockRole, TextBuilder

Area = tuple[int, int, int, int]  # first row and column, last row and column, from 0


class Sheet(NamedTuple):
    """The cells of a sheet as text, row by row; a row may end before the last column."""

    name: str
    rows: list[list[str]]
    merged: Sequence[Area] = ()
    hidden_rows: Collection[int] = ()
    hidden_columns: Collection[int] = ()
    drawn_texts: Sequence[str] = ()  # of boxes and charts


def add_sheet(blocks: TextBuilder, sheet: Sheet) -> None:
    """Add what a sheet shows under its name; nothing if it shows nothing."""
    _spread_merged(sheet)
    hidden = sheet.hidden_columns
    shown = [row for number, row in enumerate(sheet.rows) if number not in sheet.hidden_rows]
    if hidden:
        shown = [[cell for column, cell in enumerate(row) if column not in hidden] for row in shown]
    roles: dict[str, BlockRole] = {"row": "row", "caption": "caption", "text": "paragraph"}
    is_named = False
    for line in chain(format_grid(shown), (Line("text", text) for text in sheet.drawn_texts)):
        if not is_named:
            blocks.add(sheet.name, "heading")
            is_named = True
        blocks.add(line.text, roles[line.kind])


def _spread_merged(sheet: Sheet) -> None:
    """Repeat the value of merged cells in each row that holds others, and mark those to its right as spanned."""
    rows = sheet.rows
    for top, left, bottom, right in sheet.merged:
        value = rows[top][left] if top < len(rows) and left < len(rows[top]) else ""
        for number in range(top, min(bottom + 1, len(rows)) if value else top):
            row = rows[number]
            if number > top and not any(row):
                continue
            last = min(right, max(len(row) - 1, left)) if number > top else right
            row.extend([""] * (last + 1 - len(row)))
            row[left : last + 1] = [value, *[SPANNED] * (last - left)]
