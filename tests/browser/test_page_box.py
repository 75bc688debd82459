"""The question box in a real browser: where the caret is, what the keys do, and that no question is lost."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from browsing import ask, begin, enter
from plain_controller import PlainIndex, plain_ask, plain_controller, serve_page
from playwright.sync_api import Page, expect

from rag.answer import Answer
from ui.i18n.labels import ENGLISH, FRENCH

SEEDS = Path(__file__).parents[2] / "seeds"
KREMLIN = "Qui est le porte-parole du Kremlin ?"
AUSTRALIA = "Quelle est la capitale de l'Australie ?"
WRONG = "x" * 41  # longer than the plain controller accepts
BOX = "#question textarea"


@pytest.fixture(scope="module")
def seeds(tmp_path_factory) -> Iterator[str]:
    with serve_page(plain_controller(SEEDS, tmp_path_factory.mktemp("kept"))) as address:
        yield address


def fail(page: Page, question: str) -> None:
    page.fill(BOX, question)
    page.press(BOX, "Enter")
    expect(page.locator(".turn.failed .question")).to_have_text(question)


def quotes(question: str) -> list[str]:
    return [citation.quote for citation in plain_ask(PlainIndex(SEEDS), question).citations]


def test_one_can_type_at_once_on_arrival_and_in_a_new_conversation(page, seeds):
    enter(page, seeds)
    expect(page.locator(BOX)).to_be_focused()
    page.keyboard.type(KREMLIN)
    page.keyboard.press("Enter")
    expect(page.locator(".turn[data-turn]")).to_have_count(1)
    page.get_by_role("button", name="Nouvelle conversation").click()
    expect(page.locator(".welcome")).to_be_visible()
    expect(page.locator(BOX)).to_be_focused()


def test_a_question_that_is_sent_before_the_page_has_come_is_asked_then(page, seeds):
    arriving = []
    page.route("**/gradio_api/run/predict*", lambda route: arriving.append(route), times=1)
    page.goto(seeds)
    page.locator(BOX).wait_for()
    with page.expect_request("**/gradio_api/queue/join*"):
        page.fill(BOX, KREMLIN)
        page.press(BOX, "Enter")
        page.wait_for_timeout(300)
        expect(page.locator(BOX)).to_have_value(KREMLIN)
        assert len(arriving) == 1
        arriving[0].continue_()
    expect(page.locator(".turn[data-turn]")).to_have_count(1)
    page.wait_for_timeout(300)
    expect(page.locator(".welcome")).to_have_count(0)


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "device", [{"viewport": {"width": 360, "height": 740}}, {"has_touch": True, "is_mobile": True}]
)
def test_no_keyboard_comes_up_by_itself(chromium, seeds, device):
    page = chromium.new_page(locale="fr-FR", **device)
    enter(page, seeds)
    page.locator("[data-do=start]").click()
    page.wait_for_timeout(500)
    expect(page.locator(BOX)).not_to_be_focused()
    page.close()


@pytest.mark.exhaustive
def test_a_link_to_a_document_does_not_move_the_caret(page, seeds):
    page.goto(f"{seeds}/?doc=001_9d9c0960840b01d6.txt&start=14&end=32")
    expect(page.locator("#reader mark.current")).to_be_visible()
    expect(page.locator(BOX)).not_to_be_focused()


def test_alt_and_a_number_open_a_source_while_one_types(tab, seeds):
    begin(tab, seeds)
    ask(tab, KREMLIN)
    tab.locator(BOX).press_sequentially("Et 1 ou 2")
    for number in (2, 1):
        tab.keyboard.press(f"Alt+Digit{number}")
        expect(tab.locator("#reader mark.current")).to_have_text(quotes(KREMLIN)[number - 1], use_inner_text=False)
    expect(tab.locator(BOX)).to_have_value("Et 1 ou 2")
    expect(tab.locator(BOX)).to_be_focused()
    tab.keyboard.press("Escape")
    tab.keyboard.press("2")
    expect(tab.locator("#reader mark.current")).to_have_text(quotes(KREMLIN)[1], use_inner_text=False)
    ask(tab, AUSTRALIA)  # it has no source: the last that has some counts
    tab.keyboard.press("Alt+Digit1")
    expect(tab.locator("#reader mark.current")).to_have_text(quotes(KREMLIN)[0], use_inner_text=False)


@pytest.mark.parametrize("labels", [FRENCH, ENGLISH], ids=lambda labels: labels.language)
def test_the_hint_names_the_key_that_works_in_the_box(labels):
    hint = labels.reader_hint.replace("\xa0", " ")
    assert re.search(r"Alt ?\+ ?1", hint)
    assert {"Alt 1 – 9", "1 – 9", "↑"} <= {key for key, _ in labels.keys}


def test_a_question_that_fails_comes_back_into_the_box(tab, seeds):
    begin(tab, seeds)
    fail(tab, WRONG)
    expect(tab.locator(BOX)).to_have_value(WRONG)
    tab.keyboard.press("Enter")
    tab.wait_for_timeout(500)
    expect(tab.locator(BOX)).to_have_value(WRONG)
    tab.fill(BOX, "")
    tab.locator(".failed").get_by_role("button", name="Modifier").click()
    expect(tab.locator(BOX)).to_have_value(WRONG)
    expect(tab.locator(BOX)).to_be_focused()
    tab.reload()
    expect(tab.locator(".welcome")).to_be_visible()
    expect(tab.locator(BOX)).to_have_value(WRONG)
    tab.fill(BOX, "")
    tab.reload()
    expect(tab.locator(".welcome")).to_be_visible()
    expect(tab.locator(BOX)).to_have_value("")


@pytest.mark.exhaustive
def test_a_question_that_failed_can_be_asked_again_with_a_click(page, tmp_path):
    fails = [True, True, False]

    def moody(question: str, history=()) -> Iterator[Answer]:
        if fails.pop(0):
            raise ZeroDivisionError
        yield plain_ask(PlainIndex(SEEDS), question)

    with serve_page(replace(plain_controller(SEEDS, tmp_path), ask=moody)) as address:
        enter(page, address)
        fail(page, KREMLIN)
        expect(page.locator(".failed")).to_contain_text("Erreur interne")
        page.get_by_role("button", name="Reposer").click()
        expect(page.locator(".pending")).to_have_count(0)
        expect(page.locator(BOX)).to_have_value(KREMLIN)
        page.get_by_role("button", name="Reposer").click()
        expect(page.locator(".turn[data-turn]")).to_have_count(1)
        expect(page.locator(".failed")).to_have_count(0)
        expect(page.locator(BOX)).to_have_value("")
    assert fails == []


@pytest.mark.exhaustive
def test_what_is_typed_while_a_question_fails_or_is_answered_stays(page, tmp_path):
    def slowly(question: str, history=()) -> Iterator[Answer]:
        answer = plain_ask(PlainIndex(SEEDS), KREMLIN)
        for _ in range(3):
            time.sleep(0.3)
            yield answer
        if question == AUSTRALIA:
            raise ZeroDivisionError

    with serve_page(replace(plain_controller(SEEDS, tmp_path), ask=slowly)) as address:
        enter(page, address)
        for question, selector in ((KREMLIN, ".turn .tools"), (AUSTRALIA, ".turn.failed")):
            page.fill(BOX, question)
            page.press(BOX, "Enter")
            expect(page.locator(BOX)).to_have_value("")
            page.keyboard.type("et puis")
            expect(page.locator(selector)).to_have_count(1)
            page.wait_for_timeout(300)
            expect(page.locator(BOX)).to_have_value("et puis")


@pytest.mark.exhaustive
def test_a_question_that_is_stopped_comes_back_into_the_box(page, tmp_path):
    def endless(question: str, history=()) -> Iterator[Answer]:
        while True:
            time.sleep(0.05)
            yield plain_ask(PlainIndex(SEEDS), KREMLIN)

    with serve_page(replace(plain_controller(SEEDS, tmp_path), ask=endless)) as address:
        enter(page, address)
        page.fill(BOX, KREMLIN)
        page.press(BOX, "Enter")
        expect(page.locator(".pending")).to_be_visible()
        expect(page.locator(BOX)).to_have_value("")
        page.keyboard.press("Escape")
        expect(page.locator(".pending")).to_have_count(0)
        expect(page.locator(BOX)).to_have_value(KREMLIN)


def test_an_arrow_recalls_the_last_question_into_the_empty_box_only(tab, seeds):
    begin(tab, seeds)
    tab.press(BOX, "ArrowUp")
    expect(tab.locator(BOX)).to_have_value("")
    ask(tab, AUSTRALIA)
    ask(tab, KREMLIN)
    tab.press(BOX, "ArrowUp")
    expect(tab.locator(BOX)).to_have_value(KREMLIN)
    tab.fill(BOX, "Ligne\ndeux")
    tab.press(BOX, "ArrowUp")
    expect(tab.locator(BOX)).to_have_value("Ligne\ndeux")


def test_a_draft_outlives_a_reload_and_a_sent_question_is_no_draft(tab, seeds):
    begin(tab, seeds)
    tab.locator(BOX).press_sequentially("Une question commenc")
    tab.reload()
    expect(tab.locator(".welcome")).to_be_visible()
    expect(tab.locator(BOX)).to_have_value("Une question commenc")
    tab.keyboard.type("ée")
    expect(tab.locator(BOX)).to_have_value("Une question commencée")
    ask(tab, KREMLIN)
    tab.reload()
    expect(tab.locator(".turn[data-turn]")).to_have_count(1)
    expect(tab.locator(BOX)).to_have_value("")


@pytest.mark.exhaustive
def test_a_question_sent_while_an_answer_grows_is_asked_after_it(page, tmp_path):
    index = PlainIndex(SEEDS)

    def slowly(question: str, history=()) -> Iterator[Answer]:
        for _ in range(4):
            time.sleep(0.3)
            yield plain_ask(index, question)

    questions = [KREMLIN, AUSTRALIA, "Quelle est la ligne rouge de Moscou ?"]
    with serve_page(replace(plain_controller(SEEDS, tmp_path), ask=slowly)) as address:
        enter(page, address)
        for number, question in enumerate(questions):
            page.fill(BOX, question)
            page.press(BOX, "Enter")
            expect(page.locator(".question").nth(number)).to_have_text(question, timeout=10_000)
        expect(page.locator(".turn[data-turn]:not(.pending)")).to_have_count(3, timeout=10_000)
        assert page.locator(".question").all_text_contents() == questions
        expect(page.locator(BOX)).to_have_value("")
