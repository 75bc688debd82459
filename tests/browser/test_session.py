"""The whole path in a real browser: files, an index, answers, and the page where one sees where it is written."""

import hashlib
import html
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from browsing import WINDOW, ask, begin, enter, read_highlight, violations
from plain_controller import serve_page
from playwright.sync_api import Page, expect
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

import index
import rag
from ui.exports.read_export import parse_export
from ui.web.app import create_controller

SEEDS = Path(__file__).parents[2] / "seeds"
KREMLIN = "Qui est le porte-parole du Kremlin ?"
AUSTRALIA = "Quelle est la capitale de l'Australie ?"
DAM = "Quand le barrage de Génissiat a-t-il été mis en service ?"
DAM_SENTENCE = (
    "Le barrage de Génissiat a été mis en service en 1948 par la Compagnie nationale du Rhône, après onze ans de "
    "travaux interrompus par la guerre."
)


def write_pdf(path: Path) -> None:
    style = getSampleStyleSheet()
    fill = [Paragraph(f"Le débit du fleuve a été mesuré à la station numéro {n}.", style["BodyText"]) for n in range(9)]
    pages = [Paragraph("Les ouvrages du Rhône", style["Title"]), *fill, PageBreak()]
    SimpleDocTemplate(str(path), pagesize=A4).build([*pages, Paragraph(DAM_SENTENCE, style["BodyText"]), *fill])


@pytest.fixture
def corpus(tmp_path) -> Path:
    folder = tmp_path / "corpus"
    shutil.copytree(SEEDS, folder)
    write_pdf(folder / "rhone.pdf")
    index.rebuild(folder, tmp_path / "index")
    return folder


@pytest.fixture
def address(corpus) -> Iterator[str]:
    with serve_page(create_controller(corpus.parent / "index")) as address:
        yield address


@pytest.fixture(scope="module")
def seeds(seeds_index) -> Iterator[str]:
    with serve_page(create_controller(seeds_index)) as address:
        yield address


def test_the_kremlins_spokesman_is_in_a_marked_quote_of_the_right_article(tab, seeds):
    begin(tab, seeds)
    ask(tab, KREMLIN)
    card = tab.locator(".source").filter(has=tab.locator("mark", has_text="Dmitri Peskov")).first
    expect(card).to_contain_text("000_e8e7819b36a530f0.txt")
    card.locator(".open").click()
    expect(tab.locator("#reader mark.current")).to_contain_text("Dmitri Peskov")
    expect(tab.locator("#reader mark.current")).to_be_in_viewport()


def test_the_capital_of_australia_is_not_in_the_documents(tab, seeds):
    begin(tab, seeds)
    ask(tab, AUSTRALIA)
    expect(tab.locator(".not-found")).to_be_visible()
    expect(tab.locator("mark")).to_have_count(0)


def test_each_mark_lights_its_quote_to_the_letter(tab, seeds):
    begin(tab, seeds)
    ask(tab, "Quels pays participent au format Normandie ?")
    for card in tab.locator(".source").all():
        quote = card.locator("mark").text_content()
        card.locator(".open").click()
        tab.wait_for_function("q => document.querySelector('#reader mark.current')?.textContent === q", arg=quote)
        source = tab.locator("#reader .reading").get_attribute("data-source")
        assert quote in (SEEDS / source).read_text()


def test_suggestions_come_from_the_corpus_and_are_answered(tab, seeds):
    begin(tab, seeds)
    assert tab.locator(".suggestions button").count() >= 3
    tab.click(".suggestions button >> nth=0")
    expect(tab.locator("#reader mark.current")).to_be_visible()


