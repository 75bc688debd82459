"""Fill a new snapshot in Milvus: the record of a segment is completed last, and the pointer moves in one step."""

import json
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from secrets import randbits, token_hex
from typing import Any

import numpy as np

from index.errors import IndexLocked
from index.storage.manifest import Manifest, Segment
from index.stores.base import IndexedPassage, SegmentContent, StoreError
from index.stores.checksums import sum_vectors
from index.stores.errors import segment_differs
from index.stores.milvus import collections
from index.stores.milvus.bounds import SegmentVectors, sum_terms
from index.stores.milvus.collections import FILES, PASSAGES, POINTER, WORDS, Pointer, in_ranges
from index.stores.milvus.connection import Connection, Facts
from index.stores.milvus.files import PIECE, cut, write_file
from index.stores.milvus.lease import Lease
from index.stores.milvus.spelling import list_variants
from index.stores.numbering import NUMBER_BITS
from index.stores.postings import Postings, make_postings

_ROWS = 2_000  # of passages, words or vectors in a request
_SEGMENT_BITS = 63 - NUMBER_BITS - 1  # of the number of a segment
MANIFEST = "manifest"
_NO_VARIANT = {0: 1.0}  # of a word that is no plain one


class MilvusWriter:
    """Fills one snapshot, whose segments are those of a manifest."""

    def __init__(self, connection: Connection, lease: Lease, manifest: Manifest) -> None:
        self._connection, self._lease, self._manifest = connection, lease, manifest
        self._sentences = collections.name_vectors(manifest.dimension)
        self._verified: set[int] = set()  # segments that were compared with what was given
        connection.create(self._sentences)
        for number, facts in connection.records("segment").items():
            if not facts["complete"]:
                remove_segment(connection, int(number), facts)

    @property
    def missing(self) -> Sequence[Segment]:
        stored = self._list_stored_segments()
        return [segment for segment in self._manifest.segments if segment.name not in stored]

    def set_aside(self, names: Collection[str]) -> None:
        for number, facts in self._connection.records("segment").items():
            if facts["name"] in names and facts["fingerprint"] == self._manifest.fingerprint:
                self._lease.check()
                self._connection.write_record("segment", number, {**facts, "name": f"{facts['name']}/{number}"})

    def add(self, content: SegmentContent) -> None:
        """Add a segment. After a kill its record is not complete, and the next writer removes what there is of it.

        Its number is one that no other writer chooses: what a writer sends that lost its right meets nobody's rows.

        Raises:
            IndexLocked: another process took over.
            StoreError: the store holds something else than it was given.
        """
        number = randbits(_SEGMENT_BITS)
        facts: Facts = {
            "name": content.segment.name, "fingerprint": content.fingerprint, "dimension": self._manifest.dimension,
            "complete": False,
        }  # fmt: skip
        self._lease.check()
        self._connection.write_record("segment", number, facts)
        try:
            facts |= self._add_rows(number, content)
            if not is_whole(self._connection, number, content.segment, facts):
                raise segment_differs(self._connection.address.url, content.segment.name)
            self._lease.check()
        except (IndexLocked, StoreError):
            with suppress(StoreError):  # else the next writer removes it
                remove_segment(self._connection, number, facts)
            raise
        self._connection.write_record("segment", number, {**facts, "complete": True})
        self._verified.add(number)

    def verify(self) -> None:
        """Count the rows of segments that no snapshot has yet, and remove one that lacks some.

        Raises:
            StoreError: one does. The next fill adds it again.
        """
        self._lease.check()
        connection, stored = self._connection, self._list_stored_segments()
        used = {number for facts in connection.records("snapshot").values() for number in facts["segments"]}
        records = connection.records("segment")
        for segment in self._manifest.segments:
            number = stored[segment.name]
            if number not in used | self._verified and not is_whole(connection, number, segment, records[str(number)]):
                self._lease.check()
                remove_segment(connection, number, records[str(number)])
                raise segment_differs(connection.address.url, segment.name)

    def _add_rows(self, number: int, content: SegmentContent) -> Facts:
        """Insert the rows of a segment; return what its record tells of them."""
        languages: list[str] = []
        postings = make_postings(_noting(content.passages(), languages))
        vectors = SegmentVectors(postings, languages)
        size = sum(self._add_file(number, name, path) for name, path in content.files.items())
        size += self._add_words(number, postings)
        size += self._add_passages(number, vectors, len(languages))
        bytes_of_vectors, of_vectors = self._add_vectors(number, content)
        return {
            "tokens": [*postings.tokens], "classes": vectors.classes, "bytes": size + bytes_of_vectors,
            "words": len(postings.words), "checksums": [of_vectors, vectors.checksum],
        }  # fmt: skip

    def publish(self) -> int:
        """Move the pointer to the snapshot, then remove those that are kept no longer."""
        connection, stored = self._connection, self._list_stored_segments()
        pointer = connection.pointer()
        number = max([pointer.snapshot, *map(int, connection.records("snapshot"))]) + 1
        plain = json.dumps(asdict(self._manifest), ensure_ascii=False).encode()
        self._lease.check()  # else another may have published under this number
        connection.delete(FILES, f"owner == {-number}")  # of a writer that was killed here
        write_file(connection, -number, MANIFEST, cut(plain), self._lease.check)
        created = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        segments = [stored[segment.name] for segment in self._manifest.segments]
        facts = {"token": token_hex(8), "created": created, "segments": segments, "retired": None}
        self._lease.check()
        connection.write_record("snapshot", number, facts)
        self._lease.check()
        point(connection, pointer, number)
        remove_unused(connection)
        return number

    def _list_stored_segments(self) -> dict[str, int]:
        """Return the numbers of the segments of this encoder that are complete, by name."""
        return {
            facts["name"]: int(number)
            for number, facts in self._connection.records("segment").items()
            if facts["complete"] and facts["fingerprint"] == self._manifest.fingerprint
        }

    def _add_file(self, number: int, name: str, path: Path) -> int:
        with path.open("rb") as file:
            return write_file(self._connection, number, name, iter(partial(file.read, PIECE), b""), self._lease.check)

    def _add_words(self, number: int, postings: Postings) -> int:
        rows = (
            {
                "term": term, "segment": number, "text": text if field == "plain" else "", "length": len(text),
                "passages": count, "variants": list_variants(text) if field == "plain" else _NO_VARIANT,
            }
            for term, field, text, count in postings.words
        )  # fmt: skip
        return self._insert(WORDS, rows)

    def _add_passages(self, number: int, vectors: SegmentVectors, passages: int) -> int:
        first = number << NUMBER_BITS
        rows = (
            {"address": first + passage, "weights": vectors.vector(passage), "terms": vectors.plain_terms(passage)}
            for passage in range(passages)
        )
        return self._insert(PASSAGES, rows)

    def _add_vectors(self, number: int, content: SegmentContent) -> tuple[int, int]:
        """Insert the vectors of sentences, which single precision holds exactly; return their bytes and checksum."""
        row_number, size, checksum = 0, 0, 0
        for codes in content.codes():
            first = (number << NUMBER_BITS) + row_number
            rows = ({"address": first + at, "vector": row} for at, row in enumerate(codes.astype(np.float32)))
            size += self._insert(self._sentences, rows)
            checksum += sum_vectors(codes, row_number)
            row_number += len(codes)
        return size, checksum

    def _insert(self, collection: str, rows: Iterable[dict[str, Any]]) -> int:
        """Insert rows some at a time; return about how many bytes they take."""
        size, batch = 0, []
        for row in rows:
            batch.append(row)
            size += sum(map(_size, row.values()))
            if len(batch) == _ROWS:
                self._insert_batch(collection, batch)
                batch = []
        self._insert_batch(collection, batch)
        return size

    def _insert_batch(self, collection: str, rows: Sequence[dict[str, Any]]) -> None:
        self._lease.check()
        self._connection.insert(collection, rows)


