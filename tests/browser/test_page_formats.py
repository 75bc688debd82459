"""Quotes of files of many formats in a real browser: each is lit to the letter, where a person sees it in the file."""

import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import docx
import pptx
import pypdfium2  # type: ignore[import-untyped]
import pytest
from plain_controller import serve_page
from playwright.sync_api import Page, expect
from reportlab.lib.pagesizes import A5
from reportlab.pdfgen.canvas import Canvas

import index
from bench.attacks.junk import workbook
from ui.web.app import create_controller

SUBTITLES = (
    "1\n00:00:02,000 --> 00:00:05,000\nLa marée monte.\n\n2\n00:00:06,000 --> 00:00:09,000\nRentrons au port !\n"
)
HERBS = "<h1>Tisane</h1><p>Il faut :</p><ol><li>cueillir la verveine</li><li>chauffer l'eau à 90 °C</li></ol>"
BASELINE, FROM_LEFT, SIZE = 300, 60, 14  # points of the word that is scanned
has_tesseract = os.environ.get("CI") or shutil.which("tesseract")


def timetable(path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=0, cols=3)
    for row in (("Bac", "Départ", "Quai"), ("Locmaria", "07:40", "B"), ("Sauzon", "08:15", "C")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(str(path))


def slides(path: Path) -> None:
    presentation = pptx.Presentation()
    for title, line in (("Le sel", "Un marais en produit trente tonnes."), ("La récolte", "Elle dure de juin à août.")):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = title, line
    presentation.save(str(path))


def fields(path: Path) -> None:
    rows = [(f"Champ {number}", "orge", "talus") for number in range(40)]
    path.write_bytes(workbook([("Parcelle", "Culture", "Bordure"), *rows, ("Clos du moulin", "lin", "haie")]))


def photograph(path: Path) -> None:
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=A5)
    canvas.setFont("Helvetica", SIZE)
    canvas.drawString(FROM_LEFT, BASELINE, "Phare construit en granite rose")
    canvas.drawString(FROM_LEFT, BASELINE - 100, "Visite tous les mardis de juillet")
    canvas.save()
    pypdfium2.PdfDocument(data.getvalue())[0].render(scale=200 / 72).to_pil().save(path)


@pytest.fixture(scope="module")
def opened(tmp_path_factory) -> Iterator[tuple[str, index.Index]]:
    """The page over one folder of all these files, and its index."""
    folder = tmp_path_factory.mktemp("formats")
    (folder / "files").mkdir()
    made = {"bacs.docx": timetable, "sel.pptx": slides, "parcelles.xlsx": fields, "phare.png": photograph}
    for name, make in made.items():
        make(folder / "files" / name)
    (folder / "files/marée.srt").write_text(SUBTITLES, "utf-8")
    (folder / "files/tisane.html").write_text(HERBS, "utf-8")
    index.rebuild(folder / "files", folder / "index")
    with serve_page(create_controller(folder / "index")) as address, index.open_index(folder / "index") as own:
        yield address, own


def follow(page: Page, opened: tuple[str, index.Index], source: str, quote: str) -> None:
    """Follow a link to the quote, and check that all of it is lit, and nothing else."""
    address, own = opened
    text = own.document(source).text
    assert text.count(quote) == 1, text
    start = text.index(quote)
    page.goto(f"{address}/?doc={source}&start={start}&end={start + len(quote)}")
    expect(page.locator("#reader mark.current").first).to_be_visible(timeout=15_000)
    assert "".join(page.locator("#reader mark.current").all_text_contents()) == quote


@pytest.mark.parametrize(
    ("source", "quote", "place"),
    [
        ("bacs.docx", "08:15", "[role=row]:has-text('Sauzon') > [role=cell]:has-text('Départ') mark"),
        (
            "parcelles.xlsx",
            "Parcelle: Clos du moulin; Culture: lin; Bordure: haie",
            "[role=row]:has-text('Clos') [role=cell]:has-text('Culture') mark",
        ),
        ("tisane.html", "2. chauffer l'eau à 90 °C", "p mark"),
        ("sel.pptx", "Elle dure de juin à août.", "p mark"),
        ("marée.srt", "Rentrons au port !", "p mark"),
    ],
)
def test_a_quote_is_lit_where_it_stands(page, opened, source, quote, place):
    follow(page, opened, source, quote)
    expect(page.locator(f"#reader {place}").first).to_be_in_viewport()
    if source == "sel.pptx":
        expect(page.locator("#reader header")).to_contain_text("diapositive 2")


@pytest.mark.skipif(not has_tesseract, reason="no tesseract")
def test_a_scanned_word_is_lit_on_the_picture(page, opened):
    follow(page, opened, "phare.png", "granite")
    expect(page.locator("#reader .page .lit.current")).to_be_in_viewport()
    page.wait_for_function("document.querySelector('#reader .page img').naturalWidth > 500")
    box = page.locator("#reader .page .lit.current").bounding_box()
    whole = page.locator("#reader .page img").bounding_box()
    top, bottom = ((box["y"] + extra - whole["y"]) / whole["height"] * A5[1] for extra in (0, box["height"]))
    line = A5[1] - BASELINE
    assert line - SIZE < top < line - SIZE / 3 < bottom < line + SIZE / 2
    assert FROM_LEFT < (box["x"] - whole["x"]) / whole["width"] * A5[0] < A5[0] / 2
