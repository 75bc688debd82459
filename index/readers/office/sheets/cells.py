"""A sheet as its cells, and how its text is written."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

from index.readers.data.grid import SPANNED, Line, Mark, MarkedRow, Row, format_grid
from index.readers.text_builder import BlockRole, TextBuilder

CellsByRow = Mapping[int, AbstractSet[int]]  # columns, by row
_SEEN_BELOW = 10  # rows, among which are the next two that hold something
Area = tuple[int, int, int, int]  # first row and column, last row and column, from 0


class Sheet(NamedTuple):
    """The cells of a sheet as text, row by row; a row may end before the last column."""

    name: str
    rows: list[list[str]]
    merged: Sequence[Area] = ()
    hidden_rows: Collection[int] = ()
    hidden_columns: Collection[int] = ()
    drawn_texts: Sequence[str] = ()  # of boxes and charts
    marks: Mapping[int, Mark] = MappingProxyType({})  # by row


def add_sheet(blocks: TextBuilder, sheet: Sheet) -> None:
    """Add what a sheet shows under its name; nothing if it shows nothing."""
    _spread_merged(sheet)
    hidden = sheet.hidden_columns
    shown: list[Row] = list(sheet.rows)
    if hidden:
        shown = [[cell for column, cell in enumerate(row) if column not in hidden] for row in shown]
    for number, mark in sheet.marks.items():
        if number < len(shown):
            shown[number] = MarkedRow(shown[number], mark)
    if sheet.hidden_rows:
        shown = [row for number, row in enumerate(shown) if number not in sheet.hidden_rows]
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


def rows_set_apart(rows: Sequence[Sequence[str]], bold: CellsByRow, filled: CellsByRow) -> Iterator[int]:
    """Yield the rows whose cells are all in bold, or all filled while those of the next two are not.

    None is where most rows are so.
    """
    in_bold = [number for number in bold if _are_all(rows, number, bold)]
    if in_bold and 2 * len(in_bold) < sum(map(any, rows)):
        yield from in_bold
    for number in filled:
        following = [row for row in range(number + 1, min(len(rows), number + _SEEN_BELOW)) if any(rows[row])]
        is_apart = not any(_are_all(rows, row, filled) for row in following[:2])
        if following and is_apart and _are_all(rows, number, filled):
            yield number


def _are_all(rows: Sequence[Sequence[str]], number: int, cells: CellsByRow) -> bool:
    """Return whether a row holds something, and all that it holds is in some cells."""
    columns = cells.get(number, frozenset())
    used = [column for column, cell in enumerate(rows[number]) if cell] if number < len(rows) else []
    return bool(used) and columns >= set(used)
