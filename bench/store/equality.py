"""Ask an index of this machine and stores filled from it the same questions, and compare the answers byte for byte.

python -m bench.store.equality DATA|INDEX URL [URL ...] [--questions 500] [--set NAME] [--no-reader]

A URL is the address of a store in PostgreSQL or Milvus, where each set gets a schema. DATA holds retrieval sets (see
bench/quality/datasets.py); an INDEX of this machine of fewer than 100,000 sentences is asked words of its sentences.
Prints a line of JSON for each set and store: the questions, the answers and search results that differ, and what a
question moved. The reader is run once for each question and passage, whoever proposed it.
"""

import argparse
import json
import os
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import rag
from bench.store.approximate import questions_of
from bench.store.filled import SETS, filled, index_set, plain
from bench.store.moved import Moved
from index import Index, open_index


def compared_set(
    data: Path, name: str, split: str, ending: str, urls: Sequence[str], count: int
) -> Iterator[dict[str, Any]]:
    """Index a retrieval set, and compare the answers to some of its questions."""
    with TemporaryDirectory() as work:
        folder, questions = index_set(data, name, split, ending, Path(work))
        chosen = random.Random(0).sample(questions, min(count, len(questions)))
        for facts in compared(folder, [filled(folder, url, f"equal_{name}") for url in urls], chosen):
            yield {"set": name} | facts


def compared(folder: Path, stores: Sequence[Index], questions: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield, of each store, the questions whose answers or search results differ from those of an index."""
    local, moved = open_index(folder), [Moved(store) for store in stores]
    answers: list[list[str]] = [[] for _ in stores]
    for question in questions:
        expected = json.dumps(plain(rag.ask(question, index=local)))
        for store, of_store, differing in zip(stores, moved, answers, strict=True):
            if json.dumps(plain(rag.ask(question, index=store))) != expected:
                differing.append(question)
            of_store.next()
    expected_hits = [_search(question, local) for question in questions]
    for store, of_store, differing in zip(stores, moved, answers, strict=True):
        summary = of_store.summary()
        searches = [q for q, hits in zip(questions, expected_hits, strict=True) if _search(q, store) != hits]
        facts = {"store": _kind(store), "passages": local.passages, "sentences": local.sentences}
        counts = {"questions": len(questions), "answers_differ": differing, "searches_differ": searches}
        yield facts | counts | summary


def _search(question: str, index: Index) -> list[rag.Hit]:
    return rag.search(question, 5, index=index, rerank=False)


def _kind(store: Index) -> str:
    return type(store.candidates).__name__.removesuffix("Candidates")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="DATA|INDEX")
    parser.add_argument("urls", nargs="+", metavar="URL")
    parser.add_argument("--questions", type=int, default=500, help="of all sets together")
    parser.add_argument("--set", choices=[name for name, *_ in SETS], help="this set alone")
    parser.add_argument("--no-reader", action="store_true", help="by the linear models alone, which is quicker")
    arguments = parser.parse_args()
    if arguments.no_reader:
        os.environ["RAG_READER"] = "off"
    source, urls = arguments.source, arguments.urls
    if (source / "CURRENT").exists():
        questions = questions_of(open_index(source), arguments.questions)
        for facts in compared(source, [filled(source, url, "equal") for url in urls], questions):
            print(json.dumps(facts))
        return
    for name, split, ending in SETS:
        if arguments.set in (None, name):
            for facts in compared_set(source, name, split, ending, urls, arguments.questions // len(SETS) + 1):
                print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    main()
