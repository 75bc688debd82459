"""A store in PostgreSQL: its rights, its backup, and what is said of a database that cannot be used."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from databases import Postgres
from indexed import index_of_level, levels

from index import open_index
from index.addresses import StoreAddress
from index.build.transfer import publish
from index.stores.base import SnapshotGone, StoreError

pytestmark = pytest.mark.slow


@pytest.fixture
def server(postgres: Postgres) -> Postgres:
    return postgres


def test_a_dump_is_restored(url: str, tmp_path: Path, store: Any, server: Postgres) -> None:
    """As docs/stores.md describes."""
    publish(index_of_level(tmp_path, 100, 3), store(url))
    address = StoreAddress.parse(url)
    assert address
    server.run("createdb", "-h", "127.0.0.1", "-p", str(server.port), "-U", "postgres", "restored")
    dump, restored = f"{server.folder}/dump", f"postgresql://postgres@127.0.0.1:{server.port}/restored"
    server.run(
        "pg_dump", "-Fc", "-n", address.schema, "-e", "vector", "-e", "fuzzystrmatch", "-f", dump, address.database_url
    )
    server.run("pg_restore", "--no-owner", "-d", restored, dump)
    assert levels(open_index(f"{restored}?schema={address.schema}")) == {"100"}


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
