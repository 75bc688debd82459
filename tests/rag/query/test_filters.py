"""Filters that a person types, and where they let a search look."""

import datetime as dt
from pathlib import Path
from unicodedata import normalize

import pytest

from index import Index, open_index, rebuild
from rag.query.filters import Filters, parse_filters, resolve_filters


@pytest.mark.parametrize(
    ("typed", "question", "scope"),
    [
        ("Qui ? fichier:a.txt", "Qui ?", Filters(documents=("a.txt",))),
        ('Who? file:"a b.txt" before:2022-02-03', "Who?", Filters(documents=("a b.txt",), until=dt.date(2022, 2, 3))),
        ("Qui ? après:03/02/2022", "Qui ?", Filters(since=dt.date(2022, 2, 3))),
        ('Qui a dit "cessez-le-feu" ?', "Qui a dit cessez-le-feu ?", Filters(phrases=("cessez-le-feu",))),
        ("Macron -Poutine", "Macron", Filters(without=("Poutine",))),
        ("How do I run beacon -up in a box?", "How do I run beacon -up in a box?", Filters()),
        ("Jean-Yves Le Drian, a-t-il parlé ?", "Jean-Yves Le Drian, a-t-il parlé ?", Filters()),
        ("Le train de 12 h - celui de Paris", "Le train de 12 h - celui de Paris", Filters()),
    ],
)
def test_filters_are_read_and_taken_out(typed: str, question: str, scope: Filters) -> None:
    assert parse_filters(typed, Filters()) == (question, scope)


def texts(index: Index, scope: Filters) -> list[str]:
    allowed = resolve_filters(scope, index).sentences
    assert allowed is not None
    return [index.passage(int(number)).text for number in set(index.passages_of_sentences(allowed).tolist())]


def test_exact_words_must_stand_side_by_side(seeds: Index) -> None:
    matching = texts(seeds, Filters(phrases=("ligne rouge",)))
    assert matching
    assert all("ligne rouge" in text for text in matching)


def test_a_phrase_of_marks_alone_narrows_nothing(seeds: Index) -> None:
    assert len(texts(seeds, Filters(phrases=("?!", "ligne rouge")))) == len(
        texts(seeds, Filters(phrases=("ligne rouge",)))
    )


def test_the_number_of_a_note_belongs_to_no_word(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("Le lavoir de Serre¹² a rejeté moins de CO₂ que d'eau.", "utf-8")
    rebuild(tmp_path / "corpus", tmp_path / "index")
    index = open_index(tmp_path / "index")
    for phrase in ("lavoir de Serre", "Serre a rejeté", "moins de CO2", "CO₂"):
        assert texts(index, Filters(phrases=(phrase,)))
    assert not texts(index, Filters(without=("Serre",)))


def test_accents_may_be_characters_of_their_own(tmp_path: Path) -> None:
    apart = normalize("NFD", "été à Nîmes.txt")
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / apart).write_text("La maire est Zoé Durand.", "utf-8")
    rebuild(tmp_path / "corpus", tmp_path / "index")
    for name in ("été à Nîmes.txt", "ÉTÉ*", normalize("NFD", "été*")):
        assert texts(open_index(tmp_path / "index"), Filters(documents=(name,)))
    question = normalize("NFD", "après:2022-02-10 Kremlin qui")
    assert parse_filters(question, Filters()) == ("Kremlin qui", Filters(since=dt.date(2022, 2, 10)))


def test_words_to_avoid_are_avoided(seeds: Index) -> None:
    matching = texts(seeds, Filters(without=("Poutine",)))
    assert matching
    assert not any("Poutine" in text for text in matching)


def test_a_pattern_chooses_documents(seeds: Index) -> None:
    allowed = resolve_filters(Filters(documents=("00[12]*",)), seeds).sentences
    assert allowed is not None
    numbers = seeds.document_number(seeds.passages_of_sentences(allowed))
    assert {seeds.document_ids[int(number)][:3] for number in numbers} == {"001", "002"}


def test_exact_words_and_words_to_avoid_count_every_passage(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    for number in range(60):
        text = "Le pont est ouvert." if number % 2 else "La mer est verte."
        (tmp_path / "corpus" / f"{number:02}.txt").write_text(f"{text} Note {number}.", "utf-8")
    rebuild(tmp_path / "corpus", tmp_path / "index")
    index = open_index(tmp_path / "index")
    sizes: list[int] = []
    search = index.lexical.search
    index.lexical.search = lambda query, k: sizes.append(k) or search(query, k)  # type: ignore[method-assign, func-returns-value]
    assert len(texts(index, Filters(phrases=("pont est ouvert",)))) == 30
    assert all("mer" in text for text in texts(index, Filters(without=("pont",))))
    assert not sizes  # no search for so many best passages, which would leave out the others
