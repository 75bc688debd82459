"""A thread-safe cache of bounded size."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class BoundedCache(Generic[Key, Value]):
    """Keeps values up to a total weight of ``limit``; the least recently used is evicted first."""

    def __init__(self, limit: int, weight: Callable[[Value], int] = lambda value: 1) -> None:
        self._limit, self._weight = limit, weight
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._total, self._lock = 0, Lock()

    def __contains__(self, key: Key) -> bool:
        return key in self._values

    def get(self, key: Key) -> Value | None:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Key, value: Value) -> None:
        with self._lock:
            if key in self._values:
                self._total -= self._weight(self._values.pop(key))
            self._values[key] = value
            self._total += self._weight(value)
            while self._total > self._limit:
                self._total -= self._weight(self._values.popitem(last=False)[1])
