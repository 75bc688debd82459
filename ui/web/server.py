"""The web server: our few routes, the Gradio page, and the guards around them."""

import gc
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import uvicorn
from fastapi import FastAPI, Form, HTTPException, Request, Response, UploadFile
from fastapi.responses import FileResponse, JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp
from uvicorn.config import LOGGING_CONFIG

from index.errors import UserError
from ui.exports.formats import WRITTEN
from ui.html import export
from ui.i18n.errors import translate_error
from ui.mcp.server import McpEndpoint
from ui.operating.health import LIVE, READY, add_health
from ui.operating.metrics import add_metrics
from ui.operating.request_events import RequestEvents
from ui.security.events import EventSchema
from ui.security.headers import ContentSecurityPolicy
from ui.security.origin import OriginCheck
from ui.security.password import BasicAuth
from ui.security.routes import METRICS, SERVED, AllowList
from ui.services.uploads import FILE_LIMIT, NotReceived
from ui.web.api import add_api
from ui.web.controller import PageController
from ui.web.language import labels_for
from ui.web.library_controller import LibraryController
from ui.web.pdf_route import lifespan, serve_page
from ui.web.settings import ServerSettings, TlsMisconfigured

ASSETS = Path(str(files("ui.web") / "assets"))
SESSIONS = 100  # open pages that Gradio remembers: some 30 kB each, and it never forgets a page that was closed
PAUSE = 0.02  # seconds between two looks of Gradio at its queue; its own millisecond takes 6 % of a core all day


class AddressTaken(UserError):
    """The server cannot listen at this address."""


def build_application(controller: PageController, settings: ServerSettings | None = None) -> ASGIApp:
    """Build the complete ASGI application; by default for this machine only."""
    from ui.web.gradio_import import gr  # imported here: it takes seconds, and a port in use is said at once
    from ui.web.page import HEAD, THEME, TRANSLATIONS, build_page, list_endpoints

    settings = settings or ServerSettings()
    assistants = McpEndpoint(controller.open_index)
    ending = ExitStack()
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan(controller, assistants, ending))
    started = secrets.token_hex(4)
    app.get("/health")(
        lambda: [
            started,
            controller.library_controller.library.edition,
            controller.library_controller.library.indexing.busy,
        ]
    )
    app.get("/documents/page")(partial(serve_page, controller))
    app.get("/app/{name}")(serve_asset)
    app.get("/export/{id}/{turn}/copy")(partial(copy, controller))
    app.get("/export/{id}/{turn}/{kind}")(partial(download, controller))
    app.get("/export/{id}/{kind}")(partial(download, controller))
    app.post("/documents")(partial(receive, controller.library_controller))
    app.router.routes.append(Route("/mcp", assistants, methods=["POST"]))
    add_api(app, controller.open_index, controller.writing and controller.writing.model)
    add_health(app, controller.open_index)
    if settings.metrics:
        ending.callback(add_metrics(app, controller.open_index).close)
    blocks = build_page(controller)
    blocks.state_session_capacity = SESSIONS  # nothing that a page needs is kept there: its events carry it
    gr.mount_gradio_app(
        app, blocks, "/", theme=THEME, head=HEAD, i18n=TRANSLATIONS, footer_links=[], run_history=False,
        ssr_mode=False, enable_monitoring=False, pwa=False, mcp_server=False, max_file_size="100mb",
        favicon_path=str(ASSETS / "favicon.png"),
    )  # fmt: skip
    queue = blocks._queue
    queue.sleep_when_free = queue.progress_update_sleep_when_free = PAUSE
    sessions = queue.pending_messages_per_session
    return _guard(EventSchema(app, list_endpoints(blocks), lambda session: session in sessions), settings)


def _guard(app: ASGIApp, settings: ServerSettings) -> ASGIApp:
    """Wrap the application in its guards, the outermost first to see a request."""
    routes = (*SERVED, METRICS) if settings.metrics else SERVED
    guarded: ASGIApp = ContentSecurityPolicy(AllowList(app, routes))
    if settings.password:
        guarded = BasicAuth(guarded, settings.password, open_to_all=(LIVE, READY))
    return RequestEvents(OriginCheck(guarded, settings.allowed_hosts), routes)


def serve_asset(name: str) -> FileResponse:
    """Serve a file of the assets folder.

    Raises:
        HTTPException: there is none of this name (404).
    """
    assets = {path.name: path for path in ASSETS.iterdir()}
    if name not in assets:
        raise HTTPException(404)
    return FileResponse(assets[name], headers={"cache-control": "no-cache"})


