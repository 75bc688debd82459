"""Of what a person clicks nothing is lost while the page changes, in a real browser."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from browsing import ask, enter, read_highlight
from plain_controller import PlainIndex, plain_ask, plain_controller, serve_page
from playwright.sync_api import Page, expect

import index
from rag.answer import Answer
from ui.web.app import create_controller

pytestmark = pytest.mark.exhaustive

KREMLIN = "Qui est le porte-parole du Kremlin ?"
MOSCOW = "Quelle est la ligne rouge de Moscou ?"
SEEDS = Path(__file__).parents[2] / "seeds"
SURE = re.compile(r"\bsure\b")


@pytest.fixture
def own(page: Page, tmp_path) -> Iterator[Page]:
    """The page over a folder of two documents, the library open."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "dahu.txt").write_text("Le dahu vit en Savoie, dans les alpages.", encoding="utf-8")
    (folder / "mer.txt").write_text("La mer d'Iroise borde le Finistère.", encoding="utf-8")
    index.rebuild(folder, tmp_path / "index")
    with serve_page(create_controller(tmp_path / "index", folder)) as address:
        enter(page, address)
        page.get_by_role("button", name="Documents", exact=True).click()
        expect(page.locator(".entry")).to_have_count(2)
        yield page


def removal(page: Page, name: str):
    return page.locator(".entry").filter(has_text=name).locator("[data-do=remove]")


def search(page: Page, words: str, count: int) -> None:
    """Draw the list anew."""
    before = page.locator("#reader .asked").get_attribute("data-asked")
    page.fill("[data-search]", words)
    expect(page.locator("#reader .asked")).not_to_have_attribute("data-asked", before)
    expect(page.locator(".entry")).to_have_count(count)


def test_a_removal_is_still_confirmed_by_a_second_click_when_the_list_was_drawn_anew(own):
    removal(own, "dahu").click()
    expect(removal(own, "dahu")).to_have_class(SURE)
    search(own, "txt", 2)
    expect(removal(own, "dahu")).to_have_class(SURE)
    removal(own, "dahu").click()
    expect(own.locator("#removal")).to_contain_text("« dahu.txt » est retiré")


def test_a_second_click_confirms_for_no_other_document(own):
    removal(own, "dahu").click()
    search(own, "mer", 1)
    expect(removal(own, "mer")).not_to_have_class(SURE)
    removal(own, "mer").click()
    expect(removal(own, "mer")).to_have_class(SURE)
    expect(own.locator("#removal")).not_to_contain_text("retiré")
    search(own, "", 2)
    expect(removal(own, "dahu")).not_to_have_class(SURE)


def test_documents_opened_while_a_question_is_answered_stay_open(page, conversation_folder):
    go_on = threading.Event()

    def slowly(question: str, history=()) -> Iterator[Answer]:
        if question == MOSCOW:
            go_on.wait(30)
        yield plain_ask(PlainIndex(SEEDS), question)

    with serve_page(replace(plain_controller(SEEDS, conversation_folder), ask=slowly)) as address:
        enter(page, address)
        ask(page, KREMLIN)
        first = read_highlight(page)
        page.fill("#question textarea", MOSCOW)
        page.press("#question textarea", "Enter")
        expect(page.locator(".pending").first).to_be_visible()
        page.get_by_role("button", name="Documents", exact=True).click()
        expect(page.locator("[data-listing=library]")).to_be_visible()
        go_on.set()
        expect(page.locator(".pending")).to_have_count(0)
        page.wait_for_timeout(500)
        expect(page.locator("[data-listing=library]")).to_be_visible()
        page.get_by_role("button", name="[1]", exact=True).last.click()
        expect(page.locator("#reader mark.current")).to_be_visible()
        assert read_highlight(page) != first
