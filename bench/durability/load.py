"""Let many clients use a server while its folder changes and is rebuilt, and check every citation.

python -m bench.durability.load [--clients 32] [--minutes 5] [--seed N]

The clients ask ``/api/ask``, ``/api/stream`` and ``/api/search``. Beside them others send files and delete them again,
draw pages of PDFs, use the events of the page, ask in it, and leave streams unread. Each round of changes writes all
files anew, with the number of the round in each, adds a file or takes it away, and rebuilds in another process, as
``rag rebuild`` does. A citation is wrong if its quote is not what its span holds in the version of the file that its
hash names, if it is of another round than the other citations of its answer, or of one that a rebuild had replaced
before the question was sent. In the end the server may hold no more memory and descriptors than in minute 10.
"""

import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from bench import server as web
from bench.durability.changing import TOWNS, Folder
from bench.durability.resources import Usage, growth, minutes, watch
from bench.durability.survival import tracebacks
from bench.durability.tally import Load, Tally
from bench.durability.visitors import background_acts, written_pdfs
from bench.outcomes import Outcome, parser, run

COMMAND = "load"


def asking(load: Load, noise: random.Random) -> Callable[[], None]:
    """Return a client that asks over one connection; each answer is checked before the next question."""
    connection = HTTPConnection("127.0.0.1", load.port, timeout=web.PATIENCE)
    load.connections.callback(connection.close)

    def act() -> None:
        route = noise.choice(["ask", "ask", "ask", "stream", "search"])
        town, indexed, start_time = noise.choice(TOWNS), load.folder.indexed, time.perf_counter()
        try:
            reply = post(connection, f"/api/{route}", {"question": f"Combien de mètres mesure le pont de {town} ?"})
        except (OSError, HTTPException):
            connection.close()
            raise
        load.tally.seconds.append(time.perf_counter() - start_time)
        check(route, reply, town, indexed, load.folder, load.tally)

    return act


def post(connection: HTTPConnection, path: str, sent: dict[str, Any]) -> list[Any]:
    """Return the JSON values of the reply, one a line.

    Raises:
        ValueError: the status is not 200.
    """
    connection.request("POST", path, json.dumps(sent), {"content-type": "application/json"})
    response = connection.getresponse()
    body = response.read().decode()
    if response.status != 200:
        raise ValueError(f"{response.status} {body[:200]}")
    return [json.loads(line) for line in body.splitlines()]


def check(route: str, reply: list[Any], town: str, indexed: int, folder: Folder, tally: Tally) -> None:
    """Check all citations, or all passages, of a reply."""
    if route == "search":
        tally.wrong += folder.misplaced(reply[0], indexed)
        return
    for answer in reply:
        tally.wrong += folder.wrong(answer["citations"], indexed)
    cited = [citation["source"] for citation in reply[-1]["citations"]]
    tally.count("answers")
    tally.count("first citation of the bridge asked for", cited[:1] == [f"{town}.txt"])
    tally.count("nothing found", not cited)


def rebuilding(load: Load) -> Callable[[], None]:
    """Return an action that writes the next round of the folder, and rebuilds."""

    def act() -> None:
        load.folder.write(load.folder.indexed + 1)
        completed = rebuild(load.folder.path, load.target)
        if completed.returncode:
            raise ValueError(completed.stderr[-200:])
        load.folder.indexed += 1

    return act


def rebuild(corpus: Path, target: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "ui.cli", "rebuild", str(corpus), "--index", str(target)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=web.ROOT)


@dataclass(frozen=True, slots=True)
class Run:
    """The outcome of a load."""

    tally: Tally
    samples: list[Usage]
    log: str  # the standard error of the server
    seconds: float

    def failures(self, grown: bool = True) -> list[str]:
        """Return all failures; ``grown`` is whether there was time enough to tell that something grows."""
        return [
            *self.tally.errors,
            *(f"wrong citation: {wrong}" for wrong in self.tally.wrong),
            *tracebacks(self.log),
            *(growth(self.samples, self.seconds) if grown else []),
        ]

    def outcome(self) -> Outcome:
        counts = {
            **dict(sorted(self.tally.counts.items())),
            "errors": len(self.tally.errors),
            "wrong citations": len(self.tally.wrong),
        }
        used = [asdict(minute) for minute in minutes(self.samples, min(60.0, self.seconds / 5))]
        measured = {"milliseconds": self.tally.latencies(), "resources, each minute": used}
        return Outcome(counts, tuple(self.failures()), measured)


def measure(clients: int, seconds: float, seed: int = 1) -> Run:
    """Put load on a server for some time."""
    with tempfile.TemporaryDirectory(prefix="load-") as work:
        folder, target, log = Folder(Path(work) / "corpus"), Path(work) / "index", Path(work) / "log"
        pdfs = written_pdfs(folder.path)
        folder.write(0)
        rebuild(folder.path, target).check_returncode()
        with web.served(target, log) as server:
            load = Load(server.port, folder, target)
            askers = [("asked", asking(load, random.Random(f"{seed} {n}")), 0.0) for n in range(clients)]
            acts = [*askers, ("rebuilt", rebuilding(load), 0.0), *background_acts(load, pdfs, random.Random(seed))]
            threads = [threading.Thread(target=load.repeat, args=act) for act in acts]
            samples: list[Usage] = []
            threads.append(
                threading.Thread(target=lambda: samples.extend(watch(server.process.pid, seconds, load.stop)))
            )
            for thread in threads:
                thread.start()
            time.sleep(seconds)
            load.stop.set()
            for thread in threads:
                thread.join()
            load.connections.close()
        return Run(load.tally, samples, log.read_text("utf-8", "replace"), seconds)


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--clients", type=int, default=32)
    options.add_argument("--minutes", type=float, default=5)
    chosen = options.parse_args()
    sys.exit(run(COMMAND, 1, chosen, lambda seed: measure(chosen.clients, chosen.minutes * 60, seed).outcome()))


if __name__ == "__main__":
    main()