def test_a_pdf_shows_its_page_with_the_quote_lit(page, address, corpus):
    enter(page, address)
    ask(page, DAM)
    assert read_highlight(page) == DAM_SENTENCE
    expect(page.locator("#reader header")).to_contain_text("page 2")
    picture = page.locator("#reader .page img")
    page.wait_for_function("document.querySelector('#reader .page img').naturalWidth > 1000")
    box, whole = page.locator("#reader .page .lit.current").first.bounding_box(), picture.bounding_box()
    assert whole["x"] < box["x"] < box["x"] + box["width"] < whole["x"] + whole["width"]
    assert 0.02 < (box["y"] - whole["y"]) / whole["height"] < 0.2
    expect(page.locator("#reader .page .lit.current").first).to_be_in_viewport()
    page.get_by_role("button", name="Page précédente").click()
    expect(page.locator("#reader .page img")).to_have_attribute("alt", "page 1")
    page.wait_for_function("document.querySelector('#reader .page img').naturalWidth > 1000")  # no page is being drawn
    write_pdf(corpus / "rhone.pdf")
    with (corpus / "rhone.pdf").open("ab") as file:
        file.write(b"% changed")
    page.click(".cite")
    expect(page.locator("#reader")).to_contain_text("Le fichier a changé")
    assert page.locator("#reader .page").count() == 0
    assert read_highlight(page) == DAM_SENTENCE


HOSTILE = (
    "La girafe <script>window.hacked = 1</script> broute <img src=x onerror='window.hacked = 1'> **l'acacia** de la "
    "savane, ![image](https://example.org/i.png) «œ»\u00a0; İstanbul, 👩‍🚀, שלום & [n'était]."
)


def write_html(path: Path) -> None:
    fill = "Les herbivores de la savane se partagent les arbres et les herbes selon leur taille et la saison. " * 4
    text = f"<h1>La savane</h1><p>{fill}</p><h2>La girafe</h2><p>{html.escape(HOSTILE)}</p><p>{fill}</p>"
    path.write_text(f"<!doctype html><meta charset=utf-8><title>La savane</title><article>{text}</article>", "utf-8")


def write_docx(path: Path) -> None:
    document = docx.Document()
    document.add_heading("La girafe", 1)
    document.add_paragraph(HOSTILE)
    document.save(str(path))


@pytest.mark.parametrize(("name", "make"), [("savane.html", write_html), ("savane.docx", write_docx)])
def test_other_formats_are_lit_to_the_letter_and_stay_text(page, address, corpus, name, make):
    make(corpus / name)
    index.rebuild(corpus, corpus.parent / "index")
    enter(page, address)
    ask(page, "Que broute la girafe dans la savane ?")
    expect(page.locator("#reader header")).to_contain_text(name)
    opened = index.open_index(corpus.parent / "index")
    quote = next(c.quote for c in rag.ask("Que broute la girafe dans la savane ?", index=opened).citations)
    assert read_highlight(page) == quote
    assert "<script>window.hacked = 1</script>" in page.locator("#reader").text_content()
    assert page.evaluate("window.hacked") is None


def test_a_follow_up_says_how_it_was_understood_and_can_be_changed(tab, seeds):
    begin(tab, seeds)
    ask(tab, "Que s'est-il dit lors de l'appel du 3 février ?")
    ask(tab, "Et celui du 12 février ?")
    understood = tab.locator(".understood q").text_content()
    assert "12 février" in understood
    tab.get_by_role("button", name="Modifier").click()
    expect(tab.locator("#question textarea")).to_have_value(understood)


def test_pages_are_served_of_indexed_documents_as_they_were_indexed(context, address, corpus):
    sha256 = hashlib.sha256((corpus / "rhone.pdf").read_bytes()).hexdigest()

    def status(**query: object) -> int:
        return context.request.get(
            f"{address}/documents/page", params={key: str(value) for key, value in query.items()}
        ).status

    (corpus.parent / "outside.pdf").write_bytes((corpus / "rhone.pdf").read_bytes())
    assert status(doc="rhone.pdf", page=1, sha256=sha256) == 200
    for doc, number, sha in (("../outside.pdf", 1, sha256), ("rhone.pdf", 3, sha256), ("rhone.pdf", 1, "0" * 64)):
        assert status(doc=doc, page=number, sha256=sha) == 404


