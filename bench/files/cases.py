"""Judge a folder of small awkward files: what is read from each, and what is quoted from it.

    python -m bench.files.cases FOLDER [--only WORD ...]

``FOLDER/cases.jsonl`` holds a case a line: ``file``, ``question``, ``kind`` and what must hold. A quote of the answer
holds ``expected``, and not ``quote_lacks``. The text read holds each string of ``text_has``, those of a pair in that
order, and none of ``text_lacks``. ``title_is``, ``title_is_not`` and ``date_is`` (null: none) are those of the
document. ``reason_has`` is part of the rebuild's message about the file. White space is folded.
All files are in one index, and each question asks one of them.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import rag
from bench.quality.asking import Verdict, print_by_kind, print_failures, squash
from index import Document, Index, open_index, rebuild

Case = Mapping[str, Any]


def faults(case: Case, document: Document | None, reasons: Sequence[str], quotes: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong; ``document`` is None for a skipped file, ``reasons`` are the rebuild's messages about it."""
    if "reason_has" in case:
        if not any(case["reason_has"] in reason for reason in reasons):
            yield f"no reason holds «{case['reason_has']}»"
        return
    if document is None:
        yield "it was not read"
        return
    yield from _faults_of_text(case, squash(document.text))
    yield from _faults_of_properties(case, document)
    if "expected" in case:
        yield from _faults_of_quotes(case, quotes)


def _faults_of_text(case: Case, text: str) -> Iterator[str]:
    for expected in case.get("text_has", ()):
        end = 0
        for string in [expected] if isinstance(expected, str) else expected:
            start = text.find(squash(string), end)
            if start < 0:
                yield f"the text lacks «{string}»" + (" in its place" if squash(string) in text else "")
                break
            end = start + len(squash(string))
    for string in case.get("text_lacks", ()):
        if squash(string) in text:
            yield f"the text holds «{string}»"


def _faults_of_properties(case: Case, document: Document) -> Iterator[str]:
    if document.title != case.get("title_is", document.title) or document.title == case.get("title_is_not"):
        yield f"the title is «{document.title}»"
    date = document.date.isoformat() if document.date else None
    if date != case.get("date_is", date):
        yield f"the date is {date}"


def _faults_of_quotes(case: Case, quotes: Sequence[str]) -> Iterator[str]:
    matching = [quote for quote in quotes if squash(case["expected"]) in squash(quote)]
    lacks = case.get("quote_lacks")
    if not matching:
        yield f"no quote holds «{case['expected']}»"
    elif lacks and all(lacks in quote or lacks in squash(quote) for quote in matching):
        yield f"the quote holds «{lacks}»"


def run_cases(folder: Path, cases: Sequence[Case], work: Path) -> Iterator[Verdict]:
    """Copy the files that the cases name, index them, and judge each case."""
    (work / "corpus").mkdir(parents=True)
    for name in {case["file"] for case in cases}:
        shutil.copy(folder / name, work / "corpus" / name)
    report = rebuild(work / "corpus", work / "index")
    reasons = [*report.skipped, *getattr(report, "warnings", ())]
    index = open_index(work / "index")
    try:
        for number, case in enumerate(cases, start=1):
            messages = [
                str(getattr(notice, "error", None) or notice.reason)
                for notice in reasons
                if notice.source == case["file"]
            ]
            document = index.document(case["file"]) if case["file"] in index.document_ids else None
            quotes = _quotes(case, index) if document else []
            wrong = "; ".join([*faults(case, document, messages, quotes)])
            yield Verdict(f"{number} {case['file']}", case["kind"], not wrong, wrong or "right", " | ".join(quotes))
    finally:
        index.close()


def _quotes(case: Case, index: Index) -> list[str]:
    if "expected" not in case:
        return []
    answer = rag.ask(f"fichier:{case['file']} {case['question']}", index=index)
    return [citation.quote for citation in answer.citations]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", action="append", default=[], help="a word of a kind or a file; may be repeated")
    arguments = parser.parse_args()
    lines = (arguments.folder / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    words = arguments.only or [""]
    cases = [case for case in map(json.loads, lines) if any(word in case["kind"] + case["file"] for word in words)]
    if not cases:
        sys.exit("No such case.")
    with tempfile.TemporaryDirectory() as work:
        verdicts = list(run_cases(arguments.folder, cases, Path(work)))
    print_failures(verdicts)
    print_by_kind(verdicts)


if __name__ == "__main__":
    main()
