"""Ask for pages of PDF files that hang pdfium, and time all other requests meanwhile.

    python -m bench.attacks.hostile_pdfs [--seconds 30] [--clients 45]

Prints the median and the 99th percentile of other requests, in milliseconds, before and meanwhile, and what became of
the pages. Exits with 1 when the 99th percentile meanwhile is above 500 ms, or when a request failed.
"""

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlencode

from bench.attacks import pdf_bombs
from bench.durability.load import rebuild
from bench.server import served

SEEDS = Path(__file__).parents[2] / "seeds"
SLOWEST = 500.0  # milliseconds, for 99 of 100
PAGES = 45
ORDINARY_REQUESTS: tuple[tuple[str, str, str | None], ...] = (
    ("GET", "/api/status", None),
    ("POST", "/api/ask", json.dumps({"question": "Qui est le porte-parole du Kremlin ?"})),
    ("GET", "/health", None),
    ("GET", "/", None),
)


def corpus(folder: Path) -> list[str]:
    """Write the seeds and hostile files; return the URLs of the pages that hang."""
    shutil.copytree(SEEDS, folder)
    bombs = {"strokes.pdf": (pdf_bombs.strokes(), 1)}
    bombs |= {f"shading-{number}.pdf": (pdf_bombs.shading(PAGES) + b"%%%d" % number, PAGES) for number in range(3)}
    for name, (data, _) in bombs.items():
        (folder / name).write_bytes(data)
    return [
        f"/documents/page?{urlencode({'doc': name, 'page': page, 'sha256': hashlib.sha256(data).hexdigest()})}"
        for page in range(1, PAGES + 1)
        for name, (data, pages) in bombs.items()
        if page <= pages
    ]


def status(port: int, method: str, path: str, body: str | None = None) -> int:
    """Return the status of a reply, over a connection of its own."""
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request(method, path, body, {"content-type": "application/json"})
        reply = connection.getresponse()
        reply.read()
        return reply.status
    finally:
        connection.close()


def measure_ordinary(port: int, seconds: float) -> tuple[dict[str, float], list[str]]:
    """Send other requests for some seconds; return percentiles in milliseconds, and what failed."""
    durations: list[float] = []
    failed: list[str] = []
    end = time.monotonic() + seconds
    for method, path, body in cycle(ORDINARY_REQUESTS):
        start_time = time.monotonic()
        if start_time > end:
            break
        try:
            outcome = str(status(port, method, path, body))
        except (OSError, HTTPException) as error:
            outcome = f"{type(error).__name__}: {error}"
        durations.append(1000 * (time.monotonic() - start_time))
        failed.extend([] if outcome == "200" else [f"{method} {path}: {outcome}"])
    cuts = quantiles(durations, n=100)
    return {"requests": len(durations), "p50": round(cuts[49], 1), "p99": round(cuts[98], 1)}, failed


@contextmanager
def requesting_pages(port: int, paths: list[str], clients: int) -> Iterator[Counter[int]]:
    """Let many clients request pages while the block runs; count the statuses."""
    statuses, stop = Counter[int](), threading.Event()

    def client(number: int) -> None:
        for path in cycle([*paths[number:], *paths[:number]]):
            if stop.wait(0.1):
                return
            with suppress(OSError, HTTPException):  # the server ends while some wait
                statuses[status(port, "GET", path)] += 1

    threads = [threading.Thread(target=client, args=(number,), daemon=True) for number in range(clients)]
    for thread in threads:
        thread.start()
    yield statuses
    stop.set()


def measure(clients: int, seconds: float, report: Callable[[str, Any], None]) -> bool:
    """Return whether all went well."""
    with tempfile.TemporaryDirectory() as work:
        paths, target = corpus(Path(work) / "corpus"), Path(work) / "index"
        rebuild(Path(work) / "corpus", target).check_returncode()
        with served(target, Path(work) / "log") as server:
            port = server.port
            for method, path, body in ORDINARY_REQUESTS:  # so that all is loaded
                status(port, method, path, body)
            report("before", measure_ordinary(port, seconds / 3)[0])
            with requesting_pages(port, paths, clients) as statuses:
                time.sleep(1)
                times, failed = measure_ordinary(port, seconds)
            report("meanwhile", times)
            report("pages by status", dict(statuses))
            report("failed", failed[:5])
    return times["p99"] <= SLOWEST and not failed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--clients", type=int, default=45)
    arguments = parser.parse_args()
    well = measure(arguments.clients, arguments.seconds, lambda name, value: print(f"{name}: {value}", flush=True))
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
