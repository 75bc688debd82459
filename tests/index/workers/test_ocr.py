"""Scans are read by OCR, page by page: their words, where they stand, and what is said where it cannot run."""

import io
import shutil
import zipfile
from email.message import EmailMessage
from hashlib import sha256

import pypdfium2  # type: ignore[import-untyped]
import pytest
from made_files import boxes
from PIL import Image
from reportlab.lib.pagesizes import A5
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

import rag
from index import open_index, rebuild
from index.documents import Span
from index.progress import Progress
from index.sandbox.process import WorkerKilled
from index.workers import recogniser
from index.workers.recogniser import find_engine

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("tesseract"), reason="tesseract is not installed"),
]
LINES = [
    "Le canal relie deux rivières depuis 1834.",
    "Son écluse la plus haute mesure neuf mètres.",
    "On y navigue d'avril à octobre.",
]
TEXT_LAYER = "Cette page a du texte."


def picture() -> Image.Image:
    """A page with ``LINES``, as a scanner gives it."""
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=A5)
    canvas.setFont("Helvetica", 13)
    for number, line in enumerate(LINES):
        canvas.drawString(50, 450 - 60 * number, line)
    canvas.save()
    return pypdfium2.PdfDocument(data.getvalue())[0].render(scale=200 / 72).to_pil().convert("L")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scans")
    canvas = Canvas(str(folder / "scan.pdf"), pagesize=A5)
    canvas.drawString(50, 450, TEXT_LAYER)
    canvas.showPage()
    canvas.drawImage(ImageReader(picture()), 0, 0, *A5)
    canvas.save()
    picture().convert("RGB").save(folder / "photo.jpg")
    Image.new("L", (400, 300), 180).save(folder / "gris.png")
    message = EmailMessage()
    message["Subject"] = "La photo"
    message.set_content("Voici la photo de l'écluse.")
    message.add_attachment((folder / "photo.jpg").read_bytes(), maintype="image", subtype="jpeg", filename="photo.jpg")
    (folder / "courrier.eml").write_bytes(message.as_bytes())
    with zipfile.ZipFile(folder / "images.zip", "w") as archive:
        for name in ("scan.pdf", "gris.png"):
            archive.write(folder / name, f"vues/{name}")
    return folder


@pytest.fixture(scope="module")
def index(folder, tmp_path_factory):
    target = tmp_path_factory.mktemp("index")
    return target, rebuild(folder, target)


def test_pages_without_text_are_read_and_named(index):
    target, report = index
    whole = open_index(target).document("scan.pdf")
    assert whole.text == f"{TEXT_LAYER}\n\n{' '.join(LINES)}"
    assert (whole.recognised, open_index(target).document("photo.jpg").text) == ((2,), " ".join(LINES))
    assert [(warning.source, warning.page) for warning in report.warnings] == [
        ("courrier.eml/photo.jpg", 1),
        ("images.zip/vues/scan.pdf", 2),
        ("images.zip/vues/gris.png", None),
        ("photo.jpg", 1),
        ("scan.pdf", 2),
    ]
    assert [(skipped.source, skipped.reason) for skipped in report.skipped] == [
        ("gris.png", "it holds only images, in which OCR found no text")
    ]


def test_pictures_in_mails_and_archives_are_read_as_those_beside_them(index):
    own = open_index(index[0])
    for source in ("scan.pdf", "photo.jpg"):
        (inner,) = (own.document(id) for id in own.document_ids if id.endswith(f"/{source}"))
        alone = own.document(source)
        assert (inner.text, inner.recognised, inner.places) == (alone.text, alone.recognised, alone.places)


@pytest.mark.parametrize("source", ["scan.pdf", "photo.jpg", "courrier.eml/photo.jpg"])
def test_a_scanned_quote_is_lit_on_its_line(index, folder, source):
    target, _ = index
    whole = open_index(target).document(source)
    start = whole.text.index("écluse")
    (box,) = boxes(folder / whole.file.id, whole, Span(start, start + len("écluse")))
    baseline = 1 - 390 / A5[1]
    assert box.page == len(whole.pages)
    assert box.top < baseline - 0.004 < box.bottom < baseline + 0.02
    assert 50 / A5[0] < box.left < box.right < 0.4


