"""The web server: our few routes, the Gradio page, and the guards around them."""

import gc
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import uvicorn
from fastapi import FastAPI, Form, HTTPException, Request, Response, UploadFile
from fastapi.responses import FileResponse, JSONResponse
from starlette.types import ASGIApp

from index.errors import UserError
from ui import exports, guard
from ui.api import add_api
from ui.events import Room
from ui.labels import preferred
from ui.sentences import said
from ui.shelf import Shelf
from ui.uploads import FILE_LIMIT, NotReceived

LOOPBACK = ("127.0.0.1", "localhost", "::1")
ASSETS = Path(str(files("ui") / "assets"))


class AddressTaken(UserError):
    """The address to serve at cannot be had."""


class PasswordNeeded(UserError):
    """Other machines could reach the page, and nothing would stop them."""


def application(room: Room, password: str = "", local: bool = True) -> ASGIApp:
    """Everything that is served. ``local`` answers only to the names of this machine."""
    import gradio as gr  # imported here: it takes seconds, and a port in use is said at once

    from ui.page import HEAD, THEME, TRANSLATIONS, build

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    started = secrets.token_hex(4)
    app.get("/room/alive")(lambda: [started, room.shelf.library.edition, room.shelf.library.indexing.busy])
    app.get("/room/page")(partial(page, room))
    app.get("/room/{name}")(asset)
    app.get("/room/export/{id}/{turn}/{kind}")(partial(export, room))
    app.post("/room/files")(partial(receive, room.shelf))
    add_api(app, room.open_index)
    gr.mount_gradio_app(
        app, build(room), "/", theme=THEME, head=HEAD, i18n=TRANSLATIONS, footer_links=[], run_history=False,
        ssr_mode=False, enable_monitoring=False, pwa=False, mcp_server=False, max_file_size="100mb",
        favicon_path=str(ASSETS / "favicon.png"),
    )  # fmt: skip
    guarded: ASGIApp = guard.Policy(app)
    guarded = guard.Password(guarded, password) if password else guarded
    return guard.SameOrigin(guarded, LOOPBACK if local else ())


def asset(name: str) -> FileResponse:
    """A style sheet or script of the page; no other file, whatever the name."""
    known = {path.name: path for path in ASSETS.iterdir()}
    if name not in known:
        raise HTTPException(404)
    return FileResponse(known[name], headers={"cache-control": "no-cache"})


def export(room: Room, id: str, turn: int, kind: str, request: Request) -> Response:
    """An answer as a file: ``kind`` is md, html or json."""
    labels = preferred(request.headers.get("accept-language", ""))
    text = room.export(id, turn, kind, labels) if kind in exports.KINDS else None
    if text is None:
        raise HTTPException(404)
    named = {"content-disposition": f'attachment; filename="sourcier-{turn + 1}.{kind}"'}
    return Response(text, media_type=exports.KINDS[kind][0], headers=named)


def page(room: Room, doc: str, page: int, sha256: str) -> Response:
    """A page of an indexed PDF, drawn; nothing but what the index holds, as it was indexed."""
    drawn = room.draw(doc, page, sha256)
    if drawn is None:
        raise HTTPException(404)
    return Response(drawn, media_type="image/png", headers={"cache-control": "private, max-age=31536000, immutable"})


def receive(shelf: Shelf, file: UploadFile, name: Annotated[str, Form()], request: Request) -> JSONResponse:
    """Takes a file into the corpus folder."""
    try:
        if (file.size or 0) > FILE_LIMIT:
            raise NotReceived("«{}» holds more than {} MB. Split it.", name, FILE_LIMIT // 2**20)
        return JSONResponse({"id": shelf.library.receive(name, file.file)})
    except UserError as error:
        return JSONResponse({"error": said(error, preferred(request.headers.get("accept-language", "")))}, 422)


def serve(room: Room, host: str, port: int, password: str, ready: Callable[[str], None]) -> None:
    """Serves until stopped; ``ready`` is told the address once it answers."""
    local = host in LOOPBACK
    if not local and not password:
        raise PasswordNeeded(
            "Serving at {} lets other machines in, so it needs a password: set RAG_PASSWORD, or leave out --host.", host
        )
    listening = listen(host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"
    config = uvicorn.Config(application(room, password, local), log_level="warning", timeout_graceful_shutdown=1)
    _Server(config, lambda: ready(address)).run(sockets=[listening])


@contextmanager
def running(room: Room, port: int = 0) -> Iterator[str]:
    """The page served on this machine while the block runs; gives its address. For tests, measures and notebooks."""
    listening = listen("127.0.0.1", port)
    config = uvicorn.Config(application(room), log_level="error", timeout_graceful_shutdown=1)
    ready = threading.Event()
    server = _Server(config, ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    ready.wait()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()


def listen(host: str, port: int) -> socket.socket:
    """A socket at the address, or one sentence that says why not."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise AddressTaken(
            "Cannot serve at {} port {} ({}): choose another with --port.", host, port, error.strerror or error
        ) from error


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.collect()
        gc.freeze()  # what is loaded stays: each full collection went through it while everybody waited
        if self.started:
            self.ready()
