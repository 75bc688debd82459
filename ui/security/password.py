"""The password, and throttling of attempts to guess it.

Wrong passwords from one address cause a delay of up to five seconds, and few requests may wait at a time. A browser
that once sent the right one holds a *device cookie* and waits apart from strangers at its address, so that guessing
does not lock the owner out (after «Slow down online guessing attacks with device cookies», OWASP). The cookie does not
replace the password: it identifies no person, and grants no access.
"""

import asyncio
import base64
import binascii
import hmac
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.security.refusal import refuse

FREE_FAILURES = 3  # typing errors cost nothing
FIRST_WAIT, LONGEST_WAIT = 0.5, 5.0  # seconds
FORGET_AFTER = 900.0  # seconds without a failure
MAX_WAITING = 4  # requests of one client that wait for their turn
MAX_CLIENTS = 10_000
DEVICE_FAILURES = 10  # wrong passwords after which a device cookie counts no more
_COOKIE = "sourcier_device"

log = logging.getLogger("sourcier.web")


class TooManyAttempts(Exception):
    """Too many requests of this client are waiting; it may try again in ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(slots=True)
class _Client:
    failures: int = 0
    ready_at: float = 0.0
    waiting: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def fail(self, now: float) -> None:
        self.failures += 1
        excess = self.failures - FREE_FAILURES
        self.ready_at = now + (min(LONGEST_WAIT, FIRST_WAIT * 2 ** (excess - 1)) if excess > 0 else 0.0)


class LoginThrottle:
    """Let each client try one password at a time, with delays that grow with its failures."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._clients: OrderedDict[str, _Client] = OrderedDict()

    def failures(self, client: str) -> int:
        """Return the number of consecutive wrong passwords of ``client``."""
        state = self._clients.get(client)
        return state.failures if state else 0

    async def attempt(self, client: str, is_right: Callable[[], bool]) -> bool:
        """Return ``is_right()``, called when it is the turn of ``client``.

        Raises:
            TooManyAttempts: others of this client wait already.
        """
        state = self._state(client)
        if state.waiting >= MAX_WAITING:
            raise TooManyAttempts(max(1.0, state.ready_at - self._clock()))
        state.waiting += 1
        try:
            async with state.turn:
                if (wait := state.ready_at - self._clock()) > 0:
                    await self._sleep(wait)
                return self._count(state, is_right())
        finally:
            state.waiting -= 1

    def _count(self, state: _Client, right: bool) -> bool:
        if right:
            state.failures, state.ready_at = 0, 0.0
        else:
            state.fail(self._clock())
        return right

    def _state(self, client: str) -> _Client:
        """Return the state of a client, marked as most recently used."""
        state = self._clients.pop(client, None)
        if state is None or (not state.waiting and self._clock() > state.ready_at + FORGET_AFTER):
            state = _Client()
        self._clients[client] = state
        if len(self._clients) > MAX_CLIENTS:
            self._clients.popitem(last=False)
        return state


class BasicAuth:
    """Require the password for everything: as Basic, with any user name, or as a Bearer token.

    Only the paths that are ``open_to_all`` are served without it.
    """

    def __init__(
        self,
        app: ASGIApp,
        password: str,
        throttle: LoginThrottle | None = None,
        open_to_all: Collection[str] = (),
    ) -> None:
        self.app, self._password = app, password.encode()
        self._throttle, self._open = throttle or LoginThrottle(), frozenset(open_to_all)
        self._secret = secrets.token_bytes(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or (scope["type"] == "http" and scope["path"] in self._open):
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        password = _parse_password(headers.get("authorization", ""))
        if password is None:
            return await self._challenge(scope, receive, send)
        device = self._device(headers)
        client = device or _address(scope)
        try:
            right = await self._throttle.attempt(client, lambda: hmac.compare_digest(password, self._password))
        except TooManyAttempts as error:
            retry_headers = {"retry-after": str(round(error.seconds))}
            return await refuse(scope, receive, send, 429, "Too many wrong passwords. Try again later.", retry_headers)
        if not right:
            log.warning("wrong password from %s, %d in a row", _address(scope), self._throttle.failures(client))
            return await self._challenge(scope, receive, send)
        return await self.app(scope, receive, send if device else self._remembering(scope, send))

    async def _challenge(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_assistant = scope["type"] == "http" and scope["path"] == "/mcp"
        challenge = 'Bearer realm="Sourcier"' if is_assistant else 'Basic realm="Sourcier", charset="UTF-8"'
        ask = {"www-authenticate": challenge}
        await refuse(scope, receive, send, 401, "A password is needed.", ask)

    def _device(self, headers: Headers) -> str | None:
        """Return the device of a request if its cookie is valid and has few failures."""
        name, _, proof = cookie_parser(headers.get("cookie", "")).get(_COOKIE, "").partition(".")
        if not name or not hmac.compare_digest(proof.encode(), self._proof(name).encode()):
            return None
        device = f"device {name}"
        return device if self._throttle.failures(device) < DEVICE_FAILURES else None

    def _proof(self, name: str) -> str:
        return hmac.new(self._secret, name.encode(), sha256).hexdigest()

    def _remembering(self, scope: Scope, send: Send) -> Send:
        """Return a ``send`` that also sets a device cookie."""
        name = secrets.token_hex(16)
        secure = "; Secure" if scope["scheme"] == "https" else ""
        cookie = f"{_COOKIE}={name}.{self._proof(name)}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000{secure}"

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        return send_with_cookie


def _parse_password(authorization: str) -> bytes | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return encoded.encode("latin-1")  # as which headers are decoded
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(encoded, validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return None


def _address(scope: Scope) -> str:
    """Return the client's IP address; for IPv6 its /64 network, which one user can own whole."""
    host = (scope.get("client") or ("unknown", 0))[0]
    try:
        address = ip_address(host)
    except ValueError:
        return str(host)
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else host
