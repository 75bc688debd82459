"""Create and fill a separate store for each corpus that is measured."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.quality.asking import build_index
from bench.quality.datasets import corpus, queries
from index import Index, open_index
from index.addresses import StoreAddress
from index.build.transfer import publish
from index.stores.base import Store
from index.stores.registry import connect

SETS = (("piaf", "dev", ".txt"), ("servicepublic", "test", ".md"), ("squad2_en", "dev", ".txt"))


def index_set(data: Path, name: str, split: str, ending: str, work: Path) -> tuple[Path, list[str]]:
    """Index a retrieval set in a folder; return where the index is, and the set's questions."""
    texts = {f"{text.id}{ending}": f"{text.title}\n\n{text.text}" for text in corpus(data / name).values()}
    build_index(texts, work)
    return work / "index", [query.text for query in queries(data / name, split)]


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
