"""The HTTP API for other programs, in JSON: the functions of ``rag``, behind the guards of the page."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import chain
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.exceptions import HTTPException

import rag
from index import Index
from index.errors import InvalidQuestion, UserError
from rag.answer import Answer
from ui.services.requests import AskRequest, SearchRequest, describe, hide_address
from ui.services.status import read_state


class NoModel(InvalidQuestion):
    """A language model was requested to write the answer, and the server has none."""


def add_api(app: FastAPI, opened: Callable[[], Index], model: str | None = None) -> None:
    """Add the routes under ``/api`` for the index that ``opened`` returns; ``model`` writes answers on request."""
    app.include_router(_routes(opened, model))
    app.add_exception_handler(UserError, _describe_refusal)
    app.add_exception_handler(RequestValidationError, _describe_misread)
    app.add_exception_handler(HTTPException, _http_error)


def _routes(opened: Callable[[], Index], model: str | None) -> APIRouter:
    """Build the routes; each runs in a thread, so a slow question blocks no other."""
    routes = APIRouter(prefix="/api")

    @routes.post("/ask")
    def ask(request: AskRequest) -> dict[str, Any]:
        return rag.ask(index=opened(), **_arguments(request, model)).to_dict()

    @routes.post("/stream")
    def stream(request: AskRequest) -> StreamingResponse:
        grown = rag.stream(index=opened(), **_arguments(request, model))
        first = next(grown)  # an error is told before a status is sent
        return StreamingResponse(_lines(chain([first], grown)), media_type="application/x-ndjson")

    @routes.post("/search")
    def search(request: SearchRequest) -> list[dict[str, Any]]:
        return [asdict(hit) for hit in rag.search(index=opened(), **_arguments(request))]

    @routes.get("/status")
    def status() -> dict[str, Any]:
        return read_state(opened().folder)

    return routes


def _arguments(request: SearchRequest | AskRequest, model: str | None = None) -> dict[str, Any]:
    """Return the arguments of ``rag``; the model is the server's own, and clients cannot choose another."""
    arguments = {name: getattr(request, name) for name in type(request).model_fields}
    if arguments.pop("write", False):
        if not model:
            raise NoModel("No language model is set up here. Leave out “write”, or start the server with RAG_MODEL.")
        arguments["model"] = model
    return arguments


def _lines(answers: Iterator[Answer]) -> Iterator[str]:
    """Yield one complete answer per line, as JSON."""
    for answer in answers:
        yield json.dumps(answer.to_dict(), ensure_ascii=False) + "\n"


def _describe_refusal(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, UserError)
    return JSONResponse({"error": str(hide_address(error))}, 422 if isinstance(error, InvalidQuestion) else 503)


def _describe_misread(_: Request, error: Exception) -> JSONResponse:
    """Return the first validation error as one sentence."""
    assert isinstance(error, RequestValidationError)
    return JSONResponse({"error": describe(error.errors()[0], skip=1)}, 422)


def _http_error(_: Request, error: Exception) -> JSONResponse:
    """Answer errors of Starlette and FastAPI themselves; 400 is an unreadable body, which is 422 here."""
    assert isinstance(error, HTTPException)
    if error.status_code == 400:
        return JSONResponse({"error": "what was sent: it cannot be read. Send JSON in UTF-8."}, 422)
    return JSONResponse({"error": f"{error.detail}."}, error.status_code, error.headers)
