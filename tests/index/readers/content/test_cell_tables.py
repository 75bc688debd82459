"""Names of columns may stand in several rows, of which no file says so."""

import pytest

from index.readers.content.cell_tables import cell_table
from index.readers.content.cells import Cell


def rows(*written: str) -> list[list[Cell]]:
    """Return rows of cells that bars part; «>2» ends one of two columns, and «^» is one that goes on from above."""
    return [[_cell(cell) for cell in row.split("|")] for row in written]


def _cell(written: str) -> Cell:
    text, _, columns = written.partition(">")
    return Cell(text.removesuffix("^"), int(columns or 1), continues=text == "^")


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (rows("Lieu|Agents>2|Chef", "^|2022|2023|^", "Nord|14|12|Ana", "Sud|31|33|Bo"),
         ["Lieu: Nord; Agents 2022: 14; Agents 2023: 12; Chef: Ana",
          "Lieu: Sud; Agents 2022: 31; Agents 2023: 33; Chef: Bo"]),
        (rows("|Été>2|Hiver>2", "Lieu|Jour|Nuit|Jour|Nuit", "Nord|1|2|3|4"),
         ["Lieu: Nord; Été Jour: 1; Été Nuit: 2; Hiver Jour: 3; Hiver Nuit: 4"]),
        (rows("Nom|Contact>2", "Ana|12 34|ana@x.org", "Bo|56 78|bo@x.org"),
         ["Nom: Ana; Contact: 12 34; Contact: ana@x.org", "Nom: Bo; Contact: 56 78; Contact: bo@x.org"]),
    ],
)  # fmt: skip
def test_a_name_over_several_columns_is_the_first_part_of_each(table, expected):
    assert [block.text for block in cell_table(table)] == expected


def test_a_cell_over_several_columns_stands_once_where_no_row_is_a_header():
    table = rows("Ana>2|2 rue Basse", "Bo|Metz|14 rue Haute")
    assert [block.text for block in cell_table(table)] == ["Ana | 2 rue Basse", "Bo | Metz | 14 rue Haute"]


def test_a_file_may_mark_only_the_first_of_two_rows_of_names():
    table = rows("Lieu|Agents>2", "^|2022|2023", "Nord|14|12")
    assert [block.text for block in cell_table(table, [True, False, False])] == [
        "Lieu: Nord; Agents 2022: 14; Agents 2023: 12"
    ]
