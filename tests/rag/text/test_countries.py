"""Countries by their names and their people, in French and English; a near miss is told by them."""

import pytest

from rag.text.countries import find_countries


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("des soldats chinois", "troops from China"),
        ("les Etats-Unis", "an American ship"),
        ("la France", "les Françaises"),
        ("en Ukraine", "Ukrainian ports"),
        ("the Dutch", "aux Néerlandais"),
        ("un homme politique anglais", "le Premier ministre britannique"),
    ],
)
def test_a_country_and_its_people_are_one(name: str, other: str) -> None:
    assert find_countries(name) == find_countries(other) != frozenset()


@pytest.mark.parametrize("text", ["une machine à café", "les Nations unies", "une île", "turquoise", "en italique"])
def test_other_words_name_no_country(text: str) -> None:
    assert find_countries(text) == frozenset()


def test_two_countries_are_two() -> None:
    assert len(find_countries("un accord entre la Russie et la Chine")) == 2
