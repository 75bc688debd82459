"""A store in PostgreSQL."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count

from psycopg import sql

from index.addresses import StoreAddress
from index.storage.candidates import Candidates
from index.storage.documents import DocumentStore
from index.storage.manifest import Manifest, Segment, parse_manifest
from index.stores.base import FileReader, Published, SnapshotWriter, StoreError, StoreState
from index.stores.checksums import has_its_files
from index.stores.errors import no_earlier_snapshot, snapshot_gone
from index.stores.postgresql import connection as database
from index.stores.postgresql.candidates import PostgresCandidates
from index.stores.postgresql.connection import Connections
from index.stores.postgresql.limits import Connection
from index.stores.postgresql.refusals import translate_errors
from index.stores.postgresql.tables import CREATE, EXTENSIONS, FORMAT, NAMES, UNUSED
from index.stores.postgresql.write import PostgresWriter, connect_to_fill, is_whole, point, remove_unused
from index.stores.statistics import Statistics

_PGVECTOR = (0, 7)  # the first with vectors in half precision


class PostgresStore:
    """The store of an address. It holds no connection: whoever opens a snapshot does."""

    def __init__(self, address: StoreAddress) -> None:
        self._address = address

    def create(self) -> None:
        """Create the extensions, the schema and the tables that are not there.

        Raises:
            StoreError: an extension is not installed, the schema holds something else, or the user may not create it.
        """
        with closing(database.connect(self._address)) as connection, translate_errors(self._address):
            database.lock_for_creating(connection)
            for extension in EXTENSIONS:
                self._create_extension(connection, extension)
            self._check_version(connection)
            self._check_schema(connection)
            schema = sql.Identifier(self._address.schema)
            connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(schema))
            self._create_tables()

    def _create_tables(self) -> None:
        """Create the tables, by a connection that finds the types of the extensions."""
        with (
            closing(database.connect(self._address)) as connection,
            translate_errors(self._address),
            connection.transaction(),
        ):
            connection.execute(CREATE)
            connection.execute("INSERT INTO store SELECT %s WHERE NOT EXISTS (SELECT FROM store)", [FORMAT])
            database.check_store(connection, self._address)

    def current(self) -> Published | None:
        query = "SELECT snapshot, token, manifest FROM pointer JOIN snapshots USING (snapshot)"
        with self._connect() as connection:
            row = connection.execute(query).fetchone()
        return Published(int(row[0]), str(row[1]), str(row[2])) if row else None

    def state(self) -> StoreState:
        size_query = """
            SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c
            WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"""
        unused_query = f"SELECT count(*) FROM ({UNUSED}) AS unused"
        with self._connect() as connection:
            rows = connection.execute(
                "SELECT snapshot, to_char(created, 'YYYY-MM-DD HH24:MI:SS') FROM snapshots ORDER BY 1 DESC"
            ).fetchall()
            counts = [
                connection.execute(query).fetchone()
                for query in ("SELECT count(*) FROM segments", unused_query, size_query)
            ]
        segments, unused, size = (int(row[0]) if row else 0 for row in counts)
        return StoreState(self.current(), [(int(n), str(created)) for n, created in rows], segments, unused, size)

    def check(self, published: Published) -> list[str]:
        """Do as ``Store.check``; an administrator's rows and a failing disk are told from what was sent."""
        manifest = parse_manifest(json.loads(published.manifest))
        damaged = []
        with closing(database.connect(self._address)) as connection, translate_errors(self._address):
            database.check_store(connection, self._address)
            numbers = _hold(connection, self._address, published)
            reader = _Reader(connection, numbers)
            for segment, number in zip(manifest.segments, numbers, strict=True):
                if not (is_whole(connection, number, manifest.dimension) and has_its_files(reader, segment, manifest)):
                    damaged.append(segment.name)
        return damaged

    @contextmanager
    def begin(self, manifest: Manifest) -> Iterator[SnapshotWriter]:
        with connect_to_fill(self._address) as connection:
            yield PostgresWriter(connection, self._address, manifest)

    def rollback(self) -> Published:
        """Publish the snapshot before the current one again.

        Raises:
            StoreError: there is none.
        """
        with connect_to_fill(self._address) as connection, translate_errors(self._address):
            row = connection.execute("SELECT previous FROM pointer WHERE previous IS NOT NULL").fetchone()
            if row is None:
                raise no_earlier_snapshot(self._address.url)
            point(connection, int(row[0]))
            remove_unused(connection)
        published = self.current()
        assert published is not None
        return published

    @contextmanager
    def reading(self, published: Published) -> Iterator[FileReader]:
        """Keep a snapshot, and read files of its documents.

        Raises:
            SnapshotGone: the snapshot was removed.
        """
        with self._connect() as connection:
            yield _Reader(connection, _hold(connection, self._address, published))

    def candidates(self, snapshot: int, token: str, manifest: Manifest, documents: DocumentStore) -> Candidates:
        """Return what proposes passages of a snapshot; a shared lock keeps the snapshot until that is closed.

        Raises:
            SnapshotGone: the snapshot was removed.
        """
        connections = Connections(self._address, (snapshot, token))
        rows = connections.rows("SELECT segments FROM snapshots WHERE snapshot = %(snapshot)s", snapshot=snapshot)
        segments = [int(number) for number in rows[0][0]]
        query = "SELECT segment, tokens FROM segments WHERE segment = ANY(%(segments)s::int[])"
        tokens: dict[int, list[int]] = dict(connections.rows(query, segments=segments))
        sums = [sum(column) for column in zip(*(tokens[number] for number in segments), strict=True)]
        statistics = Statistics(manifest.passages, sums)
        approximates = self._address.approximates
        return PostgresCandidates(
            connections, (snapshot, token), segments, statistics, manifest, documents, approximates=approximates
        )

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        with (
            closing(database.connect(self._address, database.READING)) as connection,
            translate_errors(self._address),
        ):
            database.check_store(connection, self._address)
            yield connection

    def _create_extension(self, connection: Connection, name: str) -> None:
        """Create an extension if it is not there.

        Raises:
            StoreError: the server does not have it.
        """
        if connection.execute("SELECT 1 FROM pg_extension WHERE extname = %s", [name]).fetchone():
            return
        if not connection.execute("SELECT 1 FROM pg_available_extensions WHERE name = %s", [name]).fetchone():
            raise StoreError(
                "The server of {} lacks the extension {}. Install the system package that provides it.",
                self._address.url,
                EXTENSIONS[name],
            )
        connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))

    def _check_version(self, connection: Connection) -> None:
        """Check that pgvector has vectors in half precision.

        Raises:
            StoreError: it is older.
        """
        row = connection.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'").fetchone()
        version = str(row[0]) if row else ""
        if tuple(map(int, version.split(".")[:2])) < _PGVECTOR:
            raise StoreError(
                "The extension pgvector of {} is version {}, and 0.7 or later is needed. Install the system package of"
                " a later one, then run ALTER EXTENSION vector UPDATE in the database.",
                self._address.url,
                version,
            )

    def _check_schema(self, connection: Connection) -> None:
        """Check that the schema holds a store, or none of its tables.

        Raises:
            StoreError: it holds something else.
        """
        if database.is_created(connection, self._address.schema):
            return
        query = "SELECT min(tablename) FROM pg_tables WHERE schemaname = %s AND tablename = ANY(%s)"
        row = connection.execute(query, [self._address.schema, list(NAMES)]).fetchone()
        if row and row[0]:
            raise StoreError(
                "The schema of {} holds another table named {}. Name another schema in the address.",
                self._address.url,
                row[0],
            )


def _hold(connection: Connection, address: StoreAddress, published: Published) -> list[int]:
    """Keep a snapshot as long as the connection is open; return the numbers of its segments.

    Raises:
        SnapshotGone: it was removed.
    """
    database.hold(connection, published.number)
    query = "SELECT segments FROM snapshots WHERE snapshot = %s AND token = %s"
    row = connection.execute(query, [published.number, published.token]).fetchone()
    if row is None:
        raise snapshot_gone(address.url, published.number)
    return list(row[0])


class _Reader:
    """Reads files of some segments by a connection."""

    def __init__(self, connection: Connection, segments: list[int]) -> None:
        self._connection, self._segments = connection, segments

    def read(self, segment: Segment, name: str) -> Iterator[bytes]:
        query = """
            SELECT bytes FROM files JOIN segments USING (segment)
            WHERE split_part(segments.name, '/', 1) = %s AND segment = ANY(%s) AND files.name = %s AND part = %s"""
        for position in count():
            values = [segment.name, self._segments, name, position]
            row = self._connection.execute(query, values, binary=True).fetchone()
            if row is None:
                return
            yield bytes(row[0])
