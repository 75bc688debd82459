"""What an index has open: nothing of it stays once it is closed, replaced, or held by nobody."""

import gc
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copytree, rmtree
from threading import Event

import pytest
from fakes import HashingEncoder
from waiting import left_open, open_paths

import rag
from index import Index, open_index, rebuild
from index.index import IndexPool
from index.stores.base import StoreError

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux says in /proc what a process has open"),
]

SEEDS = Path(__file__).parents[2] / "seeds"
QUESTION = "Qui est le porte-parole du Kremlin ?"


@pytest.fixture
def without_collector() -> Iterator[None]:
    """What is freed is freed by its last reference, not at some time later."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def resident() -> int:
    """Bytes of memory in use."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def closed_by_name(opened: Index) -> None:
    opened.close()


def closed_by_with(opened: Index) -> None:
    with opened:
        pass


@pytest.mark.parametrize("close", [closed_by_name, closed_by_with])
def test_twenty_indexes_leave_memory_and_files_as_two_do(
    tmp_path: Path, without_collector: None, close: Callable[[Index], None]
) -> None:
    rebuild(SEEDS, tmp_path / "first")
    used: list[int] = []
    for number in range(20):
        opened = open_index(target := copytree(tmp_path / "first", tmp_path / f"index {number}"))
        answer = rag.ask(QUESTION, index=opened)
        assert answer.found
        assert opened.document(answer.citations[0].source).text
        assert len(open_paths(target)) > 5
        close(opened)
        assert left_open(tmp_path) == []
        used.append(resident())
    assert used[-1] - used[1] < 5_000_000


def test_an_index_that_nobody_holds_has_no_file_open(tmp_path: Path, without_collector: None) -> None:
    rebuild(SEEDS, tmp_path / "index")
    pool = IndexPool()
    opened = pool.open(tmp_path / "index")
    assert rag.ask(QUESTION, index=opened).found
    pool.forget(tmp_path / "index")
    assert opened.passages  # whoever holds it may use it
    del opened
    assert left_open(tmp_path) == []


def test_a_pool_lets_go_of_an_index_that_was_removed_when_another_is_asked_for(
    tmp_path: Path, without_collector: None
) -> None:
    for name in ("removed", "replaced", "other"):
        rebuild(SEEDS, tmp_path / name)
    pool = IndexPool()
    for name in ("removed", "replaced"):
        assert rag.ask(QUESTION, index=pool.open(tmp_path / name)).found
    rmtree(tmp_path / "removed")
    rebuild(SEEDS, tmp_path / "replaced", encoder=HashingEncoder())
    assert pool.open(tmp_path / "other").passages
    assert left_open(tmp_path / "removed") == left_open(tmp_path / "replaced") == []
    assert open_paths(tmp_path / "other")


def test_a_pool_lets_go_of_the_index_not_asked_for_the_longest(tmp_path: Path, without_collector: None) -> None:
    folders = [tmp_path / name for name in "abc"]
    for folder in folders:
        rebuild(SEEDS, folder)
    pool = IndexPool(most=2)
    for folder in (folders[0], folders[1], folders[0], folders[2]):
        pool.open(folder)
    assert [bool(open_paths(folder)) for folder in folders] == [True, False, True]


def test_a_store_that_is_slow_to_answer_delays_no_other_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rebuild(SEEDS, tmp_path / "local")
    is_asked, may_answer = Event(), Event()

    def update(_: Path) -> None:
        is_asked.set()
        assert may_answer.wait(30)
        raise StoreError("{} does not answer.", "the store")

    monkeypatch.setattr("index.index.is_replica", lambda folder: folder.name == "replica")
    monkeypatch.setattr("index.index.update_replica", update)
    pool = IndexPool()
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(pool.open, tmp_path / "replica")
        assert is_asked.wait(30)
        assert pool.open(tmp_path / "local").passages  # else both would wait for ever
        may_answer.set()
        with pytest.raises(StoreError):
            waiting.result(30)


def test_a_closed_index_says_so_and_is_opened_again(tmp_path: Path) -> None:
    rebuild(SEEDS, tmp_path)
    opened = open_index(tmp_path)
    document = opened.document(opened.document_ids[0])
    opened.close()
    opened.close()
    with pytest.raises(ValueError, match=r"the index in .* is closed"):
        opened.passage(0)
    with pytest.raises(ValueError, match="closed"):
        _ = document.text
    assert open_index(tmp_path) is not opened
    assert open_index(tmp_path).passage(0).text