def test_files_are_added_asked_and_removed(page, address, corpus, tmp_path):
    (tmp_path / "dahu.txt").write_text("Le dahu est un animal imaginaire. Il vit en Savoie, dans les alpages.")
    (tmp_path / "photo.exe").write_bytes(b"MZ\x90\x00" + bytes(range(256)))
    enter(page, address)
    library(page)
    page.set_input_files("#files", [tmp_path / "dahu.txt", tmp_path / "photo.exe"])
    expect(page.locator(".notice[role=status]")).to_contain_text("1 ajouté")
    expect(page.locator(".notice[role=alert]")).to_contain_text("« photo.exe » : format .exe non pris en charge.")
    expect(page.locator(".welcome")).to_contain_text("7 documents")
    assert (corpus / "dahu.txt").exists()
    assert not (corpus / "photo.exe").exists()
    page.fill(".listing input[type=search]", "dahu")
    expect(page.locator(".entry")).to_have_count(1)
    page.get_by_role("button", name="Chercher dans ce document", exact=True).click()
    expect(page.locator("#question textarea")).to_have_value('fichier:"dahu.txt" ')
    page.keyboard.type("Où vit le dahu ?")
    page.keyboard.press("Enter")
    expect(page.locator("#reader mark.current")).to_contain_text("Savoie")
    expect(page.locator(".notice")).to_have_count(0)
    library(page)
    remove = page.locator(".entry", has_text="dahu.txt").locator("[data-do=remove]")
    remove.click()
    remove.click()
    expect(page.locator("#notice .notice")).to_contain_text("1 retiré")
    expect(page.locator(".entry", has_text="dahu.txt")).to_have_count(0)
    assert not (corpus / "dahu.txt").exists()
    page.click(".cite")
    expect(page.locator("#reader")).to_contain_text("n’est plus dans l’index")


def library(page: Page) -> None:
    page.get_by_role("button", name="Documents", exact=True).click()
    page.wait_for_selector(".listing[data-listing=library]")


def write_folder(folder: Path) -> Path:
    """Documents in folders, one whose name is markup, what cannot be read, and what systems leave behind."""
    (folder / "Été <b>" / "plus bas").mkdir(parents=True)
    (folder / "Été <b>" / "plus bas" / "dahu.txt").write_text("Le dahu vit en Savoie, dans les alpages.")
    (folder / "<img src=x onerror=hacked=1>.txt").write_text("Le yéti vit dans l'Himalaya.")
    (folder / "photo.exe").write_bytes(b"MZ\x90\x00" + bytes(range(256)))
    (folder / "vide.txt").write_bytes(b"")
    (folder / ".DS_Store").write_bytes(b"x")
    return folder


TAKEN = {"Mine/Été _b_/plus bas/dahu.txt", "Mine/_img src=x onerror=hacked=1_.txt", "Mine/vide.txt"}


def list_added(page: Page, corpus: Path) -> set[str]:
    """What is in the folder besides what was there, once the page has told of all of it."""
    expect(page.locator(".notice[role=status]")).to_contain_text("2 ajoutés")
    expect(page.locator(".notice[role=status] li")).to_have_text(["Mine/vide.txt : il est vide"])
    expect(page.locator(".notice[role=alert] li")).to_have_count(1)
    expect(page.locator(".notice[role=alert] li")).to_contain_text("photo.exe » : format .exe non pris en charge.")
    expect(page.locator(".entry img")).to_have_count(0)
    assert page.evaluate("window.hacked") is None
    return {path.relative_to(corpus).as_posix() for path in (corpus / "Mine").rglob("*") if path.is_file()}


@pytest.mark.exhaustive
def test_a_folder_is_chosen_and_its_files_keep_their_places(page, address, corpus, tmp_path):
    enter(page, address)
    library(page)
    page.set_input_files("#folder", write_folder(tmp_path / "Mine"))
    assert list_added(page, corpus) == TAKEN
    ask(page, "Où vit le dahu ?")
    expect(page.locator("#reader header")).to_contain_text("Mine/Été _b_/plus bas/dahu.txt")


