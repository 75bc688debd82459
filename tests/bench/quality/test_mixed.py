"""How answers to the mixed set are judged, and what its questions look like."""

import subprocess

import pytest

import rag
from bench.quality.asking import build_index
from bench.quality.folders import FOLDERS, Folder, copy_folder
from bench.quality.mixed import (
    ANSWERED,
    LATER,
    LONG,
    PARTLY,
    QUESTIONS,
    REFUSED,
    RIGHT,
    UNREADABLE,
    WRONG,
    judge_answer,
    judge_quotes,
    read_headings,
    read_questions,
)

ROW = {
    "kind": "number", "answerable": True, "evidence": ["leaves at"], "answer": [["nine", "9 am"]], "denied_by": [],
}  # fmt: skip
RIGHT_QUOTE = "The ferry leaves at nine."


@pytest.mark.parametrize(
    ("quotes", "verdict"),
    [
        ([RIGHT_QUOTE], RIGHT),
        (["It LEAVES\n at 9 am."], RIGHT),
        (["The ferry is blue.", RIGHT_QUOTE], LATER),
        (["The ferry leaves at seven."], PARTLY),
        (["The ferry is blue."], WRONG),
        (["**Ferry**: it leaves at nine."], UNREADABLE),
        (["7 | leaves at | nine"], UNREADABLE),
        (["!!! info It leaves at nine."], UNREADABLE),
        (["Nothing leaves at nine"], UNREADABLE),
        ([RIGHT_QUOTE + " It is blue." * 60], LONG),
    ],
)
def test_the_first_quote_is_judged_as_a_reader_would(quotes, verdict):
    assert judge_quotes(ROW, quotes, frozenset({"Nothing leaves at nine"})) == verdict


def test_only_some_kinds_may_be_long():
    long = [RIGHT_QUOTE + " It is blue." * 60]
    assert judge_quotes({**ROW, "kind": "list"}, long, frozenset()) == RIGHT


def test_a_comparison_may_take_two_quotes():
    row = {**ROW, "kind": "comparison", "evidence": ["at nine", "at ten"], "answer": []}
    assert judge_quotes(row, ["The ferry leaves at nine.", "The bus leaves at ten."], frozenset()) == RIGHT
    assert judge_quotes(row, ["The ferry leaves at nine.", "The bus is red."], frozenset()) == PARTLY


def refusal(text: str = "Nothing.") -> rag.Answer:
    return rag.Answer("?", "?", False, text, 0.2)


@pytest.fixture(scope="module")
def ferries(tmp_path_factory):
    text = "The ferry to Marn does not carry cars. It leaves at nine.\n"
    return build_index({"ferries.txt": text}, tmp_path_factory.mktemp("ferries"))


def test_an_unanswerable_question_is_refused_or_denied(ferries):
    row = {**ROW, "answerable": False, "evidence": [], "answer": []}
    answer = rag.ask("Does the ferry to Marn carry cars?", index=ferries)
    assert answer.citations
    assert judge_answer(row, refusal(), frozenset()).verdict == RIGHT
    assert judge_answer(row, answer, frozenset()).verdict == ANSWERED
    denied = judge_answer({**row, "denied_by": ["does not carry cars"]}, answer, frozenset())
    assert denied.denied
    assert denied.verdict == RIGHT
    assert judge_answer({**row, "denied_by": ["is closed"]}, answer, frozenset()).verdict == ANSWERED


def test_a_refused_question_that_has_an_answer_is_told_apart():
    assert judge_answer(ROW, refusal(), frozenset()).verdict == REFUSED


def test_a_question_about_the_folder_is_answered_in_the_text():
    row = {**ROW, "kind": "library", "text": ["14"]}
    assert judge_answer(row, refusal("There are 14 documents."), frozenset()).verdict == RIGHT
    assert judge_answer(row, refusal("There are 15 documents."), frozenset()).verdict == WRONG


def test_headings_of_both_forms_are_found(tmp_path):
    (tmp_path / "a.md").write_text("# The `ferry` {#ferry}\n\nText.\n\n##No space\n\nUnder a line\n-----\n")
    assert read_headings(tmp_path) == {"The ferry", "No space", "Under a line"}


def test_the_questions_are_complete():
    kept_rows = [row for name in FOLDERS for row in read_questions(name, "kept")]
    rows = kept_rows + [row for name in FOLDERS for row in read_questions(name, "open")]
    assert {path.stem for path in QUESTIONS.glob("*.jsonl")} == set(FOLDERS)
    assert 0.3 < len(kept_rows) / len(rows) < 0.4
    assert len({row["id"] for row in rows}) == len(rows) >= 150
    for row in rows:
        expected = [*row["evidence"], *row["answer"], *row["text"]]
        assert bool(expected) == row["answerable"], row["id"]
        assert not (row["answerable"] and row["denied_by"]), row["id"]
    assert sum(not row["answerable"] for row in rows) / len(rows) > 0.3
    assert sum(bool(row["history"]) for row in rows) / len(rows) > 0.24
    assert sum(row["kind"].startswith("other language") for row in rows) / len(rows) > 1 / 8


def test_a_folder_is_copied_as_it_was_at_its_commit(tmp_path):
    repository, target = tmp_path / "repository", tmp_path / "target"
    (repository / "docs" / "deep").mkdir(parents=True)
    (repository / "docs" / "deep" / "a.md").write_text("first")
    (repository / "docs" / "b.png").write_bytes(b"picture")
    (repository / "docs" / "z.md").write_text("of another year")
    (repository / "c.md").write_text("elsewhere")
    run = ["git", "-C", str(repository), "-c", "user.name=A", "-c", "user.email=a@example.test"]
    subprocess.run([*run, "init", "--quiet"], check=True)
    subprocess.run([*run, "add", "."], check=True)
    subprocess.run([*run, "commit", "--quiet", "-m", "One"], check=True)
    commit = subprocess.run([*run, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    (repository / "docs" / "deep" / "a.md").write_text("second")
    assert copy_folder(repository, Folder("o/n", commit, "docs", "en", "MIT", "ferries", "a*.md"), target) == 1
    copied = {path.relative_to(target).as_posix(): path.read_text() for path in target.rglob("*") if path.is_file()}
    assert copied == {"deep/a.md": "first"}
