"""Pages that hang pdfium are asked for over HTTP, and all else is answered meanwhile."""

import hashlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from browsing import ask, enter, read_highlight
from playwright.sync_api import expect
from waiting import until

import index
from bench.attacks import pdf_bombs
from ui.services.pdf import pages as pdf_pages
from ui.web.app import create_controller
from ui.web.controller import PageController
from ui.web.server import running

pytestmark = pytest.mark.slow
FAILED = "La page {} ne peut pas être affichée\xa0: lisez-la dans le texte ci-dessous."
DAM = "Quand le barrage de Génissiat a-t-il été mis en service ?"
PAGES = 45


@pytest.fixture
def controller(tmp_path, monkeypatch) -> PageController:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "endless.pdf").write_bytes(pdf_bombs.shading(PAGES))
    (corpus / "plain.pdf").write_bytes(pdf_bombs.plain(3))
    index.rebuild(corpus, tmp_path / "index")
    monkeypatch.setattr(pdf_pages, "DRAWING_LIMIT", 3.0)
    return create_controller(tmp_path / "index")


@pytest.fixture
def address(controller) -> Iterator[str]:
    with running(controller) as address:
        yield address
    assert controller.page_renderer.queue.pids == set()  # the workers end with the server


def send_request(address: str, method: str, path: str, body: object = None) -> tuple[int, dict[str, str], bytes, float]:
    """Status, headers and body of a reply, and the seconds that it took."""
    began = time.monotonic()
    connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
    headers = {"content-type": "application/json", "accept-language": "fr"}
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    reply = connection.getresponse()
    content = reply.read()
    connection.close()
    return reply.status, {name.lower(): value for name, value in reply.getheaders()}, content, time.monotonic() - began


def page_path(controller: PageController, name: str, number: int) -> str:
    data = (Path(controller.open_index().manifest.corpus) / name).read_bytes()
    return f"/documents/page?{urlencode({'doc': name, 'page': number, 'sha256': hashlib.sha256(data).hexdigest()})}"


def test_all_else_is_answered_while_many_pages_hang(controller, address):
    hanging = [page_path(controller, "endless.pdf", number) for number in range(1, PAGES + 1)]
    other = page_path(controller, "plain.pdf", 2)
    send_request(address, "POST", "/api/ask", {"question": DAM})
    with ThreadPoolExecutor(PAGES) as clients:
        pages = [clients.submit(send_request, address, "GET", path) for path in hanging]
        began, seconds = time.monotonic(), []
        while time.monotonic() < began + 3:
            for method, path, body in (("GET", "/api/status", None), ("POST", "/api/ask", {"question": DAM})):
                status, _, _, taken = send_request(address, method, path, body)
                assert status == 200
                seconds.append(taken)
        assert send_request(address, "GET", other)[0] == 200
        controller.page_renderer.close()
        replies = [page.result() for page in pages]
    assert max(seconds) < 2
    refused = [reply for reply in replies if reply[0] == 503]
    assert len(refused) >= PAGES - 10
    assert all(headers["retry-after"] == "2" for _, headers, _, _ in refused)
    assert min(taken for _, _, _, taken in refused) < 2


def test_a_page_that_cannot_be_drawn_is_told_in_a_sentence(controller, address):
    for longest in (30, 1):  # the second time at once
        status, headers, content, taken = send_request(address, "GET", page_path(controller, "endless.pdf", 2))
        assert (status, taken < longest) == (422, True)
        assert "cache-control" not in headers
        assert json.loads(content)["error"] == FAILED.format(2)


def test_a_client_that_went_away_is_forgotten(controller, address):
    first = threading.Thread(target=send_request, args=(address, "GET", page_path(controller, "endless.pdf", 1)))
    first.start()
    until(lambda: controller.page_renderer.queue.pids)
    clients = []
    for number in (2, 3):
        client = socket.create_connection((urlsplit(address).hostname, urlsplit(address).port))
        client.sendall(
            f"GET {page_path(controller, 'endless.pdf', number)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
        )
        clients.append(client)
    until(lambda: controller.page_renderer.queue.waiting == 2)
    for client in clients:
        client.close()
    until(lambda: controller.page_renderer.queue.waiting == 0)
    assert first.is_alive()  # it was not because the first came to its end
    first.join()


@pytest.fixture
def endless_only(controller, tmp_path) -> Iterator[str]:
    corpus = tmp_path / "corpus"
    (corpus / "plain.pdf").unlink()
    index.rebuild(corpus, tmp_path / "index")
    with running(controller) as address:
        yield address


def test_the_pane_shows_the_text_and_a_sentence_where_a_page_cannot_be_drawn(page, endless_only):
    enter(page, endless_only)
    ask(page, DAM)
    assert read_highlight(page) == pdf_bombs.SENTENCE
    expect(page.locator("#reader .page img")).to_have_count(1)
    failed = page.get_by_role("status").filter(has_text=FAILED.format(1))
    expect(failed).to_be_visible(timeout=15_000)
    expect(page.locator("#reader .page")).to_have_count(0)
    expect(page.locator("#reader mark.current")).to_be_in_viewport()
    page.locator(".cite").first.click()  # it is known by now: no page image is tried
    expect(page.locator("#reader .notice")).to_have_text(FAILED.format(1))
    expect(page.locator("#reader .page img")).to_have_count(0)
    assert read_highlight(page) == pdf_bombs.SENTENCE


@pytest.mark.exhaustive
def test_a_page_that_is_refused_for_now_is_asked_for_again(page, controller, address):
    answers = iter([503, 503])

    def busy(route) -> None:
        status = next(answers, None)
        route.continue_() if status is None else route.fulfill(status=status, headers={"retry-after": "1"})

    page.route("**/documents/page?*", busy)
    enter(page, address)
    page.goto(f"{address}/?doc=plain.pdf&start=0&end=5")
    page.wait_for_function("document.querySelector('#reader .page img')?.naturalWidth > 1000")
    expect(page.locator("#reader .page")).to_have_count(1)
    assert next(answers, None) is None


@pytest.mark.exhaustive
def test_the_server_ends_quietly_while_clients_wait_for_pages(controller, capfd):
    with ThreadPoolExecutor(4) as clients, running(controller) as address:
        for number in range(1, 5):
            clients.submit(send_request, address, "GET", page_path(controller, "endless.pdf", number))
        until(lambda: controller.page_renderer.queue.waiting == 3)
    assert controller.page_renderer.queue.pids == set()
    assert "Traceback" not in capfd.readouterr().err
