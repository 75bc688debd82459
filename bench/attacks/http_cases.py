"""Malformed requests to every route of a server: JSON, forms, events of the page, headers and methods."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from bench.attacks.http_forms import TYPES, form
from bench.attacks.malformed import Traps, encoded, file_data, mutated, paths, put, spoiled, value
from bench.attacks.raw_http import Request
from bench.server import Event

QUESTION = "Qui est le porte-parole du Kremlin ?"
JSON = (("Content-Type", "application/json"),)
METHODS = (
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "get",
    "A" * 999,
    "é",
)
HEADERS: tuple[tuple[str, str], ...] = (
    *(("Content-Length", text) for text in ("-1", "0", "1", "99999999999", "9" * 400, "1, 2", "0x10", "", "٣")),
    *(("Transfer-Encoding", text) for text in ("chunked", "gzip", "chunked, chunked", "identity", "\x0bchunked")),
    *(
        ("Host", text)
        for text in ("", "127.0.0.1:1@a.invalid", "[::1", "a.invalid", "127.0.0.1:99999", "é", "localhost:x")
    ),
    *(
        ("Accept-Language", text)
        for text in ("fr;q=x", "*", "fr" * 5_000, ";;;", "fr;q=1e999,en;q=NaN", "\x80", "-", "fr-")
    ),
    *(("Range", text) for text in ("bytes=0-0", "bytes=-1", "bytes=9-1", "bytes=a-b", "bytes=" + "0-1," * 500, "x")),
    *(("Cookie", text) for text in ("a", "=;=;", "session=" + "x" * 9_000, "\x01=\x02", "access-token=1; a")),
    *(("If-Modified-Since", text) for text in ("x", "Sat, 12 Feb 99999 10:00:00 GMT")),
    *(("Authorization", text) for text in ("Basic", "Basic é", "Basic ====", "Bearer x", "Digest a=b")),
    *(("Sec-Fetch-Site", text) for text in ("cross-site", "none", "odd")),
    *(("Origin", text) for text in ("null", "http://a.invalid", "http://127.0.0.1", "é", "http://[::1")),
    *(
        ("Expect", "100-continue"),
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade, close"),
        ("Content-Encoding", "gzip"),
    ),
    *(
        ("X-Forwarded-For", "a"),
        ("X-Forwarded-Host", "a.invalid"),
        ("X-Forwarded-Proto", "javascript"),
        ("X", "y" * 70_000),
    ),
    *(
        ("X-Gradio-User", "a"),
        ("Accept", "text/event-stream"),
        ("Referer", "\x00"),
        ("Forwarded", "for=;;;"),
        ("a b", "c"),
    ),
)


@dataclass(frozen=True, slots=True)
class ClientKnowledge:
    """What a client knows of this server, and may put into a request."""

    events: Sequence[Event]
    answer: Mapping[str, Any]  # of ``/api/ask``
    documents: Sequence[tuple[str, str]]  # ids and hashes
    conversation: str
    traps: Traps


def case(seed: int, number: int, client: ClientKnowledge) -> Request:
    """Return the request of a number and seed, whatever came before it."""
    noise = random.Random(f"{seed} {number}")
    request = noise.choices([_api, _predict, _join, _upload, _route], [28, 26, 20, 14, 12])[0](noise, client)
    if noise.random() < 0.12:
        request = replace(request, headers=_with_odd_header(request.headers, noise))
    if noise.random() < 0.04:
        request = replace(request, method=noise.choice(METHODS))
    if noise.random() < 0.03:
        request = replace(
            request,
            target=request.target + noise.choice(["?", "?a=%", "/", "//", "/..", "%00", "?" + "a" * 9_000, ";x"]),
        )
    if noise.random() < 0.04:
        request = replace(request, cut=noise.randrange(len(request.data)))
    return request


def _with_odd_header(headers: tuple[tuple[str, str], ...], noise: random.Random) -> tuple[tuple[str, str], ...]:
    """Add an odd header, or replace the content type."""
    if noise.random() < 0.5:
        remaining = tuple(pair for pair in headers if pair[0] != "Content-Type")
        return (*remaining, ("Content-Type", noise.choice(TYPES)))
    return (*headers, noise.choice(HEADERS))


def _json(kind: str, target: str, tree: Any, noise: random.Random, session: str = "") -> Request:
    body = encoded(tree).encode("utf-8", "surrogatepass")
    if noise.random() < 0.12:
        return Request(kind, "POST", target, JSON, spoiled(body, noise), session=session)
    return Request(kind, "POST", target, JSON, body, tree, session)


def _api(noise: random.Random, client: ClientKnowledge) -> Request:
    route = noise.choice(["ask", "stream", "search"])
    turn = {"question": QUESTION, "answer": dict(client.answer)}
    history = {} if route == "search" else {"history": [turn] * noise.choice([0, 1, 1, 2])}
    ids = [id for id, _ in client.documents]
    tree = {
        "question": QUESTION,
        "k": noise.choice([1, 3, 100]),
        "since": "2021-01-01",
        "until": "2023-01-01",
        "documents": noise.sample(ids, 2),
        **history,
    }
    subset = {key: drawn for key, drawn in tree.items() if key == "question" or noise.random() < 0.5}
    return _json(f"/api/{route}", f"/api/{route}", mutated(subset, noise, client.traps), noise)


def _predict(noise: random.Random, client: ClientKnowledge) -> Request:
    event, tree = _event(noise, client)
    return _json(f"predict {event.name}", "/gradio_api/run/predict", tree, noise)


def _join(noise: random.Random, client: ClientKnowledge) -> Request:
    event, tree = _event(noise, client)
    session = tree.get("session_hash") if isinstance(tree, dict) else None
    usable = session if isinstance(session, str) and session.isalnum() and session.isascii() else ""
    return _json(f"join {event.name}", "/gradio_api/queue/join", tree, noise, usable)


def _upload(noise: random.Random, client: ClientKnowledge) -> Request:
    return form(noise, client.traps)


def _event(noise: random.Random, client: ClientKnowledge) -> tuple[Event, Any]:
    """Return what the browser sends for an event of the page, mutated."""
    event = noise.choice(client.events)
    values = {"browserstate": noise.choice(["", client.conversation]), "textbox": QUESTION}
    tree: Any = {
        "data": [values.get(kind) for kind in event.inputs],
        "event_data": noise.choice(_sent_with(event.name, client)),
        "fn_index": event.fn_index,
        "trigger_id": event.trigger,
        "session_hash": f"{noise.getrandbits(40):x}",
    }
    if noise.random() < 0.15:  # nothing is wrong with it but a file that nobody has sent
        targets = [path for path in paths(tree) if path and path[0] in ("data", "event_data")]
        return event, put(tree, noise.choice(targets), file_data(noise, client.traps))
    if noise.random() < 0.1:
        tree["fn_index"] = noise.choice([-1, 999, 2**70, None, "1", 1.5, True, [1]])
    if noise.random() < 0.4:  # what goes to our own functions, rather than to Gradio
        inner = noise.choice(["data", "event_data"])
        return event, {**tree, inner: mutated(tree[inner], noise, client.traps)}
    if noise.random() < 0.3:
        return event, {**tree, "data": [value(noise, client.traps) for _ in event.inputs]}
    return event, mutated(tree, noise, client.traps)


def _sent_with(name: str, client: ClientKnowledge) -> list[Any]:
    """Return what the page's script sends with an event; only files that do not exist are removed."""
    source = client.documents[0][0]
    sent: dict[str, list[Any]] = {
        "ask": [{"question": QUESTION}],
        "read": [
            {"source": source, "start": 0, "end": 50, "asked": 1},
            {"turn": 0, "n": 1, "asked": 2},
            {"turn": 0, "near": 0, "asked": 3},
        ],
        "library": [{"do": "library", "query": "a", "page": 1, "asked": 1}],
        "follow": [{"refused": ["a"]}],
        "refused": [{"refused": ["a"]}],
        "watch": [{"do": "watch", "on": "", "asked": 1}],
        "remove": [{"do": "remove", "id": "absent.txt"}],
        "reopen": [{"do": "reopen", "id": client.conversation}],
        "rename": [{"id": client.conversation, "name": "Autre"}],
        "delete": [{"do": "delete", "id": "0" * 16}],
        "judge": [{"do": "judge", "turn": 0, "thumb": "good"}],
    }
    anything = {
        key: drawn for fields in sent.values() for known_fields in fields for key, drawn in known_fields.items()
    }
    return sent.get(name, [None, {}, anything])


