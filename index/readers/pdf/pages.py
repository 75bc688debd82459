"""Requests and replies of the worker for pages: types only, so that no parser is imported."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from index.documents import Document, Span
from index.places import PlacedWord, Run, runs_and_words
from index.sandbox.frames import Frame


class Box(NamedTuple):
    """A rectangle on a page, in fractions of its width and height, from the left and the top."""

    page: int  # from 1
    left: float
    top: float
    right: float
    bottom: float


class PagePlaces(NamedTuple):
    """Where the characters of a document stand on one page."""

    page: int  # from 1
    runs: Sequence[Run]
    words: Sequence[PlacedWord]

    @classmethod
    def of(cls, document: Document, pages: Sequence[int]) -> "list[PagePlaces]":
        """Return the places of some pages of a document."""
        runs, words = runs_and_words(document.places)
        return [
            cls(page, [run for run in runs if run.page == page], [word for word in words if word.page == page])
            for page in pages
        ]

    @classmethod
    def restored(cls, page: int, runs: Sequence[Sequence[int]], words: Sequence[Sequence[int]]) -> "PagePlaces":
        """Return the places that a request has as JSON."""
        return cls(page, [Run(*run) for run in runs], [PlacedWord(*word) for word in words])


class PageLayout(NamedTuple):
    """The height of a page relative to its width, and the boxes of spans on it."""

    page: int  # from 1
    height: float  # in widths of the page
    boxes: list[list[Box]]  # of each span, one for each line


def layout_request(
    corpus: Path, document: Document, pages: Sequence[PagePlaces], spans: Sequence[Span]
) -> dict[str, Any]:
    """Ask for the layout of pages with the spans that stand on them, all in one visit to the file."""
    return {"task": "layout", "pages": pages, "spans": spans, **_file(corpus, document)}


def drawing_request(corpus: Path, document: Document, page: int) -> dict[str, Any]:
    """Ask for one page (from 1) as a PNG."""
    return {"task": "draw", "page": page, **_file(corpus, document)}


def _file(corpus: Path, document: Document) -> dict[str, str]:
    """Name the file on the disk and its hash, and that of the document, which may be inside it."""
    return {"path": str(corpus / document.file.id), "file": document.file.sha256, "sha256": document.sha256}


def layout_frame(pages: Sequence[PageLayout]) -> Frame:
    """Return the reply with the layout of pages."""
    return Frame({}, (json.dumps(pages).encode(),))


def layouts(frame: Frame) -> list[PageLayout]:
    """Return the pages of a reply to ``layout_request``."""
    return [
        PageLayout(page, height, [[Box(*box) for box in span] for span in boxes])
        for page, height, boxes in json.loads(frame.parts[0])
    ]
