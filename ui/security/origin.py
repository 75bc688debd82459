"""Host and Origin checks: the defence against DNS rebinding and against requests that other sites send.

Browsers name the page that a request comes from in ``Origin``, and over HTTPS or on loopback in ``Sec-Fetch-Site`` too.
A request with neither comes from a program, which may send what it likes anyway. See the Fetch standard, and «Fetch
Metadata» of the W3C.
"""

import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.security.refusal import refuse

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(\d{1,5}))?")
_ORIGIN = re.compile(rf"(https?)://{_AUTHORITY.pattern}")
_PORTS = {"http": 80, "https": 443}


class Authority(NamedTuple):
    """The host and port of a URL, in lower case."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """The names that the server answers to; with ``any_address`` any IP address too.

    An address in ``Host`` is safe away from loopback: DNS rebinding needs a name.
    """

    names: frozenset[str]
    any_address: bool = False

    @classmethod
    def loopback(cls) -> "AllowedHosts":
        return cls(frozenset(LOOPBACK))

    @classmethod
    def network(cls, host: str, extra: Iterable[str] = ()) -> "AllowedHosts":
        """Allow the names of this machine, ``host``, ``extra``, and any IP address."""
        hostname = socket.gethostname().lower()
        names = {*LOOPBACK, host, hostname, f"{hostname}.local", socket.getfqdn(), *extra}
        return cls(frozenset(name.lower().rstrip(".") for name in names if name), any_address=True)

    def __contains__(self, host: str) -> bool:
        return host in self.names or (self.any_address and _is_address(host))


class OriginCheck:
    """Refuse requests under a foreign ``Host``, and those that a page of another site sends."""

    def __init__(self, app: ASGIApp, hosts: AllowedHosts) -> None:
        self.app, self.hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        served_as = _served_as(scope, headers)
        if served_as is None or served_as.host not in self.hosts:
            return await refuse(scope, receive, send, 403, "This server does not answer to that name.")
        if not _is_same_origin(scope, headers, served_as):
            return await refuse(scope, receive, send, 403, "Requests of other sites are refused.")
        return await self.app(scope, receive, send)


def _served_as(scope: Scope, headers: Headers) -> Authority | None:
    """Return the authority in the ``Host`` header, or None without exactly one valid ``Host``."""
    hosts = headers.getlist("host")
    match = _AUTHORITY.fullmatch(hosts[0].lower()) if len(hosts) == 1 else None
    return _authority(match[1], match[2], scope["scheme"]) if match else None


def _is_same_origin(scope: Scope, headers: Headers, served_as: Authority) -> bool:
    origins = headers.getlist("origin")
    if origins:
        match = _ORIGIN.fullmatch(origins[0].lower()) if len(origins) == 1 else None
        if not match or match[1] != scope["scheme"] or _authority(match[2], match[3], match[1]) != served_as:
            return False
    site = headers.get("sec-fetch-site", "none")
    is_link = headers.get("sec-fetch-mode") == "navigate" and scope.get("method") == "GET"
    return site in ("none", "same-origin") or is_link


def _authority(host: str, port: str | None, scheme: str) -> Authority:
    return Authority(host.strip("[]").rstrip("."), int(port) if port else _PORTS.get(scheme, 0))


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
