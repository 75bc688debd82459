"""What the workers of a Dask scheduler do for a rebuild: ask sandboxed processes of their machine, and encode.

Arguments and results are plain data: text, numbers, bytes, and tuples and dictionaries of these.
"""

import json
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from distributed import Worker as DaskWorker
from distributed import get_worker
from distributed.diagnostics.plugin import WorkerPlugin

from index.encoders.registry import load_encoder
from index.files import sha256_of
from index.readers import registry
from index.sandbox.process import Worker, WorkerCrashed, WorkerKilled, WorkerTimeout
from index.workers.chunks import MADE_WITH
from index.workers.recogniser import OcrEngine, find_engine

Reply = dict[str, Any]
_HASHES = 256  # files whose hashes are kept


def list_versions(engine: OcrEngine) -> dict[str, str]:
    """Return, by name, what decides how this machine reads files."""
    programs = registry.program_versions(file_format.id for file_format in registry.FORMATS.values())
    software = {"version of Sourcier": version("sourcier"), "version of the readers": MADE_WITH}
    return software | {"OCR": engine.fingerprint} | {f"program for {id}": program for id, program in programs.items()}


class FileHashes:
    """Hashes of files, computed once for each state of a file."""

    def __init__(self) -> None:
        self._of = lru_cache(_HASHES)(lambda path, size, changed: sha256_of(path))

    def of(self, path: Path) -> str:
        """Return the SHA-256 of a file.

        Raises:
            OSError: the file cannot be opened.
        """
        status = path.stat()
        return self._of(path, status.st_size, status.st_mtime_ns)


class SandboxPlugin(WorkerPlugin):
    """The sandboxed processes of a Dask worker, one of each kind for each of its threads; they end with the rebuild."""

    def __init__(self, expected: Mapping[str, str]) -> None:
        """Prepare for a rebuild of a machine whose versions are ``expected``."""
        self._expected = dict(expected)

    def setup(self, worker: DaskWorker) -> None:
        """Compare the versions of this machine with those expected."""
        self._thread_local, self._workers, self._hashes = threading.local(), list[Worker](), FileHashes()
        self._engine = find_engine(enabled=not self._expected["OCR"].startswith("off"))
        local_versions = list_versions(self._engine)
        differing = (name for name, expected in self._expected.items() if local_versions.get(name) != expected)
        self._differs = next(((name, local_versions.get(name, ""), self._expected[name]) for name in differing), None)

    def teardown(self, worker: DaskWorker) -> None:
        """End all processes."""
        for process in self._workers:
            process.close()

    def ask(self, kind: Mapping[str, Any], request: dict[str, Any], limit: float, sent: bytes | None) -> Reply:
        """Ask a process of this ``kind``: the arguments of ``Worker``. ``sent`` is the file, if it is not shared."""
        if self._differs:
            return {"differs": self._differs}
        with TemporaryDirectory(prefix="job-") as folder:
            digest = self._receive(request, Path(folder), sent)
            if sent is None and digest is None:
                return {"sha256": None}
            if "program" in request:
                request["program"] = self._engine.program
            try:
                reply = self._process(**kind).ask(request, limit)
            except WorkerTimeout as error:
                return {"timeout": error.limit}
            except WorkerCrashed as error:
                return {"killed" if isinstance(error, WorkerKilled) else "crashed": error.status}
            scans = {path.name: path.read_bytes() for path in Path(folder).glob("scans/*")}
        return {"sha256": digest, "fields": json.dumps(reply.fields), "parts": reply.parts, "scans": scans}

    def _receive(self, request: dict[str, Any], folder: Path, sent: bytes | None) -> str | None:
        """Adapt the paths of a request to this machine; return the hash of the file, or None where it is not shared."""
        if "scan_folder" in request:
            (folder / "scans").mkdir()
            request["scan_folder"] = str(folder / "scans")
        if sent is None:
            with suppress(OSError):
                return self._hashes.of(Path(request["path"]))
            return None
        (folder / "sent").write_bytes(sent)
        request["path"] = str(folder / "sent")
        return None

    def _process(self, module: str, memory: int, niceness: int) -> Worker:
        processes: dict[str, Worker] = self._thread_local.__dict__
        if module not in processes:
            processes[module] = Worker(module, memory=memory, niceness=niceness)
            self._workers.append(processes[module])
        return processes[module]


def ask(plugin: str, *arguments: Any) -> Reply:
    """Do as ``SandboxPlugin.ask`` of the plugin with this name."""
    sandboxes = cast(SandboxPlugin, get_worker().plugins[plugin])
    return sandboxes.ask(*arguments)


def encode(name: str, fingerprint: str, texts: Sequence[str]) -> Reply:
    """Encode texts with the encoder of this name; the vectors are bytes of float32."""
    encoder = load_encoder(name)
    if encoder.fingerprint != fingerprint:
        return {"differs": (f"encoder {name}", encoder.fingerprint, fingerprint)}
    return {"vectors": encoder.encode(texts).astype("<f4").tobytes()}
