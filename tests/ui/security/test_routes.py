"""Each path and method that the server knows, asked with and without the password, from this site and from another.

The tables are written by hand: a version of Gradio or FastAPI that adds a route, or a route of ours that nobody listed,
fails here until somebody has decided on it.
"""

import base64
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from plain_controller import plain_controller
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.testclient import TestClient

from ui.security.routes import SERVED
from ui.web.server import build_application, running
from ui.web.settings import ServerSettings

pytestmark = pytest.mark.slow

METHODS = "GET HEAD POST PUT PATCH DELETE OPTIONS TRACE".split()
SEEDS = Path(__file__).parents[3] / "seeds"
PASSWORD = {"authorization": f"Basic {base64.b64encode(b'me:secret').decode()}"}

# What is served: the status of each method with the password and an empty body; all others are 405.
OPEN = """
/                                                  GET 200  HEAD 200
/theme.css                                         GET 200
/assets/none.js                                    GET 404
/static/js/iframeResizer.contentWindow.min.js      GET 200
/favicon.ico                                       GET 200
/manifest.json                                     GET 200
/health                                            GET 200
/health/live                                       GET 200
/health/ready                                      GET 200
/app/app.css                                       GET 200
/app/app.js                                        GET 200
/app/server.py                                     GET 404
/documents/page                                    GET 422
/documents/page?doc=a&page=1&sha256=b              GET 404
/export/0123456789abcdef/0/md                      GET 404
/export/0123456789abcdef/0/copy                    GET 404
/export/0123456789abcdef/docx                      GET 404
/documents                                         POST 422
/gradio_api/queue/data                             GET 404
/gradio_api/queue/data?session_hash=unknown        GET 404
/gradio_api/queue/join                             POST 422
/gradio_api/run/predict                            POST 422
/gradio_api/cancel                                 POST 422
/gradio_api/reset                                  POST 422
/api/status                                        GET 503
/api/ask                                           POST 422
/api/stream                                        POST 422
/api/search                                        POST 422
/mcp                                               POST 400
"""

# What Gradio mounts besides, and similar addresses: 404 for every method.
CLOSED = """
/config /config/ /openapi.json /login /login/ /logout /monitoring /monitoring/summary /monitoring/key /pwa_icon
/pwa_icon/64 /robots.txt /svelte/a.js /static/img/logo.svg /static/../../../etc/passwd /static/%2e%2e/%2e%2e/routes.py
/assets/../config /assets/%2e%2e/config /assets/a/b.js /theme.css/ /api /api/ /api/ask/ /api/status/ /app
/app/ /health/ /metrics /app/../config /export/a /export/a/0/md/b /gradio_api /gradio_api/
/gradio_api/api/ask /gradio_api/api/ask/ /gradio_api/app_id /gradio_api/app_id/ /gradio_api/call/v2/ask
/gradio_api/call/v2/ask/ /gradio_api/call/v2/ask/id /gradio_api/call/ask /gradio_api/call/ask/ /gradio_api/call/ask/id
/gradio_api/component_server /gradio_api/component_server/ /gradio_api/custom_component/a/server/component/index.js
/gradio_api/deep_link /gradio_api/dev/reload /gradio_api/file/etc/passwd /gradio_api/file=/etc/passwd
/gradio_api/file=http://127.0.0.1/ /gradio_api/heartbeat/session /gradio_api/info /gradio_api/info/
/gradio_api/login_check /gradio_api/login_check/ /gradio_api/openapi.json /gradio_api/process_recording
/gradio_api/proxy=http://127.0.0.1/ /gradio_api/queue/status /gradio_api/reset/ /gradio_api/run/ask
/gradio_api/run/predict/ /gradio_api/runs /gradio_api/runs/ /gradio_api/startup-events /gradio_api/stream/id
/gradio_api/stream/id/close /gradio_api/stream/a/b/1/playlist-file /gradio_api/stream/a/b/1/playlist.m3u8
/gradio_api/stream/a/b/1/1.ts /gradio_api/theme.css /gradio_api/token /gradio_api/token/ /gradio_api/undo-vibe-edit
/gradio_api/undo-vibe-edit/ /gradio_api/upload /gradio_api/upload_progress /gradio_api/user /gradio_api/user/
/gradio_api/vibe-code /gradio_api/vibe-code/ /gradio_api/vibe-edit /gradio_api/vibe-edit/
/gradio_api/vibe-starter-queries /gradio_api/vibe-starter-queries/ /gradio_api/run-history/connect
/gradio_api/run-history/buckets /gradio_api/profiling/traces
""".split()

