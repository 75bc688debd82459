"""A real browser for tests, and the few things that all of them do there."""

import os
import shutil
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"
).split()


def launched(playwright: Playwright, *flags: str) -> Browser:
    own = Path(playwright.chromium.executable_path)
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found and not own.exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium on this machine: the page is not tested")
    return playwright.chromium.launch(executable_path=found, args=[*FLAGS, *flags])


def own(url: str) -> bool:
    return urlsplit(url).scheme in ("data", "blob") or urlsplit(url).hostname == "127.0.0.1"


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


def violations(page: Page) -> list[str]:
    page.wait_for_timeout(250)
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    return [
        f"{violation['id']}: {node['html'][:200]} {node['any'][:1]}"
        for violation in found
        for node in violation["nodes"]
    ]
