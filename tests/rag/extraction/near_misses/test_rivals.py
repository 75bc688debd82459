"""A name in the place of the one asked for: what is said of one is not said of the other."""

from pathlib import Path

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


def test_what_is_said_of_each_of_a_series_is_not_said_of_another(tmp_path: Path) -> None:
    text = (
        "# Goals of 2031\n\n## Halden\n\nBy the end of the year, Halden met 5 of 9 goals.\n\n"
        "## Orrin\n\nBy the end of the year, Orrin met 4 of 9 goals.\n\n"
        "## Others\n\nWe were glad to hear from Tarvel in spring.\n"
    )
    index = index_of(tmp_path, {"goals.md": text})
    assert "4 of 9" in rag.ask("How many goals did Orrin meet by the end of the year?", index=index).citations[0].quote
    assert not rag.ask("How many goals did Tarvel meet by the end of the year?", index=index).found
