"""How a rebuild is stopped within about a second, whatever its encoder and its readers are busy with.

The caller's progress callback runs in the thread of the rebuild, at least twice a second, and stops it by an exception.
The threads beside then stop at the next of their steps, each of which is short.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from typing import TypeVar

import numpy as np

from index.encoders.base import Encoder
from index.progress import Progress, ProgressCallback
from index.storage.vectors import Codes, quantize

Result = TypeVar("Result")

_BEAT = 0.5  # seconds between two calls of the callback while nothing new happens
_SLICE = 0.5  # seconds that a slice of texts should take to encode
_FIRST, _MOST = 16, 4096  # texts of a slice


class Heartbeat:
    """A progress callback that is called with what was told last while the rebuild waits for other threads."""

    def __init__(self, callback: ProgressCallback, first: Progress) -> None:
        self._callback, self._last = callback, first

    def tell(self, progress: Progress) -> None:
        self._last = progress
        self._callback(progress)

    def wait(self, future: "Future[Result]") -> Result:
        """Return the result of a future. Raises what it raises, or the callback."""
        while True:
            try:
                return future.result(_BEAT)
            except TimeoutError:
                if future.done():  # it may have failed with one
                    return future.result()
                self._callback(self._last)


class Stop:
    """Tells other threads to stop once the block of ``at_end`` is left."""

    def __init__(self) -> None:
        self._event = threading.Event()

    @contextmanager
    def at_end(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._event.set()

    def check(self) -> None:
        """
        Raises:
            CancelledError: the rebuild was stopped.
        """
        if self._event.is_set():
            raise CancelledError


class SlicedEncoder:
    """Encodes texts in slices of about half a second each, and stops between two of them."""

    def __init__(self, encoder: Encoder, stop: Stop) -> None:
        self._encoder, self._stop = encoder, stop
        self._size = _FIRST

    def encode(self, texts: Sequence[str]) -> Codes:
        """Return one row of bytes per text, shape (texts, dimension).

        Raises:
            CancelledError: the rebuild was stopped.
        """
        found, start = [np.empty((0, self._encoder.dimension), np.int8)], 0
        while start < len(texts):
            self._stop.check()
            some = texts[start : start + self._size]
            began = time.monotonic()
            found.append(quantize(self._encoder.encode(some)))
            self._adapt(time.monotonic() - began)
            start += len(some)
        return np.concatenate(found)

    def _adapt(self, seconds: float) -> None:
        if seconds < _SLICE / 2:
            self._size = min(2 * self._size, _MOST)
        elif seconds > _SLICE:
            self._size = max(self._size // 2, 1)
