"""Emit an event for each request: its route, status and duration. URLs contain questions, routes do not."""

from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.events import emit
from ui.security.routes import Route, route_of


class RequestEvents:
    """Emit "request" when a reply is complete or the client is gone; status 0 if none was sent."""

    def __init__(self, app: ASGIApp, routes: tuple[Route, ...]) -> None:
        self.app, self.routes = app, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        start_time, status = perf_counter(), 0

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        finally:
            route = route_of(scope, self.routes)
            emit(
                "request",
                method=route.method if route else "other",
                route=route.path if route else "other",
                status=status,
                seconds=round(perf_counter() - start_time, 6),
            )
