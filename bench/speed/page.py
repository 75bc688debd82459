"""Measure how long a user waits for the page, in a real browser on the seeds: ``python -m bench.speed.page``."""

import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

import index
from bench.screenshots import FLAGS, ROOT, chromium
from ui.web.app import create_controller
from ui.web.server import running

ROUNDS = 8
QUESTIONS = (
    "Qui est le porte-parole du Kremlin ?",
    "Quels pays participent au format Normandie ?",
    "Combien de militaires russes sont massés à la frontière ukrainienne ?",
    "Quelle est la capitale de l'Australie ?",
)
# Painted, not merely received: two frames after the answer is in the document.
PAINTED = """() => new Promise(done => {
  const seen = () => document.querySelector('.turn[data-turn]') && !document.querySelector('.pending');
  const wait = () => seen() ? requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))) :
    requestAnimationFrame(wait);
  wait();
})"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        index.rebuild(ROOT / "seeds", folder)
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        start_time = time.perf_counter()
        with running(create_controller(Path(folder))) as address:
            tell("server up", [1000 * (time.perf_counter() - start_time)])
            paints, ready = zip(*(opened(browser, address) for _ in range(ROUNDS)), strict=True)
            tell("first paint", paints)
            tell("ready for a question", ready)
            tell("answer painted", [answered(browser, address, q) for _ in range(ROUNDS) for q in QUESTIONS])
        browser.close()


def opened(browser: Browser, address: str) -> tuple[float, float]:
    """Return the first contentful paint, and when the question box and the welcome are there."""
    page = entered(browser, address)
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    ready = page.evaluate("performance.now()")
    page.close()
    return paint, ready


def entered(browser: Browser, address: str) -> Page:
    page = browser.new_page(locale="fr-FR")
    page.goto(address)
    page.wait_for_selector(".welcome")
    return page


def answered(browser: Browser, address: str, question: str) -> float:
    """Return the time from the key press to the painted answer."""
    page = entered(browser, address)
    page.fill("#question textarea", question)
    page.evaluate("addEventListener('keydown', () => { window.asked = performance.now(); }, true)")
    page.press("#question textarea", "Enter")
    elapsed: float = page.evaluate(PAINTED) - page.evaluate("window.asked")
    page.close()
    return elapsed


def tell(label: str, times: "list[float] | tuple[float, ...]") -> None:
    print(f"{label:<24} median {statistics.median(times):6.0f} ms   worst {max(times):6.0f} ms   of {len(times)}")


if __name__ == "__main__":
    main()