def _route(noise: random.Random, client: ClientKnowledge) -> Request:
    """Return a request for a route that is read, with odd parts and any method."""
    junk = quote(_text(noise, client).encode("utf-8", "replace")[:2_000], safe=noise.choice(["", "/:", "/.:%?&="]))
    kind, aim = noise.choice([("page", _page), ("export", _export), ("outside", _forbidden_url), ("other", _fixed)])
    target = aim(noise, client, junk)
    method = noise.choice(["GET"] * 6 + ["POST", *METHODS])
    body = json.dumps({"a": 1}).encode() if method != "GET" and noise.random() < 0.5 else b""
    return Request(kind, method, target, JSON if body else (), body)


def _page(noise: random.Random, client: ClientKnowledge, junk: str) -> str:
    """Return the URL of a page of a document as an image."""
    id, hash = noise.choice(client.documents)
    query: dict[str, Any] = {"doc": id, "page": 1, "sha256": hash}
    query |= {key: _text(noise, client) for key in query if noise.random() < 0.4}
    return "/documents/page?" + "&".join(
        f"{k}={quote(str(v).encode('utf-8', 'replace')[:2_000])}" for k, v in query.items()
    )


def _export(noise: random.Random, client: ClientKnowledge, junk: str) -> str:
    """Return the URL of an exported answer."""
    turn, kind = (
        noise.choice(["0", "-1", "9" * 30, junk]),
        noise.choice(["md", "html", "docx", "copy", junk]),
    )
    return f"/export/{noise.choice([client.conversation, junk])}/{turn}/{kind}"


