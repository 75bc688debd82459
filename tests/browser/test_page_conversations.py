"""What the page keeps of a conversation, in a real browser: after a deletion, a reload, an error, another page."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from browsing import PATIENCE, PATIENT, WINDOW, ask, enter, read_highlight, violations
from plain_controller import PlainIndex, conversations, plain_ask, plain_controller, serve_page
from playwright.sync_api import Page, expect
from waiting import until

import index
from rag.answer import Answer
from ui.services.conversations import Conversations
from ui.web.app import create_controller
from ui.web.library_controller import LibraryController
from ui.web.server import running

SEEDS = Path(__file__).parents[2] / "seeds"
KREMLIN = "Qui est le porte-parole du Kremlin ?"
MOSCOW = "Quelle est la ligne rouge de Moscou ?"
AUSTRALIA = "Quelle est la capitale de l'Australie ?"
WRONG = "x" * 41  # longer than the plain controller accepts
HINT = "#reader .marks-hint"


def delete(page: Page, name: str) -> None:
    page.get_by_role("button", name="Conversations", exact=True).click()
    row = page.locator(".entry").filter(has=page.locator(f'input[value="{name}"]'))
    row.locator("[data-do=delete]").click()
    row.locator("[data-do=delete]").click()
    expect(page.locator(".notice.undo")).to_contain_text(f"Conversation supprimée : {name}")


def expect_questions(page: Page, *questions: str) -> None:
    expect(page.locator(".turn .question")).to_have_text(list(questions))


def test_the_open_conversation_gives_way_to_the_welcome_page_when_it_is_deleted(page, address, conversation_folder):
    enter(page, address)
    ask(page, KREMLIN)
    ask(page, MOSCOW)
    delete(page, KREMLIN)
    expect(page.locator(".welcome")).to_be_visible()
    assert page.locator(".turn").count() == 0
    ask(page, AUSTRALIA)
    ask(page, MOSCOW)
    expect_questions(page, AUSTRALIA, MOSCOW)
    assert conversations(conversation_folder) == [[AUSTRALIA, MOSCOW]]
    page.reload()
    expect_questions(page, AUSTRALIA, MOSCOW)


def test_a_deleted_conversation_comes_back(page, address, conversation_folder):
    enter(page, address)
    ask(page, KREMLIN)
    ask(page, MOSCOW)
    delete(page, KREMLIN)
    assert conversations(conversation_folder) == []
    page.get_by_role("button", name="Annuler").click()
    expect_questions(page, KREMLIN, MOSCOW)
    expect(page.locator(".entry.current .name")).to_have_value(KREMLIN)
    assert page.locator(".notice.undo").count() == 0
    page.click(".cite >> nth=0")
    assert "Dmitri Peskov" in read_highlight(page)
    page.reload()
    expect_questions(page, KREMLIN, MOSCOW)
    assert conversations(conversation_folder) == [[KREMLIN, MOSCOW]]


@pytest.mark.exhaustive
def test_a_conversation_that_comes_back_takes_the_place_of_no_other(page, address, conversation_folder):
    enter(page, address)
    ask(page, KREMLIN)
    delete(page, KREMLIN)
    ask(page, AUSTRALIA)
    page.get_by_role("button", name="Conversations", exact=True).click()
    page.get_by_role("button", name="Annuler").click()
    expect(page.locator(".entry")).to_have_count(2)
    expect_questions(page, AUSTRALIA)
    assert conversations(conversation_folder) == [[AUSTRALIA], [KREMLIN]]


@pytest.mark.exhaustive
def test_deleting_another_conversation_leaves_the_open_one(page, address, conversation_folder):
    enter(page, address)
    ask(page, KREMLIN)
    page.get_by_role("button", name="Nouvelle conversation").click()
    expect(page.locator(".welcome")).to_be_visible()
    ask(page, AUSTRALIA)
    delete(page, KREMLIN)
    expect_questions(page, AUSTRALIA)
    page.get_by_role("button", name="Annuler").click()
    expect(page.locator(".entry")).to_have_count(2)
    expect_questions(page, AUSTRALIA)


@pytest.mark.exhaustive
def test_a_deletion_that_can_no_longer_be_undone_says_so(page, conversation_folder):
    made = plain_controller(SEEDS, conversation_folder)
    short = replace(
        made,
        library_controller=LibraryController(
            made.library_controller.library, Conversations(conversation_folder, undo_seconds=0.5)
        ),
    )
    with serve_page(short) as address:
        enter(page, address)
        ask(page, KREMLIN)
        delete(page, KREMLIN)
        until(lambda: not list(conversation_folder.iterdir()))
        page.get_by_role("button", name="Annuler").click()
        expect(page.get_by_role("alert").filter(has_text="ne peut plus être rétablie")).to_be_visible()
        expect(page.locator(".welcome")).to_be_visible()


def test_a_conversation_that_another_page_deleted_is_not_continued_silently(
    context, page, address, conversation_folder
):
    enter(page, address)
    ask(page, KREMLIN)
    other = context.new_page()
    enter(other, address)
    expect_questions(other, KREMLIN)
    delete(page, KREMLIN)
    other.click(".cite >> nth=0")
    expect(other.locator("#reader [role=alert]")).to_have_text("Cette conversation a été supprimée.")
    other.fill("#question textarea", AUSTRALIA)
    other.press("#question textarea", "Enter")
    expect(other.locator("#conversation .notice")).to_contain_text("La conversation ouverte ici a été supprimée.")
    expect_questions(other, AUSTRALIA)
    expect(other.locator(".pending")).to_have_count(0)
    ask(other, MOSCOW)
    expect_questions(other, AUSTRALIA, MOSCOW)
    assert other.locator("#conversation .notice").count() == 0
    assert conversations(conversation_folder) == [[AUSTRALIA, MOSCOW]]


@pytest.mark.exhaustive
def test_a_conversation_that_is_deleted_while_it_is_answered_stays_deleted(page, conversation_folder):
    go_on = threading.Event()

    def slowly(question: str, history=()) -> Iterator[Answer]:
        if question == MOSCOW:
            go_on.wait(10)
        yield plain_ask(PlainIndex(SEEDS), question)

    with serve_page(replace(plain_controller(SEEDS, conversation_folder), ask=slowly)) as address:
        enter(page, address)
        ask(page, KREMLIN)
        page.fill("#question textarea", MOSCOW)
        page.press("#question textarea", "Enter")
        expect(page.locator(".pending")).to_be_visible()
        delete(page, KREMLIN)
        go_on.set()
        expect(page.locator("#conversation .notice")).to_contain_text("La conversation ouverte ici a été supprimée.")
        expect_questions(page, MOSCOW)
    assert conversations(conversation_folder) == [[MOSCOW]]


@pytest.mark.exhaustive
def test_a_question_without_an_answer_leaves_the_pane_as_it_is(page, address):
    enter(page, address)
    ask(page, AUSTRALIA)
    expect(page.locator(HINT)).to_be_hidden()  # there is no mark
    ask(page, KREMLIN)
    quote = read_highlight(page)
    for question in (AUSTRALIA, WRONG):
        page.fill("#question textarea", question)
        page.press("#question textarea", "Enter")
        expect(page.locator(".turn .question").last).to_have_text(question)
        expect(page.locator(".pending")).to_have_count(0)
        assert read_highlight(page) == quote


def test_the_last_source_is_open_after_a_reload_and_in_a_reopened_conversation(page, address):
    enter(page, address)
    expect(page.locator(HINT)).to_be_visible()
    ask(page, MOSCOW)
    ask(page, KREMLIN)
    quote = read_highlight(page)
    ask(page, AUSTRALIA)
    page.reload()
    expect(page.locator("#reader mark.current")).to_have_text(quote)
    expect(page.locator("#reader mark.current")).to_be_in_viewport()
    expect(page.locator(".source.current")).to_have_attribute("data-turn", "1")
    page.get_by_role("button", name="Nouvelle conversation").click()
    expect(page.locator(HINT)).to_be_visible()
    page.get_by_role("button", name="Conversations", exact=True).click()
    page.click("[data-do=reopen]")
    expect(page.locator("#reader mark.current")).to_have_text(quote)


@pytest.mark.exhaustive
def test_the_last_source_is_open_when_the_server_is_back(page, conversation_folder):
    with serve_page(plain_controller(SEEDS, conversation_folder)) as address:
        enter(page, address)
        ask(page, KREMLIN)
        quote = read_highlight(page)
        port = int(address.rsplit(":", 1)[1])
    expect(page.locator("#lost")).to_be_visible()
    with running(plain_controller(SEEDS, conversation_folder), port):
        expect(page.locator("#lost")).to_be_hidden(timeout=15_000)
        expect(page.locator("#reader mark.current")).to_have_text(quote)


@pytest.mark.exhaustive
def test_a_page_without_its_index_keeps_its_conversation_and_says_what_is_wrong(page, conversation_folder):
    made = plain_controller(SEEDS, conversation_folder)
    is_there = [True]

    def opened():
        if not is_there[0]:
            raise index.errors.UserError("No index in {}. Build one: rag rebuild FOLDER", "x")
        return PlainIndex(SEEDS)

    def answered(question: str, history=()) -> Iterator[Answer]:
        yield plain_ask(opened(), question)

    with serve_page(replace(made, ask=answered, open_index=opened)) as address:
        enter(page, address)
        ask(page, KREMLIN)
        is_there[0] = False
        page.reload()
        expect_questions(page, KREMLIN)
        expect(page.locator("#reader [role=alert]")).to_contain_text("n’est plus dans l’index")
        page.fill("#question textarea", MOSCOW)
        page.press("#question textarea", "Enter")
        expect(page.locator(".turn.failed")).to_contain_text("Pas d’index dans x.")
        expect_questions(page, KREMLIN, MOSCOW)


@pytest.mark.exhaustive
def test_no_barrier_in_what_was_deleted_or_failed(chromium, address):
    page = chromium.new_page(locale="en-GB", color_scheme="dark", viewport=WINDOW)
    page.set_default_timeout(PATIENCE)
    page.add_init_script(PATIENT)
    enter(page, address)
    ask(page, KREMLIN)
    ask(page, WRONG)
    broken_rules = violations(page)
    page.locator("[data-do=conversations]").click()
    page.locator("[data-do=delete]").click()
    broken_rules += violations(page)
    page.locator("[data-do=delete]").click()
    page.wait_for_selector(".notice.undo")
    broken_rules += violations(page)
    page.close()
    assert not broken_rules


@pytest.mark.exhaustive
def test_on_a_phone_a_reopened_conversation_and_a_new_one_are_in_view(chromium, address):
    page = chromium.new_page(locale="fr-FR", viewport={"width": 360, "height": 740})
    enter(page, address)
    ask(page, KREMLIN)
    ask(page, MOSCOW)
    page.locator("[data-do=start]").click()
    expect(page.locator(".welcome h2")).to_be_in_viewport()
    page.get_by_role("button", name="Conversations", exact=True).click()
    page.click("[data-do=reopen]")
    expect(page.locator(".turn .question").last).to_be_in_viewport()
    expect(page.locator("#composer")).to_be_in_viewport()
    page.close()


@pytest.fixture(scope="module")
def listed(tmp_path_factory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("listing")
    (folder / "documents").mkdir()
    (folder / "documents" / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    for name in ("dahu", "yeti"):
        (folder / "documents" / f"{name}.txt").write_text(f"Le {name} vit dans les montagnes.")
    index.rebuild(folder / "documents", folder / "index")
    with serve_page(create_controller(folder / "index")) as address:
        yield address


def labels(page: Page) -> list[str]:
    return page.locator(".entry .acts button").all_inner_texts()


@pytest.mark.exhaustive
def test_a_button_that_asks_twice_writes_its_words_on_no_other(page, listed):
    enter(page, listed)
    page.get_by_role("button", name="Documents", exact=True).click()
    expect(page.locator(".entry")).to_have_count(3)
    before = labels(page)
    page.locator("[data-do=remove]").first.click()
    armed = page.locator("[data-do=remove].sure")
    expect(armed).to_have_count(1)
    words = armed.get_attribute("data-sure")
    assert armed.evaluate("it => getComputedStyle(it, '::after').content") == f'"{words}"'
    page.fill("[data-search]", "dahu")
    expect(page.locator(".entry")).to_have_count(1)
    assert armed.count() == 0
    assert labels(page) == before[1:3]
    page.wait_for_timeout(3000)
    assert labels(page) == before[1:3]
    page.fill("[data-search]", "")
    expect(page.locator(".entry")).to_have_count(3)
    assert labels(page) == before


@pytest.mark.exhaustive
def test_a_button_that_has_said_it_copied_says_its_own_words_again(context, page, address):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    enter(page, address)
    page.evaluate("window.hasty = true")
    ask(page, KREMLIN)
    link = page.locator("#reader").get_by_role("button", name="Copier le lien")
    link.click()
    expect(page.get_by_role("button", name="Copié")).to_have_count(1)
    page.wait_for_timeout(1500)
    page.locator("#reader [data-link]").click()  # the second time counts from the second click
    page.wait_for_timeout(1500)
    expect(page.get_by_role("button", name="Copié")).to_have_count(1)
    expect(page.get_by_role("button", name="Copié")).to_have_count(0)
    expect(link).to_have_text("Copier le lien")
