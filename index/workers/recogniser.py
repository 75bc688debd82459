"""OCR by the system's tesseract: pages of scans are drawn and read by worker processes, some at a time, and kept."""

import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple, Protocol

from index.readers.ocr import OcrState, RecognisedWord
from index.sandbox.process import AnyWorker, StartWorker, Worker, WorkerKilled, WorkerLost

VERSION = 2  # of how a page is drawn for the program, and of what is kept of its words
PROCESSES = 2
PAGE_LIMIT = 90.0  # seconds for a page; most take one or two
_ANSWER = 10.0  # seconds in which the program says its version
_LANGUAGES = ("fra", "eng")
_MEMORY = 4 << 30  # bytes of a worker
_NICENESS = 5


class OcrEngine(NamedTuple):
    """The program for OCR as it is installed; without ``program`` none is, or it is switched off."""

    state: OcrState
    program: str = ""
    version: str = ""
    languages: str = ""  # as tesseract takes them: «fra+eng»

    @property
    def fingerprint(self) -> str:
        """What decides how a page is read."""
        return " ".join((self.state, self.version, self.languages, str(VERSION)))


NO_ENGINE = OcrEngine("off")


def find_engine(*, enabled: bool = True) -> OcrEngine:
    """Return tesseract with French and English, as far as they are installed."""
    program = shutil.which("tesseract") if enabled else None
    if program is None:
        return OcrEngine("missing" if enabled else "off")
    with suppress(OSError, subprocess.SubprocessError, IndexError):
        version = _output(program, "--version").split("\n")[0]
        installed = _output(program, "--list-langs").split()
        languages = "+".join(language for language in _LANGUAGES if language in installed)
        if languages:
            return OcrEngine("on", program, version, languages)
    return OcrEngine("missing")


def _output(program: str, option: str) -> str:
    run = subprocess.run([program, option], capture_output=True, timeout=_ANSWER, check=True, text=True)
    return run.stdout or run.stderr


class RecognisedPages(Protocol):
    """Keeps what OCR read, by engine, file and page (from 1)."""

    def recognised(self, engine: str, sha256: str, page: int) -> str | None: ...

    def put_recognised(self, engine: str, sha256: str, page: int, words: str) -> None: ...


class Recogniser:
    """Reads pages by OCR. Its processes start when a page first needs one."""

    def __init__(
        self,
        engine: OcrEngine,
        pages: RecognisedPages,
        passwords: Sequence[str] = (),
        start: StartWorker = Worker,
        processes: int = PROCESSES,
    ) -> None:
        """Read pages with ``processes`` workers at a time."""
        self._threads = ThreadPoolExecutor(processes)  # which start with the first pages
        self.engine, self._pages, self._passwords = engine, pages, passwords
        self._workers = [
            start("index.workers.ocr_worker", memory=_MEMORY, niceness=_NICENESS) for _ in range(processes)
        ]
        self._free: SimpleQueue[AnyWorker] = SimpleQueue()
        for worker in self._workers:
            self._free.put(worker)
        self._closed = threading.Event()

    def close(self) -> None:
        """End all processes; pages that are being read are lost, those before are kept."""
        self._closed.set()
        for worker in self._workers:
            worker.close()
        self._threads.shutdown(cancel_futures=True)

    def recognise(
        self, path: Path, sha256: str, pages: Sequence[int], on_page: Callable[[int, int], None] = lambda done, of: None
    ) -> dict[int, list[RecognisedWord] | None]:
        """Return the words of pages (from 1) of a file; None for those that fail.

        ``on_page`` hears how many were begun, and how many there are.

        Raises:
            WorkerKilled: this was closed meanwhile.
        """
        recognised: dict[int, list[RecognisedWord] | None] = {}
        try:
            reading = [(page, self._threads.submit(self._page, path, sha256, page)) for page in pages]
        except RuntimeError as error:  # there are no more threads; those submitted were cancelled
            raise WorkerKilled(0) from error
        try:
            for page, words in reading:
                on_page(len(recognised) + 1, len(pages))
                recognised[page] = words.result()
        except CancelledError as error:
            raise WorkerKilled(0) from error
        finally:
            for _, words in reading:
                words.cancel()
        return recognised

    def _page(self, path: Path, sha256: str, page: int) -> list[RecognisedWord] | None:
        recognised = self._pages.recognised(self.engine.fingerprint, sha256, page)
        if recognised is None:
            recognised = self._read(path, page)
            if recognised is None:
                return None
            self._pages.put_recognised(self.engine.fingerprint, sha256, page, recognised)
        return [RecognisedWord(*word) for word in json.loads(recognised)]

    def _read(self, path: Path, page: int) -> str | None:
        """Return the words of a page as JSON; None where it takes too long, or cannot be read."""
        worker = self._free.get()
        try:
            request = {
                "path": str(path),
                "page": page,
                "program": self.engine.program,
                "languages": self.engine.languages,
                "passwords": self._passwords,
            }
            reply = worker.ask(request, PAGE_LIMIT)
        except WorkerKilled:
            if self._closed.is_set():
                raise
            return None
        except WorkerLost:
            return None
        finally:
            self._free.put(worker)
        return reply.parts[0].decode() if reply.parts else None
