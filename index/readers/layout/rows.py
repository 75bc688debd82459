"""Write the rows of tables: each value under the name of its column, also where a table goes on over a page."""

import re
from collections.abc import Container, Sequence
from itertools import groupby, product
from math import inf

from index.readers.layout.grid import Cell, Table
from index.readers.layout.hyphens import join
from index.readers.layout.lines import Line
from index.readers.layout.traced import NOTHING, Traced, concatenate
from index.readers.tables import cell_kind, format_row, is_header, merged_names

_STAND_IN = 0xF0000  # characters of private use, which stand for cells while a row is written
_LABELLED = re.compile(r"\w\s?:\s+\S")  # a name with its value, which is no name of a column
_VALUES = frozenset(("number", "date", "time", "address"))
_Name = tuple[int, Line]  # the column that it begins in
_Span = tuple[int, int]  # of columns: the first and the last
_ALIGNED = 3.0  # points by which the columns of a table may be shifted on the next page


class RowWriter:
    """Writes the tables of a document in turn.

    Args:
        written: the words that the document writes whole.
        vocabulary: the words of the languages.
    """

    def __init__(self, document_words: Container[str], vocabulary: Container[str]) -> None:
        self._document_words, self._vocabulary = document_words, vocabulary
        self._names: list[str] = []
        self._columns: Sequence[tuple[float, float]] = ()
        self._figures = frozenset[int]()  # the columns that hold these

    def rows(self, table: Table, *, opens_page: bool = False) -> list[Traced]:
        """Return the text of each row but those that only name the columns; a name that no row has is a row."""
        if opens_page:
            table = self._as_before(table)
        cells = [[self._text(cell) for cell in row] for row in table.rows]
        texts = [[cell.text for cell in row] for row in cells]
        if table.header is not None:
            header = table.header
        elif table.is_tagged and opens_page and self._goes_on(table):
            header = 0
        else:
            header = _header(table, texts)
        if header:
            above = _names_above(table, texts[:header])
            self._names = merged_names([*above, *texts[header - 1 : header]])
        elif not self._goes_on(table):
            self._names = []
        self._figures = _figures(texts[header:]) | (self._figures if self._goes_on(table) else frozenset())
        self._columns = table.columns
        return _idle(cells, header) + [
            self._row(row) if sum(map(bool, texts)) > 1 or len(texts) < 2 else concatenate(row)
            for row, texts in zip(cells[header:], texts[header:], strict=True)
            if not (table.is_ruled and texts == self._names)
        ]

    def _names_next(self, column: int, text: str) -> bool:
        """Return whether the first cell of a row names the next, as «Total» does below figures."""
        return column > 0 and column in self._figures and cell_kind(text) == "word"

    def _goes_on(self, table: Table) -> bool:
        """Return whether a table has the columns of the one before."""
        return len(table.columns) == len(self._columns) and all(
            abs(left - other_left) < _ALIGNED or abs(right - other_right) < _ALIGNED
            for (left, right), (other_left, other_right) in zip(table.columns, self._columns, strict=True)
        )

    def _as_before(self, table: Table) -> Table:
        """Return a table that opens a page in the columns of the one before, if it has fewer, and each cell fits one.

        Where no row fills two columns, as debit and credit, nothing else parts them.
        """
        if not self._names or table.header is not None or len(table.columns) >= len(self._columns):
            return table
        rows: list[list[Cell]] = []
        for row in table.rows:
            rows.append([[] for _ in self._columns])
            for line in (line for cell in row for line in cell):
                columns = [n for n, edges in enumerate(self._columns) if _is_in(line, edges)]
                if len(columns) != 1:
                    return table
                rows[-1][columns[0]].append(line)
        return table if _names_columns(rows[0]) else table._replace(rows=rows, columns=list(self._columns))

    def _text(self, cell: Cell) -> Traced:
        if not cell:
            return NOTHING
        return join([line.traced for line in cell], self._document_words, self._vocabulary)

    def _row(self, cells: Sequence[Traced]) -> Traced:
        stand_ins, names = [_stand_in(number, cell.text) for number, cell in enumerate(cells)], list(self._names)
        filled = [number for number, cell in enumerate(cells) if cell.text]
        if len(filled) > 1 and names and self._names_next(filled[0], cells[filled[0]].text):
            names += [""] * (filled[1] + 1 - len(names))
            names[filled[1]], stand_ins[filled[0]] = stand_ins[filled[0]].rstrip(":"), ""
        pieces: list[Traced] = []
        row, all_cells = format_row(stand_ins, names), range(_STAND_IN, _STAND_IN + len(cells))
        for is_put_in, characters in groupby(row, key=lambda character: ord(character) not in all_cells):
            if is_put_in:
                pieces.append(Traced.put_in("".join(characters)))
            else:
                row_cells = [cells[ord(character) - _STAND_IN] for character in characters]
                pieces += [cell.slice(0, -1) if cell.text.endswith(":") else cell for cell in row_cells]
        return concatenate(pieces).stripped()


