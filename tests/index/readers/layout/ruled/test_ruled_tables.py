"""Tables whose cells are parted by drawn rules are read by these, where gaps between texts tell nothing."""

from io import BytesIO

import pytest
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, Table

from index.readers.pdf.reader import read_pdf

STYLE = ParagraphStyle("cell", fontName="Helvetica", fontSize=9, leading=10)
TIGHT = [
    ("LEFTPADDING", (0, 0), (-1, -1), 1),
    ("RIGHTPADDING", (0, 0), (-1, -1), 1),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("FONT", (0, 0), (-1, -1), "Helvetica", 9),
]
GRID = ("GRID", (0, 0), (-1, -1), 0.5, "black")
SITES = [
    ["Site", "Entrées", "", "Sorties", ""],
    ["", "Matin", "Soir", "Matin", "Soir"],
    ["Dépôt nord de la ville", "120", "35", "12", "98"],
    ["", "118", "40", "15", "101"],
    ["Quai des Docks", "7", "9", "8", "6"],
]
SITE_SPANS = [
    ("SPAN", (0, 0), (0, 1)),
    ("SPAN", (1, 0), (2, 0)),
    ("SPAN", (3, 0), (4, 0)),
    ("SPAN", (0, 2), (0, 3)),
]


def read_table(rows: list[list[str]], widths: list[float], *styles: tuple[object, ...]) -> list[str]:
    """Draw a table whose cells wrap, and return the lines that are read of it."""
    cells = [[Paragraph(text, STYLE) if " " in text else text for text in row] for row in rows]
    table = Table(cells, colWidths=widths, style=[*TIGHT, *styles])
    buffer = BytesIO()
    canvas = Canvas(buffer, (400, 300))
    _, height = table.wrapOn(canvas, 360, 280)
    table.drawOn(canvas, 20, 280 - height)
    canvas.save()
    return [line for line in read_pdf(buffer.getvalue()).text.splitlines() if line]


def test_wrapped_cells_of_narrow_columns_are_joined():
    rows = [
        ["Nom de naissance", "Prénom usuel", "Né le", "Situation"],
        ["Lefèvre", "Marie Christine", "12/03/1984", "salariée en congé parental"],
        ["Bernard", "Luc", "01/11/1990", "manque la pièce"],
    ]
    assert read_table(rows, [48, 44, 50, 60], GRID) == [
        "Nom de naissance: Lefèvre; Prénom usuel: Marie Christine; Né le: 12/03/1984;"
        " Situation: salariée en congé parental",
        "Nom de naissance: Bernard; Prénom usuel: Luc; Né le: 01/11/1990; Situation: manque la pièce",
    ]


def test_a_cell_of_several_rows_and_a_name_of_several_columns_stand_in_each():
    assert read_table(SITES, [52, 26, 26, 26, 26], GRID, *SITE_SPANS) == [
        "Site: Dépôt nord de la ville; Entrées Matin: 120; Entrées Soir: 35; Sorties Matin: 12; Sorties Soir: 98",
        "Site: Dépôt nord de la ville; Entrées Matin: 118; Entrées Soir: 40; Sorties Matin: 15; Sorties Soir: 101",
        "Site: Quai des Docks; Entrées Matin: 7; Entrées Soir: 9; Sorties Matin: 8; Sorties Soir: 6",
    ]


@pytest.mark.parametrize("title", [["Effectifs au printemps", "", ""], ["Effectifs", "", ""]])
def test_a_title_above_is_no_name_of_a_column(title):
    rows = [title, ["École primaire", "Garçons", "Filles"], ["Jean Macé", "112", "98"], ["Les Ormes", "75", "81"]]
    spans = [("SPAN", (0, 0), (-1, 0))] if " " in title[0] else []
    assert read_table(rows, [66, 38, 38], GRID, *spans) == [
        title[0],
        "École primaire: Jean Macé; Garçons: 112; Filles: 98",
        "École primaire: Les Ormes; Garçons: 75; Filles: 81",
    ]


