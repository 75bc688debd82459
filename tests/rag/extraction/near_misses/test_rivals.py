"""A name in the place of the one asked for: what is said of one is not said of the other."""

import pytest
from indexed import index_of

import rag
from index import Index

pytestmark = pytest.mark.slow

TEXTS = {
    "routes.txt": (
        "Le pont de Varzy fut bâti par Louis Perrin. Le pont de Clamont fut bâti par Jean Astier, qui vivait à Nevers. "
        "La route de Decize passe par Varzy."
    ),
    "county.txt": "The clerk of Thorne was Ann Marsh. The road from Thorne leads to Ely.",
    "turin.txt": "Le traité de Turin fut signé en 1815 par le marquis de Saint-Marsan. Il avait vu Campo-Formio.",
}


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("county"), TEXTS)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Qui a bâti le pont de Varzy ?", "Perrin"),
        ("Qui a bâti le pont de Clamont ?", "Astier"),
        ("Qui a signé le traité de Turin ?", "Saint-Marsan"),
        ("Qui a signé le traité de Torino ?", "Saint-Marsan"),
    ],
)
def test_the_one_that_is_named_is_quoted(county: Index, question: str, name: str) -> None:
    answer = rag.ask(question, index=county)
    assert [name in citation.quote for citation in answer.citations[:1]] == [True]


@pytest.mark.parametrize(
    "question",
    ["Qui a bâti le pont de Decize ?", "Qui a signé le traité de Campo-Formio ?", "Who was the clerk of Ely?"],
)
def test_what_is_said_of_another_is_no_answer(county: Index, question: str) -> None:
    assert not rag.ask(question, index=county).found
