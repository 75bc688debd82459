"""Measure how long replies take on a connection that is kept alive, and on new ones.

python -m bench.speed.keepalive [ROUNDS] [--seed N]

Asks ``/api/status``, ``/api/ask`` and an event of the page in turns, over both kinds of connection. Prints medians in
milliseconds and their ratio. Fails if a kept connection is slower than a new one, which must first be made.
"""

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

import index
from bench import server as web
from bench.outcomes import Outcome, parser, run

COMMAND = "keepalive"
LIMIT = 1.1  # times what a new connection takes
_QUESTION = {"question": "Qui est le porte-parole du Kremlin ?"}


@dataclass(frozen=True, slots=True)
class Call:
    """A request that is sent repeatedly."""

    method: str
    path: str
    body: str | None = None

    def seconds(self, connection: HTTPConnection) -> float:
        """Return the seconds of the whole reply, including the connection if there is none yet.

        Raises:
            ServerFailed: the status is not 200.
        """
        start_time = time.perf_counter()
        connection.request(self.method, self.path, self.body, {"content-type": "application/json"} if self.body else {})
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise web.ServerFailed(f"{self.path}: {response.status} {body[:200]!r}")
        return time.perf_counter() - start_time


def calls(page: web.Page) -> dict[str, Call]:
    """Return the calls to measure, by name."""
    event = json.dumps(page.body(page.events["conversations"], sent={"do": "conversations"}))
    return {
        "GET /api/status": Call("GET", "/api/status"),
        "POST /api/ask": Call("POST", "/api/ask", json.dumps(_QUESTION)),
        "event of the page": Call("POST", "/gradio_api/run/predict", event),
    }


def times(port: int, call: Call, rounds: int) -> tuple[list[float], list[float]]:
    """Return the seconds of a call over a kept connection, and over new ones, in turns."""
    reused, new = [], []
    connection = HTTPConnection("127.0.0.1", port, timeout=web.PATIENCE)
    call.seconds(connection)  # makes the connection
    for _ in range(rounds):
        reused.append(call.seconds(connection))
        new_connection = HTTPConnection("127.0.0.1", port, timeout=web.PATIENCE)
        new.append(call.seconds(new_connection))
        new_connection.close()
    connection.close()
    return reused, new


def compared(reused: Sequence[float], new: Sequence[float]) -> dict[str, float]:
    """Return medians in milliseconds, and their ratio."""
    first, second = median(reused), median(new)
    return {"kept": round(1000 * first, 2), "new": round(1000 * second, 2), "ratio": round(first / second, 3)}


def failures(measured: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Return the calls that are slower over a kept connection."""
    return [
        f"{name}: {facts['kept']} ms on a kept connection, {facts['new']} ms on a new one"
        for name, facts in measured.items()
        if facts["ratio"] > LIMIT
    ]


def measure(rounds: int) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="keepalive-") as folder:
        corpus, target = Path(folder) / "corpus", Path(folder) / "index"
        shutil.copytree(web.ROOT / "seeds", corpus)
        index.rebuild(corpus, target)
        with web.served(target, Path(folder) / "log") as server:
            calls_by_name = calls(web.Page.open(server.port))
            measured = {name: compared(*times(server.port, call, rounds)) for name, call in calls_by_name.items()}
    return Outcome({"requests": 2 * rounds * len(measured)}, tuple(failures(measured)), measured)


def main() -> None:
    options = parser(__doc__)
    options.add_argument("rounds", nargs="?", type=int, default=200)
    chosen = options.parse_args()
    sys.exit(run(COMMAND, 1, chosen, lambda seed: measure(chosen.rounds)))


if __name__ == "__main__":
    main()
