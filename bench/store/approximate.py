"""Search vectors approximately and exactly, and compare candidates and quotes.

python -m bench.store.approximate DATA|INDEX URL [--questions 500]

DATA holds retrieval sets (see bench/quality/datasets.py), each of which is indexed and asked its own questions, which
people wrote. An INDEX of this machine is asked words of its sentences. URL is the address of a store in PostgreSQL; a
schema of it is filled and given a graph. It is compared with the index where that searches exactly, else with a second
schema without a graph. Prints a line of JSON for each: the share of the nearest sentences that the graph finds, of the
number that a question asks for, how many first quotes are others, and the time of a search.
"""

import argparse
import json
import os
import random
import re
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

import rag
from bench.store.filled import SETS, filled, index_set, store_at, with_schema
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


def measured(source: Path, base_url: str, name: str, questions: list[str] | int) -> dict[str, Any]:
    """Fill a schema from an index, and compare its answers; ``questions`` may be how many to make of its sentences."""
    url = f"{with_schema(base_url, f'approximate{name}')}&vectors=approximate"
    local, store, start_time = open_index(source), store_at(url), time.monotonic()
    publish(source, store)
    facts: dict[str, Any] = {"sentences": local.sentences, "filled_s": round(time.monotonic() - start_time, 1)}
    facts |= {"store_MB": round(store.state().size / 1e6)}
    is_exact = local.sentences < EXACT_BELOW
    exact = local if is_exact else filled(source, base_url, f"exact{name}")
    set_questions = questions_of(local, questions) if isinstance(questions, int) else questions
    return facts | {"exact": "local index" if is_exact else "store"} | compared(exact, open_index(url), set_questions)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="DATA|INDEX")
    parser.add_argument("url")
    parser.add_argument("--questions", type=int, default=500, help="of all sets together")
    arguments = parser.parse_args()
    os.environ["RAG_READER"] = "off"  # it changes nothing of what is proposed
    if (arguments.source / "CURRENT").exists():
        print(json.dumps(measured(arguments.source, arguments.url, "", arguments.questions)))
        return
    for name, split, ending in SETS:
        with TemporaryDirectory() as work:
            folder, set_questions = index_set(arguments.source, name, split, ending, Path(work))
            count = min(arguments.questions // len(SETS) + 1, len(set_questions))
            chosen = random.Random(0).sample(set_questions, count)
            print(json.dumps({"set": name} | measured(folder, arguments.url, f"_{name}", chosen)), flush=True)


if __name__ == "__main__":
    main()
