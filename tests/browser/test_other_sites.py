"""What a page of another site can do to a server that this browser knows the password of."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from browsing import enter, launch_browser
from playwright.sync_api import sync_playwright

from index import rebuild
from ui.web.app import create_controller
from ui.web.server import running
from ui.web.settings import ServerSettings

SEEDS = Path(__file__).parents[2] / "seeds"
NAME = "salle.exemple"
RULES = f"MAP {NAME} 127.0.0.2, MAP evil.example 127.0.0.3"

ATTACK = """
<!doctype html><meta charset="utf-8">
<form id="plain" method="post" enctype="multipart/form-data" action="{site}/documents" target="there">
  <input name="name" value="planted-by-form.txt"><input type="file" name="file">
</form>
<form id="text" method="post" enctype="text/plain" action="{site}/api/ask" target="there">
  <input name='{{"question":"' value='"}}'>
</form>
<iframe name="there"></iframe>
<script>
  const files = new DataTransfer();
  files.items.add(new File(["Le pont de Brest coûte 99 millions d'euros."], "planted.txt"));
  document.querySelector("input[type=file]").files = files.files;
  document.querySelector("#plain").submit();
  setTimeout(() => document.querySelector("#text").submit(), 300);
  const form = new FormData();
  form.append("name", "planted-by-fetch.txt");
  form.append("file", files.files[0]);
  fetch("{site}/documents", {{method: "POST", mode: "no-cors", credentials: "include", body: form}})
    .finally(() => setTimeout(() => (document.title = "done"), 800));
</script>
"""


@contextmanager
def other_site(address: str, body: str) -> Iterator[int]:
    """A page of another site, on another address of this machine; gives its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer((address, 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.linux
@pytest.mark.parametrize("local", [True, False], ids=["on loopback", "under a name of the network"])
def test_a_page_of_another_site_plants_no_document(tmp_path: Path, local: bool) -> None:
    shutil.copytree(SEEDS, tmp_path / "corpus")
    rebuild(tmp_path / "corpus", tmp_path / "index")
    controller = create_controller(tmp_path / "index")
    settings = ServerSettings() if local else ServerSettings("127.0.0.2", password="secret", hostnames=(NAME,))
    before = sorted(path.name for path in (tmp_path / "corpus").iterdir())
    with running(controller, settings=settings) as address, sync_playwright() as playwright:
        served = address if local else address.replace("127.0.0.2", NAME)
        browser = launch_browser(playwright, f"--host-resolver-rules={RULES}")
        context = browser.new_context(http_credentials=None if local else {"username": "me", "password": "secret"})
        page = context.new_page()
        enter(page, served)  # the browser knows the password from now on
        refused: list[int] = []
        page.on("response", lambda reply: refused.append(reply.status) if reply.request.method == "POST" else None)
        with other_site("127.0.0.3", ATTACK.format(site=served)) as port:
            page.goto(f"http://evil.example:{port}/")
            page.wait_for_function("document.title === 'done'", timeout=15_000)
        browser.close()
    assert sorted(path.name for path in (tmp_path / "corpus").iterdir()) == before
    assert len(refused) >= 2
    assert set(refused) <= {401, 403}
