"""Measure how well the program reads: the words in bold, the first quote, and whether it answers at all.

    python -m bench.quality.reading DATA [--work FOLDER] [--set NAME ...] [--fold N] [--most N] [--results FILE]

The words in bold are compared with the annotated answer by the token F1 of SQuAD, the articles of both languages
removed: end to end, where a refusal counts as 0, and when only the right paragraph may be quoted. Of nq_en, the eighth
of the articles that is kept for reporting is indexed, and asked about where a paragraph has sentences to choose from.
Of squad2_en, the articles are asked about that neither the encoder nor the reader was trained on, with their spread;
the few weights that mix the reader's scores for refusing were fitted on these, and what is out of fold
``bench.train.reader.mix`` prints.
"""

import argparse
import json
import re
import string
import time
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import rag
from bench.outcomes import append_figures
from bench.quality import datasets
from bench.quality.asking import describe_lengths, first_quote
from bench.quality.datasets import Query, Text, for_encoder
from bench.quality.measure import against, build
from index import Index
from rag.evaluation import compute_auroc

SPLITS = {"piaf": "dev", "squad2_en": "dev", "nq_en": "train"}
FOLDS = 5
FALSE_REFUSALS = 0.10
ARTICLE = re.compile(r"\b(?:a|an|the|le|la|les|un|une|des|du)\b|\b[ldLD](?=['’])")
PUNCTUATION = re.compile("[" + re.escape(string.punctuation + "’‘“”«»…–—") + "]")


@dataclass(frozen=True, slots=True)
class Reading:
    """The measures of one question; None for those that do not apply."""

    query: Query
    fold: int
    first: bool  # the first quote is of the right paragraph
    quote: str | None
    holds: bool  # the first quote holds the answer
    bold: float  # token F1 of the words in bold
    bold_given: float | None  # likewise, when only the right paragraph may be quoted
    confidence: float


def tokens(text: str) -> list[str]:
    """Return the words of a text as SQuAD compares them: in lower case, without punctuation and articles."""
    return PUNCTUATION.sub(" ", ARTICLE.sub(" ", text.lower())).split()


def token_f1(predicted: str, expected: str) -> float:
    """Return the harmonic mean of the precision and the recall of the words of an answer, 0 to 1."""
    predicted_tokens, expected_tokens = tokens(predicted), tokens(expected)
    common = (Counter(predicted_tokens) & Counter(expected_tokens)).total()
    if not predicted_tokens or not expected_tokens:
        return float(predicted_tokens == expected_tokens)
    return 2 * common / (len(predicted_tokens) + len(expected_tokens))


def best_f1(predicted: str, answers: Iterable[str]) -> float:
    """Return the highest token F1 with any annotated answer."""
    return max((token_f1(predicted, answer) for answer in answers), default=0.0)


def bold(answer: rag.Answer) -> str:
    """Return the words of the first quote that are set in bold, or nothing."""
    return (answer.citations[0].focus_text or "") if answer.citations else ""


def fold_of(titles: Iterable[str]) -> dict[str, int]:
    """Assign each article to a fold, evenly, by its title alone."""
    ranked = sorted(set(titles), key=lambda title: (zlib.crc32(title.encode()), title))
    return {title: position % FOLDS for position, title in enumerate(ranked)}


def is_reported(title: str) -> bool:
    """Return whether an article of nq_en is kept for reporting."""
    return zlib.crc32(title.encode()) % 8 == 0


def read(query: Query, relevant: set[str], fold: int, index: Index) -> Reading:
    """Ask one question of the whole index and, if it has an answer, of its paragraph alone."""
    answer = rag.ask(query.text, index=index)
    restricted = rag.ask(query.text, index=index, documents=sorted(relevant)) if query.answerable else None
    quote = first_quote(answer)
    return Reading(
        query=query,
        fold=fold,
        first=bool(answer.citations) and answer.citations[0].source in relevant,
        quote=quote,
        holds=any(string.lower() in (quote or "").lower() for string in query.answers),
        bold=best_f1(bold(answer), query.answers),
        bold_given=best_f1(bold(restricted), query.answers) if restricted else None,
        confidence=answer.confidence,
    )


