"""Checksums of what a store keeps of a segment, which an engine can compute of its rows as well.

All are sums of whole numbers, so that they do not depend on the order of rows.
"""

from collections.abc import Iterable
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from index.storage.manifest import DOCUMENTS, Manifest, Segment
from index.storage.vectors import Codes
from index.stores.base import FileReader

WEIGHTS = 251  # that vectors have in turn, so that two that are exchanged are noticed
TERM_MASK = 7  # the bits of a term that weigh its postings


def probe(dimension: int) -> NDArray[np.int64]:
    """Return whole numbers from -7 to 7, whose products with bytes single precision holds; shape (dimension,).

    They are high bits of multiples of a prime: multiplicative hashing (Knuth 1973, "Sorting and Searching").
    """
    return (np.arange(1, dimension + 1, dtype=np.int64) * 2_654_435_761 % 2**32 >> 16) % 15 - 7


def sum_vectors(codes: Codes, first: int) -> int:
    """Return the checksum of quantized vectors, the first of which is number ``first`` of its segment.

    ``codes`` has the shape (vectors, dimension).
    """
    products = codes.astype(np.int64) @ probe(codes.shape[1])
    return int(products @ (1 + np.arange(first, first + len(codes)) % WEIGHTS))


def has_its_files(reader: FileReader, segment: Segment, manifest: Manifest) -> bool:
    """Return whether the files of a segment's documents are those of the manifest; every byte is read."""
    facts = manifest.files or {}
    return all(_facts(reader.read(segment, name)) == facts.get(f"{segment.name}/{name}") for name in DOCUMENTS)


def _facts(pieces: Iterable[bytes]) -> tuple[int, str]:
    size, digest = 0, sha256()
    for piece in pieces:
        size += len(piece)
        digest.update(piece)
    return size, digest.hexdigest()
