"""PDF files of several producers: the text that was written, on its page, where it stands."""

import datetime as dt
import io
import os
import random
import signal
import threading
from contextlib import suppress
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest
from made_files import boxes, chromium_pdf, document, plain_pdf, text_in_box
from PIL import Image
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

from index.chunking.sentences import split_sentences
from index.documents import Span
from index.errors import ReaderKilled, UnreadableFile
from index.readers.pdf.images import as_pdf
from index.readers.pdf.reader import read_pdf
from index.readers.registry import FORMATS, read
from index.sandbox.process import Worker
from index.workers.reader_pool import ReaderPool

SENTENCES = [
    "Le porte-parole du Kremlin a déclaré que la situation était difficile.",
    "Plus de 100.000 militaires sont massés à la frontière ukrainienne, selon les estimations des Occidentaux.",
    "L'efficacité des officiels affirme la « ligne rouge » à ne pas franchir, c'est-à-dire l'extension.",
    "Le ministre J.-Y. Le Drian rencontrera son homologue dans les prochains jours.",
    "Une réunion de conseillers des dirigeants de ces quatre pays a eu lieu le 26 janvier.",
]


def written(count: int, seed: int = 0) -> list[str]:
    """Sentences with their numbers, so that each stands once."""
    chosen = random.Random(seed).choices(SENTENCES, k=count)
    return [f"{sentence[:-1]} ({number})." for number, sentence in enumerate(chosen)]


def reportlab_pdf(path: Path, pages: list[list[str]], **metadata: str) -> Path:
    """Each page: a title, then paragraphs of three sentences; a header, a footer with the page's number."""
    styles = getSampleStyleSheet()

    def furniture(canvas: Canvas, _: object) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(60, A4[1] - 25, "Rapport annuel 2021 – Ministère des Affaires")
        canvas.drawString(280, 20, f"Page {canvas.getPageNumber()} sur {len(pages)}")

    flow = []
    for number, page in enumerate(pages):
        flow.append(Paragraph(f"Chapitre de la page {number}", styles["Title"]))
        flow.extend(Paragraph(" ".join(page[i : i + 3]), styles["BodyText"]) for i in range(0, len(page), 3))
        flow.append(PageBreak())
    SimpleDocTemplate(str(path), pagesize=A4, **metadata).build(flow, onFirstPage=furniture, onLaterPages=furniture)
    return path


PAGES = [written(9, seed) for seed in range(4)]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return reportlab_pdf(tmp_path_factory.mktemp("pdf") / "rapport.pdf", PAGES)


def test_each_sentence_is_found_whole_on_its_page(report):
    whole = document(report)
    sentences = {(whole.text[start:end], whole.page_at(start)) for start, end in split_sentences(whole.text)}
    assert {(sentence, number) for number, page in enumerate(PAGES, 1) for sentence in page} <= sentences


def test_headers_and_footers_are_kept_once(report):
    text = document(report).text
    assert text.count("Rapport annuel 2021 – Ministère des Affaires") == 1
    assert "sur 4" not in text


