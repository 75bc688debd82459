"""Fill a new snapshot in PostgreSQL: a transaction for each segment, and one to publish."""

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from secrets import token_hex

from index.addresses import StoreAddress
from index.storage.manifest import Manifest, Segment
from index.stores.base import SegmentContent
from index.stores.checksums import probe, sum_vectors
from index.stores.errors import being_filled, segment_differs
from index.stores.numbering import NUMBER_BITS
from index.stores.postgresql import connection as database
from index.stores.postgresql.copying import HEADER, TRAILER, iter_posting_rows, iter_vector_rows
from index.stores.postgresql.limits import Connection
from index.stores.postgresql.refusals import translate_errors
from index.stores.postgresql.tables import CHECKSUMS, GRAPH, UNUSED
from index.stores.postings import BLOCK_BITS, Postings, make_postings

_PART_BYTES = 1 << 20  # bytes of a file in a row
_LISTS = 100_000  # posting lists that are copied at a time
_LEFT_BY_SEGMENT = ("files", "words")
_Segments = dict[tuple[str, str], int]


class PostgresWriter:
    """Fills one snapshot, whose segments are those of a manifest."""

    def __init__(self, connection: Connection, address: StoreAddress, manifest: Manifest) -> None:
        self._connection, self._address, self._manifest = connection, address, manifest
        self._verified: set[int] = set()  # segments that were compared with what was given

    @property
    def missing(self) -> Sequence[Segment]:
        stored = self._list_stored_segments()
        return [s for s in self._manifest.segments if (s.name, self._manifest.fingerprint) not in stored]

    def set_aside(self, names: Collection[str]) -> None:
        query = "UPDATE segments SET name = name || '/' || segment WHERE name = ANY(%s) AND fingerprint = %s"
        with translate_errors(self._address):
            self._connection.execute(query, [list(names), self._manifest.fingerprint])

    def add(self, content: SegmentContent) -> None:
        """Add a segment in one transaction: after a kill or a fault it is there as a whole, or not at all.

        Raises:
            StoreError: the database holds something else than it was given.
        """
        postings = make_postings(content.passages())
        with translate_errors(self._address), self._connection.transaction():
            number = self._insert(content.segment, content.fingerprint, postings)
            for name, path in content.files.items():
                self._copy_file(number, name, path)
            self._copy_words(number, postings)
            self._copy_postings(number, postings)
            vectors = self._copy_vectors(number, content)
            self._write_checksums(number, postings, vectors)
            if not is_whole(self._connection, number, self._manifest.dimension):
                raise segment_differs(self._address.url, content.segment.name)
        self._verified.add(number)

    def verify(self) -> None:
        """Count the rows of segments that no snapshot has yet, and remove one that lacks some.

        Raises:
            StoreError: one does. The next fill adds it again.
        """
        stored = self._list_stored_segments()
        names = [segment.name for segment in self._manifest.segments]
        with translate_errors(self._address):
            unused = {int(number) for (number,) in self._connection.execute(UNUSED).fetchall()}
            for name in names:
                number = stored.get((name, self._manifest.fingerprint), 0)
                if number in unused - self._verified and not is_whole(
                    self._connection, number, self._manifest.dimension
                ):
                    with self._connection.transaction():
                        _remove_segment(self._connection, number)
                    raise segment_differs(self._address.url, name)

    def publish(self) -> int:
        """Make the snapshot the current one in one transaction, then remove those before the last that nobody reads.

        Where vectors are searched approximately, a graph of them is built first, if there is none.
        """
        stored, plain = self._list_stored_segments(), json.dumps(asdict(self._manifest), ensure_ascii=False)
        segments = [stored[segment.name, self._manifest.fingerprint] for segment in self._manifest.segments]
        with translate_errors(self._address):
            if self._address.approximates:
                self._connection.execute(GRAPH.format(dimension=int(self._manifest.dimension)))
            with self._connection.transaction():
                query = "INSERT INTO snapshots (token, manifest, segments) VALUES (%s, %s, %s) RETURNING snapshot"
                row = self._connection.execute(query, [token_hex(8), plain, segments]).fetchone()
                number = int(row[0]) if row else 0
                point(self._connection, number)
            remove_unused(self._connection)
        return number

    def _list_stored_segments(self) -> _Segments:
        with translate_errors(self._address):
            rows = self._connection.execute("SELECT name, fingerprint, segment FROM segments").fetchall()
        return {(str(name), str(fingerprint)): int(number) for name, fingerprint, number in rows}

    def _insert(self, segment: Segment, fingerprint: str, postings: Postings) -> int:
        query = """
            INSERT INTO segments (name, fingerprint, passages, sentences, tokens, checksums)
            VALUES (%s, %s, %s, %s, %s, '{}') RETURNING segment"""
        facts = [segment.name, fingerprint, segment.passages, segment.sentences, list(postings.tokens)]
        row = self._connection.execute(query, facts).fetchone()
        return int(row[0]) if row else 0

    def _write_checksums(self, number: int, postings: Postings, vectors: int) -> None:
        checksums = [postings.checksum, sum(count for *_, count in postings.words), vectors]
        self._connection.execute("UPDATE segments SET checksums = %s WHERE segment = %s", [checksums, number])

    def _copy_file(self, number: int, name: str, path: Path) -> None:
        query = "INSERT INTO files (segment, name, part, bytes) VALUES (%s, %s, %s, %s)"
        with path.open("rb") as file:
            for position, piece in enumerate(iter(lambda: file.read(_PART_BYTES), b"")):
                self._connection.execute(query, [number, name, position, piece])

    def _copy_words(self, number: int, postings: Postings) -> None:
        rows = "".join(f"{term}\t{number}\t{field}\t{text}\t{count}\n" for term, field, text, count in postings.words)
        with self._connection.cursor().copy("COPY words (term, segment, field, text, passages) FROM STDIN") as copy:
            copy.write(rows)

    def _copy_postings(self, number: int, postings: Postings) -> None:
        blocks = postings.blocks + (number << NUMBER_BITS - BLOCK_BITS)
        with self._connection.cursor().copy("COPY postings (term, block, entries) FROM STDIN (FORMAT binary)") as copy:
            copy.write(HEADER)
            for at in range(0, len(blocks), _LISTS):
                end = min(at + _LISTS, len(blocks))
                starts = postings.starts[at : end + 1]
                entries = postings.entries[starts[0] : starts[-1]]
                copy.write(iter_posting_rows(postings.terms[at:end], blocks[at:end], starts, entries))
            copy.write(TRAILER)

    def _copy_vectors(self, number: int, content: SegmentContent) -> int:
        """Copy the vectors of a segment; return their checksum."""
        row_number, checksum = 0, 0
        with self._connection.cursor().copy("COPY sentences (address, codes) FROM STDIN (FORMAT binary)") as copy:
            copy.write(HEADER)
            for codes in content.codes():
                copy.write(iter_vector_rows((number << NUMBER_BITS) + row_number, codes))
                checksum += sum_vectors(codes, row_number)
                row_number += len(codes)
            copy.write(TRAILER)
        return checksum


