"""Take the screenshots of the README: ``python -m bench.screenshots [FOLDER]`` (by default docs/)."""

import argparse
import io
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

import index
from ui.web.app import create_controller
from ui.web.server import running

ROOT = Path(__file__).parents[1]
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"
).split()
KREMLIN = "Qui est le porte-parole du Kremlin ?"
NORMANDY = "Quels pays participent au format Normandie ?"
AUSTRALIA = "Quelle est la capitale de l'Australie ?"
DAM = "Quand le barrage de Génissiat a-t-il été mis en service ?"
PAGES = (
    "Le Rhône prend sa source dans les Alpes suisses et se jette dans la Méditerranée après 812 kilomètres. Son débit, "
    "soutenu par la fonte des neiges, a fait naître dès le XIXe siècle l'idée d'en tirer de la force.",
    "Le barrage de Génissiat a été mis en service en 1948 par la Compagnie nationale du Rhône, après onze ans de "
    "travaux interrompus par la guerre. Haut de 104 mètres, il fut à son ouverture le plus grand d'Europe occidentale.",
)


def main(target: Path) -> None:
    target.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sourcier-", dir=Path.home()) as folder, sync_playwright() as playwright:
        corpus = Path(folder) / "documents"
        shutil.copytree(ROOT / "seeds", corpus)
        write_pdf(corpus / "genissiat.pdf")
        index.rebuild(corpus, Path(folder) / "index")
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        with running(create_controller(Path(folder) / "index")) as address:
            for name, (options, act) in SHOTS.items():
                shoot(browser, address, options, act).screenshot(path=target / f"{name}.png")
            film(browser, address, target / "click-to-quote.gif")
        browser.close()


def chromium() -> str | None:
    """Return the path of the system's Chromium, if there is one; else None, for Playwright's own."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def write_pdf(path: Path) -> None:
    """Write two pages about a dam."""
    style = getSampleStyleSheet()
    titles = ("Le fleuve", "Le barrage")
    pages = [
        (Paragraph(t, style["Title"]), Paragraph(text, style["BodyText"]), PageBreak())
        for t, text in zip(titles, PAGES, strict=True)
    ]
    SimpleDocTemplate(str(path), pagesize=A4, title="Les ouvrages du Rhône").build(
        [paragraph for page in pages for paragraph in page]
    )


def shoot(browser: Browser, address: str, options: dict[str, Any], act: Callable[[Page], None]) -> Page:
    page = browser.new_page(**{"locale": "fr-FR", "viewport": {"width": 1360, "height": 850}, **options})
    page.goto(address)
    page.wait_for_selector(".welcome")
    act(page)
    page.wait_for_timeout(400)
    return page


def ask(*questions: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        for count, question in enumerate(questions, 1):
            page.fill("#question textarea", question)
            page.press("#question textarea", "Enter")
            page.wait_for_function(
                "n => document.querySelectorAll('.turn[data-turn], .failed').length === n", arg=count
            )

    return act


def read(page: Page) -> None:
    ask(DAM)(page)
    page.wait_for_function("document.querySelector('#reader .page img')?.complete")


def add(page: Page) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("note de terrain.txt", b"Le dahu vit en Savoie."), ("photo.jpg", b"\xff\xd8")):
            (Path(folder) / name).write_bytes(content)
        page.click("[data-do=library]")
        page.set_input_files("#files", list(Path(folder).iterdir()))
        page.wait_for_selector(".notice:not(:has(progress))")


def ask_and_read(page: Page) -> None:
    ask(KREMLIN)(page)
    page.click(".cite >> nth=0")


def ask_nothing(page: Page) -> None:
    ask("?!")(page)


SHOTS: dict[str, tuple[dict[str, Any], Callable[[Page], None]]] = {
    "welcome": ({}, lambda page: None),
    "wide": ({}, ask(KREMLIN)),
    "dark": ({"color_scheme": "dark"}, ask(NORMANDY)),
    "english": ({"locale": "en-GB"}, ask("Who is the Kremlin spokesman?")),
    "not-found": ({}, ask(AUSTRALIA)),
    "error": ({}, ask_nothing),
    "pdf": ({}, read),
    "library": ({}, add),
    "narrow": ({"viewport": {"width": 390, "height": 780}}, ask(KREMLIN)),
    "narrow-reader": ({"viewport": {"width": 390, "height": 780}}, ask_and_read),
}


def film(browser: Browser, address: str, path: Path) -> None:
    """Record a question typed, its answer, and a click on a mark that highlights another quote."""
    frames: list[tuple[bytes, int]] = []
    page = shoot(browser, address, {"viewport": {"width": 1100, "height": 700}}, lambda page: None)

    def frame(milliseconds: int) -> None:
        frames.append((page.screenshot(), milliseconds))

    frame(800)
    for end in range(4, len(NORMANDY) + 1, 4):
        page.fill("#question textarea", NORMANDY[:end])
        frame(90)
    ask(NORMANDY)(page)
    page.wait_for_timeout(400)
    frame(1800)
    for mark in (".cite >> nth=-1", ".cite >> nth=0"):
        page.hover(mark)
        page.wait_for_timeout(150)
        frame(1200)
        page.click(mark)
        page.wait_for_timeout(500)
        frame(1800)
    images = [Image.open(io.BytesIO(picture)).convert("P", palette=Image.Palette.ADAPTIVE) for picture, _ in frames]
    images[0].save(path, save_all=True, append_images=images[1:], duration=[length for _, length in frames], loop=0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "docs")
    main(parser.parse_args().folder)
