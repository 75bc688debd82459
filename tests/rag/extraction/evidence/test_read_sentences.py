"""What the reader adds to the linear models: the sentence that answers, and the words in it."""

import pytest
from indexed import index_of

import rag
from index import Index

pytestmark = pytest.mark.slow

TEXTS = {
    "moulin.txt": (
        "Le moulin de Varenne\n\nLe moulin de Varenne a été bâti en 1804 par un meunier de Castel. Ses ailes, brisées "
        "par la tempête, furent remplacées par une roue. La commune l'a racheté pour 12 000 francs à la veuve Lorin."
    ),
    "hall.txt": (
        "The reading hall\n\nThe hall seats four hundred. Its dome was drawn by Ruth Adler, who had studied in Vienna. "
        "Maps are lent for a fortnight, and newspapers are never lent."
    ),
}
WORDS = {
    "À qui la commune a-t-elle racheté le moulin ?": "la veuve Lorin",
    "Par quoi les ailes du moulin ont-elles été remplacées ?": "une roue",
    "Who drew the dome of the hall?": "Ruth Adler",
    "For how long are maps lent?": "a fortnight",
}


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("village"), TEXTS)


@pytest.mark.parametrize(("question", "words"), WORDS.items())
def test_the_words_in_bold_answer_and_are_few(village: Index, question: str, words: str) -> None:
    citation = rag.ask(question, index=village).citations[0]
    assert words in citation.quote
    assert citation.focus_text is not None
    assert words.split()[-1] in citation.focus_text
    assert len(citation.focus_text) <= 3 * len(words)


def test_a_fact_that_the_text_does_not_give_is_refused(village: Index) -> None:
    assert not rag.ask("Combien de marches compte l'escalier du moulin ?", index=village).found
