"""Connections that wait no longer than they are told: a server that stops may leave no word of it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

_Answer = TypeVar("_Answer")


class Connection(psycopg.Connection[tuple[Any, ...]]):
    """A connection that breaks when an answer takes longer than ``limit`` seconds; None waits for ever.

    The server has a limit of its own, ``statement_timeout``, but keeps to it only as long as it runs.
    """

    limit: float | None = None

    def wait(self, gen: PQGen[_Answer], *options: Any, **named_options: Any) -> _Answer:
        """Wait for an answer.

        Raises:
            OperationalError: it is not there in time; the connection is broken.
        """
        if self.limit is None:
            return super().wait(gen, *options, **named_options)
        try:
            return super().wait(_until_deadline(gen, self.limit), *options, **named_options)
        except _NoAnswer:
            self.pgconn.finish()
            raise

    @contextmanager
    def limited(self, seconds: float | None) -> Iterator[None]:
        """Take another limit for a while; None leaves it."""
        limit, self.limit = self.limit, seconds or self.limit
        try:
            yield
        finally:
            self.limit = limit


class _NoAnswer(psycopg.OperationalError):
    """An answer that was not there in time."""


def _until_deadline(answer: PQGen[_Answer], seconds: float) -> PQGen[_Answer]:
    """Yield what ``answer`` yields, which the client resumes ten times a second or more, but no longer than this.

    Raises:
        OperationalError: it did not end in time.
    """
    deadline = time.monotonic() + seconds
    try:
        event = next(answer)
        while time.monotonic() < deadline:
            event = answer.send((yield event))
    except StopIteration as end:
        value: _Answer = end.value
        return value
    raise _NoAnswer(f"no answer within {seconds:.0f} seconds")
