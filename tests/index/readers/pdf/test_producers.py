"""One text, made into PDF by five programs: each sentence is found whole, on its page, and lit where it stands.

LaTeX and LibreOffice made the files in ``tests/support/pdfs`` (``make.py`` there); the others are made here.
"""

import re
import shutil
from pathlib import Path
from unicodedata import normalize

import pypdfium2  # type: ignore[import-untyped]
import pytest
from made_files import boxes, chromium_pdf, document, text_in_box
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Table

import rag
from index import open_index, rebuild
from index.chunking.sentences import split_sentences
from index.documents import Document, Span

pytestmark = pytest.mark.slow
FOLDER = Path(__file__).parents[3] / "support" / "pdfs"
PARAGRAPHS = [
    paragraph.split("\n") for paragraph in (FOLDER / "sentences.txt").read_text("utf-8").strip().split("\n\n")
]
SENTENCES = [sentence for paragraph in PARAGRAPHS for sentence in paragraph]
TITLE, HEADER = "Histoire du fleuve aménagé", "Revue des travaux publics, numéro 12"
NOTES = ("Archives de la compagnie, registre des délibérations, page 214.", "Mesure faite à l'étiage, en aval")
ROWS = [("1899", "1 204", "88 300 tonnes"), ("1906", "3 977", "412 650 tonnes"), ("1913", "5 120", "601 900 tonnes")]
HTML = """<title>%s</title><style>p {text-align: justify; hyphens: auto; margin: 0 0 8pt} body {font: 12pt serif}
</style>
<body lang=fr><h1>%s</h1>%s<table>%s</table>"""
FURNITURE = '<div style="font-size: 8px; width: 100%; text-align: center">{}</div>'
NUMBER = 'Page <span class="pageNumber"></span> sur <span class="totalPages"></span>'


def by_chromium(path: Path) -> Path:
    body = "".join(f"<p>{' '.join(paragraph)}</p>" for paragraph in PARAGRAPHS)
    table = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in ROWS)
    furniture = {"header_template": FURNITURE.format(HEADER), "footer_template": FURNITURE.format(NUMBER)}
    margin = dict.fromkeys(("top", "right", "bottom", "left"), "18mm")
    html = HTML % (TITLE, TITLE, body, table)
    return chromium_pdf(path, html, format="A5", margin=margin, display_header_footer=True, **furniture)


def by_reportlab(path: Path) -> Path:
    """Two columns."""
    styles, width = getSampleStyleSheet(), (A5[0] - 80) / 2
    style = ParagraphStyle("text", styles["BodyText"], fontSize=9, alignment=TA_JUSTIFY)

    def furniture(canvas: Canvas, _: object) -> None:
        canvas.setFont("Helvetica", 7)
        canvas.drawCentredString(A5[0] / 2, A5[1] - 20, HEADER)
        canvas.drawCentredString(A5[0] / 2, 15, f"– {canvas.getPageNumber()} –")

    frames = [Frame(30 + (width + 20) * column, 40, width, A5[1] - 80) for column in (0, 1)]
    flow = [
        Paragraph(TITLE, styles["Title"]),
        *(Paragraph(" ".join(paragraph), style) for paragraph in PARAGRAPHS),
        Table(ROWS),
    ]
    made = BaseDocTemplate(str(path), pagesize=A5)
    made.addPageTemplates(PageTemplate(frames=frames, onPage=furniture))
    made.build(flow)
    return path


PRODUCERS = {"chromium": by_chromium, "reportlab": by_reportlab}


@pytest.fixture(scope="module", params=["latex-columns", "latex-accents", "office", *PRODUCERS])
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("pdf") / f"{request.param}.pdf"
    if request.param in PRODUCERS:
        return PRODUCERS[request.param](target)
    return Path(shutil.copy(FOLDER / target.name, target))


@pytest.fixture(scope="module")
def whole(path: Path) -> Document:
    return document(path)


def plain(text: str) -> str:
    """The text with one kind of apostrophe and of space, without the numbers of notes."""
    return re.sub(r"\s+", " ", re.sub("[⁰¹²³⁴-⁹]", "", text.replace("’", "'")))


def letters(text: str) -> str:
    """The letters alone, without accents: what every program writes alike."""
    return re.sub("[^a-z]", "", normalize("NFKD", text.lower()).replace("œ", "oe").replace("ı", "i"))


