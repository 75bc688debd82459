"""What all clients of a server under load share: its address, and their counts."""

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from statistics import quantiles

from bench import server as web
from bench.durability.changing import Folder


class Tally:
    """The counts and latencies of all clients."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.counts = Counter[str]()
        self.errors: list[str] = []
        self.wrong: list[str] = []
        self._lock = threading.Lock()

    def count(self, event: str, times: int = 1) -> None:
        with self._lock:
            self.counts[event] += times

    def latencies(self) -> dict[str, float]:
        """Return the latencies of questions, in milliseconds."""
        cuts = quantiles(self.seconds, n=100) if len(self.seconds) > 1 else [0.0] * 99
        slowest = {"slowest": round(1000 * max(self.seconds, default=0.0), 1)}
        return {f"p{at}": round(1000 * cuts[at - 1], 1) for at in (50, 95, 99)} | slowest


@dataclass(slots=True)
class Load:
    """A server under load, as its clients share it."""

    port: int
    folder: Folder
    target: Path
    tally: Tally = field(default_factory=Tally)
    stop: threading.Event = field(default_factory=threading.Event)
    connections: ExitStack = field(default_factory=ExitStack)  # closes what clients leave open

    def repeat(self, name: str, act: Callable[[], None], pause: float = 0.0) -> None:
        """Call ``act`` until ``stop`` is set; record exceptions as errors, and go on."""
        while not self.stop.is_set():
            try:
                act()
                self.tally.count(name)
            except (OSError, HTTPException, ValueError, KeyError, LookupError, web.ServerFailed) as error:
                self.tally.errors.append(f"{name}: {type(error).__name__}: {error}")
                self.stop.wait(0.1)
            self.stop.wait(pause)
