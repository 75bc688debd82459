"""Metadata of files may be damaged, or made to harm a reader; that never costs the text."""

from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")

# What libraries raise at values that cannot be: impossible dates, half characters, elements of another kind.
DAMAGED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def or_none(read: Callable[[], Value]) -> Value | None:
    """Return what ``read`` does; None where it fails over damaged metadata."""
    try:
        return read()
    except DAMAGED:
        return None
