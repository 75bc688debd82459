"""The rebuilds of one index: one at a time, by a click or whenever its folder changes, told to whoever looks."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from index import Report, keep_current, rebuild
from index.errors import CorpusMissing, UserError
from index.report import Progress
from ui.remaining import TimeLeft
from ui.state import corpus

Outcome = Report | UserError
Event = Progress | Outcome

_PACE = 0.25  # seconds between two looks at a rebuild
_PATIENCE = 5.0  # seconds for a rebuild to end; after that it is dropped, and the index stays the old one


class Stopped(UserError):
    """A person stopped a rebuild."""


class Indexing:
    """Rebuilds an index in a thread, and keeps what happened last."""

    def __init__(self, index: Path, build: Callable[..., Report] = rebuild) -> None:
        self.index, self._build = index, build
        self.latest: Event | None = None
        self._began, self._wanted, self._lock = 0.0, False, threading.Lock()
        self._left = TimeLeft(self._began)
        self._ended, self._cancelled = threading.Event(), threading.Event()
        self._unwatched, self._watch = threading.Event(), threading.Thread()
        self._told: Callable[[Outcome], None] = lambda outcome: None

    @property
    def busy(self) -> bool:
        return isinstance(self.latest, Progress)

    @property
    def watched(self) -> bool:
        """Whether the folder is watched."""
        return self._watch.is_alive() and not self._unwatched.is_set()

    @property
    def seconds(self) -> float:
        """Since the rebuild began that runs."""
        return time.monotonic() - self._began

    @property
    def left(self) -> float | None:
        """The seconds until the rebuild ends that runs; None while it is too early to tell."""
        return self._left.seconds(time.monotonic())

    def start(self) -> None:
        """Rebuilds; once more where a rebuild runs, which may have begun before what changed."""
        with self._lock:
            self._wanted = True
            if self.busy:
                return
            self._begin()
        threading.Thread(target=self._safely, args=(self._rebuild,), daemon=True).start()

    def cancel(self) -> None:
        """Stops the rebuild that runs, at the next file; what was read is kept."""
        self._cancelled.set()

    def follow(self) -> Iterator[Event]:
        """What happens, a few times a second, until nothing does; then what came of it."""
        while isinstance(event := self.latest, Progress):
            yield event
            self._ended.wait(_PACE)
        if event is not None:
            yield event

    def watch(self, told: Callable[[Outcome], None] = lambda outcome: None) -> None:
        """Rebuilds now, and whenever the folder changes; ``told`` gets each outcome.

        Raises:
            UserError: there is no such index, or its folder is gone.
        """
        folder = corpus(self.index)
        if not folder.is_dir():
            raise CorpusMissing("No folder {} to watch. Put it back, or serve without --watch.", folder)
        if not self.watched:
            self._told, self._unwatched = told, threading.Event()
            self._watch = threading.Thread(target=self._safely, args=(self._keep_current,), daemon=True)
            self._watch.start()

    def unwatch(self) -> None:
        self._unwatched.set()

    @contextmanager
    def watching(self, told: Callable[[Outcome], None]) -> Iterator[None]:
        """Watches the folder while the block runs."""
        self.watch(told)
        try:
            yield
        finally:
            self.unwatch()
            self._watch.join(_PATIENCE)

    def _rebuild(self) -> None:
        while True:
            self._wanted = False
            report = self._build(corpus(self.index), self.index, progress=self._tell)
            with self._lock:
                if not self._wanted:
                    return self._tell(report)

    def _keep_current(self) -> None:
        stop = self._unwatched
        keep_current(corpus(self.index), self.index, told=self._tell_both, stop=stop, progress=self._tell)

    def _safely(self, act: Callable[[], None]) -> None:
        try:
            act()
        except UserError as error:
            self._tell(error)
        except BaseException as error:  # the page must hear of its end; the thread keeps the traceback
            self._tell(UserError("The rebuild failed ({}); the terminal tells more. The index is as it was.", error))
            raise

    def _begin(self) -> None:
        self._began, self.latest = time.monotonic(), Progress("reading", 0, 0)
        self._left = TimeLeft(self._began)
        self._ended.clear()
        self._cancelled.clear()

    def _tell_both(self, outcome: Outcome) -> None:
        self._tell(outcome)
        self._told(outcome)

    def _tell(self, event: Event) -> None:
        if isinstance(event, Progress):
            self._go_on(event)
        else:
            self.latest = event
            self._ended.set()

    def _go_on(self, event: Progress) -> None:
        if not isinstance(self.latest, Progress):
            self._begin()
        if self._cancelled.is_set():
            raise Stopped("The update was stopped: the index is as it was, and what was read is kept for the next.")
        before = self.latest.passages if isinstance(self.latest, Progress) else 0  # the last phase tells none
        self.latest = replace(event, passages=event.passages or before)
        self._left.update(event, time.monotonic())
