"""Measures that could be wrong: each against a case worked out by hand."""

import json
from pathlib import Path

import pytest

from index import Index
from rag.evaluation import (
    BadQuestions,
    QuestionResult,
    compute_auroc,
    evaluate_question,
    read_questions,
    summarise,
    trace_curve,
)

KREMLIN = {
    "question": "Qui est le porte-parole du Kremlin ?",
    "evidence": [{"doc": "000", "quote": "le porte-parole du Kremlin, Dmitri Peskov"}],
    "answer": [["Peskov", "Dmitri"]],
}
AUSTRALIA = {"question": "Quelle est la capitale de l'Australie ?", "answerable": False}


def write_questions(folder: Path, *rows: object) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n", encoding="utf-8")
    return path


def make_judged(answerable: bool, refused: bool, confidence: float, rank: int | None = 1) -> QuestionResult:
    return QuestionResult("Q", answerable, refused, confidence, rank, True, True, True, True, False, True, 0.01)


def test_a_right_answer_and_a_right_refusal_are_counted(seeds: Index, tmp_path: Path) -> None:
    questions = read_questions(write_questions(tmp_path, KREMLIN, AUSTRALIA), seeds)
    summary = summarise([evaluate_question(question, seeds) for question in questions])
    assert (summary.questions, summary.answerable) == (2, 1)
    assert (summary.first_citation, summary.answer_in_first_quote, summary.exact) == (1.0, 1.0, 1.0)
    assert (summary.refused_unanswerable, summary.refused_answerable, summary.auroc) == (1.0, 0.0, 1.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"question": 5},
        {"question": " "},
        {"answerable": "non"},
        {"evidence": None},
        {"evidence": ["000"]},
        {"evidence": [{"quote": "Peskov"}]},
        {"evidence": [{"doc": 5}]},
        {"answer": "Peskov"},
        {"answer": ["Peskov"]},
        {"answer": [["Peskov", 3]]},
        {"history": 3},
    ],
)
def test_what_is_not_as_described_is_one_sentence(seeds: Index, tmp_path: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(BadQuestions, match=rf'line 2: "{next(iter(wrong))}" must be as in '):
        read_questions(write_questions(tmp_path, KREMLIN, KREMLIN | wrong), seeds)


def test_a_file_of_questions_is_utf_8_with_or_without_its_mark(seeds: Index, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"question": "Qui\u2028 ?"}', encoding="utf-8-sig")
    assert read_questions(path, seeds)[0].question == "Qui\u2028 ?"
    path.write_text('{"question": "Où ?"}', encoding="latin-1")
    with pytest.raises(BadQuestions, match="in UTF-8"):
        read_questions(path, seeds)


def test_evidence_elsewhere_is_no_hit(seeds: Index, tmp_path: Path) -> None:
    row = KREMLIN | {"evidence": [{"doc": "004", "quote": "Boris Johnson"}], "answer": [["Johnson"]]}
    (question,) = read_questions(write_questions(tmp_path, row), seeds)
    judgement = evaluate_question(question, seeds)
    assert (judgement.first, judgement.any, judgement.contains, judgement.focus) == (False, False, False, False)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (KREMLIN | {"evidence": [{"doc": "absent"}]}, "line 1 names the document “absent”"),
        (KREMLIN | {"evidence": [{"doc": "00"}]}, "line 1 names “00”, as 000_.* and 00.* begin"),
        (KREMLIN | {"evidence": [{"doc": "000", "quote": "jamais écrit"}]}, "quotes “jamais écrit”, which 000_"),
        ({"answer": []}, 'line 1 is no object with a "question"'),
    ],
)
def test_a_file_that_cannot_be_used_says_where(seeds: Index, tmp_path: Path, row: object, message: str) -> None:
    with pytest.raises(BadQuestions, match=message):
        read_questions(write_questions(tmp_path, row), seeds)


def test_a_missing_file_says_so(seeds: Index, tmp_path: Path) -> None:
    with pytest.raises(BadQuestions, match="cannot be read: No such file"):
        read_questions(tmp_path / "none.jsonl", seeds)


def test_ranks_become_shares() -> None:
    summary = summarise([make_judged(True, False, 0.9, rank) for rank in (1, 2, 0, 10)])
    assert (summary.hit_at_1, summary.hit_at_5, summary.mrr) == (0.25, 0.5, 0.4)


def test_auroc_counts_pairs_and_ties_half() -> None:
    assert compute_auroc([0.9, 0.5], [0.5, 0.1]) == 0.875
    assert compute_auroc([0.5], []) is None


def test_the_curve_has_both_shares_at_each_threshold() -> None:
    points = trace_curve([make_judged(True, False, 0.8), make_judged(True, False, 0.4), make_judged(False, True, 0.2)])
    assert points == [(0.2, 0, 0), (0.4, 0, 1), (0.8, 0.5, 1)]