# The paths that the frameworks route, as they write them.
ROUTED = """
/ /api/ask /api/search /api/status /api/stream /assets/{path:path} /config /config/ /favicon.ico
/gradio_api/api/{api_name} /gradio_api/api/{api_name}/ /gradio_api/app_id /gradio_api/app_id/
/gradio_api/call/v2/{api_name} /gradio_api/call/v2/{api_name}/ /gradio_api/call/v2/{api_name}/{event_id}
/gradio_api/call/{api_name} /gradio_api/call/{api_name}/ /gradio_api/call/{api_name}/{event_id} /gradio_api/cancel
/gradio_api/component_server /gradio_api/component_server/
/gradio_api/custom_component/{id}/{environment}/{type}/{file_name} /gradio_api/deep_link /gradio_api/dev/reload
/gradio_api/file/{path:path} /gradio_api/file={path_or_url:path} /gradio_api/heartbeat/{session_hash} /gradio_api/info
/gradio_api/info/ /gradio_api/login_check /gradio_api/login_check/ /gradio_api/openapi.json
/gradio_api/process_recording /gradio_api/proxy={url_path:path} /gradio_api/queue/data /gradio_api/queue/join
/gradio_api/queue/status /gradio_api/reset /gradio_api/reset/ /gradio_api/run/{api_name} /gradio_api/run/{api_name}/
/gradio_api/runs /gradio_api/runs/ /gradio_api/startup-events /gradio_api/stream/{event_id}
/gradio_api/stream/{event_id}/close /gradio_api/stream/{session_hash}/{run}/{component_id}/playlist-file
/gradio_api/stream/{session_hash}/{run}/{component_id}/playlist.m3u8
/gradio_api/stream/{session_hash}/{run}/{component_id}/{segment_id}.{ext} /gradio_api/theme.css /gradio_api/token
/gradio_api/token/ /gradio_api/undo-vibe-edit /gradio_api/undo-vibe-edit/ /gradio_api/upload
/gradio_api/upload_progress /gradio_api/user /gradio_api/user/ /gradio_api/vibe-code /gradio_api/vibe-code/
/gradio_api/vibe-edit /gradio_api/vibe-edit/ /gradio_api/vibe-starter-queries /gradio_api/vibe-starter-queries/ /login
/login/ /logout /manifest.json /monitoring /monitoring/summary /monitoring/{key} /openapi.json /pwa_icon
/pwa_icon/{size} /robots.txt /health /health/live /health/ready /export/{id}/{turn}/{kind} /export/{id}/{turn}/copy
/export/{id}/{kind} /documents /documents/page /app/{name}
/static/{path:path} /svelte/{path:path} /theme.css /mcp
""".split()

