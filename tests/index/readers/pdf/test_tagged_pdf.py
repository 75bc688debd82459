"""Tagged PDF files are read by their tags, where these are to be trusted."""

import pytest
from made_files import Element, tagged_pdf

from index.readers.parsed import ParsedFile
from index.readers.pdf.reader import read_pdf

FULL = "Le conseil de la commune se réunit chaque mois pour entendre les habitants de tous les quartiers"
SHORT = "de la ville et des hameaux."


def paragraphs(*texts: str, kind: str = "P", top: int = 700) -> list[Element]:
    return [Element(kind, text=text, y=top - 12 * number) for number, text in enumerate(texts)]


def row(y: int, *cells: str, kind: str = "TD", page: int = 0) -> Element:
    """Cells two points apart, which white alone does not part."""
    return Element("TR", tuple(Element(kind, text=cell, x=60 + 42 * n, y=y, page=page) for n, cell in enumerate(cells)))


def blocks(parsed: ParsedFile, kind: str) -> list[str]:
    return [parsed.text[slice(*block.span)] for block in parsed.blocks if block.kind == kind]


def test_paragraphs_end_where_their_tags_end():
    whole = Element("P", (Element("Span", text=FULL, y=700), Element("Span", text=SHORT, y=688)))
    elements = [whole, *paragraphs(FULL, "Et le maire y répond.", top=676)]
    assert read_pdf(tagged_pdf(elements)).text == f"{FULL} {SHORT}\n\n{FULL}\n\nEt le maire y répond."
    assert read_pdf(tagged_pdf(elements, tagged=False)).text != read_pdf(tagged_pdf(elements)).text


def test_a_heading_of_the_size_of_the_text_is_one():
    elements = [*paragraphs("Des comptes", kind="H2", top=712), *paragraphs(FULL + ".")]
    assert blocks(read_pdf(tagged_pdf(elements)), "heading") == ["Des comptes"]
    assert blocks(read_pdf(tagged_pdf(elements, tagged=False)), "heading") == []


def test_items_of_lists_need_no_bullets():
    items = tuple(
        Element("LI", (Element("LBody", text=text, y=688 - 12 * n),)) for n, text in enumerate(("Lait", "Riz"))
    )
    parsed = read_pdf(tagged_pdf([*paragraphs("À acheter :"), Element("L", items), *paragraphs(FULL + ".", top=664)]))
    assert blocks(parsed, "item") == ["Lait", "Riz"]
    assert blocks(parsed, "lead-in") == ["À acheter :"]


def test_cells_are_parted_by_their_tags_and_named_by_their_header_on_each_page():
    table = Element(
        "Table",
        (
            row(62, "Nommm", "Total", kind="TH"),
            row(50, "Martin", "32075"),
            row(810, "Durand", "40210", page=1),
            row(798, "Petiot", "51830", page=1),
        ),
    )
    parsed = read_pdf(tagged_pdf([*paragraphs(FULL + "."), table, Element("P", text=FULL + ".", y=600, page=1)]))
    expected = ["Nommm: Martin; Total: 32075", "Nommm: Durand; Total: 40210", "Nommm: Petiot; Total: 51830"]
    assert blocks(parsed, "row") == expected


def test_years_name_columns_where_they_are_marked_as_their_headers():
    def rows_of(kind: str) -> list[str]:
        years = row(688, "2021", "2022", kind=kind)
        table = Element("Table", (years, row(676, "41300", "40210"), row(664, "32075", "51830")))
        return blocks(read_pdf(tagged_pdf([*paragraphs(FULL + "."), table])), "row")

    assert rows_of("TH") == ["2021: 41300; 2022: 40210", "2021: 32075; 2022: 51830"]
    assert rows_of("TD") != rows_of("TH")


def test_a_table_with_cells_over_several_columns_is_read_by_where_they_stand():
    header = row(700, "Nommm", "Total", "Solde", kind="TH")
    table = Element("Table", (header, row(688, "Martin", "32075", "14000"), row(676, "Ensemble de tous", "64150")))
    assert "Nommm: Martin" not in read_pdf(tagged_pdf([table])).text


@pytest.mark.parametrize(
    ("elements", "untagged"),
    [
        pytest.param(
            paragraphs("Des comptes", kind="H2"),
            tuple(paragraphs(FULL, SHORT, top=688)),
            id="most of the page has no tag",
        ),
        pytest.param(paragraphs(FULL, FULL.lower(), FULL.lower(), SHORT), (), id="each line is a paragraph"),
    ],
)
def test_tags_that_do_not_tell_the_blocks_change_nothing(elements: list[Element], untagged: tuple[Element, ...]):
    assert read_pdf(tagged_pdf(elements, untagged)) == read_pdf(tagged_pdf(elements, untagged, tagged=False))


def spanning(element: Element, rows: int, columns: int) -> Element:
    return element._replace(rows=rows, columns=columns)


def test_cells_over_several_rows_and_columns_stand_in_each():
    first = row(700, "Public", "Entrée", "Carte", kind="TH").children
    names = Element(
        "TR", tuple(spanning(cell, *span) for cell, span in zip(first, [(2, 1), (1, 2), (1, 2)], strict=True))
    )
    below = Element("TR", tuple(Element("TH", text=text, x=160 + 50 * n, y=688) for n, text in enumerate("ABCD")))
    label = Element("TD", text="Enfant", x=60, y=676, rows=2)
    rows = [(676, ("2", "3", "18", "150")), (664, ("4", "5", "30", "280"))]
    values = [[Element("TD", text=text, x=160 + 50 * n, y=y) for n, text in enumerate(texts)] for y, texts in rows]
    table = Element("Table", (names, below, Element("TR", (label, *values[0])), Element("TR", tuple(values[1]))))
    assert blocks(read_pdf(tagged_pdf([*paragraphs(FULL + "."), table])), "row") == [
        "Public: Enfant; Entrée A: 2; Entrée B: 3; Carte C: 18; Carte D: 150",
        "Public: Enfant; Entrée A: 4; Entrée B: 5; Carte C: 30; Carte D: 280",
    ]


def test_headings_side_by_side_stand_over_what_follows_them_and_name_no_columns():
    cards = [
        Element(kind, text=text, x=60 + 200 * column, y=680 - 14 * line)
        for column, card in enumerate([("Bar", "De 9 à 12 h", "Vue sur mer"), ("Sauna", "De 8 à 20 h", "Fermé lundi")])
        for line, (kind, text) in enumerate(zip(("H2", "P", "P"), card, strict=True))
    ]
    parsed = read_pdf(tagged_pdf([*paragraphs(FULL + "."), *cards]))
    assert blocks(parsed, "heading") == ["Bar", "Sauna"]
    assert blocks(parsed, "row") == []
