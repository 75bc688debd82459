"""What a reply lets a browser do."""

from pathlib import Path

from plain_controller import plain_controller
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.security.headers import HEADERS, ContentSecurityPolicy
from ui.web.server import build_application

SEEDS = Path(__file__).parents[3] / "seeds"

PAGE = "<html><script>run()</script><body>text</body></html>"
APP = Starlette(routes=[Route("/", lambda request: HTMLResponse(PAGE))])


def test_scripts_of_a_page_carry_its_nonce_and_no_two_pages_share_one() -> None:
    client = TestClient(ContentSecurityPolicy(APP))
    nonces = []
    for _ in range(2):
        reply = client.get("/", headers={"accept-encoding": "gzip, br"})
        nonce = reply.headers["content-security-policy"].split("'nonce-")[1].split("'")[0]
        assert reply.text == PAGE.replace("<script", f'<script nonce="{nonce}"')
        nonces.append(nonce)
    assert nonces[0] != nonces[1]


def test_a_shared_link_does_not_present_itself_as_another_program(tmp_path: Path) -> None:
    page = (
        TestClient(build_application(plain_controller(SEEDS, tmp_path)), base_url="http://127.0.0.1:7860").get("/").text
    )
    assert "Sourcier" in page
    assert "og:" not in page
    assert "twitter:" not in page


def test_every_reply_has_the_headers_even_an_error() -> None:
    reply = TestClient(ContentSecurityPolicy(APP)).get("/absent")
    assert reply.status_code == 404
    assert HEADERS.items() <= dict(reply.headers).items()
