"""The word index finds what the analysis says it should, and counts as its rules say."""

from pathlib import Path

import pytest

from index.words import WordIndex, WordWriter, all_of, any_of, terms

TEXTS = [
    "Le président a parlé aux soldats.",
    "The presidents spoke to soldiers.",
    "Die Soldaten sprechen mit dem Präsidenten.",
    "L'été à Noël",
]
LANGUAGES = ["fr", "en", "de", "fr"]


@pytest.fixture
def words(tmp_path: Path) -> WordIndex:
    writer = WordWriter(tmp_path / "words")
    for number, (language, text) in enumerate(zip(LANGUAGES, TEXTS, strict=True)):
        writer.add(number, language, "", text, day=number)
    writer.close()
    return WordIndex(tmp_path / "words")


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        ("Qu'est-ce que l'Œuvre de Noël ?", "fr", ["oeuvr", "noel"]),
        ("les présidentes, les presidentes", "fr", ["president", "president"]),
        ("the soldiers' wives", "en", ["soldier", "wive"]),
        ("100.000 €", "plain", ["100", "000"]),
    ],
)
def test_terms_are_folded_and_stemmed(text: str, field: str, expected: list[str]) -> None:
    assert terms(text, field) == expected


@pytest.mark.parametrize(
    ("field", "term", "number"), [("fr", "soldat", 0), ("en", "soldier", 1), ("plain", "soldaten", 2)]
)
def test_each_language_is_found_in_its_field(words: WordIndex, field: str, term: str, number: int) -> None:
    assert words.search(words.term(field, term), 5)[0].tolist() == [number]


def test_filters_add_no_score(words: WordIndex) -> None:
    query = words.term("fr", "soldat")
    filtered = all_of(query, [words.numbers_between([range(2)])])
    assert words.search(filtered, 5)[1].tolist() == words.search(query, 5)[1].tolist()
    assert words.search(all_of(query, [words.days_between(1, 3)]), 5)[0].tolist() == []


def test_what_is_excluded_is_not_found(words: WordIndex) -> None:
    query = any_of([words.term("plain", "soldats"), words.term("plain", "soldiers")])
    assert words.search(all_of(query, [], [words.term("plain", "presidents")]), 5)[0].tolist() == [0]


def test_the_vocabulary_holds_plain_words(words: WordIndex) -> None:
    assert dict(words.vocabulary("soldat")) == {"soldaten": 1, "soldats": 1}
