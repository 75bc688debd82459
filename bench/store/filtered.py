"""Ask under filters, and count what a question moves and whether its answer is the local one.

python -m bench.store.filtered INDEX URL [--questions 40] [--schema NAME]

INDEX is an index of this machine, of files with digits before their endings, as those of ``bench.speed.scale``. URL is
the address of a store, of which a schema is filled. Each question is asked under each kind of filter. Prints a line of
JSON: for each kind, rows and bytes in both directions, the bytes of lists of passages among them, answers and citations
that differ, and the median time of an answer. Above 100,000 sentences the index searches approximately.
"""

import argparse
import json
import os
import random
import time
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import rag
from bench.store.approximate import questions_of
from bench.store.filled import filled, plain
from bench.store.moved import Moved
from index import Index, open_index
from index.storage.lexical import analyze

_EXCLUDED = 0.3  # most share of passages that hold an excluded word


def kinds(local: Index) -> dict[str, Callable[[str], str]]:
    """Return how a question is written with a filter of each kind."""
    return {
        "a tenth of the documents": lambda question: f"fichier:*7.txt {question}",
        "nine tenths of them": lambda question: f"fichier:*[!7].txt {question}",
        "without a frequent word": lambda question: f"{question} -{_frequent(question, local)}",
        "with a phrase of frequent words": lambda question: f'"{_frequent_pair(local)}" {question}',
        "with a phrase": lambda question: f'"{" ".join(question.split()[2:4])}" {question}',
    }


def _frequent(question: str, local: Index) -> str:
    """Return the most frequent word that is in few enough passages."""
    sample = (word for number in range(0, local.passages, local.passages // 7) for word in _words(local, number))
    shares = {word: _frequency(word, local) / local.passages for word in [*sample] if word not in question}
    return max((share, word) for word, share in shares.items() if share < _EXCLUDED)[1]


@lru_cache
def _frequent_pair(local: Index) -> str:
    """Return two words side by side, neither of which is rare."""
    numbers = range(0, local.passages, local.passages // 20)
    pairs = {pair for number in numbers for pair in pairwise(analyze(local.indexed_text(number), "plain"))}
    return " ".join(max(pairs, key=lambda pair: (min(_frequency(word, local) for word in pair), pair)))


def _words(local: Index, number: int) -> list[str]:
    return [word for word in analyze(local.indexed_text(number), "plain") if len(word) > 3 and word.isalpha()]


def _frequency(word: str, local: Index) -> int:
    return local.candidates.frequencies([("plain", word)])[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("url")
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--schema", help="where the store of this index is already filled, or is to be")
    arguments = parser.parse_args()
    os.environ["RAG_READER"] = "off"  # it is asked of what was proposed
    local = open_index(arguments.index)
    remote = filled(arguments.index, arguments.url, arguments.schema or f"filtered_{local.sentences}")
    questions = random.Random(4).sample(questions_of(local, 3 * arguments.questions), arguments.questions)
    facts: dict[str, Any] = {"passages": local.passages, "sentences": local.sentences, "questions": len(questions)}
    for kind, write in kinds(local).items():
        moved, differing, seconds = Moved(remote), {"answers_differ": 0, "citations_differ": 0}, list[float]()
        for question in map(write, questions):
            start_time = time.perf_counter()
            of_store = plain(rag.ask(question, index=remote))
            seconds.append(time.perf_counter() - start_time)
            moved.next()
            of_index = plain(rag.ask(question, index=local))
            differing["answers_differ"] += json.dumps(of_store) != json.dumps(of_index)
            differing["citations_differ"] += of_store["citations"] != of_index["citations"]
        facts[kind] = moved.summary() | differing | {"ask_s": round(median(seconds), 2)}
        moved.end()
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
