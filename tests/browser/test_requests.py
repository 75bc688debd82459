"""What a session in a real browser asks for is what the server serves, row by row."""

import shutil
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browsing import ask, enter
from plain_controller import serve_page
from playwright.sync_api import Page, Response, expect
from reportlab.pdfgen.canvas import Canvas

from index import rebuild
from ui.security.routes import PAGE, SERVED
from ui.web.app import create_controller
from ui.web.controller import PageController

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture
def controller(tmp_path: Path) -> PageController:
    """The seeds and a lease in PDF; a question that holds «lentement» takes long to answer."""
    corpus = tmp_path / "corpus"
    shutil.copytree(SEEDS, corpus)
    lease = Canvas(str(corpus / "bail.pdf"))
    lease.drawString(72, 700, "Le loyer mensuel du logement de la rue des Tanneurs est de 640 euros.")
    lease.save()
    rebuild(corpus, tmp_path / "index")
    controller = create_controller(tmp_path / "index")

    def slow(question: str, **arguments):
        if "lentement" in question:
            time.sleep(3)
        yield from controller.ask(question, **arguments)

    return replace(controller, ask=slow)


def test_a_session_asks_for_what_is_served_and_for_nothing_else(
    page: Page, controller: PageController, tmp_path: Path
) -> None:
    replies: list[Response] = []
    page.on("response", lambda reply: replies.append(reply))
    requests: list[tuple[str, str]] = []
    page.on("request", lambda request: requests.append((request.method, request.url)))
    with serve_page(controller) as address:
        enter(page, address)
        use_everything(page, tmp_path)
    requested = {(method, urlsplit(url).path) for method, url in requests if url.startswith(address)}
    unserved = [
        request
        for request in requested
        if not any(row.method == request[0] and row.matches(request[1]) for row in SERVED)
    ]
    assert unserved == []
    assert [(reply.status, reply.url) for reply in replies if reply.status >= 400] == []
    unused = [row for row in PAGE if not any(row.method == method and row.matches(path) for method, path in requested)]
    assert unused == []


def use_everything(page: Page, folder: Path) -> None:
    ask(page, "Qui est le porte-parole du Kremlin ?")
    ask(page, "Et celui de la Maison Blanche ?")
    ask(page, "Quel est le loyer mensuel du logement ?")
    page.wait_for_selector(".page img")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("[data-copy] >> nth=0")  # as a download would, but Playwright tells of no request of a download
    page.evaluate("fetch(document.querySelector('.conversation > .tools a').getAttribute('href'))")
    page.fill("#question textarea", "Répondez lentement : où est la mer ?")
    page.press("#question textarea", "Enter")
    page.wait_for_selector(".turn.pending")
    with page.expect_request("**/gradio_api/reset"):  # once the server has stopped, a step of the answer later
        page.keyboard.press("Escape")
        expect(page.locator(".turn.pending")).to_have_count(0)
    page.click("[data-do=library]")
    page.set_input_files("#files", {"name": "neuf.txt", "mimeType": "text/plain", "buffer": b"Le phare date de 1863."})
    page.wait_for_selector(".entry:has-text('neuf.txt') [data-within]")
    wait_for_rebuild(page)
    for _ in range(2):  # the second click confirms
        page.click(".entry:has-text('neuf.txt') [data-do=remove]")
    page.wait_for_selector("#removal .notice")
    expect(page.locator(".entry:has-text('neuf.txt')")).to_have_count(0)
    wait_for_rebuild(page)
    page.click("[data-do=rebuild]")
    wait_for_rebuild(page)
    page.click("[data-do=conversations]")
    page.click("[data-do=reopen]")
    expect(page.locator(".turn[data-turn]")).not_to_have_count(0)


def wait_for_rebuild(page: Page) -> None:
    """Wait until a rebuild has ended, and the library is shown anew."""
    page.wait_for_selector("#notice .notice:not([data-running])")
    page.wait_for_timeout(500)
