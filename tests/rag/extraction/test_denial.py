"""Quotes that deny, documents that differ, and attributes that a known name does not have."""

from pathlib import Path

import pytest
from indexed import index_of

import rag
from index import Index, open_index, rebuild
from rag.answer import Answer

pytestmark = pytest.mark.slow

FILES = {
    "oven.txt": "The baker did not agree to lend the oven to the Abbot, so the miller was asked. On 2 May the "
    "baker met the Abbot.\n",
    "moulin.txt": "Le maire n'a pas signé le contrat du moulin. Le conseil a loué le moulin en 2011.\n",
    "gate.txt": "Clara Finch keeps the east gate. In 2013 Clara Finch was a guide at the glass museum. "
    "Clara Finch ne parle plus depuis des mois.\n",
    "crew.txt": "Paul Reed is 44 years old and runs the south ward. Paul Reed's mother, Jane, was a nurse.\n",
    "barge-a.txt": "The green barge carries 40 passengers across the lake.\n",
    "barge-b.txt": "The green barge carries 55 passengers across the lake.\n",
    "orders.txt": "Order 7310 mends the gate of the lock. Order 7312 mends the lamp of the pier.\n",
    "boats.txt": "The harbour counted 210 boats in 1987. The harbour is run by the council.\n",
    "tug.txt": "The red tug carries 12 sailors across the bay.\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Index:
    corpus: Path = tmp_path_factory.mktemp("claims")
    for name, text in FILES.items():
        (corpus / name).write_text(text, encoding="utf-8")
    rebuild(corpus, corpus.parent / "claims-index")
    return open_index(corpus.parent / "claims-index")


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


@pytest.mark.parametrize(
    ("question", "start", "remark"),
    [
        (
            "When did the baker lend the oven to the Abbot?",
            "The baker did not agree",
            "Your documents say otherwise.",
        ),
        ("Quand le maire a-t-il signé le contrat du moulin ?", "Le maire n'a pas", "Vos documents disent autre chose."),
    ],
)
def test_a_quote_that_denies_what_is_asked_is_shown_as_such(
    folder: Index, question: str, start: str, remark: str
) -> None:
    answer = rag.ask(question, index=folder)
    assert (answer.kind, answer.remark) == ("denies", remark)
    assert [quote.startswith(start) for quote in quotes(answer)] == [True]


@pytest.mark.parametrize(
    "question", ["Why did the baker not lend the oven to the Abbot?", "Quand le conseil a-t-il loué le moulin ?"]
)
def test_what_is_affirmed_is_not_shown_as_denied(folder: Index, question: str) -> None:
    assert rag.ask(question, index=folder).kind == "quotes"


@pytest.mark.parametrize(
    "question",
    [
        "How old is Clara Finch?",
        "Who is the father of Clara Finch?",
        "What is Clara Finch's phone number?",
        "Quel est le salaire de Clara Finch ?",
        "When was Clara Finch born?",
        "Quel est l'âge de Clara Finch ?",
        "Quand Clara Finch est-elle née ?",
    ],
)
def test_a_known_name_does_not_answer_for_an_attribute(folder: Index, question: str) -> None:
    assert rag.ask(question, index=folder).kind == "not_found"


@pytest.mark.parametrize(
    ("question", "words"), [("How old is Paul Reed?", "44 years old"), ("Who is Paul Reed's mother?", "Jane")]
)
def test_an_attribute_that_is_there_is_found(folder: Index, question: str, words: str) -> None:
    assert words in quotes(rag.ask(question, index=folder))[0]


def test_documents_that_differ_on_a_figure_are_shown_side_by_side(folder: Index) -> None:
    answer = rag.ask("How many passengers does the green barge carry?", index=folder)
    assert (answer.kind, answer.remark) == ("differs", "Your documents disagree.")
    assert {citation.source for citation in answer.citations} == {"barge-a.txt", "barge-b.txt"}
    assert rag.ask("How many sailors does the red tug carry?", index=folder).kind == "quotes"


@pytest.mark.parametrize(("number", "subject"), [("7310", "gate"), ("7312", "lamp")])
def test_the_sentence_with_the_very_number_is_quoted_alone(folder: Index, number: str, subject: str) -> None:
    quoted = quotes(rag.ask(f"What does order {number} mend?", index=folder))
    assert [(number in quote, subject in quote) for quote in quoted] == [(True, True)]


@pytest.mark.parametrize("question", ["What does order 7311 mend?", "How many boats did the harbour count in 1988?"])
def test_another_member_of_a_series_is_no_answer(folder: Index, question: str) -> None:
    assert rag.ask(question, index=folder).kind == "not_found"
    assert rag.ask(question.replace("1988", "1987").replace("7311", "7312"), index=folder).found


def test_a_thing_that_is_never_done_at_one_time_is_done_at_another(tmp_path: Path) -> None:
    text = "Plum trees must never be pruned in winter. Plum trees are pruned in June by the warden.\n"
    answer = rag.ask("When are plum trees pruned?", index=index_of(tmp_path, {"trees.txt": text}))
    assert answer.kind != "denies"
    assert "June" in answer.citations[0].quote


def test_a_word_that_begins_as_a_negation_denies_nothing(tmp_path: Path) -> None:
    text = "For a stay of more than two weeks we need a note from your doctor.\n"
    answer = rag.ask("When do I need a note from my doctor?", index=index_of(tmp_path, {"stay.txt": text}))
    assert answer.kind == "quotes"
