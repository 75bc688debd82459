"""Measure search, citations and refusals on sets of questions, each paragraph a document.

    python -m bench.quality.measure DATA [--work FOLDER] [--set NAME ...] [--most N] [--results FILE]

PIAF dev and servicepublic are of articles that nothing was trained on. Of SQuAD 2, whose articles are few, the half
that the encoder did not see is measured; the ranker's figures on it are out of fold in ``bench/train/ranker.py``.
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from unicodedata import combining, normalize

from bench.outcomes import append_figures
from bench.quality import datasets
from bench.quality.datasets import Query, Text, for_encoder
from index import Index, open_index, rebuild
from rag.evaluation import Expected, evaluate_question, summarise

SHOWN = (
    "questions", "hit_at_1", "hit_at_5", "mrr", "first_citation", "any_citation", "answer_in_first_quote",
    "answer_in_a_quote", "answer_in_focus", "focus_share", "refused_answerable", "refused_unanswerable",
    "auroc", "median_ms", "quote_median", "quote_95",
)  # fmt: skip


def build(texts: Iterable[Text], work: Path, name: str) -> Index:
    """Index one file per text, with its title above it."""
    folder = work / name / "corpus"
    folder.mkdir(parents=True, exist_ok=True)
    for text in texts:
        content = f"{text.title}\n\n{text.text}" if text.title else text.text
        (folder / f"{text.id}.txt").write_text(content, encoding="utf-8")
    rebuild(folder, work / name / "index")
    return open_index(work / name / "index")


def expected(queries: Iterable[Query], relevant: dict[str, set[str]]) -> list[Expected]:
    return [
        Expected(
            query.text,
            query.answerable,
            tuple((f"{id}.txt", None) for id in sorted(relevant.get(query.id, ()))),
            (query.answers,) if query.answers else (),
        )
        for query in queries
    ]


def without_accents(text: str) -> str:
    return "".join(character for character in normalize("NFD", text) if not combining(character))


def sets(data: Path) -> dict[str, tuple[str, list[Expected]]]:
    """Return, for each measure, its corpus and its questions."""
    piaf, relevant = datasets.queries(data / "piaf", "dev"), datasets.qrels(data / "piaf", "dev")
    plain = [Query(q.id, without_accents(q.text), q.answers, q.answerable, q.standalone) for q in piaf]
    squad = expected(_unseen(data), datasets.qrels(data / "squad2_en", "dev"))
    return {
        "piaf": ("piaf", expected(piaf, relevant)),
        "piaf standalone": ("piaf", expected([query for query in piaf if query.standalone], relevant)),
        "piaf without accents": ("piaf", expected(plain, relevant)),
        "servicepublic": ("servicepublic", _expected_of(data, "servicepublic", "test")),
        "squad2_en": ("squad2_en", squad),
        "squad2_en answerable": ("squad2_en", [question for question in squad if question.answerable]),
        "assemblee": ("assemblee", _expected_of(data, "assemblee", "test")),
    }


def _expected_of(data: Path, name: str, split: str) -> list[Expected]:
    return expected(datasets.queries(data / name, split), datasets.qrels(data / name, split))


def _unseen(data: Path) -> list[Query]:
    folder = data / "squad2_en"
    texts, relevant = datasets.corpus(folder), datasets.qrels(folder, "dev")
    questions, misleading = datasets.queries(folder, "dev"), against(folder)
    about = {query.id: texts[next(iter(relevant.get(query.id) or [misleading[query.id]]))] for query in questions}
    return [query for query in questions if not for_encoder(about[query.id].title)]


def against(folder: Path) -> dict[str, str]:
    """Return the paragraph that each unanswerable question of SQuAD 2 was written against."""
    lines = (folder / "dev" / "context_of_unanswerable.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["query_id"]: row["doc_id"] for row in map(json.loads, lines)}


def measure(data: Path, work: Path, names: Sequence[str], most: int, results: Path | None) -> None:
    for name, (corpus, questions) in sets(data).items():
        if names and name not in names:
            continue
        index = build(datasets.corpus(data / corpus).values(), work, corpus)
        step = max(1, len(questions) // most)
        figures = summarise([evaluate_question(question, index) for question in questions[::step]]).to_dict()
        reported = {key: figures[key] for key in SHOWN if figures[key] is not None}
        print(f"{name}: " + ", ".join(f"{key} {value}" for key, value in reported.items()), flush=True)
        reported.pop("median_ms")  # of a machine that may be busy: speed is measured by bench/speed
        append_figures(f"bench.quality.measure DATA --set {name} --most {most}", reported, results)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("/tmp/sourcier-measure"))
    parser.add_argument("--set", dest="names", action="append", default=[], help="only this one; may be repeated")
    parser.add_argument("--most", type=int, default=10_000, help="questions of each set, evenly chosen")
    parser.add_argument("--results", type=Path, help="a file that the figures are appended to")
    arguments = parser.parse_args()
    measure(arguments.data, arguments.work, arguments.names, arguments.most, arguments.results)


if __name__ == "__main__":
    main()
