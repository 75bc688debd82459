"""Rebuild one index: a worker thread with a queue of one, whose progress anyone can follow.

Clicks and the watcher only add to the queue, so that a process never waits for itself, and a request made during a
rebuild is not lost if that rebuild fails or is stopped.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index import Report, rebuild
from index.build.rebuild import PATIENCE
from index.build.remove import remove_index
from index.build.watch import watch_changes
from index.errors import CorpusNotFound, NothingToIndex, UserError
from index.events import emit
from index.mirror.corpus import Corpus
from index.progress import Progress
from index.storage.snapshot import load_current
from ui.services.remaining_time import RemainingTime
from ui.services.status import read_corpus

Outcome = Report | UserError
Event = Progress | Outcome
ResultCallback = Callable[[Outcome], None]

_PACE = 0.25  # seconds between two looks at a rebuild
_WATCHER_PATIENCE = 600.0  # seconds to wait for another process, which may have begun before the change
_GRACE = 5.0  # seconds for a rebuild to end; after that it is dropped, and the index stays the old one
_log = logging.getLogger(__name__)


class Stopped(UserError):
    """The user stopped a rebuild."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request for a rebuild."""

    folder: Path | None = None  # None is the folder that the index is of once the rebuild begins
    may_empty: bool = False  # remove the index where the folder holds nothing to index any more
    keep_cache: bool = False  # keep what was read of other folders
    patience: float = PATIENCE  # seconds to wait for another process

    def merged(self, later: "Request") -> "Request":
        """Return a request for both rebuilds; of two folders, the later wins."""
        return Request(
            later.folder or self.folder,
            self.may_empty or later.may_empty,
            later.keep_cache if later.folder else self.keep_cache,
            max(self.patience, later.patience),
        )


