"""What is counted or named must be in the passage that answers."""

import pytest
from indexed import index_of

import rag
from index import Index

pytestmark = pytest.mark.slow

TEXTS = {
    "laiterie.txt": (
        "La laiterie de Morvin a collecté 14 millions de litres de lait auprès de 61 exploitations. Le directeur de la "
        "laiterie est Anselme Duc. La laiterie a deux chèvres, Bise et Nuée.\n"
    ),
    "bail.txt": "Madame Irène Vasseur loue la grange à Monsieur Paul Brun. Un chat est toléré dans la grange.\n",
    "app.md": "# Larkspur\n\nLarkspur is an app for sightings of birds. It is maintained by a team of volunteers.\n",
}


@pytest.fixture(scope="module")
def valley(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("valley"), TEXTS)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Combien d'exploitations livrent leur lait à la laiterie ?", "61 exploitations"),
        ("Quel est le nom du directeur de la laiterie ?", "Anselme Duc"),
        ("Who maintains Larkspur?", "a team of volunteers"),
    ],
)
def test_the_noun_that_is_asked_about_is_quoted(valley: Index, question: str, words: str) -> None:
    assert words in rag.ask(question, index=valley).citations[0].quote


@pytest.mark.parametrize(
    "question",
    [
        "Combien de vaches ont les exploitations de la laiterie ?",
        "Quel est le nom du cheval d'Irène Vasseur ?",
        "Who maintained Larkspur in 2012?",  # a year that no document has
    ],
)
def test_another_noun_or_year_is_no_answer(valley: Index, question: str) -> None:
    assert not rag.ask(question, index=valley).found
