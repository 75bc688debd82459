"""A short queue of jobs for a few worker processes, one job for each document at a time.

So a document that keeps its process busy to the limit leaves the other processes to other documents.
"""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from index.sandbox.frames import Frame
from index.sandbox.process import Worker


class QueueFull(Exception):
    """More jobs are waiting than the queue takes, in all or for one document."""


@dataclass(frozen=True, slots=True)
class _Job:
    document: str
    request: Mapping[str, Any]
    limit: float  # seconds
    future: "Future[Frame]" = field(default_factory=Future)


class JobQueue:
    """Runs jobs in threads of its own, each with a worker. They start when jobs come, and end when none do.

    Args:
        start: makes a worker.
        processes: workers at most.
        waiting: jobs that wait, at most.
        share: of these, the most for one document.
        idle: seconds without a job after which a worker ends.
    """

    def __init__(
        self, start: Callable[[], Worker], *, processes: int = 2, waiting: int = 24, share: int = 8, idle: float = 60.0
    ) -> None:
        self._start, self._processes, self._most, self._share, self._idle = start, processes, waiting, share, idle
        self._changed = threading.Condition()
        self._waiting: list[_Job] = []
        self._running: set[str] = set()  # documents
        self._workers: set[Worker] = set()

    @property
    def waiting(self) -> int:
        """The number of jobs that have not begun."""
        return sum(not job.future.cancelled() for job in self._waiting)

    @property
    def pids(self) -> set[int]:
        """The ids of the processes that run."""
        return {worker.pid for worker in self._workers.copy() if worker.pid is not None}

    def submit(
        self, document: str, request: Mapping[str, Any], limit: float, *, urgent: bool = False
    ) -> "Future[Frame]":
        """Queue a request; an urgent one goes before others. The future gets the reply, or a ``WorkerLost``.

        A job that is cancelled before it begins is forgotten; one that runs ends at its limit.

        Raises:
            QueueFull: too many jobs wait already.
        """
        job = _Job(document, request, limit)
        with self._changed:
            self._waiting = [other for other in self._waiting if not other.future.cancelled()]
            queued = sum(other.document == document for other in self._waiting)
            if len(self._waiting) >= self._most or queued >= self._share:
                raise QueueFull
            self._waiting.insert(0 if urgent else len(self._waiting), job)
            self._start_worker()
            self._changed.notify_all()
        return job.future

    def _start_worker(self) -> None:
        """Start a worker if a job could begin and all others are busy."""
        ready = {job.document for job in self._waiting} - self._running
        if len(self._workers) < min(self._processes, len(self._running) + len(ready)):
            worker = self._start()
            self._workers.add(worker)
            threading.Thread(target=self._work, args=(worker,), daemon=True).start()

    def close(self) -> None:
        """End all processes: waiting jobs are cancelled, running ones fail. A later job starts new processes."""
        with self._changed:
            waiting, self._waiting = self._waiting, []
            workers, self._workers = self._workers, set()
            self._changed.notify_all()
        for job in waiting:
            job.future.cancel()
        for worker in workers:
            worker.close()

    def _work(self, worker: Worker) -> None:
        while job := self._next(worker):
            try:
                job.future.set_result(worker.ask(job.request, job.limit))
            except Exception as error:  # whoever waits must hear of it
                job.future.set_exception(error)
            with self._changed:
                self._running.discard(job.document)
                self._changed.notify_all()
        worker.close()

    def _next(self, worker: Worker) -> _Job | None:
        """Wait for a job and mark it as running; return None when the worker should end."""
        with self._changed:
            while worker in self._workers:
                job = self._ready()
                if job is not None:
                    return job
                if not self._changed.wait(self._idle) and not self._waiting:
                    break
            self._workers.discard(worker)
            return None

    def _ready(self) -> _Job | None:
        """Mark as running, and return, the first job whose document has no other job running."""
        for job in self._waiting:
            free = job.document not in self._running and not job.future.cancelled()
            if free and job.future.set_running_or_notify_cancel():
                self._waiting.remove(job)
                self._running.add(job.document)
                return job
        return None
