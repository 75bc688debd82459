"""One writer at a time. The system lets go of a lock when its holder dies, so that none is ever left behind."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import IndexBusy


@contextmanager
def writer_lock(folder: Path, patience: float) -> Iterator[None]:
    """Holds the lock of an index; ``IndexBusy`` when another holds it for ``patience`` seconds more."""
    owner = folder / "lock.owner"
    try:
        with FileLock(folder / "lock", timeout=patience):
            owner.write_text(json.dumps(_me()), "utf-8")
            try:
                yield
            finally:
                owner.unlink(missing_ok=True)
    except Timeout:
        raise _busy(folder) from None


def _me() -> dict[str, str | int]:
    return {"pid": os.getpid(), "host": socket.gethostname(), "since": f"{datetime.now():%Y-%m-%d %H:%M:%S}"}


def _busy(folder: Path) -> IndexBusy:
    try:
        holder = json.loads((folder / "lock.owner").read_text("utf-8"))
        named = holder["pid"], holder["host"], holder["since"]
    except (OSError, ValueError, KeyError):
        return IndexBusy("{} is being rebuilt by another process. Wait for it, or stop it.", folder)
    return IndexBusy("{} is being rebuilt by process {} on {}, since {}. Wait for it, or stop it.", folder, *named)
