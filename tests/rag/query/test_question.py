"""What a question asks for."""

import pytest

from index.language import detect, fold
from rag.query.question import parse_question


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Qui est le maire ?", "who", None),
        ("Quand est-elle née ?", "when", None),
        ("En quelle année est-elle née ?", "when", "annee"),
        ("Où vivent les loups ?", "where", None),
        ("Dans quel pays vit-il ?", "where", "pays"),
        ("Combien de soldats ?", "how many", "soldats"),
        ("Combien de temps a duré la grève ?", "how long", None),
        ("Pourquoi part-il ?", "why", None),
        ("Comment fait-on du pain ?", "how", None),
        ("Quelle est la plus grande ville ?", "which", "ville"),
        ("Que demande la Russie ?", "what", None),
        ("Qu'est-ce que la médiation ?", "define", None),
        ("Who wrote it?", "who", None),
        ("How many tanks were sent?", "how many", "tanks"),
        ("How long did it last?", "how long", None),
        ("In which country is it?", "where", "country"),
        ("prix gaz", "none", None),
        ("Que faire quand on est malade ?", "what", None),
        ("How do I pay when I shop there?", "how", None),
        ("Can I swim when it rains?", "yes or no", None),
        ("Ça passe quand même ?", "none", None),
        ("La piscine, elle ouvre quand ?", "when", None),
        ("Depuis quand est-il maire ?", "when", None),
        ("Do you know when the pool opens?", "when", None),
        ("Qu'est-ce qui est interdit ?", "what", None),
    ],
)
def test_kinds_of_questions(text: str, kind: str, expected: str | None) -> None:
    question = parse_question(text)
    assert (question.kind, question.target_noun) == (kind, expected)


def test_words_leave_out_function_words_and_keep_order() -> None:
    assert parse_question("Combien de soldats américains sont à l'Élysée ?").words == (
        "soldats",
        "americains",
        "elysee",
    )


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Qui est le maire de la ville ?", "fr"),
        ("Who is the mayor of the town?", "en"),
        ("¿Quién es el alcalde de la ciudad?", "es"),
        ("Wer ist der Bürgermeister und was macht er?", "de"),
        ("élection", "fr"),
        ("Que signifie E15 ?", "fr"),
        ("Que veut dire E2EE ?", "fr"),
    ],
)
def test_languages(text: str, language: str) -> None:
    assert detect(text) == language


def test_folding_keeps_letters_alone() -> None:
    assert fold("L'Œuvre de Noël à İstanbul") == "l'oeuvre de noel a istanbul"


@pytest.mark.parametrize("question", ["peut on payer par carte", "faut il une photo", "y a t il un parking"])
def test_whether_something_is_so_is_asked_without_marks(question: str) -> None:
    assert parse_question(question).asks_whether


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Ils sont encore ouverts ?", True),
        ("J'ai 17 ans, je peux voter ?", True),
        ("Une mairie peut commander ?", True),
        ("Can I swim when it rains?", True),
        ("Que faire quand on est malade ?", False),
        ("Qu'est-ce qu'il a dit ?", False),
        ("le prix du moulin ?", False),
    ],
)
def test_whether_something_is_so_is_asked_as_it_is_said(question: str, expected: bool) -> None:
    assert parse_question(question).asks_whether is expected


def test_words_that_people_shorten_are_read_in_full() -> None:
    parsed = parse_question("où est le siège de l'asso ? asso@arden.example")
    assert parsed.read_as == "où est le siège de l'association ? asso@arden.example"
    assert "asso" in parsed.words
