"""Connections to a database."""

import threading
from typing import Any

import psycopg
from psycopg import conninfo, sql

from index.addresses import StoreAddress
from index.stores.errors import no_store, of_another_version, snapshot_gone
from index.stores.postgresql.refusals import first_line, translate_errors, wrong_parameters
from index.stores.postgresql.tables import FORMAT, SEARCH_GRAPH

Connection = psycopg.Connection[tuple[Any, ...]]
_SECONDS = 10  # to connect
FILLING = 0  # what a lock is about that is of no snapshot


def connect(address: StoreAddress) -> Connection:
    """Return a connection whose names are those of the store.

    Raises:
        StoreError: the server does not answer, or refuses.
    """
    _check_parameters(address)
    with translate_errors(address):
        connection = psycopg.connect(
            address.database_url,
            password=address.password,
            connect_timeout=_SECONDS,
            application_name="sourcier",
            autocommit=True,
        )
        query = "SELECT nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'vector'"
        extension = connection.execute(query).fetchone()
        path = [address.schema, str(extension[0]) if extension else "public", "public"]
        order = sql.SQL("SET search_path = {}").format(sql.SQL(", ").join(map(sql.Identifier, path)))
        connection.execute(order)
        if address.approximates:
            connection.execute(SEARCH_GRAPH)
        return connection


def _check_parameters(address: StoreAddress) -> None:
    """Check that the client knows the parameters of an address.

    Raises:
        StoreError: it does not, or a value is of another kind.
    """
    try:
        parameters = conninfo.conninfo_to_dict(address.database_url)
    except psycopg.ProgrammingError as error:
        raise wrong_parameters(address.url, first_line(error)) from error
    ports = str(parameters.get("port", "")).split(",")  # one for each host
    if not all(port.isdigit() or not port for port in ports):
        raise wrong_parameters(address.url, "its port is not a number")


def is_created(connection: Connection, schema: str) -> bool:
    """Return whether a schema holds a store."""
    row = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [f'"{schema}".store']).fetchone()
    return bool(row and row[0])


def check_store(connection: Connection, address: StoreAddress) -> None:
    """Check that the store is there, and of this version.

    Raises:
        NoStore: it is not.
    """
    if not is_created(connection, address.schema):
        raise no_store(address.url)
    row = connection.execute("SELECT format FROM store").fetchone()
    if row is None or row[0] != FORMAT:
        raise of_another_version(address.url)


def lock(connection: Connection, about: int) -> bool:
    """Take a lock of the store that one session holds alone, if it is free; it ends with the connection."""
    row = connection.execute("SELECT pg_try_advisory_lock(hashtext(current_schema()), %s::int)", [about]).fetchone()
    return bool(row and row[0])


def unlock(connection: Connection, about: int) -> None:
    """Release a lock that ``lock`` took."""
    connection.execute("SELECT pg_advisory_unlock(hashtext(current_schema()), %s::int)", [about])


def is_held(connection: Connection, snapshot: int, token: str) -> bool:
    """Return whether the store has a snapshot; numbers come again where a store was restored, tokens do not."""
    row = connection.execute("SELECT 1 FROM snapshots WHERE snapshot = %s AND token = %s", [snapshot, token]).fetchone()
    return row is not None


def hold(connection: Connection, snapshot: int) -> None:
    """Keep a snapshot from being removed as long as the connection is open."""
    connection.execute("SELECT pg_advisory_lock_shared(hashtext(current_schema()), %s::int)", [snapshot])


class Connections:
    """Connections that threads take in turn; one that broke is replaced once, so that a restart is survived."""

    def __init__(self, address: StoreAddress, snapshot: tuple[int, str]) -> None:
        """Open the first connection, and hold a snapshot, by number and token, with it and all others.

        Raises:
            SnapshotGone: it was removed.
            StoreError: the server does not answer, or refuses.
        """
        self._address, self._snapshot, self._lock = address, snapshot, threading.Lock()
        self._idle = [self._connected()]

    def rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query, in binary form.

        Raises:
            SnapshotGone: the snapshot was removed while there was no connection.
            StoreError: the server does not answer, or refuses.
        """
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._connected()
        try:
            with translate_errors(self._address):
                try:
                    return _rows(connection, query, values)
                except psycopg.OperationalError:
                    if not connection.broken:
                        raise
                    self.close()  # the others broke with it
                    connection = self._connected()
                    return _rows(connection, query, values)
        finally:
            self._give_back(connection)

    def close(self) -> None:
        """Close all connections that are not in use."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _give_back(self, connection: Connection) -> None:
        if connection.broken:
            connection.close()
            return
        with self._lock:
            self._idle.append(connection)

    def _connected(self) -> Connection:
        connection = connect(self._address)
        try:
            with translate_errors(self._address):
                hold(connection, self._snapshot[0])
                if is_held(connection, *self._snapshot):
                    return connection
            raise snapshot_gone(self._address.url, self._snapshot[0])
        except BaseException:
            connection.close()
            raise


def _rows(connection: Connection, query: str, values: dict[str, object]) -> list[tuple[Any, ...]]:
    return connection.execute(query, values, prepare=False, binary=True).fetchall()  # planned for these values
