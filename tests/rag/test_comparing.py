"""Comparisons: quotes about both sides, and which belong to which."""

from pathlib import Path

import pytest
from indexed import index_of

import rag
from index import Index

pytestmark = pytest.mark.slow

TEXTS = {
    "bac.md": "# Le bac\n\nLe bac part toutes les vingt minutes. Le billet du bac coûte 4 euros.\n",
    "pont.md": "# Le pont\n\nLe pont ouvre à sept heures. Le péage du pont coûte 2 euros pour une voiture.\n",
    "conseil.md": (
        "# Conseil\n\nMme Arnal a déclaré que le pont serait repeint en mai. M. Besson a déclaré que le pont devait "
        "d'abord être consolidé. Le moulin a reçu 300 visiteurs en 2021 et 450 visiteurs en 2022.\n"
    ),
}


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("village"), TEXTS)


def test_both_sides_are_quoted_and_named(village: Index) -> None:
    answer = rag.ask("Lequel est plus cher, le bac ou le pont ?", index=village, k=2)
    assert [citation.source for citation in answer.citations] == ["bac.md", "pont.md"]
    assert answer.remark == "le bac\u00a0: [1] · le pont\u00a0: [2]"


def test_english_sides_are_named_without_a_space(tmp_path: Path) -> None:
    texts = {
        "lease.md": "# The lease\n\nThe deposit of the lease is 900 euros.\n",
        "loan.md": "# The loan\n\nThe deposit of the loan is 1200 euros.\n",
    }
    answer = rag.ask("Which has the higher deposit, the lease or the loan?", index=index_of(tmp_path, texts), k=2)
    assert answer.remark == "the lease: [1] · the loan: [2]"


def test_each_speaker_is_quoted(village: Index) -> None:
    answer = rag.ask("Que disent Mme Arnal et M. Besson du pont ?", index=village)
    assert [citation.speaker for citation in answer.citations] == ["Mme Arnal", "M. Besson"]


def test_a_sentence_about_both_sides_is_quoted_once(village: Index) -> None:
    answer = rag.ask("Combien de visiteurs le moulin a-t-il reçus en 2021 et en 2022 ?", index=village)
    assert [citation.source for citation in answer.citations] == ["conseil.md"]
    assert answer.remark == ""


def test_each_question_of_a_message_is_answered(village: Index) -> None:
    answer = rag.ask("Combien coûte le billet du bac, et quand le pont ouvre-t-il ?", index=village)
    assert [citation.source for citation in answer.citations] == ["bac.md", "pont.md"]
    assert answer.remark == "Combien coûte le billet du bac ? [1] · Quand le pont ouvre-t-il ? [2]"


def test_the_second_question_of_a_message_refers_to_the_first(village: Index) -> None:
    answer = rag.ask("À quelle heure ouvre le pont ? Combien coûte son péage ?", index=village)
    assert answer.question_understood.endswith("Combien coûte le péage du pont ?")
    assert [citation.source for citation in answer.citations] == ["pont.md", "pont.md"]


def test_a_question_of_a_message_that_no_document_answers_is_named(village: Index) -> None:
    answer = rag.ask("Combien coûte le billet du bac ? Quel est l'âge de M. Besson ?", index=village)
    assert "4 euros" in answer.citations[0].quote
    assert answer.remark.endswith("Quel est l'âge de M. Besson ? pas dans vos documents")


def test_no_more_quotes_than_asked_for(village: Index) -> None:
    assert len(rag.ask("Compare le bac et le pont", index=village, k=1).citations) == 1
