"""One server of each kind, and a folder, for all tests of stores; a schema of its own for each."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from databases import Folder, Postgres, Server, serve_milvus, serve_postgres, store_at

from index.stores.base import Store

_NUMBERS = count()
_LONG = {
    "test_a_killed_server_comes_back_with_the_published_snapshot",
    "test_a_killed_writer_leaves_the_old_snapshot_and_its_work",
    "test_a_server_that_is_killed_while_it_is_filled",
    "test_a_store_from_its_making_to_a_rollback",
    "test_readers_never_mix_two_snapshots",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave some of what takes long with milvus-lite to the tests of everything; each is run with PostgreSQL."""
    for item in items:
        params = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
        is_long = getattr(item, "originalname", None) in _LONG or params.get("pair") == "fables"
        if params.get("server") == "milvus" and is_long:
            item.add_marker(pytest.mark.exhaustive)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with serve_postgres() as started:
        yield started


@pytest.fixture(scope="session")
def milvus() -> Iterator[Server]:
    pytest.importorskip("milvus_lite")
    with serve_milvus() as started:
        yield started


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return Folder(tmp_path_factory.mktemp("stores"))


@pytest.fixture(scope="session", params=["postgres", "milvus", "folder"])
def server(request: pytest.FixtureRequest) -> Server:
    started: Server = request.getfixturevalue(request.param)
    return started


@pytest.fixture(autouse=True)
def lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a writer of Milvus that was killed for dead soon."""
    with suppress(ImportError):
        monkeypatch.setattr("index.stores.milvus.lease.LEASE", 2.0)


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


@pytest.fixture
def store() -> Callable[[str], Store]:
    return store_at