# A folder as a browser hands it over when it is dropped; made of the same interfaces, for a script may not drop one.
DROP = """files => {
  const entry = (path, inside) => typeof inside === 'string'
    ? { isDirectory: false, fullPath: path, file: done => done(new File([inside], path.split('/').at(-1))) }
    : { isDirectory: true, fullPath: path, createReader: () => {
        const left = Object.entries(inside).map(([name, more]) => entry(path + '/' + name, more));
        return { readEntries: done => done(left.splice(0, 1)) };
      } };
  const data = new DataTransfer();
  data.items.add(new File(['x'], 'a'));
  const event = new DragEvent('drop', { bubbles: true, cancelable: true });
  const items = Object.entries(files).map(([name, more]) =>
    ({ kind: 'file', webkitGetAsEntry: () => entry('/' + name, more), getAsFile: () => null }));
  Object.defineProperty(event, 'dataTransfer', { value: { items, files: [] } });
  document.querySelector('#chat').dispatchEvent(event);
}"""


def test_a_folder_is_dropped_anywhere_on_the_page(page, address, corpus, tmp_path):
    made = write_folder(tmp_path / "Mine")
    tree: dict[str, Any] = {}
    for path in made.rglob("*"):
        if path.is_file():
            *folders, name = path.relative_to(made).parts
            inside = tree
            for folder in folders:
                inside = inside.setdefault(folder, {})
            inside[name] = path.read_text("latin-1")
    enter(page, address)
    page.evaluate(DROP, {"Mine": tree})
    assert list_added(page, corpus) == TAKEN
    expect(page.locator(".listing[data-listing=library]")).to_be_visible()


def test_a_file_that_is_dropped_is_indexed_and_asked(page, address, corpus):
    enter(page, address)
    page.evaluate("""() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['Le dahu vit en Savoie, dans les alpages.'], 'dahu.txt'));
      document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
    }""")
    expect(page.locator(".notice[role=status]")).to_contain_text("1 ajouté")
    assert [path.name for path in corpus.parent.rglob("*dahu.txt")] == ["dahu.txt"]
    ask(page, "Où vit le dahu ?")
    assert read_highlight(page) == "Le dahu vit en Savoie, dans les alpages."


@pytest.mark.exhaustive
def test_a_question_is_answered_though_its_stream_closes_early(page, seeds):
    """As Gradio does where it closes the stream of an earlier event while the question is on its way."""
    closed: list[Any] = []

    def close_the_first(route):
        if closed:
            return route.continue_()
        closed.append(route.request.url)
        return route.fulfill(content_type="text/event-stream", body='data: {"msg": "close_stream"}\n\n')

    enter(page, seeds)
    page.route("**/queue/data?*", close_the_first)
    ask(page, KREMLIN)
    assert closed
    ask(page, AUSTRALIA)


@pytest.mark.exhaustive
def test_a_folder_that_is_watched_shows_what_changes_without_a_click(page, address, corpus):
    enter(page, address)
    library(page)
    switch = page.get_by_role("switch", name="Surveiller le dossier")
    expect(switch).to_have_attribute("aria-checked", "false")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true")
    expect(page.locator(".watch .note")).to_contain_text(str(corpus))
    assert violations(page) == []
    (corpus / "dahu.txt").write_text("Le dahu vit en Savoie, dans les alpages.")
    expect(page.locator(".entry .open", has_text="dahu")).to_be_visible(timeout=20_000)
    ask(page, "Où vit le dahu ?")
    assert read_highlight(page) == "Le dahu vit en Savoie, dans les alpages."
    library(page)
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "false")
    (corpus / "yeti.txt").write_text("Le yéti vit dans l'Himalaya.")
    page.wait_for_timeout(4000)
    library(page)
    expect(page.locator(".entry.new")).to_contain_text("yeti.txt")


