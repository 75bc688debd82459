"""What a follow-up leaves unsaid is taken from the turn before; a new topic is left alone."""

import pytest

import rag
from index import Index
from rag.answer import Answer, Turn
from rag.query.followup import rewrite
from rag.text.dates import Day, calendar


def turn(question: str) -> Turn:
    return Turn(question, Answer(question, question, True, "", 0.9))


def read(question: str, before: str) -> str:
    return str(rewrite(question, [turn(before)], lambda: [Day(1, 31), Day(2, 3), Day(2, 12)]))


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("Qu'a dit Marie à Paul ?", "Et Jeanne ?", "Qu'a dit Jeanne à Paul ?"),
        ("Qui est la porte-parole du Sénat ?", "Et l'Assemblée ?", "Qui est la porte-parole de l'Assemblée ?"),
        ("Que s'est-il passé le 3 février ?", "Et le 12 février ?", "Que s'est-il passé le 12 février ?"),
        ("How many were there in 2018?", "And in 2019?", "How many were there in 2019?"),
        ("Combien y en avait-il en 2018 ?", "Et en 2019 ?", "Combien y en avait-il en 2019 ?"),
        ("Qui est le maire de Paris ?", "Et à Lyon ?", "Qui est le maire à Lyon ?"),
        ("Que dit l'appel du 3 février ?", "Et l'appel suivant ?", "Que dit l'appel du 12 février ?"),
        ("Que dit l'appel du 3 février ?", "Et le précédent ?", "Que dit l'appel du 31 janvier ?"),
    ],
)
def test_and_replaces_its_counterpart(before: str, question: str, expected: str) -> None:
    assert read(question, before) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Depuis quand ?",
        "Pourquoi ?",
        "À quelle chaîne a-t-il parlé ?",
        "What did he call it?",
        "Quels sont ses arguments ?",
        "Quand cet accord a-t-il été signé ?",
    ],
)
def test_what_points_back_takes_the_question_before(question: str) -> None:
    assert read(question, "Qui est le maire de Lyon ?") == f"{question} (Qui est le maire de Lyon)"


@pytest.mark.parametrize(
    "question",
    [
        "Quelle est la capitale de l'Australie ?",
        "Où la France veut-elle envoyer des soldats ?",
        "Qui Jean Dupont doit-il rencontrer ?",
        "Y a-t-il des otages ?",
        "Que s'est-il dit lors de la réunion du 3 février ?",
        "What is the boiling point of water?",
    ],
)
def test_a_question_with_a_subject_of_its_own_is_left_alone(question: str) -> None:
    assert read(question, "Qui est le maire de Lyon ?") == question


def test_without_a_turn_before_nothing_is_added() -> None:
    assert str(rewrite("Depuis quand ?", [], list)) == "Depuis quand ?"


def test_a_follow_up_is_answered_from_the_sentence_before(seeds: Index) -> None:
    first = "Combien de militaires russes sont massés à la frontière ukrainienne ?"
    history = [Turn(first, rag.ask(first, index=seeds))]
    answer = rag.ask("Depuis quand ?", index=seeds, history=history)
    assert "depuis fin 2021" in answer.citations[0].quote
    assert answer.question_understood.startswith("Depuis quand ? (Combien de militaires russes")


def test_the_next_call_is_of_another_day_where_a_document_names_its_day_and_is_dated(seeds: Index) -> None:
    before = rag.ask("Que s'est-il dit lors de l'appel du 3 février ?", index=seeds)
    history = [Turn(before.question, before)]
    asked = rag.ask("Et l'appel suivant ?", index=seeds, history=history).question_understood
    assert "12 février" in asked
    assert "3 février" not in asked
    days = [(day.month, day.day) for day in calendar(seeds)]
    assert len(set(days)) == len(days) > 2
