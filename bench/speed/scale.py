"""Build indexes of many passages out of the sentences of a folder of texts, and measure them.

python -m bench.speed.scale FOLDER [SIZE ...] [--out FOLDER] [--picture docs/cost.svg]

Each sentence of the texts is used again and again, with other numbers and a few other words, in other company, so that
neither words nor vectors repeat. Prints one line of JSON for each size (in passages, about): how long it took, how
large it is, how much memory, how fast a search and a question are once warm, and how long it takes to follow one
changed file, and to see that none has changed.
"""

import argparse
import json
import multiprocessing
import os
import random
import re
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

import index
import rag
from bench.speed.cost_chart import svg
from index.chunking.sentences import split_sentences
from index.readers.registry import read

PASSAGES_A_FILE = 60
LETTERS_A_PASSAGE = (400, 700)  # as prose has them: four or five sentences
LETTERS_A_SENTENCE = range(60, 260)
QUESTIONS = 200  # to warm up, to search with, and to ask: other ones each time
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]{4,}")


def pool(folder: Path) -> list[str]:
    """Return the distinct complete sentences of the texts that have the length of prose."""
    texts = [read(path)[1].text for path in sorted(folder.glob("*.txt"))]
    passages = (
        text[start:end] for text in texts for start, end in split_sentences(text) if end - start in LETTERS_A_SENTENCE
    )
    return list(
        dict.fromkeys(sentence for sentence in passages if sentence[0].isupper() and sentence.endswith((".", "?", "!")))
    )


def altered(sentence: str, words: Sequence[str], noise: random.Random) -> str:
    """Change the numbers of a sentence, and one word in eight."""
    renumbered = _NUMBER.sub(lambda match: str(noise.randrange(10 ** len(match[0]))), sentence)
    return _WORD.sub(lambda match: noise.choice(words) if noise.random() < 0.12 else match[0], renumbered)


def paragraphs(pooled: Sequence[str], noise: random.Random) -> Iterator[str]:
    words = [word for sentence in pooled[:20_000] for word in _WORD.findall(sentence)]
    while True:
        remaining_letters, chosen = noise.randint(*LETTERS_A_PASSAGE), [noise.choice(pooled)]
        while (remaining_letters := remaining_letters - len(chosen[-1])) > 0:
            chosen.append(noise.choice(pooled))
        yield " ".join(altered(sentence, words, noise) for sentence in chosen)


def fill(corpus: Path, pooled: Sequence[str], passages: int) -> None:
    corpus.mkdir(parents=True)
    coming = paragraphs(pooled, random.Random(0))
    for number in range(passages // PASSAGES_A_FILE):
        texts = [next(coming) for _ in range(PASSAGES_A_FILE)]
        (corpus / f"{number:06}.txt").write_text("\n\n".join(texts), "utf-8")


def make_questions(pooled: Sequence[str]) -> list[str]:
    """Return questions of a few words from a sentence."""
    noise = random.Random(1)
    return [" ".join(_WORD.findall(noise.choice(pooled))[:7]) or "loi" for _ in range(3 * QUESTIONS)]


def milliseconds(act: Callable[[str], object], questions: Sequence[str]) -> dict[str, float]:
    times = []
    for question in questions:
        start_time = time.perf_counter()
        act(question)
        times.append(1000 * (time.perf_counter() - start_time))
    return {"p50": round(float(np.median(times)), 1), "p99": round(float(np.quantile(times, 0.99)), 1)}


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def anonymous_memory() -> int:
    """Return the resident bytes of this process, without mapped files."""
    fields = dict(re.findall(r"^(\w+):\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE))
    return 1024 * int(fields["RssAnon"])


def some_of(corpus: Path, folder: Path, passages: int) -> Path:
    """Copy the first files of the corpus into another folder."""
    folder.mkdir(parents=True)
    for path in sorted(corpus.iterdir())[: max(1, passages // PASSAGES_A_FILE)]:
        (folder / path.name).hardlink_to(path)
    return folder


def built(corpus: Path, target: Path) -> dict[str, Any]:
    """Build the index of the corpus, and measure it."""
    megabytes, used = size(corpus) / 1e6, time.process_time()
    report = index.rebuild(corpus, target)
    return {
        "documents": report.documents,
        "passages": report.passages,
        "sentences": report.sentences,
        "text_MB": round(megabytes),
        "build_s": round(report.seconds, 1),
        "build_cpu_s": round(time.process_time() - used, 1),
        "MB_per_s": round(megabytes / report.seconds, 2),
        "disk_GiB": round(size(target) / 2**30, 4),
        "building_GiB": round(1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**30, 2),
    }


def answered(target: Path, questions: Sequence[str]) -> dict[str, Any]:
    """Measure searches and answers for new questions, after a warm-up."""
    opened = index.open_index(target)
    warming, searching, asking = (questions[start::3] for start in range(3))
    for question in warming:
        rag.ask(question, index=opened)
    return {
        "vector_index": opened.manifest.vector_index,
        "recall": opened.manifest.recall,
        "search_ms": milliseconds(lambda question: rag.search(question, index=opened), searching),
        "ask_ms": milliseconds(lambda question: rag.ask(question, index=opened), asking),
        "asking_GiB": round(anonymous_memory() / 2**30, 2),
    }


def followed(corpus: Path, target: Path) -> dict[str, Any]:
    """Measure rebuilds with nothing changed, then with one file changed."""
    unchanged = index.rebuild(corpus, target)
    first = min(corpus.iterdir())
    first.unlink()
    first.write_text("Un texte de plus, tout court.", "utf-8")
    again = index.rebuild(corpus, target)
    return {"nothing_changed_s": round(unchanged.seconds, 1), "one_file_changed_s": round(again.seconds, 1)}


def alone(measure: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    """Run a measure in its own process, with fresh memory, once all writes are on disk."""
    os.sync()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as apart:
        return apart.submit(measure, *arguments).result()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("sizes", nargs="*", type=int, default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--out", type=Path, help="keep the corpora and the indexes here")
    parser.add_argument("--picture", type=Path, help="draw the costs into this SVG file")
    arguments = parser.parse_args()
    out = arguments.out or Path(tempfile.mkdtemp(prefix="scale-"))
    pooled = pool(arguments.folder)
    if not (out / "corpus").exists():
        fill(out / "corpus", pooled, max(arguments.sizes))
    rows = []
    for passages in sorted(arguments.sizes):
        corpus = some_of(out / "corpus", out / f"corpus-{passages}", passages)
        target = out / f"index-{passages}"
        build, ask = alone(built, corpus, target), alone(answered, target, make_questions(pooled))
        rows.append(build | ask | alone(followed, corpus, target))
        print(json.dumps(rows[-1]), flush=True)
    if arguments.picture:
        arguments.picture.write_text(svg(rows), "utf-8")
    if not arguments.out:
        shutil.rmtree(out)


if __name__ == "__main__":
    main()
