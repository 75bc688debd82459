"""The schema of the page's events; anything else that is sent to Gradio is refused with 422.

Gradio accepts any JSON as the value of a component, and copies each «file» inside into a folder that it serves. So the
body of each event is first validated here, and serialized again from the validated fields: only strings and numbers
that the event uses reach Gradio.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs

from pydantic import BaseModel, BeforeValidator, Field, ValidationError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.security.refusal import refuse

Number = Annotated[int, Field(ge=0, lt=1 << 31)]
Name = Annotated[str, Field(max_length=4096)]
SessionHash = Annotated[str, Field(pattern=r"^[a-z0-9]{1,32}$")]
_BODY_HEADERS = (b"content-type", b"content-length", b"transfer-encoding")
_SESSION = re.compile(r"[a-z0-9]{1,32}")


class Payload(BaseModel, extra="ignore"):
    """The fields of an event; unknown ones are dropped."""


class Numbered(Payload):
    """An event that asks for the reading pane."""

    asked: Number = 0  # of several requests for the pane, the page shows the last


class Ask(Payload):
    """A question."""

    question: str
    fresh: bool = False  # whether it begins a new conversation


class Read(Numbered):
    """A citation of an answer, by turn and number, or a span of a document."""

    source: Name | None = None
    start: Number | None = None
    end: Number | None = None
    turn: Number | None = None
    n: Number | None = None
    near: Number | None = None


class Library(Numbered):
    """A search of the documents, and a page of its results."""

    query: Name = ""
    page: Annotated[int, Field(ge=1, lt=1 << 31)] = 1


class Verify(Numbered):
    """A text to compare with the documents."""

    text: str = ""


class Refused(Payload):
    """The reasons for which uploaded files were not added."""

    refused: Annotated[list[Name], Field(max_length=100_000)] = []


class Switch(Payload):
    """A switch, turned on or off."""

    on: Literal["", "on"]


class Watch(Switch, Numbered):
    """The switch that has the folder watched."""


class Identified(Payload):
    """The document or the conversation that the event is about."""

    id: Name


class Discard(Payload):
    """A removed document to delete permanently."""

    removed: Name  # the path of a removed file; Gradio takes a field named path for a file of its own


class Undo(Discard, Identified):
    """A removed document to restore."""


class Restore(Identified):
    """A deleted conversation to restore."""

    open: Literal["", "1"] = ""  # whether the page showed the conversation that was deleted


class Rename(Identified):
    """The new name of a conversation."""

    name: Name


class Judge(Payload):
    """What the person thinks of an answer."""

    turn: Number
    thumb: Literal["good", "bad"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A function of the page that a browser may call."""

    inputs: int  # values that it is given
    queued: bool  # whether it is called through the queue, or at once
    payload: type[Payload] | None = None  # of its event; None for events that carry nothing


def _or_empty(value: object) -> object:
    return "" if value is None else value


Value = Annotated[str, BeforeValidator(_or_empty)]  # of a component; one without a value is an empty text


class Call(BaseModel, extra="forbid"):
    """The body of a call, as Gradio's client writes it."""

    data: Annotated[list[Value], Field(max_length=4)]
    fn_index: Number
    session_hash: SessionHash
    event_data: dict[str, Any] | None = None
    trigger_id: Number | None = None


class Cancel(BaseModel, extra="forbid"):
    """The body of a request to stop an event."""

    event_id: SessionHash
    session_hash: SessionHash
    fn_index: Number


class Reset(BaseModel, extra="forbid"):
    """The body of a request to drop an event."""

    event_id: SessionHash


class EventSchema:
    """Validate the bodies of calls to Gradio, and pass on only the validated fields.

    ``endpoints`` are the functions by their index, and ``has_session`` tells whether a session has asked something.
    """

    def __init__(self, app: ASGIApp, endpoints: Mapping[int, Endpoint], has_session: Callable[[str], bool]) -> None:
        self.app, self.endpoints, self.has_session = app, endpoints, has_session
        self._readers: dict[str, Callable[[bytes], BaseModel]] = {
            "/gradio_api/queue/join": lambda body: self._call(body, queued=True),
            "/gradio_api/run/predict": lambda body: self._call(body, queued=False),
            "/gradio_api/cancel": Cancel.model_validate_json,
            "/gradio_api/reset": Reset.model_validate_json,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        if path == "/gradio_api/queue/data" and not self._is_listening(scope):
            await refuse(scope, receive, send, 404, "No event of this session is waited for.")
        elif path in self._readers:
            await self._check(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _check(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        if body is None:
            return await refuse(scope, receive, send, 413, "The event is too large.")
        try:
            understood = self._readers[scope["path"]](body).model_dump_json().encode()
        except (ValidationError, ValueError):
            return await refuse(scope, receive, send, 422, "This is no event of the page.")
        return await self.app(_as_json(scope, len(understood)), _replay(understood, receive), send)

    def _call(self, body: bytes, *, queued: bool) -> Call:
        """Parse a call.

        Raises:
            ValueError: it is none that the page makes.
        """
        call = Call.model_validate_json(body)
        endpoint = self.endpoints.get(call.fn_index)
        if endpoint is None or endpoint.queued != queued or len(call.data) != endpoint.inputs:
            raise ValueError("no such function of the page")
        event = endpoint.payload.model_validate(call.event_data or {}) if endpoint.payload else None
        return call.model_copy(update={"event_data": event.model_dump(exclude_none=True) if event else None})

    def _is_listening(self, scope: Scope) -> bool:
        values = parse_qs(scope["query_string"].decode("ascii", "replace")).get("session_hash", [])
        return len(values) == 1 and bool(_SESSION.fullmatch(values[0])) and self.has_session(values[0])


async def _body(receive: Receive) -> bytes | None:
    """Return the whole body of a request, or None if the client left or sent too much."""
    chunks: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


def _as_json(scope: Scope, length: int) -> Scope:
    headers = [pair for pair in scope["headers"] if pair[0] not in _BODY_HEADERS]
    body_headers = [(b"content-type", b"application/json"), (b"content-length", str(length).encode())]
    return {**scope, "headers": headers + body_headers}


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a ``receive`` that returns ``body`` first, then the client's next messages."""
    messages: list[Message] = [{"type": "http.request", "body": body}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay
