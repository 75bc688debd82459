"""Which passages are proposed; what a search of a large index does otherwise, and what stays the same."""

import numpy as np
import pytest

import rag
from index import Index
from rag import propose, retrieve
from rag.expansion import Word
from rag.lexicon import _lines
from rag.neighbours import _rows, neighbours
from rag.propose import Proposed
from rag.scope import Within
from ui.rooms import indexed_room

QUESTIONS = ("Qui est le porte-parole du Kremlin ?", "What is Moscow's red line?", "Combien de soldats ?")


def test_a_large_index_finds_the_same_where_the_first_search_lets_all_through(
    seeds: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = [rag.search(question, index=seeds) for question in QUESTIONS]
    for name, value in (("LARGE", 0), ("_LIKELY", seeds.passages), ("_CLEAR", 0.0), ("_FAINT", 0.0)):
        monkeypatch.setattr(propose, name, value)
    retrieve._views.clear()
    assert [rag.search(question, index=seeds) for question in QUESTIONS] == here


def test_a_large_index_is_searched_for_what_is_clear_first_and_for_nothing_faint(
    seeds: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(**weights: float) -> set[int]:
        words, nowhere = [Word("kremlin", 1.0, {"plain": weights})], np.zeros(seeds.manifest.dimension, np.float32)
        looked_at: list[int] = []
        proposed = propose.propose(words, nowhere, seeds, Within(), 99, looked_at.append)
        assert bool(looked_at) == (propose.LARGE == 0)
        return {one.number for one in proposed if one.words}

    small = found(kremlin=1.0), found(kremlin=1.0, moscou=0.1), found(kremlin=1.0, moscou=0.5)
    assert small[0] < small[1] == small[2]
    monkeypatch.setattr(propose, "LARGE", 0)
    assert found(kremlin=1.0) == found(kremlin=1.0, moscou=0.1) == found(kremlin=1.0, moscou=0.5) == small[0]
    assert found(kremlin=1.0, moscou=0.95) == small[2]
    assert found(kremlin=0.81) == small[0]  # a misspelt word: what stands for it best is clear enough


def test_the_likeliest_are_found_by_words_or_near_in_meaning() -> None:
    worded, near, both, neither = (
        Proposed(1, 9.0, [0.1]), Proposed(2, 0.0, [0.2, 0.5]), Proposed(3, 8.0, [0.45]), Proposed(4, 1.0, [0.0]),
    )  # fmt: skip
    found = [neither, worded, near, both]
    assert propose._likeliest(found, 3) == [both, near, worded]
    assert propose._likeliest([near, neither], 9) == [near, neither]
    assert propose._likeliest([], 9) == []


def test_an_open_room_has_read_the_tables_that_questions_need(seeds: Index) -> None:
    for remembered in (_rows, _lines, neighbours):
        remembered.cache_clear()
    indexed_room(seeds.folder)
    assert [table.cache_info().currsize for table in (_rows, _lines)] == [1, 1]
