"""Find the tables of a text, their rows and cells, so that they can be shown as tables.

A row is text, «Name: value; Name: value» or «value | value» (``index.readers.tables``). It is taken apart to be shown,
never changed: its cells, joined, are its text.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.documents import Document, Span

_CELL_NAME = re.compile(r"(?:\A|; )([^:;|\n]{1,80}): ")
_MIN_NAMING_ROWS = 2  # that have a column, in a table of several


class Cell(NamedTuple):
    """A cell with its name and the separator after it; ``column`` counts from 1."""

    span: Span
    column: int
    name: Span | None = None
    parting: Span | None = None


class Table(NamedTuple):
    """Consecutive rows, each a span with the line end after it, and their cells."""

    rows: Sequence[Span]
    cells: Sequence[Cell]

    @property
    def span(self) -> Span:
        """The characters of all rows."""
        return Span(self.rows[0].start, self.rows[-1].end)

    @property
    def columns(self) -> int:
        """The number of columns."""
        return max(cell.column for cell in self.cells)


def find_tables(document: Document, window: Span) -> Iterator[Table]:
    """Yield the tables that lie wholly or partly in a window of a document, in order."""
    run: list[Span] = []
    for block in document.blocks:
        if block.kind != "row" or block.end <= window.start or block.start >= window.end:
            continue
        if run and document.slice(run[-1].end, block.start) != "\n":
            yield _parse_table(document, run)
            run = []
        run.append(block.span)
    if run:
        yield _parse_table(document, run)


def _parse_table(document: Document, blocks: Sequence[Span]) -> Table:
    texts = [document.slice(*block) for block in blocks]
    counts = Counter(name for text in texts for name in dict.fromkeys(_CELL_NAME.findall(text)))
    names = [name for name, count in counts.items() if count >= min(_MIN_NAMING_ROWS, len(texts))]
    starts = [block.start for block in blocks]
    rows = [Span(*edges) for edges in zip(starts, [*starts[1:], blocks[-1].end], strict=True)]
    cells = [
        cell
        for row, text in zip(rows, texts, strict=True)
        for cell in (_parse_named_cells(row, text, names) if names else _parse_plain_cells(row, text))
    ]
    return Table(rows, cells)


def _parse_named_cells(row: Span, text: str, names: Sequence[str]) -> Iterator[Cell]:
    """Yield the cells of a row by the names that begin them; a name that follows in its order counts once more."""
    matches = [match for match in _CELL_NAME.finditer(text) if match[1] in names]
    starts = [match.start(1) for match in matches]
    if not starts or starts[0]:  # a value without a name comes first
        yield _make_cell(Span(row.start, row.start + starts[0] if starts else row.end), 1, row)
    ends = [*(row.start + start for start in starts[1:]), row.end]
    column = 1
    for match, end in zip(matches, ends, strict=True):
        column = max(column + 1, names.index(match[1]) + 2)
        start = row.start + match.start(1)
        yield _make_cell(Span(start, end), column, row, Span(start, row.start + match.end()))


def _parse_plain_cells(row: Span, text: str) -> Iterator[Cell]:
    starts = [0, *(match.end() for match in re.finditer(r" \| ", text))]
    ends = [*(row.start + start for start in starts[1:]), row.end]
    for column, (start, end) in enumerate(zip(starts, ends, strict=True), 1):
        yield _make_cell(Span(row.start + start, end), column, row, parting=3)


def _make_cell(span: Span, column: int, row: Span, name: Span | None = None, parting: int = 2) -> Cell:
    return Cell(span, column, name, Span(span.end - parting, span.end) if span.end < row.end else None)
