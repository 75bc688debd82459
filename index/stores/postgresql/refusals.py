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
        raise _sentence(error, address.url) from error


def wrong_parameters(url: str, reason: str) -> StoreError:
    """Return the error of an address that the client cannot read."""
    return StoreError("“{}” is not an address of PostgreSQL: {}.", url, reason)


def of_another_encoding(url: str, encoding: str) -> StoreError:
    """Return the error of a database that cannot hold all characters."""
    return StoreError(
        "The database {} has the encoding {}, and UTF8 is needed. Its administrator can create another: CREATE"
        " DATABASE name ENCODING 'UTF8' TEMPLATE template0",
        url,
        encoding,
    )


def cannot_be_used(url: str, extension: str) -> StoreError:
    """Return the error of an extension that is missing, or whose schema is closed to the user."""
    return StoreError(
        "The database {} lacks the extension {}, or its user may not use it. Its administrator can create it, and"
        " grant USAGE on its schema.",
        url,
        extension,
    )


def _sentence(error: psycopg.Error, url: str) -> StoreError:
    """Return what is wrong as a sentence."""
    message = first_line(error)
    if isinstance(error, _FORBIDDEN):
        return not_allowed(url, message)
    if isinstance(error, _NOT_OURS):
        return of_another_version(url)
    if isinstance(error, errors.DiskFull):
        return StoreError("The disk of the database {} is full. Make room on it, and try again.", url)
    if isinstance(error, errors.QueryCanceled):
        return StoreError(
            "The database {} gave up: {}. If questions take long, set a longer statement_timeout in the address, as"
            " docs/stores.md describes.",
            url,
            message,
        )
    is_of_connection = isinstance(error, psycopg.OperationalError)
    if is_of_connection and error.sqlstate is None and any(mark in message for mark in _BEFORE_A_SESSION):
        return StoreError(
            "The database {} refuses the connection: {}. Check the user, the password and the parameters of the"
            " address.",
            url,
            message,
        )
    if is_of_connection and (error.sqlstate is None or error.sqlstate.startswith(("08", "57P"))):
        return no_answer(url, message)
    return StoreError("The database {} reports an error: {}.", url, message)
