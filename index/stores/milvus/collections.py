"""The collections of a store in Milvus.

Their names begin with the schema of the address. Rows of a segment never change. ``records`` says which segments and
snapshots there are. An alias names the snapshot in use: it leads to an empty collection whose name holds the numbers of
the current snapshot and of the one before, and the token of the current one. To publish is to
move the alias, which Milvus does in one step.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pymilvus import DataType, MilvusClient

FORMAT = 2
MOST_ROWS = 16_384  # that one request may return
MOST_TERMS = 4_096  # that an array may hold
RETENTION_SECONDS = 3_600.0  # seconds that a snapshot is kept once it is neither the current one nor the one before
RECORDS, FILES, WORDS, PASSAGES = "records", "files", "words", "passages"
SHARED = (RECORDS, FILES, WORDS, PASSAGES)
POINTER = "pointer"  # the alias
NOTHING = [0.0, 0.0]  # each collection must have a vector
_POINTER = re.compile(r"pointer_(\d+)_(\d+)_(\d+)_(\d+)(?:_([0-9a-f]+))?")
_TEXT = 65_535  # bytes of a text at most
_VECTOR = {"dtype": DataType.FLOAT_VECTOR, "index": "FLAT", "metric": "L2"}
_SPARSE = {"dtype": DataType.SPARSE_FLOAT_VECTOR, "index": "SPARSE_INVERTED_INDEX", "metric": "IP"}
_KEY = {"dtype": DataType.INT64, "is_primary": True}
_NUMBER, _INDEXED = {"dtype": DataType.INT64}, {"dtype": DataType.INT64, "index": "INVERTED"}
_NAME = {"dtype": DataType.VARCHAR, "max_length": 512}

# The fields of each collection. With "TAAT_NAIVE" no entry is skipped: a query has many dimensions, of few rows each.
_FIELDS: dict[str, dict[str, dict[str, Any]]] = {
    POINTER: {"id": _KEY, "nothing": {**_VECTOR, "dim": 2}},
    RECORDS: {
        "name": {**_NAME, "is_primary": True}, "kind": _NAME, "facts": {**_NAME, "max_length": _TEXT},
        "nothing": {**_VECTOR, "dim": 2},
    },
    FILES: {
        "name": {**_NAME, "is_primary": True}, "owner": _INDEXED, "piece": {**_NAME, "max_length": _TEXT},
        "nothing": {**_VECTOR, "dim": 2},
    },
    WORDS: {
        "id": {**_KEY, "auto_id": True}, "term": _INDEXED, "segment": _INDEXED, "text": _NAME, "length": _NUMBER,
        "passages": _NUMBER, "variants": {**_SPARSE, "params": {"inverted_index_algo": "TAAT_NAIVE"}},
    },
    PASSAGES: {
        "address": _KEY, "weights": {**_SPARSE, "params": {"inverted_index_algo": "TAAT_NAIVE"}},
        "terms": {
            "dtype": DataType.ARRAY, "element_type": DataType.INT64, "max_capacity": MOST_TERMS, "index": "INVERTED",
        },
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pointer:
    """What a pointer tells: the current snapshot and the one before (0: none), and the how-many-th pointer it is."""

    turn: int
    snapshot: int
    previous: int
    token: str = ""  # of the current snapshot
    format: int = FORMAT

    @property
    def name(self) -> str:
        """The name of its collection, after the schema."""
        token = f"_{self.token}" if self.token else ""
        return f"{POINTER}_{self.format}_{self.turn}_{self.snapshot}_{self.previous}{token}"

    @classmethod
    def parse(cls, name: str) -> "Pointer | None":
        """Return the pointer that a collection is, by its name after the schema; None if it is none."""
        matched = _POINTER.fullmatch(name)
        if not matched:
            return None
        format, turn, snapshot, previous = map(int, matched.groups()[:4])
        return cls(turn, snapshot, previous, matched[5] or "", format)


def name_vectors(dimension: int) -> str:
    """Return the name of the collection of vectors with so many numbers."""
    return f"sentences_{dimension}"


def fields_of(collection: str) -> dict[str, dict[str, Any]]:
    """Return the fields of a collection by its name after the schema."""
    kind, _, dimension = collection.partition("_")
    if kind == "sentences":
        vector = {**_VECTOR, "metric": "COSINE", "dim": int(dimension)}
        return {"address": _KEY, "vector": vector}
    return _FIELDS.get(collection, _FIELDS[POINTER])


def schema_of(collection: str) -> Any:
    """Return the schema of a collection."""
    schema: Any = MilvusClient.create_schema(enable_dynamic_field=False)
    for name, facts in fields_of(collection).items():
        options = {key: value for key, value in facts.items() if key not in ("dtype", "index", "metric", "params")}
        schema.add_field(name, facts["dtype"], **options)
    return schema


def indexes_of(collection: str, without: Iterable[Any] = ()) -> Any:
    """Return the indexes of a collection, but for fields of the types ``without``."""
    indexes: Any = MilvusClient.prepare_index_params()
    for name, facts in fields_of(collection).items():
        if "index" in facts and facts["dtype"] not in without:
            metric = {"metric_type": facts["metric"]} if "metric" in facts else {}
            indexes.add_index(name, index_type=facts["index"], params=facts.get("params", {}), **metric)
    return indexes


def in_ranges(field: str, ranges: Sequence[tuple[int, int]]) -> str:
    """Return the condition that a field is in one of some ranges, both ends included."""
    return " or ".join(f"({field} >= {first} and {field} <= {last})" for first, last in ranges)


def in_list(field: str, values: Iterable[int]) -> str:
    """Return the condition that a field is one of some numbers."""
    return f"{field} in [{', '.join(map(str, values))}]"
