"""The store of an address."""

from index.addresses import StoreAddress
from index.stores.base import Store, StoreError


def connect(address: StoreAddress) -> Store:
    """Return the store at an address; nothing is asked of it yet.

    Raises:
        StoreError: the package that talks to it is not installed.
    """
    try:
        from index.stores.postgresql.store import PostgresStore
    except ImportError as error:
        if error.name != "psycopg":
            raise
        raise StoreError(
            "{} needs the package psycopg, which is not installed: pip install 'sourcier[postgresql]'", address.url
        ) from None
    return PostgresStore(address)
