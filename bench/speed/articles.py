"""Measure how long things take, in one run on one machine, relative to what the machine does anyway.

    python -m bench.speed.articles [--files 1000] [--texts FOLDER] [--results FILE]

``--texts`` is a folder of documents to index and ask; without it the seeds are repeated under as many names as
``--files`` says.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

import rag
from bench.outcomes import append_figures
from index import open_index, rebuild

SEEDS = Path(__file__).parents[2] / "seeds"
QUESTIONS = (
    "Qui est le porte-parole du Kremlin ?",
    "Combien de soldats américains ont été placés en alerte ?",
    "What is Moscow's red line?",
    "Que s'est-il dit lors de l'appel du 3 février ?",
    "Quelle est la capitale de l'Australie ?",
)


def seconds(call: Callable[[], object], times: int = 1) -> float:
    """Return the median of several runs."""
    durations = []
    for _ in range(times):
        start_time = perf_counter()
        call()
        durations.append(perf_counter() - start_time)
    return median(durations)


def python(code: str) -> Callable[[], object]:
    """Run the code in a fresh interpreter."""
    return lambda: subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def repeated(folder: Path, files: int) -> Path:
    """Copy the seeds under so many names, each with its own line."""
    for number in range(files):
        seed = sorted(SEEDS.iterdir())[number % 5]
        (folder / f"{number:06}.txt").write_text(
            f"{seed.read_text(encoding='utf-8')}\n\nCopie {number}.", encoding="utf-8"
        )
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--results", type=Path, help="a file that the figures are appended to")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        (work := Path(folder) / "texts").mkdir()
        figures = measure(arguments.texts or repeated(work, arguments.files), Path(folder))
    append_figures(f"bench.speed.articles --files {arguments.files}", figures, arguments.results)


def measure(texts: Path, work: Path) -> dict[str, float]:
    rebuild(SEEDS, work / "seeds")
    startup = seconds(python("pass"), 5)
    importing = seconds(python("import rag"), 5)
    cold = seconds(python(f"import rag; rag.ask({QUESTIONS[0]!r}, index={str(work / 'seeds')!r})"), 5)
    print(f"python alone {startup:.2f} s; import rag {importing:.2f} s; a cold question {cold:.2f} s")
    size = sum(path.stat().st_size for path in texts.rglob("*") if path.is_file())
    first = seconds(lambda: rebuild(texts, work / "index"))
    again = seconds(lambda: rebuild(texts, work / "index"))
    print(f"first build {size / 1e6 / first:.2f} MB/s; nothing changed {again / first:.1%} of it")
    index = open_index(work / "index")
    for question in QUESTIONS:
        rag.ask(question, index=index)
    durations = [seconds(partial(rag.ask, question, index=index)) for question in QUESTIONS * 20]
    middle, late = 1000 * median(durations), 1000 * quantiles(durations, n=20)[-1]
    print(
        f"a warm question on {len(index.document_ids)} documents: median {middle:.1f} ms, 19 of 20 within {late:.1f} ms"
    )
    return {
        "python, s": startup,
        "import rag, s": importing,
        "cold question, s": cold,
        "first build, MB/s": size / 1e6 / first,
        "unchanged, share of the first": again / first,
        "warm question, ms": middle,
        "19 of 20 within, ms": late,
    }


if __name__ == "__main__":
    main()
