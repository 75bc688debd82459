"""PDF files for tests: written by Chromium, read, and where a span stands on their pages."""

import json
import shutil
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import sync_playwright

from index.documents import Document, Span
from index.readers.pdf.pages import Box, PagePlaces, layout_request, layouts
from index.readers.registry import read
from index.workers import page_worker


def boxes(path: Path, document: Document, span: Span) -> list[Box]:
    """One for each line that the span touches; none where the file has changed."""
    touched = range(document.page_at(span.start), document.page_at(span.end - 1) + 1)
    request = layout_request(path.parent, document, PagePlaces.of(document, touched), [span])
    reply = page_worker.answer(json.loads(json.dumps(request, default=str)))
    return [box for layout in layouts(reply) for box in layout.boxes[0]] if reply.parts else []


def chromium_pdf(path: Path, html: str, **options: object) -> Path:
    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        if not Path(playwright.chromium.executable_path).exists() and executable is None:
            pytest.skip("no Chromium")
        browser = playwright.chromium.launch(executable_path=executable)
        page = browser.new_page()
        page.set_content(html)
        page.pdf(path=path, **(options or {"format": "A4"}))
        browser.close()
    return path


def document(path: Path):
    sha256, reading = read(path)
    return reading.document(path.name, sha256)


def text_in_box(path: Path, number: int, box) -> str:
    """What pdfium finds in a box."""
    page = pypdfium2.PdfDocument(path)[number - 1]
    width, height = page.get_size()
    sides = (box.left * width, (1 - box.bottom) * height, box.right * width, (1 - box.top) * height)
    return page.get_textpage().get_text_bounded(*sides).replace("\x02", "-")  # its mark for a hyphen that ends a line
