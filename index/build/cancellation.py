"""Stop a rebuild within about a second, whatever its encoder and its readers are doing.

The caller's progress callback runs in the rebuild's thread at least twice a second, and stops it by an exception. The
other threads stop at their next step; each step is short.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

import numpy as np

from index.encoders.base import Encoder
from index.progress import Progress, ProgressCallback
from index.storage.vectors import Codes, quantize

Result = TypeVar("Result")

_BEAT = 0.5  # seconds between two calls of the callback while nothing new happens
_SLICE = 0.5  # seconds that a slice of texts should take to encode
_FIRST_SLICE, _MAX_SLICE = 16, 4096  # texts


class Heartbeat:
    """Call the progress callback with its last event again while the rebuild waits for other threads."""

    def __init__(self, on_progress: ProgressCallback, first: Progress) -> None:
        self._on_progress, self._last, self._lock = on_progress, first, threading.Lock()

    def tell(self, progress: Progress) -> None:
        """Report progress."""
        with self._lock:
            self._last = progress
        self._on_progress(progress)

    def note_page(self, name: str, page: int, pages: int) -> None:
        """Have the next beat report which page of a file OCR reads; any thread may call this."""
        with self._lock:
            self._last = replace(self._last, name=name, page=page, pages=pages)

    def wait(self, future: "Future[Result]") -> Result:
        """Return the result of a future, or raise its exception or the callback's."""
        while True:
            try:
                return future.result(_BEAT)
            except TimeoutError:
                if future.done():  # it may have failed with one
                    return future.result()
                self._on_progress(self._last)


class Stop:
    """Tell other threads to stop once the block of ``at_end`` is left."""

    def __init__(self) -> None:
        self._event = threading.Event()

    @contextmanager
    def at_end(self) -> Iterator[None]:
        """Set the flag when the block is left, in whatever way."""
        try:
            yield
        finally:
            self._event.set()

    def check(self) -> None:
        """Check that the rebuild was not stopped.

        Raises:
            CancelledError: the rebuild was stopped.
        """
        if self._event.is_set():
            raise CancelledError


class SlicedEncoder:
    """Encode texts in slices of about half a second, and stop between two of them."""

    def __init__(self, encoder: Encoder, stop: Stop) -> None:
        self._encoder, self._stop = encoder, stop
        self._size = _FIRST_SLICE

    def encode(self, texts: Sequence[str]) -> Codes:
        """Return quantized vectors, shape (texts, dimension).

        Raises:
            CancelledError: the rebuild was stopped.
        """
        vectors, start = [np.empty((0, self._encoder.dimension), np.int8)], 0
        while start < len(texts):
            self._stop.check()
            batch = texts[start : start + self._size]
            start_time = time.monotonic()
            vectors.append(quantize(self._encoder.encode(batch)))
            self._adapt(time.monotonic() - start_time)
            start += len(batch)
        return np.concatenate(vectors)

    def _adapt(self, seconds: float) -> None:
        if seconds < _SLICE / 2:
            self._size = min(2 * self._size, _MAX_SLICE)
        elif seconds > _SLICE:
            self._size = max(self._size // 2, 1)
