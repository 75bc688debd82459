"""Pages of PDF files are read as they are seen: rows, columns, labels, forms, drop caps, what lies off the page."""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_files import boxes, document, text_in_box
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, FloatObject, NameObject
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from index.documents import Span
from index.errors import UnreadableFile
from index.readers.layout.hyphens import join
from index.readers.layout.letters import Letters, characters_of
from index.readers.layout.traced import PUT_IN, Traced, runs_of
from index.readers.layout.vocabulary import Vocabulary
from index.readers.pdf.reader import read_pdf

PDFS = Path(__file__).parents[3] / "support" / "pdfs"
Placed = tuple[float, float, str]
PROSE = "Le phare domine la baie depuis le dix-neuvième siècle et guide encore les bateaux"
BERTHS = [("Ponton", "Longueur", "Tirant", "Prix"), ("Nord", "12 m", "1,80 m", "410 €"), ("Sud", "9 m", "", "285 €")]
HERE = "Le bac part à huit heures du quai, et revient à midi."


def drawn(path: Path, placed: Sequence[Placed], size: float = 11) -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setFont("Helvetica", size)
    for x, y, text in placed:
        canvas.drawString(x, y, text)
    canvas.save()
    return path


def grid(rows: Sequence[Sequence[str]], top: float, *, by_column: bool = False) -> list[Placed]:
    cells: list[Placed] = [
        (60 + 110 * column, top - 16 * row, text)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
        if text
    ]
    return sorted(cells, key=lambda cell: (cell[0], -cell[1])) if by_column else cells


def rows_of(path: Path) -> list[str]:
    whole = document(path)
    return [whole.text[block.start : block.end] for block in whole.blocks if block.kind == "row"]


@pytest.mark.parametrize("marker", ["•", "–", "2.", "(a)", "3.1"])
def test_a_marker_and_its_item_are_no_cells(tmp_path, marker):
    items = ["Fermer le robinet du gaz.", "Éteindre la lumière des salles.", "Rendre la clé au gardien."]
    placed = [cell for n, item in enumerate(items) for cell in ((60, 700 - 16 * n, marker), (110, 700 - 16 * n, item))]
    whole = document(drawn(tmp_path / "a.pdf", [(60, 720, "Avant de quitter les lieux, il faut :"), *placed]))
    assert [line for line in whole.text.splitlines() if line][1:] == [f"{marker} {item}" for item in items]
    assert [block for block in whole.blocks if block.kind == "row"] == []


def test_a_cell_that_begins_above_its_row_is_read_with_it(tmp_path):
    rows = [grid([("Objet", "Détail", "Prix")], 700)]
    for number, (name, first, second, price) in enumerate(
        [("Bouilloire", "Acier,", "un litre", "22 €"), ("Grille-pain", "Deux fentes,", "avec tiroir", "31 €")]
    ):
        top = 670 - 36 * number
        rows.append([(60, top - 7, name), (170, top, first), (170, top - 14, second), (280, top - 7, price)])
    assert rows_of(drawn(tmp_path / "a.pdf", [cell for row in rows for cell in row])) == [
        "Objet: Bouilloire; Détail: Acier, un litre; Prix: 22 €",
        "Objet: Grille-pain; Détail: Deux fentes, avec tiroir; Prix: 31 €",
    ]


def test_the_lines_of_an_address_are_not_joined_where_two_end_alike(tmp_path):
    lines = ["Siège social", "14, rue des Lices", "56000 Vannes", "Téléphone 02 97 00 00 01", "M. Luc Abgrall"]
    path = drawn(tmp_path / "a.pdf", [(60, 700 - 14 * number, line) for number, line in enumerate(lines)])
    assert [line for line in document(path).text.splitlines() if line] == lines


@pytest.mark.parametrize(
    "lines",
    [
        ["Article 2. Le camping est permis en juillet.", "Article 3. Les chiens sont tenus en laisse."],
        ["Le quai Nord est fermé le samedi", "Le quai Sud est ouvert le lundi 3"],
    ],
)
def test_short_lines_that_end_alike_are_not_joined(tmp_path, lines):
    placed = [(60, 700 - 14 * number, line) for number, line in enumerate(lines)]
    assert document(drawn(tmp_path / "a.pdf", placed)).text.split("\n\n") == lines


def test_an_article_begins_a_paragraph_below_a_full_line(tmp_path):
    article, short = (
        "Article 3. Les chiens sont tenus en laisse.",
        "depuis la falaise du nord jusqu'au petit port de pêche.",
    )
    lines = [
        PROSE,
        "qui rentrent au port du bourg par gros temps, et les baigneurs de la grande plage.",
        article,
        short,
    ]
    placed = [(60, 700 - 14 * number, line) for number, line in enumerate(lines)]
    assert document(drawn(tmp_path / "a.pdf", placed)).text.split("\n\n")[1] == f"{article} {short}"


