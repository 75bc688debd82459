"""The store of an address."""

from index.addresses import StoreAddress
from index.stores.base import Store, StoreError

_PACKAGES = {"postgresql": ("psycopg",), "milvus": ("pymilvus", "grpc")}  # the clients of each kind


def connect(address: StoreAddress) -> Store:
    """Return the store at an address; nothing is asked of it yet.

    Raises:
        StoreError: the package that talks to it is not installed, or not whole.
    """
    packages = _PACKAGES[address.scheme]
    try:
        if address.scheme == "milvus":
            from index.stores.milvus.store import MilvusStore

            return MilvusStore(address)
        from index.stores.postgresql.store import PostgresStore

        return PostgresStore(address)
    except ImportError as error:
        missing = error.name or packages[0]  # psycopg names none where its library is missing
        if missing not in packages:
            raise
        raise StoreError(
            "{} needs the package {}, which is not installed: pip install 'sourcier[{}]'",
            address.url,
            missing,
            address.scheme,
        ) from None
