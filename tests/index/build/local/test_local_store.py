"""A folder as a store: what the tests of all stores do not ask of it."""

from pathlib import Path

import numpy as np
import pytest
from indexed import index_of_level, levels, write_documents

from index import check_index, open_index, rebuild
from index.build import ivf
from index.build.local.store import LocalStore
from index.build.transfer import publish
from index.errors import StorageError
from index.storage import snapshot
from index.storage.candidates import NO_RESTRICTION
from index.storage.manifest import DOCUMENTS
from index.stores.base import StoreError

pytestmark = pytest.mark.slow


def test_a_copy_of_a_large_index_searches_as_approximately(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ivf, "EXACT_BELOW", 100)
    source, target = index_of_level(tmp_path, 100, 300), tmp_path / "copy"
    publish(source, LocalStore(target))
    copied, local = open_index(target), open_index(source)
    assert copied.manifest.vector_index == local.manifest.vector_index != ivf.EXACT
    assert copied.manifest.recall > 0.9
    assert copied.manifest.ivf_digest != local.manifest.ivf_digest
    vector = local.candidates.vectors(np.array([7]))[0]
    assert copied.candidates.nearest(vector, 3, NO_RESTRICTION)[1][0] > 0.99
    assert check_index(target) == []
    publish(source, LocalStore(target))  # linked, and indexed again from what the first copy holds
    assert check_index(target) == []
    assert levels(open_index(target)) == {"100"}


def test_a_rebuild_keeps_no_snapshot_to_return_to(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "index")
    corpus = write_documents(tmp_path / "corpus", 100)
    rebuild(corpus, tmp_path / "index")
    publish(index_of_level(tmp_path, 200, 3), store)
    assert len(store.state().snapshots) == 2
    rebuild(write_documents(corpus, 300), tmp_path / "index")
    assert len(store.state().snapshots) == 1
    with pytest.raises(StoreError, match="holds no earlier snapshot"):
        store.rollback()
    assert snapshot.find_stale(tmp_path / "index") == []


def test_files_are_read_on_where_the_snapshot_is_removed(tmp_path: Path) -> None:
    store = LocalStore(index_of_level(tmp_path, 100, 3))
    published = store.current()
    assert published
    segment = open_index(tmp_path / "index-100").manifest.segments[0]
    folder = snapshot.find_current(tmp_path / "index-100") / segment.name
    expected = {name: (folder / name).read_bytes() for name in DOCUMENTS}
    with store.reading(published) as reader:
        rebuild(write_documents(tmp_path / "corpus-100", 200), tmp_path / "index-100")
        assert not folder.exists()
        assert {name: b"".join(reader.read(segment, name)) for name in DOCUMENTS} == expected


def test_a_full_disk_keeps_nothing_of_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = index_of_level(tmp_path, 100, 3), tmp_path / "copy"

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("index.build.local.write.write_index", fail)
    with pytest.raises(StorageError):
        publish(source, LocalStore(target))
    assert [path for path in target.iterdir() if path.is_dir()] == []
