"""The page in a real browser, as a person uses it, over answers computed by plain search."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browsing import ask, begin, enter, read_highlight
from plain_controller import PlainIndex, compose, plain_ask, plain_controller, serve_page
from playwright.sync_api import expect

from rag.answer import Answer
from ui.i18n.labels import FRENCH
from ui.web.server import running

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
KREMLIN = "Qui est le porte-parole du Kremlin ?"
AUSTRALIA = "Quelle est la capitale de l'Australie ?"
PESKOV = "000_e8e7819b36a530f0.txt"
# The quote that is lit has been so for 0.7 s: late events of earlier keys have come by then.
SHOWN_FOR_A_WHILE = """quote => {
    const shown = document.querySelector('#reader mark.current')?.textContent === quote
    window.shownSince = shown ? window.shownSince || Date.now() : 0
    return shown && Date.now() - window.shownSince > 700
}"""
HOSTILE = (
    "Le zèbre hostile <script>window.hacked = 1</script> porte <img src=x onerror='window.hacked = 1'> des rayures "
    "**grasses**, ![image](https://example.org/i.png), <a href='https://example.org'>liens</a>, {{value}} ${1+1} "
    '«œ»\u00a0; İstanbul, 👩‍🚀, שלום, __i18n__{"key":"sourcier_send"} & «[n\'était]».'
)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory) -> Iterator[str]:
    with serve_page(plain_controller(SEEDS, tmp_path_factory.mktemp("kept"))) as address:
        yield address


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "<b>zèbre.txt").write_text(f"# Titre <script>\n\n{HOSTILE}\n\nFin.", encoding="utf-8")
    with serve_page(plain_controller(folder, tmp_path_factory.mktemp("kept"))) as address:
        yield address


def quotes(question: str) -> list[str]:
    return [citation.quote for citation in plain_ask(PlainIndex(SEEDS), question).citations]


def test_an_answer_opens_its_document_at_the_quote(tab, seeds):
    begin(tab, seeds)
    ask(tab, KREMLIN)
    expect(tab.locator("#reader mark.current")).to_be_in_viewport()
    assert "Dmitri Peskov" in read_highlight(tab)
    assert read_highlight(tab) == quotes(KREMLIN)[0]
    expect(tab.locator("#reader header")).to_contain_text(PESKOV)
    expect(tab.locator("#conversation mark").first).to_contain_text("Dmitri Peskov")


def test_what_is_not_there_is_said_to_be_absent(tab, seeds):
    begin(tab, seeds)
    ask(tab, AUSTRALIA)
    expect(tab.locator(".not-found")).to_contain_text("Pas dans vos documents")
    expect(tab.locator("mark")).to_have_count(0)
    tab.click(".near .open >> nth=0")
    expect(tab.locator("#reader .here")).to_be_in_viewport()
    expect(tab.locator("#reader mark")).to_have_count(0)


def test_marks_keys_and_arrows_go_from_quote_to_quote(tab, seeds):
    first, second = quotes(KREMLIN)[:2]
    begin(tab, seeds)
    ask(tab, KREMLIN)
    tab.get_by_role("button", name="[2]", exact=True).click()
    expect(tab.locator("#reader mark.current")).to_have_text(second, use_inner_text=False)
    assert read_highlight(tab) == second
    expect(tab.locator("#reader mark.current")).to_be_in_viewport()
    tab.locator("#question textarea").blur()
    for key, quote in (("1", first), ("ArrowRight", second), ("ArrowLeft", first), ("2", second)):
        tab.keyboard.press(key)
        tab.wait_for_function("q => document.querySelector('#reader mark.current')?.textContent === q", arg=quote)


def test_of_quick_keys_the_last_counts(tab, seeds):
    begin(tab, seeds)
    ask(tab, KREMLIN)
    tab.locator("#question textarea").blur()
    for last in "12":
        for key in ("12" * 5) + last:
            tab.keyboard.press(key)
        tab.wait_for_function(SHOWN_FOR_A_WHILE, arg=quotes(KREMLIN)[int(last) - 1])


def test_a_mark_shows_its_quote_before_it_is_clicked(tab, seeds):
    begin(tab, seeds)
    ask(tab, KREMLIN)
    tab.hover(".cite >> nth=1")
    expect(tab.locator("#peek")).to_be_visible()
    assert tab.locator("#peek").text_content() == quotes(KREMLIN)[1]
    tab.mouse.move(5, 5)
    expect(tab.locator("#peek")).to_be_hidden()


def test_the_keys_that_people_expect(tab, seeds):
    begin(tab, seeds)
    tab.locator("#question textarea").press("Escape")
    tab.keyboard.press("/")
    expect(tab.locator("#question textarea")).to_be_focused()
    tab.keyboard.type("Ligne")
    tab.keyboard.press("Shift+Enter")
    tab.keyboard.type("deux ?")
    expect(tab.locator("#question textarea")).to_have_value("Ligne\ndeux ?")
    expect(tab.locator(".turn")).to_have_count(0)
    tab.keyboard.press("Escape")
    tab.keyboard.press("?")
    expect(tab.get_by_role("dialog")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.get_by_role("dialog")).to_be_hidden()


def test_a_hostile_document_is_shown_as_written(page, hostile):
    enter(page, hostile)
    ask(page, "zèbre hostile rayures")
    assert read_highlight(page) == HOSTILE
    assert HOSTILE in page.locator("#conversation").text_content()
    assert (
        page.locator("#conversation img, #reader img, #conversation a:not(.link), #reader a, #conversation b").count()
        == 0
    )
    assert page.evaluate("window.hacked") is None


def test_the_policy_stops_what_would_slip_through(page, seeds):
    enter(page, seeds)
    page.evaluate("document.querySelector('#reader').innerHTML = '<img src=x onerror=\"window.hacked = 1\">'")
    page.wait_for_timeout(200)
    assert page.evaluate("window.hacked") is None


def test_the_language_is_the_browsers(chromium, seeds):
    for locale, box in (
        ("fr-CA", "Posez une question"),
        ("de-DE", "Ask a question"),
    ):
        page = chromium.new_page(locale=locale)
        enter(page, seeds)
        assert page.locator("#question textarea").get_attribute("placeholder").startswith(box)
        expect(page.locator(".welcome h2")).to_have_text("Posez une question." if "fr" in locale else "Ask a question.")
        page.close()


def test_a_reload_keeps_the_conversation(tab, seeds):
    begin(tab, seeds)
    ask(tab, KREMLIN)
    tab.reload()
    expect(tab.locator(".turn .question")).to_have_text(KREMLIN)
    tab.click(".cite >> nth=0")
    assert read_highlight(tab) == quotes(KREMLIN)[0]
    tab.get_by_role("button", name="Nouvelle conversation").click()
    expect(tab.locator(".welcome")).to_be_visible()


def test_links_lead_to_an_answer_and_to_a_passage(page, seeds):
    page.goto(f"{seeds}/?q=Qui+est+le+porte-parole+du+Kremlin+%3F")
    expect(page.locator("#reader mark.current")).to_contain_text("Dmitri Peskov")
    page.goto(f"{seeds}/?doc=001_9d9c0960840b01d6.txt&start=14&end=32")
    expect(page.locator("#reader .here")).to_have_text("Le président russe")


@pytest.mark.parametrize(("width", "height"), [(360, 740), (640, 400)])  # a phone; 1280 x 800 at 200 %
def test_narrow_one_above_the_other_and_nothing_sticks_out(tab, seeds, width, height):
    tab.set_viewport_size({"width": width, "height": height})
    begin(tab, seeds)
    ask(tab, KREMLIN)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    chat, reader = tab.locator("#chat").bounding_box(), tab.locator("#reader").bounding_box()
    assert reader["y"] >= chat["y"] + chat["height"] - 1
    last = tab.locator(".bar nav button").last.bounding_box()
    assert last["x"] + last["width"] <= width
    tab.click(".cite >> nth=0")
    expect(tab.locator("#reader mark.current")).to_be_in_viewport()


def test_dark_where_the_system_is(tab, seeds):
    begin(tab, seeds)
    tab.emulate_media(color_scheme="dark")
    expect(tab.locator("body")).to_have_css("background-color", "rgb(22, 21, 19)")


def test_a_problem_is_said_in_one_sentence(tab, seeds):
    begin(tab, seeds)
    ask(tab, "x" * 40 + " fails")
    expect(tab.get_by_role("alert")).to_contain_text("La question compte 46 caractères")


def test_only_assets_are_served_under_their_names(context, seeds):
    for path in ("app/../server.py", "app/%2e%2e%2fserver.py", "app/server.py", "gradio_api/file=/etc/passwd"):
        assert context.request.get(f"{seeds}/{path}").status >= 400
    headers = context.request.get(seeds).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "unsafe-inline" not in headers["content-security-policy"].split("script-src")[1].split(";")[0]


@pytest.mark.exhaustive
def test_an_empty_question_changes_nothing(page, tmp_path):
    with serve_page(plain_controller(SEEDS, tmp_path)) as address:
        enter(page, address)
        for blank in ("", "   "):
            page.fill("#question textarea", blank)
            page.press("#question textarea", "Enter")
            page.wait_for_timeout(600)
            assert page.locator(".welcome").count() == 1
        ask(page, KREMLIN)
        page.press("#question textarea", "Enter")
        page.wait_for_timeout(600)
        assert page.locator(".turn").count() == 1
        ask(page, AUSTRALIA)
        assert page.locator(".turn").count() == 2


def test_escape_stops_a_question_that_takes_long(page, tmp_path):
    slow = replace(plain_controller(SEEDS, tmp_path), ask=forever)
    with serve_page(slow) as address:
        enter(page, address)
        page.fill("#question textarea", KREMLIN)
        page.press("#question textarea", "Enter")
        expect(page.locator(".pending")).to_be_visible()
        expect(page.locator("#stop")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".pending")).to_have_count(0)
        expect(page.locator("#send")).to_be_visible()


def forever(question: str, history=()) -> Iterator[Answer]:
    while True:
        time.sleep(0.05)
        yield plain_ask(PlainIndex(SEEDS), AUSTRALIA)


@pytest.mark.exhaustive
def test_shown_anew_a_conversation_hides_no_question_that_came_meanwhile(tmp_path):
    under_way: list[Any] = []

    def asked_meanwhile(index, labels):
        if not under_way:
            under_way.append(controller.answer("Qui est le porte-parole du Kremlin ?", "0" * 16, FRENCH))
            next(under_way[0])
        return ()

    controller = replace(plain_controller(SEEDS, tmp_path), suggest=asked_meanwhile)
    assert controller.refresh("0" * 16, FRENCH) is None
    assert controller.refresh("0" * 16, FRENCH) is None  # still under way
    assert "porte-parole" in list(under_way[0])[-1].conversation
    refreshed = controller.refresh("0" * 16, FRENCH)
    assert refreshed is not None
    assert "welcome" in refreshed
    assert controller.refresh("1" * 16, FRENCH)  # of another page


def test_an_answer_grows_in_the_page(page, tmp_path):
    whole = plain_ask(PlainIndex(SEEDS), KREMLIN)

    def growing(question: str, history=()) -> Iterator[Answer]:
        yield compose(question, whole.citations[:1])
        time.sleep(1)
        yield whole

    with serve_page(replace(plain_controller(SEEDS, tmp_path), ask=growing)) as address:
        enter(page, address)
        page.fill("#question textarea", KREMLIN)
        page.press("#question textarea", "Enter")
        expect(page.locator(".source")).to_have_count(1)
        expect(page.locator(".source")).to_have_count(len(whole.citations))
        expect(page.locator(".turn")).to_have_count(1)


def test_a_lost_server_is_said_and_found_again(page, tmp_path):
    with serve_page(plain_controller(SEEDS, tmp_path)) as address:
        enter(page, address)
        ask(page, KREMLIN)
        port = int(address.rsplit(":", 1)[1])
    expect(page.locator("#lost")).to_be_visible()
    page.fill("#question textarea", "une question commencée")
    with running(plain_controller(SEEDS, tmp_path), port):
        expect(page.locator("#lost")).to_be_hidden(timeout=15_000)
        expect(page.locator(".turn .question")).to_have_text(KREMLIN)
        expect(page.locator("#question textarea")).to_have_value("une question commencée")
