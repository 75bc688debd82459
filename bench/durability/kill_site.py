"""The folder that a kill test runs in, with its counts and failures."""

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import index
from bench.durability.forked import ForkFailed, call
from bench.durability.survival import tracebacks
from index.errors import IndexNotFound, UserError

WORDS = "mer ciel pain guerre paix accord ministre appel frontière armée texte version loi droit".split()


@dataclass(slots=True)
class Site:
    """A temporary folder with a corpus and an index, and the log of all that ran there."""

    noise: random.Random
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="kills-")))
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    reported: set[str] = field(default_factory=set)
    kills: int = 0

    @property
    def corpus(self) -> Path:
        return self.folder / "corpus"

    @property
    def target(self) -> Path:
        return self.folder / "index"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def report(self, kind: str, killed: bool, faults: Iterable[str], states: Iterable[str] = ()) -> None:
        """Count a kill of this kind, and record what is wrong after it."""
        all_faults = list(faults)
        if self.log.exists():
            all_faults += tracebacks(self.log.read_text("utf-8", "replace"))
            self.log.unlink()
        self.kills += 1
        self.counts[f"{kind}: killed midway" if killed else f"{kind}: ended before"] += 1
        self.counts.update(f"{kind}: {state}" for state in states)
        self.failures += (f"{kind}, kill {self.kills}: {fault}" for fault in all_faults if fault not in self.reported)
        self.reported |= set(all_faults)  # what is broken stays broken, and is reported once

    def remove(self) -> None:
        """Remove the folder, unless there were failures."""
        if not self.failures:
            shutil.rmtree(self.folder, ignore_errors=True)


class Kind(Protocol):
    """A kind of work that is killed."""

    def __init__(self, site: Site) -> None: ...

    def kill(self) -> None:
        """Kill the work once, and report to the site."""


def write(path: Path, content: str) -> str:
    """Write a file, and return the hash of its bytes."""
    path.write_text(content, "utf-8")
    return sha256(content.encode()).hexdigest()


def sentences(noise: random.Random, count: int) -> str:
    """Return a text of twelve-word sentences."""
    return " ".join(" ".join(noise.choices(WORDS, k=12)).capitalize() + "." for _ in range(count))


def opened(target: Path, log: Path) -> "dict[str, Any] | None":
    """Return an index's damage and document hashes as a fresh process finds them; None without an index."""
    try:
        content: dict[str, Any] | None = call(lambda: _documents(target), log)
    except ForkFailed as error:
        return {"damage": [str(error)], "documents": {}}
    return content


def _documents(target: Path) -> "dict[str, Any] | None":
    try:
        index_now = index.open_index(target)
        documents = [index_now.document(id) for id in index_now.document_ids]
        hashes = {document.id: (document.sha256, sha256(document.text.encode()).hexdigest()) for document in documents}
        return {"damage": index.check_index(target), "documents": hashes}
    except IndexNotFound:
        return None
    except UserError as error:
        return {"damage": [str(error)], "documents": {}}
