"""The right to fill a store, which one process holds at a time. Milvus has no locks, but an alias is created only once.

Who fills holds the alias ``filling_N``, and shows that it is alive: it counts up a beat. Whoever finds the beat still
for ``LEASE`` takes over with ``filling_N+1``, which again only one can create. No clocks are compared.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from secrets import token_hex
from threading import Event, Thread

from index.stores.base import StoreError
from index.stores.errors import being_filled
from index.stores.milvus.connection import Connection

LEASE = 15.0  # seconds without a beat after which a process is taken for dead
_BEATS = 6  # in a lease
_ALIAS = re.compile(r"filling_(\d+)")


class Lease:
    """Holds the right to fill a store, as long as the process lives."""

    def __init__(self, connection: Connection, alias: str, holder: str) -> None:
        self._connection, self._alias, self._holder = connection, alias, holder
        self._is_over = Event()
        self._beating = Thread(target=self._beat, args=(LEASE / _BEATS,), daemon=True)
        self._beating.start()

    def check(self) -> None:
        """Check that nobody took over.

        Raises:
            IndexLocked: another process did, since this one was still for too long.
        """
        if self._connection.target(self._alias) != self._holder or _latest(self._connection) != self._alias:
            raise being_filled(self._connection.address.url)

    def release(self) -> None:
        """Give the right back."""
        self._is_over.set()
        self._beating.join()
        _remove(self._connection, self._alias, self._holder)

    def _beat(self, seconds: float) -> None:
        number = 0
        while True:
            with suppress(StoreError):  # whoever fills meets it, too
                self._connection.write_record("beat", self._holder, {"number": number})
            number += 1
            if self._is_over.wait(seconds):
                return


@contextmanager
def hold_lease(connection: Connection) -> Iterator[Lease]:
    """Hold the right to fill a store; a dead holder is an obstacle for ``LEASE`` seconds at most.

    Raises:
        IndexLocked: another process is filling the store.
    """
    connection.pointer()  # there is a store
    holder = f"filler_{token_hex(8)}"
    connection.create(holder)
    alias = _acquire(connection, holder)
    if alias is None:
        connection.drop(holder)
        raise being_filled(connection.address.url)
    lease = Lease(connection, alias, holder)
    try:
        for older in _aliases(connection):
            if older != alias:
                _remove(connection, older, connection.target(older))
        yield lease
    finally:
        with suppress(StoreError):
            lease.release()


def _acquire(connection: Connection, holder: str) -> str | None:
    """Return the alias that was created for ``holder``; None if another process is filling the store."""
    latest = _latest(connection)
    if latest is not None and _is_alive(connection, latest):
        return None
    alias = f"filling_{_number(latest) + 1 if latest else 1}"
    return alias if connection.create_alias(alias, holder) else None


def _is_alive(connection: Connection, alias: str) -> bool:
    """Return whether the holder of an alias counts up its beat within the lease."""
    holder = connection.target(alias)
    last_beat, deadline = connection.record("beat", holder), time.monotonic() + LEASE
    while time.monotonic() < deadline:
        time.sleep(LEASE / _BEATS / 4)
        if connection.target(alias) is None:
            return False
        now = connection.record("beat", holder)
        if now is not None and now != last_beat:
            return True
    return False


def _aliases(connection: Connection) -> list[str]:
    """Return the aliases that were created, the first one first."""
    return sorted((alias for alias in connection.aliases() if _ALIAS.fullmatch(alias)), key=_number)


def _latest(connection: Connection) -> str | None:
    return next(reversed(_aliases(connection)), None)


def _number(alias: str) -> int:
    matched = _ALIAS.fullmatch(alias)
    return int(matched[1]) if matched else 0


def _remove(connection: Connection, alias: str, holder: str | None) -> None:
    connection.remove_record("beat", holder)
    if holder is not None and connection.target(alias) == holder:
        connection.drop_alias(alias)
        connection.drop(holder)
