"""Markdown as people write it: lines that mean something, definitions, tables that are drawn, front matter."""

import time

import pytest

from index.readers.markup.markdown import read_markdown

WRAPPED = "Le bac traverse le lac chaque jour de la belle saison, sauf quand le\nVent du nord souffle trop fort."


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Mairie de Cange\n4 rue du Four\n29000 Cange", "Mairie de Cange\n4 rue du Four\n29000 Cange"),
        ("Un petit texte\nqui va\n(voir plus bas)\n**et** finit", "Un petit texte qui va (voir plus bas) et finit"),
        (WRAPPED, WRAPPED.replace("\n", " ")),
        (f"{'Ouvert tous les jours de la semaine' * 2}\nTél. : 02 98 11 22 33",
         f"{'Ouvert tous les jours de la semaine' * 2}\nTél. : 02 98 11 22 33"),
        ("| Le vent se lève\n| il faut tenter de vivre", "Le vent se lève\nil faut tenter de vivre"),
        ("a. le bac\nb. le train", "a. le bac\nb. le train"),
        ("Titre long\nEn deux lignes\n===", "Titre long En deux lignes"),
        ("> [!tip] Marée\n> Prudence.", "Marée\n\nPrudence."),
        ("Un %%mot caché%% fait.\n\nUne suite. ^bloc-1", "Un fait.\n\nUne suite."),
        ("Un [mot]{.smallcaps} et x^2.", "Un mot et x^2."),
        ("<div class='x' markdown='1'>\nUn *mot*.\n</div>", "Un mot."),
    ],
)  # fmt: skip
def test_lines_that_no_program_wrapped_stay_lines(written, expected):
    assert read_markdown(written.encode()).text == expected


@pytest.mark.parametrize("gap", ["", "\n"])
def test_a_term_stands_over_its_definitions(gap):
    parsed = read_markdown(f"Bac\n{gap}: Un *bateau*\n  plat.\n: Un examen.\n\nFin.".encode())
    assert parsed.text == "Bac\n\nUn bateau plat.\nUn examen.\n\nFin."
    assert [(block.kind, block.parent) for block in parsed.blocks] == [("lead-in", -1), ("item", 0), ("item", 0)]


BOXES = (
    "+------+-------+\n| Bac  | Prix  |\n+======+=======+\n| Nord | 4 €   |\n"
    "+------+-------+\n| Sud  | **8** |\n|      | euros |\n+------+-------+"
)
COLUMNS = "Bac    Prix\n-----  ---------\nNord   4 €\nSud    8 euros"


@pytest.mark.parametrize("table", [BOXES, COLUMNS])
def test_drawn_tables_have_names(table):
    text = read_markdown(f"Un.\n\n{table}\n\nFin.".encode()).text
    assert text == "Un.\n\nBac: Nord; Prix: 4 €\nBac: Sud; Prix: 8 euros\n\nFin."
    assert read_markdown(f"```\n{table}\n```".encode()).text == table


def test_dates_and_folded_texts_of_front_matter_are_read():
    parsed = read_markdown(b"---\ntitle: >-\n  Le plan\n  du port\ndate: 12 mars 2021\n---\nUn mot.")
    assert (parsed.title, str(parsed.date)) == ("Le plan du port", "2021-03-12")
    pandoc = read_markdown(b"% Le plan\n% Anna; Bob\n% 3 mars 2021\n\nUn mot.")
    assert (pandoc.title, str(pandoc.date)) == ("Le plan", "2021-03-03")
    assert pandoc.text == "author: Anna; Bob\ndate: 3 mars 2021\n\nUn mot."
    assert read_markdown(b"---\nevent_date: 2021-09-10\n---\nUn mot.").date is None


def test_front_matter_may_open_with_a_comment():
    parsed = read_markdown(b"---\n# de la page\ntitle: Le plan\nlieu: Salle B\n---\nUn mot.")
    assert (parsed.title, parsed.text) == ("Le plan", "lieu: Salle B\n\nUn mot.")
    assert read_markdown(b"---\n# Le plan\n\nUn mot.\n\n---\n").headings


def test_a_note_of_two_paragraphs_holds_no_code():
    parsed = read_markdown(b"Vu[^a].\n\n[^a]: Une note.\n\n    Sa suite.\n\nFin.")
    assert (parsed.text, parsed.blocks) == ("Vu.\n\nUne note.\n\nSa suite.\n\nFin.", ())


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    ["[^1]: une note de plusieurs mots\n", "+---+---+\n", "a  b\n-- --\n", "un\n: deux\n", "<a markdown\n", "% %%\n"],
)
def test_lines_that_look_like_marks_are_read_in_time(line):
    began = time.process_time()
    read_markdown((line * 10_000 + "\n\nUn mot.").encode())
    assert time.process_time() - began < 20
