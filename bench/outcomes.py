"""Append the outcome of each measuring run to one file, a JSON object a line.

Each run has a seed. Without ``--seed`` a command takes the next seed that the file does not hold, so that several runs
test different inputs and their counts add up (``python -m bench.totals``).
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("results") / "durability.jsonl"
_ROOT = Path(__file__).parents[1]
_EXAMPLES = 20  # failures that a record keeps


@dataclass(frozen=True, slots=True)
class Outcome:
    """The counts and failures of one run, and measurements that do not add up over runs."""

    counts: Mapping[str, int]
    failures: tuple[str, ...] = ()
    measured: Mapping[str, Any] = field(default_factory=dict)


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser with the options that all commands share."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, help="of the first run; by default the next one that was not used")
    parser.add_argument("--results", type=Path, default=FILE, help="the file that the outcome is appended to")
    return parser


def run(command: str, runs: int, options: argparse.Namespace, measure: Callable[[int], Outcome]) -> int:
    """Call ``measure`` with ``runs`` seeds, and print and append each outcome; return the exit status."""
    first = next_seed(records(options.results), command) if options.seed is None else options.seed
    failed = False
    for seed in range(first, first + runs):
        start_time = time.monotonic()
        outcome = measure(seed)
        record = as_record(command, seed, outcome, time.monotonic() - start_time)
        append(record, options.results)
        print(json.dumps(record, ensure_ascii=False, indent=1), flush=True)
        failed |= bool(outcome.failures)
    return 1 if failed else 0


def as_record(command: str, seed: int, outcome: Outcome, seconds: float) -> dict[str, Any]:
    """Return the line of the file for a run."""
    return {
        "command": command,
        "commit": commit(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": seed,
        "outcome": "failed" if outcome.failures else "passed",
        "counts": dict(outcome.counts),
        "seconds": round(seconds, 1),
        "cores": os.cpu_count(),
        **({"measured": outcome.measured} if outcome.measured else {}),
        **({"failed": len(outcome.failures), "failures": outcome.failures[:_EXAMPLES]} if outcome.failures else {}),
    }


def append_figures(command: str, figures: Mapping[str, Any], file: Path | None) -> None:
    """Append measurements without pass or fail, of answers or of speed; do nothing without a file."""
    if file:
        append(
            {
                "command": command,
                "commit": commit(),
                "date": datetime.now(UTC).isoformat(timespec="seconds"),
                "cores": os.cpu_count(),
                "reader": os.environ.get("RAG_READER", "on"),
                "measured": {
                    name: round(value, 4) if isinstance(value, float) else value for name, value in figures.items()
                },
            },
            file,
        )


def append(record: Mapping[str, Any], file: Path = FILE) -> None:
    """Append one line to the file, without touching those before."""
    file.parent.mkdir(parents=True, exist_ok=True)
    line = (json.dumps(record, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, line)
    finally:
        os.close(handle)


def records(file: Path = FILE) -> list[dict[str, Any]]:
    """Return the runs that the file holds, oldest first; none if there is no file."""
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


def next_seed(records: Iterable[Mapping[str, Any]], command: str) -> int:
    """Return the seed after the highest that the command has used, and 1 for its first run."""
    return max((record["seed"] for record in records if record["command"] == command), default=0) + 1


def commit() -> str:
    """Return the commit that is checked out, with ``-dirty`` if files other than the results differ from it."""
    changed = _git("status", "--porcelain", "--", ".", ":!bench/results")
    return _git("rev-parse", "--short", "HEAD") + ("-dirty" if changed else "")


def _git(*arguments: str) -> str:
    try:
        completed = subprocess.run(["git", *arguments], cwd=_ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"The commit is not known: {error}", file=sys.stderr)
        return "unknown"
    return completed.stdout.strip()
