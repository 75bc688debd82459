"""A connection to Milvus, and its errors as sentences."""

import json
import logging
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from weakref import finalize

import grpc
from pymilvus import DataType, MilvusClient, MilvusException

from index.addresses import StoreAddress
from index.errors import first_line
from index.stores.base import NoStore, StoreError
from index.stores.errors import no_answer, no_store, not_allowed, of_another_version
from index.stores.milvus.collections import (
    FORMAT,
    MOST_ROWS,
    NOTHING,
    POINTER,
    RECORDS,
    Pointer,
    indexes_of,
    schema_of,
)

Row = Mapping[str, Any]
Facts = dict[str, Any]
_SECONDS = 10.0  # to connect
FILLING = 300.0  # seconds for an answer to whoever fills the store
READING = 60.0  # seconds for an answer that a question waits for
_QUICK = 10.0  # seconds for what each question asks first: which snapshot is in use
_NOT_LOADED = 101
_REFUSED = ("auth check failure", "unauthenticated", "incorrect username or password", "invalid token")
_FORBIDDEN = ("permission deny", "permission_denied", "permissiondenied")
_PORT = 19_530
_CHANNEL = {  # a server that came back is met at once, and an idle one is not disturbed
    "grpc.use_local_subchannel_pool": 1,
    "grpc.keepalive_permit_without_calls": 0,
}
_LITE = "lite"  # in the version of milvus-lite, which indexes no arrays

logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # errors are raised as well


class Connection:
    """A connection to a database of Milvus; threads may share it, and it survives a restart of the server.

    ``close`` ends it, and so does the last reference to it: the client would keep it otherwise.
    """

    def __init__(self, address: StoreAddress, limit: float | None = None) -> None:
        """Connect. ``limit`` is in seconds for each answer, ``READING`` by default.

        Raises:
            StoreError: the server does not answer, or refuses.
        """
        self.address, self._schema, self._limit = address, address.schema, limit or READING
        with translate_errors(address):
            self._client: Any = MilvusClient(
                **_settings(address), timeout=_SECONDS, dedicated=True, grpc_options=_CHANNEL
            )
        self._end = finalize(self, self._client.close)
        self._end.atexit = False  # the process ends it

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._end()

    def rows(self, collection: str, filter: str, fields: Sequence[str], limit: int = MOST_ROWS) -> list[Row]:
        """Return at most ``limit`` rows for which ``filter`` holds."""
        name = self._name(collection)
        return list(self._ask("query", name, filter=filter, output_fields=[*fields], limit=limit, **_STRONG))

    def search(
        self, collection: str, field: str, query: Any, filter: str, fields: Sequence[str], limit: int
    ) -> list[Row]:
        """Return the ``limit`` rows nearest to ``query``, nearest first, with ``distance`` and ``entity``."""
        hits = self._ask(
            "search", self._name(collection), data=[query], anns_field=field, filter=filter, limit=limit,
            output_fields=[*fields], search_params={"params": {}}, **_STRONG,
        )  # fmt: skip
        return [{"distance": float(hit["distance"]), **hit["entity"], **hit} for hit in hits[0]]

    def count(self, collection: str, filter: str) -> int:
        """Return for how many rows ``filter`` holds."""
        counted = self._ask(
            "query", self._name(collection), filter=filter, output_fields=["count(*)"], **_STRONG
        )  # fmt: skip
        return int(counted[0]["count(*)"])

    def insert(self, collection: str, rows: Sequence[Row]) -> None:
        """Add rows."""
        if rows:
            self._ask("insert", self._name(collection), data=[*rows])

    def delete(self, collection: str, filter: str) -> None:
        """Remove the rows for which ``filter`` holds."""
        self._ask("delete", self._name(collection), filter=filter)

    def records(self, kind: str) -> dict[str, Facts]:
        """Return the facts of all records of a kind, by name."""
        rows = self.rows(RECORDS, f'kind == "{kind}"', ["name", "facts"])
        return {row["name"].partition("/")[2]: json.loads(row["facts"]) for row in rows}

    def record(self, kind: str, name: object) -> Facts | None:
        """Return the facts of a record; None if there is none."""
        rows = self.rows(RECORDS, f'name == "{kind}/{name}"', ["facts"], 1)
        return dict(json.loads(rows[0]["facts"])) if rows else None

    def write_record(self, kind: str, name: object, facts: Facts) -> None:
        """Write a record, in place of what it was."""
        row = {"name": f"{kind}/{name}", "kind": kind, "facts": json.dumps(facts), "nothing": NOTHING}
        self._ask("upsert", self._name(RECORDS), data=[row])

    def remove_record(self, kind: str, name: object) -> None:
        """Remove a record."""
        self.delete(RECORDS, f'name == "{kind}/{name}"')

    def create(self, collection: str) -> None:
        """Create a collection if it is not there; what is indexed is loaded as well.

        Raises:
            StoreError: the server does not answer, or refuses.
        """
        name = self._name(collection)
        if not self._ask("has_collection", name):
            try:
                self._ask("create_collection", name, schema=schema_of(collection), **_STRONG)
            except StoreError as error:
                if "exist" not in str(error) or not self._appears(name):
                    raise
        if collection.startswith((POINTER, "filler")) or self._ask("list_indexes", name):
            return
        without = [DataType.ARRAY] if _LITE in self._ask("get_server_version") else []
        try:
            self._ask("create_index", name, indexes_of(collection, without), sync=False)  # there is nothing to index
        except StoreError:
            if not self._ask("list_indexes", name):
                raise
        self._ask("load_collection", name)

    def _appears(self, name: str) -> bool:
        """Return whether a collection that another process is creating is soon there."""
        deadline = time.monotonic() + _SECONDS
        while not (is_there := bool(self._ask("has_collection", name))) and time.monotonic() < deadline:
            time.sleep(0.1)
        return is_there

    def drop(self, collection: str) -> None:
        """Remove a collection."""
        self._ask("drop_collection", self._name(collection))

    def collections(self) -> list[str]:
        """Return the collections of the store, by their names after the schema."""
        return self._strip_schema(self._ask("list_collections"))

    def aliases(self) -> list[str]:
        """Return the aliases of the store, by their names after the schema."""
        return self._strip_schema(self._ask("list_aliases", "")["aliases"])

    def target(self, alias: str) -> str | None:
        """Return the collection that an alias leads to; None if there is no such alias.

        Raises:
            StoreError: the server does not answer, or refuses.
        """
        try:
            described = self._ask("describe_alias", self._name(alias))
        except StoreError:
            if alias in self.aliases():
                raise
            return None
        return str(described["collection_name"]).removeprefix(self._name(""))

    def create_alias(self, alias: str, collection: str) -> bool:
        """Create an alias; return False if there is one of this name.

        Raises:
            StoreError: the server does not answer, or refuses.
        """
        try:
            self._ask("create_alias", self._name(collection), self._name(alias))
        except StoreError:
            if alias not in self.aliases():
                raise
            return False
        return True

    def move_alias(self, alias: str, collection: str) -> None:
        """Make an alias lead to another collection, in one step."""
        self._ask("alter_alias", self._name(collection), self._name(alias))

    def drop_alias(self, alias: str) -> None:
        """Remove an alias."""
        self._ask("drop_alias", self._name(alias))

    def pointer(self) -> Pointer:
        """Return what the pointer of the store tells.

        Raises:
            NoStore: there is no store, or one of another version.
        """
        pointer = Pointer.parse(self.target(POINTER) or "")
        if pointer is None:
            raise no_store(self.address.url)
        if pointer.format != FORMAT:
            raise of_another_version(self.address.url)
        return pointer

    def _strip_schema(self, names: Iterable[str]) -> list[str]:
        return [name.removeprefix(self._name("")) for name in names if name.startswith(self._name(""))]

    def _name(self, collection: str) -> str:
        return f"{self._schema}_{collection}"

    def _ask(self, call: str, *values: object, **options: object) -> Any:
        """Call a method of the client; load a collection that is not loaded, as after a restart."""
        limit = min(self._limit, _QUICK) if call in _QUICK_CALLS else self._limit
        with translate_errors(self.address):
            method = getattr(self._client, call)
            try:
                return method(*values, timeout=limit, **options)
            except MilvusException as error:
                if error.code != _NOT_LOADED:
                    raise
            self._client.load_collection(values[0], timeout=limit)
            return method(*values, timeout=limit, **options)


