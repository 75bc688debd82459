"""The requests that are served: all others are refused before Gradio or FastAPI sees them.

Gradio mounts dozens of routes (uploads, file serving, proxying, a code editor) that this page does not use. The list
below is what a browser session asks for, and the HTTP API; tests compare it with both.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.security.refusal import refuse
from ui.services.uploads import FILE_LIMIT

_EVENT = 1 << 20  # bytes of an event of the page; a question has 2,000 characters
_QUESTION = 8 << 20  # bytes of a question with its history of whole answers
_FORM = 1 << 16  # bytes of a multipart form around its file


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path that are served; ``{}`` in the path stands for one segment of plain characters."""

    method: Literal["GET", "HEAD", "POST"]
    path: str
    body: int = 0  # the most bytes that a request may send
    pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        literal = [re.escape(text) for text in self.path.split("{}")]
        object.__setattr__(self, "pattern", re.compile("[A-Za-z0-9_.-]+".join(literal)))

    def matches(self, path: str) -> bool:
        return self.pattern.fullmatch(path) is not None


PAGE = (
    Route("GET", "/"),
    Route("GET", "/theme.css"),
    Route("GET", "/assets/{}"),
    Route("GET", "/static/js/iframeResizer.contentWindow.min.js"),
    Route("GET", "/health"),
    Route("GET", "/documents/page"),
    Route("GET", "/export/{}/{}/{}"),  # an answer
    Route("GET", "/export/{}/{}"),  # a conversation
    Route("GET", "/app/{}"),  # style sheets and scripts
    Route("POST", "/documents", FILE_LIMIT + _FORM),
    Route("GET", "/gradio_api/queue/data"),
    Route("POST", "/gradio_api/queue/join", _EVENT),
    Route("POST", "/gradio_api/run/predict", _EVENT),
    Route("POST", "/gradio_api/cancel", _EVENT),
    Route("POST", "/gradio_api/reset", _EVENT),
)
BROWSER = (  # what browsers ask for of their own accord, and scripts that look whether the page is up
    Route("HEAD", "/"),
    Route("GET", "/favicon.ico"),
    Route("GET", "/manifest.json"),
)
PROGRAMS = (
    Route("GET", "/health/live"),
    Route("GET", "/health/ready"),
    Route("GET", "/api/status"),
    Route("POST", "/api/ask", _QUESTION),
    Route("POST", "/api/stream", _QUESTION),
    Route("POST", "/api/search", _QUESTION),
    Route("POST", "/mcp", _QUESTION),  # tools for assistants
)
SERVED = (*PAGE, *BROWSER, *PROGRAMS)
METRICS = Route("GET", "/metrics")  # where the settings say so


class AllowList:
    """Pass on requests for ``routes``: 404 for other paths, 405 for other methods, 413 for longer bodies."""

    def __init__(self, app: ASGIApp, routes: Sequence[Route] = SERVED) -> None:
        self.app, self.routes = app, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        matching = [route for route in self.routes if scope["type"] == "http" and route.matches(scope["path"])]
        route = route_of(scope, matching)
        if not matching:
            return await refuse(scope, receive, send, 404, "Nothing is served at this address.")
        if route is None:
            methods = ", ".join(sorted({other.method for other in matching}))
            sentence = f"This address takes {methods}, not {scope['method'][:20]}."
            return await refuse(scope, receive, send, 405, sentence, {"allow": methods})
        if _read_declared_length(scope) > route.body:
            return await refuse(scope, receive, send, 413, f"The request is larger than {route.body:,} bytes.")
        return await self.app(scope, _bound(receive, route.body), send)


def route_of(scope: Scope, routes: Iterable[Route]) -> Route | None:
    """Return the route of an HTTP request, or None."""
    return next((route for route in routes if route.method == scope["method"] and route.matches(scope["path"])), None)


def _read_declared_length(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isascii() and length.isdecimal() else 0


def _bound(receive: Receive, limit: int) -> Receive:
    """Return a ``receive`` that disconnects a client that sends more than ``limit`` bytes."""
    received = 0

    async def receive_bounded() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        return message if received <= limit else {"type": "http.disconnect"}

    return receive_bounded
