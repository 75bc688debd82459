"""Kill builds and rebuilds at random moments, and open what is left with a fresh process each time.

python -m bench.kills [COUNT] [--seed N]

Each kill must leave the old index or the new one, whole: its checksums right, all its documents there, the one that
changes of the version that it was built of. Prints what was left; LOST, DAMAGED, HALF and WRONG must not occur.
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
from hashlib import sha256
from pathlib import Path

BUILD = "import sys, index; index.rebuild(sys.argv[1], sys.argv[2])"
CHECK = """
import json, sys
from hashlib import sha256
from pathlib import Path
from index import check_index, open_index
from index.errors import IndexMissing, UserError
try:
    opened = open_index(sys.argv[1])
    texts = {id: opened.document(id).text for id in opened.document_ids}
    passages = [opened.passage(number).text for number in range(opened.passages)]
    words = opened.words.search(opened.words.term("plain", "version"), 10)[0].tolist()
    print(json.dumps({
        "version": texts.pop("changing.txt", None),
        "others": sha256("".join(f"{id}{text}" for id, text in sorted(texts.items())).encode()).hexdigest(),
        "damage": check_index(Path(sys.argv[1])),
        "searchable": bool(words) and len(passages) == opened.passages and len(opened.meaning) == opened.sentences,
    }))
except IndexMissing:
    print(json.dumps(None))
except UserError as error:
    print(json.dumps({"damage": [str(error)]}))
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
    """What a fresh process finds; None where there is no index."""
    done = subprocess.run([sys.executable, "-c", CHECK, str(target)], capture_output=True, text=True, check=False)
    found: dict[str, object] | None = json.loads(done.stdout) if done.returncode == 0 else {"damage": [done.stderr]}
    if found and found["damage"]:
        print(found["damage"], file=sys.stderr)
    return found


def verdict(found: dict[str, object] | None, new: str, old: str | None, others: str) -> str:
    """What was left where the document that changes said ``old`` (None without an index), and was to say ``new``."""
    if found is None:
        return "none yet" if old is None else "LOST"
    if found["damage"] or not found["searchable"]:
        return "DAMAGED"
    if found["others"] != others or found["version"] is None:
        return "HALF"
    return {new: "the new one", old: "the old one"}.get(str(found["version"]), "WRONG")


def digest(corpus: Path) -> str:
    """Of the names and texts of all documents but the one that changes."""
    texts = {path.name: path.read_text("utf-8") for path in corpus.iterdir() if path.name != "changing.txt"}
    return sha256("".join(f"{id}{text}" for id, text in sorted(texts.items())).encode()).hexdigest()


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
    others = digest(corpus)
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
        counts[verdict(found, versions[-1], old, others)] += 1
        old = str(found["version"]) if found and not found["damage"] else None
    shutil.rmtree(folder)
    print(json.dumps(counts, ensure_ascii=False, indent=1))
    sys.exit(1 if counts.keys() & {"LOST", "DAMAGED", "HALF", "WRONG"} else 0)


if __name__ == "__main__":
    main()
