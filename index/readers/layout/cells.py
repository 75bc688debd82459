"""Which grids of rules are tables: the text that stands in them tells."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from index.readers.layout.letters import Cell
from index.readers.layout.lines import GAP, Line
from index.readers.tables import cell_kind

_FEWEST = 2  # rows with two cells or more, and columns, of a table
_LONGEST = 600  # characters of a cell
_STEP = 1.7  # largest distance between consecutive lines of a cell, in font sizes
_FURTHER = 1.3  # likewise, against the smallest of a table
_LEVEL = 0.35  # largest distance between baselines on one line, in font sizes
_FIGURES = ("number", "year", "date", "time")


def without_loose_cells(lines: Sequence[Line]) -> list[Line]:
    """Return lines without the cells of grids that are no tables, or whose rows no rules part."""
    grids: dict[int, dict[Cell, list[Line]]] = {}
    for line in lines:
        if line.tag and line.tag.cell and line.tag.cell.is_drawn:
            grids.setdefault(line.tag.cell.table, {}).setdefault(line.tag.cell, []).append(line)
    loose = {number for number, cells in grids.items() if not _is_table(cells)}
    if not loose:
        return list(lines)
    return [
        line._replace(tag=None) if line.tag and line.tag.cell and line.tag.cell.table in loose else line
        for line in lines
    ]


def _is_table(cells: Mapping[Cell, list[Line]]) -> bool:
    rows: dict[int, list[list[Line]]] = {}
    for cell, lines in cells.items():
        rows.setdefault(cell.row, []).append(lines)
    several = [row for row in rows.values() if len(row) > 1]
    if len(several) < _FEWEST or len({cell.column for cell in cells}) < _FEWEST:
        return False
    if any(sum(len(line.text) for line in lines) > _LONGEST for lines in cells.values()):
        return False
    if any(_holds_several(cell, lines) for cell, lines in cells.items()):
        return False
    levels = {number: [_levels(cell) for cell in row] for number, row in rows.items()}
    least = min([step for row in levels.values() for cell in row for step in _steps(cell)], default=0.0)
    return not any(_holds_rows(row, least, is_first=number == min(rows)) for number, row in levels.items())


def _holds_several(cell: Cell, lines: Sequence[Line]) -> bool:
    """Return whether a cell holds several: gaps part what stands in it, or it has a line for each of its rows."""
    if cell.rows > _FEWEST and len(_levels(lines)) >= cell.rows:
        return True
    levels: dict[int, list[Line]] = {}
    for line in lines:
        levels.setdefault(round(line.bottom / (_LEVEL * line.size)), []).append(line)
    pairs = (pair for level in levels.values() for pair in pairwise(sorted(level, key=lambda line: line.left)))
    return sum(line.left - previous.right > GAP * line.size for previous, line in pairs) >= _FEWEST


def _holds_rows(row: Sequence[Sequence[Line]], least: float, *, is_first: bool) -> bool:
    """Return whether the cells of a row hold rows themselves, which no rules part: their lines stand beside others.

    Args:
        row: the lines of each cell.
        least: the smallest distance between lines of a cell.
    """
    tall = [lines for lines in row if len(lines) > 1]
    if len(tall) < _FEWEST:
        return False
    if any(all(cell_kind(line.text) in _FIGURES for line in lines) for lines in tall):
        return True
    if sum(max(_steps(lines)) > max(_STEP * lines[0].size, _FURTHER * least) for lines in tall) > 1:
        return True
    following = [line for lines in tall for line in lines[1:]]
    is_wrapped = 2 * sum(line.text[0].islower() for line in following) >= len(following)
    return not (is_first or is_wrapped) and len({len(lines) for lines in row}) == 1


def _steps(lines: Sequence[Line]) -> list[float]:
    return [above.bottom - line.bottom for above, line in pairwise(lines)]


def _levels(cell: Sequence[Line]) -> list[Line]:
    """Return the first line at each height in a cell, from its top."""
    levels: list[Line] = []
    for line in sorted(cell, key=lambda line: -line.bottom):
        if not levels or levels[-1].bottom - line.bottom > _LEVEL * line.size:
            levels.append(line)
    return levels
