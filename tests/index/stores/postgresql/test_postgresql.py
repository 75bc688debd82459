"""A store in PostgreSQL: its rights, and its backup."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from databases import Postgres
from indexed import index_of_level, levels

from index import open_index
from index.addresses import StoreAddress
from index.build.transfer import publish
from index.stores.base import StoreError

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
        connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO guest")  # type: ignore[arg-type]
        connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO guest")  # type: ignore[arg-type]
    assert levels(open_index(as_guest)) == {"100"}
    with pytest.raises(StoreError, match="does not allow that: permission denied for table"):
        publish(index_of_level(tmp_path, 101, 3), store(as_guest))
