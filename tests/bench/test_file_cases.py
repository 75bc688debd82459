"""What counts as right for a case about a file."""

import datetime as dt
import json
from pathlib import Path

import pytest

from bench.files.cases import faults, run_cases
from index import Document

TEXT = "Le moulin\n\ntourne depuis 1620. L’aile est neuve.\n"
DATED = Document("m.txt", TEXT, "0" * 64, "Le moulin", dt.date(2020, 5, 1))


@pytest.mark.parametrize(
    ("case", "quotes", "wrong"),
    [
        ({"expected": "depuis 1620"}, ["tourne  depuis\n1620."], False),
        ({"expected": "depuis 1620"}, ["Le moulin"], True),
        ({"expected": "1620", "quote_lacks": "moulin"}, ["Le moulin de 1620", "depuis 1620"], False),
        ({"expected": "1620", "quote_lacks": "moulin"}, ["Le moulin de 1620", "moulin"], True),
        ({"expected": "1620", "quote_lacks": "\n"}, ["tourne\ndepuis 1620"], True),
        ({"text_has": ["moulin tourne", ["moulin", "L'aile"]]}, [], False),
        ({"text_has": [["1620", "moulin"]]}, [], True),
        ({"text_lacks": ["moulin tourne"]}, [], True),
        ({"title_is": "Le moulin", "title_is_not": "m"}, [], False),
        ({"title_is_not": "Le moulin"}, [], True),
        ({"date_is": None}, [], True),
        ({"date_is": "2020-05-01"}, [], False),
        ({"reason_has": "OCR"}, [], True),
    ],
)
def test_each_condition_can_fail(case, quotes, wrong):
    assert bool([*faults(case, DATED, [], quotes)]) is wrong


def test_a_reason_may_stand_in_any_report_and_an_unread_file_is_wrong():
    assert not [*faults({"reason_has": "OCR"}, None, ["damaged", "run OCR first"], [])]
    assert [*faults({"text_lacks": ["a"]}, None, ["damaged"], [])] == ["it was not read"]


def test_questions_are_asked_of_their_file(tmp_path: Path):
    for name, year in [("a.txt", 1620), ("b.txt", 1777)]:
        (tmp_path / name).write_text(f"Le moulin de la colline fut construit en {year}.\n", encoding="utf-8")
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.4 broken")
    question = "Quand fut construit le moulin ?"
    cases = [{"file": "b.txt", "kind": "k", "question": question, "expected": "1777", "quote_lacks": "1620"}]
    cases += [{"file": "c.pdf", "kind": "r", "question": "", "reason_has": "damaged"}]
    (tmp_path / "cases.jsonl").write_text("\n".join(map(json.dumps, cases)))
    assert [verdict.right for verdict in run_cases(tmp_path, cases, tmp_path / "work")] == [True, True]
