"""Names of columns may stand in several rows, of which no file says so."""

import pytest

from index.readers.content.cell_lines import joined_lines
from index.readers.content.cell_tables import cell_table
from index.readers.content.cells import Cell


def rows(*written: str) -> list[list[Cell]]:
    """Return rows of cells that bars part; «>2» ends one of two columns, «^» is one that goes on from above.

    «=» begins one that names others, «*» one in bold, «#» a filled one, «@» one that the style of its table sets apart.
    """
    return [[_cell(cell) for cell in row.split("|")] for row in written]


def _cell(written: str) -> Cell:
    text, _, columns = written.partition(">")
    is_head, text = text.startswith("="), text.removeprefix("=")
    marks = {"is_bold": text.startswith("*"), "is_filled": text.startswith("#"), "is_styled": text.startswith("@")}
    text = text.lstrip("*#@")
    return Cell(text.removesuffix("^"), int(columns or 1), continues=text == "^", is_head=is_head, **marks)


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


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (rows("Client|Ana SA|Facture|F-12", "Adresse|3 rue Basse|Date|1er mars", "Ville|Metz|Échéance|1er mai"),
         ["Client: Ana SA; Facture: F-12", "Adresse: 3 rue Basse; Date: 1er mars", "Ville: Metz; Échéance: 1er mai"]),
        (rows("Nom|Ana|Bo", "Âge|31|44", "Ville|Metz|Nice"),
         ["Nom: Ana; Âge: 31; Ville: Metz", "Nom: Bo; Âge: 44; Ville: Nice"]),
        (rows("=Nom|Ana|Bo", "=Ville|Metz|Nice"), ["Nom: Ana; Ville: Metz", "Nom: Bo; Ville: Nice"]),
        (rows("Nom|Ana|Bo", "Ville|Metz|Nice"), ["Nom | Ana | Bo", "Ville | Metz | Nice"]),
        (rows("nom|texte|celui du client", "date|jour|le jour du devis"),
         ["nom | texte | celui du client", "date | jour | le jour du devis"]),
        (rows("Prix|2022|2023", "Tarif|10|12", "Coût|8|9"), ["Prix: Tarif; 2022: 10; 2023: 12",
                                                           "Prix: Coût; 2022: 8; 2023: 9"]),
    ],
)  # fmt: skip
def test_names_may_stand_in_the_first_column_or_in_each_second(table, expected):
    assert [block.text for block in cell_table(table)] == expected


def test_a_cell_across_a_table_stands_over_the_rows_that_follow_and_takes_no_name():
    table = rows("=Produit|=Prix", "Fruits>2", "Pomme|2", "Légumes>2", "Chou|3", "Prix en euros>2")
    assert list(cell_table(table, [True, *[False] * 5])) == [
        ("Fruits", "caption"),
        ("Produit: Pomme; Prix: 2", "row"),
        ("Légumes", "caption"),
        ("Produit: Chou; Prix: 3", "row"),
        ("Prix en euros", "row"),
    ]
    parted = rows("Lieu|Agents>2", "au 1er mai>3", "^|2022|2023", "Nord|14|12")
    assert [block.text for block in cell_table(parted)] == [
        "au 1er mai",
        "Lieu: Nord; Agents 2022: 14; Agents 2023: 12",
    ]


def test_a_first_row_that_alone_is_in_bold_names_the_columns():
    assert [block.text for block in cell_table(rows("*Orme|*Rive", "Ana|Bo", "Cy|Do"))] == [
        "Orme: Ana; Rive: Bo",
        "Orme: Cy; Rive: Do",
    ]
    assert cell_texts("*Orme|*Rive", "*Ana|Bo", "*Cy|*Do") == ["Orme: Ana; Rive: Bo", "Orme: Cy; Rive: Do"]
    bold = rows("*Orme|*Rive|*Nord", "*Ana|*Bo|*Est")
    assert [block.text for block in cell_table(bold)] == ["Orme | Rive | Nord", "Ana | Bo | Est"]


def cell_texts(*written: str) -> list[str]:
    return [block.text for block in cell_table(rows(*written))]


def test_a_first_row_that_is_filled_or_styled_names_the_columns_unless_it_reads_as_a_record():
    assert cell_texts("#Orme|#Rive", "Ana|Bo", "Cy|Do") == ["Orme: Ana; Rive: Bo", "Orme: Cy; Rive: Do"]
    assert cell_texts("@Orme|@Rive", "Ana|Bo", "Cy|Do") == ["Orme: Ana; Rive: Bo", "Orme: Cy; Rive: Do"]
    assert cell_texts("#Orme|#Rive", "Ana|Bo", "#Cy|#Do", "Eve|Flo")[0] == "Orme | Rive"
    assert cell_texts("@Nom|@Pont Neuf", "Longueur|238 m", "Année|1607")[0] == "Nom | Pont Neuf"
    assert cell_texts("@Club|@Halle", "Rang|4", "Rive|est")[0] == "Club | Halle"
    assert cell_texts("@Ana|@samedi|@Halle", "Bo|jeudi|Port", "Cy|samedi|Quai")[0] == "Ana | samedi | Halle"


