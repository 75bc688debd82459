"""The store of an address."""

from index.addresses import StoreAddress
from index.stores.base import Store, StoreError


def connect(address: StoreAddress) -> Store:
    """Return the store at an address; nothing is asked of it yet.

    Raises:
        StoreError: the package that talks to it is not installed.
    """
    package = {"postgresql": "psycopg", "milvus": "pymilvus"}[address.scheme]
    try:
        if address.scheme == "milvus":
            from index.stores.milvus.store import MilvusStore

            return MilvusStore(address)
        from index.stores.postgresql.store import PostgresStore

        return PostgresStore(address)
    except ImportError as error:
        if error.name != package:
            raise
        raise StoreError(
            "{} needs the package {}, which is not installed: pip install 'sourcier[{}]'",
            address.url,
            package,
            address.scheme,
        ) from None
