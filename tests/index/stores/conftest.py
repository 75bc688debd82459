"""One database server for all tests of stores, and a schema of its own for each."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from databases import Server, serve_database

from index.addresses import StoreAddress
from index.stores.base import Store
from index.stores.registry import connect

_NUMBERS = count()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with serve_database() as started:
        yield started


@pytest.fixture(autouse=True)
def data_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("RAG_INDEX", raising=False)
    return tmp_path / "data"


@pytest.fixture
def url(server: Server) -> str:
    """The address of a store that was created and is empty."""
    url = server.url(f"store_{next(_NUMBERS)}")
    store_at(url).create()
    return url


def store_at(url: str) -> Store:
    address = StoreAddress.parse(url)
    assert address
    return connect(address)


@pytest.fixture
def store() -> Callable[[str], Store]:
    return store_at
