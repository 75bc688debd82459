"""Which passages are proposed; what a search of a large index does otherwise, and what stays the same."""

from dataclasses import replace

import pytest

import rag
from index import Index, index
from rag.query.filters import Within
from rag.query.question import analyse
from rag.retrieval import bm25, hybrid
from rag.retrieval.expansion import Word, _known, expand
from rag.retrieval.hybrid import Proposed
from rag.retrieval.synonyms import _rows, neighbours
from rag.retrieval.translations import _lines
from ui.web.app import indexed_room

QUESTIONS = ("Qui est le porte-parole du Kremlin ?", "What is Moscow's red line?", "Combien de soldats ?")


def test_a_large_index_finds_the_same_where_the_first_search_lets_all_through(
    seeds: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hybrid, "_PROPOSED", seeds.passages)
    here = [rag.search(question, index=seeds) for question in QUESTIONS]
    for name in ("_CLEAR", "_FAINT", "_SELDOM"):
        monkeypatch.setattr(bm25, name, 0.0)
    monkeypatch.setattr(index, "LARGE", 0)
    seeds._states.clear()
    assert [rag.search(question, index=seeds) for question in QUESTIONS] == here


def test_a_large_index_answers_alike(seeds: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    here = [[one.quote for one in rag.ask(question, index=seeds).citations] for question in QUESTIONS]
    monkeypatch.setattr(index, "LARGE", 0)
    seeds._states.clear()
    assert [[one.quote for one in rag.ask(question, index=seeds).citations] for question in QUESTIONS] == here
    assert all(here[:2])


def test_a_large_index_is_searched_for_what_is_clear_first_and_for_nothing_faint(seeds: Index) -> None:
    def words(**weights: float) -> list[Word]:
        return [Word("kremlin", 1.0, {"plain": weights})]

    def all_of_them(**weights: float) -> set[int]:
        return set(bm25.by_words(words(**weights), seeds, Within(), 99))

    def likely(**weights: float) -> set[int]:
        return set(bm25.likely(words(**weights), seeds, Within(), 99))

    narrow, wide = all_of_them(kremlin=1.0), all_of_them(kremlin=1.0, moscou=0.1)
    assert narrow < wide
    assert likely(kremlin=1.0) == likely(kremlin=1.0, moscou=0.5) == narrow
    assert likely(kremlin=1.0, moscou=0.95) == wide
    assert likely(kremlin=0.81) == narrow  # a misspelt word: what stands for it best is clear enough
    assert set(bm25.among(wide, words(kremlin=1.0, moscou=0.1), seeds)) == narrow
    assert set(bm25.among(wide, words(kremlin=1.0, moscou=0.5), seeds)) == wide
    assert bm25.among([], words(kremlin=1.0), seeds) == bm25.likely([], seeds, Within(), 9) == {}


def test_the_passages_found_first_are_then_scored_as_in_a_small_index(seeds: Index) -> None:
    words = expand(analyse(QUESTIONS[1]), seeds.lexical, seeds.passages)
    clear = [replace(one, terms={"fr": {t: w for t, w in one.terms["fr"].items() if w > 0.5}}) for one in words]
    scores = bm25.by_words(clear, seeds, Within(), 9)
    assert bm25.among(list(scores)[3:6], clear, seeds) == pytest.approx(dict(list(scores.items())[3:6]))


def test_a_frequent_word_counts_once_beside_its_stem(seeds: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    stem, plain = {"fr": {"kremlin": 1.0}}, {"plain": {"kremlin": 1.0}}
    once, both = ([Word("kremlin", 1.0, terms)] for terms in (stem, stem | plain))
    assert bm25.likely(both, seeds, Within(), 99) == bm25.likely(once, seeds, Within(), 99)
    monkeypatch.setattr(bm25, "_SELDOM", 0)  # every word is seldom enough
    first = bm25.likely(once, seeds, Within(), 99)
    assert all(bm25.likely(both, seeds, Within(), 99)[number] > score for number, score in first.items())


def test_only_a_large_index_looks_at_passages_ahead(seeds: Index) -> None:
    looked_at: list[int] = []
    hybrid.propose(analyse(QUESTIONS[0]), seeds, Within(), 8, looked_at.append)
    assert not looked_at


def test_the_likeliest_are_found_by_words_or_near_in_meaning() -> None:
    worded, near, both, neither = (
        Proposed(1, 9.0, [0.1]), Proposed(2, 0.0, [0.2, 0.5]), Proposed(3, 8.0, [0.45]), Proposed(4, 1.0, [0.0]),
    )  # fmt: skip
    found = [neither, worded, near, both]
    assert hybrid._likeliest(found, 3) == [both, near, worded]
    assert hybrid._likeliest([near, neither], 9) == [near, neither]
    assert hybrid._likeliest([], 9) == []


def test_an_open_room_has_read_the_tables_that_questions_need(seeds: Index) -> None:
    for remembered in (_rows, _lines, neighbours, _known):
        remembered.cache_clear()
    indexed_room(seeds.folder)
    assert [table.cache_info().currsize for table in (_rows, _lines)] == [1, 1]
