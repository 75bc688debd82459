"""Reading in processes of their own, which may be stopped, or crash, without harm to the rebuild."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

from index import read
from index.errors import ReaderStopped, Unreadable
from index.reading import Reading

PATIENCE = 300.0  # seconds that a file may take
_FROM_OUTSIDE = ("SIGHUP", "SIGINT", "SIGKILL", "SIGTERM")


class Readers:
    """Reads files; each thread that asks has its own process, started when a file first needs one."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._own = threading.local()
        self._all: list[subprocess.Popen[str]] = []

    def __enter__(self) -> "Readers":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._all:
            process.kill()
            process.communicate()

    def read(self, path: Path, kind: read.Kind) -> tuple[str, Reading]:
        """As ``index.read.read``; a file that takes too long, or crashes its reader, is unreadable too."""
        return self._apart(path) if kind.apart else read.read(path)

    def _apart(self, path: Path) -> tuple[str, Reading]:
        process = self._process()
        timer = threading.Timer(self._patience, process.kill)
        timer.start()
        answer = _ask(process, path)
        in_time = timer.is_alive()
        timer.cancel()
        if answer is None:
            raise _ended(process.wait(), in_time, self._patience)
        return _reading(answer)

    def _process(self) -> "subprocess.Popen[str]":
        known: subprocess.Popen[str] | None = getattr(self._own, "process", None)
        if known is None or known.poll() is not None:
            known = self._own.process = _started()
            self._all.append(known)
        return known


def _started() -> "subprocess.Popen[str]":
    here = str(Path(__file__).parent.parent)
    paths = os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))
    # One thread each: the processes share the cores already. -P: a folder «index» at hand is not ours.
    surroundings = {**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "index.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="ascii",
        env=surroundings,
        process_group=0,  # Ctrl+C is for the rebuild, which stops them
    )


def _ask(process: "subprocess.Popen[str]", path: Path) -> dict[str, Any] | None:
    """The answer of a process; None when it ended instead."""
    if process.stdin is None or process.stdout is None:
        raise ValueError("a process without pipes")
    try:
        process.stdin.write(json.dumps(str(path)) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
    except BrokenPipeError:
        return None
    found: dict[str, Any] | None = json.loads(line) if line.endswith("\n") else None
    return found


def _ended(status: int, in_time: bool, patience: float) -> Unreadable:
    if not in_time:
        return Unreadable("it takes more than {:g} seconds to read", patience)
    if status < 0 and signal.Signals(-status).name in _FROM_OUTSIDE:
        return ReaderStopped("its reader was stopped from outside (status {})", status)
    return Unreadable("it crashes its reader (status {})", status)


def _reading(answer: dict[str, Any]) -> tuple[str, Reading]:
    if "unreadable" in answer:
        raise Unreadable(*answer["unreadable"])
    if "closed" in answer:
        raise OSError(0, answer["closed"])
    return answer["sha256"], Reading.of(answer["text"], answer)
