"""Render the pages of a PDF as images, and locate quotes on them.

A page is rendered only from the bytes that were indexed: a file that has changed since is shown as its indexed text.
No file is parsed in this process: workers do it, within limits of time and memory for each page. A page that cannot be
rendered is remembered, and not tried again.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from threading import BoundedSemaphore
from typing import Any, ClassVar, NamedTuple

from index.documents import Document, Span
from index.readers.passwords import read_passwords
from index.readers.pdf.pages import Box, PageLayout, PagePlaces, drawing_request, layout_request, layouts
from index.readers.registry import FORMATS
from index.sandbox.frames import Frame
from index.sandbox.process import Worker, WorkerCrashed, WorkerKilled, WorkerTimeout
from index.settings import Settings
from ui.services.pdf.bounded_cache import BoundedCache
from ui.services.pdf.jobs import JobQueue, QueueFull

DRAWING_LIMIT = 10.0  # seconds for a page; most take 0.2
LAYOUT_LIMIT = 5.0  # seconds for the heights and boxes of a click; most take 0.1
_TURN = 3.0  # seconds that a click waits for a worker before it shows the text alone
_CLICKS = 8  # layouts at a time, since each holds a thread of the server's pool
_MEMORY = 2 << 30  # bytes of address space of a worker
_NICENESS = 10  # drawing gives way to answering
_LARGEST = 64 << 20  # bytes of a page image
_CACHED_BYTES = 64 << 20  # bytes of page images that are kept in memory
_REMEMBERED = 10_000  # pages that cannot be drawn


class NotShown(Exception):
    """A page is not shown as an image; ``label`` names the message in ``ui.i18n.labels``."""

    label: ClassVar[str]


class FileChanged(NotShown):
    """The file is no longer the one that was indexed."""

    label = "file_changed"


class CannotDraw(NotShown):
    """The page takes too much time or memory, or it crashes pdfium."""

    label = "page_failed"


class TooBusy(NotShown):
    """Too many pages are being requested."""

    label = "pages_busy"


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page, and the boxes of each quote on it, by the number of the quote."""

    page: int  # from 1
    height: float  # in widths of the page
    highlighted: tuple[tuple[int, Box], ...] = ()
    failed: bool = False  # it was tried, and cannot be drawn


class _Page(NamedTuple):
    sha256: str
    page: int


@dataclass(slots=True)
class _Rendering:
    """A page that is being rendered, for all requests that wait for it."""

    future: "Future[Frame]"
    waiters: int = 0


