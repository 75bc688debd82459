"""A store in PostgreSQL: its rights, its backup, and what is said of a database that cannot be used."""

import gc
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
from databases import Postgres
from indexed import index_of, index_of_level, levels

from index import open_index, rebuild
from index.addresses import StoreAddress
from index.build.transfer import publish
from index.storage.candidates import NO_RESTRICTION, ResolvedFilters
from index.stores.base import SnapshotGone, StoreError
from index.stores.postgresql.connection import connect
from index.stores.postgresql.refusals import translate_errors

pytestmark = pytest.mark.slow


@pytest.fixture
def server(postgres: Postgres) -> Postgres:
    return postgres


def test_a_dump_is_restored(url: str, tmp_path: Path, store: Any, server: Postgres) -> None:
    """As docs/stores.md describes: by an administrator, for a role that may do nothing else."""
    publish(index_of_level(tmp_path, 100, 3), store(url))
    address = StoreAddress.parse(url)
    assert address
    server_options = ("-h", "127.0.0.1", "-p", str(server.port), "-U", "postgres")
    dump, restored = f"{server.folder}/dump", f"127.0.0.1:{server.port}/restored"
    with psycopg.connect(server.url("x").partition("?")[0], autocommit=True) as connection:
        connection.execute("CREATE ROLE keeper LOGIN")
    server.run("createdb", *server_options, "-O", "keeper", "restored")
    with psycopg.connect(f"postgresql://postgres@{restored}", autocommit=True) as connection:
        connection.execute("CREATE EXTENSION vector")
        connection.execute("CREATE EXTENSION fuzzystrmatch")
    server.run("pg_dump", "-Fc", "-n", address.schema, "-f", dump, address.database_url)
    server.run("pg_restore", "--no-owner", "--role=keeper", *server_options, "-d", "restored", dump)
    as_keeper = f"postgresql://keeper@{restored}?schema={address.schema}"
    assert levels(open_index(as_keeper)) == {"100"}
    publish(index_of_level(tmp_path, 101, 3), store(as_keeper))
    assert levels(open_index(as_keeper)) == {"101"}


def test_a_snapshot_that_was_removed_while_the_connection_was_lost(
    url: str, tmp_path: Path, store: Any, server: Postgres
) -> None:
    publish(index_of_level(tmp_path, 101, 3), store(url))
    opened = open_index(url)
    assert levels(opened) == {"101"}
    publish(index_of_level(tmp_path, 102, 3), store(url))
    server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sourcier'")
    publish(index_of_level(tmp_path, 103, 3), store(url))
    with pytest.raises(SnapshotGone, match="no longer holds the snapshot 1"):
        levels(opened)
    assert not opened.candidates.is_current()
    assert levels(open_index(url)) == {"103"}


