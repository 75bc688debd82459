"""Which passages are proposed; what a search of a large index does otherwise, and what stays the same."""

import shutil
import threading
import time
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest

import rag
from index import Index, index, open_index
from index.storage.candidates import NO_RESTRICTION
from rag.query.question import parse_question
from rag.retrieval import bm25, hybrid
from rag.retrieval.expansion import QueryExpander, QueryTerm
from rag.retrieval.hybrid import Proposal, Retrieval
from rag.retrieval.tables import tables
from ui.web.app import create_controller

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


@pytest.mark.slow
def test_a_large_index_answers_alike(seeds: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    here = [[citation.quote for citation in rag.ask(question, index=seeds).citations] for question in QUESTIONS]
    monkeypatch.setattr(index, "LARGE", 0)
    seeds._states.clear()
    assert [[citation.quote for citation in rag.ask(question, index=seeds).citations] for question in QUESTIONS] == here
    assert all(here)


def test_a_large_index_is_searched_for_what_is_clear_first_and_for_nothing_faint(seeds: Index) -> None:
    def words(**weights: float) -> list[QueryTerm]:
        return [QueryTerm("kremlin", 1.0, {"plain": weights})]

    def all_of_them(**weights: float) -> set[int]:
        return set(bm25.search(words(**weights), seeds, NO_RESTRICTION, 99))

    def prefiltered(**weights: float) -> set[int]:
        return set(bm25.search_prefilter(words(**weights), seeds, NO_RESTRICTION, 99))

    narrow, wide = all_of_them(kremlin=1.0), all_of_them(kremlin=1.0, moscou=0.1)
    assert narrow < wide
    assert prefiltered(kremlin=1.0) == prefiltered(kremlin=1.0, moscou=0.5) == narrow
    assert prefiltered(kremlin=1.0, moscou=0.95) == wide
    assert prefiltered(kremlin=0.81) == narrow  # a misspelt word: what stands for it best is clear enough
    assert set(bm25.rescore(wide, words(kremlin=1.0, moscou=0.1), seeds)) == narrow
    assert set(bm25.rescore(wide, words(kremlin=1.0, moscou=0.5), seeds)) == wide
    assert bm25.rescore([], words(kremlin=1.0), seeds) == bm25.search_prefilter([], seeds, NO_RESTRICTION, 9) == {}


def test_the_passages_found_first_are_then_scored_as_in_a_small_index(seeds: Index) -> None:
    words = QueryExpander(seeds).expand(parse_question(QUESTIONS[1]))
    clear = [replace(word, terms={"fr": {t: w for t, w in word.terms["fr"].items() if w > 0.5}}) for word in words]
    scores = bm25.search(clear, seeds, NO_RESTRICTION, 9)
    assert bm25.rescore(list(scores)[3:6], clear, seeds) == pytest.approx(dict(list(scores.items())[3:6]))


def test_a_frequent_word_counts_once_beside_its_stem(seeds: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    stem, plain = {"fr": {"kremlin": 1.0}}, {"plain": {"kremlin": 1.0}}
    once, both = ([QueryTerm("kremlin", 1.0, terms)] for terms in (stem, stem | plain))
    assert bm25.search_prefilter(both, seeds, NO_RESTRICTION, 99) == bm25.search_prefilter(
        once, seeds, NO_RESTRICTION, 99
    )
    monkeypatch.setattr(bm25, "_SELDOM", 0)  # every word is seldom enough
    first = bm25.search_prefilter(once, seeds, NO_RESTRICTION, 99)
    assert all(
        bm25.search_prefilter(both, seeds, NO_RESTRICTION, 99)[number] > score for number, score in first.items()
    )


def test_only_a_large_index_searches_in_threads_which_end_with_it(
    seeds_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lexical_threads() -> int:
        return sum(thread.name.startswith("lexical") for thread in threading.enumerate())

    own, before = shutil.copytree(seeds_index, tmp_path / "index"), lexical_threads()
    with open_index(own) as small:
        rag.search(QUESTIONS[0], index=small)
        assert lexical_threads() == before
    monkeypatch.setattr(index, "LARGE", 0)
    with open_index(own) as large:
        rag.search(QUESTIONS[0], index=large)
        assert lexical_threads() > before
    limit = time.monotonic() + 10
    while lexical_threads() > before and time.monotonic() < limit:
        time.sleep(0.01)
    assert lexical_threads() == before


def test_the_likeliest_are_found_by_words_or_near_in_meaning() -> None:
    worded, near, both, neither = (
        Proposal(1, 9.0, [0.1]), Proposal(2, 0.0, [0.2, 0.5]), Proposal(3, 8.0, [0.45]), Proposal(4, 1.0, [0.0]),
    )  # fmt: skip
    candidates = [neither, worded, near, both]
    assert hybrid._most_likely(candidates, 3) == [both, near, worded]
    assert hybrid._most_likely([near, neither], 9) == [near, neither]
    assert hybrid._most_likely([], 9) == []


def test_exact_scores_choose_among_the_passages_that_a_sum_found() -> None:
    rescored: Future[dict[int, float]] = Future()
    proposals = [Proposal(1, 1.0, [0.1]), Proposal(2, 5.0, [0.1]), Proposal(3, 2.0, [0.1])]
    retrieval = Retrieval((), proposals, 2, rescored)
    assert retrieval.provisional == [2, 3]
    rescored.set_result({1: 9.0, 3: 4.0})
    assert retrieval.result() == [Proposal(1, 9.0, [0.1]), Proposal(3, 4.0, [0.1])]


def test_a_served_index_has_read_the_tables_that_questions_need(seeds: Index) -> None:
    tables.cache_clear()
    create_controller(seeds.folder)
    assert vars(tables()).keys() == {"lexicon", "neighbors", "shares"}