def test_a_header_that_some_pages_repeat_is_kept_once(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for number in range(12):
        canvas.drawString(70, 800, f"Partie 2021, {['la mer', 'le ciel', 'la terre', 'le feu'][number // 3]}")
        canvas.drawString(70, 500, f"Le texte de la page {number} est ici.")
        canvas.showPage()
    canvas.save()
    expected = [f"Le texte de la page {n} est ici." for n in range(12)]
    for page, name in (9, "le feu"), (6, "la terre"), (3, "le ciel"), (0, "la mer"):
        expected.insert(page, f"Partie 2021, {name}")
    assert document(tmp_path / "a.pdf").text.split("\n\n") == expected


def test_larger_lines_are_headings(report):
    whole = document(report)
    assert [whole.text[start:end] for start, end in whole.headings] == [f"Chapitre de la page {n}" for n in range(4)]
    assert whole.title == "Chapitre de la page 0"


def test_a_span_is_lit_where_it_stands(report):
    whole = document(report)
    for span in split_sentences(whole.text):
        parts = boxes(report, whole, span)
        squeezed = "".join(text_in_box(report, box.page, box) for box in parts)
        assert "".join(whole.text[slice(*span)].split()) in "".join(squeezed.split())
        assert {box.page for box in parts} == {whole.page_at(span.start)}


def test_a_header_that_begins_like_the_text_hides_nothing(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for number in "abcd":
        canvas.drawString(70, 820, "Le")
        canvas.drawString(70, 600, f"Le texte {number} est ici.")
        canvas.showPage()
    canvas.save()
    whole = document(tmp_path / "a.pdf")
    assert whole.text.startswith("Le\n\nLe texte a est ici.")
    for page, span in enumerate(split_sentences(whole.text)[1:], 1):
        (box,) = boxes(tmp_path / "a.pdf", whole, span)
        assert text_in_box(tmp_path / "a.pdf", page, box).strip() == whole.text[slice(*span)]


def test_nothing_is_lit_in_a_file_that_changed(report, tmp_path):
    other = reportlab_pdf(tmp_path / "rapport.pdf", [written(3)])
    assert boxes(other, document(report), Span(0, 5)) == []


def test_the_title_of_the_metadata_counts_where_the_page_bears_it_out(tmp_path):
    page = [written(3)]
    assert document(reportlab_pdf(tmp_path / "a.pdf", page, title="Chapitre, page une")).title == "Chapitre, page une"
    assert document(reportlab_pdf(tmp_path / "b.pdf", page, title="Modèle vierge")).title == "Chapitre de la page 0"
    assert document(reportlab_pdf(tmp_path / "c.pdf", page, title="untitled")).title == "Chapitre de la page 0"


def test_the_day_it_was_made_is_the_date_of_the_file_alone(report):
    whole = document(report)
    assert (whole.date, whole.file_date) == (None, dt.datetime.now(dt.UTC).date())


def lines_pdf(path: Path, pages: list[list[str]]) -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    for lines in pages:
        for number, line in enumerate(lines):
            canvas.drawString(70, 700 - 14 * number, line)
        canvas.showPage()
    canvas.save()
    return path


HYPHENS = [
    (["La situation internatio-", "nale est difficile."], "La situation internationale est difficile."),
    (["Il l'a dit au vice-", "président du conseil."], "Il l'a dit au vice-président du conseil."),
    (["Il faut, dit-", "il, attendre encore."], "Il faut, dit-il, attendre encore."),
    (["Les accords de Jean-", "Yves Le Drian."], "Les accords de Jean-Yves Le Drian."),
    (["C'est l'avis du mi-", "nistère."], "C'est l'avis du ministère."),
    (["C'est l'avis de ce-", "lui du nord."], "C'est l'avis de celui du nord."),
    (["Le sous-sol et le sous-", "sol encore."], "Le sous-sol et le sous-sol encore."),
    (["Ils souscrivent, et sous-", "crivent encore."], "Ils souscrivent, et souscrivent encore."),
    (["De 2021-", "2022 il pleuvait."], "De 2021-2022 il pleuvait."),
    (["Le vol AZ 12–", "34–56 part ce soir."], "Le vol AZ 12–34–56 part ce soir."),
    (
        ["Le plan est sur www.exemple.fr/plan-", "eau/carte.html ce soir."],
        "Le plan est sur www.exemple.fr/plan-eau/carte.html ce soir.",
    ),
    (
        ["Le plan est sur http://exemple.fr/", "carte.html ce soir."],
        "Le plan est sur http://exemple.fr/carte.html ce soir.",
    ),
    (["Elle écrit à accueil@port-", "du-lac.fr ce soir."], "Elle écrit à accueil@port-du-lac.fr ce soir."),
    (["Il tient un garde-", "manger dans son cellier."], "Il tient un garde-manger dans son cellier."),
    (["This long-", "term view holds."], "This long-term view holds."),
    (["This is inter-", "national law."], "This is international law."),
    (["La mer est bleue", "et le ciel aussi."], "La mer est bleue et le ciel aussi."),
    (["Elle a créé une micro-en-", "treprise à Dol."], "Elle a créé une micro-entreprise à Dol."),
    (["C'est le chef d'état-ma-", "jor de la marine."], "C'est le chef d'état-major de la marine."),
    (["Ils partent, c'est-à-", "dire qu'ils rament."], "Ils partent, c'est-à-dire qu'ils rament."),
    (["It is a state-of-the-", "art building."], "It is a state-of-the-art building."),
]


@pytest.mark.parametrize(("lines", "expected"), HYPHENS)
def test_words_parted_at_line_ends_are_rejoined(tmp_path, lines, expected):
    path = lines_pdf(tmp_path / "a.pdf", [lines])
    assert document(path).text == expected
    assert len(boxes(path, document(path), Span(0, len(expected)))) == 2


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("nale est difficile.", "La situation internationale est difficile."),
        ("Yves est difficile.", "La situation internatio-Yves est difficile."),
    ],
)
def test_a_word_goes_on_over_the_page(tmp_path, second, expected):
    path = lines_pdf(tmp_path / "a.pdf", [["La situation internatio-"], [second]])
    whole = document(path)
    assert whole.text == expected
    assert [box.page for box in boxes(path, whole, Span(0, len(expected)))] == [1, 2]
    assert whole.page_at(whole.text.index(second[:4])) == 2


