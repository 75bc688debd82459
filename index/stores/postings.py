"""The postings of a segment: which terms its passages hold, how often, and how long their fields are.

Terms have numbers that follow from their text, so that writers need no common dictionary. Postings are packed into
integers of 32 bits and kept in blocks of 4,096 passages, of which a question reads those that it needs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from index.storage.lexical import FIELDS, analyzer
from index.stores.base import IndexedPassage
from index.stores.checksums import TERM_MASK
from index.stores.statistics import encode_lengths

BLOCK_BITS = 12  # of a passage's number in its segment: its place in the block
_LENGTH_BITS = 8
_MOST_TIMES = (1 << 11) - 1  # of a term in a passage
_SHIFT = BLOCK_BITS + _LENGTH_BITS

Int64Array = NDArray[np.int64]


def term_number(field: str, term: str) -> int:
    """Return a number for a term of a field, with 64 bits and a sign; two terms of a billion may share one."""
    return int.from_bytes(blake2b(f"{field}\0{term}".encode(), digest_size=8).digest(), signed=True)


@dataclass(frozen=True, slots=True)
class Postings:
    """The postings of a segment, sorted by term and passage.

    ``entries`` has one packed number for each pair of a term and a passage: place in the block, length, frequency, from
    the lowest bit. List ``n`` is of the term ``terms[n]`` in the block ``blocks[n]`` and begins at ``starts[n]``.
    """

    words: Sequence[tuple[int, str, str, int]]  # of each term its number, field, text, and number of passages
    tokens: Sequence[int]  # of each field
    terms: Int64Array  # shape (lists,)
    blocks: Int64Array  # shape (lists,)
    starts: Int64Array  # shape (lists + 1,)
    entries: NDArray[np.int32]  # shape (pairs,)

    @property
    def checksum(self) -> int:
        """The sum of all entries, weighed by the lowest bits of their terms."""
        weights = np.repeat(1 + (self.terms & TERM_MASK), np.diff(self.starts))
        return int(weights @ self.entries.astype(np.int64))


class PostingsWriter:
    """Collects the terms of passages, in the order of their numbers."""

    def __init__(self) -> None:
        self._term_indices: list[dict[str, int]] = [{} for _ in FIELDS]  # the place of each term of a field
        self._terms: list[list[NDArray[np.int32]]] = [[] for _ in FIELDS]
        self._lengths: list[list[int]] = [[] for _ in FIELDS]

    def add(self, passage: IndexedPassage) -> None:
        """Append a passage: to the field of its language, and to that of plain words."""
        for number, field in enumerate(FIELDS):
            is_held = field in (passage.language, "plain")
            terms = analyzer(field).terms(passage.text) if is_held else []
            term_indices = self._term_indices[number]
            self._terms[number].append(
                np.array([term_indices.setdefault(term, len(term_indices)) for term in terms], np.int32)
            )
            self._lengths[number].append(len(terms))

    def close(self) -> Postings:
        """Return the postings of all passages."""
        words: list[tuple[int, str, str, int]] = []
        rows = [self._field(number, words) for number in range(len(FIELDS))]
        terms, passages, entries = (np.concatenate(columns) for columns in zip(*rows, strict=True))
        blocks = passages >> BLOCK_BITS
        edges = np.flatnonzero((np.diff(terms) != 0) | (np.diff(blocks) != 0)) + 1 if len(terms) else np.empty(0, int)
        starts = np.concatenate([np.zeros(min(len(terms), 1), np.int64), edges]).astype(np.int64)
        tokens = [sum(lengths) for lengths in self._lengths]
        return Postings(words, tokens, terms[starts], blocks[starts], np.append(starts, len(terms)), entries)

    def _field(
        self, number: int, words: list[tuple[int, str, str, int]]
    ) -> tuple[Int64Array, Int64Array, NDArray[np.int32]]:
        """Return term, passage and packed entry of each posting of a field; append its terms to ``words``."""
        lengths = np.array(self._lengths[number], np.int64)
        term_indices = np.concatenate([np.empty(0, np.int32), *self._terms[number]]).astype(np.int64)
        passages = np.repeat(np.arange(len(lengths)), lengths)
        pairs, times = np.unique(term_indices << 32 | passages, return_counts=True)
        terms, passages = pairs >> 32, pairs & 0xFFFFFFFF
        field, texts = FIELDS[number], list(self._term_indices[number])
        numbers = np.array([term_number(field, text) for text in texts], np.int64)
        counts = np.bincount(terms, minlength=len(texts)).tolist()
        words += [(*row[:1], field, *row[1:]) for row in zip(numbers.tolist(), texts, counts, strict=True)]
        packed = np.minimum(times, _MOST_TIMES) << _SHIFT | encode_lengths(lengths)[passages] << BLOCK_BITS
        entries = (packed | passages & ((1 << BLOCK_BITS) - 1)).astype(np.int32)
        return numbers[terms], passages, entries


def make_postings(passages: Iterable[IndexedPassage]) -> Postings:
    """Return the postings of passages, in the order of their numbers."""
    writer = PostingsWriter()
    for passage in passages:
        writer.add(passage)
    return writer.close()
