"""What programs may ask, over HTTP and over MCP, and the sentence that says what is wrong with a request."""

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
    """Values that a program sends; a name that is not known is refused."""

    @model_validator(mode="after")
    def check_characters(self) -> Self:
        """Refuse half a character («\\ud800»), which JSON may name, and nothing that is read or sent can hold.

        Raises:
            ValueError: a text holds one.
        """
        try:
            self.model_dump_json()
        except PydanticSerializationError:
            raise ValueError("it names half a character") from None
        return self


class Filtered(Request):
    """The arguments that ``rag.search`` and ``rag.ask`` share, but the question."""

    k: int = Field(10, ge=1, le=MOST)
    since: dt.date | None = None
    until: dt.date | None = None
    documents: list[str] = []


class SearchRequest(Filtered):
    """What ``/api/search`` takes; the fields are the arguments of ``rag.search``."""

    question: str
    rerank: bool = True


class AskRequest(Filtered):
    """What ``/api/ask`` and ``/api/stream`` take; the fields are the arguments of ``rag.ask``."""

    question: str
    k: int | None = Field(3, ge=1, le=MOST)  # type: ignore[assignment]
    history: list[Turn] = []  # an answer as it was given
    write: bool = False  # whether the language model that the server was started with writes the answer


def describe(wrong: ErrorDetails, *, skip: int = 0) -> str:
    """Return the sentence for an error of validation, without the first ``skip`` names of its place."""
    if wrong["type"] == "json_invalid":
        return f"what was sent: no JSON from character {wrong['loc'][-1]} on. Send JSON in UTF-8."
    where = ".".join(str(key) for key in wrong["loc"][skip:]) or "what was sent"
    value = ascii(wrong.get("input"))
    input_note = f" (it is {value})" if len(value) <= _SHOWN and wrong["type"] != "missing" else ""
    return f"{where}: {wrong['msg']}{input_note}."


class CannotAskNow(UserError):
    """The documents cannot be asked, for a reason that only whoever runs the server can mend."""


def for_askers(error: UserError) -> UserError:
    """Return the error as anybody may read it: where a store is that fails stands in the log alone."""
    if not isinstance(error, StoreError):
        return error
    _log.warning("%s", error)
    return CannotAskNow("The documents cannot be asked at the moment. The log of the server says why.")
