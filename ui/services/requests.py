"""Requests that programs send over HTTP and MCP, and messages for invalid ones."""

import datetime as dt
import logging
from typing import Self

from pydantic import BaseModel, Field, model_validator
from pydantic_core import ErrorDetails, PydanticSerializationError

from index.errors import UserError
from index.stores.base import StoreError
from rag.answer import Turn

_log = logging.getLogger("sourcier.store")
MOST = 100  # citations or passages
_SHOWN = 40  # characters of a value that is refused


class Request(BaseModel, extra="forbid"):
    """A request; unknown fields are refused."""

    @model_validator(mode="after")
    def check_characters(self) -> Self:
        """Refuse lone surrogates («\\ud800»), which JSON can name, but no text that is read or sent can hold.

        Raises:
            ValueError: a text holds one.
        """
        try:
            self.model_dump_json()
        except PydanticSerializationError:
            raise ValueError("it names half a character") from None
        return self


class Filtered(Request):
    """The arguments that ``rag.search`` and ``rag.ask`` share, except the question."""

    k: int = Field(10, ge=1, le=MOST)
    since: dt.date | None = None
    until: dt.date | None = None
    documents: list[str] = []


class SearchRequest(Filtered):
    """The body of ``/api/search``; the fields are the arguments of ``rag.search``."""

    question: str
    rerank: bool = True


class AskRequest(Filtered):
    """The body of ``/api/ask`` and ``/api/stream``; the fields are the arguments of ``rag.ask``."""

    question: str
    k: int | None = Field(3, ge=1, le=MOST)  # type: ignore[assignment]
    history: list[Turn] = []  # an answer as it was given
    write: bool = False  # whether the language model that the server was started with writes the answer


def describe(wrong: ErrorDetails, *, skip: int = 0) -> str:
    """Describe a validation error in one sentence, omitting the first ``skip`` names of its location."""
    if wrong["type"] == "json_invalid":
        return f"what was sent: no JSON from character {wrong['loc'][-1]} on. Send JSON in UTF-8."
    location = ".".join(str(key) for key in wrong["loc"][skip:]) or "what was sent"
    value = ascii(wrong.get("input"))
    input_note = f" (it is {value})" if len(value) <= _SHOWN and wrong["type"] != "missing" else ""
    return f"{location}: {wrong['msg']}{input_note}."


class CannotAskNow(UserError):
    """Questions cannot be answered, for a reason that only the operator of the server can fix."""


def hide_address(error: UserError) -> UserError:
    """Return the error as anybody may read it: the address of a failing store is only logged."""
    if not isinstance(error, StoreError):
        return error
    _log.warning("%s", error)
    return CannotAskNow("Questions cannot be answered at the moment. The log of the server says why.")
