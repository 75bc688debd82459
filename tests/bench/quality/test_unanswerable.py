"""Made questions that a corpus does not answer: what is removed, and what is exchanged."""

import json
from pathlib import Path

import pytest

from bench.quality.datasets import Query, Text
from bench.quality.unanswerable import (
    ROMAN,
    Statements,
    exchanged,
    is_specific,
    make,
    mend_elision,
    names_its_topic,
    removable,
    sentences,
    states,
    stems,
    to_remove,
    without,
)

MILL = Text(
    "d1",
    "Moulin de Varenne",
    "Le moulin tourne au bord de la rivière Aure depuis longtemps. "
    "En 1821, le meunier Bernard Castel achète le moulin. "
    "Castel y vit jusqu'en 1840. En 1902, la famille Dumas ferme la roue. Le pont de Sorel passe devant le moulin.",
)
HALL = Text("d2", "Halle de Sorel", "La halle de Sorel abrite un marché. Elle a été bâtie en 1902 par Odile Perrin.")


def query(text: str, *answers: str, id: str = "q1") -> Query:
    return Query(id, text, answers, True, True)


def test_sentences_end_before_capitals():
    assert sentences("Il pèse 3.5 kg. Il est vieux, env. cent ans ! « Bien. » Oui.") == [
        "Il pèse 3.5 kg.", "Il est vieux, env. cent ans !", "« Bien.", "Oui."
    ]  # fmt: skip


def test_every_sentence_that_states_the_answer_is_removed():
    question = query("Qui achète le moulin de Varenne en 1821 ?", "le meunier Bernard Castel")
    left = without(MILL.text, to_remove(question, MILL))
    assert "Castel" not in left
    assert "famille Dumas" in left
    assert "rivière Aure" in left


def test_what_the_question_names_is_no_statement_of_the_answer():
    question = query("Quel pont de Sorel passe devant le moulin ?", "pont de Sorel")
    assert not removable(question, MILL, Statements([MILL, HALL]))  # the question itself holds the answer


@pytest.mark.parametrize(
    ("sentence", "answer", "stated"),
    [
        ("Il meurt à Nagano en hiver", "à Nagano au Japon", True),  # a name of it suffices
        ("En 1821, il part", "le 3 mai 1821", True),
        ("Le 3 juin, il part", "le 3 mai 1821", False),
        ("Il compte trois cents moutons", "trois moutons", True),
        ("Il compte trois chèvres", "trois moutons", False),
        ("Il dort", "", False),
    ],
)
def test_a_sentence_states_an_answer(sentence, answer, stated):
    assert states(stems(sentence), answer) is stated


def test_a_question_is_removable_only_if_nothing_else_answers_it():
    question = query("Qui achète le moulin au bord de la rivière ?", "Bernard Castel")
    assert removable(question, MILL, Statements([MILL, HALL]))
    again = Text("d3", "Annales", "Bernard Castel achète aussi un moulin cette année-là.")
    assert not removable(question, MILL, Statements([MILL, HALL, again]))
    assert not removable(query("Citez un meunier du moulin de 1821", "Bernard Castel"), MILL, Statements([MILL]))
    assert not is_specific(["parce qu'il est vieux"])


def test_a_year_is_exchanged_for_one_of_the_same_document():
    made = dict(exchanged(query("Qui ferme la roue du moulin en 1902 ?", "la famille Dumas"), MILL, Statements([MILL])))
    assert made["number"] in {"Qui ferme la roue du moulin en 1821 ?", "Qui ferme la roue du moulin en 1840 ?"}


def test_no_exchange_makes_a_question_that_a_sentence_answers():
    text = Text(
        "d4", "Pont", "En 1902, Dumas ferme la grande roue du moulin. En 1911, Perrin ferme la grande roue du moulin."
    )
    question = query("Qui ferme la grande roue du moulin en 1902 ?", "Dumas")
    assert not [made for kind, made in exchanged(question, text, Statements([text])) if kind == "number"]


def test_a_choice_between_two_is_left_alone():
    question = query("La roue ferme-t-elle en 1902 ou en 1911 ?", "1902")
    assert not list(exchanged(question, MILL, Statements([MILL])))


@pytest.mark.parametrize(
    ("question", "new", "mended"),
    [
        ("Qui est le roi d'Saba ?", "Saba", "Qui est le roi de Saba ?"),
        ("Qui est le roi de Awsân ?", "Awsân", "Qui est le roi d'Awsân ?"),
        ("Que veut le roi de Saba ?", "Saba", "Que veut le roi de Saba ?"),
    ],
)
def test_elisions_are_mended(question, new, mended):
    assert mend_elision(question, new) == mended


def test_roman_figures_are_no_names():
    assert ROMAN.fullmatch("XIXe")
    assert not ROMAN.fullmatch("Xavier")
    assert names_its_topic(Query("q", "Où vit Castel ?", (), True, False))
    assert not names_its_topic(Query("q", "Où vit-il ?", (), True, False))


def test_the_corpus_no_longer_holds_what_was_removed(tmp_path):
    folder = tmp_path / "piaf" / "dev"
    folder.mkdir(parents=True)
    queries: list[dict[str, object]] = [
        {
            "id": "q0",
            "text": "Qui achète le moulin au bord de la rivière ?",
            "answers": ["Bernard Castel"],
            "answerable": True,
        },
        {"id": "q1", "text": "Au bord de quelle rivière tourne ce moulin ?", "answers": ["Aure"], "answerable": True},
    ]
    files: dict[Path, list[dict[str, object]]] = {
        folder.parent / "corpus.jsonl": [
            {"id": text.id, "title": text.title, "text": text.text} for text in (MILL, HALL)
        ],
        folder / "queries.jsonl": queries,
        folder / "qrels.jsonl": [{"query_id": row["id"], "doc_id": "d1"} for row in queries],
    }
    for path, rows in files.items():
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    corpus, answered, made = make(tmp_path / "piaf")
    removed = [question for question in made if question.how == "removed"]
    assert removed
    for question in removed:
        assert all(question.before not in text.text for text in corpus)
    for query in answered:
        assert any(answer in text.text for text in corpus for answer in query.answers)
    assert {query.id for query in answered}.isdisjoint(question.query.id for question in made)
