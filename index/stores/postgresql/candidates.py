"""What PostgreSQL proposes of a snapshot: words by our own weights of BM25, sentences by their vectors."""

from collections.abc import Collection, Iterable, Sequence
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoders.base import Vectors
from index.storage.candidates import NO_RESTRICTION, Int64Array, ResolvedFilters, Term, WeightedTerm
from index.storage.documents import DocumentStore
from index.storage.lexical import FIELDS
from index.storage.manifest import Manifest
from index.storage.vectors import MARGIN, SPARE, dequantize, sort_nearest
from index.stores.base import SnapshotGone
from index.stores.candidates import Check, StoreCandidates, best_first, check_vector, find_contenders, is_certain
from index.stores.errors import vectors_missing
from index.stores.postgresql import tables
from index.stores.postgresql.connection import Connections
from index.stores.postgresql.copying import read_codes, read_places
from index.stores.postings import BLOCK_BITS, term_number
from index.stores.restriction import Range, Restriction, restrict
from index.stores.statistics import LENGTHS, Statistics, add_up

_MOST_ROWS = 16_384  # of a graph of vectors


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
        self._approximates = approximates
        self._graph_query = tables.NEAREST_APPROXIMATE.format(dimension=manifest.dimension)

    def _best(
        self, words: Sequence[Sequence[WeightedTerm]], filters: ResolvedFilters, check: Check, k: int
    ) -> dict[int, float]:
        allowed = None if filters.sentences is None else self._passages_of(filters.sentences)
        restriction = restrict(self._passages, allowed, SPARE * k)
        query = tables.BEST if restriction.ranges is None else tables.BEST_WITHIN
        limit = restriction.rows_for(SPARE * k)
        while True:
            scores = self._score(query, words, k=limit, within=_multirange(restriction.ranges))
            is_allowed = _allows(restriction, np.array([*scores], np.int64), check)
            if len(scores) < limit or is_allowed.sum() >= SPARE * k:
                return best_first(dict(compress(scores.items(), is_allowed)), k)
            limit = check.grow(limit)

    def scores(self, numbers: Collection[int], words: Sequence[Sequence[WeightedTerm]]) -> dict[int, float]:
        addresses = self._passages.addresses(np.fromiter(numbers, np.int64, len(numbers)))
        blocks = np.unique(addresses >> BLOCK_BITS).tolist()
        scores = self._score(tables.OF_PASSAGES, words, blocks=blocks, addresses=addresses.tolist())
        return best_first(scores, len(numbers))

    def with_words(self, words: Sequence[Sequence[str]], filters: ResolvedFilters = NO_RESTRICTION) -> Int64Array:
        """Do as ``Candidates.with_words``; shape (passages,)."""
        terms = [(number, term_number("plain", term)) for number, word in enumerate(words) for term in {*word}]
        rows = self._rows(
            tables.WITH_WORDS, words=[number for number, _ in terms], terms=[term for _, term in terms],
            count=len(words),
        )  # fmt: skip
        addresses = [(block << BLOCK_BITS) + read_places(bits, places) for block, bits, places in rows]
        passages = np.sort(self._passages.numbers(np.concatenate([np.empty(0, np.int64), *addresses])))
        sentences = self.listed(filters).sentences
        return passages if sentences is None else passages[np.isin(passages, self._passages_of(sentences))]

    def _nearest(
        self, vector: NDArray[np.float32], k: int, filters: ResolvedFilters, check: Check
    ) -> tuple[Int64Array, NDArray[np.float32]]:
        query = check_vector(vector)
        restriction = restrict(self._sentences, filters.sentences, SPARE * k)
        is_approximate = restriction.ranges is None and self._approximates and not check.is_needed
        order = tables.NEAREST if restriction.ranges is None else tables.NEAREST_WITHIN
        order, limit = self._graph_query if is_approximate else order, restriction.rows_for(SPARE * k)
        while True:
            numbers, cosines = self._search_ranges(order, query, restriction.ranges, k=limit)
            is_allowed = _allows(restriction, numbers, check)
            if len(numbers) < limit or is_certain(cosines, is_allowed, k) or (is_approximate and limit >= _MOST_ROWS):
                break
            if is_allowed.sum() >= k and not is_approximate and not check.is_needed:
                numbers, cosines = self._with_equally_near(query, numbers[is_allowed], cosines[is_allowed], filters, k)
                is_allowed = np.ones(len(numbers), bool)
                break
            limit = check.grow(limit)
        numbers = numbers[find_contenders(cosines, is_allowed, k)]
        return sort_nearest(numbers, self.vectors(numbers), query, k)

    def _search_ranges(
        self, order: str, query: NDArray[np.float32], ranges: Sequence[Range] | None, **values: object
    ) -> tuple[Int64Array, NDArray[np.float32]]:
        """Return numbers of sentences and their cosines as PostgreSQL computes them; both of shape (rows,)."""
        largest = float(np.abs(query).max(initial=1e-12))  # half precision begins at 6e-8
        rows = self._rows(order, vector=str((query / largest).tolist()), within=_multirange(ranges), **values)
        addresses = np.array([address for address, _ in rows], np.int64)
        return self._sentences.numbers(addresses), np.array([1 - distance for _, distance in rows], np.float32)

    def _with_equally_near(
        self, query: NDArray[np.float32], numbers: Int64Array, cosines: NDArray[np.float32],
        filters: ResolvedFilters, k: int,
    ) -> tuple[Int64Array, NDArray[np.float32]]:  # fmt: skip
        """Return some of the nearest sentences, and those as near as the last of ``k`` that come first."""
        last = 1 - float(cosines[k - 1])
        is_nearer = cosines > cosines[k - 1] + MARGIN
        ranges = None if filters.sentences is None else self._sentences.ranges(filters.sentences)
        order = tables.EQUALLY_NEAR if ranges is None else tables.EQUALLY_NEAR_WITHIN
        equal = self._search_ranges(order, query, ranges, k=k, least=last - 2 * MARGIN, most=last + MARGIN)
        is_new = ~np.isin(equal[0], numbers[is_nearer])
        return (
            np.concatenate([numbers[is_nearer], equal[0][is_new]]),
            np.concatenate([cosines[is_nearer], equal[1][is_new]]),
        )

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

    def _score(self, query: str, words: Sequence[Sequence[WeightedTerm]], **parameters: object) -> dict[int, float]:
        """Return the scores of the passages that a query finds."""
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
        numbers = self._passages.numbers(np.array([address for address, *_ in rows], np.int64)).tolist()
        return {number: add_up(*scores) for number, (_, *scores) in zip(numbers, rows, strict=True)}


def _allows(restriction: Restriction, numbers: Int64Array, check: Check) -> NDArray[np.bool_]:
    """Return which numbers are allowed and pass, same shape."""
    is_allowed = restriction.allows(numbers)
    is_allowed[is_allowed] = check.passes(numbers[is_allowed])
    return is_allowed


def _multirange(ranges: Sequence[Range] | None) -> str | None:
    """Return ranges of addresses as PostgreSQL writes them."""
    return None if ranges is None else "{" + ",".join(f"[{first},{last}]" for first, last in ranges) + "}"


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
