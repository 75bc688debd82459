"""Requests and replies of the worker for PDF pages: types only, so that no parser is imported."""

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
    """The part of a document's text that comes from one page."""

    page: int  # from 1
    start: int  # offset in the text of the document
    text: str

    @classmethod
    def of(cls, document: Document, page: int) -> "PageText":
        """Return the text of a page without reading the rest of the document."""
        start = document.pages[page - 1]
        end = document.pages[page] if page < len(document.pages) else document.length
        return cls(page, start, document.slice(start, end))


class PageLayout(NamedTuple):
    """The height of a page relative to its width, and the boxes of spans on it."""

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
    """Return the reply with the layout of pages."""
    return Frame({}, (json.dumps(pages).encode(),))


def layouts(frame: Frame) -> list[PageLayout]:
    """Return the pages of a reply to ``layout_request``."""
    return [
        PageLayout(page, height, [[Box(*box) for box in span] for span in boxes])
        for page, height, boxes in json.loads(frame.parts[0])
    ]
