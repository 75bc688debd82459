"""Links into the page, in a real browser: a question is asked once and only by its reader; a quote is lit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from browsing import ask, enter, read_highlight
from plain_controller import conversations, serve_page
from playwright.sync_api import Page, expect
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

import index
from ui.web.app import create_controller

SEEDS = Path(__file__).parents[2] / "seeds"
KREMLIN = "Qui est le porte-parole du Kremlin ?"
AUSTRALIA = "Quelle est la capitale de l'Australie ?"
LINK = "?q=Qui+est+le+porte-parole+du+Kremlin+%3F"
DAM = "Le barrage de Génissiat a été mis en service en 1948 par la Compagnie nationale du Rhône."
BOX = "#question textarea"


def test_a_question_in_a_typed_address_is_asked_once_in_a_new_conversation(page, address, conversation_folder):
    enter(page, address)
    ask(page, AUSTRALIA)
    page.goto(f"{address}/{LINK}")
    expect(page.locator("#reader mark.current")).to_contain_text("Dmitri Peskov")
    expect(page.locator(".turn .question")).to_have_text([KREMLIN])
    assert page.url == f"{address}/"
    for _ in range(2):
        page.reload()
        expect(page.locator(".turn .question")).to_have_text([KREMLIN])
    page.wait_for_timeout(500)
    assert conversations(conversation_folder) == [[AUSTRALIA], [KREMLIN]]


@pytest.mark.exhaustive
def test_a_link_on_the_page_itself_is_asked(page, address, conversation_folder):
    enter(page, address)
    page.evaluate("link => { location = link }", f"{address}/{LINK}")
    expect(page.locator("#reader mark.current")).to_contain_text("Dmitri Peskov")
    assert conversations(conversation_folder) == [[KREMLIN]]


@contextmanager
def elsewhere(folder: Path, link: str) -> Iterator[int]:
    """A page with a link, served from another port; gives the port."""
    (folder / "index.html").write_text(f'<!doctype html><a href="{link}">a link</a>')
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    handler.log_message = lambda *arguments: None  # type: ignore[attr-defined]
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def by_click(page: Page) -> None:
    page.click("a")


def by_script(page: Page) -> None:
    page.evaluate("document.querySelector('a').click()")


@pytest.mark.parametrize(("host", "follow"), [("127.0.0.1", by_script), ("localhost", by_click)])
def test_a_link_from_another_site_only_fills_the_box(
    chromium, address, conversation_folder, tmp_path, host, follow: Callable[..., None]
):
    page = chromium.new_page(locale="fr-FR")
    with elsewhere(tmp_path, f"{address}/{LINK}") as port:
        page.goto(f"http://{host}:{port}/")
        follow(page)
        page.wait_for_selector(".welcome")
        expect(page.locator(BOX)).to_have_value(KREMLIN)
        expect(page.locator(BOX)).to_be_focused()
        page.wait_for_timeout(1000)
        assert page.locator(".turn").count() == 0
        assert conversations(conversation_folder) == []
        assert page.url == f"{address}/"
        page.press(BOX, "Enter")
        expect(page.locator("#reader mark.current")).to_contain_text("Dmitri Peskov")
    assert conversations(conversation_folder) == [[KREMLIN]]
    page.close()


@pytest.mark.exhaustive
def test_a_question_from_another_site_joins_no_open_conversation(chromium, address, conversation_folder, tmp_path):
    page = chromium.new_page(locale="fr-FR")
    enter(page, address)
    ask(page, AUSTRALIA)
    with elsewhere(tmp_path, f"{address}/{LINK}") as port:
        page.goto(f"http://127.0.0.1:{port}/")
        page.click("a")
        page.wait_for_selector(".welcome")
        expect(page.locator(BOX)).to_have_value(KREMLIN)
        page.press(BOX, "Enter")
        expect(page.locator("#reader mark.current")).to_contain_text("Dmitri Peskov")
    assert conversations(conversation_folder) == [[AUSTRALIA], [KREMLIN]]
    page.close()


@pytest.mark.parametrize(
    ("sent", "navigation"),
    [
        ({"sec-fetch-site": "cross-site"}, "cross-site"),
        ({"sec-fetch-site": 'x", a;desc="none'}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_the_page_is_told_where_a_navigation_comes_from(context, address, sent, navigation):
    headers = {"sec-fetch-mode": "navigate", **sent}
    assert context.request.get(address, headers=headers).headers["server-timing"] == f'navigation;desc="{navigation}"'


def test_a_link_to_a_passage_is_lit_and_stays_in_the_address(page, address):
    link = f"{address}/?doc=001_9d9c0960840b01d6.txt&start=14&end=32"
    page.goto(link)
    expect(page.locator("#reader mark.current")).to_have_text("Le président russe")
    page.reload()
    expect(page.locator("#reader mark.current")).to_have_text("Le président russe")
    expect(page.locator("#reader mark.current")).to_be_in_viewport()
    assert page.url == link


@pytest.mark.exhaustive
def test_a_document_that_is_opened_at_a_place_lights_nothing(page, address):
    page.goto(f"{address}/?doc=001_9d9c0960840b01d6.txt&start=400&end=400")
    expect(page.locator("#reader .here")).to_be_in_viewport()
    assert page.locator("#reader mark, #reader .passage").count() == 0


@pytest.fixture(scope="module")
def pdf_index(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("pdf")
    style = getSampleStyleSheet()["BodyText"]
    filling = [Paragraph(f"Le débit du fleuve a été mesuré à la station numéro {n}.", style) for n in range(30)]
    (folder / "documents").mkdir()
    report = SimpleDocTemplate(str(folder / "documents" / "rhone.pdf"), pagesize=A4)
    report.build([*filling, PageBreak(), *filling, Paragraph(DAM, style), PageBreak(), *filling])
    index.rebuild(folder / "documents", folder / "index")
    return folder / "index"


@pytest.fixture
def pdf(pdf_index) -> Iterator[str]:
    with serve_page(create_controller(pdf_index)) as address:
        yield address


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740)])
def test_a_link_to_a_quote_in_a_pdf_lands_on_the_lit_page(chromium, pdf, pdf_index, width, height):
    document = index.open_index(pdf_index).document("rhone.pdf")
    start = document.text.index(DAM)
    page = chromium.new_page(locale="fr-FR", viewport={"width": width, "height": height})
    page.goto(f"{pdf}/?doc=rhone.pdf&start={start}&end={start + len(DAM)}")
    expect(page.locator("#reader .page img")).to_have_attribute("alt", "page 2")
    expect(page.locator("#reader .page .lit.current").first).to_be_in_viewport()
    assert read_highlight(page) == DAM
    page.close()


@pytest.mark.exhaustive
def test_a_near_passage_in_a_pdf_is_softly_lit_on_its_page(page, pdf):
    enter(page, pdf)
    ask(page, "Quelle est la capitale du Rhône australien ?")
    page.click(".near .open >> nth=0")
    expect(page.locator("#reader .page .lit.near").first).to_be_in_viewport()
    assert page.locator("#reader .page .lit.current, #reader mark").count() == 0
