"""Rebuild with 1, 2 and 4 workers of a Dask cluster on this machine, and compare times and snapshots.

python -m bench.speed.cluster [--pdfs 40] [--rows 400] [--scans 8] [--pages 3] [--workers 1 2 4] [--kills 0]

Makes PDF files of text, and scans. Each cluster reads a file of each kind first, so that its processes are started;
then a rebuild of the texts and one of the scans are timed. A worker is one process with one thread. With ``--kills``,
workers of the last cluster are killed at random instead, and nothing is timed. Prints a line of JSON for each cluster.
"""

import argparse
import json
import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

from distributed import LocalCluster

from bench.files import ocr
from bench.speed.formats import MAKERS, paragraphs
from index import rebuild
from index.storage import snapshot
from index.storage.manifest import read_manifest

_KIND = ocr.Kind("clean", 200, "french", 1)
_BETWEEN = 1.0  # seconds between two kills, at most


def write_corpus(folder: Path, pdfs: int, rows: int, scans: int, pages: int) -> None:
    """Write texts and scans into two folders, and one of each into a third."""
    noise = random.Random(1)
    words = ocr.words_of(_KIND.language, noise)
    for name in ("texts", "scans", "first"):
        (folder / name).mkdir()
    for number in range(pdfs + 1):
        target = folder / ("texts" if number < pdfs else "first") / f"text-{number:03}.pdf"
        target.write_bytes(MAKERS[".pdf"](paragraphs(rows, noise)))
    for number in range(scans + 1):
        target = folder / ("scans" if number < scans else "first") / f"scan-{number:03}.pdf"
        ocr.write([ocr.scanned(words, _KIND, noise) for _ in range(pages)], target)


@contextmanager
def cluster(workers: int) -> Iterator[LocalCluster]:
    with (
        TemporaryDirectory() as work,
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=50,
            local_directory=work,
        ) as started,
    ):
        yield started


def timed(folder: Path, scheduler: str | None) -> tuple[float, str]:
    """Rebuild into a new index; return the seconds, and a digest of the snapshot, ignoring tantivy's random names."""
    with TemporaryDirectory() as work:
        start_time = time.monotonic()
        rebuild(folder, work, scheduler=scheduler)
        seconds = time.monotonic() - start_time
        manifest = read_manifest(snapshot.find_current(Path(work)))
    files = {name: facts for name, facts in (manifest.files or {}).items() if "/lexical/" not in name}
    return seconds, sha256(json.dumps([manifest.digest, sorted(files.items())]).encode()).hexdigest()[:12]


def kill(workers: LocalCluster, count: int, is_over: Event, killed: list[int]) -> None:
    """Kill workers at random moments until it is over, at most ``count``."""
    while len(killed) < count and not is_over.wait(random.uniform(0, _BETWEEN)):
        pids = [nanny.pid for nanny in workers.workers.values() if nanny.pid]
        if pids:
            pid = random.choice(pids)
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in {"pdfs": 40, "rows": 400, "scans": 8, "pages": 3, "kills": 0}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    arguments = parser.parse_args()
    with TemporaryDirectory() as work:
        corpus = Path(work)
        write_corpus(corpus, arguments.pdfs, arguments.rows, arguments.scans, arguments.pages)
        alone = {kind: timed(corpus / kind, None) for kind in ("texts", "scans")}
        print(json.dumps({"workers": 0, **{kind: round(result[0], 1) for kind, result in alone.items()}}), flush=True)
        if arguments.kills:
            print(json.dumps(killed_at_random(corpus, arguments.workers[-1], arguments.kills, alone)))
        else:
            compare(corpus, arguments.workers, alone)


def compare(corpus: Path, counts: list[int], alone: dict[str, tuple[float, str]]) -> None:
    first: dict[str, float] = {}
    for workers in counts:
        row: dict[str, Any] = {"workers": workers}
        with cluster(workers) as started:
            timed(corpus / "first", started.scheduler_address)
            for kind, (_, digest) in alone.items():
                seconds, rebuilt = timed(corpus / kind, started.scheduler_address)
                speedup = first.setdefault(kind, seconds) / seconds
                row[kind] = {"seconds": round(seconds, 1), "speedup": round(speedup, 2), "same": rebuilt == digest}
        print(json.dumps(row), flush=True)


def killed_at_random(
    corpus: Path, workers: int, kills: int, alone: dict[str, tuple[float, str]]
) -> dict[str, int | bool]:
    """Rebuild the scans and the texts repeatedly, until enough workers were killed."""
    killed, rebuilds, is_same = list[int](), 0, True
    with cluster(workers) as started:
        while len(killed) < kills:
            for kind, (_, digest) in alone.items():
                is_over = Event()
                killing = Thread(target=kill, args=(started, kills, is_over, killed))
                killing.start()
                is_same &= timed(corpus / kind, started.scheduler_address)[1] == digest
                is_over.set()
                killing.join()
                rebuilds += 1
    return {"workers": workers, "kills": len(killed), "rebuilds": rebuilds, "same": is_same}


if __name__ == "__main__":
    main()
