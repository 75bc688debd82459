"""Judge answers to questions as people ask them, over public folders.

    python -m bench.quality.folders TARGET
    python -m bench.quality.mixed TARGET [--only FOLDER ...] [--part kept] [--failures] [--results FILE]

``questions/FOLDER.jsonl`` beside this module holds a question a line: ``evidence`` and ``answer`` list the strings
that the first quote must hold, or lists of which it must hold one; ``denied_by`` what a quote that contradicts the
question holds. Questions with ``"part": "kept"`` are asked only to report, never to choose. A quote must also be
readable alone, without markup, no heading, and short unless a list, an article or an overview was asked for.
"""

import argparse
import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rag
from bench.outcomes import append_figures
from bench.quality.asking import LONGEST, ask_in_turn, describe_lengths, first_quote, holds_any, squash
from bench.quality.folders import FOLDERS
from index import open_index, rebuild
from rag.evaluation import compute_auroc

QUESTIONS = Path(__file__).parent / "questions"
MAY_BE_LONG = {"list", "article", "what is it about", "file named"}
MARKUP = re.compile(
    r"\*\*|__|`|\]\(|\[\^|!!!|:::|\{[%{<]|</?[a-zA-Z]|^#{1,6}\s*[^\W\d]|(?:^|\s)\|(?:\s|$)", re.MULTILINE
)
HEADING = re.compile(r"^#{1,6}\s*(\S.*?)\s*(?:\{#.*\})?$|^(\S.*)\n[-=]{3,}$", re.MULTILINE)

# The verdicts on an answer to a question, as a reader would give them.
RIGHT, LATER, PARTLY, UNREADABLE, LONG = "right", "right, not first", "not complete", "not readable alone", "too long"
WRONG, REFUSED, ANSWERED = "wrong", "refused", "answered"
VERDICTS = (RIGHT, LATER, PARTLY, UNREADABLE, LONG, WRONG, REFUSED, ANSWERED)


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """The verdict on one answer."""

    row: dict[str, Any]
    verdict: str
    confidence: float
    quote: str | None
    denied: bool = False  # the first quote contradicts what the question supposes


def judge_answer(row: dict[str, Any], answer: rag.Answer, headings: frozenset[str]) -> QuestionResult:
    """Compare an answer with what is expected; ``headings`` are the folder's, squashed."""
    quote = first_quote(answer)
    denied = quote is not None and bool(row["denied_by"]) and holds_all(quote, row["denied_by"])
    if row["kind"] == "library":
        verdict = RIGHT if quote is None and holds_all(answer.text, row["text"]) else WRONG
    elif not row["answerable"]:
        verdict = RIGHT if quote is None or denied else ANSWERED
    elif quote is None:
        verdict = REFUSED
    else:
        verdict = judge_quotes(row, [citation.quote for citation in answer.citations], headings)
    return QuestionResult(row, verdict, answer.confidence, quote, denied)


def judge_quotes(row: dict[str, Any], quotes: Sequence[str], headings: frozenset[str]) -> str:
    """Return the verdict on the quotes of an answer that was found."""
    expected = [*row["evidence"], *row["answer"]]
    first = "\n".join(quotes) if row["kind"] == "comparison" else quotes[0]
    if not holds_all(first, expected):
        if any(holds_all(quote, expected) for quote in quotes[1:]):
            return LATER
        return PARTLY if any(holds_all(first, [string]) for string in row["evidence"]) else WRONG
    if MARKUP.search(quotes[0]) or squash(quotes[0]) in headings:
        return UNREADABLE
    if len(quotes[0]) > LONGEST and row["kind"] not in MAY_BE_LONG:
        return LONG
    return RIGHT


def holds_all(text: str, expected: Iterable[str | list[str]]) -> bool:
    """Return whether a text contains every string, or one string of each list, ignoring white space and case."""
    lower = text.lower()
    choices = ([string] if isinstance(string, str) else string for string in expected)
    return all(any(holds_any(lower, [choice.lower()]) for choice in several) for several in choices)


def read_headings(folder: Path) -> frozenset[str]:
    """Return the headings of all documents of a folder."""
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in folder.rglob("*.md"))
    headings = (match[1] or match[2] for text in texts for match in HEADING.finditer(text))
    return frozenset(squash(heading.replace("*", "").replace("`", "")) for heading in headings)