def test_a_rebuild_tells_how_far_it_is_and_can_be_stopped(page, address, corpus):
    for n in range(700):
        (corpus / f"n{n:03}.txt").write_text(f"Le texte numéro {n} parle de la pluie et du beau temps.\n\n" * 60)
    enter(page, address)
    library(page)
    page.evaluate("""() => { window.seen = []; new MutationObserver(() => {
      const bar = document.querySelector('#notice progress[value]');
      if (bar && seen.at(-1) !== bar.value) seen.push(bar.value);
    }).observe(document.querySelector('#notice'), { childList: true, subtree: true, attributes: true }); }""")
    page.get_by_role("button", name="Mettre à jour l’index").click()
    page.wait_for_function("seen.length > 3")
    expect(page.locator("#notice")).to_contain_text(" / 706")
    expect(page.locator("#notice")).to_contain_text("par seconde")
    page.get_by_role("button", name="Interrompre").click()
    expect(page.locator("#notice [role=alert]")).to_contain_text("La mise à jour a été interrompue")
    assert len(index.open_index(corpus.parent / "index").document_ids) == 6
    page.get_by_role("button", name="Mettre à jour l’index").click()
    expect(page.locator("#notice [role=status]")).to_contain_text("700 ajoutés", timeout=60_000)
    values = page.evaluate("seen")
    assert len(values) > 5
    expect(page.locator(".turns")).to_contain_text("1 – 50 / 706")
    page.get_by_role("button", name="Documents suivants").click()
    expect(page.locator(".turns")).to_contain_text("51 – 100 / 706")
    page.get_by_role("button", name="Documents précédents").click()
    expect(page.locator(".turns")).to_contain_text("1 – 50 / 706")


@pytest.mark.exhaustive
def test_what_is_typed_in_the_search_stays_while_the_list_changes(tab, seeds):
    begin(tab, seeds)
    library(tab)
    tab.locator("[data-search]").press_sequentially("macron poutine", delay=90)
    tab.wait_for_timeout(800)
    expect(tab.locator("[data-search]")).to_have_value("macron poutine")
    expect(tab.locator("[data-search]")).to_be_focused()


@pytest.mark.exhaustive
def test_a_period_is_written_as_the_language_of_the_page_writes_days(chromium, seeds):
    for locale, day, box in (
        ("fr-FR", "jj/mm/aaaa", "après:01/02/2022 "),
        ("en-US", "dd/mm/yyyy", "after:01/02/2022 "),
    ):
        page = chromium.new_page(locale=locale)
        enter(page, seeds)
        library(page)
        since = page.locator(".period input").first
        expect(since).to_have_attribute("placeholder", day)
        since.fill("demain")
        page.locator("[data-period]").click()
        assert page.evaluate("document.querySelector('.period input').validationMessage").endswith("31/12/2022.")
        expect(page.locator("#question textarea")).to_have_value("")
        since.fill("01/02/2022")
        page.locator("[data-period]").click()
        expect(page.locator("#question textarea")).to_have_value(box)
        page.close()


def test_who_says_it_stands_with_the_quote(tab, seeds, seeds_index):
    begin(tab, seeds)
    ask(tab, KREMLIN)
    speakers = [citation.speaker for citation in rag.ask(KREMLIN, index=seeds_index).citations]
    assert "Kremlin" in speakers
    for card, speaker in zip(tab.locator(".source .place").all(), speakers, strict=True):
        expect(card).to_contain_text(f"selon : {speaker}" if speaker else ".txt")


def test_conversations_are_kept_named_reopened_and_deleted(tab, seeds):
    begin(tab, seeds)
    ask(tab, KREMLIN)
    tab.get_by_role("button", name="Bonne réponse").click()
    expect(tab.get_by_role("button", name="Bonne réponse")).to_have_attribute("aria-pressed", "true")
    tab.get_by_role("button", name="Nouvelle conversation").click()
    tab.get_by_role("button", name="Conversations", exact=True).click()
    tab.wait_for_selector(".listing[data-listing=conversations]")
    tab.locator(".entry .name").first.fill("Le porte-parole")
    tab.locator(".entry .name").first.blur()
    tab.get_by_role("button", name="Documents", exact=True).click()
    tab.wait_for_selector(".listing[data-listing=library]")
    tab.get_by_role("button", name="Conversations", exact=True).click()
    expect(tab.locator(".entry .name").first).to_have_value("Le porte-parole")
    open_list = tab.locator(".bar nav [aria-current]")
    expect(open_list).to_have_text("Conversations")
    tab.locator("[data-do=reopen]").first.click()
    expect(tab.locator(".turn .question")).to_have_text(KREMLIN)
    expect(open_list).to_have_count(0)
    tab.get_by_role("button", name="Conversations", exact=True).click()
    tab.locator("[data-do=delete]").first.click()
    tab.locator("[data-do=delete]").first.click()
    expect(tab.locator(".entry .name", has_text="Le porte-parole")).to_have_count(0)


