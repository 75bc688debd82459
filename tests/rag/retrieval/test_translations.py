"""The lexicon knows names and plain words both ways, and is quick to open."""

import gzip
from pathlib import Path

import pytest

import rag
from rag.retrieval.translations import find_translations, normalize_key

FILE = Path(rag.__file__).parent / "retrieval/data/lexicon.tsv.gz"


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("Moscow", "moscou"),
        ("Germany", "allemagne"),
        ("London", "londres"),
        ("troops", "troupes"),
        ("spokesman", "porte parole"),
        ("call", "appel"),
        ("length", "longueur"),
        ("Londres", "london"),
        ("États-Unis", "united states"),
        ("soldats", "soldiers"),
        ("britannique", "british"),
        ("porte-parole", "spokesman"),
        ("cœur", "heart"),
    ],
)
def test_common_words_and_names_are_translated(word: str, other: str) -> None:
    assert other in [translation for translation, _ in find_translations(word)]


@pytest.mark.parametrize("word", ["", " ", "zxqv", "42 42", "\x00"])
def test_an_unknown_word_has_no_translation(word: str) -> None:
    assert find_translations(word) == ()


def test_a_language_may_be_chosen() -> None:
    assert "bread" in [translation for translation, _ in find_translations("pain", "fr")]
    assert "douleur" in [translation for translation, _ in find_translations("pain", "en")]
    both = [translation for translation, _ in find_translations("pain")]
    assert {"bread", "douleur"} <= set(both)


def test_every_row_keeps_the_promises() -> None:
    lines = gzip.decompress(FILE.read_bytes()).decode().split("\n")
    assert lines == sorted(lines)
    assert len(lines) > 100_000
    for line in lines[1::50]:
        language, word, *_ = line.split("\t")
        weighted = find_translations(word, language)  # type: ignore[arg-type]
        assert word == normalize_key(word)
        assert 1 <= len(weighted) <= 4
        assert all(0 < weight <= 1 and other == normalize_key(other) != "" for other, weight in weighted)
        assert weighted[0][1] == 1
        assert list(weighted) == sorted(weighted, key=lambda item: -item[1])


def test_the_lexicon_is_small() -> None:
    assert FILE.stat().st_size < 1.5 * 2**20


def test_the_attribution_travels_with_the_file() -> None:
    first = gzip.decompress(FILE.read_bytes()).decode().split("\n")[0]
    assert "CC BY-SA 3.0" in first
    assert "Wiktionary" in first
