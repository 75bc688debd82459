"""Judge a folder of small cases, each a question on its own documents.

    python -m bench.quality.cases FOLDER [--only ID ...]

``FOLDER/cases.jsonl`` holds a case a line: ``documents`` (``name``, ``text``), ``history``, ``question``,
``answerable``, ``evidence`` and ``answer``. An answerable case is right when the first quote contains every string of
both and, unless it is a list, is short; any other, or one with a false premise, when nothing is quoted.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import rag
from bench.quality.asking import (
    LONGEST,
    Verdict,
    ask_in_turn,
    build_index,
    first_quote,
    holds_any,
    print_by_kind,
    print_failures,
    squash,
)

MAY_BE_LONG = ("list", "article", "overview")
MAY_BE_REFUSED = "false premise"


def judge_case(case: dict[str, Any], answer: rag.Answer) -> tuple[bool, str]:
    """Return whether an answer to a case is right, and why not."""
    quote = first_quote(answer)
    if quote is None:
        right = not case["answerable"] or case["kind"] == MAY_BE_REFUSED
        return right, "refused"
    if not case["answerable"]:
        return False, "answered"
    if not holds_any(quote, [*case["evidence"], *case["answer"]]):
        return False, "wrong quote"
    if len(quote) > LONGEST and not case["kind"].startswith(MAY_BE_LONG):
        return False, f"quote of {len(quote)} characters"
    return True, "right"


def run_case(case: dict[str, Any]) -> tuple[Verdict, str | None]:
    """Index the documents of a case and ask; return the verdict, and an unexpected understanding of the question."""
    with tempfile.TemporaryDirectory() as work:
        index = build_index({document["name"]: document["text"] for document in case["documents"]}, Path(work))
        try:
            answer = ask_in_turn(case["question"], case["history"], index)
        finally:
            index.close()
    right, reason = judge_case(case, answer)
    expected = case.get("understood")
    differs = expected is not None and squash(expected) != squash(answer.question_understood)
    understood = answer.question_understood if differs else None
    return Verdict(case["id"], case["kind"].partition(":")[0], right, reason, first_quote(answer)), understood


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", action="append", default=[], help="the id of a case; may be repeated")
    arguments = parser.parse_args()
    lines = (arguments.folder / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [case for case in map(json.loads, lines) if not arguments.only or case["id"] in arguments.only]
    if not cases:
        sys.exit("No such case.")
    verdicts: list[Verdict] = []
    for case in cases:
        verdict, understood = run_case(case)
        verdicts.append(verdict)
        if understood is not None:
            print(f"{verdict.id}: understood as «{understood}», not as «{case['understood']}»")
    print_failures(verdicts)
    print_by_kind(verdicts)


if __name__ == "__main__":
    main()
