"""Rows of arrays in the binary form of COPY, made without a loop over rows."""

import numpy as np
from numpy.typing import NDArray

from index.storage.vectors import Codes
from index.stores.postings import Int64Array

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
_INT4 = 23  # the number of the type
_LIST = np.dtype([
    ("fields", ">i2"), ("term_size", ">i4"), ("term", ">i8"), ("block_size", ">i4"), ("block", ">i8"), ("size", ">i4"),
    ("dimensions", ">i4"), ("nulls", ">i4"), ("type", ">i4"), ("length", ">i4"), ("first", ">i4"),
])  # fmt: skip
_ENTRY = np.dtype([("size", ">i4"), ("entry", ">i4")])


def iter_posting_rows(terms: Int64Array, blocks: Int64Array, starts: Int64Array, entries: NDArray[np.int32]) -> bytes:
    """Return rows of a term, a block and an array of entries.

    ``terms`` and ``blocks`` have the shape (lists,), ``starts`` (lists + 1,), ``entries`` (postings,). List ``n`` is
    ``entries[starts[n] : starts[n + 1]]``, less what stands before the first.
    """
    lengths = np.diff(starts)
    heads = np.zeros(len(terms), _LIST)
    heads["fields"], heads["term_size"], heads["block_size"], heads["dimensions"] = 3, 8, 8, 1
    heads["type"], heads["first"] = _INT4, 1
    heads["term"], heads["block"], heads["length"] = terms, blocks, lengths
    heads["size"] = 20 + _ENTRY.itemsize * lengths
    items = np.empty(len(entries), _ENTRY)
    items["size"], items["entry"] = 4, entries
    begins = np.arange(len(terms)) * _LIST.itemsize + (starts[:-1] - starts[0]) * _ENTRY.itemsize
    rows = np.empty(len(heads) * _LIST.itemsize + len(items) * _ENTRY.itemsize, np.uint8)
    is_head = np.zeros(len(rows), bool)
    is_head[begins[:, None] + np.arange(_LIST.itemsize)] = True
    rows[is_head], rows[~is_head] = heads.view(np.uint8).ravel(), items.view(np.uint8).ravel()
    return rows.tobytes()


def iter_vector_rows(first: int, codes: Codes) -> bytes:
    """Return rows of an address, from ``first`` on, and a vector; ``codes`` have the shape (sentences, dimension).

    A number of half precision holds eight bits exactly.
    """
    dimension = codes.shape[1]
    rows = np.zeros(len(codes), np.dtype([
        ("fields", ">i2"), ("address_size", ">i4"), ("address", ">i8"), ("size", ">i4"),
        ("dimension", ">i2"), ("unused", ">i2"), ("values", ">f2", (dimension,)),
    ]))  # fmt: skip
    rows["fields"], rows["address_size"], rows["size"] = 2, 8, 4 + 2 * dimension
    rows["dimension"], rows["address"], rows["values"] = dimension, first + np.arange(len(codes)), codes
    return rows.tobytes()


def read_codes(values: list[bytes], dimension: int) -> Codes:
    """Return the quantized vectors that half-precision vectors in binary form hold, shape (vectors, dimension)."""
    codes = np.frombuffer(b"".join(value[4:] for value in values), ">f2").reshape(-1, dimension)
    return codes.astype(np.int8)


def read_places(bits: bytes | None, places: bytes | None) -> Int64Array:
    """Return the places in a block of passages, from a string of bits or a row of short numbers; shape (places,)."""
    if bits is not None:
        return np.flatnonzero(np.unpackbits(np.frombuffer(bits[4:], np.uint8)))
    return np.frombuffer(places or b"", ">i2").astype(np.int64)
