"""The pages of a PDF as pictures, with where its quotes stand on them.

A page is drawn only from the very bytes that were indexed: a file that has changed since is shown as its indexed text.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import Lock

from index.boxes import Box, boxes
from index.documents import Document, Span
from index.pdf import NotOpened, opened_pdf

WIDTH = 1400  # pixels of a drawn page: sharp at twice the width of the pane
LONGEST = 6000  # pixels of a page that is much longer than wide

_pdfium = Lock()  # pdfium is not made for two threads


@dataclass(frozen=True, slots=True)
class Picture:
    """One page, and the boxes of each quote on it, by the number of the quote."""

    page: int  # from 1
    height: float  # in widths of the page
    lit: tuple[tuple[int, Box], ...] = ()


class Pictures:
    """The pages of the PDF files of a corpus."""

    def __init__(self, corpus: Callable[[], Path]) -> None:
        self.corpus = corpus

    def unchanged(self, document: Document) -> bool:
        """Whether the file is the one that was indexed."""
        path = self.corpus() / document.id
        return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == document.sha256

    def around(self, document: Document, span: Span, quotes: Iterable[tuple[int, Span]]) -> list[Picture]:
        """The pages that the span touches, two at most; none where pdfium finds no PDF."""
        first = document.page_at(span.start) or 1
        last = document.page_at(max(span.start, span.end - 1)) or 1
        path = self.corpus() / document.id
        with _pdfium:
            lit = [(n, box) for n, quote in quotes for box in boxes(path, document, quote)]
            try:
                heights = _heights(path)
            except NotOpened:
                return []
        shown = range(first, min(last, first + 1, len(heights)) + 1)
        return [Picture(p, heights[p - 1], tuple((n, box) for n, box in lit if box.page == p)) for p in shown]

    def png(self, document: Document, page: int) -> bytes | None:
        """The page drawn; None where there is none, or where the file has changed."""
        if not (1 <= page <= len(document.pages) and self.unchanged(document)):
            return None
        with _pdfium, opened_pdf((self.corpus() / document.id).read_bytes()) as opened:
            width, height = opened[page - 1].get_size()
            scale = min(WIDTH / max(width, 1), LONGEST / max(height, 1))
            drawn = BytesIO()
            opened[page - 1].render(scale=scale).to_pil().save(drawn, "PNG")
            return drawn.getvalue()


def _heights(path: Path) -> list[float]:
    with opened_pdf(path.read_bytes()) as opened:
        sizes = [opened.get_page_size(number) for number in range(len(opened))]
    return [height / max(width, 1) for width, height in sizes]


def drawable(document: Document) -> bool:
    return bool(document.pages) and document.id.lower().endswith(".pdf")
