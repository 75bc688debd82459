"""A few workers, a short queue, one job for a document at a time."""

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from typing import cast

import pytest
from waiting import until

from index.sandbox.frames import Frame
from index.sandbox.process import Worker, WorkerKilled
from ui.services.pdf.jobs import JobQueue, QueueFull


class Gate:
    """Workers that wait until a test lets a job go; ``begun`` are the words of the jobs, in the order they began."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.started: list[GatedWorker] = []
        self._open: dict[str, threading.Event] = {}

    def start(self) -> "GatedWorker":
        self.started.append(GatedWorker(self))
        return self.started[-1]

    def event(self, words: str) -> threading.Event:
        return self._open.setdefault(words, threading.Event())


class GatedWorker:
    def __init__(self, gate: Gate) -> None:
        self.gate, self.closed = gate, threading.Event()
        self.pid = None

    def ask(self, request, limit):
        self.gate.begun.append(request["words"])
        opened = self.gate.event(request["words"])
        while not opened.wait(0.01):
            if self.closed.is_set():
                raise WorkerKilled(-9)
        return Frame({"said": request["words"]})

    def close(self) -> None:
        self.closed.set()


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def queue(gate) -> Iterator[JobQueue]:
    queue = JobQueue(gate.start, processes=2, waiting=4, share=3, idle=30)
    yield queue
    queue.close()


def put(queue: JobQueue, words: str, **options: bool) -> "Future[Frame]":
    """A job for the document that the words begin with."""
    return queue.submit(words[0], {"words": words}, 30.0, **options)


def test_a_document_that_holds_a_worker_leaves_the_other_to_other_documents(queue, gate):
    jobs = [put(queue, words) for words in ("a1", "a2")]
    until(lambda: gate.begun == ["a1"])
    assert len(gate.started) == 1  # a second would have nothing to do
    for words in ("b1", "c1"):
        gate.event(words).set()
        assert put(queue, words).result(10).fields == {"said": words}
    assert gate.begun == ["a1", "b1", "c1"]
    assert len(gate.started) == 2
    gate.event("a1").set()
    until(lambda: gate.begun[3:] == ["a2"])
    gate.event("a2").set()
    assert [job.result(10).fields["said"] for job in jobs] == ["a1", "a2"]


def test_the_queue_is_short_in_all_and_shorter_for_one_document(queue, gate):
    for words in ("a1", "b1"):
        put(queue, words)
    until(lambda: sorted(gate.begun) == ["a1", "b1"])
    for words in ("a2", "a3", "a4"):
        put(queue, words)
    with pytest.raises(QueueFull):
        put(queue, "a5")
    put(queue, "c1")
    with pytest.raises(QueueFull):
        put(queue, "d1")
    assert queue.waiting == 4


def test_a_job_that_is_cancelled_before_it_begins_is_forgotten(queue, gate):
    put(queue, "a1")
    until(lambda: gate.begun == ["a1"])
    waiting = [put(queue, f"a{number}") for number in (2, 3, 4)]
    assert all(job.cancel() for job in waiting)
    assert queue.waiting == 0
    last = put(queue, "a5")  # there is room again
    for number in range(1, 6):
        gate.event(f"a{number}").set()
    assert last.result(10).fields == {"said": "a5"}
    assert gate.begun == ["a1", "a5"]


def test_an_urgent_job_goes_before_others(queue, gate):
    put(queue, "a1")
    until(lambda: gate.begun == ["a1"])
    put(queue, "a2")
    put(queue, "a3", urgent=True)
    for words in ("a1", "a2", "a3"):
        gate.event(words).set()
    until(lambda: len(gate.begun) == 3)
    assert gate.begun == ["a1", "a3", "a2"]


def test_workers_end_when_there_is_nothing_to_do_and_start_again(gate):
    queue = JobQueue(gate.start, idle=0.05)
    for number in (1, 2):
        gate.event("a").set()
        assert put(queue, "a").result(10).fields == {"said": "a"}
        until(lambda: all(worker.closed.is_set() for worker in gate.started))
        assert len(gate.started) == number


def test_closing_ends_workers_and_leaves_nobody_waiting(queue, gate):
    running = put(queue, "a1")
    until(lambda: gate.begun == ["a1"])
    waiting = put(queue, "a2")
    queue.close()
    with pytest.raises(WorkerKilled):
        running.result(10)
    with pytest.raises(CancelledError):
        waiting.result(10)
    assert all(worker.closed.is_set() for worker in gate.started)
    gate.event("b1").set()
    assert put(queue, "b1").result(10).fields == {"said": "b1"}


def test_whoever_waits_hears_of_any_failure(gate):
    class Broken(GatedWorker):
        def ask(self, request, limit):
            raise MemoryError

    queue = JobQueue(lambda: cast(Worker, Broken(gate)))
    for _ in range(2):
        with pytest.raises(MemoryError):
            put(queue, "a1").result(10)
    queue.close()
