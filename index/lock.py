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
        raise IndexBusy(f"{folder} is being rebuilt by {_named(owner)}. Wait for it, or stop it.") from None


def _me() -> dict[str, str | int]:
    return {"pid": os.getpid(), "host": socket.gethostname(), "since": f"{datetime.now():%Y-%m-%d %H:%M:%S}"}


def _named(owner: Path) -> str:
    try:
        holder = json.loads(owner.read_text("utf-8"))
        return f"process {holder['pid']} on {holder['host']}, since {holder['since']}"
    except (OSError, ValueError, KeyError):
        return "another process"
