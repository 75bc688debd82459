"""What Milvus proposes of a snapshot: words by bounds of our own BM25, sentences by their vectors."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from heapq import nlargest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoders.base import Vectors
from index.storage.candidates import NO_RESTRICTION, Int64Array, ResolvedFilters, Term, WeightedTerm
from index.storage.documents import DocumentStore
from index.storage.manifest import Manifest
from index.storage.vectors import SPARE, dequantize, sort_nearest
from index.stores.candidates import Check, StoreCandidates, best_first, check_vector, find_contenders, is_certain
from index.stores.errors import snapshot_gone, vectors_missing
from index.stores.milvus import collections
from index.stores.milvus.bounds import SLACK, QueryVectors
from index.stores.milvus.collections import MOST_ROWS, PASSAGES, WORDS, in_list, in_ranges
from index.stores.milvus.connection import Connection, Row
from index.stores.milvus.scoring import Scorer
from index.stores.milvus.spelling import list_variants
from index.stores.numbering import Numbering
from index.stores.postings import term_number
from index.stores.restriction import join_ranges, restrict
from index.stores.statistics import Statistics

_MIN_ROWS = 64  # that are asked for at once
_GROWTH = 4  # times as many, when it was not enough
_SCORED = 32  # passages at a time
_RANGES = 128  # in a condition
_VECTORS = 4_096  # in an answer
_TERMS = (1 - (1 << 63), (1 << 63) - 1)  # numbers of terms
Float32Array = NDArray[np.float32]
_Score = Callable[[Sequence[int]], dict[int, float]]  # of passages


class MilvusCandidates(StoreCandidates):
    """Proposes passages and sentences of a snapshot in Milvus."""

    def __init__(
        self, connection: Connection, snapshot: tuple[int, str], segments: Mapping[int, Sequence[int]],
        statistics: Statistics, manifest: Manifest, documents: DocumentStore,
    ) -> None:  # fmt: skip
        """Take number and token of the snapshot, the classes that occur in each of its segments, and the rest."""
        super().__init__([*segments], statistics, manifest, documents)
        self._connection, (self._snapshot, self._token) = connection, snapshot
        self._vectors_name = collections.name_vectors(manifest.dimension)
        self._of_segments = in_list("segment", segments)
        self._queries = QueryVectors(statistics, segments.values())
        self._scorer = Scorer(statistics, documents)
        self._kept_until = 0.0

    def _best(
        self, words: Sequence[Sequence[WeightedTerm]], filters: ResolvedFilters, check: Check, k: int
    ) -> dict[int, float]:
        weight = self._weights(term[:2] for word in words for term in word)
        score = partial(self._scorer.scores, words=words, weight=weight)
        allowed = None if filters.sentences is None else self._passages_of(filters.sentences)
        query = self._queries.vector(words, weight)
        scores: dict[int, float] = {}
        intervals = [range(self._passages.count)] if query else []
        while intervals:
            interval = intervals.pop()
            if not self._add_best(scores, query, score, interval, allowed, check, k):
                intervals += _halves(interval)
        return best_first(scores, k)

    def scores(self, numbers: Collection[int], words: Sequence[Sequence[WeightedTerm]]) -> dict[int, float]:
        weight = self._weights(term[:2] for word in words for term in word)
        scores = self._scorer.scores([int(number) for number in numbers], words, weight)
        return best_first(scores, len(scores))

    def with_words(self, words: Sequence[Sequence[str]], filters: ResolvedFilters = NO_RESTRICTION) -> Int64Array:
        """Do as ``Candidates.with_words``; shape (passages,)."""
        lists = [", ".join(str(term_number("plain", term)) for term in {*word}) for word in words]
        condition = " and ".join(f"array_contains_any(terms, [{terms}])" for terms in lists)
        sentences = self.listed(filters).sentences
        allowed = None if sentences is None else self._passages_of(sentences)
        passages: list[Int64Array] = [np.empty(0, np.int64)]
        intervals = [range(self._passages.count)]
        while intervals:
            interval = intervals.pop()
            span = self._span(interval, allowed, MOST_ROWS)
            if not span:
                continue
            rows = self._rows(PASSAGES, filter=f"({span}) and {condition}", fields=["address"])
            if len(rows) >= MOST_ROWS and len(interval) > 1:
                intervals += _halves(interval)
            else:
                passages.append(self._passages.numbers(_addresses(rows)))
        numbers = np.sort(np.concatenate(passages))
        return numbers if allowed is None else numbers[np.isin(numbers, allowed)]

    def _nearest(
        self, vector: NDArray[np.float32], k: int, filters: ResolvedFilters, check: Check
    ) -> tuple[Int64Array, NDArray[np.float32]]:
        query = check_vector(vector)
        numbers, cosines = np.empty(0, np.int64), np.empty(0, np.float32)
        intervals = [range(self._sentences.count)]
        while intervals:
            interval = intervals.pop()
            batch = self._search_interval(query, interval, filters.sentences, check, k, cosines)
            if batch is None:
                intervals += _halves(interval)
                continue
            numbers, cosines = np.concatenate([numbers, batch[0]]), np.concatenate([cosines, batch[1]])
            chosen = _first_contenders(numbers, cosines, k)
            numbers, cosines = numbers[chosen], cosines[chosen]
        return sort_nearest(numbers, self.vectors(numbers), query, k)

    def vectors(self, sentences: Int64Array) -> Vectors:
        """Do as ``Candidates.vectors``; shape (sentences, dimension).

        Raises:
            IndexCorrupted: the store lacks one of them.
        """
        addresses = self._sentences.addresses(np.asarray(sentences, np.int64)).tolist()
        unique, codes = list(dict.fromkeys(addresses)), dict[int, Any]()
        for at in range(0, len(unique), _VECTORS):
            condition = in_list("address", unique[at : at + _VECTORS])
            rows = self._rows(self._vectors_name, filter=condition, fields=["address", "vector"])
            codes.update((row["address"], row["vector"]) for row in rows)
        if len(codes) != len(unique):
            raise vectors_missing(len(addresses))
        return self._dequantize([codes[address] for address in addresses])

    def is_current(self) -> bool:
        pointer = self._connection.pointer()
        return (pointer.snapshot, pointer.token) == (self._snapshot, self._token)

    def close(self) -> None:
        self._connection.close()

    def _search_interval(
        self, query: NDArray[np.float32], interval: range, allowed: Int64Array | None, check: Check, k: int,
        before: Float32Array,
    ) -> tuple[Int64Array, Float32Array] | None:  # fmt: skip
        """Return numbers and cosines of the nearest sentences of a part that are allowed; both of shape (rows,).

        ``before`` are the cosines of the nearest of parts whose numbers are lower: of equally near ones, those count.
        Return None if Milvus may not return as many as are needed.
        """
        condition, limit = _condition(self._sentences, interval, allowed, SPARE * k), min(SPARE * k, MOST_ROWS)
        while condition:
            rows = self._rows(
                self._vectors_name, search="vector", query=query.tolist(), filter=condition, fields=["address"],
                limit=limit,
            )  # fmt: skip
            numbers = self._sentences.numbers(_addresses(rows))
            cosines = np.nan_to_num(np.array([row["distance"] for row in rows], np.float32))
            is_allowed = np.ones(len(rows), bool) if allowed is None else np.isin(numbers, allowed)
            is_allowed[is_allowed] = check.passes(numbers[is_allowed])
            is_whole = len(rows) < limit or (limit == MOST_ROWS and len(interval) <= MOST_ROWS)
            are_later = len(before) >= k and before[np.argsort(-before)[k - 1]] >= cosines[-1] if len(rows) else True
            if is_whole or are_later or is_certain(cosines, is_allowed, k):
                return numbers[is_allowed], cosines[is_allowed]
            if limit == MOST_ROWS:
                return None
            limit = min(check.grow(limit), MOST_ROWS)
        return np.empty(0, np.int64), np.empty(0, np.float32)

    def _add_best(
        self, scores: dict[int, float], query: Mapping[int, float], score: _Score,
        interval: range, allowed: Int64Array | None, check: Check, k: int,
    ) -> bool:  # fmt: skip
        """Add the scores of passages of a part until none of the others can be among the ``k`` best.

        Milvus proposes the passages of the highest bounds. Return False if it may not propose as many as are needed.
        """
        condition, limit = self._span(interval, allowed, 2 * k), min(max(_MIN_ROWS, 2 * k), MOST_ROWS)
        while condition:
            rows = self._rows(
                PASSAGES, search="weights", query=query, filter=condition, fields=["address"], limit=limit
            )
            if self._score_until(scores, rows, score, allowed, check, k) or len(rows) < limit:
                return True
            if limit == MOST_ROWS:
                return len(interval) <= MOST_ROWS
            limit = min(check.grow(limit), MOST_ROWS)
        return True

    def _score_until(
        self, scores: dict[int, float], rows: Sequence[Row], score: _Score, allowed: Int64Array | None,
        check: Check, k: int,
    ) -> bool:  # fmt: skip
        """Add the scores of proposed passages; return True when the bound of the next ones is too low."""
        numbers = self._passages.numbers(_addresses(rows))
        is_new = ~np.isin(numbers, list(scores))
        if allowed is not None:
            is_new &= np.isin(numbers, allowed)
        for at in range(0, len(rows), _SCORED):
            if len(scores) >= k and rows[at]["distance"] * SLACK < nlargest(k, scores.values())[-1]:
                return True
            batch = numbers[at : at + _SCORED][is_new[at : at + _SCORED]]
            scores.update(score(batch[check.passes(batch)].tolist()))
        return False

    def _span(self, interval: range, allowed: Int64Array | None, count: int) -> str:
        return _condition(self._passages, interval, allowed, count)

    def _rows(self, collection: str, **options: Any) -> list[Row]:
        """Return what a request finds, if the snapshot was still there.

        Raises:
            SnapshotGone: it was removed.
        """
        if "search" in options:
            rows = self._connection.search(collection, options.pop("search"), **options)
        else:
            rows = self._connection.rows(collection, **options)
        self._check_kept()
        return rows

    def _check_kept(self) -> None:
        """Check that the snapshot was not removed; when it is not retired, it is kept for a while.

        Raises:
            SnapshotGone: it was.
        """
        now = time.monotonic()
        if now < self._kept_until:
            return
        facts = self._connection.record("snapshot", self._snapshot)
        if facts is None or facts["token"] != self._token:
            raise snapshot_gone(self._connection.address.url, self._snapshot)
        if facts["retired"] is None:
            self._kept_until = now + collections.RETENTION_SECONDS / 2

    def _dequantize(self, vectors: Sequence[Any]) -> Vectors:
        codes = np.array(vectors, np.float32).reshape(-1, self._dimension)
        return dequantize(codes.astype(np.int8))

    def _counts(self, terms: Sequence[Term]) -> list[int]:
        numbers, counts = [term_number(*term) for term in terms], dict[int, int]()
        step = MOST_ROWS // len(self._segments)
        for at in range(0, len(numbers), step):
            condition = f"{in_list('term', numbers[at : at + step])} and {self._of_segments}"
            for row in self._rows(WORDS, filter=condition, fields=["term", "passages"]):
                counts[row["term"]] = counts.get(row["term"], 0) + int(row["passages"])
        return [counts.get(number, 0) for number in numbers]

    def _words_like(self, text: str, slips: int) -> Iterable[tuple[str, int]]:
        counts: dict[str, int] = {}
        for row in self._sharing_variants(text, slips, _TERMS):
            counts[row["text"]] = counts.get(row["text"], 0) + int(row["passages"])
        return counts.items()

    def _sharing_variants(self, text: str, slips: int, terms: tuple[int, int]) -> Iterator[Row]:
        """Yield the words, with numbers in a range, of about this length that may be within ``slips`` errors."""
        condition = (
            f"length >= {len(text) - slips} and length <= {len(text) + slips} and {self._of_segments}"
            f" and {in_ranges('term', [terms])}"
        )
        limit = _MIN_ROWS
        while True:
            rows = self._rows(
                WORDS, search="variants", query=list_variants(text, slips), filter=condition,
                fields=["text", "passages"], limit=limit,
            )  # fmt: skip
            if len(rows) < limit or rows[-1]["distance"] < 0.5:
                yield from (row for row in rows if row["text"].startswith(text[0]))
                return
            if limit == MOST_ROWS:
                break
            limit = min(_GROWTH * limit, MOST_ROWS)
        middle = (terms[0] + terms[1]) // 2
        yield from self._sharing_variants(text, slips, (terms[0], middle))
        yield from self._sharing_variants(text, slips, (middle + 1, terms[1]))


def _halves(interval: range) -> list[range]:
    """Return both halves of a range, the second first."""
    middle = (interval.start + interval.stop) // 2
    return [range(middle, interval.stop), range(interval.start, middle)]


def _first_contenders(numbers: Int64Array, cosines: Float32Array, k: int) -> Int64Array:
    """Return the places of rows that may be among the ``k`` nearest: of equally near ones, those of low numbers."""
    may_be = find_contenders(cosines, np.ones(len(cosines), bool), k)
    order = np.lexsort((numbers, -cosines))
    order = order[may_be[order]]
    changes = np.flatnonzero(np.diff(cosines[order], prepend=np.inf))
    copies = np.arange(len(order)) - np.repeat(changes, np.diff(np.append(changes, len(order))))
    chosen: Int64Array = order[copies < k]
    return chosen


def _addresses(rows: Sequence[Row]) -> Int64Array:
    return np.array([row["address"] for row in rows], np.int64)


def _condition(numbering: Numbering, interval: range, allowed: Int64Array | None, count: int) -> str:
    """Return a condition that holds for the addresses of allowed numbers in a range, and perhaps for more.

    ``count`` of them are asked for.
    """
    if allowed is None:
        return in_ranges("address", list(numbering.spans(interval)))
    in_interval = allowed[np.searchsorted(allowed, interval.start) : np.searchsorted(allowed, interval.stop)]
    ranges = restrict(numbering, in_interval, count).ranges or []
    if len(ranges) > _RANGES and len(in_interval) <= MOST_ROWS:
        return in_list("address", numbering.addresses(in_interval).tolist())
    return in_ranges("address", join_ranges(ranges, _RANGES))
