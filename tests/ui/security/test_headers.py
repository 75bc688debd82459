"""What a reply lets a browser do."""

from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.security.headers import HEADERS, ContentSecurityPolicy

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


def test_every_reply_has_the_headers_even_an_error() -> None:
    reply = TestClient(ContentSecurityPolicy(APP)).get("/absent")
    assert reply.status_code == 404
    assert HEADERS.items() <= dict(reply.headers).items()
