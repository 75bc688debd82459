"""Find the tables in a grid of cells, as sheets and CSV files hold them, and write their rows.

A grid may hold titles and notes above a table, several tables, empty rows inside one, and names over several rows.
"""

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from itertools import groupby, pairwise, takewhile, zip_longest
from typing import Literal, NamedTuple

from index.readers.column_names import names_kind, stands_for_value
from index.readers.tables import (
    CellKind,
    cell_kind,
    denies_names,
    format_pairs,
    format_row,
    has_names,
    is_header,
    labelled_lines,
    merged_names,
    stands_over_numbers,
)

SPANNED = "\x1e"  # the value of a cell that is merged with the one to its left
_MOST_NAMES = 3  # rows that name the columns
_PAIR = 2  # columns: a label and its value
_WIDEST = 500  # columns, among which tables that stand side by side are looked for
_LOOKED_AT = 50  # rows that show the width of a table

Row = Sequence[str]
Mark = Literal["stated", "shown"]  # of a row: the file says that it names columns, or sets it apart as names are


class MarkedRow(list[str]):
    """A row of which the file says more than what its cells hold."""

    def __init__(self, cells: Row, mark: Mark) -> None:
        super().__init__(cells)
        self.mark = mark


def _mark(row: Row) -> Mark | None:
    return row.mark if isinstance(row, MarkedRow) else None


def _with_mark(cells: list[str], row: Row) -> Row:
    return MarkedRow(cells, row.mark) if isinstance(row, MarkedRow) else cells


class Line(NamedTuple):
    """A line of the text of a grid: a row of a table, what stands over rows, or a line outside tables."""

    kind: Literal["row", "caption", "text"]
    text: str


class _Table(NamedTuple):
    """Rows that share columns; ``first`` is their first column in the grid, ``kinds`` what each column holds."""

    first: int
    names: list[str]
    kinds: Sequence[frozenset[CellKind]] = ()


def format_grid(rows: Sequence[Row], *, bare: bool = False) -> Iterator[Line]:
    """Yield the lines of a grid in order. A table begins with a caption, which is empty if it has no title.

    Args:
        bare: nothing but a table is expected, so that words over words in two columns are names.
    """
    lines = _lines(rows, bare=bare)
    waiting = next(lines, None)
    for line in lines:
        if waiting and waiting.kind == "text" and line == ("caption", ""):  # a title, and an empty row below it
            waiting = line._replace(text=waiting.text)
            continue
        if waiting:
            yield waiting
        waiting = line
    if waiting:
        yield waiting


def _lines(rows: Sequence[Row], *, bare: bool) -> Iterator[Line]:
    table: _Table | None = None
    bands = list(_bands(rows))
    widths = [_width(band) for band in bands]
    is_narrow = all(width < 2 for width in widths)
    for number, band in enumerate(bands):
        if (
            not (table and table.names)
            and widths[number] == _PAIR < max(widths[number:])
            and _are_pairs(band, bare=bare)
            and not any(map(_mark, band))
        ):
            yield from _pairs(band)
            continue
        for first, table_rows in _side_by_side(band):
            if table and _goes_on(table_rows, first, table):
                yield from _body(table_rows, table.names, table.names, table.kinds)
            else:  # one cell a row beside a table is what describes it
                table = yield from _table_lines(table_rows, first, bare=bare and (is_narrow or _width(table_rows) > 1))


