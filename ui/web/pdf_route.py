"""The route that serves pages of PDF files as images."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from typing import Any, TypeVar

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from ui.mcp.server import McpEndpoint
from ui.services.pdf.pages import CannotDraw, FileChanged, TooBusy
from ui.web.controller import PageController
from ui.web.language import labels_for

RETRY_AFTER = 2  # seconds
_FOREVER = {"cache-control": "private, max-age=31536000, immutable"}  # the address holds the hash of the file

Result = TypeVar("Result")


class ClientGone(Exception):
    """Nobody waits for the reply any longer."""


async def serve_page(controller: PageController, doc: str, page: int, sha256: str, request: Request) -> Response:
    """Return a page of an indexed PDF as PNG; only files unchanged since indexing are drawn.

    It waits without a thread of the server, and stops waiting when the client goes away.

    Raises:
        HTTPException: there is no page image (404), or too many are drawn.
    """
    document = await run_in_threadpool(controller.find_page_document, doc, page, sha256)
    if document is None or controller.page_renderer is None:
        raise HTTPException(404)
    labels = labels_for(request)
    try:
        page_image = await cancel_when_gone(request, controller.page_renderer.png(document, page))
    except FileChanged:
        raise HTTPException(404) from None
    except CannotDraw as error:
        return JSONResponse({"error": getattr(labels, error.label).format(page=page)}, 422)
    except TooBusy as error:
        return JSONResponse({"error": getattr(labels, error.label)}, 503, {"retry-after": str(RETRY_AFTER)})
    except ClientGone:
        return Response(status_code=499)  # nobody reads it
    return Response(page_image, media_type="image/png", headers=_FOREVER)


async def cancel_when_gone(request: Request, work: Coroutine[Any, Any, Result]) -> Result:
    """Return the result of ``work``, which is cancelled when the client goes away.

    Raises:
        ClientGone: the client went away, or the server ends.
    """
    working, gone = asyncio.ensure_future(work), asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
    except asyncio.CancelledError:  # by uvicorn, which would print a traceback for each client that waits
        pass
    finally:
        for task in (working, gone):
            task.cancel()
    raise ClientGone


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def lifespan(
    controller: PageController, assistants: McpEndpoint, at_end: ExitStack
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Return a lifespan that ends the rendering processes, the MCP tools and ``at_end`` with the server."""

    @asynccontextmanager
    async def ending(_: FastAPI) -> AsyncIterator[None]:
        yield
        await assistants.close()
        if controller.page_renderer is not None:
            controller.page_renderer.close()
        at_end.close()

    return ending
