"""Rows of a document are shown as a table: each value in its column, the quote lit cell by cell, no character lost."""

import re
from html import unescape

from index.documents import Document, Span
from index.readers.parsed import ParsedFile
from index.readers.text_builder import TextBuilder
from ui.html.document import REACH, render_link
from ui.html.tables import find_tables
from ui.i18n.labels import FRENCH


def table_of(*rows: str) -> ParsedFile:
    blocks = TextBuilder()
    blocks.add("Les prix", "heading")
    blocks.add("", "caption")
    for row in rows:
        blocks.add(row, "row")
    blocks.add("Une phrase après.")
    return blocks.build()


def list_cells(parsed: ParsedFile) -> list[list[tuple[int, str]]]:
    """The cells of each row, with their columns."""
    document = Document("a", parsed.text, "", "", blocks=parsed.blocks)
    (table,) = find_tables(document, Span(0, len(parsed.text)))
    return [
        [
            (cell.column, parsed.text[slice(*cell.span)])
            for cell in table.cells
            if row.start <= cell.span.start < row.end
        ]
        for row in table.rows
    ]


def test_values_stand_in_the_column_of_their_name():
    parsed = table_of(
        "Fruit: poire; Prix: 3; Note: mûre; à manger", "Fruit: coing; Note: dur : à cuire", "Fruit: noix; Prix: 9"
    )
    assert [[column for column, _ in row] for row in list_cells(parsed)] == [[2, 3, 4], [2, 4], [2, 3]]
    assert list_cells(parsed)[0][2][1] == "Note: mûre; à manger\n"  # a value may hold what parts others
    assert [column for column, _ in list_cells(table_of("Lyon | 3 | Rhône", "Metz | 5"))[0]] == [1, 2, 3]


def test_a_row_is_lit_cell_by_cell_and_keeps_each_character():
    parsed = table_of("Fruit: poire; Prix: 3", "Fruit: coing; Prix: 5")
    document = Document("a", parsed.text, "", "", blocks=parsed.blocks)
    start = parsed.text.index("Fruit: coing")
    span = Span(start, start + len("Fruit: coing; Prix: 5"))
    html = str(render_link(document, span, FRENCH))
    body = html[html.index('<div class="text"') :]
    assert "".join(re.findall(r"<mark[^>]*>(.*?)</mark>", body)) == parsed.text[slice(*span)]
    assert unescape(re.sub(r"<[^>]*>", "", body)).strip() == parsed.text
    assert (body.count('class="row"'), body.count('class="cell"')) == (2, 4)
    assert body.index('class="row"') > body.index("Les prix")
    assert body.rindex("</mark>") < body.index("Une phrase après.")


def test_of_a_long_table_the_rows_around_a_quote_are_shown():
    parsed = table_of(*(f"Fruit: poire {number}; Prix: {number}" for number in range(4_000)))
    document = Document("a", parsed.text, "", "", blocks=parsed.blocks)
    start = parsed.text.index("Fruit: poire 2000;")
    html = str(render_link(document, Span(start, parsed.text.index("\n", start)), FRENCH))
    body = re.sub(r"<[^>]*>", "", html[html.index('<div class="text"') :])
    assert "poire 1999;" in body
    assert "poire 2001;" in body
    assert len(body) < 5 * REACH
    assert html.count('role="table"') == 1
