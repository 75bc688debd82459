"""What all stores propose alike, without a database."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from index.storage.candidates import Term
from index.stores import candidates
from index.stores.candidates import Check, StoreCandidates, TooMany
from index.stores.statistics import Statistics

TERMS = [("plain", word) for word in "moulin meunier farine riviere".split()]


class Counting(StoreCandidates):
    """Counts terms by their lengths, as soon as all threads that are awaited ask."""

    def __init__(self, threads: int) -> None:
        manifest: Any = SimpleNamespace(dimension=2, segments=[])
        documents: Any = SimpleNamespace(indexed_text=str)
        super().__init__([], Statistics(100, [50] * 16), manifest, documents)
        self._barrier = Barrier(threads)
        self.asked: list[Term] = []

    def _counts(self, terms: Sequence[Term]) -> list[int]:
        self._barrier.wait(10)
        self.asked += terms
        return [len(text) for _, text in terms]


Counting.__abstractmethods__ = frozenset()


def test_questions_at_the_same_time_keep_their_own_counts() -> None:
    counting = Counting(len(TERMS))  # type: ignore[abstract]
    with ThreadPoolExecutor(len(TERMS)) as threads:
        counts = list(threads.map(lambda term: counting.frequencies([term]), TERMS))
    assert counts == [[len(text)] for _, text in TERMS]
    assert counting.frequencies(TERMS) == [len(text) for _, text in TERMS]  # none is asked for again
    assert sorted(counting.asked) == sorted(TERMS)


def test_a_full_cache_loses_no_count_of_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "_TERMS_KEPT", 2)
    counting = Counting(1)  # type: ignore[abstract]
    assert counting.frequencies(TERMS[:2]) == [6, 7]
    weight = counting._weights(TERMS)
    assert [weight(*term, 1.0) > 0 for term in TERMS] == [True] * 4
    assert len(counting._passage_counts) == 2


def test_a_check_ends_where_it_moves_more_than_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "_CHECKED", 100)
    looked_at: list[int] = []

    def holds(passage: int) -> bool:
        looked_at.append(passage)
        return passage % 2 == 0

    check = Check(holds, lambda sentences: sentences // 10)
    assert check.passes(np.array([5, 12, 19, 27])).tolist() == [True, False, False, True]
    assert looked_at == [0, 1, 2]  # each passage once
    assert check.grow(25) == 100
    with pytest.raises(TooMany):
        check.grow(26)
    with pytest.raises(TooMany):
        check.passes(np.arange(2_000))
    nothing = Check(None, np.asarray)
    assert nothing.passes(np.arange(2_000)).all()
    assert nothing.grow(1_000) == 4_000
