"""Many clients ask over HTTP while the folder changes and is rebuilt, and every citation is checked.

python -m bench.load [--clients 32] [--minutes 5]

Each round writes all files anew, with the number of the round in each, adds a file or takes it away, and rebuilds in
another process, as ``rag rebuild`` does. A citation is wrong if its quote is not what its span holds in the version of
the file that its hash names, if it is of another round than the other citations of its answer, or of one that a rebuild
had replaced before the question was sent. Prints counts, latencies, and what the server holds at the end.
"""

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import quantiles
from typing import Any, NamedTuple

TOWNS = (
    "Brévanne Sancourt Montriol Vauclair Péronnas Lestrac Orgival Carnoux Thiézac Bellerive Grandlieu Sauveterre"
    " Aubrac Mirecourt Valensole Rocheserre Hautefage Noirétable Fontaubert Castelmaur"
).split()
FILLER = "La commune tient son marché le samedi sur la place de l'église. Les habitants y viennent de toute la vallée. "


class Version(NamedTuple):
    text: str
    round: int


class Folder:
    """A corpus that changes, and every version of it that there was."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.versions: dict[tuple[str, str], Version] = {}  # by name and hash
        self.indexed = 0  # the last round that a rebuild has ended with
        path.mkdir()

    def write(self, round: int) -> None:
        for number, town in enumerate(TOWNS):
            path = self.path / f"{town}.txt"
            if number == 0 and round % 2:
                path.unlink(missing_ok=True)
                continue
            text = (
                f"{FILLER * (round % 3)}Le pont de {town} mesure {1000 + round} mètres depuis les travaux.\n\n{FILLER}"
            )
            self.versions[path.name, hashlib.sha256(text.encode()).hexdigest()] = Version(text, round)
            path.write_text(text, encoding="utf-8")

    def wrong(self, citations: Sequence[dict[str, Any]], indexed: int) -> list[str]:
        """What is wrong with the citations of an answer whose question was sent when round ``indexed`` was in place."""
        found = [(one, self.versions.get((one["source"], one["sha256"]))) for one in citations]
        wrong = [f"a hash of no version: {one['source']}" for one, version in found if version is None]
        wrong += [
            f"no quote of its file: {one['quote']!r}"
            for one, version in found
            if version and version.text[one["start"] : one["end"]] != one["quote"]
        ]
        rounds = {version.round for _, version in found if version}
        wrong += [f"of several rounds: {sorted(rounds)}"] if len(rounds) > 1 else []
        return wrong + [f"of round {round}, after round {indexed}" for round in rounds if round < indexed]

    def misplaced(self, hits: Sequence[dict[str, Any]]) -> list[str]:
        """The passages that are in no version of their file."""
        texts: dict[str, list[str]] = {}
        for (name, _), version in self.versions.copy().items():
            texts.setdefault(name, []).append(version.text)
        return [
            f"no passage of its file: {hit['text'][:60]!r}"
            for hit in hits
            if not any(text[hit["start"] : hit["end"]] == hit["text"] for text in texts.get(hit["source"], ()))
        ]


class Tally:
    """What all clients saw."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.counts = Counter[str]()
        self.errors: list[str] = []
        self.wrong: list[str] = []

    def report(self) -> dict[str, Any]:
        cuts = quantiles(self.seconds, n=100) if len(self.seconds) > 1 else [0.0] * 99
        latency = {f"p{at}": round(1000 * cuts[at - 1], 1) for at in (50, 95, 99)}
        return {
            "requests": len(self.seconds),
            **self.counts,
            "errors": len(self.errors),
            "wrong citations": len(self.wrong),
            "milliseconds": {**latency, "slowest": round(1000 * max(self.seconds, default=0.0), 1)},
            "examples": [*self.errors[:5], *self.wrong[:5]],
        }


def client(port: int, folder: Folder, tally: Tally, stop: threading.Event, noise: random.Random) -> None:
    """Asks one question after the other; each answer is checked before the next."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    while not stop.is_set():
        route = noise.choice(["ask", "ask", "ask", "stream", "search"])
        town, indexed, began = noise.choice(TOWNS), folder.indexed, time.perf_counter()
        try:
            reply = post(connection, f"/api/{route}", {"question": f"Combien de mètres mesure le pont de {town} ?"})
        except (OSError, HTTPException, ValueError) as error:
            tally.errors.append(f"{route}: {type(error).__name__}: {error}")
            connection.close()
            continue
        tally.seconds.append(time.perf_counter() - began)
        check(route, reply, town, indexed, folder, tally)


def post(connection: HTTPConnection, path: str, sent: dict[str, Any]) -> list[Any]:
    """The JSON values of the reply, one a line.

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
    if route == "search":
        tally.wrong += folder.misplaced(reply[0])
        return
    for answer in reply:
        tally.wrong += folder.wrong(answer["citations"], indexed)
    cited = [one["source"] for one in reply[-1]["citations"]]
    tally.counts["answers"] += 1
    tally.counts["first citation of the bridge asked for"] += cited[:1] == [f"{town}.txt"]
    tally.counts["nothing found"] += not cited


def rebuilding(folder: Folder, target: Path, stop: threading.Event, tally: Tally) -> None:
    """Round after round until told to stop."""
    while not stop.is_set():
        folder.write(folder.indexed + 1)
        done = rebuild(folder.path, target)
        if done.returncode:
            tally.errors.append(f"rebuild: {done.stderr[-200:]}")
            return
        folder.indexed += 1


def rebuild(corpus: Path, target: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "ui.cli", "rebuild", str(corpus), "--index", str(target)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@contextmanager
def served(target: Path) -> Iterator[tuple[int, int]]:
    """``rag serve`` while the block runs: its process and its port."""
    command = [sys.executable, "-m", "ui.cli", "serve", "--index", str(target), "--port", "0"]
    quiet = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=quiet) as server:
        assert server.stdout
        address = next(word for word in server.stdout.readline().split() if word.startswith("http"))
        try:
            yield server.pid, int(address.rpartition(":")[2])
        finally:
            server.terminate()


def held(process: int) -> dict[str, int]:
    """Memory and open files of a process, where the system tells."""
    place = Path(f"/proc/{process}")
    if not place.exists():
        return {}
    resident = int((place / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return {"megabytes": resident // 2**20, "open files": len(list((place / "fd").iterdir()))}


def measure(clients: int, seconds: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as place:
        folder, target = Folder(Path(place) / "corpus"), Path(place) / "index"
        folder.write(0)
        rebuild(folder.path, target).check_returncode()
        tally, stop = Tally(), threading.Event()
        with served(target) as (process, port):
            before = held(process)
            work = [
                threading.Thread(target=client, args=(port, folder, tally, stop, random.Random(number)))
                for number in range(clients)
            ]
            work.append(threading.Thread(target=rebuilding, args=(folder, target, stop, tally)))
            for thread in work:
                thread.start()
            time.sleep(seconds)
            stop.set()
            for thread in work:
                thread.join()
            after = held(process)
    return {**tally.report(), "rebuilds": folder.indexed, "held at first": before, "held at last": after}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--minutes", type=float, default=5)
    arguments = parser.parse_args()
    report = measure(arguments.clients, arguments.minutes * 60)
    print(json.dumps(report, ensure_ascii=False, indent=1))
    sys.exit(1 if report["errors"] or report["wrong citations"] else 0)


if __name__ == "__main__":
    main()