def _names_above(table: Table, texts: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    """Return the rows of names above the last, each name over the columns that it stands for."""
    if _are_spans_known(table):
        return texts[:-1]
    return _over_cells(table, texts[:-1]) if table.is_ruled else _spread_names(table, texts)


def _over_cells(table: Table, texts: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return rows of names, each over the columns of the cell between rules that it stands in."""
    spread = [list(row) for row in texts]
    for row, cells in zip(spread, table.rows, strict=False):
        for column, columns in _widths(cells):
            row[column : column + columns] = [row[column]] * columns
    return spread


def _widths(row: Sequence[Cell]) -> list[tuple[int, int]]:
    """Return the column of each cell of a row between rules, and how many columns it covers."""
    cells = ((column, cell[0].tag) for column, cell in enumerate(row) if cell)
    return [(column, tag.cell.columns) for column, tag in cells if tag and tag.cell]


def _are_spans_known(table: Table) -> bool:
    """Return whether the document says which columns its names stand over."""
    cells = (line.tag.cell for line in table.lines if line.tag and line.tag.cell)
    return table.is_tagged and any(cell.columns > 1 for cell in cells)


def _is_in(line: Line, column: tuple[float, float]) -> bool:
    """Return whether a line touches a column and ends or begins with it, or stands within it."""
    left, right = column
    is_within = left - _ALIGNED < line.left and line.right < right + _ALIGNED
    is_at_edge = abs(line.left - left) < _ALIGNED or abs(line.right - right) < _ALIGNED
    return line.left < right and line.right > left and (is_within or is_at_edge)


def _names_columns(row: Sequence[Cell]) -> bool:
    """Return whether a row holds words alone, as one that names columns does."""
    return all(cell_kind(cell[0].text) in ("word", "year") for cell in row if cell)


def _figures(rows: Sequence[Sequence[str]]) -> frozenset[int]:
    """Return the columns whose cells are figures in rows that begin in the first column."""
    full_rows = [row for row in rows if row[0]]
    columns = (
        {cell_kind(row[number]) for row in full_rows if row[number]} for number in range(len(rows[0]) if rows else 0)
    )
    return frozenset(number for number, kinds in enumerate(columns) if kinds and "word" not in kinds)


def _idle(cells: Sequence[Sequence[Traced]], header: int) -> list[Traced]:
    """Return the cells of a header below which no row has a value: they would be lost as names of columns.

    A row of one value is written without the name of its column.
    """
    full = [row for row in cells[header:] if sum(bool(cell.text) for cell in row) > 1 or len(row) < 2]
    used = {column for row in full for column, cell in enumerate(row) if cell.text}
    return [cell for row in cells[:header] for column, cell in enumerate(row) if cell.text and column not in used]


def _stand_in(number: int, text: str) -> str:
    """Return what stands for a cell; a colon at its end matters to how the row is written."""
    if not text:
        return ""
    return chr(_STAND_IN + number) + (":" if text.endswith(":") else "")


def _header(table: Table, texts: Sequence[Sequence[str]]) -> int:
    """Return how many rows name the columns: those in bold over others, or what reads as names."""
    if any(_LABELLED.search(cell) for cell in texts[0]) or _are_pairs(table.rows):
        return 0
    if table.is_ruled and _are_subdivided(table, texts):
        return 2
    bold = [all(line.bold for cell in row for line in cell) for row in table.rows]
    if bold[0] and not all(bold):
        count = bold.index(False)
        if count < 3 and any(len([cell for cell in row if cell]) > 1 for row in texts[:count]):
            return count
    return _names_height(table, texts)


def _are_subdivided(table: Table, texts: Sequence[Sequence[str]]) -> bool:
    """Return whether rules part the names in the second row below some of the first, and figures follow."""
    first, widths = table.rows[0], _widths(table.rows[0])
    if len(texts) < 3 or len(widths) < 2 or not any(columns > 1 for _, columns in widths):
        return False
    below = [text for row_texts in texts[1:2] for text in row_texts]
    covered = [column + n for column, columns in widths if columns > 1 for n in range(columns)]
    kinds = {cell_kind(text) for text in (*texts[0], *below) if text}
    return bool(first) and all(below[column] for column in covered) and kinds <= {"word", "year"}


def _names_height(table: Table, texts: Sequence[Sequence[str]]) -> int:
    """Return how many of the first rows name the columns: two where the second row subdivides those of the first."""
    if len(texts) > 2 and _are_parts(texts[0], texts[1]):
        names = merged_names([*_spread_names(table, texts[:2]), *texts[1:2]])
        if is_header([names, *texts[2:]]):
            return 2
    return int(is_header(texts))


def _are_parts(names: Sequence[str], below: Sequence[str]) -> bool:
    """Return whether the second row subdivides the names of the first.

    The first row lacks some names. Its first cell covers both rows, or the second row repeats names or holds years.
    """
    columns = [number for number, cell in enumerate(below) if cell and number]
    kinds = [cell_kind(below[number]) for number in columns]
    if len(columns) < 2 or all(names[number] for number in columns) or _VALUES.intersection(kinds):
        return False
    returns = len({below[number] for number in columns}) < len(columns) or set(kinds) == {"year"}
    return not below[0] if names[0] else bool(below[0]) and returns


def _spread_names(table: Table, texts: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the rows of names above the last, each name over all columns that it stands for."""
    spread = [list(row) for row in texts[:-1]]
    for number, row in enumerate(spread):
        names = [(column, cell[0]) for column, cell in enumerate(table.rows[number]) if cell]
        free = [not text and bool(below) for text, below in zip(row, texts[number + 1], strict=True)]
        columns = _extents_below(table, number)
        for (column, _), (first, last) in zip(names, _spans(names, free, texts[number + 1], columns), strict=True):
            row[first : last + 1] = [row[column]] * (last + 1 - first)
    return spread


def _spans(
    names: Sequence[_Name], free: Sequence[bool], below: Sequence[str], columns: Sequence[tuple[float, float]]
) -> list[_Span]:
    """Return the first and last column of each name, which may span empty columns beside its own.

    All names of a row are set alike: each begins its columns, or ends them, or stands in their middle.
    """
    reaches = [_reach(column, free) for column, _ in names]
    covering = [(*name, *reach) for name, reach in zip(names, reaches, strict=True) if reach[0] < reach[1]]
    if not covering:
        return [(column, column) for column, _ in names]
    at_left = all(abs(name.left - columns[column][0]) < _ALIGNED for column, name, *_ in covering)
    at_right = len(covering) > 1 and all(
        abs(name.right - columns[column][1]) < _ALIGNED for column, name, *_ in covering
    )
    begin = all(column < last for column, _, _, last in covering)
    if at_left or (at_right and begin):
        return _as_repeated([(column, last) for (column, _), (_, last) in zip(names, reaches, strict=True)], below)
    if at_right and all(first < column for column, _, first, _ in covering):
        return [(first, column) for (column, _), (first, _) in zip(names, reaches, strict=True)]
    return _find_centred_over(names, reaches, columns)


def _extents_below(table: Table, number: int) -> list[tuple[float, float]]:
    """Return where what stands below a row begins and ends in each column."""
    cells = [[line for row in table.rows[number + 1 :] for line in row[n]] for n in range(len(table.columns))]
    return [
        (min(line.left for line in lines), max(line.right for line in lines)) if lines else extent
        for lines, extent in zip(cells, table.columns, strict=True)
    ]


def _reach(column: int, free: Sequence[bool]) -> _Span:
    """Return the first and the last of the columns that a name may cover: its own, and free ones beside it."""
    begin = next((n + 1 for n in range(column - 1, -1, -1) if not free[n]), 0)
    return begin, next((n for n in range(column + 1, len(free)) if not free[n]), len(free)) - 1


def _as_repeated(spans: list[_Span], below: Sequence[str]) -> list[_Span]:
    """End the last of some spans where it has the names of the others, if these repeat: what follows is no part."""
    groups = [below[first : last + 1] for first, last in spans if first < last]
    if len(groups) > 1 and all(group == groups[0] for group in groups[:-1]) and len(groups[-1]) > len(groups[0]):
        first, last = spans[-1]
        if groups[-1][: len(groups[0])] == groups[0] and first < last:
            return [*spans[:-1], (first, first + len(groups[0]) - 1)]
    return spans


def _find_centred_over(
    names: Sequence[_Name], reaches: Sequence[_Span], columns: Sequence[tuple[float, float]]
) -> list[_Span]:
    """Return the columns that names are centred over: no two share any, and all together are as near as can be."""
    ways: list[tuple[float, list[_Span]]] = [(0.0, [])]  # the best that ends at each column
    for (column, name), (begin, end) in zip(names, reaches, strict=True):
        middle, best = (name.left + name.right) / 2, dict[int, tuple[float, list[_Span]]]()
        for first, last in product(range(begin, column + 1), range(column, end + 1)):
            offset = abs((columns[first][0] + columns[last][1]) / 2 - middle) if first < last else name.size
            for cost, spans in ways:
                is_free = not spans or spans[-1][1] < first
                if is_free and offset <= name.size and cost + offset < best.get(last, (inf, []))[0]:
                    best[last] = cost + offset, [*spans, (first, last)]
        ways = list(best.values())
    spans = min(ways)[1]
    ends = [span[0] - 1 for span in spans[1:]] + [len(columns) - 1]
    return [  # a name that is not centred, and begins a column, may still begin others
        (first, min(reach[1], end))
        if first == last and abs(name.left - columns[first][0]) < _ALIGNED
        else (first, last)
        for (first, last), (_, name), reach, end in zip(spans, names, reaches, ends, strict=True)
    ]


def _are_pairs(rows: Sequence[Sequence[Cell]]) -> bool:
    """Return whether bold labels and values that are not bold stand in turn in each row."""
    return all(
        len(row) > 2
        and len(row) % 2 == 0
        and all(all(line.bold for line in cell) == (number % 2 == 0) for number, cell in enumerate(row) if cell)
        for row in rows
    )
