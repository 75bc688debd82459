"""What clients do besides asking over HTTP: files come and go, pages are rendered, the page is used."""

import json
import random
import shutil
import socket
from collections.abc import Callable, Mapping
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench import server as web
from bench.durability.changing import TOWNS, sentence
from bench.durability.tally import Load

Act = tuple[str, Callable[[], None], float]
"""A name, something to do, and the seconds between twice."""

_PNG = b"\x89PNG\r\n\x1a\n"
_NEW_TAB = 20  # events after which a page is opened anew
_UNREAD = 20  # streams that are left unread at a time
_PDFS = ("office.pdf", "latex-columns.pdf")


def written_pdfs(corpus: Path) -> dict[str, str]:
    """Copy the PDFs of the tests into a folder; return their hashes."""
    for name in _PDFS:
        shutil.copy(web.ROOT / "tests" / "support" / "pdfs" / name, corpus)
    return {name: sha256((corpus / name).read_bytes()).hexdigest() for name in _PDFS}


def background_acts(load: Load, pdfs: Mapping[str, str], noise: random.Random) -> list[Act]:
    """Return the clients besides those that ask."""
    return [
        ("file sent and deleted", sending(load, random.Random(noise.random())), 0.5),
        ("page drawn", drawing(load, pdfs, random.Random(noise.random())), 0.2),
        ("page drawn", drawing(load, pdfs, random.Random(noise.random())), 0.3),
        ("event of the page", using(load, random.Random(noise.random())), 0.1),
        ("question in the page", asking_in_page(load, random.Random(noise.random())), 0.2),
        ("stream left unread", leaving(load), 1.0),
    ]


def sending(load: Load, noise: random.Random) -> Callable[[], None]:
    """Send a file, check it, leave it for some rebuilds, and delete it; sometimes under a name in use."""
    numbers, sent = count(1), list[Path]()

    def act() -> None:
        number = next(numbers)
        name = f"envois/{noise.choice([f'envoi-{number}', 'envoi'])}.txt"
        text = sentence(f"Envoi-{number}", number, noise.randrange(3))
        for possible_id in (name, *(f"envois/envoi ({n}).txt" for n in range(2, 40))):
            load.folder.know(possible_id, text)  # known before it is sent: it may be cited at once
        status, body = web.upload(load.port, name, text.encode())
        if status != 200:
            raise ValueError(f"{status} {body[:200]!r}")
        path = load.folder.path / json.loads(body)["id"]
        if path.read_bytes() != text.encode():
            raise ValueError(f"upload lost: {path.name}")
        sent.append(path)
        if len(sent) > 10:
            sent.pop(noise.randrange(len(sent))).unlink()

    return act


def drawing(load: Load, pdfs: Mapping[str, str], noise: random.Random) -> Callable[[], None]:
    """Request a page of a PDF as the page does; a busy server says when to come again."""

    def act() -> None:
        name = noise.choice(list(pdfs))
        query = urlencode({"doc": name, "page": 1, "sha256": pdfs[name]})
        status, body = web.get(load.port, f"/documents/page?{query}")
        if status == 503:
            load.tally.count("page to be drawn later")
        elif status != 200 or not body.startswith(_PNG):
            raise ValueError(f"{name}: {status} {body[:100]!r}")

    return act


def using(load: Load, noise: random.Random) -> Callable[[], None]:
    """Open documents and lists, each event as the browser sends it; in a new tab now and then."""
    numbers, tabs = count(), [web.Page.open(load.port)]

    def act() -> None:
        number = next(numbers)
        if number % _NEW_TAB == 0:
            tabs[:] = [tabs[0].reload()]
        source = f"{noise.choice(TOWNS[1:])}.txt"
        events: list[tuple[str, dict[str, Any]]] = [
            ("read", {"source": source, "start": 0, "end": 30, "asked": number}),
            ("read", {"source": "office.pdf", "start": 0, "end": 30, "asked": number}),
            ("library", {"do": "library", "query": "", "page": 1, "asked": number}),
            ("conversations", {"do": "conversations"}),
        ]
        name, sent = noise.choice(events)
        reply = str(tabs[0].call(name, sent))
        if name == "read" and sent["source"] not in reply:
            raise ValueError(f"{sent['source']} is not what is shown: {reply[:200]}")

    return act


def asking_in_page(load: Load, noise: random.Random) -> Callable[[], None]:
    """Ask in the page, a few questions a conversation; the answer must name the bridge."""
    numbers, tabs = count(), [web.Page.open(load.port)]

    def act() -> None:
        if next(numbers) % 3 == 0:
            tabs[:] = [tabs[0].reload()]
        town = noise.choice(TOWNS[1:])
        reply = str(tabs[0].ask(f"Combien de mètres mesure le pont de {town} ?"))
        if f"pont de {town} mesure" not in reply:
            load.tally.count("question in the page without its quote")

    return act


def leaving(load: Load) -> Callable[[], None]:
    """Open a stream and read nothing of it; the oldest of a few such connections is dropped."""
    connections: list[socket.socket] = []
    body = json.dumps({"question": f"Combien de mètres mesure le pont de {TOWNS[3]} ?", "k": 100}).encode()
    head = (
        f"POST /api/stream HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    )

    def act() -> None:
        connection = socket.create_connection(("127.0.0.1", load.port), timeout=web.PATIENCE)
        load.connections.callback(connection.close)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        connection.sendall(f"{head}\r\n\r\n".encode() + body)
        connections.append(connection)
        if len(connections) > _UNREAD:
            connections.pop(0).close()

    return act