def read_raised(path: Path, *parts: tuple[str, int, int]) -> str:
    """Draw a line of parts, each with how far it is raised and its size, and return what is read of it."""
    canvas = Canvas(str(path), pagesize=A4)
    text = canvas.beginText(70, 700)
    for part, rise, size in parts:
        text.setFont("Helvetica", size)
        text.setRise(rise)
        text.textOut(part)
    canvas.drawText(text)
    canvas.save()
    return document(path).text


def test_small_raised_digits_are_numbers_of_notes_and_powers(tmp_path):
    parts = [("Il fait 40 m", 0, 12), ("2", 5, 7), (" et H", 0, 12), ("2", -3, 7), ("O de `a 12 ans.", 0, 12)]
    assert read_raised(tmp_path / "a.pdf", *parts) == "Il fait 40 m² et H₂O de `a 12 ans."


def test_small_lowered_digits_belong_to_a_formula(tmp_path):
    parts = [
        ("Du Ca(OH)", 0, 12),
        ("2", -2, 8),
        (", du C", 0, 12),
        ("12", -2, 8),
        ("H", 0, 12),
        ("2", 0, 8),
        (" et 3", 0, 12),
    ]
    assert read_raised(tmp_path / "a.pdf", *parts, ("4", -2, 8)) == "Du Ca(OH)₂, du C₁₂H2 et 34"


def test_a_year_with_the_number_of_a_note_is_still_that_year(tmp_path):
    parts = [("En 1998", 0, 12), ("12", 5, 8), (", il en reste 10", 0, 12), ("-4", 5, 8), (" mol.", 0, 12)]
    assert read_raised(tmp_path / "a.pdf", *parts) == "En 1998¹², il en reste 10⁻⁴ mol."


def test_an_exponent_that_is_a_piece_of_its_own_is_raised(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for x, y, size, part in ((70, 700, 12, "Il reste 10"), (123, 704.5, 8, "\u22124"), (138, 700, 12, "mol.")):
        canvas.setFont("Symbol" if size == 8 else "Helvetica", size)
        canvas.drawString(x, y, part)
    canvas.save()
    assert document(tmp_path / "a.pdf").text == "Il reste 10⁻⁴ mol."


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["Le prix de 2005", "2,3", ", soit 10", "6", " m", "2", ". Fin."], "Le prix de 2005²,³, soit 10⁶ m². Fin."),
        (["Le bail court du 1", "er", " mars, sur 3", "1/2", " ans."], "Le bail court du 1er mars, sur 3 1/2 ans."),
        (["m", "2"], "m²"),
    ],
)
def test_raised_characters_do_not_lift_their_line(tmp_path, parts, expected):
    placed = [(part, 4 * (n % 2), 7 if n % 2 else 11) for n, part in enumerate(parts)]
    assert read_raised(tmp_path / "a.pdf", *placed) == expected