def test_a_drop_cap_that_is_a_word_stands_apart(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for x, y, size, text in (
        (60, 686, 36, "À"),
        (86, 700, 11, "la fin du siècle, un phare fut"),
        (86, 686, 11, "dressé."),
    ):
        canvas.setFont("Helvetica", size)
        canvas.drawString(x, y, text)
    canvas.save()
    assert document(tmp_path / "a.pdf").text == "À la fin du siècle, un phare fut dressé."


@pytest.mark.parametrize(
    ("drawn_as", "read_as"), [("C O N C L U S I O N", "CONCLUSION"), ("A B C D E F", "A B C D E F")]
)
def test_a_word_set_letter_by_letter_is_a_word(tmp_path, drawn_as, read_as):
    whole = document(drawn(tmp_path / "a.pdf", [(60, 720, drawn_as), (60, 690, "Le pont est ouvert depuis hier.")]))
    assert whole.text.splitlines()[0] == read_as
    (box,) = boxes(tmp_path / "a.pdf", whole, Span(0, len(read_as)))
    assert text_in_box(tmp_path / "a.pdf", 1, box).strip() == drawn_as


def test_figures_at_the_right_of_their_column_are_under_its_name_at_the_left(tmp_path):
    placed = grid([("Navire", "Pavillon", "Jauge")], 700)
    for number, (name, flag, size) in enumerate([("Fanny", "FR", "312"), ("Zephyr", "NL", "1204"), ("Orme", "", "98")]):
        y = 684 - 16 * number
        placed += [(60, y, name), (170, y, flag), (346 - 6.1 * len(size), y, size)]
    assert rows_of(drawn(tmp_path / "a.pdf", [cell for cell in placed if cell[2]])) == [
        "Navire: Fanny; Pavillon: FR; Jauge: 312",
        "Navire: Zephyr; Pavillon: NL; Jauge: 1204",
        "Navire: Orme; Jauge: 98",
    ]


def test_a_long_cell_is_read_to_its_end(tmp_path):
    words = ["Pêche et", "plaisance,", "avec une", "grue de", "deux tonnes", "et un poste"]
    placed = [*grid([("Quai", "Usage", "Prix")], 700), (60, 684, "Nord")]
    placed += [(170, 684 - 13 * number, text) for number, text in enumerate(words)] + [(280, 684, "410 €")]
    placed += grid([("Sud", "Commerce", "285 €")], 600)
    assert rows_of(drawn(tmp_path / "a.pdf", placed)) == [
        f"Quai: Nord; Usage: {' '.join(words)}; Prix: 410 €",
        "Quai: Sud; Usage: Commerce; Prix: 285 €",
    ]


def test_cells_with_little_room_between_them_are_apart_where_no_space_is_written(tmp_path):
    placed = [(x, 700 - 16 * n, t) for n, row in enumerate([("Qté", "Prix"), ("12", "4,10"), ("15", "3,25")])
              for x, t in zip((200, 200 + (26.5 if n == 0 else 20)), row, strict=True)]  # fmt: skip
    placed += [(60, 700 - 16 * n, text) for n, text in enumerate(["Article", "Clou", "Vis"])]
    assert rows_of(drawn(tmp_path / "a.pdf", sorted(placed, key=lambda cell: (-cell[1], cell[0])))) == [
        "Article: Clou; Qté: 12; Prix: 4,10",
        "Article: Vis; Qté: 15; Prix: 3,25",
    ]


def test_a_table_below_addresses_side_by_side_has_columns_of_its_own(tmp_path):
    sides = [("Forge Abgrall", "Mairie de Dol"), ("3, rue du Four", "Place Verte"), ("29000 Quimper", "35120 Dol")]
    placed: list[Placed] = [
        (x, 700 - 14 * n, text) for n, pair in enumerate(sides) for x, text in zip((60, 230), pair, strict=True)
    ]
    placed += grid([("Objet", "Nombre", "Total"), ("Grille", "2", "820 €"), ("Dépose", "1", "60 €")], 640)
    assert rows_of(drawn(tmp_path / "a.pdf", placed))[-2:] == [
        "Objet: Grille; Nombre: 2; Total: 820 €",
        "Objet: Dépose; Nombre: 1; Total: 60 €",
    ]


SENDERS = [("Forge Abgrall", "Mairie de Dol"), ("3, rue du Four", "Place Verte"), ("29000 Quimper", "35120 Dol")]
FIRMS = [
    ("Bill to", "Ship to"),
    ("Ann Porter", "Mark Lowe"),
    ("3 High Street", "7 Dock Road"),
    ("Leeds LS1 4AA", "Hull HU1 2BB"),
]


@pytest.mark.parametrize("by_column", [False, True])
@pytest.mark.parametrize("sides", [SENDERS, FIRMS])
def test_addresses_side_by_side_are_read_one_by_one(tmp_path, sides, by_column):
    placed: list[Placed] = grid(sides, 700, by_column=by_column)
    placed.append((60, 560, "Nous vous prions de régler la facture."))
    text = document(drawn(tmp_path / "a.pdf", placed)).text
    expected = [*(left for left, _ in sides), *(right for _, right in sides), "Nous vous prions de régler la facture."]
    assert text.split("\n\n") == expected


@pytest.mark.parametrize("second", [30, 60])
def test_a_table_further_down_in_other_columns_is_another(tmp_path, second):
    first = grid([("Agent", "Service", "Poste"), ("M. Brac", "Voirie", "4602"), ("Mme Lune", "Parcs", "4603")], 700)
    rows = [("Article", "Nombre", "Prix"), ("Lampe", "2", "40,00"), ("Chaise", "1", "120,00")]
    other = [(x + 45 * (x > 60), y, text) for x, y, text in grid(rows, 668 - second)]
    assert rows_of(drawn(tmp_path / "a.pdf", first + other)) == [
        "Agent: M. Brac; Service: Voirie; Poste: 4602",
        "Agent: Mme Lune; Service: Parcs; Poste: 4603",
        "Article: Lampe; Nombre: 2; Prix: 40,00",
        "Article: Chaise; Nombre: 1; Prix: 120,00",
    ]


@pytest.mark.parametrize("by_column", [False, True])
def test_rows_hold_the_names_of_their_columns(tmp_path, by_column):
    path = drawn(tmp_path / "a.pdf", [(60, 720, PROSE), *grid(BERTHS, 690, by_column=by_column), (60, 630, PROSE)])
    assert rows_of(path) == [
        "Ponton: Nord; Longueur: 12 m; Tirant: 1,80 m; Prix: 410 €",
        "Ponton: Sud; Longueur: 9 m; Prix: 285 €",
    ]
    assert document(path).text.count(PROSE) == 2


@pytest.mark.parametrize("is_bold", [False, True])
def test_labels_beside_their_values_name_no_columns(tmp_path, is_bold):
    colon = "" if is_bold else " :"
    pairs = [(f"Ponton{colon}", "Nord", f"Bail{colon}", "AX-5"), (f"Quai{colon}", "Est", f"Loyer{colon}", "410 €")]
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for x, y, text in grid(pairs, 690):
        canvas.setFont("Helvetica-Bold" if is_bold and x in (60, 280) else "Helvetica", 11)
        canvas.drawString(x, y, text)
    canvas.save()
    joint = " | " if is_bold else " : "
    assert rows_of(tmp_path / "a.pdf") == [
        f"Ponton{joint}Nord | Bail{joint}AX-5",
        f"Quai{joint}Est | Loyer{joint}410 €",
    ]


def test_the_values_of_a_row_are_lit_and_no_other(tmp_path):
    path = drawn(tmp_path / "a.pdf", grid(BERTHS, 690))
    whole = document(path)
    row = next(block for block in whole.blocks if "Sud" in whole.text[block.start : block.end])
    cells = [text_in_box(path, 1, box).strip() for box in boxes(path, whole, row.span)]
    assert cells == ["Sud", "9 m", "285 €"]


def test_a_word_below_figures_names_the_next_cell(tmp_path):
    rows = [("Article", "Prix", "Montant"), ("Lampe", "40,00", "80,00"), ("Câble", "3,00", "15,00")]
    totals = [("", "Total HT", "95,00"), ("", "TVA 20 %", "19,00")]
    path = drawn(tmp_path / "a.pdf", grid([*rows, *totals], 700))
    assert rows_of(path)[1:] == ["Article: Câble; Prix: 3,00; Montant: 15,00", "Total HT: 95,00", "TVA 20 %: 19,00"]
    whole = document(path)
    parts = boxes(path, whole, Span(whole.text.index("TVA"), len(whole.text)))
    assert [text_in_box(path, 1, box).strip() for box in parts] == ["TVA 20 %", "19,00"]


def test_the_numbers_of_lines_are_no_cells(tmp_path):
    lines = [
        PROSE,
        "qui rentrent au port, et les pêcheurs du village voisin, depuis que le premier",
        "gardien l'a allumé.",
    ]
    lines += ["Le tribunal a entendu les parties le neuf mai, sur la demande de la commune qui", "l'entretient seule."]
    placed = [
        cell for n, line in enumerate(lines) for cell in ((45, 700 - 16 * n, str(n + 7)), (72, 700 - 16 * n, line))
    ]
    whole = document(drawn(tmp_path / "a.pdf", placed))
    assert whole.text.split("\n\n") == [" ".join(lines[:3]), " ".join(lines[3:])]


def test_a_cell_of_two_lines_is_one_cell(tmp_path):
    wrapped = [
        ("Objet", "Lieu", "Coût"),
        ("Réfection de la", "Cale", "900 €"),
        ("jetée", "", ""),
        ("Balise", "Digue", "75 €"),
    ]
    cells = [*grid(wrapped[:2], 700), (60, 672, "jetée"), *grid(wrapped[3:], 652)]
    assert rows_of(drawn(tmp_path / "a.pdf", cells))[0].startswith("Objet: Réfection de la jetée; Lieu: Cale")


def test_a_cell_in_the_middle_of_the_rows_that_it_covers_stands_in_each(tmp_path):
    rows = [("Bac", "Jour", "Départ", "Arrivée"), ("", "Semaine", "06:10", "06:25"), ("", "Samedi", "07:00", "07:15"),
            ("", "Dimanche", "09:00", "09:20"), ("", "Semaine", "06:40", "07:05"),
            ("", "Dimanche", "-", "-")]  # fmt: skip
    placed = grid(rows, 700)
    placed[4:4] = [(60, 668, "A")]
    placed[14:14] = [(60, 628, "B")]
    assert rows_of(drawn(tmp_path / "a.pdf", placed)) == [
        "Bac: A; Jour: Semaine; Départ: 06:10; Arrivée: 06:25",
        "Bac: A; Jour: Samedi; Départ: 07:00; Arrivée: 07:15",
        "Bac: A; Jour: Dimanche; Départ: 09:00; Arrivée: 09:20",
        "Bac: B; Jour: Semaine; Départ: 06:40; Arrivée: 07:05",
        "Bac: B; Jour: Dimanche; Départ: -; Arrivée: -",
    ]


def test_a_figure_in_brackets_belongs_to_the_one_above_it(tmp_path):
    rows = [("Facteur", "Modèle A", "Modèle B"), ("Âge", "0,12", "0,15"), ("Revenu", "1,40", "1,52")]
    placed = [(60 + 110 * n, 700 - 30 * y, cell) for y, row in enumerate(rows) for n, cell in enumerate(row)]
    placed[6:6] = [(170, 658, "(0,03)"), (280, 658, "(0,04)")]
    placed += [(170, 628, "(0,20)"), (280, 628, "(0,31)")]
    assert rows_of(drawn(tmp_path / "a.pdf", placed)) == [
        "Facteur: Âge; Modèle A: 0,12 (0,03); Modèle B: 0,15 (0,04)",
        "Facteur: Revenu; Modèle A: 1,40 (0,20); Modèle B: 1,52 (0,31)",
    ]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([(215, 712, "Dépense"), (435, 712, "Recette"), *grid([("Poste", "2022", "2023", "2022", "2023")], 700)],
         "Poste: Eau; Dépense 2022: 12; Dépense 2023: 15; Recette 2022: 3; Recette 2023: 4"),
        ([(60, 706, "Poste"), (170, 706, "Dépense"), (390, 706, "Chef"), (170, 694, "2022"), (280, 694, "2023")],
         "Poste: Eau; Dépense 2022: 12; Dépense 2023: 15; Chef: Ana"),
    ],
)  # fmt: skip
def test_a_name_over_several_columns_is_part_of_the_name_of_each(tmp_path, names, expected):
    others = [("Ana",), ("Bo",)] if "Chef" in expected else [("3", "4"), ("5", "6")]
    rows = [("Eau", "12", "15", *others[0]), ("Quai", "41", "42", *others[1])]
    assert rows_of(drawn(tmp_path / "a.pdf", [*names, *grid(rows, 678)]))[0] == expected


