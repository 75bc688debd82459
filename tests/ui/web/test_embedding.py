"""Vectors are computed in the background for the index that is served, and for no other."""

import gc
from pathlib import Path
from time import sleep
from weakref import ref

import pytest
from waiting import until

from index import open_index, rebuild
from index.index import close_index
from rag.models import models
from rag.reading.reader import HeadedPassage
from ui.web.embedding import BackgroundEmbedding

pytestmark = pytest.mark.slow


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were embedded, without a model."""
    texts: list[str] = []

    def embed(passage: HeadedPassage) -> None:
        texts.append(passage.text)
        sleep(0.01)

    monkeypatch.delenv("RAG_READER", raising=False)
    monkeypatch.setattr(models().reader, "embed_passage", embed)
    return texts


def corpus(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:03}.txt").write_text(f"Le document numéro {number} parle de la ville.", encoding="utf-8")
    rebuild(folder, folder.with_suffix(".index"))
    return folder.with_suffix(".index")


def wait_for(count: int, texts: list[str]) -> None:
    until(lambda: len(texts) >= count)
    sleep(0.1)  # no more come
    assert len(texts) == count


def test_all_passages_are_embedded_once(tmp_path: Path, embedded: list[str]) -> None:
    index, background = open_index(corpus(tmp_path / "one", 12)), BackgroundEmbedding()
    background.follow(index)
    background.follow(index)
    wait_for(12, embedded)
    assert len(set(embedded)) == 12


def test_no_more_than_so_many(tmp_path: Path, embedded: list[str]) -> None:
    index = open_index(corpus(tmp_path / "one", 12))
    BackgroundEmbedding(most=5).follow(index)
    wait_for(5, embedded)


def test_another_index_stops_the_one_before(tmp_path: Path, embedded: list[str]) -> None:
    first, second = open_index(corpus(tmp_path / "one", 200)), open_index(corpus(tmp_path / "two", 3))
    background = BackgroundEmbedding()
    background.follow(first)
    until(lambda: embedded)
    stopped = background._thread
    background.follow(second)
    current = background._thread
    assert stopped
    assert current
    assert current is not stopped
    stopped.join(10)
    current.join(10)
    assert not stopped.is_alive()
    assert not current.is_alive()
    assert 3 < len(embedded) < 203


def test_nothing_is_embedded_without_the_reader(
    tmp_path: Path, embedded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_READER", "off")
    index = open_index(corpus(tmp_path / "one", 3))
    BackgroundEmbedding().follow(index)
    sleep(0.2)  # a thread would have begun by then
    assert not embedded


def test_an_index_is_freed_while_it_is_embedded(tmp_path: Path, embedded: list[str]) -> None:
    folder = corpus(tmp_path / "one", 200)
    index = open_index(folder)
    BackgroundEmbedding().follow(index)
    reference = ref(index)
    close_index(folder)
    del index
    until(lambda: gc.collect() >= 0 and reference() is None)
