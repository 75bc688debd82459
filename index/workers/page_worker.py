"""A worker that lays out and renders PDF pages: their height, where spans of their text are, what they look like.

A request names a file, the SHA-256 of its bytes, and that of the PDF, which may be inside it; it may have passwords
for what is locked. The reply is ``changed``
if the file holds other bytes, and ``unopened`` if pdfium cannot open it.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

import pypdfium2  # type: ignore[import-untyped]

from index.documents import Span
from index.errors import UnreadableFile
from index.readers.layout.letters import Letters, Rectangle
from index.readers.pdf.highlight import locate_spans
from index.readers.pdf.images import as_pdf
from index.readers.pdf.pages import PageLayout, PagePlaces, layout_frame
from index.readers.pdf.reader import PdfOpenError, open_pdf
from index.readers.registry import LARGEST
from index.readers.unpack import find_embedded
from index.sandbox.frames import Frame
from index.sandbox.worker import serve

_WIDTH = 1400  # pixels of a drawn page: sharp at twice the width of the pane
_LONGEST = 6000  # pixels of a page that is much longer than wide
_HIGHEST = 100.0  # in widths of the page; a higher one is damaged
_TURNED = 3.0  # times the height of a letter: a line so high runs up or down the page
_A4 = math.sqrt(2)


def handle_request(request: dict[str, Any]) -> Frame:
    """Reply to one request."""
    passwords = request.get("passwords", ())
    data = _read_unchanged(Path(request["path"]), request["file"], request["sha256"], passwords)
    if data is None:
        return Frame({"changed": True})
    try:
        with open_pdf(as_pdf(data), passwords) as pdf:
            return _draw(pdf, request["page"]) if request["task"] == "draw" else _layout(pdf, request)
    except (PdfOpenError, UnreadableFile):
        return Frame({"unopened": True})


def _read_unchanged(path: Path, file: str, digest: str, passwords: Sequence[str]) -> bytes | None:
    """Return the bytes of the PDF, which may be inside the file, if they are those that were indexed."""
    if not path.is_file() or path.stat().st_size > LARGEST:
        return None
    data = path.read_bytes()
    if sha256(data).hexdigest() != file:
        return None
    return data if file == digest else find_embedded(data, path.name, digest, passwords)


def _layout(pdf: Any, request: dict[str, Any]) -> Frame:
    spans = [Span(*span) for span in request["spans"]]
    pages = [PagePlaces.restored(*page) for page in request["pages"]]
    return layout_frame([_page_layout(pdf, places, spans) for places in pages if places.page <= len(pdf)])


def _page_layout(pdf: Any, places: PagePlaces, spans: list[Span]) -> PageLayout:
    try:
        page = pdf[places.page - 1]
    except pypdfium2.PdfiumError:  # the page is damaged
        return PageLayout(places.page, _A4, [[] for _ in spans])
    width, height = page.get_size()
    ratio = height / max(width, 1)
    with closing(Letters(page)) as letters:
        drawn = locate_spans(places, spans, partial(_locate_letters, letters))
    return PageLayout(places.page, ratio if 0 < ratio < _HIGHEST else _A4, drawn)


def _locate_letters(letters: Letters, first: int, last: int) -> Iterator[tuple[float, float, float, float]]:
    """Yield the boxes of characters of a page, one for each line, in fractions from the left and the top."""
    lines: list[list[Rectangle]] = []
    for number in range(first, min(last, letters.pdfium_count)):
        box = letters.box(number)
        if lines and _is_beside(lines[-1][-1], box):
            lines[-1].append(box)
        else:
            lines.append([box])
    width, height = max(letters.width, 1), max(letters.height, 1)
    for line in lines:
        lefts, bottoms, rights, tops = zip(*line, strict=True)
        bottom, top = median(bottoms), median(tops)  # of the line: a raised digit stands higher
        if max(tops) - min(bottoms) > _TURNED * (top - bottom):
            bottom, top = min(bottoms), max(tops)
        yield min(lefts) / width, 1 - top / height, max(rights) / width, 1 - bottom / height


def _is_beside(previous: Rectangle, box: Rectangle) -> bool:
    """Return whether a character is on the line of the one before it, which runs across the page, or up or down it."""
    if previous.bottom < (box.bottom + box.top) / 2 < previous.top:
        return True
    is_near = min(abs(box.bottom - previous.top), abs(previous.bottom - box.top)) < previous.right - previous.left
    return is_near and previous.left < (box.left + box.right) / 2 < previous.right


def _draw(pdf: Any, number: int) -> Frame:
    page = pdf[number - 1]
    width, height = page.get_size()
    scale = min(_WIDTH / max(width, 1), _LONGEST / max(height, 1))
    drawn = BytesIO()
    page.render(scale=scale).to_pil().save(drawn, "PNG")
    return Frame({}, (drawn.getvalue(),))


if __name__ == "__main__":
    serve(handle_request)