def test_a_line_of_words_set_far_apart_is_text_in_columns_too(tmp_path):
    lines = ["et son chenal depuis", "la nuit où la grande", "vague emporta la digue", "du port."]
    words = ["Le", "cap", "et", "la", "rade"]
    placed: list[Placed] = []
    for left in (60, 320):
        gap = (stringWidth(lines[2], "Helvetica", 11) - sum(stringWidth(word, "Helvetica", 11) for word in words)) / 4
        x: float = left
        for word in words:
            placed.append((x, 714, word))
            x += stringWidth(word, "Helvetica", 11) + gap
        placed += [(left, 700 - 14 * n, line) for n, line in enumerate([lines[2], *lines[:2], lines[3]])]
    text = f"{' '.join(words)} {lines[2]} {lines[0]} {lines[1]} {lines[3]}"
    assert document(drawn(tmp_path / "a.pdf", placed)).text == f"{text}\n\n{text}"


def test_columns_of_text_written_line_by_line_are_read_one_by_one(tmp_path):
    left = ["La criée ouvre avant", "le lever du jour et", "ferme quand tout est", "vendu aux mareyeurs."]
    right = ["Le chantier répare les", "coques en bois que les", "pêcheurs lui confient", "chaque hiver."]
    lines = [
        (x, 700 - 14 * row, text)
        for row, pair in enumerate(zip(left, right, strict=True))
        for x, text in zip((60, 320), pair, strict=True)
    ]
    assert document(drawn(tmp_path / "a.pdf", lines)).text == f"{' '.join(left)}\n\n{' '.join(right)}"


