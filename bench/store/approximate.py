"""Search vectors approximately and exactly, and compare what is proposed and quoted.

python -m bench.store.approximate INDEX URL [--questions 500]

INDEX is an index of this machine of fewer than 100,000 sentences, which searches exactly. URL is the address of a store
in PostgreSQL; a schema of it is filled and given a graph. The questions are words of sentences of the index. Prints a
line of JSON: the share of the nearest sentences that the graph finds, by the number that a question asks for, how many
first quotes are others, and the time of a search.
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
from bench.store.filled import store_at, with_schema
from index import Index, open_index
from index.build.transfer import publish
from index.encoders.base import encode_query
from index.storage.candidates import NO_RESTRICTION

_NEAREST = 120  # sentences that a question asks for
_WORD = re.compile(r"[^\W\d_]{4,}")


def questions_of(index: Index, count: int) -> list[str]:
    """Some words of sentences drawn at random."""
    noise = random.Random(3)
    asked: list[str] = []
    while len(asked) < count:
        sentence = index.sentences_in(noise.randrange(index.passages))[0]
        words = _WORD.findall(sentence.document.slice(sentence.start, sentence.end))
        if len(words) > 5:
            asked.append(" ".join(words[:7]))
    return asked


def compared(local: Index, remote: Index, questions: list[str]) -> dict[str, Any]:
    recalls: list[float] = []
    times: dict[str, list[float]] = {"local": [], "store": []}
    changed = 0
    for question in questions:
        vector, found = encode_query(local.encoder, question), {}
        for name, index in (("local", local), ("store", remote)):
            began = time.perf_counter()
            found[name] = set(index.candidates.nearest(vector, _NEAREST, NO_RESTRICTION)[0].tolist())
            times[name].append(1000 * (time.perf_counter() - began))
        recalls.append(len(found["local"] & found["store"]) / len(found["local"]))
        changed += first_quote(question, local) != first_quote(question, remote)
    return {
        "questions": len(questions), "nearest": _NEAREST, "recall": round(float(np.mean(recalls)), 4),
        "recall_p1": round(float(np.quantile(recalls, 0.01)), 3), "first_quotes_changed": changed,
        **{f"{name}_search_ms": round(float(np.median(each)), 1) for name, each in times.items()},
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
    local, store, began = open_index(arguments.index), store_at(url), time.monotonic()
    publish(arguments.index, store)
    filled = time.monotonic() - began
    facts = {"store_MB": round(store.state().size / 1e6)}
    facts |= compared(local, open_index(url), questions_of(local, arguments.questions))
    print(json.dumps({"sentences": local.sentences, "filled_s": round(filled, 1), **facts}))


if __name__ == "__main__":
    main()
