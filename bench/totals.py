"""Add up the counts of all measuring runs: ``python -m bench.totals [FILE] [--commit COMMIT]``.

Prints a table for each command: its runs, the seeds that failed, its commits, and the sum of each count. A seed that
was run again counts once, with its latest run: the same inputs are not counted twice.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.outcomes import FILE, records

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Total:
    """The runs of one command, oldest first."""

    runs: Sequence[Record]

    @property
    def latest(self) -> Sequence[Record]:
        """The latest run of each seed."""
        return list({record["seed"]: record for record in self.runs}.values())

    @property
    def counts(self) -> Counter[str]:
        added = Counter[str]()
        for record in self.latest:
            added.update(record["counts"])
        return added

    @property
    def failed(self) -> list[int]:
        """The seeds whose latest run failed."""
        return [record["seed"] for record in self.latest if record["outcome"] != "passed"]

    @property
    def mended(self) -> list[int]:
        """The seeds that failed once, and passed when run again."""
        once = {record["seed"] for record in self.runs if record["outcome"] != "passed"}
        return sorted(once.difference(self.failed))

    @property
    def seconds(self) -> float:
        return sum(float(record["seconds"]) for record in self.latest)

    @property
    def commits(self) -> list[str]:
        return list(dict.fromkeys(record["commit"] for record in self.runs))


def totals(records: Iterable[Record], commit: str | None = None) -> dict[str, Total]:
    """Return the total of each command, of all commits or of one."""
    runs: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if commit is None or record["commit"] == commit:
            runs[record["command"]].append(record)
    return {command: Total(runs[command]) for command in sorted(runs)}


def table(command: str, total: Total) -> str:
    """Format a total as a table."""
    facts = {
        "runs": f"{len(total.runs):,}",
        "seeds": ranges(record["seed"] for record in total.runs),
        "seeds that fail": ranges(total.failed) or "none",
        **({"seeds that failed and now pass": ranges(total.mended)} if total.mended else {}),
        "commits": ", ".join(total.commits),
        "minutes": f"{total.seconds / 60:,.1f}",
        **{name: f"{count:,}" for name, count in total.counts.items()},
    }
    width = max(map(len, facts))
    return "\n".join([command, *(f"  {name:<{width}}  {value}" for name, value in facts.items())])


def ranges(numbers: Iterable[int]) -> str:
    """Format numbers as ranges: ``1-4, 7``."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=FILE)
    parser.add_argument("--commit", help="count only the runs of this commit")
    arguments = parser.parse_args()
    added = totals(records(arguments.file), arguments.commit)
    print("\n\n".join(table(command, total) for command, total in added.items()) or f"No runs in {arguments.file}.")


if __name__ == "__main__":
    main()