@pytest.mark.parametrize("is_first", [True, False])
def test_a_note_beside_running_text_does_not_cut_it(tmp_path, is_first):
    prose = [
        "Le phare domine la baie et montre aux",
        "navires les récifs qui bordent la côte, du cap",
        "de la Chèvre jusqu'à l'île aux Moines, en toute",
        "saison et par tous les temps, de nuit comme",
        "de jour, depuis qu'il est gardé par un robot",
        "et qu'il se voit à vingt milles de la pointe.",
    ]
    text: list[Placed] = [(180, 700 - 13 * n, line) for n, line in enumerate(prose)]
    notes: list[Placed] = [
        (60, 690, "Haut de 45 m"),
        (60, 680, "bâti en 1871"),
        (60, 659, "Un gardien"),
        (60, 648, "l'été"),
    ]
    path = drawn(tmp_path / "a.pdf", [*notes, *text] if is_first else [*text, *notes])
    assert " ".join(prose) in document(path).text


def test_justified_lines_with_wide_gaps_have_no_bars(tmp_path):
    lines = [("Les", "gouvernements"), ("successifs", "ont"), ("réorganisé", "toutes"), ("les", "administrations")]
    placed: list[Placed] = []
    for n, (first, last) in enumerate(lines):
        placed += [(60, 700 - 13 * n, first), (190 - stringWidth(last, "Helvetica", 11), 700 - 13 * n, last)]
    path = drawn(tmp_path / "a.pdf", placed)
    assert "|" not in document(path).text.split("\n")[0]


def test_lines_that_a_label_opens_stay_apart(tmp_path):
    lines = ["Port d'attache : Roscoff", "Longueur : douze mètres", "Coque : bois", "Capitaine :", "Mme Le Goff"]
    path = drawn(tmp_path / "a.pdf", [(60, 700 - 14 * n, line) for n, line in enumerate(lines)])
    assert document(path).text == "\n\n".join(lines[:3]) + "\n\n" + "\n".join(lines[3:])


def test_text_off_the_page_is_not_read(tmp_path):
    path = drawn(tmp_path / "a.pdf", [(60, 700, HERE), (700, 700, "Le bac est vendu."), (60, -40, "Rien ici.")])
    assert document(path).text == HERE


def test_a_page_that_is_cropped_and_turned_is_lit_where_it_is_seen(tmp_path):
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import RectangleObject

    writer = PdfWriter(clone_from=PdfReader(drawn(tmp_path / "a.pdf", [(160, 700, HERE)])))
    writer.pages[0].cropbox = RectangleObject((100, 100, 560, 800))
    writer.pages[0].rotate(90)
    writer.write(tmp_path / "b.pdf")
    whole = document(tmp_path / "b.pdf")
    (box,) = boxes(tmp_path / "b.pdf", whole, Span(0, len(HERE)))
    # The line starts 60 points from the left and ends 100 below the top of the crop, which become top and right.
    assert (box.page, whole.text) == (1, HERE)
    assert box.top == pytest.approx(60 / 460, abs=0.01)
    assert box.left > 0.8


def test_smaller_items_below_an_item_stay_in_their_place(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(720, 540))
    for size, x, y, text in (
        (40, 200, 456, "Fréquentation"),
        (28, 43, 378, "• 41 000 visiteurs"),
        (25, 79, 338, "– dont 9 000 scolaires"),
        (12, 43, 60, "Le musée compte ses entrées chaque soir et publie leur nombre tous les mois."),
        (12, 43, 45, "Il le fait depuis 1921."),
    ):
        canvas.setFont("Helvetica", size)
        canvas.drawString(x, y, text)
    canvas.save()
    whole = document(tmp_path / "a.pdf")
    assert whole.text.split("\n\n")[:3] == ["Fréquentation", "• 41 000 visiteurs", "– dont 9 000 scolaires"]
    assert [whole.text[slice(*heading)] for heading in whole.headings] == ["Fréquentation"]


