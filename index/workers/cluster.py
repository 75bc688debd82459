"""Have the workers of a Dask scheduler read, recognise and encode what a rebuild needs.

The rebuild itself does not change: instead of a process of this machine it asks a worker, which asks such a process of
its own machine. Results are cached here under the hash of their content as always. So a lost worker costs the jobs that
it had, and a rebuild that was stopped goes on where it stopped.
"""

import json
import logging
import math
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import dask
import numpy as np
from distributed import Client, KilledWorker, LocalCluster
from distributed import Future as Job

from index.encoders.base import Encoder, Vectors
from index.errors import SchedulerError, UserError
from index.sandbox.frames import Frame
from index.sandbox.process import AnyWorker, Worker, WorkerCrashed, WorkerKilled, WorkerTimeout
from index.workers import jobs
from index.workers.recogniser import OcrEngine

_ADDRESS = re.compile(r"(?:tcp|tls|ws|wss|ucx)://.+")
_PROCESSES = re.compile(r"processes:([1-9]\d{0,3})")
_PATIENCE = 20.0  # seconds for the scheduler to answer, and for a first worker
_WITHOUT_WORKERS = 60.0  # seconds for which a rebuild waits for others when all are lost
_BEAT = 5.0  # seconds between two looks at who is there
_ATTEMPTS = 3  # of a job whose process or file is not as it was
_LARGEST_SENT = 64 << 20  # bytes of a file that is sent; a larger one is read here
_FEWEST_TEXTS = 64  # that are worth a job
_DISTRIBUTION = "sourcier"
# Dask serves facts of its jobs over HTTP to whoever asks: not so here.
_NO_PAGES: dict[str, list[str]] = {"distributed.scheduler.http.routes": [], "distributed.worker.http.routes": []}


@contextmanager
def open_cluster(
    scheduler: str, folder: Path, engine: OcrEngine, *, encodes: bool, sends: bool = False
) -> Iterator["Cluster"]:
    """Connect to a scheduler, or start processes of this machine, for a rebuild of ``folder``.

    Args:
        scheduler: ``tcp://host:8786``, or ``processes:4``.
        engine: reads pictures of text; workers must have the same.
        encodes: whether workers can load the encoder by its name.
        sends: whether workers that do not have the files of ``folder`` are sent them.

    Raises:
        SchedulerError: it does not answer, has no workers, or they have another version of the program.
    """
    with ExitStack() as stack:
        stack.enter_context(dask.config.set({"distributed.admin.large-graph-warning-threshold": 2 * _LARGEST_SENT}))
        client = stack.enter_context(_connect(scheduler))
        name = f"{_DISTRIBUTION}-{uuid4().hex}"
        with _translate(scheduler):
            client.wait_for_workers(1, timeout=_PATIENCE)
            _check_versions(client.get_versions(packages=[_DISTRIBUTION]), scheduler)
            client.register_plugin(jobs.SandboxPlugin(jobs.list_versions(engine)), name=name)
        stack.callback(_forget, client, name)
        yield Cluster(client, scheduler, name, folder.resolve(), encodes=encodes, sends=sends)


