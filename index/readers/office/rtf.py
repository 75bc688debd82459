"""Rich text (.rtf): headers, paragraphs, headings, lists as they are numbered, rows of tables, notes, footers."""

import sys
from collections.abc import Iterator, Sequence
from itertools import groupby

from index.errors import UnreadableFile
from index.readers.content.cell_tables import TableBlock, cell_table
from index.readers.content.cells import Cell
from index.readers.metadata import stated_title
from index.readers.office.furniture import furniture_lines
from index.readers.office.rich.parser import Piece, RichText, Row
from index.readers.parsed import ParsedFile, read_unstruck
from index.readers.plain.text import parse_plain_text
from index.readers.text_builder import TextBuilder

_SAME_EDGE = 60  # twentieths of a point by which programs may shift an edge


def read_rtf(data: bytes) -> ParsedFile:
    """Read rich text.

    Raises:
        UnreadableFile: it is not rich text (RTF).
    """
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        raise UnreadableFile("it is not rich text (RTF)")
    return read_unstruck(lambda keeps_struck: _parse(RichText(data, keeps_struck=keeps_struck)))


def _parse(rich: RichText) -> ParsedFile:
    blocks = TextBuilder()
    for line in furniture_lines(rich.furniture["header"]):
        blocks.add(line)
    for is_table, pieces in groupby(rich.pieces, key=lambda piece: piece.row is not None):
        if is_table:
            for table in _tables([piece.row for piece in pieces if piece.row]):
                blocks.add("", "caption")
                for block in _table(table):
                    blocks.add(*block)
        else:
            for piece in pieces:
                _add(piece, blocks)
    for line in (*rich.notes, *furniture_lines(rich.furniture["footer"])):
        blocks.add(line)
    title_paragraph = next((piece.text for piece in rich.pieces if piece.kind == "title"), None)
    title = stated_title(rich.title) or title_paragraph or blocks.first_heading or parse_plain_text(blocks.text).title
    return blocks.build(title, file_date=rich.saved)


def _add(piece: Piece, blocks: TextBuilder) -> None:
    if piece.kind in ("heading", "title"):
        blocks.add(piece.marker.removeprefix("- ") + " ".join(piece.text.split()), "heading", piece.level)
    else:
        blocks.add(piece.marker + piece.text.strip(), "item" if piece.marker else "paragraph", piece.level)


def _tables(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield the tables among rows that follow each other: the cells of another one have other edges."""
    table: list[Row] = []
    edges: set[int] = set()
    for row in rows:
        row_edges = {round(edge / _SAME_EDGE) for edge in row.edges[:-1]}
        if table and not (edges <= row_edges or row_edges <= edges):
            yield table
            table, edges = [], set()
        table.append(row)
        edges |= row_edges
    yield table


def _table(rows: Sequence[Row]) -> Iterator[TableBlock]:
    """Yield the blocks of a table; a row of one cell covers all columns."""
    width = max(len(row.cells) for row in rows)
    edges = list[int]()
    for edge in sorted(edge for row in rows for edge in row.edges):
        if not edges or edge - edges[-1] > _SAME_EDGE:
            edges.append(edge)
    return cell_table([_cells(row, width, edges) for row in rows], [row.is_header for row in rows])


def _cells(row: Row, width: int, edges: Sequence[int]) -> list[Cell]:
    if len(row.cells) == 1:
        return [Cell(row.cells[0], width, continues=any(row.merged_down[:1]))]
    merged_down = [*row.merged_down, *[False] * len(row.cells)]
    merged_before = [*row.merged_before, *[False] * len(row.cells)]
    cells, left = list[Cell](), -sys.maxsize
    for number, text in enumerate(row.cells):
        right = row.edges[number] if number < len(row.edges) else left
        columns = max(1, sum(left + _SAME_EDGE < edge <= right + _SAME_EDGE for edge in edges))
        if merged_before[number] and cells:
            cells[-1] = cells[-1]._replace(
                text=f"{cells[-1].text}\n{text}".strip(), columns=cells[-1].columns + columns
            )
        else:
            is_bold, is_filled = (dict(enumerate(marks)).get(number, False) for marks in (row.bold, row.filled))
            cells.append(Cell(text, columns, continues=merged_down[number], is_bold=is_bold, is_filled=is_filled))
        left = right
    return cells