_QUICK_CALLS = ("describe_alias", "list_aliases")
_STRONG = {"consistency_level": "Strong"}  # what was written before is seen


@contextmanager
def translate_errors(address: StoreAddress) -> Iterator[None]:
    """Turn errors of Milvus into sentences.

    Raises:
        StoreError: the server does not answer, or refuses.
    """
    try:
        yield
    except (MilvusException, grpc.RpcError) as error:
        raise _sentence(error, address) from error
    except OSError as error:
        if error.filename is None:
            raise
        raise StoreError(
            "The file {} that the address {} names cannot be read: {}.", error.filename, address.url, error.strerror
        ) from error


def _sentence(error: Exception, address: StoreAddress) -> StoreError:
    text = _messages_of(error).lower()
    message = first_line(error, str(getattr(error, "message", "") or getattr(error, "details", str)() or ""))
    if any(mark in text for mark in _REFUSED):
        return StoreError(
            "The database {} refuses the user, the password or the token. Put them into RAG_INDEX, or a token into"
            " MILVUS_TOKEN.",
            address.url,
        )
    if any(mark in text for mark in _FORBIDDEN):
        return not_allowed(address.url, message)
    if "database" in text and ("not found" in text or "not exist" in text):
        return NoStore("There is no database {} on its server. Its administrator can create it.", address.url)
    if getattr(error, "code", None) == 2 or "unavailable" in text or "deadline" in text:
        return no_answer(address.url, message)
    return StoreError("The database {} reports an error: {}.", address.url, message)


def _messages_of(error: BaseException | None) -> str:
    """Return what an error and its causes say; the client raises some as causes of themselves."""
    causes: list[BaseException] = []
    while error is not None and error not in causes:
        causes.append(error)
        error = error.__cause__ or error.__context__
    return " ".join(map(str, causes))


def _settings(address: StoreAddress) -> dict[str, object]:
    """Return what the client is given: where the server is, and who asks."""
    split_url = urlsplit(address.url)
    options = {name: value for name, value in parse_qsl(split_url.query) if name != "schema"}
    is_secure = options.pop("tls", "false") == "true"
    host = f"[{split_url.hostname}]" if ":" in (split_url.hostname or "") else split_url.hostname
    uri = f"{'https' if is_secure else 'http'}://{host}:{split_url.port or _PORT}"
    token = ":".join(text for text in (unquote(split_url.username or ""), address.password) if text)
    token = token if address.password else os.environ.get("MILVUS_TOKEN", "")
    return {"uri": uri, "db_name": split_url.path.strip("/"), "token": token, **options}
