"""Where a span stands on the pages of a PDF, as the worker for pages tells it."""

from pathlib import Path

from index.documents import Document, Span
from index.readers.pdf.pages import Box, PageText, layout_request, layouts
from index.workers import page_worker


def boxes(path: Path, document: Document, span: Span) -> list[Box]:
    """One for each line that the span touches; none where the file has changed."""
    touched = range(document.page_at(span.start), document.page_at(span.end - 1) + 1)
    pages = [PageText.of(document, page) for page in touched]
    reply = page_worker.answer(layout_request(path, document.sha256, pages, [span]))
    return [box for layout in layouts(reply) for box in layout.boxes[0]] if reply.parts else []