class PageRenderer:
    """Renders the pages of the PDF files of a corpus."""

    def __init__(self, corpus: Callable[[], Path], queue: JobQueue | None = None) -> None:
        self.corpus, self.queue = corpus, queue or JobQueue(_worker)
        self._passwords = read_passwords(Settings.from_env().passwords)
        self._page_images: BoundedCache[_Page, bytes] = BoundedCache(_CACHED_BYTES, len)
        self._failed: BoundedCache[_Page, bool] = BoundedCache(_REMEMBERED)
        self._no_layout: BoundedCache[_Page, bool] = BoundedCache(_REMEMBERED)
        self._renderings: dict[_Page, _Rendering] = {}
        self._clicks = BoundedSemaphore(_CLICKS)

    def close(self) -> None:
        """End the workers."""
        self.queue.close()

    def render_around(self, document: Document, span: Span, quotes: Iterable[tuple[int, Span]]) -> list[PageImage]:
        """Return the pages that the span touches, two at most; none where pdfium cannot open the file.

        Raises:
            NotShown: the text is to be shown instead.
        """
        first = document.page_at(span.start) or 1
        last = document.page_at(max(span.start, span.end - 1)) or 1
        pages = PagePlaces.of(document, range(first, min(last, first + 1) + 1))
        numbered = list(quotes)
        layouts = self._layout(document, pages, [quote for _, quote in numbered])
        numbers = [number for number, _ in numbered]
        return [self._make_page_image(document, layout, numbers) for layout in layouts]

    async def png(self, document: Document, page: int) -> bytes:
        """Render a page (from 1), once for all concurrent requests.

        A job that has not begun is cancelled when all of them have gone.

        Raises:
            NotShown: there is no page image.
        """
        key = _Page(document.sha256, page)
        page_image = self._page_images.get(key)
        if page_image is not None:
            return page_image
        if key in self._failed:
            raise CannotDraw
        rendering = self._renderings.get(key) or self._begin(document, key)
        rendering.waiters += 1
        try:
            with suppress(Exception):  # ``_outcome`` tells it in our words
                await asyncio.shield(asyncio.wrap_future(rendering.future))
        finally:
            rendering.waiters -= 1
            if not rendering.waiters:
                rendering.future.cancel()  # no effect where it runs: it ends at its limit, and its result is kept
        return _page_image_of(_outcome(rendering.future))

    def _begin(self, document: Document, key: _Page) -> _Rendering:
        request = drawing_request(self.corpus(), document, key.page)
        rendering = self._renderings[key] = _Rendering(self._submit(document, request, DRAWING_LIMIT))
        rendering.future.add_done_callback(partial(self._keep, key))
        return rendering

    def _keep(self, key: _Page, future: "Future[Frame]") -> None:
        """Cache the outcome of a rendering."""
        self._renderings.pop(key, None)
        try:
            self._page_images.put(key, _page_image_of(_outcome(future)))
        except CannotDraw:
            self._failed.put(key, True)
        except NotShown:
            pass

    def _layout(self, document: Document, pages: Sequence[PagePlaces], spans: Sequence[Span]) -> list[PageLayout]:
        key = _Page(document.sha256, pages[0].page)
        if key in self._no_layout:
            raise CannotDraw
        if not self._clicks.acquire(blocking=False):
            raise TooBusy
        request = layout_request(self.corpus(), document, pages, spans)
        try:
            reply = _outcome(_wait_for_job(self._submit(document, request, LAYOUT_LIMIT, urgent=True)))
        except CannotDraw:
            self._no_layout.put(key, True)
            raise
        finally:
            self._clicks.release()
        return [] if "unopened" in reply.fields else layouts(reply)

    def _submit(
        self, document: Document, request: dict[str, Any], limit: float, *, urgent: bool = False
    ) -> "Future[Frame]":
        try:
            with_passwords = {**request, "passwords": self._passwords}
            return self.queue.submit(document.sha256, with_passwords, limit, urgent=urgent)
        except QueueFull as error:
            raise TooBusy from error

    def _make_page_image(self, document: Document, layout: PageLayout, numbers: Sequence[int]) -> PageImage:
        highlights = tuple((n, box) for n, boxes in zip(numbers, layout.boxes, strict=True) for box in boxes)
        return PageImage(layout.page, layout.height, highlights, _Page(document.sha256, layout.page) in self._failed)


def is_drawable(document: Document) -> bool:
    """Return whether the pages of a document can be shown as images: it is a PDF or an image."""
    file_format = FORMATS.get(PurePosixPath(document.id).suffix.lower())
    return bool(document.pages) and file_format is not None and file_format.recognises


def _worker() -> Worker:
    return Worker("index.workers.page_worker", memory=_MEMORY, niceness=_NICENESS, largest=_LARGEST)


def _wait_for_job(future: "Future[Frame]") -> "Future[Frame]":
    """Wait a short time for a job to begin, then for its end.

    Raises:
        TooBusy: it did not begin; it is forgotten.
    """
    try:
        future.exception(_TURN)
    except (TimeoutError, CancelledError):
        if future.cancel():
            raise TooBusy from None
    return future


def _outcome(future: "Future[Frame]") -> Frame:
    """Return the reply of a finished job."""
    if future.cancelled():
        raise TooBusy
    try:
        reply = future.result()
    except (WorkerKilled, OSError) as error:  # this says nothing of the page
        raise TooBusy from error
    except (WorkerTimeout, WorkerCrashed) as error:
        raise CannotDraw from error
    if "changed" in reply.fields:
        raise FileChanged
    if reply.fields.keys() & {"failed", "memory"}:
        raise CannotDraw
    return reply


def _page_image_of(reply: Frame) -> bytes:
    """Return the page image in a reply; pdfium returns none for a file it cannot open."""
    if not reply.parts:
        raise CannotDraw
    return reply.parts[0]
