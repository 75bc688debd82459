"""Ask both indexes the same questions, and compare the answers byte for byte.

python -m bench.store.equality DATA URL [--questions 500] [--no-reader]

URL is the address of a store in PostgreSQL or Milvus, where each set gets a schema. DATA holds retrieval sets (see
bench/quality/datasets.py). Prints a line of JSON for each set: the questions, the answers and the search results that
differ, and what a question moved.
"""

import argparse
import json
import os
import random
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import rag
from bench.quality.asking import build_index
from bench.quality.datasets import corpus, queries
from bench.store.filled import filled, plain
from bench.store.moved import Moved

SETS = (("piaf", "dev", ".txt"), ("servicepublic", "test", ".md"), ("squad2_en", "dev", ".txt"))


def compared(data: Path, name: str, split: str, ending: str, url: str, count: int) -> dict[str, Any]:
    """Answers of a set that differ."""
    texts = {f"{text.id}{ending}": f"{text.title}\n\n{text.text}" for text in corpus(data / name).values()}
    questions = [query.text for query in queries(data / name, split)]
    chosen = random.Random(0).sample(questions, min(count, len(questions)))
    with TemporaryDirectory() as work:
        local = build_index(texts, Path(work))
        remote = filled(Path(work) / "index", url, f"equal_{name}")
        moved, answers = Moved(remote), []
        for question in chosen:
            of_store = plain(rag.ask(question, index=remote))
            moved.next()
            if json.dumps(of_store) != json.dumps(plain(rag.ask(question, index=local))):
                answers.append(question)
        summary = moved.summary()
        results = [
            [rag.search(question, 5, index=index, rerank=False) for question in chosen] for index in (local, remote)
        ]
        searches = [question for question, *both in zip(chosen, *results, strict=True) if both[0] != both[1]]
        facts = {"set": name, "passages": local.passages, "sentences": local.sentences, "questions": len(chosen)}
        return {**facts, "answers_differ": answers, "searches_differ": searches, **summary}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("url")
    parser.add_argument("--questions", type=int, default=500, help="of all sets together")
    parser.add_argument("--no-reader", action="store_true", help="by the linear models alone, which is quicker")
    arguments = parser.parse_args()
    if arguments.no_reader:
        os.environ["RAG_READER"] = "off"
    for name, split, ending in SETS:
        each = arguments.questions // len(SETS) + 1
        print(json.dumps(compared(arguments.data, name, split, ending, arguments.url, each)), flush=True)


if __name__ == "__main__":
    main()
