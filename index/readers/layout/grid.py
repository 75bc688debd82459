"""Find tables and columns of text on a page by the gaps between the pieces of its lines."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise, product
from math import inf
from statistics import median
from typing import NamedTuple

from index.readers.layout.cells import without_loose_cells
from index.readers.layout.furniture import LARGER
from index.readers.layout.lines import GAP, Line, join_lines
from index.readers.tables import cell_kind

_SAME_LINE = 0.35  # largest distance between baselines on one line, in font sizes
_STEP = 4.0  # largest distance between consecutive rows of a table, in font sizes
_WRAP = 1.7  # largest distance between consecutive lines of a cell, in font sizes
_WRAPPED = 3  # most consecutive lines inside a table that fill its first column alone
_LONG_CELL = 20  # the same for any other column: a cell of many lines
_FURTHER = 1.4  # a larger distance separates two tables, relative to the distance between rows of the first
_CELL_LINES = 8  # most lines of a first cell beside which the other cells stand lower
_BLOCK_LINES = 3  # fewest lines of a cell that may be a block of its own, such as an address next to another
_LABEL_SIZE = 0.85  # largest font size of a label in a form, relative to that of the value below it
_LABEL_STEP = 2.0  # largest distance between a label and its value, in font sizes
_EVEN = 0.95  # smallest distance from a line that names a section to the row below it, relative to that of rows
_ROOM = 0.7  # of the way to the next column, that a cell of the first surely has
_GUTTER = 0.5  # smallest width of the gap between columns, in font sizes
_CROSSED = 0.2  # largest share of rows that may cross a gutter, as names over several columns do
_WIDE = 1.5  # smallest gap between the cells of a table of two rows, in font sizes
_PROSE_WORDS = 3  # in the median line of a column of text
_PROSE_FULL = 0.5  # least share of the lines of such a column that are nearly as wide as it
_PROSE_SMALL = 0.3  # least share of them that start with a small letter
_PROSE_LINES = 3
_NUMBERED = 3  # lines with a number before them at least
_FEW_ROWS = 2  # most rows of a grid that only places blocks of text side by side
_LEAST_BY_COLUMN = 3  # rows of a table whose columns are written one after the other
_EDGE = 1.5  # points by which justified lines may differ
_EVENLY = 1.3  # the widest space of a justified line, against its narrowest
_RETURNS = 0.1  # smallest share of rows after which the content order of a table returns to an earlier column
_ALTERNATES = 0.6  # smallest share of rows that are written across the gutter where columns of text are
_BULLET = re.compile(r"[•●▪■◦○‣⁃➢➤►❖✓✔☐☑☒]")
_MARKER = re.compile(r"[-–—*]|\(?(?:\d{1,2}|[a-z]|[ivx]{2,4})[.)]")  # in a table, a dash may stand for no value
_LETTER = re.compile(r"[^\W\d_]")
# «35000 Rennes», «F-35000 Rennes», «1000 Bruxelles»; «Leeds LS1 4AA»; «Austin, TX 78701».
_TOWN = re.compile(
    r"^(?:[A-Z]{1,2}[- ])?\d{4,5} [^\W\d_][^\d,;:€$£%]{2,}$"
    r"|\b[A-Z]{1,2}\d[\dA-Z]? \d[A-Z]{2}$|, [A-Z]{2},? \d{5}(?:-\d{4})?$"
)
_FIGURES = ("number", "year", "date", "time")
_LONGEST_CELL = 600  # characters of a cell of a table that the document marks
_CLAUSE = re.compile(r"\d{1,2}(?:\.\d{1,2})+\.?")

Cell = list[Line]


class Table(NamedTuple):
    """Rows of a table, each with a cell for each column; an empty cell has no line."""

    rows: list[list[Cell]]
    columns: list[tuple[float, float]]  # where each begins and ends
    header: int | None = None  # rows that name the columns, where the document says so
    is_tagged: bool = False  # the document says what its cells are
    is_ruled: bool = False  # rules part its cells

    @property
    def lines(self) -> list[Line]:
        return [line for row in self.rows for cell in row for line in cell]


class _Numbered(NamedTuple):
    """A piece with its place in the order of the content."""

    order: int
    line: Line


_Row = list[_Numbered]  # from left to right


def arrange(lines: Sequence[Line]) -> list[Line | Table]:
    """Return the tables of a page, and its other lines; columns that are written line by line are put one by one."""
    lines = without_loose_cells(lines)
    if any(line.tag and line.tag.cell for line in lines):
        return list(_with_tagged_tables(lines))
    numbered = [_Numbered(order, line) for order, line in enumerate(lines)]
    placed: dict[int, Line | Table | None] = {piece.order: piece.line for piece in numbered}
    all_rows = _rows([piece for piece in numbered if not piece.line.turned])
    for row, start, end in _spread(all_rows):
        _join(row, start, end, placed)
    for row in all_rows:
        for order in _markers(row):
            _join(row, order, order + 2, placed)
    for labels, values in _stack(all_rows):
        orders = [piece.order for piece in (*labels, *values)]
        placed.update(dict.fromkeys(orders, None))
        placed[min(orders)] = _label(labels, values)
        all_rows = [row for row in all_rows if row is not labels and row is not values]
    for rows in _regions(all_rows):
        pieces = sorted(piece for row in rows for piece in row)
        tables = [] if _holds_headings(pieces) else _understood(rows)
        if tables:
            placed.update(dict.fromkeys((piece.order for piece in pieces), None))
            for order, element in zip(sorted(piece.order for piece in pieces), tables, strict=False):
                placed[order] = element
    return [element for _, element in sorted(placed.items()) if element is not None]


def _holds_headings(pieces: Sequence[_Numbered]) -> bool:
    """Return whether the document marks several pieces as headings: they stand over blocks side by side, not cells."""
    headings = {piece.line.tag.block for piece in pieces if piece.line.tag and piece.line.tag.level}
    return len(headings) > 1


def _with_tagged_tables(lines: Sequence[Line]) -> Iterator[Line | Table]:
    """Yield the tables that the document marks, each where it begins, among what is found elsewhere."""
    tables: dict[int, list[Line]] = {}
    for line in lines:
        if line.tag and line.tag.cell:
            tables.setdefault(line.tag.cell.table, []).append(line)
    for table, run in groupby(lines, key=lambda line: line.tag.cell.table if line.tag and line.tag.cell else None):
        if table is None:
            yield from arrange(list(run))
        elif table in tables:
            yield from _build_tagged_table(tables.pop(table))


def _build_tagged_table(lines: Sequence[Line]) -> list[Line | Table]:
    """Return a table as its document marks it; where its cells are long, as it is found without that.

    A cell of several rows stands in each, and a name of several columns over each.
    """
    cells = [(line, line.tag.cell) for line in lines if line.tag and line.tag.cell]
    numbers = sorted({row for _, cell in cells for row in range(cell.row, cell.row + cell.rows)})
    names = {cell.row for _, cell in cells} - {cell.row for _, cell in cells if not cell.is_header}
    rows = {number: list[Cell]() for number in numbers}
    for row in rows.values():
        row.extend([] for _ in range(max(cell.column + cell.columns for _, cell in cells)))
    for line, cell in cells:
        columns = cell.columns if cell.row in names else 1
        for row_number, column in product(range(cell.row, cell.row + cell.rows), range(columns)):
            rows[row_number][cell.column + column].append(line)
    if any(sum(len(line.text) for line in cell) > _LONGEST_CELL for row in rows.values() for cell in row):
        return _arranged_anew(lines)
    ordered = [rows[number] for number in numbers]
    is_name = [number in names for number in numbers]
    header = is_name.index(False) if False in is_name else len(ordered)
    if any(cell.is_drawn for _, cell in cells):
        return _ruled_table(ordered)
    return [Table(ordered, _extents(ordered), header or None, is_tagged=True)]


def _ruled_table(rows: list[list[Cell]]) -> list[Line | Table]:
    """Return a table between rules without the cells above and below that are as wide as it, such as a title.

    A cell above that stands alone in its row, in the first column, is none of a table either.
    """
    width = len(rows[0])
    wide = [all(line.tag and line.tag.cell and line.tag.cell.columns == width for line in row[0]) for row in rows]
    alone = [bool(row[0]) and (is_wide or not any(row[1:])) for row, is_wide in zip(rows, wide, strict=True)]
    first = alone.index(False) if False in alone else len(rows)
    last = next(
        (number for number in range(len(rows), first, -1) if not (wide[number - 1] and rows[number - 1][0])), first
    )
    above, below = ([line for row in side for cell in row for line in cell] for side in (rows[:first], rows[last:]))
    table = [Table(rows[first:last], _extents(rows[first:last]), is_ruled=True)] if first < last else []
    return [*_arranged_anew(above), *table, *_arranged_anew(below)]


def _arranged_anew(lines: Sequence[Line]) -> list[Line | Table]:
    """Arrange lines as if they stood in no cells."""
    return arrange([line._replace(tag=line.tag and line.tag._replace(cell=None)) for line in lines])


def _extents(rows: Sequence[Sequence[Cell]]) -> list[tuple[float, float]]:
    """Return where the content of each column begins and ends; an empty column ends where it begins."""
    extents: list[tuple[float, float]] = []
    for column in zip(*rows, strict=True):
        lines = [line for cell in column for line in cell]
        edge = extents[-1][1] if extents else 0.0
        left = min((line.left for line in lines), default=edge)
        extents.append((left, max((line.right for line in lines), default=edge)))
    return extents


def _join(row: _Row, start: int, end: int, placed: dict[int, Line | Table | None]) -> None:
    """Join pieces of a row to one, also where they are placed."""
    pieces = row[start:end]
    joined_piece = _Numbered(min(pieces).order, join_lines([piece.line for piece in pieces]))
    placed.update(dict.fromkeys((piece.order for piece in pieces), None))
    placed[joined_piece.order] = joined_piece.line
    row[start:end] = [joined_piece]


def _markers(row: _Row) -> list[int]:
    """Return the pieces of a row that are the bullet or number of an item which follows; the last comes first."""
    texts = [piece.line.text for piece in row]
    alone = len(row) == 2
    return [
        n
        for n, (marker, text) in reversed(list(enumerate(pairwise(texts))))
        if (_BULLET.fullmatch(marker) and (n == 0 or marker == "•") and _LETTER.search(text))
        or (alone and _MARKER.fullmatch(marker))
        or (alone and _CLAUSE.fullmatch(marker) and text[0].isalpha() and len(text.split()) > _PROSE_WORDS)
    ]


def _rows(pieces: Sequence[_Numbered]) -> list[_Row]:
    """Return the pieces of each line of the page, from its top; those without a gap between them are one line still."""
    rows: list[_Row] = []
    for piece in sorted(pieces, key=lambda piece: -piece.line.bottom):
        if rows and rows[-1][0].line.bottom - piece.line.bottom <= _SAME_LINE * piece.line.size:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.line.left) for row in rows]


def _is_parted(row: _Row) -> bool:
    return any(right.line.left - left.line.right > GAP * right.line.size for left, right in pairwise(row))


def _spread(rows: Sequence[_Row]) -> Iterator[tuple[_Row, int, int]]:
    """Yield where rows hold a line of justified text: single words, spread evenly to the margins of a line beside.

    The last of a row comes first.
    """
    neighbouring = ([*above, *below] for above, below in zip([[], *rows], [*rows[1:], []], strict=False))
    for row, neighbours in zip(rows, neighbouring, strict=False):
        if _is_parted(row):
            spans = {span for other in neighbours if (span := _spread_between(row, other.line.left, other.line.right))}
            yield from ((row, start, end) for start, end in sorted(spans, reverse=True))


def _spread_between(row: _Row, left: float, right: float) -> tuple[int, int] | None:
    """Return which pieces of a row are words spread evenly between two margins; None if none are."""
    start = next((n for n, piece in enumerate(row) if abs(piece.line.left - left) < _EDGE), len(row))
    end = next((n for n, piece in enumerate(row, 1) if n > start and abs(piece.line.right - right) < _EDGE), start)
    gaps = [after.line.left - before.line.right for before, after in pairwise(row[start:end])]
    is_spread = bool(gaps) and max(gaps) > 0 and max(gaps) < _EVENLY * min(gaps)
    return (start, end) if is_spread and not any(" " in piece.line.text for piece in row[start:end]) else None


def _stack(rows: Sequence[_Row]) -> list[tuple[_Row, _Row]]:
    """Return the rows of small labels of a form, each with the row of larger values that stand below them."""
    stacked = [
        (labels, values)
        for labels, values, below in zip(rows, rows[1:], [*rows[2:], []], strict=False)
        if _stands_below(labels, values) and not (below and _begins_alike(values, below))
    ]
    return stacked if len(stacked) > 1 else []


def _stands_below(labels: _Row, values: _Row) -> bool:
    """Return whether each piece of a row stands right below a smaller one, of which there are several."""
    step = labels[0].line.bottom - values[0].line.bottom
    smaller = max(piece.line.size for piece in labels) < _LABEL_SIZE * min(piece.line.size for piece in values)
    if len(labels) < 2 or not smaller or step > _LABEL_STEP * values[0].line.size:
        return False
    have_letters = all(_LETTER.search(piece.line.text) and not piece.line.added for piece in labels)
    return have_letters and all(_label_of(piece.line, labels) is not None for piece in values)


def _label_of(value: Line, labels: _Row) -> int | None:
    return next((n for n, label in enumerate(labels) if abs(label.line.left - value.left) < 2 * _EDGE), None)


def _begins_alike(row: _Row, below: _Row) -> bool:
    """Return whether a row goes on in the one below it, as the rows of a table do."""
    is_near = row[0].line.bottom - below[0].line.bottom <= _LABEL_STEP * row[0].line.size
    same_size = abs(row[0].line.size - below[0].line.size) < 0.1 * row[0].line.size
    return is_near and same_size and all(_label_of(piece.line, row) is not None for piece in below)


def _label(labels: _Row, values: _Row) -> Table:
    cells: list[Cell] = [[] for _ in labels]
    for piece in values:
        cells[_label_of(piece.line, labels) or 0].append(piece.line)
    rows = [[[label.line] for label in labels], cells]
    return Table(rows, _extents(rows), header=1)


def _regions(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    """Yield rows that follow each other and have gaps, with the lines of a single column between and after them."""
    region: list[_Row] = []
    waiting: list[_Row] = []
    opening, written = _opening(rows), sorted(piece for row in rows for piece in row)
    for row, following, opens in zip(rows, [*rows[1:], []], opening, strict=False):
        above = (waiting or region)[-1][0].line if region else None
        step = (above.bottom - row[0].line.bottom) / row[0].line.size if above else 0.0
        if opens or _is_parted(row) or (region and step <= _STEP and _opens_name(row, region, written)):
            if region and (step > _STEP or _begins_another(region, row, following)):
                yield [*region, *_tail(waiting, region)]
                region, waiting = [], []
            region += [*waiting, row]
            waiting = []
        elif region:
            most = _WRAPPED if row[0].line.left < region[-1][0].line.right else _LONG_CELL
            if (step <= _WRAP and len(waiting) < most) or (not waiting and _is_section(region, row, following)):
                waiting.append(row)
            else:
                yield [*region, *_tail(waiting, region)]
                region, waiting = [], []
    if region:
        yield [*region, *_tail(waiting, region)]


def _begins_another(region: Sequence[_Row], row: _Row, following: _Row) -> bool:
    """Return whether a row begins another table than the rows above it."""
    return _widens(region, row) or _renames(region, row, following) or _departs(region, row, following)


def _opens_name(row: _Row, region: Sequence[_Row], written: Sequence[_Numbered]) -> bool:
    """Return whether a line opens the first cell of a row whose other cells stand lower, within that cell's height.

    The content says so: the lines of the cell come one after the other, and then a cell below one of the rows above.
    """
    if len(row) > 1:
        return False
    start = bisect_left(written, row[0])
    cell = [row[0].line]
    for piece in written[start + 1 : start + 1 + _CELL_LINES]:
        line, drop = piece.line, cell[-1].bottom - piece.line.bottom
        if abs(line.left - cell[0].left) < _EDGE and 0 < drop < _WRAP * line.size:
            cell.append(line)
            continue
        least = _SAME_LINE * line.size
        is_within = cell[-1].bottom + least < line.bottom < cell[0].bottom - least
        columns = [other for above in region if len(above) > 2 for other in above[1:]]
        if len(cell) < 2 or not is_within or line.left <= max(other.right for other in cell):
            return False
        beside = _level_with(line, written)
        is_even = len(beside) > 1 and all(
            any(_are_aligned(other, column.line) for column in columns) for other in beside
        )
        return is_even and sum(len(_level_with(other, written)) > 1 for other in cell) < 2
    return False


def _level_with(line: Line, pieces: Sequence[_Numbered]) -> list[Line]:
    """Return a piece, and those right of it on its line."""
    level = (piece.line for piece in pieces if abs(piece.line.bottom - line.bottom) < _SAME_LINE * line.size)
    return [other for other in level if other.left >= line.left]


def _are_aligned(line: Line, other: Line) -> bool:
    middles = abs(line.left + line.right - other.left - other.right) / 2
    return min(abs(line.left - other.left), abs(line.right - other.right), middles) < _EDGE


def _stands_under(row: _Row, above: _Row) -> bool:
    """Return whether each piece of a row stands below one of another row that has as many."""
    pairs = zip(row, above, strict=False)
    return len(row) == len(above) and all(_are_aligned(piece.line, other.line) for piece, other in pairs)


def _kinds(row: _Row) -> set[str]:
    return {cell_kind(piece.line.text) for piece in row[1:]}


def _renames(region: Sequence[_Row], row: _Row, following: _Row) -> bool:
    """Return whether a row names the columns of another table: years stand where figures stood, and stand below it."""
    parted = [above for above in region if _is_parted(above)]
    if len(parted) < 2 or not (_stands_under(row, parted[-1]) and following and _stands_under(following, row)):
        return False
    if _kinds(parted[-1]) != {"number"} or _kinds(following) != {"number"} or cell_kind(row[0].line.text) != "word":
        return False
    step = region[-1][0].line.bottom - row[0].line.bottom
    is_further = step > _EVENLY * (row[0].line.bottom - following[0].line.bottom)
    if _kinds(row) == {"year"}:
        return is_further or _kinds(parted[0]) == {"year"}
    return is_further and _kinds(row) == {"word"} and len(row) > 2


def _is_section(region: Sequence[_Row], row: _Row, following: _Row) -> bool:
    """Return whether a line names the rows below it in a table with names of columns: figures go on under these."""
    if len(row) > 1 or not following or not _stands_under(following, region[0]) or "number" not in _kinds(following):
        return False
    above, line = region[-1][0].line, row[0].line
    step, below = above.bottom - line.bottom, line.bottom - following[0].line.bottom
    is_name = _kinds(region[0]) <= {"word", "year"} and not line.ended and line.right < following[-1].line.right
    is_name = is_name and line.size < LARGER * region[-1][0].line.size
    is_even = _WRAP * line.size < below < _EVENLY * step < _EVENLY**2 * below and step < _STEP * line.size
    return len(following) > 2 and is_name and is_even and abs(line.left - following[0].line.left) < _GUTTER * line.size


def _widens(region: Sequence[_Row], row: _Row) -> bool:
    """Return whether a row begins another table: it has more pieces than any row above it, and a larger gap over it."""
    parted = [above for above in region if _is_parted(above)]
    if len(parted) < 2 or len(row) <= max(map(len, parted)):
        return False
    step = region[-1][0].line.bottom - row[0].line.bottom
    return step > _FURTHER * (parted[-2][0].line.bottom - parted[-1][0].line.bottom)


def _departs(region: Sequence[_Row], row: _Row, following: _Row) -> bool:
    """Return whether names stand apart from the rows above, in other columns, as do the figures below them."""
    parted = [above for above in region if _is_parted(above)]
    if len(parted) < 2 or len(row) < 2 or len(following) < 2:
        return False
    if any(cell_kind(piece.line.text) != "word" for piece in row) or "number" not in _kinds(following):
        return False
    usual = max(above[0].line.bottom - below[0].line.bottom for above, below in pairwise(parted))
    step = region[-1][0].line.bottom - row[0].line.bottom
    if step < _FURTHER * usual or step < _FURTHER * (row[0].line.bottom - following[0].line.bottom):
        return False
    above_pieces = [piece.line for above in parted for piece in above]
    strays = [piece for piece in row if not any(_are_aligned(piece.line, line) for line in above_pieces)]
    return any(any(_are_aligned(piece.line, below.line) for below in following) for piece in strays)


def _opening(rows: Sequence[_Row]) -> list[bool]:
    """Return which rows are a line that opens a cell of the row below, where the cells beside it begin lower."""
    opening = [False] * len(rows)
    parted_row: _Row = []  # the row that has gaps
    for number in range(len(rows) - 2, -1, -1):
        row, following = rows[number], rows[number + 1]
        if not opening[number + 1]:
            parted_row = following
        is_near = row[0].line.bottom - following[0].line.bottom <= _WRAP * row[0].line.size
        opening[number] = is_near and len(row) == 1 and _is_parted(parted_row) and _stands_in_cell(row[0], parted_row)
    return opening


def _stands_in_cell(piece: _Numbered, row: _Row) -> bool:
    """Return whether a line above a row is written after its first cell, and stands over another cell or a gap."""
    line = piece.line
    overlapping = sum(cell.line.left < line.right and cell.line.right > line.left for cell in row[1:])
    return piece.order > row[0].order and line.left > row[0].line.right and overlapping < 2


def _tail(waiting: Sequence[_Row], region: Sequence[_Row]) -> list[_Row]:
    """Return the lines after the last row that go on in a column other than the first, or in columns of text."""
    columns = _columns(region)
    in_columns = [row for row in waiting if len(columns) > 1 and _column_of(row[0].line, columns) is not None]
    return in_columns if len(in_columns) == len(waiting) else []


def _columns(rows: Sequence[_Row]) -> list[tuple[float, float]]:
    """Return where the columns of rows begin and end: white parts them in nearly all rows that have gaps."""
    parted = [row for row in rows if _is_parted(row)]
    if not parted:
        return []
    if columns := _columns_by_order(parted):
        return columns
    size = median(piece.line.size for row in parted for piece in row)
    allowed = int(_CROSSED * len(parted)) if len(parted) > 2 else 0
    edges = sorted(edge for row in parted for piece in row for edge in ((piece.line.left, 1), (piece.line.right, -1)))
    covered, begin = 0, None
    for edge, step in edges:
        before, covered = covered, covered + step
        if before <= allowed < covered:
            begin = edge
        elif covered <= allowed < before and begin is not None:
            if columns and begin - columns[-1][1] < _GUTTER * size:
                columns[-1] = (columns[-1][0], edge)
            else:
                columns.append((begin, edge))
    return columns


def _columns_by_order(parted: Sequence[_Row]) -> list[tuple[float, float]]:
    """Return the columns of rows of which most have as many pieces as the longest; none where these overlap.

    A name stands at the left of its column and figures at the right, so that they may have no place in common.
    """
    most = max(map(len, parted))
    full = [row for row in parted if len(row) == most]
    if most < 3 or 2 * len(full) < len(parted):
        return []
    columns = [
        (min(piece.line.left for piece in column), max(piece.line.right for piece in column))
        for column in zip(*full, strict=True)
    ]
    return columns if all(left[1] < right[0] for left, right in pairwise(columns)) else []


def _column_of(line: Line, columns: Sequence[tuple[float, float]]) -> int | None:
    """Return the column that holds most of a piece; None where it crosses a gutter."""
    columns_of_piece = [
        number for number, (begin, end) in enumerate(columns) if line.left < end - 0.1 and line.right > begin + 0.1
    ]
    return columns_of_piece[0] if len(columns_of_piece) == 1 else None


def _understood(rows: list[_Row]) -> list[Line | Table]:
    """Return the table that rows are, or the lines of columns of text that are written across; nothing else.

    In order: rows without columns in common are halved; numbers of lines are dropped; addresses side by side are text,
    as are columns of prose, if the file alternates between them; a column of prose in pieces that do not go by row is
    no table, nor are two rows close together. The rest is a table if it goes by row and is no blocks of lines, or is
    written column by column.
    """
    columns = _columns(rows)
    parted = sum(map(_is_parted, rows))
    if len(columns) < 2 or parted < 2:
        return _halves(rows) if parted > 3 else []
    pieces = sorted(piece for row in rows for piece in row)
    numbers = [_column_of(piece.line, columns) for piece in pieces]
    ups = sum(before is not None and after is not None and after > before for before, after in pairwise(numbers))
    texts = [
        [piece.line for piece, number in zip(pieces, numbers, strict=True) if number == n] for n in range(len(columns))
    ]
    if len(texts) == 2 and None not in numbers and _are_numbered_lines(*texts):
        return list(texts[1])
    if all(map(_holds_address, texts)):
        return _across(pieces, numbers, len(columns))
    if all(map(_is_prose, texts)):
        return _across(pieces, numbers, len(columns)) if ups >= _ALTERNATES * parted else []
    returns = sum(before is not None and after is not None and after < before for before, after in pairwise(numbers))
    goes_by_row = ups > 0 and returns >= max(1, _RETURNS * (parted - 1))
    if any(map(_is_prose, texts)) and not goes_by_row:
        return []  # text beside something else
    if parted == 2 and not _is_wide(rows):
        return []
    if goes_by_row:
        cells = _unwrap(_rows_by_content(pieces, columns))
        return [] if _are_blocks(cells) else _tables(cells, columns)
    return _tables(_rows_by_height(rows, columns), columns) if _is_by_column(pieces, parted, texts) else []


def _holds_address(lines: Sequence[Line]) -> bool:
    """Return whether lines are a postal address: several, of which one or two hold the code and the name of a town."""
    towns = sum(_TOWN.search(line.text) is not None for line in lines)
    return len(lines) > 2 and 0 < towns < len(lines) / 2


def _are_numbered_lines(numbers: Sequence[Line], lines: Sequence[Line]) -> bool:
    """Return whether running text has the numbers of its lines before it, as pleadings have: each, or every fifth."""
    if len(numbers) < _NUMBERED or not all(line.text.isdecimal() for line in numbers) or not _is_prose(lines):
        return False
    values = [int(line.text) for line in sorted(numbers, key=lambda line: -line.bottom)]
    steps = {after - before for before, after in pairwise(values)}
    return len(steps) == 1 and steps <= {1, 2, 5, 10}


def _is_by_column(pieces: Sequence[_Numbered], parted: int, columns: Sequence[Sequence[Line]]) -> bool:
    """Return whether pieces are a table that is written column by column: one after the other, with short cells."""
    if parted < _LEAST_BY_COLUMN or pieces[-1].order - pieces[0].order >= len(pieces):
        return False
    return all(median(len(line.text.split()) for line in lines) <= _PROSE_WORDS for lines in columns if lines)


def _halves(rows: list[_Row]) -> list[Line | Table]:
    """Divide rows that have no columns in common where the step between them is largest."""
    steps = [above[0].line.bottom - below[0].line.bottom for above, below in pairwise(rows)]
    largest = max(range(len(steps)), key=lambda n: steps[n])
    if steps[largest] < 1.3 * median(steps):
        return []
    return [*_understood(rows[: largest + 1]), *_understood(rows[largest + 1 :])]


def _is_wide(rows: Sequence[_Row]) -> bool:
    return all(
        right.line.left - left.line.right > _WIDE * right.line.size for row in rows for left, right in pairwise(row)
    )


def _is_prose(lines: Sequence[Line]) -> bool:
    """Return whether the lines of a column are running text, not cells."""
    if len(lines) < _PROSE_LINES or median(len(line.text.split()) for line in lines) < _PROSE_WORDS:
        return False
    widest = max(line.width for line in lines)
    full = sum(line.width > 0.75 * widest for line in lines)
    small = sum(line.text[0].islower() for line in lines[1:])
    return full >= _PROSE_FULL * len(lines) and small >= _PROSE_SMALL * (len(lines) - 1)


def _across(pieces: Sequence[_Numbered], numbers: Sequence[int | None], columns: int) -> list[Line | Table]:
    """Return the lines of columns of text column by column; what crosses all of them stays above or below."""
    first = min(order for order, (_, number) in enumerate(zip(pieces, numbers, strict=True)) if number is not None)
    last = max(order for order, (_, number) in enumerate(zip(pieces, numbers, strict=True)) if number is not None)
    crossing = [piece.line for piece, number in zip(pieces, numbers, strict=True) if number is None]
    if any(number is None for number in numbers[first:last]):
        return []
    in_columns = [
        piece.line for n in range(columns) for piece, number in zip(pieces, numbers, strict=True) if number == n
    ]
    return [*crossing[:first], *in_columns, *crossing[first:]]


def _rows_by_content(pieces: Sequence[_Numbered], columns: Sequence[tuple[float, float]]) -> list[list[Cell]]:
    """Return the cells of each row where the content goes from cell to cell, and from row to row."""
    rows: list[list[Cell]] = []
    column, previous = len(columns), None
    for order, piece in enumerate(pieces):
        number = _first_column(piece.line, columns)
        drop = previous.bottom - piece.line.bottom if previous is not None and number == column else inf
        wraps = 0 < drop < _WRAP * piece.line.size
        wraps = wraps and not (number == 0 and _begins_below_section(order, pieces, columns))
        same = previous is not None and abs(drop) < _SAME_LINE * previous.size
        if rows and number == 0 < column and _ends_name(rows[-1][0], order, pieces):
            rows[-1][0].append(piece.line)
            column, previous = len(columns), None
            continue
        if (
            not rows
            or number < column
            or (number == column and not (wraps or same))
            or _is_spanning(piece.line, columns)
        ):
            rows.append([[] for _ in columns])
        rows[-1][number].append(piece.line)
        column, previous = (len(columns) if _is_spanning(piece.line, columns) else number), piece.line
    return rows


def _begins_below_section(order: int, pieces: Sequence[_Numbered], columns: Sequence[tuple[float, float]]) -> bool:
    """Return whether a line in the first column begins a row below one that stands for a section, as «Recettes».

    Its row goes on beside it, and its first word had room beside the line above, which is as far above as others are.
    Where most rows have a line above them, it is part of each.
    """
    line, above = pieces[order].line, pieces[order - 1].line
    beside = pieces[order + 1].line if order + 1 < len(pieces) else None
    if beside is None or abs(beside.bottom - line.bottom) > _SAME_LINE * line.size or not line.text[0].isupper():
        return False
    (left, end), (next_left, _) = columns[:2]
    firsts = [piece.line for piece in pieces if piece.line.left < end]
    heights = [piece.line.bottom for piece in pieces if piece.line.left >= end]
    alone = sum(all(abs(first.bottom - height) > _SAME_LINE * first.size for height in heights) for first in firsts)
    steps = [before.bottom - after.bottom for before, after in pairwise(firsts) if before.bottom > after.bottom]
    is_even = bool(steps) and above.bottom - line.bottom > _EVEN * median(steps)
    room = max(end, left + _ROOM * (next_left - left))
    has_room = above.right + _GUTTER / 2 * line.size + line.first_word < room
    return is_even and has_room and alone < len(firsts) / 3 and not above.text.endswith((",", "-", "("))


def _ends_name(cell: Cell, order: int, pieces: Sequence[_Numbered]) -> bool:
    """Return whether a line goes on with the first cell of the row above it, and not with the line below it.

    It begins small between two lines that do not, and stands as near to the one above as to the one below.
    """
    line = pieces[order].line
    below = pieces[order + 1].line if order + 1 < len(pieces) else None
    if not (cell and below and line.text[0].islower() and abs(below.left - line.left) < _EDGE):
        return False
    step, next_step = cell[-1].bottom - line.bottom, line.bottom - below.bottom
    is_even = 0 < step < _WRAP * line.size and step < _EVENLY * next_step
    return is_even and not (cell[-1].ended or cell[0].text[0].islower() or below.text[0].islower())


def _rows_by_height(rows: Sequence[_Row], columns: Sequence[tuple[float, float]]) -> list[list[Cell]]:
    """Return the cells of each row where the content goes through one column after the other."""
    placed = []
    for row in rows:
        cells: list[Cell] = [[] for _ in columns]
        for piece in row:
            cells[_first_column(piece.line, columns)].append(piece.line)
        placed.append(cells)
    return placed


def _are_blocks(rows: Sequence[Sequence[Cell]]) -> bool:
    """Return whether blocks of lines stand side by side, such as two addresses, whose lines are no wrapped cells."""
    blocks = [[cell for cell in row if len(cell) >= _BLOCK_LINES] for row in rows]
    lines = [line for row in blocks for cell in row for line in cell[1:]]
    is_wrapped = 2 * sum(line.text[0].islower() for line in lines) > len(lines)
    return len(rows) <= _FEW_ROWS and max(map(len, blocks)) > 1 and not is_wrapped


def _first_column(line: Line, columns: Sequence[tuple[float, float]]) -> int:
    """Return the column that a piece begins in, or stands nearest to."""
    touched = [number for number, (begin, end) in enumerate(columns) if line.left < end and line.right > begin]
    if touched:
        return touched[0]
    return min(range(len(columns)), key=lambda number: abs(columns[number][0] - line.left))


def _is_spanning(line: Line, columns: Sequence[tuple[float, float]]) -> bool:
    return sum(line.left < end - 0.1 and line.right > begin + 0.1 for begin, end in columns) > 1


def _unwrap(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Join a line that only continues cells of the row above it with that row."""
    steps = [_top(above) - _top(below) for above, below in pairwise(rows) if above[0] and below[0]]
    usual = median(steps) if steps else 0.0
    unwrapped: list[list[Cell]] = []
    for row in rows:
        if unwrapped and (not row[0] or sum(map(bool, row)) == 1) and _continues(unwrapped[-1], row, usual):
            for cell, continuation in zip(unwrapped[-1], row, strict=True):
                cell += continuation
        else:
            unwrapped.append(row)
    return _fill_down(unwrapped)


