"""Worker processes for parsers of untrusted files, which may hang, crash or exhaust memory and harm only themselves.

A ``Worker`` belongs to one thread at a time. Its process starts with its first request, and again after it was lost.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from index.sandbox.frames import Frame, FrameError, read_frame

_START = 60.0  # seconds in which a worker must be ready; on an idle machine it takes 0.2
_EXIT = 2.0  # seconds in which a process that crashed, or was told to end, is gone
# The signals by which people and systems end processes; the others are faults of the program itself.
_FROM_OUTSIDE = {getattr(signal, name, None) for name in ("SIGHUP", "SIGINT", "SIGKILL", "SIGTERM")}


class WorkerLost(Exception):
    """The process of a worker ended before it replied."""


class WorkerTimeout(WorkerLost):
    """The request took longer than its limit."""

    def __init__(self, limit: float) -> None:
        super().__init__(f"no reply within {limit:g} seconds")
        self.limit = limit


class WorkerCrashed(WorkerLost):
    """The process failed at the request: ``status`` is its exit status, negative for a signal."""

    def __init__(self, status: int) -> None:
        super().__init__(f"exit status {status}")
        self.status = status


class WorkerKilled(WorkerCrashed):
    """Something else ended the process, or it never started: this says nothing of the request."""


class AnyWorker(Protocol):
    """What answers requests as a ``Worker`` does, here or on another machine."""

    def ask(self, request: Mapping[str, Any], limit: float) -> Frame: ...

    def close(self) -> None: ...


class StartWorker(Protocol):
    """Starts a worker that runs a module; the arguments are those of ``Worker``."""

    def __call__(self, module: str, *, memory: int, niceness: int = 0) -> AnyWorker: ...


class Worker:
    """A process that runs a module which calls ``index.sandbox.worker.serve``.

    Args:
        module: what the process runs.
        memory: address space of the process, in bytes.
        niceness: added to that of this process; with 0 both compete as equals.
        largest: bytes that a reply may hold.
    """

    def __init__(self, module: str, *, memory: int, niceness: int = 0, largest: int = 1 << 30) -> None:
        self._module, self._arguments, self._largest = module, (str(memory), str(niceness)), largest
        self._process: subprocess.Popen[bytes] | None = None
        self._lock, self._closed = threading.Lock(), False

    @property
    def pid(self) -> int | None:
        """The id of the process; None where none runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def ask(self, request: Mapping[str, Any], limit: float) -> Frame:
        """Send a request and return the reply.

        Raises:
            WorkerTimeout: there was no reply within ``limit`` seconds.
            WorkerCrashed: the process ended, or its reply was malformed or too large.
            WorkerKilled: the process was ended from outside, by ``close`` among others.
        """
        process = self._running()
        line = json.dumps({**request, "limit": limit}).encode() + b"\n"
        with _Deadline(process, limit) as deadline:
            reply = _exchange(process, line, self._largest)
        if reply is not None and not deadline.passed:
            return reply
        status = _end(process)
        if reply is not None:  # the limit passed just after the reply: it is good, only the process is gone
            return reply
        if deadline.passed:
            raise WorkerTimeout(limit)
        raise WorkerKilled(status) if self._closed or -status in _FROM_OUTSIDE else WorkerCrashed(status)

    def close(self) -> None:
        """End the process, from any thread. No other is started."""
        with self._lock:
            self._closed = True
            process, self._process = self._process, None
        if process is not None:
            process.kill()
            _end(process)

    def _running(self) -> "subprocess.Popen[bytes]":
        with self._lock:
            if self._closed:
                raise WorkerKilled(0)
            if self._process is not None and self._process.poll() is None:
                return self._process
            process = self._process = _start(self._module, self._arguments)
        with _Deadline(process, _START):
            ready = _exchange(process, b"", 0)
        if ready is None:
            raise WorkerKilled(_end(process))
        return process


class _Deadline:
    """Kills a process unless the block ends within ``limit`` seconds; ``passed`` tells whether it did.

    A timer that fires while the block ends waits for the lock, and then does nothing.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", limit: float) -> None:
        self.passed = False
        self._process, self._lock, self._over = process, threading.Lock(), False
        self._timer = threading.Timer(limit, self._pass)
        self._timer.daemon = True

    def __enter__(self) -> "_Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._over = True
        self._timer.cancel()

    def _pass(self) -> None:
        with self._lock:
            if not self._over:
                self.passed = True
                self._process.kill()


def _start(module: str, arguments: Sequence[str]) -> "subprocess.Popen[bytes]":
    import_root = str(Path(__file__).parents[2])
    paths = os.pathsep.join(filter(None, (import_root, os.environ.get("PYTHONPATH"))))
    # One thread each: the processes share the cores already. -P: a folder «index» at hand is not ours.
    surroundings = {**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=surroundings,
        process_group=0,  # Ctrl+C is for this process, which ends them
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
    )


def _exchange(process: "subprocess.Popen[bytes]", line: bytes, largest: int) -> Frame | None:
    """Send a line and return the reply; None where the process ended instead, or sent no proper frame."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(line)
        process.stdin.flush()
        return read_frame(process.stdout, largest)
    except (FrameError, OSError, ValueError):  # ValueError: another thread closed the pipes
        return None


def _end(process: "subprocess.Popen[bytes]") -> int:
    """Wait for a process that is ending, or end it; return its exit status."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()  # a worker whose input ends, ends
    try:
        return process.wait(_EXIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return 0
