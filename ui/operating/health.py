"""Two routes for monitoring: does the server run, and can it answer. Both are public, and tell no more."""

from collections.abc import Callable

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from index import Index
from index.errors import NoDocuments, UserError

LIVE, READY = "/health/live", "/health/ready"


def add_health(app: FastAPI, opened: Callable[[], Index]) -> None:
    """Add both routes; ``opened`` returns the index, or raises why it cannot answer."""

    @app.get(LIVE)
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @app.get(READY)
    def ready() -> JSONResponse:
        """Report readiness, even without documents: they are added on the page."""
        try:
            opened()
        except NoDocuments:
            return JSONResponse({"status": "empty"})
        except UserError as error:
            return JSONResponse({"status": type(error).__name__}, 503)
        return JSONResponse({"status": "ready"})