class Cluster:
    """The workers of a scheduler, as a rebuild of ``folder`` uses them."""

    def __init__(
        self, client: Client, scheduler: str, plugin: str, folder: Path, *, encodes: bool, sends: bool = False
    ) -> None:
        self.sends, self.is_shared = sends, True  # until a worker lacks a file of the folder
        self.folder, self.scheduler, self.hashes = folder, scheduler, jobs.FileHashes()
        self.jobs = 2 * sum(client.nthreads().values())  # at a time: each worker has its next while it does one
        self._client, self.plugin, self._encodes = client, plugin, encodes
        self._running, self._cancelled = set[Job[Any]](), set[Job[Any]]()
        self._lock, self._closed = threading.Lock(), False

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Cancel all jobs, from any thread; whoever waits for one hears ``WorkerKilled``."""
        with self._lock:
            self._closed = True
            running = list(self._running)
        self.cancel(running)

    def cancel(self, jobs: Sequence["Job[Any]"]) -> None:
        """Cancel those of the jobs that are not done, from any thread."""
        with self._lock:
            running = self._running.intersection(jobs)
            self._cancelled |= running
        with suppress(Exception):  # the scheduler may be gone
            self._client.cancel(list(running))

    def start(self, module: str, *, memory: int, niceness: int = 0) -> AnyWorker:
        """Return what asks processes of the workers, in the place of a ``Worker`` with the same arguments."""
        return ClusterWorker(self, {"module": module, "memory": memory, "niceness": niceness})

    def encoder(self, encoder: Encoder) -> Encoder:
        """Return an encoder that encodes in the workers, where they can load it."""
        return ClusterEncoder(self, encoder) if self._encodes else encoder

    def submit(self, function: Callable[..., jobs.Reply], *arguments: Any) -> "Job[jobs.Reply]":
        """Submit a job.

        Raises:
            WorkerKilled: this was closed.
            SchedulerError: the scheduler is gone.
        """
        with self._lock, _translate(self.scheduler):
            if self._closed:
                raise WorkerKilled(0)
            job = self._client.submit(function, *arguments, pure=False)
            self._running.add(job)
        return job

    def wait(self, job: "Job[jobs.Reply]") -> jobs.Reply | None:
        """Return the result of a job; None where the workers that had it were lost again and again.

        Raises:
            WorkerKilled: this was closed.
            SchedulerError: the scheduler is gone, the worker has another version, or the job failed.
        """
        try:
            with _translate(self.scheduler):
                reply = self._result(job)
        except KilledWorker:
            return None
        except CancelledError as error:
            if job in self._cancelled:
                raise WorkerKilled(0) from error
            raise _lost(self.scheduler, error) from error
        finally:
            with self._lock:
                self._running.discard(job)
                self._cancelled.discard(job)
        if "differs" in reply:
            raise _differs(self.scheduler, *reply["differs"])
        return reply

    def _result(self, job: "Job[jobs.Reply]") -> jobs.Reply:
        """Return the result of a job, as long as there are workers that may do it."""
        start_time = time.monotonic()
        while True:
            try:
                return job.result(_BEAT)
            except TimeoutError:
                if job.done():  # meanwhile, or it failed with one
                    return job.result()
            if self._client.nthreads():
                start_time = time.monotonic()
            elif time.monotonic() - start_time > _WITHOUT_WORKERS:
                raise SchedulerError(
                    "The scheduler {} has lost all workers. Start some and rebuild; nothing read is lost.",
                    self.scheduler,
                )


class ClusterWorker:
    """Asks a sandboxed process of whichever worker is free. It belongs to one thread at a time, as a ``Worker``."""

    def __init__(self, cluster: Cluster, kind: Mapping[str, Any]) -> None:
        self._cluster, self._kind = cluster, kind
        self._local_worker = Worker(**kind)  # for what the cluster cannot do; it starts with its first request
        self._job: Job[jobs.Reply] | None = None  # the last one
        self._lock, self._closed = threading.Lock(), False

    def ask(self, request: Mapping[str, Any], limit: float) -> Frame:
        """Do as ``Worker.ask``. Files of the folder are read where the worker is, any other is sent.

        So are those of a folder that is a mirror, once a worker turns out not to share it.

        Raises:
            WorkerLost: as ``Worker.ask`` does.
            SchedulerError: the worker does not see the same file, or the scheduler is gone.
            OSError: the file cannot be opened.
        """
        path = Path(request["path"])
        is_shared = self._cluster.is_shared and path.is_relative_to(self._cluster.folder)
        if not is_shared and path.stat().st_size > _LARGEST_SENT:
            return self._local_worker.ask(request, limit)
        sent, is_other = None if is_shared else path.read_bytes(), False
        for _ in range(_ATTEMPTS):
            reply = self._reply(dict(request), limit, sent)
            is_other = reply is not None and is_shared and reply.get("sha256", "") not in ("", self._hash(path))
            if reply is None or is_other or "killed" in reply:
                continue
            return _frame(reply, request.get("scan_folder"))
        if is_other and self._cluster.sends:
            self._cluster.is_shared = False
            return self.ask(request, limit)
        if is_other:
            raise SchedulerError(
                "Workers of {} find a different file at {}, or none. Mount the folder there at the same path.",
                self._cluster.scheduler,
                path,
            )
        return self._local_worker.ask(request, limit)

    def close(self) -> None:
        """Cancel the job that is waited for, from any thread. No other is submitted."""
        with self._lock:
            self._closed = True
        if self._job is not None:
            self._cluster.cancel([self._job])
        self._local_worker.close()

    def _reply(self, request: dict[str, Any], limit: float, sent: bytes | None) -> jobs.Reply | None:
        with self._lock:
            if self._closed:
                raise WorkerKilled(0)
            self._job = self._cluster.submit(jobs.ask, self._cluster.plugin, self._kind, request, limit, sent)
        return self._cluster.wait(self._job)

    def _hash(self, path: Path) -> str:
        return self._cluster.hashes.of(path)


class ClusterEncoder:
    """Encodes in the workers, with the encoder that has the same name and fingerprint there."""

    def __init__(self, cluster: Cluster, encoder: Encoder) -> None:
        self._cluster, self._encoder = cluster, encoder
        self.name, self.dimension, self.fingerprint = encoder.name, encoder.dimension, encoder.fingerprint

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length 1 per text, shape (texts, dimension)."""
        size = max(_FEWEST_TEXTS, math.ceil(len(texts) / self._cluster.jobs))
        slices = [texts[start : start + size] for start in range(0, len(texts), size)]
        submitted = [
            self._cluster.submit(jobs.encode, self.name, self.fingerprint, texts_slice) for texts_slice in slices
        ]
        rows = [self._vectors(job, texts_slice) for job, texts_slice in zip(submitted, slices, strict=True)]
        return np.concatenate([np.empty((0, self.dimension), np.float32), *rows])

    def _vectors(self, job: "Job[jobs.Reply]", texts: Sequence[str]) -> Vectors:
        reply = self._cluster.wait(job)
        if reply is None:
            return self._encoder.encode(texts)
        return np.frombuffer(reply["vectors"], "<f4").reshape(-1, self.dimension)


