"""Ask both indexes the same questions, and compare the answers byte for byte.

python -m bench.store.equality DATA|INDEX URL [--questions 500] [--no-reader]

URL is the address of a store in PostgreSQL or Milvus, where each set gets a schema. DATA holds retrieval sets (see
bench/quality/datasets.py); an INDEX of this machine of fewer than 100,000 sentences is asked words of its sentences.
Prints a line of JSON for each: the questions, the answers and search results that differ, and what a question moved.
"""

import argparse
import json
import os
import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import rag
from bench.store.approximate import questions_of
from bench.store.filled import SETS, filled, index_set, plain
from bench.store.moved import Moved
from index import Index, open_index


def compared_set(data: Path, name: str, split: str, ending: str, url: str, count: int) -> dict[str, Any]:
    """Index a retrieval set, and compare the answers to some of its questions."""
    with TemporaryDirectory() as work:
        folder, questions = index_set(data, name, split, ending, Path(work))
        chosen = random.Random(0).sample(questions, min(count, len(questions)))
        return {"set": name} | compared(folder, filled(folder, url, f"equal_{name}"), chosen)


def compared(folder: Path, remote: Index, questions: Sequence[str]) -> dict[str, Any]:
    """Return the questions whose answers or search results differ between an index and the store filled from it."""
    local, moved, answers = open_index(folder), Moved(remote), []
    for question in questions:
        of_store = plain(rag.ask(question, index=remote))
        moved.next()
        if json.dumps(of_store) != json.dumps(plain(rag.ask(question, index=local))):
            answers.append(question)
    summary = moved.summary()
    results = [
        [rag.search(question, 5, index=index, rerank=False) for question in questions] for index in (local, remote)
    ]
    searches = [question for question, *hits in zip(questions, *results, strict=True) if hits[0] != hits[1]]
    facts = {"passages": local.passages, "sentences": local.sentences, "questions": len(questions)}
    return {**facts, "answers_differ": answers, "searches_differ": searches, **summary}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="DATA|INDEX")
    parser.add_argument("url")
    parser.add_argument("--questions", type=int, default=500, help="of all sets together")
    parser.add_argument("--no-reader", action="store_true", help="by the linear models alone, which is quicker")
    arguments = parser.parse_args()
    if arguments.no_reader:
        os.environ["RAG_READER"] = "off"
    source, url = arguments.source, arguments.url
    if (source / "CURRENT").exists():
        questions = questions_of(open_index(source), arguments.questions)
        print(json.dumps(compared(source, filled(source, url, "equal"), questions)))
        return
    for name, split, ending in SETS:
        per_set = arguments.questions // len(SETS) + 1
        print(json.dumps(compared_set(source, name, split, ending, url, per_set)), flush=True)


if __name__ == "__main__":
    main()
