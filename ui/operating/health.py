"""Two routes for whoever watches the server: does it run, and can it answer. They are open to all, and tell no more."""

from collections.abc import Callable

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from index import Index
from index.errors import NoDocuments, UserError

LIVE, READY = "/health/live", "/health/ready"


def add_health(app: FastAPI, opened: Callable[[], Index]) -> None:
    """Add both routes; ``opened`` returns the index, or raises what keeps it from answering."""

    @app.get(LIVE)
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @app.get(READY)
    def ready() -> JSONResponse:
        """Report readiness, also without documents: they are added on the page."""
        try:
            opened()
        except NoDocuments:
            return JSONResponse({"status": "empty"})
        except UserError as error:
            return JSONResponse({"status": type(error).__name__}, 503)
        return JSONResponse({"status": "ready"})
