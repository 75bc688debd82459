"""Documents that differ on a date or a figure are both quoted, and the answer says that they differ."""

from pathlib import Path

import pytest
from indexed import index_of

import rag
from rag.answer import Answer

FAIR = "La foire de Lorvec a eu lieu en {}, sur la place du marché."


def ask(folder: Path, first: str, other: str, question: str) -> Answer:
    return rag.ask(question, index=index_of(folder, {"a.txt": first, "b.txt": other}))


@pytest.mark.parametrize(
    ("first", "other"),
    [("juin 2021", "août 2021"), ("juin", "août"), ("3 juin 2021", "5 juin 2021"), ("3 juin 2021", "12 août 2020")],
)
def test_documents_that_differ_in_a_date_alone_are_both_quoted(tmp_path: Path, first: str, other: str) -> None:
    answer = ask(tmp_path, FAIR.format(first), FAIR.format(other), "Quand la foire de Lorvec a-t-elle eu lieu ?")
    assert (answer.kind, answer.remark) == ("differs", "Vos documents ne s’accordent pas.")
    assert {citation.source for citation in answer.citations} == {"a.txt", "b.txt"}
    assert [sentence.citations for sentence in answer.sentences] == [(1,), (2,)]


def test_a_date_that_one_document_gives_more_exactly_is_the_same(tmp_path: Path) -> None:
    first, other = FAIR.format("juin 2021"), FAIR.format("3 juin 2021")
    assert ask(tmp_path, first, other, "Quand la foire de Lorvec a-t-elle eu lieu ?").kind == "quotes"


def test_the_date_that_a_question_gives_is_not_in_dispute(tmp_path: Path) -> None:
    paint = "La peinture du phare de Lorvec a coûté {} euros en {}."
    first, other = paint.format("12 500", "juin 2021"), paint.format("12 500", "août 2021")
    answer = ask(tmp_path, first, other, "Combien la peinture du phare de Lorvec a-t-elle coûté en juin 2021 ?")
    assert answer.kind == "quotes"