class RebuildJob:
    """Rebuilds an index in a worker thread, one request at a time, and keeps what happened last.

    Args:
        index: the folder of the index.
        build: does a request, and returns its report.
        folder: gives the folder to index where a request names none; by default the one the index is of.
    """

    def __init__(
        self, index: Path, build: Callable[..., Report] | None = None, folder: Callable[[], Path] | None = None
    ) -> None:
        self.index, self._build = index, build or rebuild_or_remove
        self._folder = folder or (lambda: read_corpus(index))
        self.latest: Event | None = None
        self.moved_to: Path | None = None  # the folder that the index is of now, where it was of another before
        self._lock, self._worker, self._is_working = threading.Lock(), threading.Thread(), False
        self._waiting: Request | None = None
        self._start_time, self._ended, self._cancelled = 0.0, threading.Event(), threading.Event()
        self._left = RemainingTime(self._start_time)
        self._watcher, self._watched, self._unwatched = threading.Thread(), index, threading.Event()
        self._on_result: ResultCallback = lambda outcome: None

    @property
    def busy(self) -> bool:
        return isinstance(self.latest, Progress)

    @property
    def watched(self) -> bool:
        """Return whether the folder is watched."""
        return self._watcher.is_alive() and not self._unwatched.is_set()

    @property
    def seconds(self) -> float:
        """Seconds since the current rebuild began."""
        return time.monotonic() - self._start_time

    @property
    def remaining_seconds(self) -> float | None:
        """Estimated seconds until the current rebuild ends; None while it is too early to tell."""
        return self._left.seconds(time.monotonic())

    def start(self, request: Request | None = None) -> None:
        """Request a rebuild: it begins at once, or after the current one, which may have begun before a change."""
        request = request or Request()
        with self._lock:
            self._waiting = self._waiting.merged(request) if self._waiting else request
            if self._is_working:
                return
            self._is_working = True
            self._begin()
            self._worker = threading.Thread(target=self._work, daemon=True)
            self._worker.start()

    def cancel(self) -> None:
        """Stop the current rebuild at the next file; what was read is kept in the cache."""
        self._cancelled.set()

    def follow(self) -> Iterator[Event]:
        """Yield the progress a few times a second until the rebuild ends, then its outcome."""
        while isinstance(event := self.latest, Progress):
            yield event
            self._ended.wait(_PACE)
        if event is not None:
            yield event

    def watch(self, on_result: ResultCallback = lambda outcome: None) -> None:
        """Rebuild now and whenever the folder changes; call ``on_result`` with each outcome.

        Raises:
            CorpusNotFound: the folder of the index is gone, or the index does not say which it is.
        """
        folder = self._folder()
        if not Corpus.of(folder).exists and _find_indexed_folder(self.index) is not None:
            raise CorpusNotFound("The watched folder {} does not exist. Put it back, or serve without --watch.", folder)
        if not self.watched:
            self._on_result = on_result
            self._begin_watching(folder)

    def unwatch(self) -> None:
        self._unwatched.set()

    @contextmanager
    def watching(self, on_result: ResultCallback) -> Iterator[None]:
        """Watch the folder while the block runs."""
        self.watch(on_result)
        try:
            yield
        finally:
            self.unwatch()
            self._watcher.join(_GRACE)
            if self._worker.is_alive():
                self._worker.join(_GRACE)

    def _work(self) -> None:
        """Run the requested rebuilds until none is waiting."""
        previous, outcome, is_done = _find_indexed_folder(self.index), None, False
        while not is_done:
            with self._lock:
                request, self._waiting = self._waiting or Request(), None
            latest = self._outcome(request)
            self._notify(latest)
            outcome = _summary(outcome, latest)
            is_done = self._settle(outcome, previous)

    def _settle(self, outcome: Outcome, previous: Path | None) -> bool:
        """Publish ``outcome`` and return True if no request is waiting."""
        with self._lock:
            if self._waiting is not None:
                self._begin()
                return False
            now = _find_indexed_folder(self.index)
            self.moved_to = now if previous is not None and now != previous else None
            self.latest, self._is_working = outcome, False
            self._ended.set()
            return True

    def _outcome(self, request: Request) -> Outcome:
        try:
            return self._build(
                request.folder or self._folder(),
                self.index,
                progress=self._tell,
                may_empty=request.may_empty,
                keep_cache=request.keep_cache,
                patience=request.patience,
            )
        except UserError as error:
            emit("rebuild_failed", error=type(error).__name__)
            return error
        except BaseException as error:  # a bug, or a panic of tantivy: the worker goes on with what is asked for next
            _log.exception("The rebuild of %s failed", self.index)
            emit("rebuild_failed", error=type(error).__name__)
            return UserError("The rebuild failed ({}); see the terminal. The index is unchanged.", error)

    def _notify(self, outcome: Outcome) -> None:
        """Notify the watcher, and watch the new folder if the index has moved to one."""
        if not self.watched:
            return
        try:
            self._on_result(outcome)
        except Exception:  # a closed terminal, for instance: no reason to stop rebuilding
            _log.exception("The outcome of a rebuild could not be told")
        with suppress(UserError):
            if (folder := self._folder()) != self._watched:
                self.unwatch()
                self._begin_watching(folder)

    def _begin_watching(self, folder: Path) -> None:
        self._watched, self._unwatched = folder, threading.Event()
        self._watcher = threading.Thread(target=self._watch, args=(folder, self._unwatched), daemon=True)
        self._watcher.start()

    def _watch(self, folder: Path, stop: threading.Event) -> None:
        try:
            for _ in watch_changes(folder, self.index, stop):
                self.start(Request(patience=_WATCHER_PATIENCE))
        except Exception as error:  # the system has no more watches to give, for instance
            _log.exception("%s can no longer be watched", folder)
            self._notify(UserError("{} can no longer be watched ({}).", folder, error))

    def _begin(self) -> None:
        self._start_time, self.latest = time.monotonic(), Progress("reading", 0, 0)
        self._left = RemainingTime(self._start_time)
        self._ended.clear()
        self._cancelled.clear()

    def _tell(self, event: Progress) -> None:
        if self._cancelled.is_set():
            raise Stopped(
                "The update was stopped. The index is unchanged, and what was read is kept for the next update."
            )
        # The last phase tells no number of passages.
        previous_passages = self.latest.passages if isinstance(self.latest, Progress) else 0
        self.latest = replace(event, passages=event.passages or previous_passages)
        self._left.update(event, time.monotonic())


def rebuild_or_remove(folder: Path, index: Path, *, may_empty: bool = False, **options: Any) -> Report:
    """Rebuild the index, or remove it where the folder holds nothing to index any more and ``may_empty`` allows it.

    ``index.rebuild`` keeps the index of a folder that is found empty, as its disk may just not be there. On the page
    the user removed the last document, and an answer from it would be wrong: the index must go. An index without
    documents would be a special case for every reader of an index; a missing index is a case that they handle.

    Raises:
        NothingToIndex: the folder holds nothing to index, and there is an index that must not be lost.
    """
    start_time = time.monotonic()
    try:
        return rebuild(folder, index, **options)
    except NothingToIndex as error:
        indexed = _find_indexed_folder(index)
        documents = 0
        if indexed is not None:
            if not may_empty or indexed.resolve() != folder.resolve():
                raise
            documents = load_current(index)[1].documents
            remove_index(index)
        return Report(0, 0, 0, 0, 0, documents, 0, error.skipped, time.monotonic() - start_time)


def _summary(earlier: Outcome | None, later: Outcome) -> Outcome:
    """Return the later outcome of two rebuilds, or the earlier if the later changed nothing."""
    if isinstance(earlier, Report) and isinstance(later, Report) and not later.added + later.changed + later.removed:
        return earlier
    return later


def _find_indexed_folder(index: Path) -> Path | None:
    """Return the indexed folder, or None if no index names it."""
    with suppress(UserError):
        return read_corpus(index)
    return None