def point(connection: Connection, previous: Pointer, snapshot: int) -> None:
    """Make a snapshot the current one in one step; the one before it can be returned to."""
    facts = connection.record("snapshot", snapshot) or {}
    pointer = Pointer(previous.turn + 1, snapshot, previous.snapshot, facts.get("token", ""))
    connection.create(pointer.name)
    connection.move_alias(POINTER, pointer.name)
    for name in connection.collections():
        if name != pointer.name and Pointer.parse(name):
            connection.drop(name)


def remove_unused(connection: Connection) -> None:
    """Remove snapshots that were retired long ago, and segments of no snapshot.

    A snapshot is retired when it is neither the current one nor the one before.
    """
    pointer, now = connection.pointer(), time.time()
    snapshots = connection.records("snapshot")
    for number, facts in list(snapshots.items()):
        is_used = int(number) in (pointer.snapshot, pointer.previous)
        if is_used != (facts["retired"] is None):
            facts["retired"] = None if is_used else now
            connection.write_record("snapshot", number, facts)
        if not is_used and facts["retired"] + collections.RETENTION_SECONDS <= now:
            connection.remove_record("snapshot", number)
            connection.delete(FILES, f"owner == {-int(number)}")
            del snapshots[number]
    used = {segment for facts in snapshots.values() for segment in facts["segments"]}
    for number, facts in connection.records("segment").items():
        if int(number) not in used:
            remove_segment(connection, int(number), facts)