def refused_at(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """Return the share of ``negatives`` below the threshold that refuses a tenth of ``positives``."""
    threshold = sorted(positives)[int(len(positives) * FALSE_REFUSALS)]
    return mean(confidence < threshold for confidence in negatives)


def summary(readings: Sequence[Reading]) -> dict[str, float]:
    """Return the measures by name, those of abstention only where there are unanswerable questions."""
    answerable = [reading for reading in readings if reading.query.answerable]
    unanswerable = [reading.confidence for reading in readings if not reading.query.answerable]
    measures = {
        "right paragraph quoted first": mean(reading.first for reading in answerable),
        "first quote holds the answer": mean(reading.holds for reading in answerable),
        "bold F1": mean(reading.bold for reading in answerable),
        "bold F1, paragraph given": mean(reading.bold_given or 0.0 for reading in answerable),
        "wrongly refused": mean(reading.quote is None for reading in answerable),
    }
    if unanswerable:
        confidences = [reading.confidence for reading in answerable]
        measures["AUROC"] = compute_auroc(confidences, unanswerable) or 0.0
        measures["refused at 10 % false refusals"] = refused_at(confidences, unanswerable)
    return measures


def corpus(data: Path, name: str) -> dict[str, Text]:
    """Return the texts of a set that are indexed, by their ids."""
    texts = datasets.corpus(data / name)
    return {id: text for id, text in texts.items() if name != "nq_en" or is_reported(text.title)}


def of_one_sentence(folder: Path) -> set[str]:
    """Return the ids of the paragraphs that are known to offer no choice of sentences, or not known to offer one."""
    rows = map(json.loads, (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines())
    return {row["id"] for row in rows if len(row.get("sentence_starts", ())) < 2}


def questions(data: Path, name: str) -> list[tuple[Query, set[str], int]]:
    """Return the questions of a set that may be reported, each with its paragraphs and its fold."""
    folder, split = data / name, SPLITS[name]
    texts, relevant = corpus(data, name), datasets.qrels(folder, split)
    unanswerable = against(folder) if name == "squad2_en" else {}
    left_out = of_one_sentence(folder) if name == "nq_en" else set()
    folds = fold_of(text.title for text in texts.values() if name != "squad2_en" or not for_encoder(text.title))
    reported: list[tuple[Query, set[str], int]] = []
    for query in datasets.queries(folder, split):
        paragraph = min(relevant.get(query.id) or [unanswerable.get(query.id, "")])
        trained_on = name == "squad2_en" and paragraph in texts and for_encoder(texts[paragraph].title)
        if paragraph in texts and paragraph not in left_out and not trained_on:
            documents = {f"{id}.txt" for id in relevant.get(query.id, ())}
            reported.append((query, documents, folds[texts[paragraph].title]))
    return reported


def measure(data: Path, work: Path, name: str, fold: int | None, most: int) -> dict[str, float]:
    """Ask the questions of a set; print and return the measures."""
    index = build(corpus(data, name).values(), work, f"{name}-reading")
    chosen = [item for item in questions(data, name) if fold is None or item[2] == fold]
    start = time.perf_counter()
    readings = [read(*item, index) for item in chosen[:: max(1, -(-len(chosen) // most))]]
    seconds = time.perf_counter() - start
    folds = [[reading for reading in readings if reading.fold == fold] for fold in range(FOLDS)]
    by_fold = [summary(fold) for fold in folds if fold] if name == "squad2_en" else []
    print(f"{name}: {len(readings)} questions, {seconds:.0f} s")
    for measure, value in summary(readings).items():
        fold_values = " ".join(f"{fold[measure]:.3f}" for fold in by_fold)
        print(f"  {measure}: {value:.3f}" + (f" (by fold: {fold_values})" if len(by_fold) > 1 else ""))
    lengths = [len(reading.quote) for reading in readings if reading.quote and reading.query.answerable]
    print(f"  {describe_lengths(lengths)}", flush=True)
    return summary(readings)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("/tmp/sourcier-measure"))
    parser.add_argument("--set", dest="names", action="append", choices=SPLITS, default=[])
    parser.add_argument("--fold", type=int, choices=range(FOLDS), help="only the articles of one fold")
    parser.add_argument("--most", type=int, default=10_000, help="questions of each set, evenly chosen")
    parser.add_argument("--results", type=Path, help="a file that the figures are appended to")
    arguments = parser.parse_args()
    for name in arguments.names or SPLITS:
        figures = measure(arguments.data, arguments.work, name, arguments.fold, arguments.most)
        append_figures(f"bench.quality.reading DATA --set {name} --most {arguments.most}", figures, arguments.results)


if __name__ == "__main__":
    main()
