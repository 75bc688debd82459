"""Count the rows of an index in Milvus, and what they take, without a server.

python -m bench.store.rows INDEX [INDEX ...]

Prints a line of JSON for each: the rows of each collection, the bytes of their values as they are sent, and the seconds
of a processor that making them takes.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index import open_index
from index.build.transfer import iter_contents
from index.stores.milvus.write import MilvusWriter


class Counting:
    """Takes rows in place of a connection, and counts them."""

    def __init__(self) -> None:
        self.rows, self.bytes = Counter[str](), Counter[str]()

    def insert(self, collection: str, rows: Sequence[dict[str, Any]]) -> None:
        self.rows[collection] += len(rows)
        self.bytes[collection] += sum(_size(value) for row in rows for value in row.values())

    def create(self, collection: str) -> None:
        """Do nothing."""

    def records(self, kind: str) -> dict[str, Any]:
        return {}

    def check(self) -> None:
        """Do nothing: nobody takes over."""


def _size(value: object) -> int:
    """Return the bytes of a value: of a sparse vector, 4 for each dimension and 4 for each weight."""
    if isinstance(value, dict | list):
        return 8 * len(value)
    return value.nbytes if isinstance(value, np.ndarray) else len(value) if isinstance(value, str) else 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("indexes", type=Path, nargs="+")
    for folder in parser.parse_args().indexes:
        counting: Any = Counting()
        start_time = time.process_time()
        with open_index(folder) as index:
            writer = MilvusWriter(counting, counting, index.manifest)
            for number, content in enumerate(iter_contents(index, lambda _: None), 1):
                writer._add_rows(number, content)
            facts = {"passages": index.passages, "sentences": index.sentences}
        seconds = round(time.process_time() - start_time, 1)
        print(json.dumps(facts | {"rows": counting.rows, "bytes": counting.bytes, "cpu_s": seconds}), flush=True)


if __name__ == "__main__":
    main()
