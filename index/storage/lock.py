"""One writer at a time. The system releases the lock when its holder dies, so none is left behind."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import IndexLocked
from index.files import read_plain_text
from index.private import FILE_MODE, write_private_text


@contextmanager
def writer_lock(folder: Path, patience: float) -> Iterator[None]:
    """Hold the lock of an index.

    Raises:
        IndexLocked: another process still holds it after ``patience`` seconds.
        OSError: the lock cannot be written.
        NotImplementedError: the file system has no locks.
    """
    lock, owner = FileLock(folder / "lock", timeout=patience, mode=FILE_MODE), folder / "lock.owner"
    try:
        lock.acquire()
    except Timeout:
        raise _busy(folder) from None
    try:
        write_private_text(owner, json.dumps(_me()))
        yield
    finally:
        with suppress(OSError):  # the disk may fail by now, which the block has said
            owner.unlink(missing_ok=True)
        lock.release()


def _me() -> dict[str, str | int]:
    return {"pid": os.getpid(), "host": socket.gethostname(), "since": f"{datetime.now():%Y-%m-%d %H:%M:%S}"}


def _busy(folder: Path) -> IndexLocked:
    try:
        holder = json.loads(read_plain_text(folder / "lock.owner"))
        owner = holder["pid"], holder["host"], holder["since"]
    except (OSError, ValueError, KeyError, TypeError):
        return IndexLocked("{} is being rebuilt by another process. Wait for it, or stop it.", folder)
    return IndexLocked("{} is being rebuilt by process {} on {}, since {}. Wait for it, or stop it.", folder, *owner)
