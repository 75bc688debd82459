"""What is asked of a worker for the pages of a PDF, and what it replies: types alone, so that no parser is loaded."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from index.documents import Document, Span
from index.sandbox.frames import Frame


class Box(NamedTuple):
    """A rectangle on a page, in fractions of its width and height, from the left and the top."""

    page: int  # from 1
    left: float
    top: float
    right: float
    bottom: float


class PageText(NamedTuple):
    """What one page gave to the text of its document."""

    page: int  # from 1
    start: int  # offset in the text of the document
    text: str

    @classmethod
    def of(cls, document: Document, page: int) -> "PageText":
        """The text of a page, without reading the rest of the document."""
        start = document.pages[page - 1]
        end = document.pages[page] if page < len(document.pages) else document.length
        return cls(page, start, document.slice(start, end))


class PageLayout(NamedTuple):
    """How high a page is, and where spans stand on it."""

    page: int  # from 1
    height: float  # in widths of the page
    boxes: list[list[Box]]  # of each span, one for each line


def layout_request(path: Path, sha256: str, pages: Sequence[PageText], spans: Sequence[Span]) -> dict[str, Any]:
    """Ask for the layout of pages with the spans that stand on them, all in one visit to the file."""
    return {"task": "layout", "path": str(path), "sha256": sha256, "pages": pages, "spans": spans}


def drawing_request(path: Path, sha256: str, page: int) -> dict[str, Any]:
    """Ask for one page (from 1) as a PNG."""
    return {"task": "draw", "path": str(path), "sha256": sha256, "page": page}


def layout_frame(pages: Sequence[PageLayout]) -> Frame:
    return Frame({}, (json.dumps(pages).encode(),))


def layouts(frame: Frame) -> list[PageLayout]:
    """Return the pages of a reply to ``layout_request``."""
    return [
        PageLayout(page, height, [[Box(*box) for box in span] for span in boxes])
        for page, height, boxes in json.loads(frame.parts[0])
    ]
