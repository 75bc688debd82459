"""Equally near sentences are in the order of the snapshot, in all stores, however many they are."""

from collections.abc import Iterator

import numpy as np
import pytest
from databases import Server, store_at

from index import Index, open_index, rebuild
from index.build.transfer import publish
from index.storage.candidates import NO_RESTRICTION, Int64Array, ResolvedFilters
from rag.query.filters import Filters, resolve_filters

pytestmark = pytest.mark.slow

COPIES = 90
PAGE = "Le moulin {0} tourne.\n\nTous droits réservés par la commune.\n\nLa roue numéro {0} grince le soir."


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Documents of three segments that repeat a sentence."""
    base = tmp_path_factory.mktemp("repeated")
    (base / "corpus").mkdir()
    for number in range(COPIES):
        (base / "corpus" / f"page-{number}.txt").write_text(PAGE.format(number), "utf-8")
    rebuild(base / "corpus", base / "index")
    opened = open_index(base / "index")
    assert len(opened.manifest.segments) > 1
    return opened


@pytest.fixture(params=["postgres", "postgres, approximately", "milvus", "folder"])
def remote(request: pytest.FixtureRequest, local: Index) -> Iterator[Index]:
    name, _, search = request.param.partition(", ")
    server: Server = request.getfixturevalue(name)
    url = server.url(f"ties_{search or 'exactly'}") + ("&vectors=approximate" if search else "")
    store_at(url).create()
    publish(local.folder, store_at(url))
    with open_index(url) as opened:
        yield opened


def expected(index: Index, vector: np.typing.NDArray[np.float32], k: int, allowed: Int64Array | None) -> list[int]:
    """The nearest, by comparing all vectors one by one."""
    numbers = np.arange(index.sentences) if allowed is None else allowed
    cosines = np.vecdot(index.candidates.vectors(numbers), vector).round(5)
    nearest: list[int] = numbers[np.lexsort((numbers, -cosines))[:k]].tolist()
    return nearest


def restrictions(index: Index) -> list[ResolvedFilters]:
    """None; every second document, which are more ranges than are told; and three documents."""
    half = resolve_filters(Filters(documents=tuple(index.document_ids[::2])), index)
    few = resolve_filters(Filters(documents=tuple(index.document_ids[5:8])), index)
    return [NO_RESTRICTION, half, few]


def check(index: Index, local: Index, k: int) -> None:
    repeated = next(n for n in range(local.sentences) if local.sentence(n).text.startswith("Tous droits"))
    for vector in local.candidates.vectors(np.array([repeated, 0, 2])):
        for within in restrictions(local):
            actual = index.candidates.nearest(vector, k, within)[0].tolist()
            assert actual == expected(local, vector, k, within.sentences)


@pytest.mark.parametrize("k", [5, 33])
def test_of_equally_near_sentences_the_first_are_proposed_here(local: Index, k: int) -> None:
    check(local, local, k)


def test_of_equally_near_sentences_the_first_are_proposed_by_a_store(
    remote: Index, local: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.stores.restriction._FEW", 8)
    for k in (5, 33):
        check(remote, local, k)


@pytest.mark.parametrize("server", ["milvus"], indirect=True)
def test_where_a_request_returns_few_rows_the_first_are_proposed(
    server: Server, local: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.url("ties_cut")
    store_at(url).create()
    publish(local.folder, store_at(url))
    with open_index(url) as opened:
        monkeypatch.setattr("index.stores.milvus.candidates.MOST_ROWS", 16)
        check(opened, local, 5)