def test_names_that_return_are_no_row():
    names = ["Poste", "Montant"]
    rows = [names, ["Achats", "30 000"], ["Travaux", "45 000"], names, ["Voyages", "5 000"], ["Divers", "1 000"]]
    bold = [("FONT", (0, n), (-1, n), "Helvetica-Bold", 9) for n in (0, 3)]
    assert read_table(rows, [40, 64], GRID, *bold) == [
        "Poste: Achats; Montant: 30 000",
        "Poste: Travaux; Montant: 45 000",
        "Poste: Voyages; Montant: 5 000",
        "Poste: Divers; Montant: 1 000",
    ]


def test_rows_that_no_rules_part_are_rows_still():
    rows = [
        ["Article", "Quantité", "Prix"],
        ["Vis", "1200", "18,50"],
        ["Équerre", "40", "62,00"],
        ["Clou", "9", "3,10"],
    ]
    box = [("BOX", (0, 0), (-1, -1), 0.5, "black"), ("INNERGRID", (0, 0), (-1, 1), 0.5, "black")]
    uprights = [("LINEAFTER", (0, 0), (-1, -1), 0.5, "black"), ("LINEBELOW", (0, 0), (-1, 0), 0.5, "black")]
    assert read_table(rows, [90, 90, 90], box[0], *uprights) == [
        "Article: Vis; Quantité: 1200; Prix: 18,50",
        "Article: Équerre; Quantité: 40; Prix: 62,00",
        "Article: Clou; Quantité: 9; Prix: 3,10",
    ]


def test_rows_below_names_between_rules_need_none():
    rows = [["Pays", "Lots", ""], ["", "reçus", "vus"], ["Autriche", "109", "93"], ["Espagne", "36", "40"]]
    rules = [
        ("GRID", (0, 0), (-1, 1), 0.5, "black"),
        ("SPAN", (0, 0), (0, 1)),
        ("SPAN", (1, 0), (2, 0)),
        ("BOX", (0, 0), (-1, -1), 0.5, "black"),
    ]
    assert read_table([*rows, ["Estonie", "42", "12"]], [90, 90, 90], *rules)[-3:] == [
        "Pays: Autriche; Lots reçus: 109; Lots vus: 93",
        "Pays: Espagne; Lots reçus: 36; Lots vus: 40",
        "Pays: Estonie; Lots reçus: 42; Lots vus: 12",
    ]


def draw_cells(rows: list[list[str]], widths: list[float]) -> bytes:
    """Draw each cell as a rectangle of its own, its text close to the left edge."""
    buffer = BytesIO()
    canvas = Canvas(buffer, (400, 300))
    canvas.setFont("Helvetica", 9)
    for number, row in enumerate(rows):
        left, bottom = 20.0, 260 - 15 * number
        for text, width in zip(row, widths, strict=True):
            canvas.rect(left, bottom, width, 15)
            canvas.drawString(left + 0.6, bottom + 4, text)
            left += width
    canvas.save()
    return buffer.getvalue()


def test_rectangles_part_what_has_no_space_between():
    rows = [["Quantité commandée", "Quantité livrée", "Reste"], ["1200", "1000", "200"], ["300", "250", "50"]]
    assert read_pdf(draw_cells(rows, [87.5, 59.5, 26])).text.splitlines() == [
        "Quantité commandée: 1200; Quantité livrée: 1000; Reste: 200",
        "Quantité commandée: 300; Quantité livrée: 250; Reste: 50",
    ]


def test_what_is_written_over_the_edge_of_its_cell_stays_in_it():
    rows = [["Adresse", "Ville", "Code"], ["948 rue du Pont des Arts", "", "55126"], ["2 rue Haute", "Lens", "55103"]]
    assert read_pdf(draw_cells(rows, [60, 60, 40])).text.splitlines() == [
        "Adresse: 948 rue du Pont des Arts; Code: 55126",
        "Adresse: 2 rue Haute; Ville: Lens; Code: 55103",
    ]
