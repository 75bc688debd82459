"""Index folders of junk: files of every kind, valid or broken in many ways, bombs, under odd names.

python -m bench.attacks.fuzz [COUNT] [--seed N] [--batch 2000]

Each batch is a folder with its own seed. A build must end within the limit, list each file that it skips, and
index the rest under the hash of its bytes; a second build must find nothing to do; the index must be undamaged.
"""

import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.attacks.bombs import bombs
from bench.attacks.junk import broken, valid_file
from bench.outcomes import Outcome, parser, run
from index.readers.registry import FORMATS

COMMAND = "fuzz"
_MOST_FILES = 1000  # files of a folder
LIMIT = 900.0  # seconds for the builds of a batch
NAMES = ["a\nb", "a..b", "é è", "a'b", 'a"b', "<b>", "a;b", "%s", "\U0001f600", "a" * 200, "con", "a\\b", "-rf", "\x7f"]
_BUILD = """
import json, sys
from hashlib import sha256
from pathlib import Path
import index
corpus, target = map(Path, sys.argv[1:])
first, again = index.rebuild(corpus, target), index.rebuild(corpus, target)
opened = index.open_index(target)
documents = [opened.document(id) for id in opened.document_ids]
print(json.dumps({
    "files": len({document.file.id for document in documents}),
    "documents": first.documents,
    "skipped": [[skipped.source, skipped.reason] for skipped in first.skipped],
    "seconds": [first.seconds, again.seconds],
    "unchanged": again.unchanged,
    "changed": again.added + again.changed + again.removed,
    "damaged": index.check_index(target),
    "other bytes": [
        one.id for one in documents
        if sha256((corpus / one.file.id).read_bytes()).hexdigest() != one.file.sha256
    ],
}))
"""


@dataclass(frozen=True, slots=True)
class Built:
    """The result of two builds of a batch; ``report`` is None if they hung or failed."""

    files: int
    report: "dict[str, Any] | None"
    errors: str = ""  # of the process
    hung: bool = False

    def failures(self) -> list[str]:
        """Return what a build of any folder must not do."""
        if self.hung:
            return [f"hang: the builds did not end within {LIMIT:.0f} s"]
        if self.report is None:
            return [f"crash: {self.errors[-2000:]}"]
        report = self.report
        listed = report["files"] + len(report["skipped"])
        slow = [f"hang: {name!r}: {reason}" for name, reason in report["skipped"] if trouble(reason) == "hung"]
        return [
            *([f"{self.files} files, {listed} indexed or listed as skipped"] if listed != self.files else []),
            *([f"the second build found {report['changed']} changes"] if report["changed"] else []),
            *([f"damaged: {report['damaged']}"] if report["damaged"] else []),
            *(f"indexed under the hash of other bytes: {name!r}" for name in report["other bytes"]),
            *slow,
            *(f"traceback: {line}" for line in self.errors.splitlines() if "Traceback" in line),
        ]

    def counts(self) -> dict[str, int]:
        reasons = [reason for _, reason in self.report["skipped"]] if self.report else []
        return {
            "files": self.files,
            "documents": self.report["documents"] if self.report else 0,
            "skipped": len(reasons),
            "readers that crashed": sum(trouble(reason) == "crashed" for reason in reasons),
            "readers that raised": sum(trouble(reason) == "raised" for reason in reasons),
            "hangs": sum(failure.startswith("hang") for failure in self.failures()),
            "second build unchanged": int(self.report is not None and not self.report["changed"]),
        }


def fill(corpus: Path, count: int, noise: random.Random) -> None:
    """Write files of all kinds and of none into folders with odd names; one in eight is valid.

    Bombs are among many files.
    """
    hostile = list(bombs()) if count >= _MOST_FILES else []
    for name, content in hostile:
        (corpus / "bombs").mkdir(parents=True, exist_ok=True)
        (corpus / "bombs" / name).write_bytes(content)
    suffixes = [*FORMATS, ".xyz", ""]
    noise.shuffle(suffixes)
    for number in range(len(hostile), count):
        folder = corpus / "/".join(noise.choices(["a", "b c", "é"], k=noise.randrange(3)))
        folder.mkdir(parents=True, exist_ok=True)
        suffix, chance = suffixes[number % len(suffixes)], noise.random()
        stem = noise.choice(NAMES) if noise.random() < 0.1 else "file"
        content = noise.randbytes(2000) if chance < 0.05 else (valid_file if chance < 0.17 else broken)(suffix, noise)
        (folder / f"{stem}-{number}{suffix}").write_bytes(content)


def build(corpus: Path, target: Path, files: int, limit: float = LIMIT) -> Built:
    """Build the index of a folder twice in another process."""
    command = [sys.executable, "-c", _BUILD, str(corpus), str(target)]
    try:
        completed = subprocess.run(
            command, capture_output=True, text=True, timeout=limit, errors="replace", check=False
        )
    except subprocess.TimeoutExpired:
        return Built(files, None, hung=True)
    return Built(files, json.loads(completed.stdout) if completed.returncode == 0 else None, completed.stderr)


def trouble(reason: str) -> str:
    """Return how the reader of a skipped file failed: "hung", "crashed", "raised", or ""."""
    if re.search(r"more than \d+ seconds", reason):
        return "hung"
    if "crash" in reason:
        return "crashed"
    return "raised" if re.search(r"\(\w*(Error|Exception|Exit|Interrupt)\b", reason) else ""


def common(reasons: Iterable[str]) -> dict[str, int]:
    """Return the most frequent reasons, without what differs between files; errors of readers in full."""
    kinds = Counter(
        re.sub(r"\d+", "N", reason)[:120] if trouble(reason) else re.sub(r" ?\(line \d+\)|: .*", "", reason)
        for reason in reasons
    )
    return dict(kinds.most_common(20))


def measure(seed: int, count: int) -> Outcome:
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    fill(folder / "corpus", count, random.Random(seed))
    built = build(folder / "corpus", folder / "index", count)
    failures = built.failures()
    if failures:
        print(f"The folder is kept: {folder}", file=sys.stderr)
    else:
        shutil.rmtree(folder)
    report = built.report or {"skipped": [], "seconds": []}
    measured = {"builds, seconds": report["seconds"], "reasons": common([reason for _, reason in report["skipped"]])}
    return Outcome(built.counts(), tuple(failures), measured)


def main() -> None:
    options = parser(__doc__)
    options.add_argument("count", nargs="?", type=int, default=10_000)
    options.add_argument("--batch", type=int, default=2_000, help="files of one folder")
    arguments = options.parse_args()
    batches = -(-arguments.count // arguments.batch)
    sys.exit(run(COMMAND, batches, arguments, lambda seed: measure(seed, arguments.batch)))


if __name__ == "__main__":
    main()
