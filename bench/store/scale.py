"""Fill stores of several sizes, and measure them against the local index in one run.

python -m bench.store.scale FOLDER URL [SIZE ...] [--out FOLDER] [--questions 50]

The corpora are those of ``bench.speed.scale``, SIZE is in passages, about. Prints a line of JSON for each: how fast
the store is filled, how large it is, and for new questions, after others warmed up, the time that both indexes take to
propose passages and to answer, and what a question moved.
"""

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import index
import rag
from bench.speed.scale import built, fill, make_questions, milliseconds, pool, size, some_of
from bench.store.filled import store_at, with_schema
from bench.store.moved import Moved
from index.build.transfer import publish
from index.storage.candidates import NO_RESTRICTION
from rag.query.question import parse_question
from rag.ranking.rerank import RERANK_K
from rag.retrieval.hybrid import Retriever


def measured(corpus: Path, target: Path, url: str, questions: Sequence[str]) -> dict[str, Any]:
    """Measure one size: the local index, the filling, and both with the same questions."""
    facts = built(corpus, target) if not target.exists() else {}
    store, start_time = store_at(url), time.monotonic()
    publish(target, store)
    seconds = time.monotonic() - start_time
    local, remote = index.open_index(target), index.open_index(url)
    facts |= {"passages": local.passages, "sentences": local.sentences, "local_MB": round(size(target) / 1e6)}
    facts |= {"fill_s": round(seconds, 1), "sentences_per_s": round(local.sentences / seconds)}
    facts["store_MB"] = round(store.state().size / 1e6)
    facts["replica_MB"] = round(size(remote.snapshot) / 1e6, 1)
    half = len(questions) // 2
    for name, opened in (("local", local), ("store", remote)):
        retriever = Retriever(opened)
        moved = Moved(opened) if name == "store" else None

        def propose(question: str, retriever: Retriever = retriever) -> object:
            return retriever.retrieve(parse_question(question), NO_RESTRICTION, RERANK_K).result()

        for question in questions[:half]:
            propose(question)
        if moved:
            moved = Moved(opened)
        times = []
        for question in questions[half:]:
            times.append(milliseconds(propose, [question])["p50"])
            if moved:
                moved.next()
        facts[f"{name}_propose_ms"] = _quantiles(times)
        facts[f"{name}_ask_ms"] = milliseconds(partial(_ask, opened), questions[half:])
        facts |= moved.summary() if moved else {}
    return facts


def _ask(opened: index.Index, question: str) -> object:
    return rag.ask(question, index=opened)


def _quantiles(times: Sequence[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {"p50": ordered[len(ordered) // 2], "p99": ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("url")
    parser.add_argument("sizes", nargs="*", type=int, default=[2_000, 20_000, 200_000])
    parser.add_argument("--out", type=Path, help="keep the corpora and the indexes here")
    parser.add_argument("--questions", type=int, default=50)
    arguments = parser.parse_args()
    os.environ["RAG_READER"] = "off"  # takes the same time with both
    out = arguments.out or Path(tempfile.mkdtemp(prefix="store-"))
    pooled = pool(arguments.folder)
    if not (out / "corpus").exists():
        fill(out / "corpus", pooled, max(arguments.sizes))
    questions = random.Random(2).sample(make_questions(pooled), 2 * arguments.questions)
    for passages in sorted(arguments.sizes):
        corpus = out / f"corpus-{passages}"
        if not corpus.exists():
            some_of(out / "corpus", corpus, passages)
        url = with_schema(arguments.url, f"scale_{passages}")
        print(json.dumps(measured(corpus, out / f"index-{passages}", url, questions)), flush=True)


if __name__ == "__main__":
    main()