def _bands(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield the runs of rows that hold something."""
    for is_filled, group in groupby(rows, key=lambda row: any(map(str.strip, row))):
        if is_filled:
            band: list[Row] = []
            for row in group:
                cells = [cell if cell == SPANNED else _fold(cell) for cell in row]
                band.append(MarkedRow(cells, row.mark) if isinstance(row, MarkedRow) else cells)
            yield from _separate(band)


def _separate(band: list[Row]) -> Iterator[list[Row]]:
    """Yield the rows of a band, parted where a second table begins that the file states."""
    stated = [number for number, row in enumerate(band) if _mark(row) == "stated"]
    edges = [0, *stated[1:], len(band)]
    for start, end in pairwise(edges):
        yield band[start:end]


def _fold(cell: str) -> str:
    """Fold white space but the ends of lines."""
    if "\n" not in cell:
        return " ".join(cell.split())
    return "\n".join(filter(None, (" ".join(line.split()) for line in cell.split("\n"))))


def _side_by_side(band: list[Row]) -> Iterator[tuple[int, list[Row]]]:
    """Yield the tables that empty columns part, each with its first column; other empty columns are dropped."""
    columns = [any(cell) for cell in zip_longest(*band, fillvalue="")]
    if len(columns) > _WIDEST:
        yield 0, band
        return
    used = [number for number, is_used in enumerate(columns) if is_used]
    groups: list[list[int]] = []
    for number in used:
        if groups and (number - 1 == groups[-1][-1] or not _stands_alone(_cut(band, range(number, len(columns))))):
            groups[-1].append(number)
        else:
            groups.append([number])
    if groups == [list(range(len(columns)))]:
        yield 0, band
        return
    for group in groups:
        yield group[0], [row for row in _cut(band, group) if any(row)]


def _cut(band: Sequence[Row], columns: Sequence[int]) -> list[Row]:
    return [_with_mark([row[column] if column < len(row) else "" for column in columns], row) for row in band]


def _stands_alone(rows: list[Row]) -> bool:
    """Return whether columns to the right of an empty one are a table of their own: names over words, then figures."""
    rows = [row for row in rows if any(row)]
    while len(rows) > 2 and _fill(rows[0]) == 1:
        rows = rows[1:]
    words = [cell_kind(row[0]) == "word" for row in rows if row[0]]
    return len(words) == len(rows) > 1 and all(words) and _width(rows) > 1 and stands_over_numbers(rows)


def _are_pairs(band: Sequence[Row], *, bare: bool) -> bool:
    """Return whether each row above a wider table is a label with its value."""
    rows = [row[:_PAIR] for row in _cut(band, range(_PAIR)) if all(row)]
    labels = [row[0] for row in rows]
    if len(set(labels)) < len(labels) or any(cell_kind(label) != "word" for label in labels):
        return False
    if not rows or all(map(names_kind, rows[0])):
        return False
    if 2 * sum(map(names_kind, labels[1:])) >= len(labels) > 1:
        return True
    return not has_names(rows) or (bare and len(rows) <= _PAIR and not names_kind(labels[0]))


def _pairs(band: Sequence[Row]) -> Iterator[Line]:
    yield Line("caption", "")
    for row in band:
        cells = _without_spans(row)
        yield Line("row" if _fill(row) > 1 else "text", format_pairs(cells) if _fill(row) > 1 else format_row(cells))


def _goes_on(rows: list[Row], first: int, table: _Table) -> bool:
    """Return whether rows after an empty one belong to the table before it: they have neither a title nor names."""
    width = _width(rows)
    if _mark(rows[0]) == "stated":
        return False
    if first != table.first or not table.names or not 1 < width <= len(table.names) or _fill(rows[0]) < 2:
        return False
    if len(rows) == 1:
        return True
    return not (stands_over_numbers(rows) and has_names(rows)) and not _begins_anew(rows, table.kinds)


def _begins_anew(rows: Sequence[Row], kinds: Sequence[frozenset[CellKind]]) -> bool:
    """Return whether the first row is words and years, and some stand where the columns above hold figures alone."""
    if any(map(stands_for_value, rows[0][1:])):
        return False
    columns = zip(rows[0][1:], kinds[1:], _column_kinds(rows[1:])[1:], strict=False)
    cells = [(cell_kind(cell), above, below) for cell, above, below in columns if cell and cell != SPANNED]
    if any(kind not in ("word", "year") for kind, *_ in cells):
        return False
    return any(
        above and not {kind, "word", "mixed"} & above and (kind == "word" or kind not in below)
        for kind, above, below in cells
    )


def _column_kinds(rows: Sequence[Row]) -> list[frozenset[CellKind]]:
    """Return which kinds of values each column holds in the rows that begin in the first."""
    full_rows = [row for row in rows[:_LOOKED_AT] if row and row[0]]
    columns = zip_longest(*full_rows, fillvalue="")
    return [frozenset(cell_kind(cell) for cell in column if cell and cell != SPANNED) for column in columns]


def _table_lines(table_rows: list[Row], first: int, *, bare: bool) -> Generator[Line, None, _Table]:
    start = _start(table_rows)
    before, rows = table_rows[:start], table_rows[start:]
    height = _marked_height(rows)
    lines = labelled_lines(_pad(rows)) if not height and len(rows) <= _LOOKED_AT else []
    height = height or (0 if lines else _names_height(rows, bare=bare))
    names = _names(rows[:height])
    width = _width(rows)
    if width < 2 and not bare and not height:
        yield from (Line("text", format_row(_without_spans(row))) for row in table_rows)
        return _Table(first, [])
    titles = list(dict.fromkeys(format_row(_without_spans(row)) for row in before))
    yield from (Line("text", title) for title in titles[:-1])
    yield Line("caption", titles[-1] if titles else "")
    kinds = _column_kinds(rows[height:])
    if lines:
        yield from (Line("row", line) for line in lines)
    else:
        yield from _body(rows[height:], names, names or [""] * width, kinds)
    return _Table(first, names, kinds)


def _body(
    rows: list[Row], names: Sequence[str], columns: Sequence[str], kinds: Sequence[frozenset[CellKind]]
) -> Iterator[Line]:
    """Yield the rows of a table; one that fills the first column alone stands over those that follow, or is a note."""
    for number, row in enumerate(rows):
        is_last = number == len(rows) - 1
        is_wide = len(columns) > 2 or (len(columns) == 2 and (is_last or SPANNED in row or _mark(row) is not None))
        alone = row[0] and is_wide and _fill(row) == 1
        following = rows[number + 1] if number + 1 < len(rows) else []
        if alone:
            yield Line("caption" if _fill(following) > 1 else "text", row[0])
        elif _is_total(row, kinds):
            yield Line("row", format_pairs(list(filter(None, _without_spans(row)))))
        elif text := format_row(_without_spans(row), names):
            yield Line("row", text)


def _is_total(row: Row, kinds: Sequence[frozenset[CellKind]]) -> bool:
    """Return whether a row is a word in a column of figures and a figure beside it: «Total», «12»."""
    filled = [(column, cell) for column, cell in enumerate(row) if cell and cell != SPANNED]
    if len(filled) != _PAIR or not 0 < filled[0][0] < len(kinds):
        return False
    (column, label), (_, value) = filled
    return cell_kind(label) == "word" != cell_kind(value) and bool(kinds[column]) and "word" not in kinds[column]


def _start(rows: list[Row]) -> int:
    """Return where the table begins: the first row that fills most of its columns, after rows that describe it."""
    width = _width(rows)
    if width < 2:
        return 0
    stated = next((number for number, row in enumerate(rows) if _mark(row) == "stated"), None)
    if stated is not None:
        above = takewhile(lambda number: _spans(rows[number], rows[number + 1]), range(stated - 1, -1, -1))
        return stated - len(list(above))
    return next((n for n, row in enumerate(rows) if 2 * _reach(row) > width and _fill(row) > 1), 0)


def _width(rows: Sequence[Row]) -> int:
    """Return how many columns most rows have, up to the last that they fill; the more of two."""
    reaches = Counter(_reach(row) for row in rows[:_LOOKED_AT] if _fill(row) > 1)
    return max(reaches, key=lambda reach: (reaches[reach], reach), default=1)


def _reach(row: Row) -> int:
    return next((number for number in range(len(row), 0, -1) if row[number - 1]), 0)


def _fill(row: Row) -> int:
    """Return how many cells of a row hold something, merged ones counted once."""
    return sum(map(bool, row)) - row.count(SPANNED)


def _marked_height(rows: list[Row]) -> int:
    """Return how many rows name the columns as the file says or shows; 0 where it does neither, or they deny it."""
    stated = next((number for number, row in enumerate(rows[:_MOST_NAMES], 1) if _mark(row) == "stated"), 0)
    if stated:
        return stated
    height = len(list(takewhile(_mark, rows)))
    if not 0 < height < min(len(rows), _MOST_NAMES + 1) or _fill(rows[0]) < 2:
        return 0
    if not all(_spans(above, below) for above, below in pairwise(rows[:height])):
        return 0
    return 0 if denies_names(_pad(rows[height - 1 : height + _LOOKED_AT])) else height


def _names_height(rows: list[Row], *, bare: bool) -> int:
    """Return how many rows name the columns: names that span columns may stand over others."""
    padded = _pad(rows[: _LOOKED_AT + _MOST_NAMES])
    are_names = has_names if bare else is_header
    height = 1
    while height < min(_MOST_NAMES, len(padded) - 1) and _spans(rows[height - 1], padded[height]):
        below = padded[height:]
        if not are_names(below) or not (SPANNED in rows[height - 1] or stands_over_numbers(below)):
            break
        height += 1
    return height if are_names(padded[height - 1 :]) else 0


def _pad(rows: Sequence[Row]) -> list[list[str]]:
    """Return rows of one length, with empty cells where they are merged with the one to their left."""
    width = max(map(len, rows), default=0)
    return [[*_without_spans(row), *[""] * (width - len(row))] for row in rows]


def _spans(row: Row, following: Row) -> bool:
    """Return whether a cell of a row stands over several of the row below, which holds no figures."""
    if any(cell and cell_kind(cell) == "number" for cell in (*row, *following) if cell != SPANNED):
        return False
    gaps = [
        number for number in range(1, len(row)) if row[number] == SPANNED or (not row[number] and any(row[:number]))
    ]
    return any(following[number] for number in gaps if number < len(following))


def _names(rows: Sequence[Row]) -> list[str]:
    """Return the names of columns; a name that spans several is the first part of each."""
    spread = [*(_spread(row, rows[-1]) for row in rows[:-1]), *map(_without_spans, rows[-1:])]
    return merged_names([[" ".join(cell.split()) for cell in row] for row in spread])


def _spread(row: Row, last: Row) -> list[str]:
    spread: list[str] = []
    for cell, above in zip_longest(row, last, fillvalue=""):
        goes_on = spread and (cell == SPANNED or (not cell and above))
        spread.append(spread[-1] if goes_on else cell)
    return spread


def _without_spans(row: Row) -> list[str]:
    """Return the cells of a row, empty where they are merged with the one to their left."""
    return ["" if cell == SPANNED else cell for cell in row] if SPANNED in row else list(row)