def _frame(reply: jobs.Reply, scan_folder: str | None) -> Frame:
    """Return the reply of the process, or raise what asking it raised; keep files inside that OCR may read."""
    if "timeout" in reply:
        raise WorkerTimeout(reply["timeout"])
    if "crashed" in reply:
        raise WorkerCrashed(reply["crashed"])
    for name, data in reply["scans"].items():
        Path(scan_folder or "", Path(name).name).write_bytes(data)
    return Frame(json.loads(reply["fields"]), tuple(reply["parts"]))


@contextmanager
def _connect(scheduler: str) -> Iterator[Client]:
    """Connect to a scheduler, or to processes that are started, and end with the block.

    Raises:
        SchedulerError: the address is none, or nobody answers there.
    """
    local = _PROCESSES.fullmatch(scheduler)
    if not local and not _ADDRESS.fullmatch(scheduler):
        raise SchedulerError(
            "{!r} is not a scheduler address. Write tcp://host:8786, tls://host:8786, or processes:4 for this machine.",
            scheduler,
        )
    with ExitStack() as stack:
        with _translate(scheduler):
            address = stack.enter_context(_processes(int(local[1]))) if local else scheduler
            client = stack.enter_context(Client(address, timeout=_PATIENCE, set_as_default=False))
        yield client


@contextmanager
def _processes(count: int) -> Iterator[LocalCluster]:
    """Start workers of one thread each on this machine; TLS keeps other accounts of it from giving them jobs."""
    with (
        TemporaryDirectory(prefix="workers-") as folder,
        dask.config.set(_NO_PAGES),
        LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            security=True,
            dashboard_address="127.0.0.1:0",
            memory_limit=None,
            local_directory=folder,
            silence_logs=logging.CRITICAL,
        ) as cluster,
    ):
        yield cluster


def _check_versions(versions: Any, scheduler: str) -> None:
    """Compare the versions of Sourcier on the workers and the scheduler with that of this machine.

    Raises:
        SchedulerError: one has another, or none.
    """
    local_version = versions["client"]["packages"][_DISTRIBUTION]
    for process in (versions["scheduler"], *versions["workers"].values()):
        remote_version = process["packages"].get(_DISTRIBUTION) if process else None
        if remote_version is None:
            raise SchedulerError(
                "Sourcier is not installed where the scheduler {} or its workers run. Install version {} there.",
                scheduler,
                local_version,
            )
        if remote_version != local_version:
            raise _differs(scheduler, "version of Sourcier", remote_version, local_version)


def _differs(scheduler: str, name: str, remote_version: str, local_version: str) -> SchedulerError:
    return SchedulerError(
        "The workers of {} have a different {}: {!r} there, {!r} here. Install the same.",
        scheduler,
        name,
        remote_version,
        local_version,
    )


def _lost(scheduler: str, error: Exception) -> SchedulerError:
    return SchedulerError(
        "The scheduler {} does not answer, or its workers fail: {}. Look at them and rebuild; nothing read is lost.",
        scheduler,
        (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip("."),
    )


@contextmanager
def _translate(scheduler: str) -> Iterator[None]:
    """Turn errors of Dask and of jobs into a sentence, but for those that ``Cluster.wait`` knows.

    Raises:
        SchedulerError: the block raised something else.
    """
    try:
        yield
    except (KilledWorker, CancelledError, WorkerKilled, UserError):
        raise
    except Exception as error:
        raise _lost(scheduler, error) from error


def _forget(client: Client, plugin: str) -> None:
    """End what the rebuild started on the workers."""
    with suppress(Exception):  # the scheduler may be gone
        client.unregister_worker_plugin(plugin)