@pytest.mark.parametrize(("size", "note", "moves"), [(9, "2 Registre, page 3.", True), (9.8, "Imprimé ici", False)])
def test_only_a_note_is_put_before_a_sentence_that_goes_on_over_the_page(tmp_path, size, note, moves):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for line_size, y, text in ((11, 300, PROSE), (11, 286, "qui rentrent au port, et les"), (size, 200, note)):
        canvas.setFont("Helvetica", line_size)
        canvas.drawString(60, y, text)
    canvas.save()
    assert document(tmp_path / "a.pdf").text.startswith(note) == moves


def test_a_drop_cap_begins_its_word(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    lines = ((60, 686, 40, "D"), (92, 708, 11, "ans la rade, les voiliers"), (92, 694, 11, "attendent le vent."))
    for x, y, size, text in lines:
        canvas.setFont("Helvetica", size)
        canvas.drawString(x, y, text)
    canvas.save()
    assert document(tmp_path / "a.pdf").text == "Dans la rade, les voiliers attendent le vent."


def test_fields_of_a_form_stand_beside_their_labels(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for y, label, value in ((700, "Bateau :", "Belle Étoile"), (660, "Place :", "B 12")):
        canvas.drawString(60, y, label)
        canvas.acroForm.textfield(name=label, x=180, y=y - 6, width=200, height=20, value=value)
    canvas.save()
    whole = document(tmp_path / "a.pdf")
    assert whole.text == "Bateau : Belle Étoile\nPlace : B 12"
    start = whole.text.index("Belle")
    (box,) = boxes(tmp_path / "a.pdf", whole, Span(start, start + len("Belle Étoile")))
    assert 180 / A4[0] <= box.left < box.right <= 380 / A4[0]


@pytest.mark.parametrize("rectangle", [(100, 600, 200, 600), (100, 600, 100, 620), (0, 0, 0, 0)])
def test_a_field_without_room_is_not_read(tmp_path, rectangle):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.drawString(60, 700, "Place :")
    for y, value in ((694, "B 12"), (600, "Signature")):
        canvas.acroForm.textfield(name=value, x=180, y=y, width=200, height=20, value=value)
    canvas.save()
    writer = PdfWriter(clone_from=tmp_path / "a.pdf")
    field = list(writer.pages[0].annotations or ())[1].get_object()
    field[NameObject("/Rect")] = ArrayObject(map(FloatObject, rectangle))
    writer.write(tmp_path / "b.pdf")
    assert document(tmp_path / "b.pdf").text == "Place : B 12"


def test_the_values_of_fields_are_no_headings(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.setFont("Helvetica", 11)
    canvas.drawString(60, 760, "Demande de carte")
    canvas.drawString(60, 700, "Nom :")
    for y, value in ((690, "Bérénice Lacaze"), (600, "À partir du printemps")):
        canvas.acroForm.textfield(name=value, x=100, y=y, width=300, height=30, value=value)
    canvas.save()
    whole = document(tmp_path / "a.pdf")
    assert whole.text.split("\n\n") == ["Demande de carte", "Nom : Bérénice Lacaze", "À partir du printemps"]
    assert (list(whole.headings), whole.title) == ([], "Demande de carte")


def test_thin_spaces_between_digits_are_spaces(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    text = canvas.beginText(60, 700)
    text.setFont("Helvetica", 11)
    text.textOut("Le port compte 14")
    text.moveCursor(text.getX() - 60 + 1.6, 0)
    text.textOut("250 anneaux en tout.")
    canvas.drawText(text)
    canvas.save()
    assert document(tmp_path / "a.pdf").text == "Le port compte 14 250 anneaux en tout."


def test_letters_of_no_language_are_said(tmp_path):
    english = "The lighthouse guards the bay and still guides the boats that come back from the sea at noon"
    shifted = "".join(chr(ord(letter) + 3) for letter in english)
    with pytest.raises(UnreadableFile, match="its text layer does not match what the page shows: run OCR first"):
        read_pdf(drawn(tmp_path / "a.pdf", [(20, 700, shifted)], 8).read_bytes())
    german = "Der Hafen liegt geschützt hinter der Mole und bietet Platz für viele kleine Boote aus Holz"
    assert german in document(drawn(tmp_path / "b.pdf", [(20, 700, german)], 8)).text


def test_a_stamp_on_its_side_is_no_title(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.saveState()
    canvas.rotate(90)
    canvas.setFont("Helvetica", 22)
    canvas.drawString(200, -40, "essai:2203.1 [mer] 2022")
    canvas.restoreState()
    canvas.setFont("Helvetica-Bold", 15)
    canvas.drawString(90, 760, "Les marées de la baie")
    canvas.setFont("Helvetica", 10)
    canvas.drawString(90, 730, f"{PROSE}.")
    canvas.save()
    assert document(tmp_path / "a.pdf").title == "Les marées de la baie"


def test_the_entries_of_a_list_with_leaders_stand_alone(tmp_path):
    entries = ["1.2 Les quais" + "." * 60 + " 4", "Le chenal" + "." * 66 + " 12", "Annexe" + " ." * 30 + " xii"]
    placed = [(60, 700 - 14 * n, entry) for n, entry in enumerate(entries)]
    prose = [(60, 640 - 14 * n, line) for n, line in enumerate([PROSE, "qui rentrent ...... ou qui partent."])]
    path = drawn(tmp_path / "a.pdf", [*placed, *prose])
    assert rows_of(path) == entries
    assert document(path).text.endswith(f"{PROSE} qui rentrent ...... ou qui partent.")


@pytest.mark.parametrize("by_row", [False, True])
def test_small_labels_stand_over_their_values_in_a_form(tmp_path, by_row):
    fields = [(50, 750, "Nom", "Garrigue"), (220, 750, "Prénom", "Solène"), (390, 750, "Contrat", "HB-20931"),
              (50, 705, "Date", "14/01/2024"), (220, 705, "Lieu", "Parking"), (390, 705, "Témoin", "")]  # fmt: skip
    cells = [(x, y - 14 * n, 11 if n else 7, text) for x, y, *texts in fields for n, text in enumerate(texts)]
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for x, y, size, text in sorted(cells, key=lambda cell: (-cell[1], cell[0])) if by_row else cells:
        canvas.setFont("Helvetica", size)
        canvas.drawString(x, y, text)
    canvas.save()
    assert rows_of(tmp_path / "a.pdf") == [
        "Nom: Garrigue; Prénom: Solène; Contrat: HB-20931",
        "Témoin",
        "Date: 14/01/2024; Lieu: Parking",
    ]


def test_a_name_of_a_column_without_values_is_kept(tmp_path):
    rows = [("Port", "Tonnage", "Escales", "Remarques"), ("Brest", "310", "12", ""), ("Sète", "275", "9", "")]
    written = rows_of(drawn(tmp_path / "ports.pdf", grid(rows, 700)))
    assert "Remarques" in written
    assert "Port: Sète; Tonnage: 275; Escales: 9" in written


def test_a_label_with_its_value_names_no_column(tmp_path):
    rows = [("Navire : Alcyon", "Pavillon", "Escale"), ("Tonnage", "310", "12"), ("Tirant", "275", "9")]
    written = " ".join(rows_of(drawn(tmp_path / "navire.pdf", grid(rows, 700))))
    assert "Alcyon" in written
    assert "Alcyon: Tonnage" not in written


def test_letters_that_take_two_codes_are_one_character():
    assert characters_of([0x28, 0xD835, 0xDC49, 0x29, 0xDC49]) == ["(", "\U0001d449", "\0", ")", "\0"]


@pytest.mark.parametrize("name", ["latex-accents", "latex-columns", "office"])
def test_the_text_of_a_page_is_that_of_its_characters(name):
    with closing(pypdfium2.PdfDocument(PDFS / f"{name}.pdf")) as opened:
        for page in opened:
            with closing(Letters(page)) as letters, closing(page.get_textpage()) as own:
                codes = [pdfium.FPDFText_GetUnicode(own.raw, number) for number in range(own.count_chars())]
                assert letters.raw == "".join(characters_of(codes))


@given(st.lists(st.integers(PUT_IN, 30) | st.sampled_from([PUT_IN]), max_size=40), st.integers(0, 9))
def test_runs_hold_the_place_of_each_character(numbers, start):
    text = Traced("x" * len(numbers), numbers)
    restored = {run.offset + at: run.first + at for run in runs_of(text, 1, start) for at in range(run.length)}
    placed = {start + at: number for at, number in enumerate(numbers) if number != PUT_IN}
    assert placed.items() <= restored.items()
    put_in = {start + at for at, number in enumerate(numbers) if number == PUT_IN}
    assert restored.keys() - placed.keys() <= put_in


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Seine-Saint-De\u2010", "nis", "Seine-Saint-Denis"),
        ("l'après-mi\u2010", "di", "l'après-midi"),
        ("accueil@long-do\u2010", "maine.fr", "accueil@long-domaine.fr"),
        ("un chef\u2010", "lieu", "un chef\u2010lieu"),
    ],
)
def test_a_hyphen_of_typesetting_is_no_part_of_a_compound_or_an_address(before, after, expected):
    lines = [Traced.put_in(before), Traced.put_in(after)]
    assert join(lines, frozenset(), Vocabulary()).text == expected


def test_lines_are_joined_once_for_all():
    lines = [Traced(line, range(10 * at, 10 * at + len(line))) for at, line in enumerate(["Le ba-", "teau", "part."])]
    text, numbers = join(lines, frozenset({"bateau"}), frozenset())
    assert text == "Le bateau part."
    assert numbers == [*range(5), *range(10, 14), PUT_IN, *range(20, 25)]


def test_a_power_in_a_cell_is_no_row(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for n, cells in enumerate(
        [("Grandeur", "Unité", "", "Valeur"), ("Aire", "m", "2", "12"), ("Volume", "m", "3", "40")]
    ):
        for x, text in zip((70, 180, 188.4, 260), cells, strict=True):
            canvas.setFont("Helvetica", 7 if x == 188.4 else 10)
            canvas.drawString(x, 700 - 18 * n + (5 if x == 188.4 else 0), text)
    canvas.save()
    assert rows_of(tmp_path / "a.pdf") == [
        "Grandeur: Aire; Unité: m²; Valeur: 12",
        "Grandeur: Volume; Unité: m³; Valeur: 40",
    ]


SERVICES = ("Service", "Prévu", "Réel", "Prévu", "Réel", "Prévu", "Réel", "Note")


@pytest.mark.parametrize(("edge", "years", "count"), [("left", 2, 5), ("right", 3, 7), ("left", 3, 8)])
def test_names_over_several_columns_are_set_alike(tmp_path, edge, years, count):
    names = [text for year in range(2021, 2021 + years) for text in (str(year), "")]
    rows = [
        ("", *names, "")[:count],
        SERVICES[:count],
        *((name, *"1234567"[: count - 1]) for name in ("Voirie", "Port")),
    ]
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            is_right = edge == "right" and column
            draw = canvas.drawRightString if is_right else canvas.drawString
            draw(60 + 60 * column + 50 * bool(is_right), 700 - 16 * number, text)
    canvas.save()
    named = [f"{year} {name}" for year in range(2021, 2021 + years) for name in SERVICES[1:3]] + ["Note"]
    values = "; ".join(f"{name}: {value}" for name, value in zip(named[: count - 1], "1234567", strict=False))
    assert rows_of(tmp_path / "a.pdf") == [f"Service: {name}; {values}" for name in ("Voirie", "Port")]


def test_a_cell_of_several_lines_beside_cells_in_its_middle(tmp_path):
    names = [("Vis longue en", "acier pour la", "charpente"), ("Écrou",), ("Rondelle plate", "et large")]
    placed, top = grid([("Article", "Nombre", "Prix")], 700), 674.0
    for number, lines in enumerate(names):
        placed += [(60, top - 12 * n, line) for n, line in enumerate(lines)]
        placed += [(170 + 110 * n, top - 6 * (len(lines) - 1), f"{number + 1},{n}0") for n in range(2)]
        top -= 12 * len(lines) + 8
    assert rows_of(drawn(tmp_path / "a.pdf", placed, 10)) == [
        "Article: Vis longue en acier pour la charpente; Nombre: 1,00; Prix: 1,10",
        "Article: Écrou; Nombre: 2,00; Prix: 2,10",
        "Article: Rondelle plate et large; Nombre: 3,00; Prix: 3,10",
    ]


def test_a_line_that_begins_small_ends_the_cell_above_it(tmp_path):
    rows = [("Article", "Nombre", "Prix"), ("Vis à bois", "10", "1,50"), ("longue",), ("Écrou", "20", "2,00")]
    path = drawn(tmp_path / "a.pdf", grid([*rows, ("Clou", "30", "0,10")], 700))
    assert rows_of(path)[:2] == [
        "Article: Vis à bois longue; Nombre: 10; Prix: 1,50",
        "Article: Écrou; Nombre: 20; Prix: 2,00",
    ]


@pytest.mark.parametrize("gap", [0, 10])
def test_years_among_figures_name_the_columns_of_another_table(tmp_path, gap):
    tables = (
        [("Recettes", "2022", "2023"), ("Impôts", "100", "110"), ("Dons", "50", "40")],
        [("Dépenses", "2023", "2024"), ("Salaires", "80", "85"), ("Énergie", "20", "25")],
    )
    path = drawn(tmp_path / "a.pdf", [*grid(tables[0], 700), *grid(tables[1], 652 - gap)])
    assert rows_of(path)[2:] == ["Dépenses: Salaires; 2023: 80; 2024: 85", "Dépenses: Énergie; 2023: 20; 2024: 25"]


def test_a_row_that_names_those_below_it_ends_no_table(tmp_path):
    rows = [("Poste", "2023", "2024"), ("Recettes",), ("Impôts", "100", "110"), ("Dépenses",), ("Énergie", "20", "25")]
    placed = [(x, 700 - 1.2 * (700 - y), text) for x, y, text in grid(rows, 700)]
    assert rows_of(drawn(tmp_path / "a.pdf", placed, 10)) == [
        "Recettes",
        "Poste: Impôts; 2023: 100; 2024: 110",
        "Dépenses",
        "Poste: Énergie; 2023: 20; 2024: 25",
    ]


def test_a_line_over_the_first_of_its_rows_is_no_part_of_that_row(tmp_path):
    rows = [
        ("Poste", "Budget"),
        ("Recettes", ""),
        ("Impôts", "120"),
        ("Dons", "40"),
        ("Dépenses", ""),
        ("Gaz", "90"),
        ("Eau", "7"),
    ]
    placed = [(60 + 2 * (x - 60), y, text) for x, y, text in grid(rows, 700)]
    assert rows_of(drawn(tmp_path / "a.pdf", placed, 10)) == [
        "Recettes",
        "Poste: Impôts; Budget: 120",
        "Poste: Dons; Budget: 40",
        "Dépenses",
        "Poste: Gaz; Budget: 90",
        "Poste: Eau; Budget: 7",
    ]


def test_what_is_written_last_in_a_gap_of_a_line_is_read_in_it(tmp_path):
    left = 60 + stringWidth("Le loyer est de ", "Helvetica", 11)
    right = left + stringWidth("720 euros", "Helvetica", 11)
    placed = [(60, 700, "Le loyer est de"), (right, 700, ", charges comprises."), (60, 686, "Il est payable en mars.")]
    text = document(drawn(tmp_path / "a.pdf", [*placed, (left, 700, "720 euros")])).text
    assert text.startswith("Le loyer est de 720 euros, charges comprises.")


def test_the_letter_o_is_a_bullet_at_the_start_of_a_line(tmp_path):
    lines = ["Il faut apporter :", "o une pièce d'identité,", "o un justificatif de domicile."]
    text = document(drawn(tmp_path / "a.pdf", [(60, 700 - 13 * n, line) for n, line in enumerate(lines)])).text
    assert [line for line in text.split("\n") if line] == lines


def sheet(path: Path, draw: Callable[[Canvas], None]) -> str:
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setFont("Helvetica", 11)
    canvas.drawString(60, 760, "Le loyer est de 650 euros.")
    draw(canvas)
    canvas.save()
    return document(path).text


def white(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(60, 700, "Caché")


def invisible(canvas: Canvas) -> None:
    text = canvas.beginText(60, 700)
    text.setTextRenderMode(3)
    text.textOut("Caché")
    canvas.drawText(text)


def blackened(canvas: Canvas) -> None:
    canvas.drawString(60, 700, "Caché")
    canvas.rect(50, 690, 200, 24, fill=1)


def black_on_black(canvas: Canvas) -> None:
    canvas.rect(50, 690, 200, 24, fill=1)
    canvas.drawString(60, 700, "Caché")


@pytest.mark.parametrize("draw", [white, invisible, blackened, black_on_black])
def test_what_no_reader_sees_is_left_out(tmp_path, draw):
    assert sheet(tmp_path / "a.pdf", draw) == "Le loyer est de 650 euros."


def white_on_black(canvas: Canvas) -> None:
    canvas.rect(50, 690, 200, 24, fill=1)
    white(canvas)


def written_again(canvas: Canvas) -> None:
    blackened(canvas)
    white(canvas)


def half_covered(canvas: Canvas) -> None:
    canvas.drawString(60, 700, "Caché")
    canvas.rect(50, 690, 30, 24, fill=1)


def marked(canvas: Canvas) -> None:
    canvas.drawString(60, 700, "Caché")
    canvas.setFillColorRGB(1, 1, 0, alpha=0.5)
    canvas.rect(50, 690, 200, 24, fill=1, stroke=0)


def cut_to_size(canvas: Canvas) -> None:
    canvas.drawString(60, 700, "Caché")
    path = canvas.beginPath()
    path.rect(300, 600, 50, 50)
    canvas.clipPath(path, stroke=0)
    canvas.rect(0, 0, 500, 740, fill=1)


@pytest.mark.parametrize("draw", [white_on_black, written_again, half_covered, marked, cut_to_size])
def test_what_a_reader_sees_is_read_whatever_is_drawn_there(tmp_path, draw):
    assert sheet(tmp_path / "a.pdf", draw) == "Le loyer est de 650 euros.\n\nCaché"


def test_what_is_seen_beside_what_is_not_is_read(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    text = canvas.beginText(60, 700)
    for colour, words in ((1, "Table 4.–"), (0, "Les loyers de 2003")):
        text.setFillColorRGB(colour, colour, colour)
        text.textOut(words)
    canvas.drawText(text)
    canvas.save()
    assert document(tmp_path / "a.pdf").text == "Les loyers de 2003"


def test_a_table_goes_on_in_the_columns_of_the_page_before(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for rows in (
        [("Date", "Libellé", "Débit", "Crédit"), ("2 mai", "Loyer", "7,00", ""), ("3 mai", "Paie", "", "9,00")],
        [("4 mai", "Gaz", "5,00", ""), ("5 mai", "Don", "", "6,00"), ("6 mai", "Eau", "4,00", "")],
    ):
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                canvas.drawString(60 + 80 * column, 760 - 16 * number, text)
        canvas.showPage()
    canvas.save()
    assert rows_of(tmp_path / "a.pdf")[2:] == [
        "Date: 4 mai; Libellé: Gaz; Débit: 5,00",
        "Date: 5 mai; Libellé: Don; Crédit: 6,00",
        "Date: 6 mai; Libellé: Eau; Débit: 4,00",
    ]


def test_cells_as_near_as_words_are_parted_where_lines_around_them_begin_or_end_cells(tmp_path):
    names = [(60, 700, "Article"), (200, 700, "Prix HT"), (282, 700, "Livré le")]
    cells = [("Bouilloire", "22", "Mardi 5"), ("Grille-pain", "31,5", "Jeudi 7"), ("Cafetière", "18", "Lundi 4")]
    placed = [
        placed_cell
        for row, (article, price, day) in enumerate(cells, 1)
        for placed_cell in (
            (60, 700 - 16 * row, article),
            (280 - stringWidth(price, "Helvetica", 11), 700 - 16 * row, price),
            (282, 700 - 16 * row, day),
        )
    ]
    assert rows_of(drawn(tmp_path / "a.pdf", [*names, *placed])) == [
        f"Article: {article}; Prix HT: {price}; Livré le: {day}" for article, price, day in cells
    ]


def test_words_that_a_program_writes_one_by_one_are_no_cells(tmp_path):
    lines = ["Le bac de Nord part à huit heures", "Le bus de Sud part à neuf heures", "Le car de Brest part à midi"]
    placed: list[Placed] = []
    for row, line in enumerate(lines):
        placed.append((60, 700 - 16 * row, f"Ligne {row}"))
        left = 160.0
        for word in line.split():
            placed.append((left, 700 - 16 * row, word))
            left += stringWidth(word + " ", "Helvetica", 11)
    assert rows_of(drawn(tmp_path / "a.pdf", placed)) == [f"Ligne {row} | {line}" for row, line in enumerate(lines)]


def test_a_watermark_across_the_pages_is_no_heading_and_is_kept_once(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for page in range(3):
        canvas.saveState()
        canvas.translate(300, 400)
        canvas.rotate(45)
        canvas.setFont("Helvetica-Bold", 60)
        canvas.drawCentredString(0, 0, "PROJET")
        canvas.restoreState()
        canvas.setFont("Helvetica", 11)
        for x, y, text in grid([("Nom", "Prix"), (f"Vis {page}", "2"), (f"Clou {page}", "3")], 430):
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    whole = document(tmp_path / "a.pdf")
    assert whole.text.count("PROJET") == 1
    assert whole.title != "PROJET"
    assert rows_of(tmp_path / "a.pdf")[:2] == ["Nom: Vis 0; Prix: 2", "Nom: Clou 0; Prix: 3"]


@pytest.mark.parametrize(("angle", "corner"), [(90, (A4[0], 0)), (270, (0, A4[1]))])
def test_a_page_whose_text_stands_on_its_side_is_read_as_if_it_were_upright(tmp_path, angle, corner):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.translate(*corner)
    canvas.rotate(angle)
    canvas.setFont("Helvetica", 11)
    for x, y, text in grid(BERTHS, 500):
        canvas.drawString(x, y, text)
    canvas.drawString(60, 400, HERE)
    canvas.save()
    assert rows_of(tmp_path / "a.pdf") == [
        "Ponton: Nord; Longueur: 12 m; Tirant: 1,80 m; Prix: 410 €",
        "Ponton: Sud; Longueur: 9 m; Prix: 285 €",
    ]
    assert HERE in document(tmp_path / "a.pdf").text
