"""What a search of a large index does otherwise, and what stays the same."""

import pytest

import rag
from index import Index
from rag import retrieve
from rag.expansion import Word
from rag.lexicon import _lines
from rag.neighbours import _rows, neighbours
from ui.rooms import indexed_room

QUESTIONS = ("Qui est le porte-parole du Kremlin ?", "What is Moscow's red line?", "Combien de soldats ?")


def test_words_searched_for_in_another_thread_find_the_same(seeds: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    here = [rag.search(question, index=seeds) for question in QUESTIONS]
    monkeypatch.setattr(retrieve, "_LARGE", 0)
    retrieve._views.clear()
    assert [rag.search(question, index=seeds) for question in QUESTIONS] == here


def test_a_large_index_is_not_searched_for_faint_alternatives(seeds: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [Word("kremlin", 1.0, {"plain": {"kremlin": 1.0, "moscou": 0.1}})]
    found = seeds.words.search(retrieve._query(words, seeds), 99)[0]
    monkeypatch.setattr(retrieve, "_MANY", 0)
    fewer = seeds.words.search(retrieve._query(words, seeds), 99)[0]
    strong = seeds.words.search(seeds.words.term("plain", "kremlin"), 99)[0]
    assert set(fewer) == set(strong) < set(found)


def test_an_open_room_has_read_the_tables_that_questions_need(seeds: Index) -> None:
    for remembered in (_rows, _lines, neighbours):
        remembered.cache_clear()
    indexed_room(seeds.folder)
    assert [table.cache_info().currsize for table in (_rows, _lines)] == [1, 1]