@pytest.mark.parametrize("size", [7.0, 9.0, 10.7, 11.0])
def test_digits_far_above_or_below_their_line_are_set_off_whatever_their_size(tmp_path, size):
    parts = [("En 2005", 0, 11), ("4", 5, size), (", 106 maisons", 0, 11), ("12", 5, size), (" et du H", 0, 11)]
    whole = read_raised(tmp_path / "a.pdf", *parts, ("2", -3, size), ("O.", 0, 11))
    assert whole == "En 2005⁴, 106 maisons¹² et du H₂O."


@pytest.mark.parametrize("gap", [2, 14])
def test_the_number_before_a_note_is_of_its_line(tmp_path, gap):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.drawString(70, 760, "Le texte est de la taille usuelle.")
    for x, y, size, part in ((70, 103.5, 7, "3"), (74 + gap, 100, 8, "Recensement de la commune.")):
        canvas.setFont("Helvetica", size)
        canvas.drawString(x, y, part)
    canvas.save()
    assert ("³ Recensement de la commune." in document(tmp_path / "a.pdf").text) == (gap == 2)


@pytest.mark.parametrize(("ink", "expected"), [(250, "650\ufffd720"), (0, "650 720")])
@pytest.mark.parametrize("code", ["<0000>", ""])
def test_a_glyph_without_a_character_does_not_join_two_numbers(code, ink, expected):
    font = (
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 750 750] /FontMatrix [.001 0 0 .001 0 0] /FirstChar 1"
        " /LastChar 1 /Widths [300] /CharProcs << /x 6 0 R >> /Resources << >> /ToUnicode 7 0 R"
        " /Encoding << /Type /Encoding /Differences [1 /x] >> >>"
    )
    shape = f"300 0 0 0 {ink} 700 d1 0 0 {ink} 700 re f"
    codes = (
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange"
        f" {f'1 beginbfchar <01> {code} endbfchar' if code else ''} endcmap"
    )
    streams = (f"<< /Length {len(content)} >>\nstream\n{content}\nendstream" for content in (shape, codes))
    content = (
        "BT /F1 12 Tf 20 200 Td (Le loyer est de 650) Tj /F3 12 Tf (\x01) Tj /F1 12 Tf (720 euros.) Tj"
        " /F3 12 Tf 0 -16 Td (\x01) Tj /F1 12 Tf ( Il est payable en mars.) Tj ET"
    )
    text = read_pdf(plain_pdf(content, "", font, *streams, fonts="/F3 5 0 R")).text
    assert text == f"Le loyer est de {expected} euros. Il est payable en mars."


TYPE_3 = (  # a font that draws its «4» raised, as fonts with glyphs for exponents do
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R /Resources << /Font <<"
    " /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> /F2 5 0 R >> >> >>",
    "<< /Length 88 >>\nstream\nBT /F1 12 Tf 20 100 Td (Vote en 2005) Tj /F2 12 Tf (4) Tj /F1 12 Tf (, sur 10 m.) Tj ET"
    "     \nendstream",
    "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 400 900] /FontMatrix [.001 0 0 .001 0 0] /FirstChar 52"
    " /LastChar 52 /Widths [320] /CharProcs << /four 6 0 R >> /Resources << >>"
    " /Encoding << /Type /Encoding /Differences [52 /four] >> >>",
    "<< /Length 50 >>\nstream\n320 0 20 420 300 800 d1 20 420 280 380 re f        \nendstream",
)


def test_a_digit_that_its_font_draws_raised_is_raised():
    objects = "".join(f"{number} 0 obj\n{written}\nendobj\n" for number, written in enumerate(TYPE_3, 1))
    parsed = read_pdf(f"%PDF-1.4\n{objects}trailer << /Root 1 0 R >>\n".encode())
    assert parsed.text == "Vote en 2005⁴, sur 10 m."