def pages(path: Path) -> list[str]:
    """The letters of each page, as pdfium has them in a row."""
    return [letters(page.get_textpage().get_text_range()) for page in pypdfium2.PdfDocument(path)]


def locate_sentences(whole: Document) -> dict[str, Span]:
    return {plain(whole.text[slice(*span)]): span for span in split_sentences(whole.text, edges(whole))}


def edges(whole: Document) -> list[int]:
    return [edge for heading in whole.headings for edge in heading]


def test_each_sentence_is_found_whole(whole: Document) -> None:
    assert [sentence for sentence in SENTENCES if sentence not in locate_sentences(whole)] == []


def test_each_sentence_is_on_its_page(path: Path, whole: Document) -> None:
    written = pages(path)
    assert len(whole.pages) == len(written) > 1
    for sentence in SENTENCES:
        start = locate_sentences(whole)[sentence].start
        page_number = whole.page_at(start)
        assert page_number is not None
        assert letters(sentence)[:12] in written[page_number - 1]
        assert sum(letters(sentence)[:25] in page for page in written) <= 1


def test_each_sentence_is_lit_where_it_stands(path: Path, whole: Document) -> None:
    for sentence in SENTENCES:
        span = locate_sentences(whole)[sentence]
        parts = boxes(path, whole, span)
        assert letters(sentence) in letters("".join(text_in_box(path, box.page, box) for box in parts))
        assert parts[0].page == whole.page_at(span.start)


def test_headers_and_footers_are_kept_once_without_page_numbers(whole: Document) -> None:
    assert plain(whole.text).count(HEADER) == 1
    assert not re.search(r"^(?:– )?\d(?: –)?$|Page \d", whole.text, re.MULTILINE)


def test_the_title_is_the_only_heading(whole: Document) -> None:
    assert [plain(whole.text[slice(*heading)]) for heading in whole.headings] == [TITLE]
    assert plain(whole.title) == TITLE


def test_notes_and_tables_are_text_too(path: Path, whole: Document) -> None:
    text = plain(whole.text)
    for row in ROWS if path.stem != "chromium" else ():  # its cells stand no wider apart than words
        values = [cell.rpartition(": ")[2] for cell in re.split(r"; | \| ", row_of(whole, row[0]))]
        assert [plain(value) for value in values] == list(row)
    if path.stem not in PRODUCERS:
        assert [note for note in NOTES if note not in text] == []


def row_of(whole: Document, value: str) -> str:
    rows = [whole.text[block.start : block.end] for block in whole.blocks if block.kind == "row"]
    return next(row for row in rows if value in row)


def test_a_sentence_goes_on_over_the_page(path: Path, whole: Document) -> None:
    over = [
        sentence
        for sentence, span in locate_sentences(whole).items()
        if whole.page_at(span.start) != whole.page_at(span.end - 1)
    ]
    assert set(over) <= set(SENTENCES)
    if path.stem in ("latex-columns", "latex-accents", "office"):
        assert len(over) == 1
        assert over[0].startswith("« Le fleuve nous a donné une leçon que nous n'oublierons pas")


QUESTIONS = {
    "Quand l'ouvrage fut-il ouvert à la circulation fluviale ?": "L'ouvrage fut finalement ouvert",
    "Combien d'ouvriers furent recrutés ?": "Huit cents ouvriers furent recrutés",
    "Qui est le vice-président de la compagnie ?": "Le vice-président de la compagnie, Étienne Lefèvre",
    "Quelle leçon le fleuve a-t-il donnée ?": "« Le fleuve nous a donné une leçon",
}


def test_citations_hold_their_page_and_their_place(path: Path, whole: Document, tmp_path: Path) -> None:
    rebuild(path.parent, tmp_path / "index")
    written = pages(path)
    for question, beginning in QUESTIONS.items():
        answer = rag.ask(question, index=tmp_path / "index")
        assert plain(answer.citations[0].quote).startswith(beginning)
        for citation in answer.citations:
            opened = open_index(tmp_path / "index").document(citation.source)
            assert opened == whole
            assert opened.text[citation.start : citation.end] == citation.quote
            assert citation.page is not None
            assert letters(citation.quote)[:12] in written[citation.page - 1]
            parts = boxes(path, opened, Span(citation.start, citation.end))
            assert letters(citation.quote) in letters("".join(text_in_box(path, box.page, box) for box in parts))