def read_questions(name: str, split: str) -> list[dict[str, Any]]:
    """Return the questions about a folder that belong to a part, in the order of their file."""
    rows = map(json.loads, (QUESTIONS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())
    return [row for row in rows if row.get("part", "open") == split]


def judge_folder(name: str, folder: Path, split: str) -> list[QuestionResult]:
    """Index a folder and ask its questions."""
    headings = read_headings(folder)
    with tempfile.TemporaryDirectory() as work:
        rebuild(folder, work)
        index = open_index(work)
        try:
            return [
                judge_answer(row, ask_in_turn(row["question"], row["history"], index), headings)
                for row in read_questions(name, split)
            ]
        finally:
            index.close()


def print_table(results: Sequence[QuestionResult]) -> None:
    """Print how often each verdict was given to each kind of question."""
    kinds: dict[str, Counter[str]] = {}
    for result in results:
        group = "answerable: " if result.row["answerable"] else "not answerable: "
        kinds.setdefault(group + result.row["kind"], Counter())[result.verdict] += 1
    width = max(map(len, kinds))
    print(" " * width, *VERDICTS, "share right", sep=" | ")
    for kind in sorted(kinds):
        counts = [kinds[kind][verdict] for verdict in VERDICTS]
        cells = (f"{count:>{len(verdict)}}" for count, verdict in zip(counts, VERDICTS, strict=True))
        print(f"{kind:<{width}}", *cells, f"{counts[0] / sum(counts):.2f}", sep=" | ")


def print_summary(results: Sequence[QuestionResult]) -> None:
    """Print the counts, shares and areas that the project reports."""
    answerable = [result for result in results if result.row["answerable"]]
    unanswerable = [result for result in results if not result.row["answerable"]]
    quoted = [result for result in answerable if result.quote is not None]
    right = [result.confidence for result in quoted if result.verdict == RIGHT]
    wrong = [result.confidence for result in quoted if result.verdict != RIGHT]
    lengths = [len(result.quote or "") for result in quoted]
    right_share, refused_share = share(answerable), share(answerable, REFUSED)
    print(f"answerable, right: {right_share}; wrongly refused: {refused_share}; refused rightly: {share(unanswerable)}")
    print(f"of these, by a quote that says otherwise: {sum(result.denied for result in unanswerable)}")
    print(f"AUROC, answerable against not: {answerable_auroc(results)}")
    print(f"AUROC, right against other quotes of answerable questions: {compute_auroc(right, wrong)}")
    print(describe_lengths(lengths))


def answerable_auroc(results: Sequence[QuestionResult]) -> float | None:
    """Return the area under the curve of refusing by confidence; None where all or none are answerable."""
    answerable = [result.confidence for result in results if result.row["answerable"]]
    return compute_auroc(answerable, [result.confidence for result in results if not result.row["answerable"]])


def figures(results: Sequence[QuestionResult]) -> dict[str, float | int | None]:
    """Return the counts of answerable questions and of others, and the area."""
    verdicts = {
        answerable: [result.verdict for result in results if result.row["answerable"] is answerable]
        for answerable in (True, False)
    }
    return {
        "answerable": len(verdicts[True]),
        "right": verdicts[True].count(RIGHT),
        "wrongly refused": verdicts[True].count(REFUSED),
        "not answerable": len(verdicts[False]),
        "refused": verdicts[False].count(RIGHT),
        "AUROC": answerable_auroc(results),
    }


def share(results: Sequence[QuestionResult], verdict: str = RIGHT) -> str:
    """Return the number with a verdict, the total, and the share."""
    count = sum(result.verdict == verdict for result in results)
    return f"{count} of {len(results)} ({count / max(1, len(results)):.3f})"


def print_failures(results: Iterable[QuestionResult]) -> None:
    """Print a line for each answer that is not right."""
    for result in results:
        if result.verdict != RIGHT:
            history = "".join(f"{question} > " for question in result.row["history"])
            quote = squash(result.quote or "no quote")[:200]
            score = f"{result.verdict}, {result.confidence:.2f}"
            print(f"{result.row['id']} ({score}) {history}{result.row['question']} = {quote}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", type=Path, help="where bench.quality.folders wrote the folders")
    parser.add_argument("--only", action="append", choices=FOLDERS, default=[])
    parser.add_argument("--part", choices=("open", "kept"), default="open")
    parser.add_argument("--failures", action="store_true", help="print each answer that is not right")
    parser.add_argument("--results", type=Path, help="a file that the counts are appended to")
    arguments = parser.parse_args()
    names = arguments.only or list(FOLDERS)
    results = [question for name in names for question in judge_folder(name, arguments.target / name, arguments.part)]
    if arguments.failures:
        print_failures(results)
    print_table(results)
    print_summary(results)
    command = f"bench.quality.mixed TARGET --only {' --only '.join(names)} --part {arguments.part}"
    append_figures(command, figures(results), arguments.results)


if __name__ == "__main__":
    main()
