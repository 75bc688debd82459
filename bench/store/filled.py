"""Create and fill a separate store for each corpus that is measured."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from index import Index, open_index
from index.addresses import StoreAddress
from index.build.transfer import publish
from index.stores.base import Store
from index.stores.registry import connect


def store_at(url: str) -> Store:
    """Create the store of an address.

    Raises:
        SystemExit: it is no address of a store.
    """
    address = StoreAddress.parse(url)
    if address is None:
        raise SystemExit(f"{url} is not a store address")
    store = connect(address)
    store.create()
    return store


def with_schema(url: str, schema: str) -> str:
    """Return the address with another schema."""
    return urlsplit(url)._replace(query=f"schema={schema}").geturl()


def filled(source: Path, url: str, schema: str) -> Index:
    """Fill a schema from an index of this machine, and open it as another server would."""
    publish(source, store_at(with_schema(url, schema)))
    return open_index(with_schema(url, schema))


def plain(answer: Any) -> dict[str, Any]:
    """Return an answer without its timings."""
    return {name: value for name, value in answer.to_dict().items() if name != "timings"}
