"""Record whole answers, so that two versions of the program can be compared answer by answer.

    python -m bench.quality.record DATA answers.jsonl [--count 300] [--large]
    python -m bench.quality.record --compare before.jsonl after.jsonl

A third of the questions each are asked of the seeds, of PIAF dev and of SQuAD 2. With ``--large``, the indexes are
searched as those of 100,000 passages are. Otherwise it uses only what users may use, so that an earlier version can run
this very file: ``PYTHONPATH=CHECKOUT python bench/quality/record.py …``.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import rag
from index import rebuild

ROOT = Path(__file__).parents[2]
SETS = ("piaf", "squad2_en")


def rows(path: Path) -> list[Any]:
    """Return the JSON values of a file, one a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write_corpus(source: Path, folder: Path) -> Path:
    """Write each text of a retrieval set as a file, with its title above it."""
    folder.mkdir()
    for row in rows(source / "corpus.jsonl"):
        content = f"{row['title']}\n\n{row['text']}" if row["title"] else row["text"]
        (folder / f"{row['id']}.txt").write_text(content, encoding="utf-8")
    return folder


def corpora(data: Path, work: Path, count: int) -> Iterator[tuple[str, Path, list[str]]]:
    """Yield the name, the folder and ``count`` questions of each corpus."""
    seed_questions: list[str] = [row["question"] for row in rows(ROOT / "bench" / "questions.jsonl")]
    by_corpus = {name: [row["text"] for row in rows(data / name / "dev" / "queries.jsonl")] for name in SETS}
    yield "seeds", ROOT / "seeds", (seed_questions + by_corpus["piaf"])[:count]
    for name, questions in by_corpus.items():
        yield name, write_corpus(data / name, work / name), questions[:: max(1, len(questions) // count)][:count]


def record(data: Path, target: Path, count: int) -> None:
    """Write one line for each question: its corpus, and its answer without the timings."""
    with tempfile.TemporaryDirectory() as work, target.open("w", encoding="utf-8") as stream:
        for name, folder, questions in corpora(data, Path(work), count // 3):
            index = Path(work) / f"{name}-index"
            rebuild(folder, index)
            for question in questions:
                answer = rag.ask(question, index=index).to_dict()
                answer.pop("timings", None)
                stream.write(json.dumps({"corpus": name, "answer": answer}, ensure_ascii=False) + "\n")


def compare(before: Path, after: Path) -> int:
    """Print the questions whose answers differ, and return how many they are."""
    differing = 0
    for old, new in zip(rows(before), rows(after), strict=True):
        fields = [key for key in old["answer"] if old["answer"][key] != new["answer"].get(key)]
        if fields:
            differing += 1
            print(old["corpus"], old["answer"]["question"], ", ".join(fields), sep="\t")
    print(f"{differing} of {len(rows(before))} answers differ")
    return differing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs=2, type=Path, metavar="PATH")
    parser.add_argument("--compare", action="store_true")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--large", action="store_true", help="search as in a large index")
    arguments = parser.parse_args()
    first, second = arguments.paths
    if arguments.compare:
        sys.exit(1 if compare(first, second) else 0)
    if arguments.large:
        vars(import_module("index.index"))["LARGE"] = 0
    record(first, second, arguments.count)


if __name__ == "__main__":
    main()
