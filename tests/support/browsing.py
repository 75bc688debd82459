"""A real browser for tests, and the few things that all of them do there."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, ViewportSize, expect

WINDOW: ViewportSize = {"width": 1280, "height": 800}
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"
).split()
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")  # the lightest first
PATIENCE = 60_000  # milliseconds; on a slow machine three processes share two cores
# A script that has buttons ask for a second click for a minute, unless `window.hasty` is true: a busy machine may
# need longer than a person.
PATIENT = """const wait = setTimeout;
  window.setTimeout = (act, ms, ...more) => wait(act, ms === 2500 && !window.hasty ? 60000 : ms, ...more);"""
STILL = "document.getAnimations().every(each => each.effect.getComputedTiming().iterations === Infinity)"
expect.set_options(timeout=PATIENCE)


def launch_browser(playwright: Playwright, *flags: str) -> Browser:
    own = Path(playwright.chromium.executable_path)
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not executable and not own.exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium on this machine: the page is not tested")
    return playwright.chromium.launch(executable_path=executable, args=[*FLAGS, *flags])


def own(url: str) -> bool:
    return urlsplit(url).scheme in ("data", "blob") or urlsplit(url).hostname == "127.0.0.1"


@dataclass
class Watch:
    """A page in a browser of its own, in French, that asks nothing of another host and whose scripts do not fail."""

    page: Page
    elsewhere: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def check(self) -> None:
        elsewhere, failures = self.elsewhere[:], self.failures[:]
        self.elsewhere.clear()
        self.failures.clear()
        assert not elsewhere
        assert not failures

    def look_as_before(self) -> None:
        self.page.set_viewport_size(WINDOW)
        self.page.emulate_media(color_scheme="light")

    def forget(self) -> None:
        """Leave the page, and nothing of it but the scripts that the browser has compiled, which takes seconds."""
        page, context = self.page, self.page.context
        for other in context.pages:
            if other != page:
                other.close()
        page.unroute_all(behavior="ignoreErrors")
        with suppress(Error):  # an error page keeps nothing
            page.evaluate("localStorage.clear(); sessionStorage.clear()")
        page.goto("about:blank")
        context.clear_cookies()
        context.clear_permissions()
        self.look_as_before()


@contextmanager
def watched(browser: Browser) -> Iterator[Watch]:
    context = browser.new_context(locale="fr-FR", viewport=WINDOW)
    context.set_default_timeout(PATIENCE)
    context.add_init_script(PATIENT)
    watch = Watch(context.new_page())
    context.on("request", lambda request: watch.elsewhere.append(request.url) if not own(request.url) else None)
    context.on("weberror", lambda error: watch.failures.append(str(error.error)))
    yield watch
    context.close()


def enter(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector(".welcome, .turn")


def begin(page: Page, address: str) -> None:
    """Show the welcome of a page as it is on arrival; where the page is open already, without loading it again."""
    if page.url.rstrip("/") != address.rstrip("/") or page.locator(".pending, [role=alert].notice").count():
        enter(page, address)
    page.mouse.move(5, 5)
    page.fill("#question textarea", "")
    if page.locator(".turn").count() or not page.locator("#reader .empty").count():
        page.locator(".bar [data-do=start]").click()
        expect(page.locator(".welcome")).to_be_visible()
        expect(page.locator("#reader .empty")).to_be_visible()


def ask(page: Page, question: str) -> None:
    turns = page.locator(".turn[data-turn]").count() + 1
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    expect(page.locator(".turn[data-turn], .turn.failed")).to_have_count(turns, timeout=PATIENCE)
    expect(page.locator(".pending")).to_have_count(0, timeout=PATIENCE)  # the last step opens the source


def read_highlight(page: Page) -> str:
    text = page.locator("#reader mark.current").text_content()
    assert text is not None
    return text


def violations(page: Page, *rules: str) -> list[str]:
    """What axe finds on the page, by ``rules``, or all that it knows."""
    page.wait_for_timeout(250)
    page.wait_for_function(STILL)  # in the middle of a transition a colour has any contrast
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    results = page.evaluate(
        "rules => axe.run({ resultTypes: ['violations'], ...(rules.length ? { runOnly: rules } : {}) })", rules
    )["violations"]
    return [
        f"{violation['id']}: {node['html'][:200]} {node['any'][:1]}"
        for violation in results
        for node in violation["nodes"]
    ]
