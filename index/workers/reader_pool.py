"""Read files so that none can harm a rebuild: all but small plain texts are read by worker processes."""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any

from index.errors import ProgramMissing, ReaderKilled, UnreadableFile
from index.files import sha256_of
from index.readers import registry
from index.readers.ocr import Ocr, Scans
from index.sandbox.frames import Frame
from index.sandbox.process import AnyWorker, StartWorker, Worker, WorkerCrashed, WorkerKilled, WorkerTimeout
from index.workers.conversions import Conversions
from index.workers.read_worker import ReadFile, chunk_document, from_frame
from index.workers.recogniser import Recogniser

TIME_LIMIT = 300.0  # seconds that a file may take
MEMORY_LIMIT = 4 << 30  # bytes that a worker may take


OnPage = Callable[[int, int], None]  # how many pages OCR began to read, and how many there are


def _ignore_page(page: int, pages: int) -> None: ...


class ReaderPool:
    """Reads and chunks files. Each calling thread has a worker of its own, started when a file first needs one.

    Args:
        time_limit: seconds that a file may take.
        coming: the files that will be read, in order; old office files among them are converted in batches.
        recogniser: reads pictures of text by OCR; it is closed with the pool.
        passwords: they are tried on locked files.
        start: starts a worker.
    """

    def __init__(
        self,
        time_limit: float = TIME_LIMIT,
        coming: Sequence[Path] = (),
        recogniser: Recogniser | None = None,
        passwords: Sequence[str] = (),
        start: StartWorker = Worker,
    ) -> None:
        self._time_limit, self._recogniser, self._passwords, self._start = time_limit, recogniser, passwords, start
        self._conversions = Conversions(coming)
        self._thread_local = threading.local()
        self._workers: list[AnyWorker] = []
        self._lock, self._closed = threading.Lock(), False

    def __enter__(self) -> "ReaderPool":
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._closed = True
        for worker in self._workers:
            worker.close()
        self._conversions.close()
        if self._recogniser is not None:
            self._recogniser.close()

    def read(self, path: Path, file_format: registry.Format, on_page: OnPage = _ignore_page) -> ReadFile:
        """Read and chunk a file, and those inside it. ``on_page`` hears which page OCR reads, and of how many.

        Raises:
            UnreadableFile: the file cannot be read as text, takes too long or too much memory, or crashes its parser.
            ProgramMissing: a program that would convert it is not installed.
            ReaderKilled: something killed the worker from outside.
            OSError: the file cannot be opened.
        """
        # Small texts stay in this process, which spares a rebuild of texts the start of its workers, 0.2 s each. It
        # costs that nothing but their size bounds their time: 0.1 s at most was found.
        parsed_here = registry.read_small(path, file_format) if file_format.small else None
        if parsed_here is None:
            return self._read_isolated(path, on_page)
        digest, parsed = parsed_here
        return ReadFile(digest, (chunk_document(digest, parsed, format=file_format.id),), parsed.warnings, {})

    def _read_isolated(self, path: Path, on_page: OnPage = _ignore_page) -> ReadFile:
        try:
            with self._conversions.converted(path) as converted, TemporaryDirectory(prefix="scans-") as scan_folder:
                request = {"path": str(path), "passwords": self._passwords}
                first = {**request, "scan_folder": scan_folder} | ({"converted": str(converted)} if converted else {})
                reply = self._worker().ask(first, self._time_limit)
                if reply.fields.get("scans") and self._recogniser is not None:
                    ocr = _recognise(path, Path(scan_folder), reply.fields["scans"], self._recogniser, on_page)
                    reply = self._worker().ask({**request, "ocr": ocr}, self._time_limit)
            return _outcome(reply)
        except WorkerTimeout as error:
            raise UnreadableFile("it takes more than {:g} seconds to read", error.limit) from error
        except WorkerKilled as error:
            raise ReaderKilled("the parser was stopped from outside (exit status {})", error.status) from error
        except WorkerCrashed as error:
            raise UnreadableFile("the parser crashed (exit status {})", error.status) from error

    def _worker(self) -> AnyWorker:
        worker: AnyWorker | None = getattr(self._thread_local, "worker", None)
        if worker is None:
            worker = self._thread_local.worker = self._start("index.workers.read_worker", memory=MEMORY_LIMIT)
            with self._lock:
                self._workers.append(worker)
                if self._closed:
                    worker.close()
        return worker


def _recognise(path: Path, scan_folder: Path, scans: Scans, recogniser: Recogniser, on_page: OnPage) -> dict[str, Any]:
    """Return what OCR reads of a file and those inside it, which are in ``scan_folder``; no word without an engine."""
    state, total = recogniser.engine.state, sum(map(len, scans.values()))
    recognised, done_pages = dict[str, Any](), 0
    for name, pages in scans.items():
        file, digest = (scan_folder / name, name) if name else (path, sha256_of(path))
        words = (
            recogniser.recognise(file, digest, pages, partial(_report_page_after, done_pages, total, on_page))
            if state == "on"
            else {}
        )
        recognised[name], done_pages = Ocr(state, words).to_plain(), done_pages + len(pages)
    return recognised


def _report_page_after(done_pages: int, total: int, on_page: OnPage, page: int, pages: int) -> None:
    """Report a page of one file as one of all files inside."""
    on_page(done_pages + page, total)


def _outcome(reply: Frame) -> ReadFile:
    fields = reply.fields
    if "missing" in fields:
        missing = fields["missing"]
        raise ProgramMissing(*missing)
    if "unreadable" in fields:
        reason = fields["unreadable"]
        raise UnreadableFile(*reason)
    if "closed" in fields:
        raise OSError(0, fields["closed"])
    if "memory" in fields:
        raise UnreadableFile("reading it takes more than {} GiB of memory", fields["memory"] >> 30)
    if "failed" in fields:
        raise UnreadableFile("the parser failed ({}: {})", *fields["failed"])
    return from_frame(reply)
