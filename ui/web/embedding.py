"""Embed the passages of the served index in the background, so that questions rarely wait for vectors."""

import atexit
import os
import threading
from contextlib import suppress
from weakref import ref

from index import Index
from index.errors import UserError
from rag.ranking.rerank import reader_is_on, searcher

MOST = 5000  # passages: some three minutes of one core
_LOWEST = 19  # niceness
_PATIENCE = 10.0  # seconds
_PAUSE = 0.005  # seconds between two passages, in which this thread holds no index, so that it may be freed


class BackgroundEmbedding:
    """Embeds the passages of one index at a time, the last one given to ``follow``."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._index: ref[Index] | None = None
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        atexit.register(self.stop)

    def follow(self, index: Index) -> None:
        """Embed the passages of this index from now on, and no longer those of the last; return at once."""
        with self._lock:
            if not reader_is_on() or (self._index and self._index() is index):
                return
            self._stopped.set()
            self._index, self._stopped = ref(index), threading.Event()
            arguments = (self._index, self._stopped)
            self._thread = threading.Thread(target=self._work, args=arguments, name="embedding", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop after the current passage: a thread that the interpreter ends inside ONNX Runtime aborts it."""
        self._stopped.set()
        if self._thread:
            self._thread.join(_PATIENCE)

    def _work(self, reference: "ref[Index]", stopped: threading.Event) -> None:
        _yield_to_others()
        for number in range(self._most):
            if stopped.wait(_PAUSE) or (index := reference()) is None or number >= index.passages:
                return
            with suppress(UserError):  # a passage that cannot be read is reported when it is asked for
                searcher(index).embed(number)
            del index


def _yield_to_others() -> None:
    """Give this thread the lowest priority, if threads have priorities of their own."""
    with suppress(AttributeError, OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LOWEST)
