"""Errors of PostgreSQL and of its client as sentences."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors

from index.addresses import StoreAddress
from index.errors import first_line
from index.stores.base import StoreError
from index.stores.errors import no_answer, not_allowed, of_another_version

_FORBIDDEN = (errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)
_NOT_OURS = (errors.UndefinedTable, errors.UndefinedColumn)
_BEFORE_A_SESSION = ("FATAL", "no password supplied", "SSL")  # what a server that refuses a connection answers


@contextmanager
def translate_errors(address: StoreAddress) -> Iterator[None]:
    """Turn errors of the database into sentences.

    Raises:
        StoreError: the server does not answer, or refuses.
    """
    try:
        yield
    except psycopg.Error as error:
        sentence = _sentence(error, address.url)
        if sentence is None:
            raise
        raise sentence from error


def wrong_parameters(url: str, reason: str) -> StoreError:
    """Return the error of an address that the client cannot read."""
    return StoreError("“{}” is not an address of PostgreSQL: {}.", url, reason)


def _sentence(error: psycopg.Error, url: str) -> StoreError | None:
    """Return what is wrong as a sentence; None for what only a mistake of this program can cause."""
    message = first_line(error)
    if isinstance(error, _FORBIDDEN):
        return not_allowed(url, message)
    if isinstance(error, _NOT_OURS):
        return of_another_version(url)
    if isinstance(error, errors.DiskFull):
        return StoreError("The disk of the database {} is full. Make room on it, and try again.", url)
    if not isinstance(error, psycopg.OperationalError):
        return None
    if error.sqlstate is None and any(mark in message for mark in _BEFORE_A_SESSION):
        return StoreError(
            "The database {} refuses the connection: {}. Check the user, the password and the parameters of the"
            " address.",
            url,
            message,
        )
    if error.sqlstate is None or error.sqlstate.startswith(("08", "57P")):
        return no_answer(url, message)
    return StoreError("The database {} reports an error: {}.", url, message)