def _continues(above: Sequence[Cell], row: Sequence[Cell], usual: float) -> bool:
    lines = [line for cell in row for line in cell]
    if any(cell and not above_cell for cell, above_cell in zip(row, above, strict=True)):
        return False
    is_covered = not above[0] or _stands_lower(above)
    if (
        is_covered
        and len(lines) > 1
        and any(_are_figures(above_cell, cell) for above_cell, cell in zip(above, row, strict=True))
    ):
        return False
    step = _bottom([above_cell for above_cell, cell in zip(above, row, strict=True) if cell]) - lines[0].bottom
    return step < _WRAP * lines[0].size and (all(line.text[0].islower() for line in lines) or step < 0.85 * usual)


def _are_figures(above: Cell, below: Cell) -> bool:
    """Return whether a cell and the one below it hold separate figures; one in brackets belongs to the one above it."""
    figures = all(cell_kind(line.text) in _FIGURES for line in (*above, *below))
    return bool(above and below) and figures and not below[0].text.startswith(("(", "["))


def _stands_lower(row: Sequence[Cell]) -> bool:
    """Return whether the first cell of a row is a line below those of the others, as where it covers several rows."""
    bottoms = [cell[0].bottom for cell in row[1:] if cell]
    return len(row[0]) == 1 and bool(bottoms) and max(bottoms) - row[0][0].bottom > _SAME_LINE * row[0][0].size


