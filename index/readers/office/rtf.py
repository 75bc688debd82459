"""Rich text (.rtf): headers, paragraphs, headings, lists as they are numbered, rows of tables, notes, footers."""

from collections.abc import Sequence
from itertools import groupby, takewhile

from index.errors import UnreadableFile
from index.readers.content.cells import Cell, filled_rows
from index.readers.metadata import stated_title
from index.readers.office.furniture import furniture_lines
from index.readers.office.rich.parser import Piece, RichText, Row
from index.readers.parsed import ParsedFile
from index.readers.plain.text import parse_plain_text
from index.readers.tables import written_table
from index.readers.text_builder import TextBuilder


def read_rtf(data: bytes) -> ParsedFile:
    """Read rich text.

    Raises:
        UnreadableFile: it is not rich text (RTF).
    """
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        raise UnreadableFile("it is not rich text (RTF)")
    rich = RichText(data)
    blocks = TextBuilder()
    for line in furniture_lines(rich.furniture["header"]):
        blocks.add(line)
    for is_table, pieces in groupby(rich.pieces, key=lambda piece: piece.row is not None):
        if is_table:
            blocks.add("", "caption")
            for text in _written([piece.row for piece in pieces if piece.row]):
                blocks.add(text, "row")
        else:
            for piece in pieces:
                _add(piece, blocks)
    for line in (*rich.notes, *furniture_lines(rich.furniture["footer"])):
        blocks.add(line)
    named = next((piece.text for piece in rich.pieces if piece.kind == "title"), None)
    title = stated_title(rich.title) or named or blocks.first_heading or parse_plain_text(blocks.text).title
    return blocks.build(title, file_date=rich.saved)


def _add(piece: Piece, blocks: TextBuilder) -> None:
    if piece.kind in ("heading", "title"):
        blocks.add(piece.marker.removeprefix("- ") + " ".join(piece.text.split()), "heading", piece.level)
    else:
        blocks.add(piece.marker + piece.text.strip(), "item" if piece.marker else "paragraph", piece.level)


def _written(rows: Sequence[Row]) -> list[str]:
    marked = len(list(takewhile(lambda row: row.is_header, rows)))
    cells = [
        [
            Cell(text, continues=number < len(row.merged_down) and row.merged_down[number])
            for number, text in enumerate(row.cells)
        ]
        for row in rows
    ]
    return written_table(filled_rows(cells, max(1, marked)), marked or (None if len(rows) > 1 else 0))