def test_links_are_copied_that_lead_back(context, page, seeds):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    enter(page, seeds)
    ask(page, KREMLIN)
    quote = read_highlight(page)
    page.locator("#reader").get_by_role("button", name="Copier le lien").click()
    expect(page.get_by_role("button", name="Copié")).to_be_visible()
    page.goto(page.evaluate("navigator.clipboard.readText()"))
    expect(page.locator("#reader .here")).to_be_in_viewport()
    assert page.locator("#reader .here").text_content() == quote
    page.locator(".tools").get_by_role("button", name="Copier", exact=True).click()
    expect(page.get_by_role("button", name="Copié")).to_be_visible()
    assert "Dmitri Peskov" in page.evaluate("navigator.clipboard.readText()")
    rich = page.evaluate("navigator.clipboard.read().then(([one]) => one.getType('text/html')).then((it) => it.text())")
    assert "Dmitri Peskov" in rich
    assert "</li>" in rich


def test_an_answer_is_exported_with_its_proofs(tab, seeds):
    begin(tab, seeds)
    ask(tab, KREMLIN)
    with tab.expect_download() as download:
        tab.get_by_role("link", name="JSON").click()
    answer = rag.Answer.from_dict(json.loads(Path(download.value.path()).read_text()))
    for citation in answer.citations:
        data = (SEEDS / citation.source).read_bytes()
        assert hashlib.sha256(data).hexdigest() == citation.sha256
        assert data.decode()[citation.start : citation.end] == citation.quote
    for kind in ("MD", "HTML", "Word"):
        with tab.expect_download() as download:
            tab.get_by_role("link", name=kind).click()
        assert parse_export(Path(download.value.path()).read_bytes()) == (answer,)


OF_WIDTH = ("color-contrast", "scrollable-region-focusable", "target-size", "aria-hidden-focus")  # others are as before


def barriers(page: Page) -> list[str]:
    """What axe finds on the page, in its dark colours, and at the width of a phone."""
    broken_rules = violations(page)
    page.emulate_media(color_scheme="dark")
    expect(page.locator("body.dark")).to_have_count(1)
    broken_rules += violations(page, "color-contrast")
    page.emulate_media(color_scheme="light")
    expect(page.locator("body.dark")).to_have_count(0)
    page.set_viewport_size({"width": 360, "height": 800})
    broken_rules += violations(page, *OF_WIDTH)
    page.set_viewport_size(WINDOW)
    return broken_rules


def test_no_barrier_that_axe_knows(page, seeds):
    enter(page, seeds)
    broken_rules = violations(page)
    ask(page, KREMLIN)
    ask(page, AUSTRALIA)
    broken_rules += barriers(page)
    page.get_by_role("button", name="Conversations", exact=True).click()
    page.wait_for_selector(".listing[data-listing=conversations]")
    broken_rules += violations(page)
    library(page)
    page.set_input_files("#files", [{"name": "a.exe", "mimeType": "", "buffer": b"MZ\x90\x00" + bytes(range(256))}])
    page.wait_for_selector(".notice.problem")
    broken_rules += barriers(page)
    page.get_by_role("button", name="Mettre à jour l’index").click()
    page.wait_for_selector(".notice[role=status]")
    broken_rules += violations(page)
    page.locator(".bar [data-do=verify]").click()
    page.fill("#draft", "  ")
    page.get_by_role("button", name="Vérifier", exact=True).click()
    assert page.eval_on_selector("#draft", "box => box === document.activeElement && box.validity.valueMissing")
    page.fill("#draft", "Dmitri Peskov est le porte-parole du Kremlin.")
    page.get_by_role("button", name="Vérifier", exact=True).click()
    page.wait_for_selector(".judged-sentence")
    page.keyboard.press("?")
    broken_rules += barriers(page)
    assert not broken_rules