RECORDS = """
    Club photo|Salle 3|Mardi / Chorale|Foyer|Jeudi / Théâtre|Foyer|Lundi
    John Smith|Manager|London / Amy Lee|Clerk|Leeds / Bob Ray|Driver|York
    Chef de projet|Ana|Metz / Comptable|Bo|Brest
    Halle aux grains|Place Foch|jour / Mairie|Rue Verte|nuit
    Livre|Germinal|Zola / Film|Amélie|Jeunet / Disque|Nevermind|Nirvana
    Entrée|Salade|froid / Plat|Daube|chaud / Dessert|Tarte|froid
    Samedi matin|Lecture|Foyer / Mardi|Danse|Halle / Jeudi|Chant|Halle
    Ana|Metz|Maçon / Bo|Brest|Peintre / Cy|Brest|Plombier / Do|Nice|Couvreur / Eve|Nice|Vitrier
    Mairie|Place Foch|Est / École|12 rue Verte|Nord / Stade|3 rue Basse|Sud / Halle|1 place Neuve|Ouest
    Matière|bois / Longueur|3 m / Hauteur|2 m
    Couleur|rouge / Hauteur|2 / Largeur|3
    Visite|au choix / Groupe|5 € / Famille|12 €
    Type de bien|Maison / Surface|120 m² / Chambres|4
"""
NAMED = """
    Nom|Ville / Ana|Brest / Bo|Metz
    Question|Réponse / Où se garer ?|Au nord / Qui appeler ?|La mairie
    Jour|Repas / Lundi|Daube / Mardi|Riz
    Halle|Aire / Nord|120 m² / Sud|80 m²
    Stade|Accueil / Nord|9h-12h / Sud|14h-18h
    Orme|Payé|Inscrit / Ana|oui|non / Bo|non|oui
    Arrêt|Premier bus|Dernier bus / Gare|06:45|21:10 / Port|07:00|21:25
"""


@pytest.mark.parametrize("written", RECORDS.strip().splitlines())
def test_a_record_is_no_header(written):
    table = written.strip().split(" / ")
    assert cell_texts(*table) == [row.replace("|", " | ") for row in table]


@pytest.mark.parametrize("written", NAMED.strip().splitlines())
def test_names_of_kinds_or_over_alike_values_are_a_header(written):
    names, first, *_ = (row.split("|") for row in written.strip().split(" / "))
    pairs = "; ".join(f"{name}: {value}" for name, value in zip(names, first, strict=True))
    assert cell_texts(*written.strip().split(" / "))[0] == pairs


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["Vis\nÉcrou", "10\n200"], ["Vis / Écrou", "10 / 200"]),
        (["Lundi", "8h-12h\n14h-18h"], ["Lundi", "8h-12h / 14h-18h"]),
        (["Lot 1\n2 barques"], ["Lot 1 / 2 barques"]),
        (["Jean\nDupont", "12 mois\nrenouvelables"], ["Jean Dupont", "12 mois renouvelables"]),
        (["Ouvert le 3.\n4 bacs passent.", "Tarif :\n4 €"], ["Ouvert le 3. 4 bacs passent.", "Tarif : 4 €"]),
        (["Le bac traverse le lac même quand le vent\nsouffle.", "1\n2"],
         ["Le bac traverse le lac même quand le vent souffle.", "1 / 2"]),
    ],
)  # fmt: skip
def test_lines_of_a_cell_that_are_several_values_stay_apart(row, expected):
    assert joined_lines(row) == expected


def test_names_of_columns_and_labels_may_be_wrapped():
    table = [[Cell("Prix\n2020"), Cell("Prix\n2021")], [Cell("10\n12"), Cell("11\n13")]]
    assert [block.text for block in cell_table(table, [True])] == ["Prix 2020: 10 / 12; Prix 2021: 11 / 13"]
    pairs = [[Cell("Lieu de\nvente", is_head=True), Cell("1\n2")], [Cell("Prix", is_head=True), Cell("5")]]
    assert [block.text for block in cell_table(pairs)] == ["Lieu de vente: 1 / 2", "Prix: 5"]


def test_a_word_over_several_columns_is_the_value_of_each():
    table = rows("Jour|Matin|Soir|Tarif", "Lundi|9 h|18 h|4 €", "Mardi|fermé>2|gratuit", "Mercredi|12>2|5 €")
    assert [block.text for block in cell_table(table)][1:] == [
        "Jour: Mardi; Matin: fermé; Soir: fermé; Tarif: gratuit",
        "Jour: Mercredi; Matin: 12; Tarif: 5 €",
    ]


def test_a_word_over_several_columns_before_a_figure_names_that():
    table = rows("Pièce|Quantité|Prix|Montant", "Vis|3|2|6", "|Total HT>2|6")
    assert [block.text for block in cell_table(table)][1:] == ["Quantité: Total HT; Montant: 6"]
