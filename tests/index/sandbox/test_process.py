"""A worker may hang, crash or take all memory: the next request is answered all the same."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.sandbox import process
from index.sandbox.frames import FrameError, read_frame, write_frame
from index.sandbox.process import Worker, WorkerCrashed, WorkerKilled, WorkerTimeout

SUPPORT = Path(__file__).parents[2] / "support"
MEMORY = 1 << 30
TIMER = threading.Timer
ECHO = {"task": "echo", "words": "été"}


@pytest.fixture
def worker(monkeypatch) -> Iterator[Worker]:
    monkeypatch.setenv("PYTHONPATH", str(SUPPORT))
    worker = Worker("odd_worker", memory=MEMORY, niceness=3, largest=1000)
    yield worker
    worker.close()
    assert worker.pid is None


def test_a_worker_answers_one_request_after_the_other_in_one_process(worker):
    pids = {worker.ask({"task": "print"}, 30).fields["pid"] for _ in range(3)}
    assert pids == {worker.pid}
    assert worker.ask(ECHO, 30).fields == {"said": "été"}
    assert worker.ask({"task": "reply", "bytes": 1000}, 30).parts == (b"x" * 1000,)


def test_a_request_that_takes_too_long_costs_its_process_alone(worker):
    before = worker.ask({"task": "print"}, 30).fields["pid"]
    with pytest.raises(WorkerTimeout, match=r"no reply within 0\.2 seconds"):
        worker.ask({"task": "sleep", "seconds": 60}, 0.2)
    assert not alive(before)
    assert worker.ask(ECHO, 30).fields == {"said": "été"}


@pytest.mark.posix
@pytest.mark.parametrize(
    ("request_", "status"), [({"task": "signal", "name": "SIGSEGV"}, -signal.SIGSEGV), ({"task": "exit"}, 3)]
)
def test_a_crash_is_told_by_its_status(worker, request_, status):
    with pytest.raises(WorkerCrashed) as raised:
        worker.ask(request_, 30)
    assert type(raised.value) is WorkerCrashed
    assert raised.value.status == status
    assert worker.ask(ECHO, 30).fields == {"said": "été"}


@pytest.mark.posix
def test_what_ends_a_worker_from_outside_is_no_crash(worker):
    with pytest.raises(WorkerKilled) as raised:
        worker.ask({"task": "signal", "name": "SIGKILL"}, 30)
    assert raised.value.status == -signal.SIGKILL


@pytest.mark.linux
def test_memory_and_exceptions_are_replies(worker):
    assert worker.ask({"task": "allocate", "bytes": 2 * MEMORY}, 30).fields == {"memory": MEMORY}
    assert worker.ask({"task": "fail"}, 30).fields == {"failed": ["OverflowError", "an impossible date"]}
    assert worker.ask({"task": "print"}, 30).fields["niceness"] == os.nice(0) + 3


@pytest.mark.linux
@pytest.mark.parametrize("request_", [{"task": "reply", "bytes": 1001}, {"task": "babble"}])
def test_a_reply_that_is_too_large_or_no_frame_is_a_crash(worker, request_):
    with pytest.raises(WorkerCrashed):
        worker.ask(request_, 30)
    assert worker.ask(ECHO, 30).fields == {"said": "été"}


class Timers:
    """Stands for ``threading.Timer``; a test says when the last one fires."""

    def __init__(self) -> None:
        self.fire: Callable[[], None] = lambda: None

    def __call__(self, seconds: float, function: Callable[[], None]) -> threading.Timer:
        self.fire = function
        return TIMER(3600, function)


@pytest.fixture
def timers(monkeypatch) -> Timers:
    made = Timers()
    monkeypatch.setattr("index.sandbox.process.threading.Timer", made)
    return made


def test_a_timer_that_fires_after_the_reply_kills_nothing(worker, timers):
    pid = worker.ask({"task": "print"}, 30).fields["pid"]
    timers.fire()
    assert worker.ask({"task": "print"}, 30).fields["pid"] == pid


def test_a_timer_that_fires_as_the_reply_comes_harms_neither_it_nor_the_next(worker, timers, monkeypatch):
    exchange = process._exchange

    def late(*arguments):
        reply = exchange(*arguments)
        timers.fire()
        return reply

    worker.ask(ECHO, 30)
    with monkeypatch.context() as patched:
        patched.setattr("index.sandbox.process._exchange", late)
        assert worker.ask(ECHO, 30).fields == {"said": "été"}
    assert worker.ask(ECHO, 30).fields == {"said": "été"}


@pytest.mark.parametrize("signals", [process._FROM_OUTSIDE, set()], ids=["posix", "windows"])
def test_a_worker_that_was_closed_is_not_started_again(worker, monkeypatch, signals):
    monkeypatch.setattr("index.sandbox.process._FROM_OUTSIDE", signals)  # Windows does not say what ended a process
    worker.ask(ECHO, 30)
    threading.Timer(0.3, worker.close).start()
    with pytest.raises(WorkerKilled):
        worker.ask({"task": "sleep", "seconds": 60}, 60)
    with pytest.raises(WorkerKilled):
        worker.ask(ECHO, 30)


def test_a_worker_that_cannot_start_says_nothing_of_the_request():
    with pytest.raises(WorkerKilled) as raised:
        Worker("index.no_such_module", memory=MEMORY).ask(ECHO, 30)
    assert raised.value.status == 1


PARENT = """
import sys, threading
from index.sandbox.process import Worker
worker = Worker("odd_worker", memory=1 << 30)
print(worker.ask({"task": "print"}, 30).fields["pid"], flush=True)
worker.ask({"task": sys.argv[1], "seconds": 60}, 1)
"""


@pytest.mark.linux
@pytest.mark.slow
@pytest.mark.parametrize("task", ["echo", "sleep", "spin"])
def test_a_worker_ends_when_the_process_that_started_it_is_killed(task):
    """At once where it waits or sleeps; where it holds the interpreter's lock, some seconds after its limit."""
    root = str(SUPPORT.parents[1])
    script = PARENT if task != "echo" else PARENT.rpartition("worker.ask")[0] + "threading.Event().wait()"
    parent = subprocess.Popen(
        [sys.executable, "-c", script, task],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([root, str(SUPPORT)])},
        stdout=subprocess.PIPE,
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert alive(pid)
    time.sleep(0.3)  # it has begun
    parent.kill()
    parent.communicate()
    end = time.monotonic() + (5 if task != "spin" else 15)
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not alive(pid)


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be asked for its status does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_frame_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "frame"
    with path.open("wb") as out:
        write_frame(out, {"a": "é\n"}, [b"\n\0", b"", b"x" * 9])
        write_frame(out, {}, [])
    with path.open("rb") as file:
        assert read_frame(file, 11) == ({"a": "é\n"}, (b"\n\0", b"", b"x" * 9))
        assert read_frame(file, 0) == ({}, ())
    for size in range(path.stat().st_size - len(b'{"sizes": []}\n')):
        (tmp_path / "cut").write_bytes(path.read_bytes()[:size])
        with (tmp_path / "cut").open("rb") as file, pytest.raises(FrameError):
            read_frame(file, 11)
