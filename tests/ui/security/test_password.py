"""The password, and what guessing it costs. Time is that of a clock which only the waits move."""

import asyncio
import base64
import logging

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.security.password import LONGEST_WAIT, MAX_CLIENTS, MAX_WAITING, BasicAuth, LoginThrottle

APP = Starlette(routes=[Route("/", lambda request: PlainTextResponse("served"))])
RIGHT = "mot de passe é"


class Clock:
    """Seconds that pass only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def signed(password: str, scheme: str = "Basic") -> dict[str, str]:
    return {"authorization": f"{scheme} {base64.b64encode(f'anyone:{password}'.encode()).decode()}"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        (signed("wrong"), 401),
        (signed(""), 401),
        (signed(RIGHT), 200),
        (signed(RIGHT, "basic"), 200),
        (signed(RIGHT, "Bearer"), 401),
        ({b"authorization": f"Bearer {RIGHT}".encode()}, 200),
        ({"authorization": "Bearer wrong"}, 401),
        ({"authorization": "Bearer"}, 401),
        ({"authorization": "Basic %%%"}, 401),
        ({"authorization": "Basic"}, 401),
    ],
)
def test_nothing_is_served_without_the_password(headers: dict[str, str] | dict[bytes, bytes], status: int) -> None:
    reply = TestClient(BasicAuth(APP, RIGHT)).get("/", headers=headers)
    assert reply.status_code == status
    assert ("www-authenticate" in reply.headers) == (status == 401)


def test_each_wrong_password_costs_more_up_to_a_limit() -> None:
    clock = Clock()
    client = TestClient(BasicAuth(APP, RIGHT, LoginThrottle(clock, clock.sleep)))
    waits = []
    for number in range(12):
        before = clock.now
        assert client.get("/", headers=signed(f"guess {number}")).status_code == 401
        waits.append(clock.now - before)
    assert waits == [0, 0, 0, 0, 0.5, 1, 2, 4, *[LONGEST_WAIT] * 4]


def test_the_right_password_waits_its_turn_too_and_ends_the_waiting() -> None:
    clock = Clock()
    client = TestClient(BasicAuth(APP, RIGHT, LoginThrottle(clock, clock.sleep)))
    for _ in range(20):
        client.get("/", headers=signed("wrong"))
    before = clock.now
    assert client.get("/", headers=signed(RIGHT)).status_code == 200
    assert clock.now - before == LONGEST_WAIT  # longer than this nobody is kept out
    client.cookies.clear()
    before = clock.now
    assert client.get("/", headers=signed(RIGHT)).status_code == 200
    assert clock.now == before


def test_a_browser_that_knew_the_password_does_not_wait_for_those_who_guess() -> None:
    clock = Clock()
    app = BasicAuth(APP, RIGHT, LoginThrottle(clock, clock.sleep))
    owner, guesser = TestClient(app), TestClient(app)
    cookie = owner.get("/", headers=signed(RIGHT)).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    for _ in range(20):
        guesser.get("/", headers=signed("wrong"))
    before = clock.now
    assert owner.get("/", headers=signed(RIGHT)).status_code == 200
    assert clock.now == before
    assert owner.get("/").status_code == 401  # the cookie opens nothing by itself


def test_a_cookie_does_not_make_guessing_free() -> None:
    clock = Clock()
    client = TestClient(BasicAuth(APP, RIGHT, LoginThrottle(clock, clock.sleep)))
    client.get("/", headers=signed(RIGHT))
    for _ in range(40):
        client.get("/", headers=signed("wrong"))
    assert clock.now > 20 * LONGEST_WAIT


def test_a_forged_cookie_is_that_of_a_stranger() -> None:
    clock = Clock()
    client = TestClient(BasicAuth(APP, RIGHT, LoginThrottle(clock, clock.sleep)))
    for number in range(10):
        headers = {**signed("wrong"), "cookie": f"sourcier_device={number:032x}.{'0' * 64}"}
        client.get("/", headers=headers)
    assert clock.now > LONGEST_WAIT


def test_guesses_sent_at_once_are_not_tried_at_once() -> None:
    async def send_many() -> list[int]:
        transport = httpx.ASGITransport(BasicAuth(APP, RIGHT), client=("192.0.2.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            for _ in range(4):
                await client.get("/", headers=signed("wrong"))
            guesses = [client.get("/", headers=signed(f"guess {n}")) for n in range(50)]
            replies = await asyncio.gather(*[asyncio.wait_for(guess, 0.3) for guess in guesses], return_exceptions=True)
            return [reply.status_code for reply in replies if isinstance(reply, httpx.Response)]

    statuses = asyncio.run(send_many())
    assert statuses == [429] * (50 - MAX_WAITING)  # the others still wait when the test gives up on them


def test_addresses_are_counted_apart_and_a_network_of_ipv6_as_one() -> None:
    async def failures(*addresses: str) -> float:
        clock = Clock()
        app = BasicAuth(APP, RIGHT, LoginThrottle(clock, clock.sleep))
        for address in addresses:
            transport = httpx.ASGITransport(app, client=(address, 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                await client.get("/", headers=signed("wrong"))
        return clock.now

    assert asyncio.run(failures(*(f"192.0.2.{n}" for n in range(20)))) == 0
    assert asyncio.run(failures(*(f"2001:db8::{n:x}" for n in range(20)))) > LONGEST_WAIT


def test_no_more_clients_are_remembered_than_the_limit() -> None:
    async def many() -> LoginThrottle:
        throttle = LoginThrottle()
        for number in range(MAX_CLIENTS + 50):
            await throttle.attempt(str(number), lambda: False)
        return throttle

    throttle = asyncio.run(many())
    assert [throttle.failures("0"), throttle.failures(str(MAX_CLIENTS + 49))] == [0, 1]


def test_a_wrong_password_is_logged_with_its_address_and_not_itself(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "sourcier.web"):
        TestClient(BasicAuth(APP, RIGHT)).get("/", headers=signed("hunter2"))
    assert caplog.messages == ["wrong password from testclient, 1 in a row"]
