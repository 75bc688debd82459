"""What PostgreSQL proposes of a snapshot: words by our own weights of BM25, sentences by their vectors."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoders.base import Vectors
from index.storage.candidates import NO_RESTRICTION, Int64Array, ResolvedFilters, Term, WeightedTerm
from index.storage.documents import DocumentStore
from index.storage.lexical import FIELDS
from index.storage.manifest import Manifest
from index.storage.vectors import dequantize
from index.stores.base import SnapshotGone
from index.stores.candidates import SPARE, StoreCandidates, check_vector, sort_nearest
from index.stores.errors import vectors_missing
from index.stores.numbering import Numbering
from index.stores.postgresql import tables
from index.stores.postgresql.connection import Connections
from index.stores.postgresql.copying import read_codes
from index.stores.postings import BLOCK_BITS, term_number
from index.stores.statistics import LENGTHS, Statistics, add_up


class PostgresCandidates(StoreCandidates):
    """Proposes passages and sentences of a snapshot in PostgreSQL."""

    def __init__(
        self, connections: Connections, snapshot: tuple[int, str], segments: Sequence[int], statistics: Statistics,
        manifest: Manifest, documents: DocumentStore, *, approximates: bool = False,
    ) -> None:  # fmt: skip
        """Take number and token of the snapshot, what all stores take, and whether vectors are searched approximately.

        Under filters they are compared one by one: a graph would be left before it has enough that are allowed.
        """
        super().__init__(segments, statistics, manifest, documents)
        self._connections, self._snapshot = connections, snapshot
        self._nearest_query = (
            tables.NEAREST_APPROXIMATE.format(dimension=manifest.dimension) if approximates else tables.NEAREST
        )

    def best(self, words: Sequence[Sequence[WeightedTerm]], filters: ResolvedFilters, k: int) -> dict[int, float]:
        query = tables.BEST if filters.sentences is None else tables.BEST_WITHIN
        return self._scored(query, words, k, k=k, within=self._allowed_passages(filters))

    def scores(self, numbers: Collection[int], words: Sequence[Sequence[WeightedTerm]]) -> dict[int, float]:
        addresses = self._passages.addresses(np.fromiter(numbers, np.int64, len(numbers)))
        blocks = np.unique(addresses >> BLOCK_BITS).tolist()
        return self._scored(tables.OF_PASSAGES, words, len(numbers), blocks=blocks, addresses=addresses.tolist())

    def with_words(self, words: Sequence[Sequence[str]], filters: ResolvedFilters = NO_RESTRICTION) -> Int64Array:
        """Do as ``Candidates.with_words``; shape (passages,)."""
        terms = [(number, term_number("plain", term)) for number, word in enumerate(words) for term in {*word}]
        rows = self._rows(
            tables.WITH_WORDS, words=[number for number, _ in terms], terms=[term for _, term in terms],
            count=len(words),
        )  # fmt: skip
        passages = np.sort(self._passages.numbers(np.array([address for (address,) in rows], np.int64)))
        return (
            passages if filters.sentences is None else passages[np.isin(passages, self._passages_of(filters.sentences))]
        )

    def nearest(
        self, vector: NDArray[np.float32], k: int, filters: ResolvedFilters
    ) -> tuple[Int64Array, NDArray[np.float32]]:
        """Do as ``Candidates.nearest``; shape (k,) or less, both.

        Raises:
            ValueError: a coordinate of ``vector`` is no number.
        """
        query = check_vector(vector)
        is_filtered = filters.sentences is not None
        numbers, cosines = self._nearest(
            tables.NEAREST_WITHIN if is_filtered else self._nearest_query, query, SPARE * k, filters
        )
        is_cut = len(numbers) == SPARE * k > 0 and cosines[k - 1].round(5) == cosines[-1].round(
            5
        )  # others may be as near
        if is_cut and (is_filtered or self._nearest_query == tables.NEAREST):
            ordered = tables.NEAREST_TIES_WITHIN if is_filtered else tables.NEAREST_TIES
            numbers, cosines = self._nearest(ordered, query, SPARE * k, filters)
        return numbers[:k], cosines[:k]

    def _nearest(
        self, order: str, query: NDArray[np.float32], count: int, filters: ResolvedFilters
    ) -> tuple[Int64Array, NDArray[np.float32]]:
        """Return numbers and cosines of the sentences that a query finds; both of shape (count,) or less."""
        largest = float(np.abs(query).max(initial=1e-12))  # half precision begins at 6e-8
        rows = self._rows(
            order, vector=str((query / largest).tolist()), k=count,
            within=None if filters.sentences is None else _multirange(self._sentences, filters.sentences),
        )  # fmt: skip
        addresses = np.array([address for address, _ in rows], np.int64)
        vectors = self._vectors([codes for _, codes in rows])
        return sort_nearest(self._sentences.numbers(addresses), vectors, query, count)

    def vectors(self, sentences: Int64Array) -> Vectors:
        """Do as ``Candidates.vectors``; shape (sentences, dimension).

        Raises:
            IndexCorrupted: the store lacks one of them.
        """
        addresses = self._sentences.addresses(np.asarray(sentences, np.int64))
        codes = dict(self._rows(tables.VECTORS, addresses=addresses.tolist()))
        if len(codes) != len(set(addresses.tolist())):
            raise vectors_missing(len(addresses))
        return self._vectors([codes[address] for address in addresses.tolist()])

    def is_current(self) -> bool:
        try:
            query = "SELECT snapshot, token FROM pointer JOIN snapshots USING (snapshot)"
            return self._connections.quick_rows(query) == [self._snapshot]
        except SnapshotGone:
            return False

    def close(self) -> None:
        self._connections.close()

    def _rows(self, query: str, **values: object) -> list[Any]:
        return self._connections.rows(query, segments=self._segments, **values)

    def _vectors(self, codes: list[bytes]) -> Vectors:
        return dequantize(read_codes(codes, self._dimension))

    def _counts(self, terms: Sequence[Term]) -> list[int]:
        numbers = [term_number(*term) for term in terms]
        counts = dict(self._rows(tables.FREQUENCIES, terms=numbers))
        return [int(counts.get(number, 0)) for number in numbers]

    def _words_like(self, text: str, slips: int) -> Iterable[tuple[str, int]]:
        spelled = _spellings(text, slips)
        prefix = text[0].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        return self._rows(
            tables.SPELLINGS, prefix=prefix, shortest=len(text) - slips, longest=len(text) + slips,
            spelled=list(spelled), edits=list(spelled.values()),
        )  # fmt: skip

    def _scored(
        self, query: str, words: Sequence[Sequence[WeightedTerm]], most: int, **parameters: object
    ) -> dict[int, float]:
        """Return the scores of the passages that a query finds, best first."""
        weight = self._weights((field, text) for word in words for field, text, _ in word)
        terms = [(number, *term) for number, word in enumerate(words) for term in word]
        rows = self._rows(
            query,
            words=[number for number, *_ in terms],
            terms=[term_number(field, text) for _, field, text, _ in terms],
            weights=[weight(field, text, factor) for _, field, text, factor in terms],
            bases=[FIELDS.index(field) * len(LENGTHS) + 1 for _, field, _, _ in terms],
            norms=self._statistics.norms.tolist(), **parameters,
        )  # fmt: skip
        numbers = self._passages.numbers(np.array([address for address, *_ in rows], np.int64))
        scores = np.array([add_up(*word_scores) for _, *word_scores in rows])
        order = np.lexsort((numbers, -scores.round(4)))[:most]
        return dict(zip(numbers[order].tolist(), scores[order].tolist(), strict=True))

    def _allowed_passages(self, filters: ResolvedFilters) -> str | None:
        return None if filters.sentences is None else _multirange(self._passages, self._passages_of(filters.sentences))


def _multirange(numbering: Numbering, numbers: Int64Array) -> str:
    """Return ascending numbers as PostgreSQL writes ranges of addresses."""
    return "{" + ",".join(f"[{first},{last}]" for first, last in numbering.ranges(numbers)) + "}"


def _spellings(text: str, slips: int) -> dict[str, int]:
    """Return spellings of a word, each with the edits within which all words of at most ``slips`` errors lie.

    PostgreSQL knows no exchange of neighbours, so each word with some exchanged is a spelling of its own.
    """
    spelled, latest = {text: slips}, [text]
    for remaining_slips in range(slips - 1, -1, -1):
        latest = [
            f"{spelling[:at]}{spelling[at + 1]}{spelling[at]}{spelling[at + 2 :]}"
            for spelling in latest
            for at in range(len(spelling) - 1)
        ]
        for other in latest:
            spelled.setdefault(other, remaining_slips)
    return spelled
