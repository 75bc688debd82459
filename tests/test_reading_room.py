"""The whole path in a real browser: files, an index, answers, and the page where one sees where it is written."""

import hashlib
import html
import json
import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import docx
import pytest
from browsing import ask, chromium, context, enter, lit, page  # noqa: F401  (fixtures)
from playwright.sync_api import Page, expect
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

import index
import rag
from ui.rooms import indexed_room
from ui.server import running

# ruff: noqa: F811

pytestmark = pytest.mark.filterwarnings("ignore::Warning:gradio")
SEEDS = Path(__file__).parents[1] / "seeds"
KREMLIN = "Qui est le porte-parole du Kremlin ?"
AUSTRALIA = "Quelle est la capitale de l'Australie ?"
DAM = "Quand le barrage de Génissiat a-t-il été mis en service ?"
DAM_SENTENCE = (
    "Le barrage de Génissiat a été mis en service en 1948 par la Compagnie nationale du Rhône, après onze ans de "
    "travaux interrompus par la guerre."
)


def made_pdf(path: Path) -> None:
    style = getSampleStyleSheet()
    fill = [Paragraph(f"Le débit du fleuve a été mesuré à la station numéro {n}.", style["BodyText"]) for n in range(9)]
    pages = [Paragraph("Les ouvrages du Rhône", style["Title"]), *fill, PageBreak()]
    SimpleDocTemplate(str(path), pagesize=A4).build([*pages, Paragraph(DAM_SENTENCE, style["BodyText"]), *fill])


@pytest.fixture
def corpus(tmp_path) -> Path:
    folder = tmp_path / "corpus"
    shutil.copytree(SEEDS, folder)
    made_pdf(folder / "rhone.pdf")
    index.rebuild(folder, tmp_path / "index")
    return folder


@pytest.fixture
def room(corpus) -> Iterator[str]:
    with running(indexed_room(corpus.parent / "index")) as address:
        yield address


@pytest.fixture(scope="module")
def seeds(seeds_index) -> Iterator[str]:
    with running(indexed_room(seeds_index)) as address:
        yield address


def test_the_kremlins_spokesman_is_in_a_marked_quote_of_the_right_article(page, seeds):
    enter(page, seeds)
    ask(page, KREMLIN)
    card = page.locator(".source").filter(has=page.locator("mark", has_text="Dmitri Peskov")).first
    expect(card).to_contain_text("000_e8e7819b36a530f0.txt")
    card.locator(".open").click()
    expect(page.locator("#reader mark.current")).to_contain_text("Dmitri Peskov")
    expect(page.locator("#reader mark.current")).to_be_in_viewport()


def test_the_capital_of_australia_is_not_in_the_documents(page, seeds):
    enter(page, seeds)
    ask(page, AUSTRALIA)
    expect(page.locator(".not-found")).to_be_visible()
    expect(page.locator("mark")).to_have_count(0)


def test_each_mark_lights_its_quote_to_the_letter(page, seeds):
    enter(page, seeds)
    ask(page, "Quels pays participent au format Normandie ?")
    for card in page.locator(".source").all():
        quote = card.locator("mark").text_content()
        card.locator(".open").click()
        page.wait_for_function("q => document.querySelector('#reader mark.current')?.textContent === q", arg=quote)
        source = page.locator("#reader .reading").get_attribute("data-source")
        assert quote in (SEEDS / source).read_text()


def test_suggestions_come_from_the_corpus_and_are_answered(page, seeds):
    enter(page, seeds)
    assert page.locator(".suggestions button").count() >= 3
    page.click(".suggestions button >> nth=0")
    expect(page.locator("#reader mark.current")).to_be_visible()


def test_a_pdf_shows_its_page_with_the_quote_lit(page, room, corpus):
    enter(page, room)
    ask(page, DAM)
    assert lit(page) == DAM_SENTENCE
    expect(page.locator("#reader header")).to_contain_text("page 2")
    picture = page.locator("#reader .page img")
    page.wait_for_function("document.querySelector('#reader .page img').naturalWidth > 1000")
    box, whole = page.locator("#reader .page .lit.current").first.bounding_box(), picture.bounding_box()
    assert whole["x"] < box["x"] < box["x"] + box["width"] < whole["x"] + whole["width"]
    assert 0.02 < (box["y"] - whole["y"]) / whole["height"] < 0.2
    expect(page.locator("#reader .page .lit.current").first).to_be_in_viewport()
    page.get_by_role("button", name="Page précédente").click()
    expect(page.locator("#reader .page img")).to_have_attribute("alt", "page 1")
    made_pdf(corpus / "rhone.pdf")
    (corpus / "rhone.pdf").open("ab").write(b"% changed")
    page.click(".cite")
    expect(page.locator("#reader")).to_contain_text("Le fichier a changé")
    assert page.locator("#reader .page").count() == 0
    assert lit(page) == DAM_SENTENCE


