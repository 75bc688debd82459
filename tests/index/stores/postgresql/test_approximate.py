"""Vectors may be searched approximately in PostgreSQL: by a graph, without filters, where the address says so."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from databases import Postgres

from index import Index, open_index
from index.addresses import StoreAddress
from index.build.transfer import publish
from index.storage.candidates import NO_RESTRICTION
from index.stores.postgresql import tables
from index.stores.postgresql.connection import Connections, connect
from index.stores.registry import connect as store_of
from rag.query.filters import Filters, resolve_filters

pytestmark = pytest.mark.slow


@pytest.fixture
def address(postgres: Postgres, seeds_index: Path) -> StoreAddress:
    address = StoreAddress.parse(f"{postgres.url('approximate')}&vectors=approximate")
    assert address
    store_of(address).create()
    publish(seeds_index, store_of(address))
    return address


@pytest.fixture
def remote(address: StoreAddress) -> Iterator[Index]:
    with open_index(address.url) as index:
        yield index


def test_the_nearest_are_found_by_the_graph_and_under_filters_without(
    address: StoreAddress, remote: Index, seeds: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    rows = Connections.rows

    def noted(self: Connections, query: str, **values: object) -> list[tuple[Any, ...]]:
        asked.append(query)
        return rows(self, query, **values)

    monkeypatch.setattr(Connections, "rows", noted)
    narrow = resolve_filters(Filters(documents=(seeds.document_ids[0],)), seeds)
    for vector in seeds.candidates.vectors(np.arange(0, seeds.sentences, 9)):
        for within in (NO_RESTRICTION, narrow):
            numbers = [index.candidates.nearest(vector, 9, within)[0].tolist() for index in (remote, seeds)]
            assert numbers[0] == numbers[1]
    by_graph = tables.NEAREST_APPROXIMATE.format(dimension=seeds.manifest.dimension)
    assert set(asked) == {by_graph, tables.NEAREST_WITHIN, tables.VECTORS}
    values = {"segments": [1], "vector": str(seeds.candidates.vectors(np.array([0]))[0].tolist()), "k": 3}
    with closing(connect(address)) as connection:
        assert connection.execute("SHOW hnsw.ef_search").fetchone() == ("400",)
        connection.execute("SET enable_seqscan = off")  # a small table is read whole
        query = "EXPLAIN " + tables.NEAREST_APPROXIMATE.format(dimension=seeds.manifest.dimension)
        plan = "\n".join(row[0] for row in connection.execute(query, values))
    assert f"near_{seeds.manifest.dimension}" in plan


def test_published_again_a_store_keeps_its_graph(address: StoreAddress, remote: Index, seeds_index: Path) -> None:
    before = remote.candidates.nearest(remote.candidates.vectors(np.array([0]))[0], 5, NO_RESTRICTION)[0].tolist()
    publish(seeds_index, store_of(address))
    with open_index(address.url) as again:
        assert (
            again.candidates.nearest(again.candidates.vectors(np.array([0]))[0], 5, NO_RESTRICTION)[0].tolist()
            == before
        )
