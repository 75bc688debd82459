"""The replica of a store on one machine: the documents of the snapshot in use, without words or vectors."""

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from index.addresses import NAME, StoreAddress
from index.disk_errors import translate_disk_errors
from index.errors import IndexCorrupted, IndexMismatch, IndexNotFound, unreadable_index
from index.private import make_private_folder, open_private
from index.storage import snapshot
from index.storage.candidates import Candidates
from index.storage.documents import DocumentStore
from index.storage.lock import writer_lock
from index.storage.manifest import DOCUMENTS, Manifest, Segment, parse_manifest, read_manifest
from index.stores.base import FileReader, NoStore, Published, SnapshotGone, Store
from index.stores.registry import connect

_PATIENCE = 60.0  # seconds to wait for another process that updates the replica


def is_replica(folder: Path) -> bool:
    """Return whether a folder is the replica of a store."""
    return os.path.exists(f"{folder}/{NAME}")  # noqa: PTH110  (asked at each question)


def store_of(folder: Path) -> Store:
    """Return the store that a folder is the replica of.

    Raises:
        StoreError: its client is not installed.
        ValueError: the folder is no replica.
    """
    address = StoreAddress.of_replica(folder)
    if address is None:
        raise ValueError(f"{folder} is no replica")
    return connect(address)


def update_if_replica(folder: Path) -> None:
    """Bring a folder up to the published snapshot if it is the replica of a store; raise as ``update_replica``."""
    if is_replica(folder):
        update_replica(folder)


def update_replica(folder: Path) -> None:
    """Bring the documents of a replica up to the published snapshot; do nothing if they are of it.

    Raises:
        IndexNotFound: the store holds no snapshot.
        NoStore: the store is not there.
        StoreError: it cannot be reached.
    """
    store = store_of(folder)
    while True:
        published = store.current()
        if published is None:
            raise IndexNotFound("No index in {}. Build one: rag rebuild FOLDER", name_index(folder))
        if _is_of(folder, published):
            return
        with suppress(SnapshotGone), translate_disk_errors(folder), writer_lock(folder, _PATIENCE):
            if not _is_of(folder, published):
                with store.reading(published) as reader:
                    _copy(reader, published, folder)


def discard_replica(folder: Path) -> None:
    """Remove the documents of a replica, since some are damaged: the next question fetches them again.

    Raises:
        IndexLocked: another process updates the replica.
        StorageError: the disk fails, or may not be written to.
    """
    with translate_disk_errors(folder), writer_lock(folder, _PATIENCE):
        (folder / "CURRENT").unlink(missing_ok=True)
        snapshot.remove_stale(folder)


def open_candidates(folder: Path, in_use: Path, manifest: Manifest, documents: DocumentStore) -> Candidates:
    """Return what proposes passages of the snapshot that the replica ``in_use`` holds.

    Raises:
        IndexCorrupted: ``folder`` is no replica, so that words and vectors are missing.
        StoreError: the store cannot be reached.
    """
    if not is_replica(folder):
        raise unreadable_index(in_use)
    token = in_use.name.rpartition("-")[2]  # as ``_name`` writes it
    return store_of(folder).candidates(snapshot.number_of(in_use), token, manifest, documents)


def name_index(folder: Path) -> str:
    """Return the address of the store that a folder is the replica of, without a password; else the folder."""
    address = StoreAddress.of_replica(folder)
    return address.url if address else str(folder)


def _name(published: Published) -> str:
    return snapshot.name_of(published.number, published.token)


def _is_of(folder: Path, published: Published) -> bool:
    with suppress(IndexNotFound, IndexCorrupted):
        return snapshot.find_current(folder).name == _name(published)
    return False


def _copy(reader: FileReader, published: Published, folder: Path) -> None:
    """Fetch the files of the segments that the replica lacks, link the others, and publish them here.

    What is linked was checked when it was fetched, and is not read again: a new snapshot costs what is new in it.

    Raises:
        NoStore: a file is not what whoever filled the store sent.
    """
    manifest, in_use = parse_manifest(json.loads(published.manifest)), _in_use(folder)
    staging = folder / f"{_name(published)}.partial"
    shutil.rmtree(staging, ignore_errors=True)
    make_private_folder(staging)
    checked: dict[str, tuple[int, str]] = {}
    try:
        for segment in manifest.segments:
            make_private_folder(staging / segment.name)
            for name in DOCUMENTS:
                path = f"{segment.name}/{name}"
                checked[path] = (manifest.files or {})[path]
                if not in_use.link(path, checked[path], staging):
                    _fetch(reader, segment, name, checked[path], staging)
        snapshot.seal(staging, replace(manifest, files=None), checked)
        snapshot.publish(folder, staging)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise


class _InUse(NamedTuple):
    """The snapshot that the replica holds: its folder, and size and checksum of each file when it was fetched."""

    folder: Path
    files: Mapping[str, tuple[int, str]]

    def link(self, path: str, facts: tuple[int, str], staging: Path) -> bool:
        """Link a file into another snapshot; return False if there is none of this size and checksum."""
        if self.files.get(path) != facts or not snapshot.has_size(self.folder / path, facts[0]):
            return False
        snapshot.link(str(self.folder / path), str(staging / path))
        return True


def _in_use(folder: Path) -> _InUse:
    with suppress(IndexNotFound, IndexCorrupted, IndexMismatch):
        in_use = snapshot.find_current(folder)
        return _InUse(in_use, read_manifest(in_use).files or {})
    return _InUse(folder, {})


def _fetch(reader: FileReader, segment: Segment, name: str, facts: tuple[int, str], staging: Path) -> None:
    """Fetch a file, and compare it with what the manifest says.

    Raises:
        NoStore: it differs.
    """
    path = staging / segment.name / name
    with open_private(path) as file:
        file.writelines(reader.read(segment, name))
    if not snapshot.is_intact(path, *facts):
        raise NoStore("{} is damaged in the store. Send it again: rag store publish --check", f"{segment.name}/{name}")