def test_citations_say_that_ocr_read_them(index):
    target, _ = index
    answer = rag.ask("Combien mesure l'écluse la plus haute ?", index=target)
    assert answer.citations[0].quote == LINES[1]
    assert answer.citations[0].ocr
    assert rag.Answer.from_dict(answer.to_dict()) == answer
    assert "read by OCR" in answer.to_markdown()


def test_a_page_is_read_once(folder, index, tmp_path, monkeypatch):
    shutil.copytree(index[0], tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(recogniser, "PAGE_LIMIT", 0.0)  # whatever is still to be read, fails
    monkeypatch.setattr("index.build.ingest.MADE_WITH", "another version of the readers")
    rebuild(folder, tmp_path)
    assert open_index(tmp_path).document("photo.jpg").text == " ".join(LINES)


@pytest.mark.exhaustive
def test_a_page_that_takes_too_long_is_named(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(recogniser, "PAGE_LIMIT", 0.0)
    report = rebuild(folder, tmp_path)
    reasons = {(warning.source, warning.page): warning.reason for warning in report.warnings}
    assert reasons[("scan.pdf", 2)] == reasons[("images.zip/vues/scan.pdf", 2)] == "OCR could not read its image"
    assert reasons[("courrier.eml/photo.jpg", None)] == "it holds only images of text, which OCR could not read"
    assert {skipped.source for skipped in report.skipped} == {"gris.png", "photo.jpg"}


class KeptPages(dict[int, str]):
    """What was read, in memory."""

    def recognised(self, engine: str, sha256: str, page: int) -> str | None:
        return self.get(page)

    def put_recognised(self, engine: str, sha256: str, page: int, words: str) -> None:
        self[page] = words


def test_the_pages_before_a_stop_are_kept(tmp_path):
    picture().save(tmp_path / "scan.tiff", save_all=True, append_images=[picture(), picture()])
    digest = sha256((tmp_path / "scan.tiff").read_bytes()).hexdigest()
    stored, progress = KeptPages(), list[tuple[int, int]]()

    def stop_at_the_last(page: int, pages: int) -> None:
        progress.append((page, pages))
        if page == pages:
            reading.close()

    reading = recogniser.Recogniser(find_engine(), stored)
    with pytest.raises(WorkerKilled):
        reading.recognise(tmp_path / "scan.tiff", digest, (1, 2, 3), stop_at_the_last)
    assert (sorted(stored), progress) == ([1, 2], [(1, 3), (2, 3), (3, 3)])


@pytest.mark.exhaustive
def test_a_rebuild_tells_which_page_is_read(tmp_path):
    (tmp_path / "corpus").mkdir()
    picture().save(tmp_path / "corpus/scan.tiff", save_all=True, append_images=[picture()])
    events: list[Progress] = []
    rebuild(tmp_path / "corpus", tmp_path / "index", progress=events.append)
    assert {("scan.tiff", 2)} <= {(event.name, event.pages) for event in events}
    assert events[-1].pages == 0


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("RAG_OCR", "off", "an image of text, which was not read: OCR is switched off (RAG_OCR)"),
        ("PATH", "", "an image of text, which was not read: run OCR (apt install tesseract-ocr-fra)"),
    ],
)
def test_what_to_do_is_said_where_ocr_does_not_run(folder, tmp_path, monkeypatch, name, value, reason):
    monkeypatch.setenv(name, value)
    report = rebuild(folder, tmp_path)
    reasons = {(warning.source, warning.page): warning.reason for warning in report.warnings}
    assert reasons[("scan.pdf", 2)] == reasons[("images.zip/vues/scan.pdf", 2)] == reason
    assert "run OCR first" in reasons[("courrier.eml/photo.jpg", None)]
    assert "run OCR first" in report.skipped[0].reason
    assert open_index(tmp_path).document("scan.pdf").text == TEXT_LAYER


def test_other_ways_of_drawing_a_page_are_kept_apart(monkeypatch):
    before = find_engine().fingerprint
    monkeypatch.setattr(recogniser, "VERSION", recogniser.VERSION + 1)
    assert find_engine().fingerprint != before


def test_both_languages_are_installed():
    assert find_engine().languages == "fra+eng"
