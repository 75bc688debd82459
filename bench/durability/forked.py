"""Run functions in forks of this process, and kill a fork at a random moment.

A fork has all modules imported from the start, so that a kill costs no more than the work that it ends. This process
itself must never start a thread nor open an index: its forks would inherit locks that nobody releases. Not for Windows.
"""

import ctypes
import json
import os
import random
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

# Audit events that Python raises just before it changes the disk.
_CHANGES = ("os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "os.truncate", "sqlite3.connect")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_END_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class ForkFailed(Exception):
    """A function in a fork raised; the message is its traceback."""


class Fork:
    """A function that runs in another process and session. Its output is read here, line by line.

    ``log`` is a file that its standard error is appended to.
    """

    def __init__(self, act: Callable[[], object], log: Path) -> None:
        self._reader, writer = os.pipe()
        self.lines: list[str] = []
        self._partial = b""
        sys.stdout.flush()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._reader)
            _become(act, writer, log)
        os.close(writer)

    def fileno(self) -> int:
        return self._reader

    def read(self, until: float | None = None, lines: int | None = None) -> bool:
        """Read its output until that time (``time.monotonic``), its end, or so many lines; return True at its end."""
        while lines is None or len(self.lines) < lines:
            if until is not None and not select.select([self], [], [], max(0.0, until - time.monotonic()))[0]:
                return False
            data = os.read(self._reader, 1 << 16)
            if not data:
                return True
            *complete, self._partial = (self._partial + data).split(b"\n")
            self.lines += [line.decode() for line in complete]
        return False

    def kill(self) -> bool:
        """Kill it, read the rest of its output, and return whether a signal ended it."""
        os.kill(self.pid, signal.SIGKILL)  # harmless if it ended: nobody else has its number before the wait
        self.read()
        os.close(self._reader)
        return os.WIFSIGNALED(os.waitpid(self.pid, 0)[1])


def _become(act: Callable[[], object], writer: int, log: Path) -> NoReturn:
    """Run the rest of a fork's life."""
    status = 1
    try:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL)
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(writer, 1)
        os.dup2(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT), 2)
        sys.stdout = open(1, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        act()
        sys.stdout.flush()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def gather(forks: Sequence[Fork], until: float) -> None:
    """Read the output of several forks until that time, or until all have ended."""
    open_ones = list(forks)
    while open_ones and (remaining_seconds := until - time.monotonic()) > 0:
        for fork in select.select(open_ones, [], [], remaining_seconds)[0]:
            if fork.read(until, len(fork.lines) + 1):
                open_ones.remove(fork)


def call(act: Callable[[], Any], log: Path) -> Any:
    """Run a function in a fork, and return its result through JSON.

    Raises:
        ForkFailed: it raised; the log holds the traceback.
    """
    fork = Fork(lambda: print(json.dumps(act())), log)
    fork.read()
    fork.kill()
    if not fork.lines:
        raise ForkFailed(log.read_text("utf-8", "replace")[-2000:])
    return json.loads(fork.lines[-1])


@dataclass(frozen=True, slots=True)
class Moment:
    """When to kill: after some seconds, or ``delay`` seconds after a change of the disk, counted from 1."""

    seconds: float | None = None
    change: int | None = None
    delay: float = 0.0

    @classmethod
    def draw(cls, noise: random.Random, seconds: float, changes: int) -> "Moment":
        """Draw a moment: at any time, or around a change, since most changes take no time."""
        if changes and noise.random() < 0.5:
            delay = 10 ** noise.uniform(-5, -2.5) if noise.random() < 0.7 else 0.0
            return cls(change=noise.randint(1, changes), delay=delay)
        return cls(seconds=noise.random() * seconds)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a function that was to be killed ended, and the lines that it printed before."""

    killed: bool
    lines: list[str]


def kill_at(act: Callable[[], object], moment: Moment, log: Path) -> Ended:
    """Run a function in a fork and kill it at the moment, unless it ends before."""
    start_time = time.monotonic()
    fork = Fork(lambda: until(moment, act), log)
    fork.read(None if moment.seconds is None else start_time + moment.seconds)
    return Ended(fork.kill(), fork.lines)


def until(moment: Moment, act: Callable[[], object], armed: bool = True) -> int:
    """Run a function in this process and end it at the change of ``moment``; return the number of changes.

    A process that is not armed counts from when it gets SIGUSR1.
    """
    count = 0

    def arm(*_: object) -> None:
        nonlocal armed
        armed = True

    def see(event: str, args: tuple[Any, ...]) -> None:
        nonlocal count
        if armed and (event in _CHANGES or (event == "open" and isinstance(args[2], int) and args[2] & _WRITING)):
            count += 1
            if count == moment.change:
                _end_after(moment.delay)

    signal.signal(signal.SIGUSR1, arm)
    sys.addaudithook(see)
    act()
    return count


def _end_after(seconds: float) -> None:
    """End this process as SIGKILL does: at once, without cleaning up."""
    if seconds:
        signal.setitimer(signal.ITIMER_REAL, seconds)  # SIGALRM, which nothing here handles
    else:
        os.kill(os.getpid(), signal.SIGKILL)


@dataclass(slots=True)
class Pace:
    """How long a piece of work lasts and how many changes it makes; moments are drawn from these."""

    seconds: float
    changes: int

    @classmethod
    def of(cls, act: Callable[[], object], prepare: Callable[[], object], log: Path, runs: int = 3) -> "Pace":
        """Run the work several times, ``prepare`` before each, and take the median run."""
        seconds, changes = [], []
        for _ in range(runs):
            prepare()
            start_time = time.monotonic()
            changes.append(call(lambda: until(Moment(), act), log))
            seconds.append(time.monotonic() - start_time)
        return cls(sorted(seconds)[runs // 2], min(changes))

    def draw(self, noise: random.Random) -> Moment:
        """Draw a moment within the work."""
        return Moment.draw(noise, self.seconds, self.changes)

    def ended_before(self, moment: Moment) -> None:
        """Draw earlier moments from now on, since the work was over at this one."""
        if moment.seconds is not None:
            self.seconds = min(self.seconds, 0.95 * moment.seconds)
        if moment.change is not None:
            self.changes = min(self.changes, moment.change - 1)