@pytest.mark.posix
def test_a_server_that_stops_answering_is_given_up(
    url: str, tmp_path: Path, store: Any, server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(index_of_level(tmp_path, 100, 3), store(url))
    assert levels(open_index(url)) == {"100"}
    monkeypatch.setattr("index.stores.postgresql.connection._QUICK", 0.5)
    query = "SELECT pid FROM pg_stat_activity WHERE application_name = 'sourcier'"
    with psycopg.connect(server.url("x").partition("?")[0]) as connection:
        silent = [int(pid) for (pid,) in connection.execute(query).fetchall()]
    assert silent
    for pid in silent:
        os.kill(pid, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as threads:
        try:
            opened = threads.submit(open_index, url).result(60)  # by a connection that replaced the silent one
        finally:
            for pid in silent:
                os.kill(pid, signal.SIGCONT)
    assert levels(opened) == {"100"}


@pytest.mark.parametrize(("options", "limit"), [("", 7_000), ("&options=-c%20statement_timeout%3D900", 900)])
def test_statements_are_limited_unless_the_address_says_how_long(url: str, options: str, limit: int) -> None:
    address = StoreAddress.parse(url + options)
    assert address
    with connect(address, 7.0) as connection:
        setting = connection.execute("SELECT setting FROM pg_settings WHERE name = 'statement_timeout'").fetchone()
        assert setting == (str(limit),)
        assert connection.limit == limit / 1000 + 5
        connection.execute("SET statement_timeout = 90")
        with (
            pytest.raises(StoreError, match=r"gave up: canceling .+ set a longer statement_timeout"),
            translate_errors(address),
        ):
            connection.execute("SELECT pg_sleep(9)")


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_of_another_encoding_is_refused(server: Postgres, store: Any, encoding: str) -> None:
    name = f"of_{encoding.lower()}"
    server.execute(f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    with pytest.raises(StoreError, match=f"has the encoding {encoding}, and UTF8 is needed"):
        store(server.url("x").replace("/postgres?", f"/{name}?")).create()


def test_extensions_in_schemas_of_their_own(server: Postgres, store: Any, tmp_path: Path) -> None:
    server.execute("CREATE DATABASE apart")
    server.execute("CREATE SCHEMA near; CREATE SCHEMA like_it", "apart")
    server.execute("CREATE EXTENSION vector SCHEMA near; CREATE EXTENSION fuzzystrmatch SCHEMA like_it", "apart")
    url = server.url("x").replace("/postgres?", "/apart?")
    store(url).create()
    publish(index_of_level(tmp_path, 100, 3), store(url))
    assert open_index(url).candidates.spellings("rivirre", 2) == [(1, "riviere")]
    server.execute("DROP EXTENSION fuzzystrmatch", "apart")
    with pytest.raises(StoreError, match="lacks the extension fuzzystrmatch, or its user may not use it"):
        store(url).current()


def test_the_connections_of_an_index_that_nobody_uses_are_closed(url: str, tmp_path: Path, store: Any) -> None:
    publish(index_of_level(tmp_path, 100, 3), store(url))
    opened: Any = open_index(url)
    (connection,) = opened.candidates._connections._idle
    del opened
    publish(index_of_level(tmp_path, 101, 3), store(url))
    assert levels(open_index(url)) == {"101"}
    gc.collect()
    assert connection.closed


def test_sentences_that_repeat_are_in_the_order_of_the_local_index(
    url: str, tmp_path: Path, store: Any, server: Postgres
) -> None:
    texts = {f"copie-{number:03}.txt": "Le maire a signé le registre." for number in range(300)}
    local = index_of(tmp_path, texts)
    publish(tmp_path / "index", store(url))
    (tmp_path / "texts" / "a-premier.txt").write_text("Un jardin fleuri.", "utf-8")  # its segment is first, and new
    rebuild(tmp_path / "texts", tmp_path / "index")
    publish(tmp_path / "index", store(url))
    local, remote = open_index(tmp_path / "index"), open_index(url)
    vector = local.candidates.vectors(np.array([40]))[0]
    narrow = ResolvedFilters(sentences=np.arange(1, 298))
    for within in (NO_RESTRICTION, narrow):
        expected = local.candidates.nearest(vector, 9, within)[0].tolist()
        assert remote.candidates.nearest(vector, 9, within)[0].tolist() == expected


def test_what_the_database_reports_is_one_sentence() -> None:
    address = StoreAddress("postgresql://ann@db.example/archive")
    with pytest.raises(StoreError, match="reports an error: there is no such function"), translate_errors(address):
        raise psycopg.errors.UndefinedFunction("there is no such function")


def test_what_a_user_may_not_do_is_one_sentence(url: str, tmp_path: Path, store: Any, server: Postgres) -> None:
    with psycopg.connect(server.url("x").partition("?")[0], autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS guest")
        connection.execute("CREATE ROLE guest LOGIN")
    with pytest.raises(StoreError, match="does not allow that: permission denied"):
        store(server.url("of_a_guest", "guest")).create()
    as_guest = url.replace("postgres@", "guest@")
    with pytest.raises(StoreError, match="does not allow that: permission denied for schema"):
        open_index(as_guest)
    publish(index_of_level(tmp_path, 100, 3), store(url))
    schema = url.partition("schema=")[2]
    with psycopg.connect(server.url("x").partition("?")[0], autocommit=True) as connection:
        connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO guest")
        connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO guest")
    assert levels(open_index(as_guest)) == {"100"}
    with pytest.raises(StoreError, match="does not allow that: permission denied for table"):
        publish(index_of_level(tmp_path, 101, 3), store(as_guest))


def test_an_address_that_the_client_cannot_read(server: Postgres, store: Any) -> None:
    with pytest.raises(StoreError, match="is not an address of PostgreSQL: invalid URI query parameter"):
        store(server.url("x") + "&sslmod=require").create()
    with pytest.raises(StoreError, match="is not an address of PostgreSQL: its port is not a number"):
        store(server.url("x").replace(f":{server.port}/", ":five/")).create()


def test_a_server_that_refuses_is_not_called_silent(server: Postgres, store: Any) -> None:
    with pytest.raises(StoreError, match=r"refuses the connection: .+nobody.+ Check the user"):
        store(server.url("x", "nobody")).create()
    with pytest.raises(StoreError, match=r"refuses the connection: .+elsewhere"):
        store(server.url("x").replace("/postgres?", "/elsewhere?")).create()
    with pytest.raises(StoreError, match=r"refuses the connection: .+SSL"):
        store(server.url("x") + "&sslmode=require").create()


def test_a_database_that_is_read_only(url: str, tmp_path: Path, store: Any) -> None:
    with pytest.raises(StoreError, match=r"does not allow that: cannot execute .+ in a read-only transaction"):
        publish(index_of_level(tmp_path, 100, 3), store(f"{url}&options=-c%20default_transaction_read_only%3Don"))


def test_a_schema_of_somebody_else_is_left_alone(server: Postgres, store: Any) -> None:
    address = StoreAddress.parse(server.url("of_another"))
    assert address
    with psycopg.connect(address.database_url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA of_another; CREATE TABLE of_another.pointer (name text)")
    with pytest.raises(StoreError, match="holds another table named pointer"):
        store(address.url).create()
    with pytest.raises(StoreError, match="Create one: rag store init"):
        open_index(address.url)
    with psycopg.connect(address.database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE of_another.store (name text)")
    with pytest.raises(StoreError, match="made by another version"):
        store(address.url).create()
    with pytest.raises(StoreError, match="made by another version"):
        open_index(address.url)


def test_an_extension_that_is_too_old(server: Postgres, store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.stores.postgresql.store._PGVECTOR", (99, 0))
    with pytest.raises(StoreError, match=r"pgvector of .+ is version 0\.\d.*, and 0.7 or later is needed"):
        store(server.url("too_old")).create()


def test_a_full_disk_is_told(url: str, store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(*_: object) -> bool:
        raise psycopg.errors.DiskFull("could not extend file")

    monkeypatch.setattr("index.stores.postgresql.connection.lock", fill)
    with pytest.raises(StoreError, match=r"The disk of the database .+ is full"):
        store(url).rollback()