HOSTILE = (
    "La girafe <script>window.hacked = 1</script> broute <img src=x onerror='window.hacked = 1'> **l'acacia** de la "
    "savane, ![image](https://example.org/i.png) «œ»\u00a0; İstanbul, 👩‍🚀, שלום & [n'était]."
)


def made_html(path: Path) -> None:
    fill = "Les herbivores de la savane se partagent les arbres et les herbes selon leur taille et la saison. " * 4
    text = f"<h1>La savane</h1><p>{fill}</p><h2>La girafe</h2><p>{html.escape(HOSTILE)}</p><p>{fill}</p>"
    path.write_text(f"<!doctype html><meta charset=utf-8><title>La savane</title><article>{text}</article>", "utf-8")


def made_docx(path: Path) -> None:
    document = docx.Document()
    document.add_heading("La girafe", 1)
    document.add_paragraph(HOSTILE)
    document.save(path)


@pytest.mark.parametrize(("name", "make"), [("savane.html", made_html), ("savane.docx", made_docx)])
def test_other_formats_are_lit_to_the_letter_and_stay_text(page, room, corpus, name, make):
    make(corpus / name)
    index.rebuild(corpus, corpus.parent / "index")
    enter(page, room)
    ask(page, "Que broute la girafe dans la savane ?")
    expect(page.locator("#reader header")).to_contain_text(name)
    opened = index.open_index(corpus.parent / "index")
    quote = next(c.quote for c in rag.ask("Que broute la girafe dans la savane ?", index=opened).citations)
    assert lit(page) == quote
    assert "<script>window.hacked = 1</script>" in page.locator("#reader").text_content()
    assert page.evaluate("window.hacked") is None


def test_a_follow_up_says_how_it_was_understood_and_can_be_changed(page, seeds):
    enter(page, seeds)
    ask(page, "Que s'est-il dit lors de l'appel du 3 février ?")
    ask(page, "Et celui du 12 février ?")
    understood = page.locator(".understood q").text_content()
    assert "12 février" in understood
    page.get_by_role("button", name="Modifier").click()
    expect(page.locator("#question textarea")).to_have_value(understood)


def test_pages_are_served_of_indexed_documents_as_they_were_indexed(context, room, corpus):
    sha256 = hashlib.sha256((corpus / "rhone.pdf").read_bytes()).hexdigest()

    def status(**query: object) -> int:
        return context.request.get(f"{room}/room/page", params={key: str(value) for key, value in query.items()}).status

    (corpus.parent / "outside.pdf").write_bytes((corpus / "rhone.pdf").read_bytes())
    assert status(doc="rhone.pdf", page=1, sha256=sha256) == 200
    for doc, number, sha in (("../outside.pdf", 1, sha256), ("rhone.pdf", 3, sha256), ("rhone.pdf", 1, "0" * 64)):
        assert status(doc=doc, page=number, sha256=sha) == 404


def test_files_are_added_asked_and_removed(page, room, corpus, tmp_path):
    (tmp_path / "dahu.txt").write_text("Le dahu est un animal imaginaire. Il vit en Savoie, dans les alpages.")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    enter(page, room)
    page.get_by_role("button", name="Documents", exact=True).click()
    page.set_input_files("#files", [tmp_path / "dahu.txt", tmp_path / "photo.jpg"])
    expect(page.locator(".notice[role=status]")).to_contain_text("ajoutés 1")
    expect(page.locator(".notice[role=alert]")).to_contain_text("photo.jpg")
    assert (corpus / "dahu.txt").exists()
    assert not (corpus / "photo.jpg").exists()
    page.fill(".shelf input[type=search]", "dahu")
    expect(page.locator(".entry")).to_have_count(1)
    page.get_by_role("button", name="Interroger", exact=True).click()
    expect(page.locator("#question textarea")).to_have_value('fichier:"dahu.txt" ')
    page.keyboard.type("Où vit le dahu ?")
    page.keyboard.press("Enter")
    expect(page.locator("#reader mark.current")).to_contain_text("Savoie")
    page.get_by_role("button", name="Documents", exact=True).click()
    remove = page.locator(".entry", has_text="dahu.txt").locator("[data-do=remove]")
    remove.click()
    remove.click()
    expect(page.locator(".notice")).to_contain_text("retirés 1")
    assert not (corpus / "dahu.txt").exists()
    page.click(".cite")
    expect(page.locator("#reader")).to_contain_text("n’est plus dans l’index")


