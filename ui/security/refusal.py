"""One way to refuse a request: JSON for programs, plain text for people."""

from collections.abc import Mapping

from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

_PROGRAMS = ("/api/", "/mcp", "/gradio_api/", "/documents")


async def refuse(
    scope: Scope, receive: Receive, send: Send, status: int, sentence: str, headers: Mapping[str, str] | None = None
) -> None:
    """Answer with ``status`` and one sentence; a websocket is closed instead."""
    if scope["type"] == "websocket":
        return await send({"type": "websocket.close", "code": 1008})
    response: Response
    if scope["path"].startswith(_PROGRAMS):
        response = JSONResponse({"error": sentence}, status, headers)
    else:
        response = PlainTextResponse(sentence, status, headers)
    return await response(scope, receive, send)
