"""Memory, descriptors and threads of a process and its children over time, from /proc."""

import os
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

TOLERANCE = 0.10  # growth that is tolerated
_WARM = 600.0  # seconds after which nothing may grow; in shorter runs a third of them
_LOOKS = 60  # at least, in a run
_STEADY = ("megabytes", "descriptors")


@dataclass(frozen=True, slots=True)
class Usage:
    """Resources in use at a time, in seconds from the start. Memory and descriptors include the children's."""

    seconds: float
    megabytes: float
    descriptors: float
    threads: float
    mappings: float
    children: float
    megabytes_of_children: float


def usage(process: int, seconds: float = 0.0) -> Usage:
    """Measure a process and its descendants.

    Raises:
        OSError: it has ended.
    """
    folder = Path(f"/proc/{process}")
    children = [child for child in descendants(process) if child != process]
    megabytes, of_children = _resident(folder), sum(_resident(Path(f"/proc/{child}")) for child in children)
    return Usage(
        round(seconds, 1),
        round(megabytes + of_children, 1),
        _entries(folder / "fd") + sum(_entries(Path(f"/proc/{child}/fd")) for child in children),
        _entries(folder / "task"),
        len((folder / "maps").read_text().splitlines()),
        len(children),
        round(of_children, 1),
    )


def descendants(process: int) -> list[int]:
    """Return the processes that a process has started, and all that these have started."""
    children: dict[int, list[int]] = defaultdict(list)
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError, ValueError):  # it has ended meanwhile
            continue
        children[parent].append(int(folder.name))
    waiting, processes = [process], []
    while waiting:
        waiting += children[waiting[0]]
        processes.append(waiting.pop(0))
    return processes[1:]


def _resident(folder: Path) -> float:
    try:
        return int((folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except (OSError, IndexError):  # it has ended meanwhile
        return 0.0


def _entries(folder: Path) -> int:
    try:
        return len(list(folder.iterdir()))
    except OSError:
        return 0


def watch(process: int, seconds: float, stop: threading.Event) -> list[Usage]:
    """Measure a process several times a minute until ``stop`` is set or it ends."""
    samples: list[Usage] = []
    start_time, pause = time.monotonic(), min(5.0, seconds / _LOOKS)
    while not stop.wait(pause):
        try:
            samples.append(usage(process, time.monotonic() - start_time))
        except OSError:
            break
    return samples


def minutes(samples: Sequence[Usage], length: float = 60.0) -> list[Usage]:
    """Return the median of the samples of each minute, without a last minute that has hardly begun."""
    groups: dict[int, list[Usage]] = defaultdict(list)
    for sample in samples:
        groups[int(sample.seconds // length)].append(sample)
    most = max(map(len, groups.values()), default=0)
    return [_middle(group) for _, group in sorted(groups.items()) if len(group) > most / 2]


def _middle(group: Sequence[Usage]) -> Usage:
    facts = [asdict(sample) for sample in group]
    return Usage(**{name: median(fact[name] for fact in facts) for name in facts[0]})


def growth(samples: Sequence[Usage], seconds: float, tolerance: float = TOLERANCE) -> list[str]:
    """Return the growth since minute 10, or since the first third of less than 15 minutes."""
    if not samples:
        return ["no samples of the resources of the server"]
    end = samples[-1].seconds
    start, until = (_WARM - 60, _WARM) if seconds >= 1.5 * _WARM else (0.0, end / 3)
    first_samples = [sample for sample in samples if start <= sample.seconds < until]
    last_samples = [sample for sample in samples if sample.seconds >= end - min(60.0, end / 3)]
    if not first_samples or not last_samples:
        return ["too few samples of the resources of the server"]
    first, last = asdict(_middle(first_samples)), asdict(_middle(last_samples))
    return [
        f"{name} grew from {first[name]:g} to {last[name]:g}"
        for name in _STEADY
        if last[name] > first[name] * (1 + tolerance)
    ]
