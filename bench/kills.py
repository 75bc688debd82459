"""Kill builds and rebuilds at random moments, and open what is left with a fresh process each time.

python -m bench.kills [COUNT] [--seed N]

Each kill must leave the old index or the new one, whole: its checksums right, its document of the version that it was
built of. Prints what was left, and how many indexes were not whole (0 is the only good number).
"""

import argparse
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

BUILD = "import sys, index; index.rebuild(sys.argv[1], sys.argv[2])"
CHECK = """
import json, sys
from pathlib import Path
from index import generation, open_index
from index.errors import IndexMissing
try:
    opened = open_index(sys.argv[1])
except IndexMissing:
    print(json.dumps(None))
else:
    texts = [opened.passage(number).text for number in range(opened.passages)]
    found = opened.words.search(opened.words.term("plain", "version"), 10)[0].tolist()
    print(json.dumps({
        "version": opened.document("changing.txt").text,
        "documents": len(opened.document_ids),
        "damage": generation.damage(opened.generation, opened.manifest),
        "searchable": bool(found) and len(texts) == opened.passages and len(opened.meaning) == opened.sentences,
    }))
"""


def seconds(corpus: Path, target: Path) -> float:
    """Builds, and says how long it took."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", BUILD, str(corpus), str(target)], check=True)
    return time.monotonic() - began


def kill_once(corpus: Path, target: Path, after: float) -> bool:
    """Starts a build and kills it; False if it ended before."""
    running = subprocess.Popen([sys.executable, "-c", BUILD, str(corpus), str(target)], stderr=subprocess.DEVNULL)
    time.sleep(after)
    ended = running.poll() is not None
    running.send_signal(signal.SIGKILL)
    running.wait()
    return not ended


def left(target: Path) -> dict[str, object] | None:
    """What a fresh process finds."""
    done = subprocess.run([sys.executable, "-c", CHECK, str(target)], capture_output=True, text=True, check=True)
    found: dict[str, object] | None = json.loads(done.stdout)
    return found


def verdict(found: dict[str, object] | None, versions: list[str], old: str | None) -> str:
    if found is None:
        return "none yet" if old is None else "LOST"
    if found["damage"] or not found["searchable"]:
        return "DAMAGED"
    if found["version"] == versions[-1]:
        return "the new one"
    return "the old one" if found["version"] == old else "WRONG"


def fill(corpus: Path, noise: random.Random) -> None:
    corpus.mkdir()
    words = "mer ciel pain guerre paix accord ministre appel frontière armée texte version loi droit".split()
    for number in range(120):
        sentences = [" ".join(noise.choices(words, k=12)).capitalize() + "." for _ in range(80)]
        (corpus / f"{number:03}.txt").write_text(" ".join(sentences), "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", nargs="?", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    noise, counts = random.Random(arguments.seed), Counter[str]()
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    corpus, target = folder / "corpus", folder / "index"
    fill(corpus, noise)
    (corpus / "changing.txt").write_text("La version zéro.", "utf-8")
    first = seconds(corpus, folder / "measured")
    (corpus / "changing.txt").write_text("La version une.", "utf-8")
    again = seconds(corpus, folder / "measured")
    versions: list[str] = []
    old: str | None = None
    for number in range(arguments.count):
        if number % 3 == 0:  # one in three is a first build
            shutil.rmtree(target, ignore_errors=True)
            old = None
        elif old is None:
            seconds(corpus, target)
            old = versions[-1]
        versions.append(f"La version {number} de ce texte.")
        (corpus / "changing.txt").write_text(versions[-1], "utf-8")
        counts[
            "killed" if kill_once(corpus, target, noise.random() * (again if old else first)) else "ended before"
        ] += 1
        found = left(target)
        counts[verdict(found, versions, old)] += 1
        old = str(found["version"]) if found else None
    shutil.rmtree(folder)
    print(json.dumps(counts, ensure_ascii=False, indent=1))
    sys.exit(1 if counts.keys() & {"LOST", "DAMAGED", "WRONG"} else 0)


if __name__ == "__main__":
    main()
