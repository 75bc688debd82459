"""A real browser for tests: fixtures and the few things that all of them do."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"
).split()


@pytest.fixture(scope="module")  # not longer: its event loop would be in the way of others
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


def launched(playwright: Playwright, *flags: str) -> Browser:
    own = Path(playwright.chromium.executable_path)
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found and not own.exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium on this machine: the page is not tested")
    return playwright.chromium.launch(executable_path=found, args=[*FLAGS, *flags])


@pytest.fixture
def context(chromium) -> Iterator[BrowserContext]:
    """A fresh browser, in French, that may ask nothing of another host and whose page may not fail."""
    context = chromium.new_context(locale="fr-FR", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(10_000)
    elsewhere, failures = [], []
    context.on("request", lambda request: elsewhere.append(request.url) if not own(request.url) else None)
    context.on("weberror", lambda error: failures.append(str(error.error)))
    yield context
    context.close()
    assert not elsewhere
    assert not failures


def own(url: str) -> bool:
    return urlsplit(url).scheme in ("data", "blob") or urlsplit(url).hostname == "127.0.0.1"


@pytest.fixture
def page(context) -> Page:
    return context.new_page()


def enter(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector(".welcome, .turn")


def ask(page: Page, question: str) -> None:
    wanted = page.locator(".turn[data-turn]").count() + 1
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    expect(page.locator(".turn[data-turn], .turn.failed")).to_have_count(wanted, timeout=15_000)
    expect(page.locator(".pending")).to_have_count(0, timeout=15_000)  # the last step opens the source


def lit(page: Page) -> str:
    return page.locator("#reader mark.current").text_content()
