"""A language model writes in the page, once a person lets it: its text grows, is judged, and can be stopped."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import ask, enter, violations
from model_server import ModelServer, Script, serving
from plain_controller import serve_page
from playwright.sync_api import Page, expect

from index import rebuild
from ui.web.app import create_controller

NOTE = "Le viaduc de Morlaix compte 14 arches. Il a été achevé en 1863. Louis Le Guern dirigeait le chantier."
WRITTEN = (
    "Le viaduc de Morlaix compte 14 arches [1]. ",
    "Le viaduc de Morlaix a été achevé en 1871 [1]. ",
    "Selon le préfet, tout va bien [9]. ",
    "Louis Le Guern surveillait le chantier [1].",
)
ARCHES = "Combien d'arches compte le viaduc de Morlaix ?"


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    with serving(Script([WRITTEN[0], "…wait…", *WRITTEN[1:]])) as served:
        monkeypatch.setenv("RAG_MODEL_URL", f"{served.url}/v1")
        yield served


@pytest.fixture
def opened(model: ModelServer, page: Page, tmp_path: Path) -> Iterator[Page]:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "viaduc.txt").write_text(NOTE, "utf-8")
    rebuild(folder, tmp_path / "index")
    with serve_page(create_controller(tmp_path / "index", folder, "openai:scripted")) as address:
        enter(page, address)
        yield page


def send(page: Page, question: str) -> None:
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")


def test_a_model_writes_once_it_may_and_each_sentence_is_judged(opened: Page, model: ModelServer) -> None:
    switch = opened.get_by_role("switch", name="Rédiger avec openai:scripted")
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(switch).to_have_accessible_description("Le texte reste sur cette machine.")
    ask(opened, ARCHES)
    assert model.requests == []
    opened.locator("[data-do=start]").click()
    expect(opened.locator(".welcome")).to_be_visible()
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true")
    send(opened, ARCHES)
    answer = opened.locator(".turn").last.locator(".answer")
    expect(answer).to_contain_text(WRITTEN[0].strip(), timeout=60_000)  # LangChain is imported first
    expect(opened.locator(".pending")).to_have_count(1)
    model.resumed.set()
    expect(opened.locator(".pending")).to_have_count(0, timeout=15_000)
    judged = answer.locator(".judgement")
    expect(judged).to_have_text(["étayée", "contredite", "non étayée", "non vérifiée"])
    expect(answer.locator(".unverified")).to_have_text("[9]")
    opened.get_by_role("button", name="contredite").click()
    expect(opened.locator("#reader mark.current")).to_contain_text("achevé en 1863")
    expect(opened.locator(".turn").last.locator(".source.lit")).to_have_count(1)
    assert violations(opened) == []
    opened.reload()
    expect(opened.locator(".turn").last.locator(".judgement")).to_have_count(4)
    expect(opened.get_by_role("switch")).to_have_attribute("aria-checked", "true")


def test_an_answer_is_stopped_and_the_model_left(opened: Page, model: ModelServer) -> None:
    model.scripts[:] = [Script([WRITTEN[0], "…wait…", *["Encore un mot. "] * 5000])]
    opened.get_by_role("switch").click()
    expect(opened.get_by_role("switch")).to_have_attribute("aria-checked", "true")
    send(opened, ARCHES)
    expect(opened.locator(".turn .answer")).to_contain_text("14 arches", timeout=60_000)  # LangChain is imported first
    opened.locator("#stop").click()
    expect(opened.locator(".turn")).to_have_count(0)
    model.resumed.set()
    assert model.hung_up.wait(15)
    assert opened.input_value("#question textarea") == ARCHES
