"""What is refused: questions on another country or another subject, but not on a country that is named otherwise."""

import pytest
from indexed import index_of

import rag
from index import Index

pytestmark = pytest.mark.slow

TEXTS = {
    "gdynia.txt": "Les États-Unis ont livré 300 blindés au port de Gdynia en mars. Ils seront gardés par la marine.",
    "marnay.txt": "Le maire de Marnay a ouvert le marché couvert. Il sera fermé le lundi.",
}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("port"), TEXTS)


def test_a_people_stands_for_its_country(port: Index) -> None:
    assert rag.ask("Combien de blindés les Américains ont-ils livrés à Gdynia ?", index=port).found


def test_soldiers_of_another_country_are_no_answer(seeds: Index) -> None:
    assert rag.ask("Combien de soldats ont été déployés en Ukraine ?", index=seeds).found
    assert not rag.ask("Combien de soldats chinois ont été déployés en Ukraine ?", index=seeds).found


@pytest.mark.parametrize(
    "question",
    ["How do I change a tyre?", "Que faut-il mettre dans les caisses grises ?", "Which leaks are not covered?"],
)
def test_what_is_far_from_the_question_is_no_answer(seeds: Index, question: str) -> None:
    assert not rag.ask(question, index=seeds).found


def test_a_question_in_the_other_language_shares_few_words_and_is_answered(
    seeds: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RAG_READER", raising=False)
    answer = rag.ask("How long did the 12 February call last?", index=seeds)
    assert "1 heures 40" in answer.citations[0].quote
    assert not rag.ask("Who is the mayor of Marseille?", index=seeds).found
