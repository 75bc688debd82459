"""The index in a folder, as a store: what can be done with a database can be done with it.

A rebuild writes the same files on its own, since it learns only while it reads which segments there are.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import BinaryIO

from index.build.local.write import LocalWriter, find_unused
from index.disk_errors import translate_disk_errors
from index.errors import IndexNotFound
from index.private import make_private_folder
from index.storage import snapshot
from index.storage.candidates import Candidates
from index.storage.documents import DocumentStore
from index.storage.local import LocalCandidates
from index.storage.lock import writer_lock
from index.storage.manifest import DOCUMENTS, Manifest, Segment, read_manifest
from index.stores.base import FileReader, Published, SnapshotWriter, StoreState
from index.stores.errors import no_earlier_snapshot, snapshot_gone

_PATIENCE = 3.0  # seconds to wait for another process that writes
_PIECE = 1 << 20  # bytes


class LocalStore:
    """The store in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self) -> None:
        """Create the folder if it is not there.

        Raises:
            StorageError: it cannot be created.
        """
        with translate_disk_errors(self._folder):
            make_private_folder(self._folder)

    def current(self) -> Published | None:
        try:
            return _describe(*snapshot.load_current(self._folder))
        except IndexNotFound:
            return None

    def state(self) -> StoreState:
        current = self.current()
        folders = [snapshot.find_current(self._folder), snapshot.find_previous(self._folder)] if current else []
        manifests = {folder: read_manifest(folder) for folder in folders if folder}
        unused = find_unused(self._folder)
        listed = [(snapshot.number_of(folder), manifest.created_at) for folder, manifest in manifests.items()]
        segments = {segment.name for manifest in manifests.values() for segment in manifest.segments}
        files = [path for folder in [*manifests, *unused] for path in folder.rglob("*") if path.is_file()]
        sizes = {(status.st_dev, status.st_ino): status.st_size for status in (path.stat() for path in files)}
        return StoreState(
            current, sorted(listed, reverse=True), len(segments) + len(unused), len(unused), sum(sizes.values())
        )

    def check(self, published: Published) -> list[str]:
        """Do as ``Store.check``; every byte is read."""
        folder = self._folder / snapshot.name_of(published.number, published.token)
        corrupted = snapshot.find_corrupted(folder, read_manifest(folder))
        return list(dict.fromkeys(name.partition("/")[0] for name in corrupted))

    @contextmanager
    def begin(self, manifest: Manifest) -> Iterator[SnapshotWriter]:
        self.create()
        with translate_disk_errors(self._folder), writer_lock(self._folder, _PATIENCE):
            snapshot.tighten(self._folder)
            writer, is_disk_well = LocalWriter(self._folder, manifest), True
            try:
                yield writer
            except OSError:
                is_disk_well = False  # it may need the room
                raise
            finally:
                writer.abandon(keeps=is_disk_well)

    def rollback(self) -> Published:
        """Publish the snapshot before the current one again.

        Raises:
            StoreError: there is none. A rebuild keeps none.
            IndexNotFound: the folder holds no index.
            IndexLocked: another process is rebuilding it.
        """
        with translate_disk_errors(self._folder), writer_lock(self._folder, _PATIENCE):
            current, previous = snapshot.find_current(self._folder), snapshot.find_previous(self._folder)
            if previous is None:
                raise no_earlier_snapshot(str(self._folder))
            snapshot.point(self._folder, previous.name, current.name)
        return _describe(previous, read_manifest(previous))

    @contextmanager
    def reading(self, published: Published) -> Iterator[FileReader]:
        """Keep the documents' files of a snapshot open, and read them.

        Raises:
            SnapshotGone: the snapshot was removed.
        """
        folder = self._folder / snapshot.name_of(published.number, published.token)
        with ExitStack() as stack:
            try:
                segments = read_manifest(folder).segments
                names = [f"{segment.name}/{name}" for segment in segments for name in DOCUMENTS]
                files = {name: stack.enter_context((folder / name).open("rb")) for name in names}
            except Exception:
                if folder.is_dir():
                    raise
                raise snapshot_gone(str(self._folder), published.number) from None
            yield _Reader(files)

    def candidates(self, snapshot_number: int, token: str, manifest: Manifest, documents: DocumentStore) -> Candidates:
        """Return what proposes passages of a snapshot; its files stay open.

        Raises:
            SnapshotGone: the snapshot was removed.
        """
        folder = self._folder / snapshot.name_of(snapshot_number, token)
        if not folder.is_dir():
            raise snapshot_gone(str(self._folder), snapshot_number)
        return LocalCandidates.open([folder / segment.name for segment in manifest.segments], manifest)


class _Reader:
    """Reads files that are open."""

    def __init__(self, files: Mapping[str, BinaryIO]) -> None:
        self._files = files

    def read(self, segment: Segment, name: str) -> Iterator[bytes]:
        file = self._files[f"{segment.name}/{name}"]
        file.seek(0)
        return iter(partial(file.read, _PIECE), b"")


def _describe(folder: Path, manifest: Manifest) -> Published:
    plain = json.dumps(asdict(manifest), ensure_ascii=False)
    return Published(snapshot.number_of(folder), folder.name.rpartition("-")[2], plain)
