"""A message that asks several questions is split; a question of several parts is not."""

import pytest

from rag.query.compound import split_questions

SEVERAL = {
    "Combien coûte le bac ? Et quand part-il ?": ["Combien coûte le bac ?", "Et quand part-il ?"],
    "Qui a bâti le four, et depuis quand sert-il ?": ["Qui a bâti le four ?", "Depuis quand sert-il ?"],
    "Who built the kiln and what did it cost?": ["Who built the kiln?", "What did it cost?"],
    "Qui est le maire d'Orme ? Pourquoi ?": ["Qui est le maire d'Orme ?", "Pourquoi ?"],
    "What does a stand cost? Who rents it out, and when does it open?": [
        "What does a stand cost?",
        "Who rents it out?",
        "When does it open?",
    ],
}
ONE = (
    "Quand et comment s'inscrire ?",
    "Who paid and how much?",
    "On which day and at what time does the market open?",
    "Explain what a weir is and how it works.",
    "Le pont et la route sont-ils ouverts ?",
    "Bonjour ! Combien de places ?",
    "?",
    "",
)


@pytest.mark.parametrize(("message", "questions"), SEVERAL.items())
def test_each_question_of_a_message_is_one(message: str, questions: list[str]) -> None:
    assert split_questions(message) == questions


@pytest.mark.parametrize("message", ONE)
def test_one_question_stays_as_it_is(message: str) -> None:
    assert split_questions(message) == [message]