def _forbidden_url(noise: random.Random, client: ClientKnowledge, junk: str) -> str:
    """Return the URL of a file or address that no route may serve."""
    secret = noise.choice([client.traps.file, client.traps.url, junk])
    climb = noise.choice(["", "/", "//", "%2f", "../" * 9, "..%2f" * 9, "/proc/self/root/"])
    folder = noise.choice(["/assets/", "/static/", "/", "/gradio_api/file/"])
    by_name = noise.choice(["file", "proxy", "stream", "upload_progress", "deep_link"])
    return noise.choice([f"{folder}{climb}{secret}", f"/gradio_api/{by_name}={climb}{secret}"])


def _fixed(noise: random.Random, client: ClientKnowledge, junk: str) -> str:
    """Return a path that is served, or that Gradio or FastAPI would serve."""
    names = [
        "info",
        "api/predict",
        "component_server",
        "reset",
        "cancel",
        "heartbeat/a",
        "startup-events",
        junk,
    ]
    below_routes = [
        f"/gradio_api/{noise.choice(names)}",
        f"/gradio_api/queue/data?session_hash={junk}",
        f"/api/{junk}",
        f"/{junk}",
    ]
    served = ["/", "/config", "/theme.css", "/health", "/api/status", "/app/app.js", "*", "http://a.invalid/"]
    unserved = ["/openapi.json", "/docs", "/manifest.json", "/login", "/logout", "/monitoring", "/robots.txt", "//a"]
    return noise.choice([*below_routes, noise.choice(served), noise.choice(unserved)])


def _text(noise: random.Random, client: ClientKnowledge) -> str:
    drawn = value(noise, client.traps)
    return drawn if isinstance(drawn, str) else encoded(drawn)
