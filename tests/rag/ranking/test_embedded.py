"""The reader orders passages, and the same ones however it is asked."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import rag
from index import Index, open_index, rebuild
from index.storage.candidates import ResolvedFilters
from rag.models import models
from rag.query.question import Question, parse_question
from rag.ranking.features import Candidate
from rag.ranking.rerank import Searcher, reader_is_on, searcher
from rag.ranking.term_match import Matcher
from rag.reading.reader import HeadedPassage, Reader
from rag.reading.reader_output import ReaderOutput

pytestmark = pytest.mark.slow

QUESTIONS = (
    "Qui est le porte-parole du Kremlin ?",
    "How many soldiers were placed on alert?",
    "Quand a eu lieu l'appel ?",
)
SPANISH = {
    "molino.txt": "El molino de Varenne pertenece al municipio desde 1988. En 2021 lo restauró la empresa Castel.",
    "mercado.txt": "El mercado fue construido por el arquitecto Ruiz en 1931. Abre los sábados por la mañana.",
}


def untimed(answer: rag.Answer) -> dict[str, Any]:
    return {key: value for key, value in answer.to_dict().items() if key != "timings"}


def answers(index: Index, questions: Sequence[str] = QUESTIONS) -> list[dict[str, Any]]:
    return [untimed(rag.ask(question, index=index)) for question in questions]


@pytest.fixture(scope="module")
def expected(seeds: Index) -> list[dict[str, Any]]:
    return answers(seeds)


def test_the_order_of_the_candidates_changes_nothing(
    seeds: Index, expected: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    candidates = Searcher.candidates

    def reversed_candidates(
        self: Searcher, question: Question, filters: ResolvedFilters, k: int
    ) -> tuple[Matcher, list[Candidate]]:
        matcher, ranked = candidates(self, question, filters, k)
        return matcher, ranked[::-1]

    monkeypatch.setattr(Searcher, "candidates", reversed_candidates)
    assert answers(seeds) == expected


def test_what_is_remembered_changes_nothing(seeds: Index, expected: list[dict[str, Any]]) -> None:
    models.cache_clear()
    assert answers(seeds, QUESTIONS[::-1])[::-1] == expected


def test_one_thread_gives_the_same_as_several(
    seeds: Index, expected: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    models.cache_clear()
    monkeypatch.setattr("rag.ranking.rerank._SIDE_BY_SIDE", 1)
    assert answers(seeds) == expected


def test_it_is_not_loaded_where_it_is_switched_off(seeds: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_READER", "off")
    models.cache_clear()
    answers(seeds)
    assert "reader" not in vars(models())


@pytest.mark.parametrize("value", ["off", "Off ", "0", "no", "false"])
def test_it_is_switched_off_by_each_word_for_no(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_READER", value)
    assert not reader_is_on()


@pytest.mark.parametrize("value", ["", "on", "1"])
def test_it_is_on_otherwise(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_READER", value)
    assert reader_is_on()


def test_a_search_without_reranking_is_that_of_the_linear_model(seeds: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = [rag.search(question, index=seeds, rerank=False) for question in QUESTIONS]
    monkeypatch.setenv("RAG_READER", "off")
    assert [rag.search(question, index=seeds) for question in QUESTIONS] == plain


def test_readings_are_of_the_first_candidates(seeds: Index) -> None:
    question = parse_question(QUESTIONS[0])
    ranked = searcher(seeds).read(question, searcher(seeds).rank(question))
    assert 1 < len(ranked.readings) <= len(ranked.candidates) == len(ranked.scores) == len(ranked.reader_cosines)
    assert list(ranked.scores) == sorted(ranked.scores, reverse=True)


def test_languages_that_it_does_not_know_are_left_to_the_linear_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in SPANISH.items():
        (corpus / name).write_text(text, encoding="utf-8")
    rebuild(corpus, tmp_path / "index")
    index = open_index(tmp_path / "index")
    questions = ("¿Quién restauró el molino?", "Qui a restauré le moulin de Varenne ?")
    with_reader = answers(index, questions)
    monkeypatch.setenv("RAG_READER", "off")
    assert answers(index, questions) == with_reader


@pytest.mark.parametrize(
    ("asked", "is_read", "is_embedded"),
    [
        (
            "Pour quel montant ?",
            "Pour quel montant ?",
            "Qui est le porte-parole du Kremlin, et pour quel montant ?",
        ),
        ("What did he say?", *["About porte-parole du Kremlin: what did he say?"] * 2),
    ],
)
def test_a_short_question_is_read_as_asked_and_one_in_the_other_language_with_its_topic(
    seeds: Index, monkeypatch: pytest.MonkeyPatch, asked: str, is_read: str, is_embedded: str
) -> None:
    questions: list[str] = []
    embedded: list[str] = []
    reader = models().reader

    def read(question: str, passage: HeadedPassage) -> ReaderOutput:
        if question:  # none is asked to load the model
            questions.append(question)
        return Reader._read(reader, question, passage)

    def embed_question(question: str) -> Any:
        embedded.append(question)
        return Reader._embed(reader, f"query: {question}")

    monkeypatch.setattr(reader, "read", read)
    monkeypatch.setattr(reader, "embed_question", embed_question)
    turn = rag.Turn(QUESTIONS[0], rag.ask(QUESTIONS[0], index=seeds))
    questions.clear()
    embedded.clear()
    rag.ask(asked, index=seeds, history=[turn])
    assert set(questions) == {is_read}
    assert set(embedded) - {""} == {is_embedded}