def test_conversations_are_kept_named_reopened_and_deleted(page, seeds):
    enter(page, seeds)
    ask(page, KREMLIN)
    page.get_by_role("button", name="Bonne réponse").click()
    expect(page.get_by_role("button", name="Bonne réponse")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Nouvelle conversation").click()
    page.get_by_role("button", name="Conversations", exact=True).click()
    page.wait_for_selector(".shelf[data-shelf=conversations]")
    page.locator(".entry .name").first.fill("Le porte-parole")
    page.locator(".entry .name").first.blur()
    page.get_by_role("button", name="Documents", exact=True).click()
    page.wait_for_selector(".shelf[data-shelf=library]")
    page.get_by_role("button", name="Conversations", exact=True).click()
    expect(page.locator(".entry .name").first).to_have_value("Le porte-parole")
    page.locator("[data-do=reopen]").first.click()
    expect(page.locator(".turn .question")).to_have_text(KREMLIN)
    page.get_by_role("button", name="Conversations", exact=True).click()
    page.locator("[data-do=delete]").first.click()
    page.locator("[data-do=delete]").first.click()
    expect(page.locator(".entry .name", has_text="Le porte-parole")).to_have_count(0)


def test_links_are_copied_that_lead_back(context, page, seeds):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    enter(page, seeds)
    ask(page, KREMLIN)
    quote = lit(page)
    page.locator("#reader").get_by_role("button", name="Lien").click()
    expect(page.get_by_role("button", name="Copié")).to_be_visible()
    page.goto(page.evaluate("navigator.clipboard.readText()"))
    expect(page.locator("#reader .here")).to_be_in_viewport()
    assert page.locator("#reader .here").text_content() == quote
    page.locator(".tools").get_by_role("button", name="Copier").click()
    expect(page.get_by_role("button", name="Copié")).to_be_visible()
    assert "Dmitri Peskov" in page.evaluate("navigator.clipboard.readText()")


def test_an_answer_is_exported_with_its_proofs(page, seeds):
    enter(page, seeds)
    ask(page, KREMLIN)
    with page.expect_download() as download:
        page.get_by_role("link", name="JSON").click()
    answer = rag.Answer.from_dict(json.loads(Path(download.value.path()).read_text()))
    for citation in answer.citations:
        data = (SEEDS / citation.source).read_bytes()
        assert hashlib.sha256(data).hexdigest() == citation.sha256
        assert data.decode()[citation.start : citation.end] == citation.quote
    for kind in ("MD", "HTML"):
        with page.expect_download() as download:
            page.get_by_role("link", name=kind).click()
        assert "Dmitri Peskov" in Path(download.value.path()).read_text()


def violations(page: Page) -> list[str]:
    page.wait_for_timeout(250)
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    return [
        f"{violation['id']}: {node['html'][:200]} {node['any'][:1]}"
        for violation in found
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 360)])
def test_no_barrier_that_axe_knows(chromium, seeds, scheme, width):
    page = chromium.new_page(color_scheme=scheme, locale="fr-FR", viewport={"width": width, "height": 800})
    enter(page, seeds)
    found = violations(page)
    ask(page, KREMLIN)
    found += violations(page)
    ask(page, AUSTRALIA)
    found += violations(page)
    for door in ("Documents", "Conversations"):
        page.get_by_role("button", name=door, exact=True).click()
        page.wait_for_selector(f".shelf[data-shelf={'library' if door == 'Documents' else 'conversations'}]")
        found += violations(page)
    page.keyboard.press("?")
    found += violations(page)
    page.close()
    assert not found
