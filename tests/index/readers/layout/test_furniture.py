"""What pages repeat in their margins is read once, and no cell or amount is taken for it."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from made_files import document
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

Placed = tuple[float, float, str]
NAMES = ("Rang", "Commune", "Habitants")


def paged(path: Path, pages: Sequence[Sequence[Placed]]) -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    for placed in pages:
        canvas.setFont("Helvetica", 11)
        for x, y, text in placed:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return path


def alone(texts: Sequence[str], y: float = 40) -> list[list[Placed]]:
    """Pages with a sentence each, and a text in the margin."""
    places = ["du nord", "du sud", "de l'est", "de l'ouest", "du centre"]
    return [
        [(60, 500, f"Le phare {place} éclaire la côte."), (60, y, text)]
        for place, text in zip(places, texts, strict=False)
    ]


@pytest.mark.parametrize("names_on", [1, 4], ids=["first page", "each page"])
def test_cells_in_the_margins_are_no_furniture(tmp_path, names_on):
    pages, ranks = list[list[Placed]](), iter(range(1, 1000))
    for page in range(4):
        names = [NAMES] if page < names_on else []
        rows = [*names, *((str(n), "Le Bourg", str(9000 - 13 * n)) for n in (next(ranks) for _ in range(48)))]
        pages.append([(60 + 150 * x, 815 - 16 * y, cell) for y, row in enumerate(rows) for x, cell in enumerate(row)])
        pages[-1].append((280, 20, f"{page + 1}"))
    whole = document(paged(tmp_path / "a.pdf", pages))
    blocks = [whole.text[block.start : block.end] for block in whole.blocks]
    assert blocks == [f"Rang: {n}; Commune: Le Bourg; Habitants: {9000 - 13 * n}" for n in range(1, 193)]


@pytest.mark.parametrize("text", ["{} €", "{}", "12,{}", "Facture {}"])
def test_a_line_whose_number_is_not_that_of_the_page_is_kept(tmp_path, text):
    amounts = [text.format(amount) for amount in (41, 17, 96, 33, 58)]
    whole = document(paged(tmp_path / "a.pdf", alone(amounts)))
    assert [amount for amount in amounts if amount in whole.text.split("\n\n")] == amounts


@pytest.mark.parametrize("text", ["{}", "– {} –", "Page {}", "{} / 95", "Rapport 2021 | {}"])
def test_a_number_that_counts_the_pages_is_left_out(tmp_path, text):
    whole = document(paged(tmp_path / "a.pdf", alone([text.format(number) for number in range(91, 96)])))
    kept = [line for line in whole.text.split("\n\n") if "phare" not in line]
    assert kept == ([text.format(91)] if "Rapport" in text else [])


def test_a_header_with_a_number_is_kept_once_for_each_number(tmp_path):
    lines = ["Dossier 41", "Dossier 41", "Dossier 42", "Dossier 42"]
    whole = document(paged(tmp_path / "a.pdf", alone(lines, 800)))
    assert [line for line in whole.text.split("\n\n") if "phare" not in line] == ["Dossier 41", "Dossier 42"]


@pytest.mark.parametrize("numerals", [("III", "IV", "V", "VI", "VII"), ("– xxxix –", "– xl –", "– xli –", "– xlii –")])
def test_roman_numbers_that_count_the_pages_are_left_out(tmp_path, numerals):
    whole = document(paged(tmp_path / "a.pdf", alone(numerals)))
    assert [line for line in whole.text.split("\n\n") if "phare" not in line] == []


@pytest.mark.parametrize("texts", [("III", "XX", "CC", "III", "VI"), ("Civil", "Pénal", "Mixte", "Vil", "Fiscal")])
def test_letters_that_count_no_pages_are_kept(tmp_path, texts):
    whole = document(paged(tmp_path / "a.pdf", alone(texts)))
    assert [line for line in whole.text.split("\n\n") if "phare" not in line] == list(texts)


def test_a_running_head_on_every_other_page_interrupts_no_word(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    lines = [
        "Le phare éclaire la rade.",
        "Le bac part à six heures.",
        "Le quai est à l'est, face au sui-",
        "vant.",
        "Fin.",
    ]
    for number, line in enumerate(lines):
        canvas.setFont("Helvetica", 9)
        canvas.drawString(200, 810, "LES ESTIVES" if number % 2 else "Un village")
        canvas.setFont("Helvetica", 11)
        canvas.drawString(60, 700, line)
        canvas.showPage()
    canvas.save()
    text = document(tmp_path / "a.pdf").text
    assert text.count("LES ESTIVES") == text.count("Un village") == 1
    assert "face au suivant." in text
