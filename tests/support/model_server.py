"""A language model on loopback that says what a test wrote, in OpenAI's protocol (Mistral's, too) and Ollama's."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Script:
    """How the model answers one request."""

    pieces: Sequence[str] = ()
    status: int = 200
    error: str = "scripted"
    delay: float = 0.0  # seconds before each piece
    finish: str = "stop"
    raw: bytes | None = None  # sent instead of the pieces
    breaks: bool = False  # the connection ends before the reply does
    tool: str = ""  # a tool that is called, although none is known
    pings: int = 0  # lines that only keep the connection open, ``delay`` apart


def says(text: str, **options: Any) -> Script:
    """Answer with a text, a few characters at a time."""
    return Script([text[at : at + 7] for at in range(0, len(text), 7)], **options)


Answering = Callable[[str], Script]
"""Gives the script for what the model is told: all its messages, joined."""


@dataclass
class ModelServer:
    """The server, the scripts that wait (the last one stays), and what it was asked."""

    url: str
    scripts: list[Script | Answering] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)  # a client left before its reply was whole
    resumed: threading.Event = field(default_factory=threading.Event)  # whether a piece «…wait…» may go on

    @property
    def prompt(self) -> str:
        """Return the last request as one text."""
        return _join_messages(self.requests[-1])

    def next(self, request: dict[str, Any]) -> Script:
        self.requests.append(request)
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        return script if isinstance(script, Script) else script(_join_messages(request))


def _join_messages(request: dict[str, Any]) -> str:
    return "\n".join(str(message["content"]) for message in request["messages"])


@contextmanager
def serving(*scripts: Script | Answering) -> Iterator[ModelServer]:
    """Serve while the block runs; each request is answered by the next script."""
    httpd = _Server(("127.0.0.1", 0), _Handler)
    httpd.daemon_threads = True
    httpd.model = ModelServer(f"http://127.0.0.1:{httpd.server_address[1]}", list(scripts))
    thread = threading.Thread(target=lambda: httpd.serve_forever(poll_interval=0.02), daemon=True)
    thread.start()
    try:
        yield httpd.model
    finally:
        httpd.model.resumed.set()
        httpd.shutdown()
        httpd.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    model: ModelServer


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        assert isinstance(self.server, _Server)
        model = self.server.model
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        request["authorization"] = self.headers.get("authorization", "")
        script = model.next(request)
        is_ollama = self.path == "/api/chat"
        try:
            if script.status != 200:
                self._refuse(script, is_ollama)
            else:
                self._reply(script, is_ollama, model)
        except (BrokenPipeError, ConnectionResetError):
            model.hung_up.set()

    def _refuse(self, script: Script, is_ollama: bool) -> None:
        error = script.error if is_ollama else {"message": script.error, "type": "scripted", "code": script.status}
        body = json.dumps({"error": error}).encode()
        self.send_response(script.status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _reply(self, script: Script, is_ollama: bool, model: ModelServer) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/x-ndjson" if is_ollama else "text/event-stream")
        if script.breaks:
            self.send_header("content-length", "1000000")
        self.end_headers()  # HTTP/1.0: the end of the connection ends the reply
        for _ in range(script.pings):
            self._send(b": ping\n\n", script)
        if script.raw is not None:
            self._send(script.raw, script)
            return
        frame = _ollama if is_ollama else _openai
        if script.tool:
            self._send(frame({"content": "", "tool_calls": [_call(script.tool, is_ollama)]}, ""), script)
        for piece in script.pieces:
            if "…wait…" in piece:
                model.resumed.wait(20)
                continue
            self._send(frame({"content": piece}, ""), script)
        if not script.breaks:
            self._send(frame({"content": ""}, script.finish), script)
            if not is_ollama:
                self._send(b"data: [DONE]\n\n", script)

    def _send(self, data: bytes, script: Script) -> None:
        time.sleep(script.delay)
        self.wfile.write(data)
        self.wfile.flush()


def _openai(message: dict[str, Any], finish: str) -> bytes:
    choice = {"index": 0, "delta": {"role": "assistant", **message}, "finish_reason": finish or None}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "scripted", "choices": [choice]}
    return f"data: {json.dumps(chunk)}\n\n".encode()


def _ollama(message: dict[str, Any], finish: str) -> bytes:
    chunk: dict[str, Any] = {"model": "scripted", "created_at": "2024-01-01T00:00:00Z"}
    chunk |= {"message": {"role": "assistant", **message}}
    chunk |= {"done": True, "done_reason": finish} if finish else {"done": False}
    return f"{json.dumps(chunk)}\n".encode()


def _call(name: str, is_ollama: bool) -> dict[str, Any]:
    arguments: Any = {"path": "/etc/passwd"}
    function = {"name": name, "arguments": arguments if is_ollama else json.dumps(arguments)}
    return {"index": 0, "id": "call_1", "type": "function", "function": function}
