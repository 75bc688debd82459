"""Pages are drawn within limits; a page that cannot be drawn costs nothing but itself."""

import asyncio
import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

import pytest
from waiting import until, until_in_loop

from bench.attacks import pdf_bombs
from index.documents import Document, Span
from index.readers.pdf.reader import read_pdf
from index.sandbox.process import Worker
from ui.services.pdf import pages as pdf_pages
from ui.services.pdf.jobs import JobQueue
from ui.services.pdf.pages import CannotDraw, FileChanged, PageRenderer, TooBusy

pytestmark = pytest.mark.slow

PNG = b"\x89PNG\r\n\x1a\n"
ROOT = Path(__file__).parents[4]
WHOLE = Span(0, len(pdf_bombs.SENTENCE))


class CountedQueue(JobQueue):
    """Keeps what was asked for."""

    def __init__(self, memory: int = 1 << 30) -> None:
        super().__init__(lambda: Worker("index.workers.page_worker", memory=memory))
        self.requests: list[tuple[str, int]] = []

    def submit(self, document, request, limit, **options):
        self.requests.append((request["task"], request.get("page") or len(request["spans"])))
        return super().submit(document, request, limit, **options)


@pytest.fixture
def queue() -> CountedQueue:
    return CountedQueue()


@pytest.fixture
def renderer(tmp_path, queue) -> Iterator[PageRenderer]:
    renderer = PageRenderer(lambda: tmp_path, queue)
    yield renderer
    renderer.close()
    assert queue.pids == set()


def put(folder: Path, name: str, data: bytes, pages: int = 1) -> Document:
    """A file, and its document as if it had been indexed."""
    (folder / name).write_bytes(data)
    sentences = pdf_bombs.sentences(pages)
    starts = tuple(accumulate((len(sentence) + 2 for sentence in sentences[:-1]), initial=0))
    return Document(name, "\n\n".join(sentences), hashlib.sha256(data).hexdigest(), "Le barrage", pages=starts)


def draw_page(renderer: PageRenderer, document: Document, page: int = 1) -> bytes:
    return asyncio.run(renderer.png(document, page))


def test_all_quotes_of_a_click_take_one_visit_to_the_file(renderer, queue, tmp_path):
    document = replace(put(tmp_path, "a.pdf", pdf_bombs.plain(3), 3), places=read_pdf(pdf_bombs.plain(3)).places)
    second = Span(WHOLE.end + 2, WHOLE.end + 12)
    page_images = renderer.render_around(
        document, Span(3, second.end), [(1, WHOLE), (2, second), (3, Span(0, 2)), (7, WHOLE)]
    )
    assert queue.requests == [("layout", 4)]
    assert [(page_image.page, sorted({n for n, _ in page_image.highlighted})) for page_image in page_images] == [
        (1, [1, 3, 7]),
        (2, [2]),
    ]
    assert all(abs(page_image.height - 842 / 595) < 1e-6 for page_image in page_images)
    boxes = dict(page_images[0].highlighted)
    assert boxes[1] == boxes[7]
    assert boxes[3].right < boxes[1].right
    assert 0.1 < boxes[1].left < boxes[1].right < 0.9
    assert 0.1 < boxes[1].top < boxes[1].bottom < 0.2


def test_a_page_is_drawn_once_and_kept(renderer, queue, tmp_path):
    document = put(tmp_path, "a.pdf", pdf_bombs.plain(2), 2)
    assert draw_page(renderer, document).startswith(PNG)
    assert draw_page(renderer, document) == draw_page(renderer, document)
    assert draw_page(renderer, document, 2).startswith(PNG)
    assert queue.requests == [("draw", 1), ("draw", 2)]


@pytest.mark.parametrize("make", [pytest.param(pdf_bombs.strokes, marks=pytest.mark.exhaustive), pdf_bombs.shading])
def test_a_page_that_takes_too_long_is_not_tried_again_and_holds_up_no_other(
    renderer, queue, tmp_path, monkeypatch, make
):
    monkeypatch.setattr(pdf_pages, "LAYOUT_LIMIT", 60.0)
    endless, plain = put(tmp_path, "a.pdf", make()), put(tmp_path, "b.pdf", pdf_bombs.plain(2), 2)
    other = put(tmp_path, "c.pdf", pdf_bombs.plain(3), 3)

    async def both() -> None:
        await asyncio.gather(renderer.png(plain, 1), renderer.png(other, 1))  # both processes have started
        monkeypatch.setattr(pdf_pages, "DRAWING_LIMIT", 5.0)
        waiting = asyncio.ensure_future(renderer.png(endless, 1))
        await until_in_loop(lambda: queue.requests[-1:] == [("draw", 1)] and len(queue.requests) == 3)
        monkeypatch.setattr(pdf_pages, "DRAWING_LIMIT", 60.0)
        assert (await renderer.png(plain, 2)).startswith(PNG)
        assert not waiting.done()
        with pytest.raises(CannotDraw):
            await waiting

    asyncio.run(both())
    (page_image,) = renderer.render_around(endless, WHOLE, [(1, WHOLE)])
    assert page_image.failed
    request_count, began = len(queue.requests), time.monotonic()
    with pytest.raises(CannotDraw):
        draw_page(renderer, endless)
    assert len(queue.requests) == request_count
    assert time.monotonic() - began < 0.5


def test_a_crash_costs_its_page_alone(tmp_path):
    queue = CountedQueue(memory=300 << 20)
    renderer = PageRenderer(lambda: tmp_path, queue)
    crash, plain = put(tmp_path, "a.pdf", pdf_bombs.crash()), put(tmp_path, "b.pdf", pdf_bombs.plain())
    for _ in range(2):
        with pytest.raises(CannotDraw):
            draw_page(renderer, crash)
        with pytest.raises(CannotDraw):
            renderer.render_around(crash, WHOLE, [])
        assert draw_page(renderer, plain).startswith(PNG)
    assert queue.requests == [("draw", 1), ("layout", 0), ("draw", 1)]
    renderer.close()


