"""Serve the page in its own process, as ``rag serve`` does, and call it as a browser does."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from secrets import token_hex
from typing import Any

ROOT = Path(__file__).parents[1]
PATIENCE = 60.0  # seconds for a reply
_STOPPING = 20.0  # seconds for a server to end

# Imported by the server and by every process that it starts: writes down each address that is connected to or looked
# up, and each opening of the canary file.
_AUDIT = """
import os, sys
_log = os.open(os.environ["BENCH_AUDIT"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
_canary = os.environ["BENCH_CANARY"]
def _hook(event, args):
    if event == "socket.connect" and isinstance(args[1], tuple):
        os.write(_log, f"connect {args[1]!r}\\n".encode())
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        os.write(_log, f"look up {args[0]!r}\\n".encode())
    elif event == "open" and isinstance(args[0], (str, bytes)) and os.path.abspath(os.fsdecode(args[0])) == _canary:
        os.write(_log, f"open {args[0]!r}\\n".encode())
sys.addaudithook(_hook)
"""


class ServerFailed(Exception):
    """The server did not start, or answered a call of the page with an error."""


@dataclass(frozen=True, slots=True)
class Served:
    """A running server; ``log`` is the file of its standard error."""

    process: "subprocess.Popen[str]"
    port: int
    log: Path


@contextmanager
def served(
    target: Path, log: Path, *options: str, audit: Path | None = None, canary: Path | None = None
) -> Iterator[Served]:
    """Run ``rag serve`` over the index ``target`` while the block runs, on a free port of this machine.

    ``audit`` is a file for the addresses that the server connects to or looks up, and the openings of ``canary``.

    Raises:
        ServerFailed: it ended before it printed its address.
    """
    command = [sys.executable, "-m", "ui.cli", "serve", "--index", str(target), "--port", "0", *options]
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=ROOT, env=environment(audit, canary)
        ) as process,
    ):
        try:
            yield Served(process, _port(process, log), log)
        finally:
            process.terminate()
            try:
                process.wait(_STOPPING)
            except subprocess.TimeoutExpired:
                process.kill()


def environment(audit: Path | None, canary: Path | None) -> dict[str, str]:
    """Return an environment without a display, so that no browser opens."""
    chosen = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    paths = [str(ROOT), chosen.get("PYTHONPATH", "")]
    if audit and canary:
        hooks = audit.with_name("hooks")
        hooks.mkdir(exist_ok=True)
        (hooks / "sitecustomize.py").write_text(_AUDIT, "utf-8")
        chosen |= {"BENCH_AUDIT": str(audit), "BENCH_CANARY": str(canary), "TMPDIR": str(audit.parent)}
        paths.insert(0, str(hooks))
    return chosen | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}


def _port(process: "subprocess.Popen[str]", log: Path) -> int:
    assert process.stdout
    line = process.stdout.readline()
    if "http://" not in line:
        raise ServerFailed(f"The server ended with {process.wait()}: {log.read_text('utf-8', 'replace')[-500:]}")
    return port_in(line)


def port_in(line: str) -> int:
    """Return the port of the address that ``rag serve`` prints."""
    address = next(word for word in line.split() if word.startswith("http://"))
    return int(address.rpartition(":")[2])


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the page: ``kinds`` are the types of the components whose values it sends and gets."""

    name: str
    fn_index: int
    trigger: int | None
    queued: bool
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def events_in(html: str) -> list[Event]:
    """Return the events that a page declares in its configuration."""
    config, _ = json.JSONDecoder().raw_decode(html.partition("gradio_config = ")[2])
    kinds = {component["id"]: component["type"] for component in config["components"]}
    return [
        Event(
            event["targets"][0][1],
            event["id"],
            event["targets"][0][0],
            event["queue"],
            tuple(kinds[id] for id in event["inputs"]),
            tuple(kinds[id] for id in event["outputs"]),
        )
        for event in config["dependencies"]
    ]


@dataclass(slots=True)
class Page:
    """The page in one tab: it calls events of the server, and tracks its conversation as the browser does."""

    port: int
    events: Mapping[str, Event]  # the first of each name
    declared: Sequence[Event] = ()  # all
    session: str = field(default_factory=lambda: token_hex(5))
    conversation: str = ""

    @classmethod
    def open(cls, port: int) -> "Page":
        """Load the page.

        Raises:
            ServerFailed: the server does not send it.
        """
        status, body = get(port, "/")
        if status != 200:
            raise ServerFailed(f"/: {status}")
        declared = events_in(body.decode())
        return cls(port, {event.name: event for event in reversed(declared)}, declared)

    def reload(self) -> "Page":
        """Return the page in a new tab, without a conversation."""
        return Page(self.port, self.events, self.declared)

    def body(self, event: Event, question: str = "", sent: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return what the browser sends for an event; ``sent`` is what the page's script adds."""
        values = {"browserstate": self.conversation, "textbox": question}
        return {
            "data": [values.get(kind) for kind in event.inputs],
            "event_data": sent,
            "fn_index": event.fn_index,
            "trigger_id": event.trigger,
            "session_hash": self.session,
        }

    def call(self, name: str, sent: Mapping[str, Any] | None = None) -> list[Any]:
        """Call an event that is not queued; return its output values.

        Raises:
            ServerFailed: the reply is no 200.
        """
        event = self.events[name]
        status, body = post(self.port, "/gradio_api/run/predict", self.body(event, sent=sent))
        if status != 200:
            raise ServerFailed(f"{name}: {status} {body[:200].decode(errors='replace')}")
        return self._take_values(event, json.loads(body)["data"])

    def ask(self, question: str) -> list[Any]:
        """Ask in the page, wait for the whole answer, and return the output values.

        Raises:
            ServerFailed: the question was refused, or failed.
        """
        event = self.events["submit"]
        status, body = post(self.port, "/gradio_api/queue/join", self.body(event, question))
        if status != 200:
            raise ServerFailed(f"submit: {status} {body[:200].decode(errors='replace')}")
        id = json.loads(body)["event_id"]
        for message in self.messages():
            if message.get("event_id") == id and message["msg"] == "process_completed" and message["success"]:
                return self._take_values(event, message["output"]["data"])
        raise ServerFailed("submit: the stream of events ended without an answer")

    def messages(self) -> Iterator[dict[str, Any]]:
        """Yield the messages of the queued events of this tab, until the server closes the stream."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", f"/gradio_api/queue/data?session_hash={self.session}")
            for line in connection.getresponse():
                if line.startswith(b"data: "):
                    yield json.loads(line[6:])
        finally:
            connection.close()

    def _take_values(self, event: Event, values: Sequence[Any]) -> list[Any]:
        for kind, value in zip(event.outputs, values, strict=True):
            if kind == "browserstate" and isinstance(value, str):
                self.conversation = value
        return list(values)


def get(port: int, path: str) -> tuple[int, bytes]:
    """Return the status and body of a reply."""
    return _exchanged(port, "GET", path, None, {})


def post(port: int, path: str, sent: Any) -> tuple[int, bytes]:
    """Post a JSON value; return the status and body of the reply."""
    return _exchanged(port, "POST", path, json.dumps(sent).encode(), {"content-type": "application/json"})


def upload(port: int, name: str, content: bytes) -> tuple[int, bytes]:
    """Send a file as the page does."""
    mark = token_hex(16)
    sections = [
        f'--{mark}\r\ncontent-disposition: form-data; name="file"; filename="{Path(name).name}"\r\n'
        f"content-type: application/octet-stream\r\n\r\n".encode(),
        content,
        f'\r\n--{mark}\r\ncontent-disposition: form-data; name="name"\r\n\r\n{name}\r\n--{mark}--\r\n'.encode(),
    ]
    headers = {"content-type": f"multipart/form-data; boundary={mark}"}
    return _exchanged(port, "POST", "/documents", b"".join(sections), headers)


def _exchanged(port: int, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
