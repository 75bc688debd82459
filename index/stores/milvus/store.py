"""A store in Milvus."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from index.addresses import StoreAddress
from index.storage.candidates import Candidates
from index.storage.documents import DocumentStore
from index.storage.manifest import Manifest, Segment, parse_manifest
from index.stores.base import FileReader, Published, SnapshotWriter, StoreState
from index.stores.checksums import has_its_files
from index.stores.errors import no_earlier_snapshot, snapshot_gone
from index.stores.milvus.candidates import MilvusCandidates
from index.stores.milvus.collections import POINTER, SHARED, Pointer
from index.stores.milvus.connection import FILLING, Connection
from index.stores.milvus.files import read_file
from index.stores.milvus.lease import hold_lease
from index.stores.milvus.write import MANIFEST, MilvusWriter, add_up, is_whole, point, remove_unused
from index.stores.statistics import Statistics


class MilvusStore:
    """The store of an address. It holds no connection: whoever opens a snapshot does."""

    def __init__(self, address: StoreAddress) -> None:
        self._address = address

    def create(self) -> None:
        """Create the collections and the pointer that are not there.

        Raises:
            StoreError: the user may not create something, or there is no such database.
        """
        with Connection(self._address, FILLING) as connection:
            if connection.target(POINTER) is None:
                for collection in SHARED:
                    connection.create(collection)
                empty = Pointer(0, 0, 0).name
                connection.create(empty)
                connection.create_alias(POINTER, empty)
            connection.pointer()

    def current(self) -> Published | None:
        """Return the snapshot to which the pointer leads; None in an empty store.

        Raises:
            SnapshotGone: the store lacks its record, or its manifest.
        """
        with Connection(self._address) as connection:
            while number := connection.pointer().snapshot:
                facts = connection.record("snapshot", number)
                manifest = b"".join(read_file(connection, -number, MANIFEST)) if facts else b""
                if facts and manifest:
                    return Published(number, facts["token"], manifest.decode())
                if connection.pointer().snapshot == number:
                    raise snapshot_gone(self._address.url, number)
        return None

    def state(self) -> StoreState:
        with Connection(self._address) as connection:
            connection.pointer()
            snapshots = connection.records("snapshot")
            segments = {n: facts for n, facts in connection.records("segment").items() if facts["complete"]}
        used = {number for facts in snapshots.values() for number in facts["segments"]}
        unused = sum(int(number) not in used for number in segments)
        size = sum(facts["bytes"] for facts in segments.values())
        listed = sorted(((int(n), str(facts["created"])) for n, facts in snapshots.items()), reverse=True)
        return StoreState(self.current(), listed, len(segments), unused, size)

    def check(self, published: Published) -> list[str]:
        """Do as ``Store.check``; of words, the rows are counted."""
        manifest, damaged = parse_manifest(json.loads(published.manifest)), []
        with Connection(self._address, FILLING) as connection, self.reading(published) as reader:
            record, records = connection.record("snapshot", published.number), connection.records("segment")
            numbers = record["segments"] if record else []
            for segment, number in zip(manifest.segments, numbers, strict=True):
                facts = records.get(str(number), {"dimension": manifest.dimension})
                if not (
                    is_whole(connection, number, segment, facts)
                    and add_up(connection, number, segment, manifest.dimension) == facts["checksums"]
                    and has_its_files(reader, segment, manifest)
                ):
                    damaged.append(segment.name)
        return damaged

    @contextmanager
    def begin(self, manifest: Manifest) -> Iterator[SnapshotWriter]:
        with Connection(self._address, FILLING) as connection, hold_lease(connection) as lease:
            yield MilvusWriter(connection, lease, manifest)

    def rollback(self) -> Published:
        """Publish the snapshot before the current one again.

        Raises:
            StoreError: there is none.
        """
        with Connection(self._address, FILLING) as connection, hold_lease(connection) as lease:
            pointer = connection.pointer()
            if not pointer.previous:
                raise no_earlier_snapshot(self._address.url)
            lease.check()
            point(connection, pointer, pointer.previous)
            remove_unused(connection)
        published = self.current()
        assert published is not None
        return published

    @contextmanager
    def reading(self, published: Published) -> Iterator[FileReader]:
        """Read files of the documents of a snapshot.

        Raises:
            SnapshotGone: the snapshot was removed.
        """
        with Connection(self._address) as connection:
            facts = connection.record("snapshot", published.number)
            if facts is None or facts["token"] != published.token:
                raise snapshot_gone(self._address.url, published.number)
            yield _Reader(connection, published.number, facts["segments"])

    def candidates(self, snapshot: int, token: str, manifest: Manifest, documents: DocumentStore) -> Candidates:
        """Return what proposes passages of a snapshot; each answer is checked to be of a snapshot that was kept.

        Raises:
            SnapshotGone: the snapshot was removed.
        """
        connection = Connection(self._address)
        try:
            facts, records = connection.record("snapshot", snapshot), connection.records("segment")
            if (
                facts is None
                or facts["token"] != token
                or any(str(number) not in records for number in facts["segments"])
            ):
                raise snapshot_gone(self._address.url, snapshot)
            segments = {int(number): records[str(number)] for number in facts["segments"]}
            tokens = [sum(column) for column in zip(*(record["tokens"] for record in segments.values()), strict=True)]
            classes = {number: record["classes"] for number, record in segments.items()}
            statistics = Statistics(manifest.passages, tokens)
            return MilvusCandidates(connection, (snapshot, token), classes, statistics, manifest, documents)
        except BaseException:
            connection.close()
            raise


class _Reader:
    """Reads files of the segments of a snapshot."""

    def __init__(self, connection: Connection, snapshot: int, segments: list[int]) -> None:
        self._connection, self._snapshot = connection, snapshot
        records = connection.records("segment")
        self._numbers = {
            records[str(number)]["name"].partition("/")[0]: number for number in segments if str(number) in records
        }

    def read(self, segment: Segment, name: str) -> Iterator[bytes]:
        if segment.name in self._numbers:
            yield from read_file(self._connection, self._numbers[segment.name], name)
        if self._connection.record("snapshot", self._snapshot) is None:
            raise snapshot_gone(self._connection.address.url, self._snapshot)
