"""A property that is computed when it is first read.

It is ``functools.cached_property`` without the lock that this has before Python 3.12, which costs as much as many of
the features. Two threads may both compute a value; they compute the same.
"""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

Value = TypeVar("Value")


class lazy_property(Generic[Value]):  # noqa: N801, as property is
    """Decorates a method without arguments; the value is stored in the ``__dict__`` of its object."""

    def __init__(self, compute: Callable[[Any], Value]) -> None:
        self._compute, self._name, self.__doc__ = compute, compute.__name__, compute.__doc__

    @overload
    def __get__(self, of: None, owner: type) -> Self: ...
    @overload
    def __get__(self, of: object, owner: type) -> Value: ...
    def __get__(self, of: object | None, owner: type) -> Value | Self:
        if of is None:
            return self
        value = of.__dict__[self._name] = self._compute(of)
        return value