def download(controller: PageController, id: str, kind: str, request: Request, turn: int | None = None) -> Response:
    """Serve an answer, or a whole conversation, as a file; ``kind`` is its suffix.

    Raises:
        HTTPException: there is no such answer, or no such kind (404).
    """
    answers, format = controller.kept_answers(id, turn), WRITTEN.get(kind)
    if format is None or not answers:
        raise HTTPException(404)
    name = f"sourcier-{turn + 1}.{kind}" if turn is not None else f"sourcier.{kind}"
    return Response(
        format.write(answers, labels_for(request)),
        media_type=format.media_type,
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def copy(controller: PageController, id: str, turn: int, request: Request) -> dict[str, str]:
    """Return an answer as the two formats of a clipboard: HTML, and plain text.

    Raises:
        HTTPException: there is no such answer (404).
    """
    answers = controller.kept_answers(id, turn)
    if not answers:
        raise HTTPException(404)
    labels = labels_for(request)
    return {"html": export.as_fragment(answers[0], labels), "text": export.as_text(answers[0], labels)}


def _check_size(file: UploadFile, name: str) -> None:
    if (file.size or 0) > FILE_LIMIT:
        raise NotReceived("“{}” is larger than {} MB. Split it.", name, FILE_LIMIT // 2**20)


def receive(
    controller: LibraryController, file: UploadFile, name: Annotated[str, Form()], request: Request
) -> JSONResponse:
    """Write an uploaded file into the personal folder; return its id, or why it was refused."""
    try:
        _check_size(file, name)
        return JSONResponse({"id": controller.library.receive(name, file.file)})
    except UserError as error:
        return JSONResponse({"error": translate_error(error, labels_for(request))}, 422)


def serve(controller: PageController, settings: ServerSettings, ready: Callable[[str], None]) -> None:
    """Serve until stopped; ``ready`` is called with the address once the server answers.

    Raises:
        AddressTaken: the address cannot be listened at.
        TlsMisconfigured: the certificate and its key cannot be used.
    """
    listening = listen(settings.host, settings.port)  # first: it may fail at once, and the page takes seconds
    config = _make_config(build_application(controller, settings), settings)
    _Server(config, lambda: ready(_format_address(settings, listening))).run(sockets=[listening])


def _format_address(settings: ServerSettings, listening: socket.socket) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{'https' if settings.has_tls else 'http'}://{host}:{listening.getsockname()[1]}"


def _make_config(app: ASGIApp, settings: ServerSettings) -> uvicorn.Config:
    """Return uvicorn's settings: no access log, as URLs contain questions; only the named proxy is trusted.

    Raises:
        TlsMisconfigured: the certificate and its key cannot be used.
    """
    config = uvicorn.Config(
        app,
        log_level="warning",
        log_config=None if settings.log == "json" else LOGGING_CONFIG,
        access_log=False,
        timeout_graceful_shutdown=1,
        ws="none",
        server_header=False,
        proxy_headers=bool(settings.proxy),
        forwarded_allow_ips=settings.proxy or None,
        ssl_certfile=settings.certificate,
        ssl_keyfile=settings.key,
    )
    try:
        config.load()
    except OSError as error:  # ssl.SSLError is one
        wrong = error.strerror or error
        raise TlsMisconfigured("Cannot use {} for TLS: {}.", settings.certificate, wrong) from error
    return config


@contextmanager
def running(controller: PageController, port: int = 0, settings: ServerSettings | None = None) -> Iterator[str]:
    """Serve the page while the block runs; yield its URL. For tests, benchmarks and notebooks."""
    settings = settings or ServerSettings()
    config = _make_config(build_application(controller, settings), settings)
    listening = listen(settings.host, port)
    ready = threading.Event()
    server = _Server(config, ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    ready.wait()
    yield _format_address(settings, listening)
    server.should_exit = True
    thread.join()


def listen(host: str, port: int) -> socket.socket:
    """Open a listening socket that sends replies without delay.

    The protocol is named since asyncio sets TCP_NODELAY only on sockets that name it; without, each reply on a kept
    connection waits 40 ms for an acknowledgement.

    Raises:
        AddressTaken: the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name != "nt":  # there it would let two servers listen at one port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise AddressTaken(
            "Cannot listen on {}, port {} ({}). Choose another port with --port.", host, port, error.strerror or error
        ) from error
    return listening


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