def test_a_sentence_goes_on_past_the_notes_at_the_foot_of_a_column(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for x, y, size, line in (
        (70, 700, 11, "Un paragraphe entier est ici, il tient"),
        (70, 686, 11, "en deux lignes, et il est fini."),
        (70, 658, 11, "Le début de la phrase est à la fin, en"),
        (70, 644, 11, "bas, tout au pied de la"),
        (70, 100, 7, "1. Une note de bas de page."),
        (320, 700, 11, "colonne, et sa fin en haut de la"),
        (320, 686, 11, "suivante."),
    ):
        canvas.setFont("Helvetica", size)
        canvas.drawString(x, y, line)
    canvas.save()
    whole = document(tmp_path / "a.pdf")
    assert whole.text.split("\n\n") == [
        "Un paragraphe entier est ici, il tient en deux lignes, et il est fini.",
        "1. Une note de bas de page.",
        "Le début de la phrase est à la fin, en bas, tout au pied de la colonne, et sa fin en haut de la suivante.",
    ]
    for span in split_sentences(whole.text):
        rectangles = boxes(tmp_path / "a.pdf", whole, span)
        squeezed = "".join("".join(text_in_box(tmp_path / "a.pdf", 1, box) for box in rectangles).split())
        assert "".join(whole.text[slice(*span)].split()) in squeezed


def test_a_sentence_goes_on_over_the_page(tmp_path):
    pages = [["Le début est ici, et la phrase"], ["continue sur la page qui suit. Une autre."]]
    path = lines_pdf(tmp_path / "a.pdf", pages)
    whole = document(path)
    first, second = split_sentences(whole.text)
    assert whole.text[slice(*first)] == "Le début est ici, et la phrase\ncontinue sur la page qui suit."
    assert [box.page for box in boxes(path, whole, first)] == [1, 2]
    assert (whole.page_at(first.start), whole.page_at(second.start)) == (1, 2)


HTML = """<title>Essai</title><style>p {text-align: justify; width: 9cm; hyphens: auto}</style><body lang=fr>
<h1>Un titre d'essai</h1><p>%s</p><div style="columns: 2">%s</div>"""


@pytest.mark.slow
def test_what_chromium_prints_is_read_in_order_and_lit(tmp_path):
    first, second = written(4), [f"{sentence[:-1]} bis." for sentence in written(12, 1)]
    html = HTML % (" ".join(first), "".join(f"<p>{sentence} L'oﬀre eﬃcace.</p>" for sentence in second))
    path = chromium_pdf(tmp_path / "a.pdf", html)
    whole = document(path)
    spans = split_sentences(whole.text)
    sentences = [whole.text[slice(*span)] for span in spans]
    assert sentences == [
        "Un titre d'essai",
        *first,
        *(sentence for s in second for sentence in (s, "L'offre efficace.")),
    ]
    assert whole.title == "Essai"
    for span in spans:
        squeezed = "".join("".join(text_in_box(path, box.page, box) for box in boxes(path, whole, span)).split())
        assert "".join(whole.text[slice(*span)].split()).replace("-", "") in squeezed.replace("-", "")


def test_the_outline_names_headings(report, tmp_path):
    writer = PdfWriter(
        clone_from=lines_pdf(tmp_path / "a.pdf", [["Un chapitre", "", "Le texte de ce chapitre est ici."]])
    )
    writer.add_outline_item(title="Un chapitre", page_number=0)
    writer.write(tmp_path / "b.pdf")
    whole = document(tmp_path / "b.pdf")
    assert [whole.text[start:end] for start, end in whole.headings] == ["Un chapitre"]


def test_a_password_is_asked_for_by_name(report, tmp_path):
    writer = PdfWriter(clone_from=report)
    writer.encrypt("secret")
    writer.write(tmp_path / "a.pdf")
    with pytest.raises(UnreadableFile, match="it is protected by a password; save it without one"):
        read(tmp_path / "a.pdf")


def test_a_scanned_page_says_so(tmp_path):
    picture = tmp_path / "a.png"
    from PIL import Image

    Image.new("L", (100, 100), 128).save(picture)
    canvas = Canvas(str(tmp_path / "a.pdf"))
    canvas.drawImage(str(picture), 0, 0, 500, 700)
    canvas.save()
    with pytest.raises(UnreadableFile, match="it holds only images of text: run OCR first"):
        read(tmp_path / "a.pdf")


def test_an_empty_page_says_so(tmp_path):
    with pytest.raises(UnreadableFile, match="it holds no text"):
        read(lines_pdf(tmp_path / "a.pdf", [[]]))


def test_a_damaged_file_says_so(report, tmp_path):
    (tmp_path / "a.pdf").write_bytes(report.read_bytes()[:3000])
    with pytest.raises(UnreadableFile, match="it is damaged, or not a PDF"):
        read(tmp_path / "a.pdf")


def test_what_pdfium_cannot_open_has_a_second_reader(report):
    parsed = read_pdf(b"junk\n" * 300 + report.read_bytes())
    assert "100.000 militaires" in parsed.text
    assert len(parsed.pages) == len(PdfReader(io.BytesIO(report.read_bytes())).pages)
    for number, start in enumerate(parsed.pages):
        assert f"Chapitre de la page {number}" in parsed.text[start : start + 200]


def test_files_made_of_noise_harm_nothing(report, tmp_path):
    noise, content = random.Random(3), report.read_bytes()
    with ReaderPool(time_limit=20) as readers:
        for number in range(40):
            broken = bytearray(content)
            for _ in range(noise.choice([1, 10, 200])):
                broken[noise.randrange(len(broken))] = noise.randrange(256)
            path = tmp_path / f"{number}.pdf"
            path.write_bytes(bytes(broken[: noise.randrange(100, len(broken))] if number % 3 == 0 else broken))
            with suppress(UnreadableFile):
                assert readers.read(path, FORMATS[".pdf"]).documents[0].parsed.text.strip()


def test_a_file_that_takes_too_long_is_given_up(report):
    with (
        ReaderPool(time_limit=0.0) as readers,
        pytest.raises(UnreadableFile, match="it takes more than 0 seconds to read"),
    ):
        readers.read(report, FORMATS[".pdf"])


@pytest.mark.posix
def test_a_reader_that_is_stopped_from_outside_is_no_fault_of_the_file(report):
    with ReaderPool() as readers:
        readers.read(report, FORMATS[".pdf"])
        worker = readers._worker()
        assert isinstance(worker, Worker)
        pid = worker.pid
        assert pid is not None
        assert os.getpgid(pid) != os.getpgid(0)  # Ctrl+C in a terminal goes to a whole group
        os.kill(pid, signal.SIGSTOP)
        threading.Timer(0.2, os.kill, (pid, signal.SIGKILL)).start()
        with pytest.raises(ReaderKilled, match=r"the parser was stopped from outside \(exit status -9\)"):
            readers.read(report, FORMATS[".pdf"])
        assert "100.000" in readers.read(report, FORMATS[".pdf"]).documents[0].parsed.text  # another was started


def test_a_grey_picture_of_16_bits_keeps_its_greys():
    row = (6_000).to_bytes(2, "little") * 100 + (60_000).to_bytes(2, "little") * 100
    picture = Image.frombytes("I;16", (200, 100), row * 100)
    data = io.BytesIO()
    picture.save(data, "PNG")
    drawn = pypdfium2.PdfDocument(as_pdf(data.getvalue()))[0].render(grayscale=True).to_pil()
    dark, light = (drawn.getpixel((drawn.width * quarter // 4, drawn.height // 2)) for quarter in (1, 3))
    assert dark < 60 < 200 < light < 255


@pytest.mark.parametrize(("dpi", "size"), [((204, 98), (816, 1666)), ((100, 200), (1632, 800)), ((96, 97), (816, 800))])
def test_a_fax_is_seen_with_square_pixels(dpi, size):
    data = io.BytesIO()
    Image.new("1", (816, 800), 1).save(data, "TIFF", dpi=dpi)
    width, height = pypdfium2.PdfDocument(as_pdf(data.getvalue()))[0].get_size()
    assert width / height == pytest.approx(size[0] / size[1], rel=0.01)


@pytest.mark.parametrize("dpi", [(0, 98), (9600, 1)])
def test_a_resolution_that_cannot_be_is_not_believed(dpi):
    data = io.BytesIO()
    Image.new("L", (816, 800), 255).save(data, "TIFF", dpi=dpi)
    width, height = pypdfium2.PdfDocument(as_pdf(data.getvalue()))[0].get_size()
    assert width / height == pytest.approx(1.02)