def is_whole(connection: Connection, number: int, dimension: int) -> bool:
    """Return whether the rows of a segment are as many as it says, and add up to its checksums."""
    values = {"number": number, "probe": str(probe(dimension).tolist())}
    return connection.execute(CHECKSUMS, values).fetchone() == (True,)


@contextmanager
def connect_to_fill(address: StoreAddress) -> Iterator[Connection]:
    """Give a connection that alone may change the store; a dead holder is no obstacle.

    Raises:
        IndexLocked: another process is filling the store.
    """
    connection = database.connect(address)
    try:
        with translate_errors(address):
            database.check_store(connection, address)
            if not database.lock(connection, database.FILLING):
                raise being_filled(address.url)
        yield connection
    finally:
        connection.close()


def point(connection: Connection, snapshot: int) -> None:
    """Make a snapshot the current one; the one before it can be returned to."""
    connection.execute(
        """
        INSERT INTO pointer (snapshot) VALUES (%s)
        ON CONFLICT (single) DO UPDATE SET previous = pointer.snapshot, snapshot = excluded.snapshot""",
        [snapshot],
    )


def remove_unused(connection: Connection) -> None:
    """Remove snapshots that are neither current nor the one before nor being read, and segments of no snapshot."""
    query = """
        SELECT snapshots.snapshot FROM snapshots, pointer p
        WHERE snapshots.snapshot <> p.snapshot AND snapshots.snapshot IS DISTINCT FROM p.previous"""
    for (number,) in connection.execute(query).fetchall():
        snapshot = int(number)
        if database.lock(connection, snapshot):
            connection.execute("DELETE FROM snapshots WHERE snapshot = %s", [snapshot])
            database.unlock(connection, snapshot)
    for (number,) in connection.execute(UNUSED).fetchall():
        with connection.transaction():
            _remove_segment(connection, int(number))


def _remove_segment(connection: Connection, number: int) -> None:
    for table in _LEFT_BY_SEGMENT:
        connection.execute(f"DELETE FROM {table} WHERE segment = %s", [number])
    connection.execute(
        "DELETE FROM postings WHERE block >= %s::bigint << 16 AND block < %s::bigint << 16", [number, number + 1]
    )
    connection.execute(
        "DELETE FROM sentences WHERE address >= %s::bigint << 28 AND address < %s::bigint << 28", [number, number + 1]
    )
    connection.execute("DELETE FROM segments WHERE segment = %s", [number])
