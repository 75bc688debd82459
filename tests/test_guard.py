"""Who may ask, and what the answer lets a browser do."""

import base64

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui import guard

PAGE = "<html><script>run()</script><body>text</body></html>"
APP = Starlette(routes=[Route("/", lambda request: HTMLResponse(PAGE), methods=["GET", "POST"])])


def signed(password: str, scheme: str = "Basic") -> dict[str, str]:
    return {"authorization": f"{scheme} {base64.b64encode(f'anyone:{password}'.encode()).decode()}"}


def test_scripts_of_the_page_carry_its_nonce_and_no_two_pages_share_one():
    client = TestClient(guard.Policy(APP))
    nonces = []
    for _ in range(2):
        reply = client.get("/", headers={"accept-encoding": "gzip, br"})
        nonce = reply.headers["content-security-policy"].split("'nonce-")[1].split("'")[0]
        assert reply.text == PAGE.replace("<script", f'<script nonce="{nonce}"')
        nonces.append(nonce)
    assert nonces[0] != nonces[1]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        (signed("wrong"), 401),
        (signed(""), 401),
        (signed("mot de passe é"), 200),
        (signed("mot de passe é", "Bearer"), 401),
        ({"authorization": "Basic %%%"}, 401),
    ],
)
def test_nothing_is_served_without_the_password(headers, status):
    assert TestClient(guard.Password(APP, "mot de passe é")).get("/", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"host": "127.0.0.1:7860"}, 200),
        ("GET", {"host": "[::1]:7860"}, 200),
        ("GET", {"host": "attacker.example"}, 403),  # a name made to point at this machine
        ("POST", {"host": "localhost", "sec-fetch-site": "same-origin"}, 200),
        ("POST", {"host": "localhost", "sec-fetch-site": "cross-site"}, 403),
        ("POST", {"host": "localhost", "sec-fetch-site": "same-site"}, 403),
        ("GET", {"host": "localhost", "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, 403),
        ("GET", {"host": "localhost", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, 200),
    ],
)
def test_other_sites_get_nothing(method, headers, status):
    client = TestClient(guard.SameOrigin(APP, ("127.0.0.1", "localhost", "::1")))
    assert client.request(method, "/", headers=headers).status_code == status
