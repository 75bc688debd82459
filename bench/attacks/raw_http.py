"""Send the bytes of a request as they are, well formed or not, and read the reply."""

import io
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http.client import HTTPException, HTTPResponse
from typing import Any

LIMIT = 30.0  # seconds for a reply
_LISTENING = 3.0  # seconds to listen to a stream of events, which may have no end
_LAST = (b'"process_completed"', b'"close_stream"', b'"unexpected_error"')


@dataclass(frozen=True, slots=True)
class Request:
    """A request; ``tree`` is the JSON value of its body, if it has one that can be made smaller."""

    kind: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    tree: Any = None
    session: str = ""  # of the page, whose stream of events tells what came of it
    cut: int | None = None  # bytes that are sent before the connection is closed for writing

    @property
    def data(self) -> bytes:
        """All bytes of the request, including the headers that it does not set itself."""
        header_names = {name.lower() for name, _ in self.headers}
        lines = [f"{self.method} {self.target} HTTP/1.1"]
        lines += [] if "host" in header_names else ["Host: 127.0.0.1"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        lines += [] if "connection" in header_names else ["Connection: close"]
        lines += [] if header_names & {"content-length", "transfer-encoding"} else [f"Content-Length: {len(self.body)}"]
        message = "\r\n".join(lines).encode("utf-8", "surrogatepass") + b"\r\n\r\n" + self.body
        return message[: self.cut]

    @property
    def may_be_ignored(self) -> bool:
        """Return whether no reply is right: the server waits for what never comes."""
        lengths = {"content-length", "transfer-encoding", "expect", "upgrade", "connection"}
        return self.cut is not None or any(name.lower() in lengths for name, _ in self.headers)


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply; ``status`` is None if there was no HTTP reply."""

    status: int | None
    headers: Mapping[str, str]
    body: bytes
    data: bytes  # all of it
    seconds: float = 0.0
    timed_out: bool = False
    was_reset: bool = False  # the server closed while more was sent, which takes the reply away


def exchange(port: int, request: Request, limit: float = LIMIT) -> Reply:
    """Send a request over its own connection, and read until the server closes it or the time is up."""
    start_time = time.monotonic()
    data, timed_out, was_reset = b"", False, False
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=limit) as connection:
            connection.sendall(request.data)
            if request.may_be_ignored:
                connection.shutdown(socket.SHUT_WR)
            data = _read(connection, start_time, limit)
    except TimeoutError:
        timed_out = True
    except ConnectionRefusedError:  # the server is no more, which is no reply
        pass
    except OSError:
        was_reset = True
    reply = _parsed(data, request.method)
    return replace(reply, seconds=time.monotonic() - start_time, timed_out=timed_out, was_reset=was_reset)


def _read(connection: socket.socket, start_time: float, limit: float) -> bytes:
    """Read all that comes; of an event stream, all before its last event, or for a few seconds."""
    data, is_stream = b"", False
    while True:
        until = start_time + (_LISTENING if is_stream else limit)
        connection.settimeout(max(0.01, until - time.monotonic()))
        try:
            piece = connection.recv(1 << 16)
        except TimeoutError:
            if is_stream:
                return data
            raise
        data += piece
        is_stream = is_stream or b"text/event-stream" in data[:4_000]
        if not piece or (is_stream and any(mark in data for mark in _LAST)):
            return data


class _Received:
    """Bytes behind the socket interface that ``HTTPResponse`` expects."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def makefile(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self.data)


def _parsed(data: bytes, method: str) -> Reply:
    response = HTTPResponse(_Received(data), method=method)  # type: ignore[arg-type]
    try:
        response.begin()
    except (HTTPException, OSError, ValueError):
        return Reply(None, {}, b"", data)
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Reply(response.status, headers, _body(response.read, data), data)


def _body(read: Callable[[], bytes], data: bytes) -> bytes:
    try:
        return read()
    except (HTTPException, OSError, ValueError):  # it ended early
        return data.partition(b"\r\n\r\n")[2]
