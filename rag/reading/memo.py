"""Results that are remembered by what they were computed of, without keeping a word of it."""

from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from threading import Lock
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Memo(Generic[Result]):
    """Remembers the ``size`` results that were used last, by a hash of their texts.

    So no text of a document that was forgotten stays in memory. Two threads that ask at once both compute.
    """

    def __init__(self, size: int) -> None:
        self._size, self._lock = size, Lock()
        self._results: OrderedDict[bytes, Result] = OrderedDict()

    def get(self, texts: tuple[str, ...], compute: Callable[[], Result]) -> Result:
        """Return what ``compute`` returns for these texts, now or before."""
        key = _hash(texts)
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
                return self._results[key]
        result = compute()
        with self._lock:
            self._results[key] = result
            if len(self._results) > self._size:
                self._results.popitem(last=False)
        return result

    def __len__(self) -> int:
        return len(self._results)


def _hash(texts: tuple[str, ...]) -> bytes:
    hashed = blake2b(digest_size=16)
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        hashed.update(len(data).to_bytes(8, "big") + data)
    return hashed.digest()
