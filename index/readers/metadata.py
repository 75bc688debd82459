"""Read metadata that may be damaged or hostile, without ever losing the text for it."""

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")

# What libraries raise at values that cannot be: impossible dates, half characters, elements of another kind.
DAMAGED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def or_none(read: Callable[[], Value]) -> Value | None:
    """Return what ``read`` returns; None if it fails over damaged metadata."""
    try:
        return read()
    except DAMAGED:
        return None


def iso_date(written: str | None) -> dt.date | None:
    """Return the date that a text begins with, as in ``2022-02-12T10:00``; None for anything else."""
    try:
        return dt.date.fromisoformat(written[:10]) if written else None
    except ValueError:
        return None