# Requests that no well-behaved client sends, byte for byte, and the status that each must get.
ODD_HEADS = [
    (b"GET / HTTP/1.1\r\n\r\n", 400),
    (b"GET / HTTP/1.0\r\n\r\n", 403),
    (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n", 400),
    (b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403),
    (b"GET /config HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 404),
    (b"GET /%00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 404),
    (b"GET /%ff HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 404),
    (b"GET /app/%2e%2e%2fserver.py HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 404),
    (b"GET //config HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 404),
    (b"GET /assets/../config HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 404),
    (b"PROPFIND / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 405),
    (b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403),
    (b"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n", 400),
    (b"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
    (b"POST /gradio_api/run/predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2000000\r\n\r\n", 413),
    (b"POST /documents HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
    (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n", 200),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def free(folder: Path) -> TestClient:
    return TestClient(build_application(plain_controller(SEEDS, folder)), base_url="http://127.0.0.1:7860")


@pytest.fixture(scope="module")
def locked(folder: Path) -> TestClient:
    settings = ServerSettings(password="secret")
    return TestClient(build_application(plain_controller(SEEDS, folder), settings), base_url="http://127.0.0.1:7860")


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    with running(plain_controller(SEEDS, folder)) as address:
        yield int(address.rpartition(":")[2])


def expected() -> Iterator[tuple[str, str, int]]:
    for line in OPEN.strip().splitlines():
        path, *words = line.split()
        statuses = dict(zip(words[::2], map(int, words[1::2]), strict=True))
        for method in METHODS:
            yield method, path, statuses.get(method, 405)
    for path in CLOSED:
        for method in METHODS:
            yield method, path, 404


def test_each_path_and_method_gets_its_status_with_the_password_and_without(
    free: TestClient, locked: TestClient
) -> None:
    wrong = list[tuple[str, str, int, object]]()
    for method, path, status in expected():
        got = free.request(method, path).status_code
        if got != status:
            wrong.append((method, path, status, got))
        if method not in ("GET", "POST"):  # behind the password, too, the others are refused as above
            continue
        unsigned = status if path in ("/health/live", "/health/ready") else 401
        signed_got = locked.request(method, path, headers=PASSWORD).status_code
        unsigned_got = locked.request(method, path).status_code
        if (signed_got, unsigned_got) != (status, unsigned):
            wrong.append((method, path, status, (signed_got, unsigned_got)))
    assert not wrong


def test_from_another_site_nothing_is_served_but_links(free: TestClient) -> None:
    wrong = []
    for method, path, status in expected():
        if method not in ("GET", "POST"):  # the others are refused as POST is
            continue
        foreign = {"origin": "http://evil.example", "sec-fetch-site": "cross-site"}
        link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
        got = free.request(method, path, headers=foreign).status_code
        linked = free.request(method, path, headers=link).status_code
        if (got, linked) != (403, status if method == "GET" else 403):
            wrong.append((method, path, got, linked))
    assert not wrong


def test_every_route_that_is_mounted_is_in_the_tables(free: TestClient) -> None:
    app: Any = free.app
    while not isinstance(app, Starlette):
        app = app.app
    assert sorted(set(list_routes(app.routes))) == sorted(ROUTED)


def list_routes(routes: list[BaseRoute]) -> Iterator[str]:
    for route in routes:
        inner: Any = getattr(route, "original_router", getattr(route, "app", None))
        if hasattr(inner, "routes"):
            yield from list_routes(inner.routes)
        else:
            assert isinstance(route, Route | WebSocketRoute | Mount)
            yield route.path


def test_every_row_of_the_list_is_in_the_table() -> None:
    paths = [line.split()[0].partition("?")[0] for line in OPEN.strip().splitlines()]
    assert [row.path for row in SERVED if not any(row.matches(path) for path in paths)] == []


@pytest.mark.parametrize(("head", "status"), ODD_HEADS, ids=range(len(ODD_HEADS)))
def test_odd_heads_get_one_plain_refusal(port: int, head: bytes, status: int) -> None:
    assert first_line(port, head).split()[1] == str(status).encode()


def test_a_websocket_is_refused(free: TestClient) -> None:
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), free.websocket_connect("/gradio_api/queue/data"):
        pass


def test_a_body_without_a_length_is_bounded_too(port: int) -> None:
    head = b"POST /gradio_api/run/predict HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    piece = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    assert b" 413 " in first_line(port, head + piece * 40)


def first_line(port: int, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):  # refused before all was sent
            connection.sendall(sent)
        received = b""
        while b"\r\n" not in received and (piece := connection.recv(4096)):
            received += piece
    return received.partition(b"\r\n")[0]
