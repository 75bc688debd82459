"""What counts as a right answer to a small case."""

from dataclasses import replace
from typing import Any

import pytest

import rag
from bench.quality.asking import LONGEST, ask_in_turn, build_index, holds_any
from bench.quality.cases import judge_case, run_case

FERRIES = "The ferry to Marn leaves at seven. It carries forty cars.\n\nThe ferry to Oslin leaves at nine.\n"


def case(**fields) -> dict[str, Any]:
    return {
        "id": "ferry-01", "kind": "number", "documents": [{"name": "ferries.txt", "text": FERRIES}], "history": [],
        "question": "When does the ferry to Oslin leave?", "answerable": True,
        "evidence": ["The ferry to Oslin leaves"], "answer": ["nine"], **fields,
    }  # fmt: skip


@pytest.fixture(scope="module")
def answer(tmp_path_factory) -> rag.Answer:
    index = build_index({"ferries.txt": FERRIES}, tmp_path_factory.mktemp("ferries"))
    return ask_in_turn("When does the ferry to Oslin leave?", (), index)


def test_a_case_is_asked_of_its_own_documents():
    verdict, understood = run_case(case(understood="When does the ferry to Oslin  leave?"))
    assert verdict.right, verdict
    assert understood is None
    _, understood = run_case(case(understood="When does the train leave?"))
    assert understood == "When does the ferry to Oslin leave?"


@pytest.mark.parametrize(
    ("fields", "right"),
    [
        ({}, True),
        ({"answer": ["seven"]}, False),
        ({"evidence": ["It carries forty cars."]}, False),
        ({"answerable": False}, False),
        ({"kind": "false premise", "answer": ["seven"]}, False),
    ],
)
def test_the_first_quote_decides(answer, fields, right):
    assert judge_case(case(**fields), answer)[0] is right


@pytest.mark.parametrize(
    ("fields", "right"), [({}, False), ({"answerable": False}, True), ({"kind": "false premise"}, True)]
)
def test_a_refusal_is_right_where_nothing_answers_or_the_premise_is_false(answer, fields, right):
    refused = rag.Answer(answer.question, answer.question_understood, False, "Nothing.", 0.1)
    assert judge_case(case(**fields), refused)[0] is right


def test_only_a_list_may_be_long(answer):
    quote = "The boat needs these parts: " + ", ".join(f"oak plank {n}" for n in range(60)) + "."
    citation = replace(answer.citations[0], quote=quote, start=0, end=len(quote), focus=None)
    long = replace(answer, citations=(citation,))
    expected = {"evidence": ["oak plank 59"], "answer": []}
    assert len(quote) > LONGEST
    assert not judge_case(case(**expected), long)[0]
    assert judge_case(case(kind="list after a lead-in", **expected), long)[0]


def test_earlier_questions_are_part_of_the_conversation(tmp_path):
    index = build_index({"ferries.txt": FERRIES}, tmp_path)
    alone = ask_in_turn("How many cars does it carry?", (), index)
    assert "Marn" not in alone.question_understood
    after = ask_in_turn("How many cars does it carry?", ["When does the ferry to Marn leave?"], index)
    assert "Marn" in after.question_understood


def test_white_space_and_apostrophes_do_not_tell_texts_apart():
    assert holds_any("l’eau\n\n de\u00a0source", ["l'eau de source"])
    assert not holds_any("l'eau de source", ["l'eau", "de mer"])