def remove_segment(connection: Connection, number: int, facts: Facts) -> None:
    """Remove a segment with such a record: that is last, so that a kill leaves no rows without one."""
    connection.write_record("segment", number, {**facts, "complete": False})
    addressed = in_ranges("address", [_addresses(number)])
    for collection in (collections.name_vectors(facts["dimension"]), PASSAGES):
        connection.delete(collection, addressed)
    connection.delete(WORDS, f"segment == {number}")
    connection.delete(FILES, f"owner == {number}")
    connection.remove_record("segment", number)


def is_whole(connection: Connection, number: int, segment: Segment, facts: Facts) -> bool:
    """Return whether the rows of a segment are as many as they should be."""
    addressed = in_ranges("address", [_addresses(number)])
    counts = [
        connection.count(PASSAGES, addressed),
        connection.count(collections.name_vectors(facts["dimension"]), addressed),
        connection.count(WORDS, f"segment == {number}"),
    ]
    return counts == [segment.passages, segment.sentences, facts.get("words")]


def add_up(connection: Connection, number: int, segment: Segment, dimension: int) -> list[int]:
    """Return the checksums of the vectors and of the plain terms that Milvus holds of a segment; every row is read."""
    vectors, terms = 0, 0
    for row_number, row in _read(connection, number, segment.sentences, collections.name_vectors(dimension), "vector"):
        vectors += sum_vectors(np.array([row], np.float32).astype(np.int8), row_number)
    for row_number, row in _read(connection, number, segment.passages, PASSAGES, "terms"):
        terms += sum_terms(row, row_number)
    return [vectors, terms]


def _read(connection: Connection, number: int, count: int, collection: str, field: str) -> Iterator[tuple[int, Any]]:
    """Yield the place in its segment and the value of a field of each row."""
    first = number << NUMBER_BITS
    for start in range(first, first + count, _ROWS):
        condition = in_ranges("address", [(start, min(start + _ROWS, first + count) - 1)])
        for row in connection.rows(collection, condition, ["address", field]):
            yield int(row["address"]) - first, row[field]


def _addresses(number: int) -> tuple[int, int]:
    return number << NUMBER_BITS, (number + 1 << NUMBER_BITS) - 1


def _noting(passages: Iterable[IndexedPassage], languages: list[str]) -> Iterator[IndexedPassage]:
    """Yield passages, and append their languages to a list."""
    for passage in passages:
        languages.append(passage.language)
        yield passage


def _size(value: object) -> int:
    if isinstance(value, dict | list):
        return 8 * len(value)
    return value.nbytes if isinstance(value, np.ndarray) else len(value) if isinstance(value, str) else 8
