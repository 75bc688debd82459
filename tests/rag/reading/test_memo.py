"""What is remembered of texts: results, the latest ones, and no text."""

import pickle
from threading import Thread

from rag.reading.memo import Memo


def test_a_result_is_computed_once() -> None:
    memo, calls = Memo[int](10), list[int]()

    def compute() -> int:
        calls.append(1)
        return 7

    for _ in range(3):
        assert memo.get(("a", "b"), compute) == 7
    assert len(calls) == 1


def test_texts_are_told_apart_where_they_meet() -> None:
    memo = Memo[str](10)
    assert memo.get(("ab", "c"), lambda: "first") == "first"
    assert memo.get(("a", "bc"), lambda: "second") == "second"
    assert memo.get(("abc",), lambda: "third") == "third"
    assert memo.get(("ab", "c"), lambda: "again") == "first"


def test_the_least_used_goes_first() -> None:
    memo = Memo[int](2)
    for text in "aba":
        memo.get((text,), lambda: 0)
    memo.get(("c",), lambda: 0)
    assert memo.get(("a",), lambda: 1) == 0
    assert memo.get(("b",), lambda: 1) == 1
    assert len(memo) == 2


def test_no_text_is_kept() -> None:
    memo = Memo[int](2)
    memo.get(("Le secret de Varzy", "\ud800"), lambda: 1)
    assert b"Varzy" not in pickle.dumps(memo._results)


def test_threads_share_it() -> None:
    memo = Memo[int](50)
    threads = [Thread(target=lambda: [memo.get((str(n % 60),), lambda: 1) for n in range(600)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(memo) == 50
