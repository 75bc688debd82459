"""Requests of other sites, and names made to point at this machine."""

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.security.origin import AllowedHosts, OriginCheck

APP = Starlette(routes=[Route("/", lambda request: PlainTextResponse("served"), methods=["GET", "POST"])])
NETWORK = AllowedHosts.network("192.0.2.7", ["server.lan", "Salle.Exemple.fr."])
CROSS_SITE = {"sec-fetch-site": "cross-site"}
OWN = "http://127.0.0.1:7860"


def status(hosts: AllowedHosts, method: str, headers: dict[str, str], scheme: str = "http") -> int:
    client = TestClient(OriginCheck(APP, hosts), base_url=f"{scheme}://127.0.0.1:7860")
    return client.request(method, "/", headers=headers).status_code


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1:7860", 200),
        ("LocalHost", 200),
        ("[::1]:7860", 200),
        ("attacker.example", 403),
        ("127.0.0.1.attacker.example", 403),
        ("127.0.0.1:1@attacker.example", 403),
        ("127.0.0.1:attacker", 403),
        ("localhost\t", 403),
        ("", 403),
        ("192.0.2.7", 403),
    ],
)
def test_on_loopback_only_the_names_of_this_machine_are_served(host: str, expected: int) -> None:
    assert status(AllowedHosts.loopback(), "GET", {"host": host}) == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("192.0.2.7:7860", 200),
        ("10.0.0.5", 200),  # another address of this machine: rebinding needs a name
        ("[2001:db8::7]:7860", 200),
        ("server.lan:7860", 200),
        ("SERVER.lan.", 200),
        ("salle.exemple.fr", 200),
        ("attacker.example", 403),
        ("server.lan.attacker.example", 403),
    ],
)
def test_away_from_loopback_the_name_is_checked_too(host: str, expected: int) -> None:
    assert status(NETWORK, "GET", {"host": host}) == expected


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (OWN, 200),
        ("http://127.0.0.1:7861", 403),
        ("https://127.0.0.1:7860", 403),
        ("http://localhost:7860", 403),  # the same machine, and yet another origin
        ("http://evil.example:7860", 403),
        ("http://127.0.0.1:7860.evil.example", 403),
        ("http://127.0.0.1:7860@evil.example", 403),
        ("null", 403),
        ("", 403),
    ],
)
@pytest.mark.parametrize("site", [{}, {"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}])
def test_an_origin_must_be_the_host_whatever_fetch_metadata_say(
    origin: str, expected: int, site: dict[str, str]
) -> None:
    assert status(AllowedHosts.loopback(), "POST", {"host": "127.0.0.1:7860", "origin": origin, **site}) == expected


def test_default_ports_are_the_same_with_or_without_their_number() -> None:
    loopback = AllowedHosts.loopback()
    assert status(loopback, "POST", {"host": "localhost:443", "origin": "https://localhost"}, "https") == 200
    assert status(loopback, "POST", {"host": "localhost", "origin": "http://localhost:80"}) == 200
    assert status(loopback, "POST", {"host": "localhost", "origin": "http://localhost:443"}) == 403


def test_two_hosts_or_two_origins_are_refused() -> None:
    client = TestClient(OriginCheck(APP, AllowedHosts.loopback()), base_url=OWN)
    assert client.post("/", headers=[("host", "localhost"), ("host", "localhost")]).status_code == 403
    assert client.post("/", headers=[("origin", OWN), ("origin", OWN)]).status_code == 403


@pytest.mark.parametrize(
    ("method", "headers", "expected"),
    [
        ("POST", {}, 200),  # a program
        ("POST", {"sec-fetch-site": "same-origin"}, 200),
        ("POST", CROSS_SITE, 403),
        ("POST", {"sec-fetch-site": "same-site"}, 403),
        ("POST", {**CROSS_SITE, "sec-fetch-mode": "navigate"}, 403),
        ("GET", {**CROSS_SITE, "sec-fetch-mode": "no-cors"}, 403),
        ("GET", {**CROSS_SITE, "sec-fetch-mode": "navigate"}, 200),  # a link
    ],
)
def test_without_an_origin_fetch_metadata_decide(method: str, headers: dict[str, str], expected: int) -> None:
    assert status(AllowedHosts.loopback(), method, headers) == expected
