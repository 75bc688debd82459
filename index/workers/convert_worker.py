"""A worker that converts a batch of old office files: the other side of ``index.workers.conversions``."""

from pathlib import Path
from typing import Any

from index.converters.libreoffice import convert_files
from index.sandbox.frames import Frame
from index.sandbox.worker import serve


def handle_request(request: dict[str, Any]) -> Frame:
    """Reply to one request: the files of a folder that became which."""
    folder = Path(request["folder"])
    sources = [folder / name for name in request["sources"]]
    outcomes = zip(sources, convert_files(sources, folder), strict=True)
    converted = {source.name: str(outcome) for source, outcome in outcomes if isinstance(outcome, Path)}
    return Frame({"converted": converted})


if __name__ == "__main__":
    serve(handle_request)
