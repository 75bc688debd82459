"""Connections to a database."""

import threading
from collections.abc import Iterable
from typing import Any
from weakref import finalize

import psycopg
from psycopg import conninfo, sql

from index.addresses import StoreAddress
from index.errors import first_line
from index.stores.errors import no_store, of_another_version, snapshot_gone
from index.stores.postgresql.limits import Connection
from index.stores.postgresql.refusals import (
    cannot_be_used,
    of_another_encoding,
    translate_errors,
    wrong_parameters,
)
from index.stores.postgresql.tables import EXTENSIONS, FORMAT, SEARCH_GRAPH

READING = 60.0  # seconds for a query of a question, unless the address or the role sets statement_timeout
_QUICK = 10.0  # seconds for what each question asks first: which snapshot is in use
_SECONDS = 10  # to connect
_GRACE = 5.0  # seconds more than the server has, which gives up by itself if it runs
_ALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}  # a host that is gone is noticed
_LOST = 30_000  # milliseconds after which what was sent and not received is taken for lost
FILLING = 0  # what a lock is about that is of no snapshot


def connect(address: StoreAddress, limit: float | None = None) -> Connection:
    """Return a connection whose names are those of the store.

    ``limit`` is in seconds for each statement; ``statement_timeout`` of the address or the role goes before it.

    Raises:
        StoreError: the server does not answer, or refuses, or the database has another encoding than UTF8.
    """
    given = _parameters(address)
    options: dict[str, Any] = _ALIVE | ({"tcp_user_timeout": _LOST} if limit else {})
    with translate_errors(address):
        connection = Connection.connect(
            address.database_url,
            password=address.password,
            connect_timeout=_SECONDS,
            application_name="sourcier",
            client_encoding="UTF8",
            autocommit=True,
            **{name: value for name, value in options.items() if name not in given},
        )
        try:
            _prepare(connection, address, limit)
        except BaseException:
            connection.close()
            raise
        return connection


def _prepare(connection: Connection, address: StoreAddress, limit: float | None) -> None:
    """Check the encoding, and set limits and the schemas in which names are looked for.

    Raises:
        StoreError: the encoding is not UTF8.
    """
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise of_another_encoding(address.url, str(encoding))
    if limit:
        connection.limit = limit + _GRACE
        connection.limit = _limit(connection, limit) + _GRACE
    query = (
        "SELECT DISTINCT nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = ANY(%s)"
    )
    schemas = [str(name) for (name,) in connection.execute(query, [list(EXTENSIONS)]).fetchall()]
    path = dict.fromkeys([address.schema, *schemas, "public"])
    order = sql.SQL("SET search_path = {}").format(sql.SQL(", ").join(map(sql.Identifier, path)))
    connection.execute(order)
    if address.approximates:
        connection.execute(SEARCH_GRAPH)


def _limit(connection: Connection, seconds: float) -> float:
    """Limit the statements of a connection if they are not limited; return the limit in seconds."""
    query = """
        SELECT setting::int, set_config('statement_timeout', CASE setting WHEN '0' THEN %s ELSE setting END, false)
        FROM pg_settings WHERE name = 'statement_timeout'"""
    row = connection.execute(query, [str(round(1000 * seconds))]).fetchone()
    return row[0] / 1000 if row and row[0] else seconds


def _parameters(address: StoreAddress) -> dict[str, Any]:
    """Return the parameters of an address.

    Raises:
        StoreError: the client does not know one, or a value is of another kind.
    """
    try:
        parameters = conninfo.conninfo_to_dict(address.database_url)
    except psycopg.ProgrammingError as error:
        raise wrong_parameters(address.url, first_line(error)) from error
    ports = str(parameters.get("port", "")).split(",")  # one for each host
    if not all(port.isdigit() or not port for port in ports):
        raise wrong_parameters(address.url, "its port is not a number")
    return parameters


def is_created(connection: Connection, schema: str) -> bool:
    """Return whether a schema holds a store."""
    row = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [f'"{schema}".store']).fetchone()
    return bool(row and row[0])


def check_store(connection: Connection, address: StoreAddress) -> None:
    """Check that the store is there, and of this version, and that the functions of the extensions can be called.

    Raises:
        NoStore: it is not.
        StoreError: they cannot.
    """
    if not is_created(connection, address.schema):
        raise no_store(address.url)
    row = connection.execute("SELECT format FROM store").fetchone()
    if row is None or row[0] != FORMAT:
        raise of_another_version(address.url)
    query = (
        "SELECT to_regtype('halfvec') IS NOT NULL, to_regprocedure('levenshtein_less_equal(text,text,int)') IS NOT NULL"
    )
    for extension, is_usable in zip(EXTENSIONS, connection.execute(query).fetchone() or (), strict=True):
        if not is_usable:
            raise cannot_be_used(address.url, extension)


def lock(connection: Connection, about: int) -> bool:
    """Take a lock of the store that one session holds alone, if it is free; it ends with the connection."""
    row = connection.execute("SELECT pg_try_advisory_lock(hashtext(current_schema()), %s::int)", [about]).fetchone()
    return bool(row and row[0])


def lock_for_creating(connection: Connection) -> None:
    """Wait until nobody else creates a store in the database; the lock ends with the connection."""
    connection.execute("SELECT pg_advisory_lock(hashtext('sourcier'), -1)")


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
        self._idle = [self._connect()]
        finalize(self, _close, self._idle).atexit = False  # where an index is dropped without being closed

    def rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query, in binary form.

        Raises:
            SnapshotGone: the snapshot was removed while there was no connection.
            StoreError: the server does not answer, or refuses.
        """
        return self._ask(query, values)

    def quick_rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query that is answered at once where the server is well.

        Raises:
            SnapshotGone: the snapshot was removed while there was no connection.
            StoreError: the server does not answer, or refuses.
        """
        return self._ask(query, {}, _QUICK)

    def _ask(self, query: str, values: dict[str, object], limit: float | None = None) -> list[tuple[Any, ...]]:
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._connect()
        try:
            with translate_errors(self._address):
                try:
                    return _rows(connection, query, values, limit)
                except psycopg.OperationalError:
                    if not connection.broken:
                        raise
                    self.close()  # the others broke with it
                    connection = self._connect()
                    return _rows(connection, query, values, limit)
        finally:
            self._give_back(connection)

    def close(self) -> None:
        """Close all connections that are not in use."""
        with self._lock:
            idle = [*self._idle]
            self._idle.clear()
        _close(idle)

    def _give_back(self, connection: Connection) -> None:
        if connection.broken:
            connection.close()
            return
        with self._lock:
            self._idle.append(connection)

    def _connect(self) -> Connection:
        connection = connect(self._address, READING)
        try:
            with translate_errors(self._address):
                hold(connection, self._snapshot[0])
                if is_held(connection, *self._snapshot):
                    return connection
            raise snapshot_gone(self._address.url, self._snapshot[0])
        except BaseException:
            connection.close()
            raise


def _close(connections: Iterable[Connection]) -> None:
    for connection in connections:
        connection.close()


def _rows(connection: Connection, query: str, values: dict[str, object], limit: float | None) -> list[tuple[Any, ...]]:
    with connection.limited(limit):
        return connection.execute(query, values, prepare=False, binary=True).fetchall()  # planned for these values
