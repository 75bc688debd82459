"""Convert the old office files of a rebuild in batches, ahead of their being read: a start takes a second or more."""

import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from index.errors import UnreadableFile
from index.readers.office.contents import office_suffix
from index.readers.office.decryption import is_encrypted
from index.readers.registry import LARGEST
from index.sandbox.process import Worker, WorkerLost

AHEAD = (".doc", ".ppt")  # what no reader reads without a conversion
_BATCH = 32  # files of a batch
_PATIENCE = 1200.0  # seconds for a batch
_MEMORY = 8 << 30  # bytes of address space of the worker, which LibreOffice inherits as a limit


class Conversions:
    """Converts files of old formats as they are asked for, together with those that follow.

    Args:
        paths: the files that will be read, in their order; those of other formats do not count.
    """

    def __init__(self, paths: Sequence[Path] = ()) -> None:
        self._waiting = [path for path in paths if path.suffix.lower() in AHEAD]
        self._ready: dict[Path, Path] = {}
        self._folder: Path | None = None
        self._worker = Worker("index.workers.convert_worker", memory=_MEMORY)
        self._lock = threading.Lock()

    @contextmanager
    def converted(self, path: Path) -> Iterator[Path | None]:
        """Give the converted file for a block, named after the SHA-256 of the bytes that it was made of.

        None for a file that is not converted ahead: its reader converts it, or says why it cannot.
        """
        with self._lock:
            if path in self._waiting:
                self._convert(path)
            converted = self._ready.pop(path, None)
        try:
            yield converted
        finally:
            if converted is not None:
                converted.unlink(missing_ok=True)

    def __enter__(self) -> "Conversions":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the conversion that runs, from any thread, and delete what was converted."""
        self._worker.close()
        with self._lock:
            self._waiting.clear()
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)

    def _convert(self, first: Path) -> None:
        """Convert a file and those of its format that follow it, if there are any."""
        start = self._waiting.index(first)
        batch = [path for path in self._waiting[start:] if path.suffix.lower() == first.suffix.lower()][:_BATCH]
        self._waiting = [path for path in self._waiting if path not in batch]
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="convert-"))
        copies = {path: copy for path in batch if (copy := _copy(path, self._folder)) is not None}
        names = sorted({copy.name for copy in copies.values()})
        if len(names) < 2:
            return
        try:
            reply = self._worker.ask({"folder": str(self._folder), "sources": names}, _PATIENCE)
        except WorkerLost:  # each is tried alone
            return
        converted: dict[str, str] = reply.fields.get("converted", {})
        self._ready |= {path: Path(converted[copy.name]) for path, copy in copies.items() if copy.name in converted}


def _copy(path: Path, folder: Path) -> Path | None:
    """Copy a file under the name of its digest; None if it is locked, or not of the old format that it is called."""
    with suppress(OSError, UnreadableFile):
        data = path.read_bytes() if path.stat().st_size <= LARGEST else b""
        if office_suffix(data) == path.suffix.lower() and not is_encrypted(data):
            copy = folder / f"{sha256(data).hexdigest()}{path.suffix.lower()}"
            copy.write_bytes(data)
            return copy
    return None
