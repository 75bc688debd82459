"""An index of files with others inside them equals a fresh build, and all that shows documents knows what is inside."""

import io
import shutil
from email.message import EmailMessage
from pathlib import Path

import pytest
from fakes import HashingEncoder
from handed import content
from reportlab.pdfgen.canvas import Canvas

import index
import rag
from index import open_index
from index.build.erase import NotForgotten, find_traces
from index.documents import Container
from index.files import sha256_of
from index.readers.pdf.pages import drawing_request
from index.workers import page_worker
from ui.html import library as html
from ui.i18n.labels import ENGLISH
from ui.services.folders import Folders
from ui.services.library import Library
from ui.services.removal import NotRemoved

pytestmark = pytest.mark.slow

LIST = b"plante;floraison\nlavande;juin\nsauge;mai\n"
INSIDE = ["semis.eml", "semis.eml/liste.csv", "semis.eml/plan.pdf"]


def plan() -> bytes:
    drawn = io.BytesIO()
    canvas = Canvas(drawn, invariant=True)
    canvas.drawString(72, 700, "Le plan de la serre montre trois bassins.")
    canvas.save()
    return drawn.getvalue()


def mail(text: str, **files: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "jardin@serre.fr", "Les semis"
    message.set_content(text)
    for name, data in files.items():
        message.add_attachment(data, maintype="application", subtype="x", filename=name.replace("_", "."))
    return message.as_bytes()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "semis.eml").write_bytes(mail("Voici la liste des semis.", liste_csv=LIST, plan_pdf=plan()))
    (folder / "semis.eml.txt").write_text("Une note sur les semis.", "utf-8")
    return folder


def test_after_any_history_what_is_inside_equals_a_fresh_build(corpus, tmp_path):
    target = tmp_path / "index"
    assert index.rebuild(corpus, target).documents == 4
    assert list(open_index(target).document_ids) == [*INSIDE, "semis.eml.txt"]
    assert index.rebuild(corpus, target).unchanged == 4
    (corpus / "liste.csv").write_bytes(LIST)  # what is attached, as a file too
    assert (report := index.rebuild(corpus, target)).added == 1
    (corpus / "semis.eml").write_bytes(mail("Voici la liste des semis.", liste_csv=LIST, photo_png=b"\x89PNG\0\1" * 50))
    assert ((report := index.rebuild(corpus, target)).changed, report.removed) == (1, 1)
    assert [warning.source for warning in report.warnings] == ["semis.eml/photo.png"]
    (corpus / "liste.csv").unlink()
    last = index.rebuild(corpus, target)
    shutil.copytree(corpus, tmp_path / "other" / "corpus")
    fresh = index.rebuild(tmp_path / "other" / "corpus", tmp_path / "fresh")
    assert (last.documents, last.warnings) == (fresh.documents, fresh.warnings)
    assert content(target) == content(tmp_path / "fresh")
    assert (
        open_index(target).document("semis.eml/liste.csv").container
        == open_index(tmp_path / "fresh").document("semis.eml/liste.csv").container
    )


def test_a_content_that_comes_twice_is_encoded_once(corpus, tmp_path):
    (corpus / "liste.csv").write_bytes(LIST)
    encoder = HashingEncoder()
    index.rebuild(corpus, tmp_path / "index", encoder=encoder)
    counts = open_index(tmp_path / "index", encoder=encoder)
    assert counts.sentences - encoder.encoded == len(counts.passages_of("liste.csv")) > 0


def test_a_document_inside_knows_its_file_and_is_cited_by_its_own_bytes(corpus, tmp_path):
    index.rebuild(corpus, tmp_path / "index")
    opened = open_index(tmp_path / "index")
    document = opened.document("semis.eml/plan.pdf")
    assert document.container == document.file == Container("semis.eml", sha256_of(corpus / "semis.eml"))
    assert document.sha256 != document.file.sha256
    assert opened.document("semis.eml.txt").file.id == "semis.eml.txt"
    (citation, *_) = rag.ask("Que montre le plan de la serre ?", index=opened, documents=["semis.eml"]).citations
    assert (citation.source, citation.page, citation.sha256) == ("semis.eml/plan.pdf", 1, document.sha256)
    assert citation.quote == "Le plan de la serre montre trois bassins."


def test_the_page_of_an_attached_pdf_is_drawn_from_the_bytes_that_were_indexed(corpus, tmp_path):
    index.rebuild(corpus, tmp_path / "index")
    document = open_index(tmp_path / "index").document("semis.eml/plan.pdf")
    assert page_worker.handle_request(drawing_request(corpus, document, 1)).parts[0].startswith(b"\x89PNG")
    (corpus / "semis.eml").write_bytes(mail("Une autre liste.", plan_pdf=plan()))
    assert page_worker.handle_request(drawing_request(corpus, document, 1)).fields == {"changed": True}


def test_the_library_shows_what_is_inside_and_removes_the_file_alone(corpus, tmp_path):
    index.rebuild(corpus, tmp_path / "index")
    library = Library(tmp_path / "index", Folders(tmp_path / "index", chosen=corpus))
    entries = {entry.id: entry for entry in library.entries().entries}
    assert {entry.state for entry in entries.values()} == {"indexed"}
    assert [id for id, entry in entries.items() if entry.is_inside] == INSIDE[1:]
    markup = html.render_library(library.entries(), library.folders.view(), False, ENGLISH)
    assert markup.count('class="entry indexed inside"') == len(INSIDE[1:])
    with pytest.raises(NotRemoved, match=r"“semis.eml/liste.csv” is inside “semis.eml”\. Remove that file\."):
        library.remove("semis.eml/liste.csv")
    with pytest.raises(NotForgotten, match=r"is inside “semis.eml”\. Run rag forget on that file\."):
        find_traces("semis.eml/liste.csv", tmp_path / "index")
    (corpus / "liste.csv").write_bytes(LIST)
    index.rebuild(corpus, tmp_path / "index")
    assert find_traces("semis.eml", tmp_path / "index").copies == ("liste.csv",)


def test_an_archive_is_the_list_of_its_files_which_proves_nothing(corpus, tmp_path):
    shutil.make_archive(str(tmp_path / "serre"), "zip", corpus)
    shutil.rmtree(corpus)
    corpus.mkdir()
    (tmp_path / "serre.zip").rename(corpus / "serre.zip")
    index.rebuild(corpus, tmp_path / "index")
    library = Library(tmp_path / "index", Folders(tmp_path / "index", chosen=corpus))
    inside = [f"serre.zip/{id}" for id in (*INSIDE, "semis.eml.txt")]
    entries = [(entry.id, entry.state) for entry in library.entries().entries]
    assert entries == [(id, "indexed") for id in ("serre.zip", *inside)]
    opened = open_index(tmp_path / "index")
    assert opened.document("serre.zip").text.split("\n") == ["semis.eml", "semis.eml.txt"]
    cited = rag.ask("Que dit la note sur les semis ?", index=opened).citations
    assert cited
    assert {citation.source for citation in cited} <= {*inside}
    assert find_traces("serre.zip", tmp_path / "index").exist