@pytest.mark.posix
def test_a_worker_that_something_else_ended_says_nothing_of_the_page(renderer, queue, tmp_path):
    document = put(tmp_path, "a.pdf", pdf_bombs.shading())

    async def killed() -> None:
        waiting = asyncio.ensure_future(renderer.png(document, 1))
        await until_in_loop(lambda: queue.pids)
        await asyncio.sleep(0.5)  # it draws, which takes seconds
        for pid in queue.pids:
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(TooBusy):
            await waiting

    asyncio.run(killed())
    (page_image,) = renderer.render_around(document, WHOLE, [])
    assert not page_image.failed


def test_a_page_that_many_ask_for_is_drawn_once(renderer, queue, tmp_path):
    document = put(tmp_path, "a.pdf", pdf_bombs.plain())

    async def many() -> list[bytes]:
        return await asyncio.gather(*(renderer.png(document, 1) for _ in range(45)))

    assert len(set(asyncio.run(many()))) == 1
    assert queue.requests == [("draw", 1)]


def test_too_many_pages_are_refused_at_once(renderer, queue, tmp_path, monkeypatch):
    monkeypatch.setattr(pdf_pages, "DRAWING_LIMIT", 60.0)  # none is given up while the others are counted
    document = put(tmp_path, "a.pdf", pdf_bombs.shading(45), 45)

    async def many() -> int:
        first = asyncio.ensure_future(renderer.png(document, 1))
        await until_in_loop(lambda: queue.pids and not queue.waiting)
        others = [asyncio.ensure_future(renderer.png(document, page)) for page in range(2, 46)]

        def refused() -> int:
            return sum(isinstance(task.exception(), TooBusy) for task in others if task.done())

        await until_in_loop(lambda: refused() == 44 - 8)
        count = refused()
        renderer.close()
        await asyncio.gather(first, *others, return_exceptions=True)
        return count

    assert asyncio.run(many()) == 44 - 8


def test_a_page_that_nobody_waits_for_any_more_is_not_drawn(renderer, queue, tmp_path, monkeypatch):
    monkeypatch.setattr(pdf_pages, "DRAWING_LIMIT", 2.0)
    monkeypatch.setattr(pdf_pages, "_TURN", 60.0)
    document = put(tmp_path, "a.pdf", pdf_bombs.shading(3), 3)

    async def gone() -> None:
        waiting = [asyncio.ensure_future(renderer.png(document, page)) for page in (1, 2, 2, 3)]
        await until_in_loop(lambda: queue.pids and queue.waiting == 2)
        waiting[1].cancel()  # another still waits for page 2
        waiting[3].cancel()
        await until_in_loop(lambda: queue.waiting == 1)
        waiting[2].cancel()
        await until_in_loop(lambda: queue.waiting == 0)
        waiting[0].cancel()  # it has begun: it ends at its limit, and is remembered
        await asyncio.gather(*waiting, return_exceptions=True)

    asyncio.run(gone())
    until(lambda: any(page_image.failed for page_image in renderer.render_around(document, WHOLE, [])))
    with pytest.raises(CannotDraw):
        draw_page(renderer, document)


def test_only_the_bytes_that_were_indexed_are_shown(renderer, tmp_path):
    document = put(tmp_path, "a.pdf", pdf_bombs.plain())
    (tmp_path / "a.pdf").write_bytes(pdf_bombs.plain() + b"% changed")
    with pytest.raises(FileChanged):
        renderer.render_around(document, WHOLE, [])
    with pytest.raises(FileChanged):
        draw_page(renderer, document)
    (tmp_path / "a.pdf").unlink()
    with pytest.raises(FileChanged):
        renderer.render_around(document, WHOLE, [])
    (tmp_path / "a.pdf").write_bytes(pdf_bombs.plain())
    assert draw_page(renderer, document).startswith(PNG)  # a change is not remembered


def test_a_file_that_pdfium_cannot_open_is_shown_as_text_without_a_word(renderer, tmp_path):
    assert renderer.render_around(put(tmp_path, "a.pdf", b"no pdf"), WHOLE, []) == []


def test_a_click_does_not_wait_long_behind_a_page_of_the_same_file(renderer, tmp_path, monkeypatch):
    monkeypatch.setattr(pdf_pages, "_TURN", 0.2)
    document = put(tmp_path, "a.pdf", pdf_bombs.shading())

    def draw_slowly() -> None:
        with suppress(TooBusy):
            draw_page(renderer, document)

    thread = threading.Thread(target=draw_slowly)
    thread.start()
    until(lambda: renderer.queue.pids and not renderer.queue.waiting)
    began = time.monotonic()
    with pytest.raises(TooBusy):
        renderer.render_around(document, WHOLE, [])
    assert time.monotonic() - began < 2
    renderer.close()
    thread.join()


def test_no_parser_of_pdf_files_is_loaded_where_pages_are_shown(tmp_path):
    document = put(tmp_path, "a.pdf", pdf_bombs.plain())
    code = f"""
import asyncio, sys
from pathlib import Path
from bench.attacks import pdf_bombs
from index.documents import Document, Span
from ui.services.pdf.pages import PageRenderer
shown = PageRenderer(lambda: Path({str(tmp_path)!r}))
document = Document("a.pdf", {document.text!r}, {document.sha256!r}, "", pages=(0,))
assert shown.render_around(document, Span(0, 9), [])
assert asyncio.run(shown.png(document, 1))
print(sorted(name for name in sys.modules if name.startswith(("pypdf", "PIL", "lxml"))))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
