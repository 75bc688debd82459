"""The exercises: their format, and what they teach and measure."""

import random
import re
from collections import defaultdict
from itertools import islice

import pytest

from bench.quality.exercises import (
    ExerciseAnswer,
    ExerciseQuestion,
    as_document,
    is_held,
    parse_exercise,
    print_answers,
    read_exercises,
)
from bench.train.reader.examples import of_exercises, share_of_exercise, shortened

BLOCK = """fr | Règlement du port › Article 4
Le tirant d'eau est limité à 2,10 mètres.
- La jauge se relève au quai Sud.
? quelle profondeur de coque au plus => 2,10 mètres
!n Que dit l'article 5 du règlement du port ?
!a Combien coûte une place au quai Sud ?
"""


def letters(text: str) -> str:
    """Return a text without spaces and marks, of which those between sentences are lost."""
    return re.sub(r"\W+", "", text)


def test_an_exercise_is_read_with_its_questions() -> None:
    exercise = parse_exercise("port", BLOCK)
    assert exercise.text == "Le tirant d'eau est limité à 2,10 mètres.\n- La jauge se relève au quai Sud."
    assert [(question.kind, question.answer) for question in exercise.questions] == [
        ("answerable", "2,10 mètres"),
        ("n", None),
        ("a", None),
    ]
    assert as_document(exercise).startswith("# Règlement du port\n\n## Article 4\n\nLe tirant")


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [("2,10 mètres\n!", "2,20 mètres\n!", "«2,20 mètres» is not in the passage"), ("fr |", "de |", "is not LANGUAGE")],
)
def test_an_exercise_that_cannot_be_right_is_refused(before: str, after: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_exercise("port", BLOCK.replace(before, after))


def test_every_exercise_can_be_read_and_teaches_both() -> None:
    exercises = list(read_exercises())
    assert len(exercises) > 1500
    for exercise in exercises:
        answered = sum(question.answer is not None for question in exercise.questions)
        assert answered >= 3, exercise.title
        assert len(exercise.questions) - answered >= 4, exercise.title


def test_no_held_exercise_is_trained_on() -> None:
    exercises = list(read_exercises())
    assert {share_of_exercise(exercise) for exercise in exercises if is_held(exercise)} == {"report"}
    texts: dict[str, str] = defaultdict(str)  # of each share
    for exercise in exercises:
        texts[share_of_exercise(exercise)] += letters(exercise.text)
    for example in islice(of_exercises(random.Random(1)), None, None, 16):
        for passage in example.passages[:1]:
            above, *_ = passage.text.split("\n")
            assert letters(above) in texts[example.share]


def test_an_answer_is_found_where_it_stands_as_words() -> None:
    questions = [question for exercise in read_exercises() for question in exercise.questions]
    for example, question in zip(of_exercises(random.Random(1)), questions, strict=True):
        passage = example.passages[0]
        assert [passage.text[start:end] for start, end in passage.spans] == [question.answer] * bool(question.answer)
        assert not any(passage.text[start - 1 : start].isalnum() for start, _ in passage.spans)


def test_a_short_passage_keeps_the_sentence_that_answers() -> None:
    text = "Le port ouvre en mai. La jauge se relève au quai Sud. Une amende est prévue. Le bac part à midi."
    at, end = text.index("quai Sud"), text.index("quai Sud") + len("quai Sud")
    for seed in range(20):
        short = shortened({"kind": "right", "text": text, "spans": [(at, end)]}, random.Random(seed))
        ((first, last),) = short["spans"]
        assert short["text"][first:last] == "quai Sud"
        assert len(short["text"]) < len(text)
    other = shortened({"kind": "misleading", "text": text, "spans": []}, random.Random(1))
    assert other["text"] in text
    assert other["spans"] == []


def test_a_quote_that_lacks_the_answer_is_wrong() -> None:
    asked, absent = ExerciseQuestion("Combien ?", "2,10 mètres", "answerable"), ExerciseQuestion("Qui ?", None, "a")
    assert not ExerciseAnswer(ExerciseQuestion("Combien ?", "5", "answerable"), "Il y en a 15.", 0.9).is_right
    answers = [
        ExerciseAnswer(asked, "limité à 2,10\nmètres.", 0.9),
        ExerciseAnswer(asked, "La jauge", 0.5),
        ExerciseAnswer(asked, None, 0.1),
        ExerciseAnswer(absent, "La jauge", 0.4),
        ExerciseAnswer(absent, None, 0.0),
    ]
    figures = print_answers(answers)
    assert figures["first quote holds the answer"] == pytest.approx(1 / 3)
    assert figures["wrongly refused"] == pytest.approx(1 / 3)
    assert figures["refused rightly"] == pytest.approx(1 / 2)