def _fill_down(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Write the first cell into each row that it covers: it stands in the middle of their height."""
    for number, row in enumerate(rows):
        if not _stands_lower(row):
            continue
        label, covered = row[0][0], [max(cell[0].bottom for cell in row[1:] if cell)]
        for below in rows[number + 1 :]:
            if below[0] or sum(covered) / len(covered) - label.bottom <= _SAME_LINE * label.size:
                break
            covered.append(_top(below))
        if abs(sum(covered) / len(covered) - label.bottom) <= _SAME_LINE * label.size:
            for below in rows[number + 1 : number + len(covered)]:
                below[0].append(label)
    return rows


def _top(row: Sequence[Cell]) -> float:
    return max(line.bottom for cell in row for line in cell)


def _bottom(row: Sequence[Cell]) -> float:
    return min(line.bottom for cell in row for line in cell)


def _tables(rows: list[list[Cell]], columns: list[tuple[float, float]]) -> list[Line | Table]:
    """Return the table without the lines above and below that span its columns, such as a title."""
    spans = [
        sum(map(bool, row)) == 1 and any(_is_spanning(line, columns) for cell in row for line in cell) for row in rows
    ]
    if all(spans):
        return []
    first, last = spans.index(False), len(rows) - spans[::-1].index(False)
    before, after = ([line for row in side for cell in row for line in cell] for side in (rows[:first], rows[last:]))
    return [*before, Table(rows[first:last], columns), *after]
