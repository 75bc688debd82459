"""Search vectors approximately and exactly, and compare candidates and quotes.

python -m bench.store.approximate INDEX URL [--questions 500]

INDEX is an index of this machine. URL is the address of a store in PostgreSQL; a schema of it is filled and given a
graph. It is compared with the index where that searches exactly, else with a second schema without a graph. The
questions are words of sentences of the index. Prints a line of JSON: the share of the nearest sentences that the graph
finds, of the number that a question asks for, how many first quotes are others, and the time of a search.
"""

import argparse
import json
import os
import random
import re
import time
from pathlib import Path
from typing import Any

import numpy as np

import rag
from bench.store.filled import filled, store_at, with_schema
from index import Index, open_index
from index.build.ivf import EXACT_BELOW
from index.build.transfer import publish
from index.encoders.base import encode_query
from index.storage.candidates import NO_RESTRICTION

_NEAREST = 120  # sentences that a question asks for
_WORD = re.compile(r"[^\W\d_]{4,}")


def questions_of(index: Index, count: int) -> list[str]:
    """Return some words of random sentences."""
    noise = random.Random(3)
    questions: list[str] = []
    while len(questions) < count:
        sentence = index.sentences_in(noise.randrange(index.passages))[0]
        words = _WORD.findall(sentence.document.slice(sentence.start, sentence.end))
        if len(words) > 5:
            questions.append(" ".join(words[:7]))
    return questions


def compared(exact: Index, approximate: Index, questions: list[str]) -> dict[str, Any]:
    """Return the recall of an approximate search, the first quotes that it changes, and the time of both searches."""
    recalls: list[float] = []
    times: dict[str, list[float]] = {"exact": [], "approximate": []}
    changed = 0
    for question in questions:
        vector, nearest = encode_query(exact.encoder, question), {}
        for name, index in (("exact", exact), ("approximate", approximate)):
            start_time = time.perf_counter()
            nearest[name] = set(index.candidates.nearest(vector, _NEAREST, NO_RESTRICTION)[0].tolist())
            times[name].append(1000 * (time.perf_counter() - start_time))
        recalls.append(len(nearest["exact"] & nearest["approximate"]) / len(nearest["exact"]))
        changed += first_quote(question, exact) != first_quote(question, approximate)
    return {
        "questions": len(questions), "nearest": _NEAREST, "recall": round(float(np.mean(recalls)), 4),
        "recall_p1": round(float(np.quantile(recalls, 0.01)), 3), "first_quotes_changed": changed,
        **{f"{name}_search_ms": round(float(np.median(durations)), 1) for name, durations in times.items()},
    }  # fmt: skip


def first_quote(question: str, index: Index) -> tuple[str, int, int] | None:
    citations = rag.ask(question, index=index).citations
    return (citations[0].source, citations[0].start, citations[0].end) if citations else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("url")
    parser.add_argument("--questions", type=int, default=500)
    arguments = parser.parse_args()
    os.environ["RAG_READER"] = "off"  # it changes nothing of what is proposed
    url = f"{with_schema(arguments.url, 'approximate')}&vectors=approximate"
    local, store, start_time = open_index(arguments.index), store_at(url), time.monotonic()
    publish(arguments.index, store)
    facts: dict[str, Any] = {"sentences": local.sentences, "filled_s": round(time.monotonic() - start_time, 1)}
    facts |= {"store_MB": round(store.state().size / 1e6)}
    is_exact = local.sentences < EXACT_BELOW
    exact = local if is_exact else filled(arguments.index, arguments.url, "exact")
    facts |= {"exact": "local index" if is_exact else "store"}
    print(json.dumps(facts | compared(exact, open_index(url), questions_of(local, arguments.questions))))


if __name__ == "__main__":
    main()
