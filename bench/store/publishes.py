"""Publish repeatedly while readers ask, and look for an answer that mixes two snapshots.

python -m bench.store.publishes URL [--publishes 60] [--readers 8]

Each snapshot states another number, in three documents. A reader is a process with its own replica, like a server. It
asks, and compares the numbers in all quotes and in their documents. The next snapshot is published
once as many questions were answered as there are readers. Prints a line of JSON.
"""

import argparse
import json
import os
import re
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Semaphore

import rag
from bench.store.filled import store_at
from index import open_index, rebuild
from index.build.transfer import publish

_LEVEL = re.compile(r"(\d+) centimètres")


def indexed(base: Path, level: int) -> Path:
    """Build an index whose documents all state the same level."""
    folder = base / f"corpus-{level}"
    folder.mkdir()
    for number in range(3):
        text = f"Relevé {number}\n\nLa crue de la rivière a atteint {level} centimètres au pont numéro {number}."
        (folder / f"releve-{number}.txt").write_text(text, "utf-8")
    rebuild(folder, base / f"index-{level}")
    return base / f"index-{level}"


def read(url: str, data: Path, is_over: Event, answered: Semaphore) -> tuple[int, int, set[str]]:
    """Ask until it is over, with a replica in ``data``; return counts of answers and mixed ones, and the levels."""
    os.environ["XDG_DATA_HOME"] = str(data)
    answers, mixed, all_levels = 0, 0, set[str]()
    while not is_over.is_set():
        index = open_index(url)
        answer = rag.ask("Combien de centimètres la crue a-t-elle atteints ?", index=index)
        texts = [citation.quote for citation in answer.citations]
        texts += [index.document(citation.source).text for citation in answer.citations]
        levels = {level for text in texts for level in _LEVEL.findall(text)}
        answers, mixed, all_levels = answers + 1, mixed + (len(levels) != 1), all_levels | levels
        answered.release()
    return answers, mixed, all_levels


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--publishes", type=int, default=60)
    parser.add_argument("--readers", type=int, default=8)
    arguments = parser.parse_args()
    os.environ["RAG_READER"] = "off"
    context = get_context("spawn")
    with (
        TemporaryDirectory() as work,
        context.Manager() as manager,
        ProcessPoolExecutor(arguments.readers, context) as readers,
    ):
        sources = [indexed(Path(work), 100 + number) for number in range(arguments.publishes)]
        store, is_over, answered = store_at(arguments.url), manager.Event(), manager.Semaphore(0)
        publish(sources[0], store)
        start_time = time.monotonic()
        running = [
            readers.submit(read, arguments.url, Path(work) / f"reader-{number}", is_over, answered)
            for number in range(arguments.readers)
        ]
        try:
            for source in sources[1:]:
                for _ in running:
                    answered.acquire()
                publish(source, store)
        finally:
            is_over.set()
        outcomes = [reader.result() for reader in running]
    levels = set().union(*(levels_read for *_, levels_read in outcomes))
    facts = {
        "publishes": len(sources),
        "readers": arguments.readers,
        "seconds": round(time.monotonic() - start_time, 1),
    }
    counts = {"answers": sum(outcome[0] for outcome in outcomes), "mixed": sum(outcome[1] for outcome in outcomes)}
    print(json.dumps({**facts, **counts, "snapshots_seen": len(levels)}))


if __name__ == "__main__":
    main()
