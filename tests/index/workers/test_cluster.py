"""Workers of a Dask scheduler read what a rebuild needs: the same snapshot, also where they are killed."""

import gc
import io
import os
import shutil
import signal
import sys
import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from threading import Event
from typing import Any, cast

import numpy as np
import pypdfium2  # type: ignore[import-untyped]
import pytest
from distributed import Client, LocalCluster
from handed import content
from reportlab.lib.pagesizes import A6
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from bench.attacks import pdf_bombs
from index import rebuild
from index.encoders.registry import load_encoder
from index.errors import SchedulerError
from index.sandbox.process import WorkerCrashed, WorkerKilled, WorkerTimeout
from index.storage import snapshot
from index.storage.manifest import read_manifest
from index.workers import cluster as module
from index.workers.cluster import Cluster, ClusterEncoder, ClusterWorker, open_cluster
from index.workers.jobs import FileHashes, encode, list_versions
from index.workers.recogniser import NO_ENGINE, find_engine
from index.workers.scheduler import connect

pytestmark = pytest.mark.slow

KIND = {"module": "index.workers.read_worker", "memory": 4 << 30, "niceness": 0}
TEXT = "La mer est bleue, dit Anne. "


@pytest.fixture(scope="module", autouse=True)
def nothing_left():
    """Clients that could not connect are closed by the collector, which collects nothing else meanwhile."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def workers(tmp_path_factory):
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs=50,
        local_directory=str(tmp_path_factory.mktemp("workers")),
    ) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Files of many kinds, and scans: one in the folder, one in an archive."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "texts").mkdir()
    for number in range(6):
        (folder / "texts" / f"{number}.pdf").write_bytes(pdf_bombs.plain(3 + number))
    (folder / "small.txt").write_text(TEXT, "utf-8")
    (folder / "large.txt").write_text(TEXT * 2000, "utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    (folder / "scan.pdf").write_bytes(scan())
    with zipfile.ZipFile(folder / "mail.zip", "w") as archive:
        archive.writestr("words.txt", TEXT)
        archive.writestr("letter.pdf", scan("Une autre page."))
    return folder


@pytest.fixture(scope="module")
def expected(folder, tmp_path_factory):
    """What an index says that this machine made alone."""
    target = tmp_path_factory.mktemp("alone") / "index"
    rebuild(folder, target)
    return facts(target)


def scan(line: str = "Le canal relie deux rivières.") -> bytes:
    """A PDF with a picture of a page that says a line."""
    data, page = io.BytesIO(), io.BytesIO()
    canvas = Canvas(page, pagesize=A6)
    canvas.setFont("Helvetica", 13)
    canvas.drawString(30, 300, line)
    canvas.save()
    picture = pypdfium2.PdfDocument(page.getvalue())[0].render(scale=200 / 72).to_pil()
    canvas = Canvas(data, pagesize=A6)
    canvas.drawImage(ImageReader(picture), 0, 0, *A6)
    canvas.save()
    return data.getvalue()


def facts(target: Path) -> tuple[object, ...]:
    """All of a snapshot but the names that tantivy draws for its files."""
    manifest = read_manifest(snapshot.find_current(target))
    files = {name: facts for name, facts in (manifest.files or {}).items() if "/lexical/" not in name}
    return manifest.digest, files, manifest.warnings, manifest.skipped, content(target)


def test_a_cluster_makes_the_same_snapshot(folder, expected, workers, tmp_path, monkeypatch):
    monkeypatch.setattr("index.workers.cluster.Worker.ask", lambda *_: pytest.fail("asked here"))
    rebuild(folder, tmp_path / "index", scheduler=workers.scheduler_address)
    assert facts(tmp_path / "index") == expected
    assert [warning.source for warning in expected[2]] == (["mail.zip/letter.pdf", "scan.pdf"] if has_ocr() else [])


def has_ocr() -> bool:
    return shutil.which("tesseract") is not None


def test_processes_of_this_machine_are_a_cluster(folder):
    with open_cluster("processes:1", folder, NO_ENGINE, encodes=True) as cluster:
        scheduler: Any = cluster._client.scheduler
        assert scheduler.address.startswith("tls://127.0.0.1:")
        assert cluster.jobs == 2


def test_a_stopped_rebuild_ends_its_jobs(folder, workers, tmp_path):
    class Stopped(Exception): ...

    def stop(progress):
        raise Stopped

    with pytest.raises(Stopped):
        rebuild(folder, tmp_path / "index", scheduler=workers.scheduler_address, progress=stop)
    assert not (tmp_path / "index" / "CURRENT").exists()
    assert not [name for name in workers.scheduler.worker_plugins if name.startswith("sourcier")]


def test_workers_of_another_version_are_refused(folder, workers, tmp_path, monkeypatch):
    address = workers.scheduler_address
    readers = list_versions(find_engine())["version of the readers"]
    monkeypatch.setattr(
        "index.workers.jobs.list_versions", lambda engine: list_versions(engine) | {"version of the readers": "999"}
    )
    with pytest.raises(SchedulerError) as refused:
        rebuild(folder, tmp_path / "index", scheduler=address)
    assert str(refused.value) == (
        f"The workers of {address} have a different version of the readers: {readers!r} there, '999' here."
        " Install the same."
    )


@pytest.mark.posix
@pytest.mark.exhaustive
def test_killed_workers_lose_nothing(folder, workers, tmp_path, monkeypatch):
    rebuild(folder / "texts", tmp_path / "alone")
    monkeypatch.setenv("RAG_SCHEDULER", workers.scheduler_address)
    is_over = Event()
    with ThreadPoolExecutor(1) as beside:
        killed = beside.submit(kill_until, is_over, workers)
        try:
            rebuild(folder / "texts", tmp_path / "index")
        finally:
            is_over.set()
    assert killed.result() == 2
    assert facts(tmp_path / "index") == facts(tmp_path / "alone")


def kill_until(is_over: Event, workers: LocalCluster) -> int:
    """Kill each worker once it runs jobs; return how many were."""
    killed, scheduler = set[int](), cast(Any, workers.scheduler)
    while not is_over.wait(0.02):
        state = scheduler.workers.values()
        busy = {nanny.pid for nanny in workers.workers.values() for worker in state if is_busy(nanny, worker)}
        for pid in busy - killed:
            if pid and len(killed) < 2:
                os.kill(pid, signal.SIGKILL)
                killed.add(pid)
    return len(killed)


def is_busy(nanny, worker) -> bool:
    return bool(worker.processing) and nanny.worker_address == worker.address


def found(scheduler: str | None, *workers: str | None) -> dict[str, object]:
    def told(version):
        return {"packages": {"sourcier": version}}

    return {"client": told("2.0"), "scheduler": told(scheduler), "workers": dict(enumerate(map(told, workers)))}


def test_versions_of_the_program_are_compared():
    module._check_versions(found("2.0", "2.0", "2.0"), "tcp://a:1")
    with pytest.raises(SchedulerError, match=r"have a different version of Sourcier: '1\.0' there, '2\.0' here"):
        module._check_versions(found("2.0", "2.0", "1.0"), "tcp://a:1")
    with pytest.raises(SchedulerError, match=r"^Sourcier is not installed where .*Install version 2\.0 there\.$"):
        module._check_versions(found(None, "2.0"), "tcp://a:1")


class Deserted:
    """A scheduler without workers."""

    def nthreads(self):
        return {}

    def submit(self, *_, **__):
        return self

    def result(self, timeout):
        raise TimeoutError

    def done(self):
        return False


def test_a_scheduler_that_lost_all_workers_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "_WITHOUT_WORKERS", 0.0)
    deserted = Cluster(cast(Client, Deserted()), "tcp://a:1", "plugin", tmp_path, encodes=True)
    with pytest.raises(SchedulerError) as lost:
        deserted.wait(deserted.submit(encode, "name", "fingerprint", []))
    assert str(lost.value) == (
        "The scheduler tcp://a:1 has lost all workers. Start some and rebuild; nothing read is lost."
    )


class DoneLate(Deserted):
    """A job that is done just after its result was waited for."""

    def result(self, timeout=None):
        if timeout:
            raise TimeoutError
        return {"vectors": b""}

    def done(self):
        return True


def test_a_job_that_is_done_late_is_done(tmp_path):
    late = Cluster(cast(Client, DoneLate()), "tcp://a:1", "plugin", tmp_path, encodes=True)
    assert late.wait(late.submit(encode, "name", "fingerprint", [])) == {"vectors": b""}


# ---- addresses


def test_what_is_no_scheduler_is_said(tmp_path):
    with pytest.raises(SchedulerError) as refused, open_cluster("four", tmp_path, NO_ENGINE, encodes=True):
        pass
    assert str(refused.value) == (
        "'four' is not a scheduler address. Write tcp://host:8786, tls://host:8786, or processes:4 for this machine."
    )


def test_a_scheduler_that_does_not_answer_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_PATIENCE", 0.2)
    with (
        pytest.raises(SchedulerError, match=r"^The scheduler tcp://127\.0\.0\.1:9 does not answer"),
        open_cluster("tcp://127.0.0.1:9", tmp_path, NO_ENGINE, encodes=True),
    ):
        pass


def test_a_missing_package_is_said(tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "index.workers.cluster")
    monkeypatch.delattr("index.workers.cluster", raising=False)
    monkeypatch.setitem(sys.modules, "dask", None)
    with pytest.raises(SchedulerError) as refused:
        connect("tcp://a:8786", tmp_path, NO_ENGINE, encodes=True)
    assert str(refused.value) == (
        "tcp://a:8786 needs the package distributed, which is not installed: pip install 'sourcier[dask]'"
    )


# ---- what a worker replies


class Encoding:
    """A cluster that encodes at once; it loses every second job."""

    jobs = 4

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def submit(self, function, name, fingerprint, texts):
        self.sizes.append(len(texts))
        return function(name, fingerprint, texts) if len(self.sizes) % 2 else None

    def wait(self, job):
        return job


def test_vectors_keep_their_order_and_those_of_lost_jobs_are_made_here():
    encoder, cluster, texts = load_encoder(), Encoding(), [f"La mer numéro {number}" for number in range(300)]
    encoded = ClusterEncoder(cast(Cluster, cluster), encoder)
    assert np.array_equal(encoded.encode(texts), encoder.encode(texts))
    assert cluster.sizes == [75, 75, 75, 75]
    assert encoded.encode([]).shape == (0, encoder.dimension)


def test_an_encoder_with_other_weights_is_told():
    encoder = load_encoder()
    assert encode(encoder.name, "other", [TEXT]) == {
        "differs": (f"encoder {encoder.name}", encoder.fingerprint, "other")
    }


class Replies:
    """A cluster that gives replies in turn."""

    scheduler, plugin, sends, is_shared = "tcp://a:1", "plugin", False, True

    def __init__(self, folder: Path, *replies: Mapping[str, object] | None) -> None:
        self.folder, self.replies, self.hashes = folder, list(replies), FileHashes()
        self.sent: list[bytes | None] = []

    def submit(self, function, plugin, kind, request, limit, sent):
        self.sent.append(sent)
        return self.replies.pop(0)

    def wait(self, job):
        return job

    def cancel(self, jobs): ...


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(TEXT, "utf-8")
    return path


def asked(cluster: Replies, path: Path):
    worker = ClusterWorker(cast(Cluster, cluster), KIND)
    try:
        return worker.ask({"path": str(path), "passwords": []}, 60)
    finally:
        worker.close()


def same(path: Path, **reply: object) -> dict[str, object]:
    return {"sha256": sha256(path.read_bytes()).hexdigest(), "fields": '{"by": "cluster"}', "parts": [], "scans": {}}


@pytest.mark.parametrize("reply", [None, {"killed": -9}], ids=["lost", "killed"])
def test_what_workers_do_not_survive_is_read_here(path, reply):
    cluster = Replies(path.parent, reply, reply, reply)
    assert asked(cluster, path).fields["sha256"] == sha256(path.read_bytes()).hexdigest()
    assert cluster.replies == []


def test_a_job_is_repeated_where_its_worker_was_lost_or_its_file_changed(path):
    cluster = Replies(path.parent, None, {"sha256": "of before"}, same(path))
    assert asked(cluster, path).fields == {"by": "cluster"}


def test_workers_that_see_another_file_are_refused(path):
    for reply in ({"sha256": None}, {**same(path), "sha256": "of another"}):
        with pytest.raises(SchedulerError) as refused:
            asked(Replies(path.parent, reply, reply, reply), path)
        assert str(refused.value) == (
            f"Workers of tcp://a:1 find a different file at {path}, or none. Mount the folder there at the same path."
        )


def test_files_outside_the_folder_are_sent(path, tmp_path):
    (tmp_path / "corpus").mkdir()
    for folder, sent in ((tmp_path, None), (tmp_path / "corpus", path.read_bytes())):
        cluster = Replies(folder, same(path) | ({"sha256": None} if sent else {}))
        assert asked(cluster, path).fields == {"by": "cluster"}
        assert cluster.sent == [sent]


def test_a_mirror_is_sent_to_workers_that_do_not_share_it(path):
    lacking = [{"sha256": None}] * 3
    cluster = Replies(path.parent, *lacking, same(path), same(path))
    cluster.sends = True
    assert asked(cluster, path).fields == asked(cluster, path).fields == {"by": "cluster"}
    assert cluster.sent == [None, None, None, path.read_bytes(), path.read_bytes()]


def test_limits_are_those_of_this_machine(path):
    digest = same(path)["sha256"]
    for reply, error in (({"timeout": 5.0}, WorkerTimeout), ({"crashed": -11}, WorkerCrashed)):
        with pytest.raises(error) as raised:
            asked(Replies(path.parent, {**reply, "sha256": digest}), path)
        assert not isinstance(raised.value, WorkerKilled)
