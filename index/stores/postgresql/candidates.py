"""What PostgreSQL proposes of a snapshot: words by our own weights of BM25, sentences by their vectors."""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from index.encoders.base import Vectors
from index.errors import IndexCorrupted
from index.storage.candidates import NO_RESTRICTION, SPELLINGS, Int64Array, ResolvedFilters, Term, WeightedTerm
from index.storage.documents import DocumentStore
from index.storage.lexical import FIELDS
from index.storage.manifest import Manifest
from index.storage.vectors import dequantize
from index.stores.phrases import PhraseCounter, plain_length
from index.stores.postgresql import tables
from index.stores.postgresql.connection import Connections
from index.stores.postgresql.copying import read_codes
from index.stores.postings import BLOCK_BITS, term_number
from index.stores.statistics import LENGTHS, Statistics, add_up, length_codes

_TEXTS_KEPT = 1_000  # of passages where a phrase was looked for
_TERMS_KEPT = 50_000
_SPARE = 2  # times as many sentences are taken as asked for: half precision may order near ones otherwise
_LOW = (1 << tables.NUMBER_BITS) - 1


class PostgresCandidates:
    """Proposes passages and sentences of one snapshot. It holds no words or vectors: each question asks for them."""

    def __init__(
        self, connections: Connections, snapshot: int, segments: Sequence[int], statistics: Statistics,
        manifest: Manifest, documents: DocumentStore,
    ) -> None:  # fmt: skip
        """Take the number of the snapshot, those of its segments, in order, and its documents, to find phrases in."""
        self._connections, self._statistics = connections, statistics
        self._snapshot, self._segments = snapshot, list(segments)
        self._dimension, self._documents = manifest.dimension, documents
        self._passages = _Numbering(segments, [segment.passages for segment in manifest.segments])
        self._sentences = _Numbering(segments, [segment.sentences for segment in manifest.segments])
        self._held: dict[Term, int] = {}  # in how many passages a term is
        self._phrases = PhraseCounter()
        self._text: Callable[[int], str] = lru_cache(_TEXTS_KEPT)(documents.indexed_text)

    def frequencies(self, terms: Sequence[Term]) -> list[int]:
        self._look_up(terms)
        return [self._held[term] for term in terms]

    def spellings(self, text: str, slips: int) -> list[tuple[int, str]]:
        spelled = _spellings(text, slips)
        prefix = text[0].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        rows = self._rows(
            tables.SPELLINGS, prefix=prefix, shortest=len(text) - slips, longest=len(text) + slips,
            spelled=list(spelled), edits=list(spelled.values()),
        )  # fmt: skip
        near = ((int(OSA.distance(text, other)), -count, other) for other, count in rows)
        ordered = sorted(spelling for spelling in near if spelling[0] <= slips)
        return [(distance, other) for distance, _, other in ordered[:SPELLINGS]]

    def best(self, words: Sequence[Sequence[WeightedTerm]], within: ResolvedFilters, k: int) -> dict[int, float]:
        query = tables.BEST if within.sentences is None else tables.BEST_WITHIN
        return self._scored(query, words, k, k=k, within=self._allowed_passages(within))

    def best_by_sum(self, terms: Sequence[WeightedTerm], within: ResolvedFilters, k: int) -> dict[int, float]:
        return self.best([[term] for term in terms], within, k)

    def scores(self, numbers: Collection[int], words: Sequence[Sequence[WeightedTerm]]) -> dict[int, float]:
        addresses = self._passages.addresses(np.fromiter(numbers, np.int64, len(numbers)))
        blocks = np.unique(addresses >> BLOCK_BITS).tolist()
        return self._scored(tables.OF_PASSAGES, words, len(numbers), blocks=blocks, addresses=addresses.tolist())

    def holding(self, words: Sequence[Sequence[str]], within: ResolvedFilters = NO_RESTRICTION) -> Int64Array:
        """Do as ``Candidates.holding``; shape (passages,)."""
        asked = [(place, term_number("plain", term)) for place, word in enumerate(words) for term in {*word}]
        rows = self._rows(
            tables.HOLDING, words=[place for place, _ in asked], terms=[term for _, term in asked],
            count=len(words),
        )  # fmt: skip
        passages = np.sort(self._passages.numbers(np.array([address for (address,) in rows], np.int64)))
        return (
            passages if within.sentences is None else passages[np.isin(passages, self._passages_of(within.sentences))]
        )

    def with_phrase(self, words: Sequence[str]) -> Int64Array:
        """Do as ``Candidates.with_phrase``; shape (passages,)."""
        numbers = self.holding([[word] for word in dict.fromkeys(words)])
        if len(words) == 1:
            return numbers
        return numbers[[self._phrases.count(words, self._text(int(number))) > 0 for number in numbers]]

    def best_with_phrase(self, words: Sequence[str], within: ResolvedFilters, k: int) -> Int64Array:
        """Do as ``Candidates.best_with_phrase``; shape (k,) or less."""
        numbers = self.with_phrase(words)
        if within.sentences is not None:
            numbers = numbers[np.isin(numbers, self._passages_of(within.sentences))]
        scores = np.array([self._phrase_score(words, self._text(int(number))) for number in numbers], np.float64)
        chosen = np.lexsort((numbers, -scores))[:k]
        return numbers[chosen][np.lexsort((numbers[chosen], -scores[chosen].round(4)))]

    def nearest(
        self, vector: NDArray[np.float32], k: int, within: ResolvedFilters
    ) -> tuple[Int64Array, NDArray[np.float32]]:
        """Do as ``Candidates.nearest``; shape (k,) or less, both.

        Raises:
            ValueError: a coordinate of ``vector`` is no number.
        """
        query = np.asarray(vector, np.float32)
        if not np.isfinite(query).all():
            raise ValueError("a vector to search for that is no number")
        largest = float(np.abs(query).max(initial=1e-12))  # half precision begins at 6e-8
        rows = self._rows(
            tables.NEAREST if within.sentences is None else tables.NEAREST_WITHIN,
            vector=str((query / largest).tolist()), k=_SPARE * k,
            within=None if within.sentences is None else self._sentences.ranges(within.sentences),
        )  # fmt: skip
        addresses = np.array([address for address, _ in rows], np.int64)
        cosines = self._vectors([codes for _, codes in rows]) @ query
        numbers = self._sentences.numbers(addresses)
        order = np.lexsort((numbers, -cosines.round(5)))[:k]
        return numbers[order], cosines[order]

    def vectors(self, sentences: Int64Array) -> Vectors:
        """Do as ``Candidates.vectors``; shape (sentences, dimension).

        Raises:
            IndexCorrupted: the store lacks one of them.
        """
        addresses = self._sentences.addresses(np.asarray(sentences, np.int64))
        codes = dict(self._rows(tables.VECTORS, addresses=addresses.tolist()))
        if len(codes) != len(set(addresses.tolist())):
            raise IndexCorrupted(
                "The store lacks the vectors of {} sentences. Publish the snapshot again: rag store publish",
                len(addresses),
            )
        return self._vectors([codes[address] for address in addresses.tolist()])

    def is_current(self) -> bool:
        return self._rows("SELECT snapshot FROM pointer") == [(self._snapshot,)]

    def close(self) -> None:
        self._connections.close()

    def _rows(self, query: str, **values: object) -> list[Any]:
        return self._connections.rows(query, segments=self._segments, **values)

    def _vectors(self, codes: list[bytes]) -> Vectors:
        return dequantize(read_codes(codes, self._dimension))

    def _look_up(self, terms: Iterable[Term]) -> None:
        """Ask for the frequencies of terms that are not known yet."""
        asked = {term_number(*term): term for term in terms if term not in self._held}
        if not asked:
            return
        if len(self._held) > _TERMS_KEPT:
            self._held = {}
        rows = self._rows(tables.FREQUENCIES, terms=list(asked))
        counts = dict(rows)
        self._held = self._held | {term: int(counts.get(number, 0)) for number, term in asked.items()}

    def _scored(
        self, query: str, words: Sequence[Sequence[WeightedTerm]], most: int, **more: object
    ) -> dict[int, float]:
        """Return the scores of the passages that a query finds, best first."""
        self._look_up((field, text) for word in words for field, text, _ in word)
        asked = [(place, *term) for place, word in enumerate(words) for term in word]
        rows = self._rows(
            query,
            words=[place for place, *_ in asked],
            terms=[term_number(field, text) for _, field, text, _ in asked],
            weights=[self._weight(field, text, weight) for _, field, text, weight in asked],
            bases=[FIELDS.index(field) * len(LENGTHS) + 1 for _, field, _, _ in asked],
            norms=self._statistics.norms.tolist(), **more,
        )  # fmt: skip
        numbers = self._passages.numbers(np.array([address for address, *_ in rows], np.int64))
        scores = np.array([add_up(*parts) for _, *parts in rows])
        order = np.lexsort((numbers, -scores.round(4)))[:most]
        return dict(zip(numbers[order].tolist(), scores[order].tolist(), strict=True))

    def _weight(self, field: str, text: str, boost: float) -> float:
        return self._statistics.weight(self._statistics.idf(self._held[field, text]), boost)

    def _phrase_score(self, words: Sequence[str], text: str) -> float:
        """Return the BM25 of a phrase in a passage: its words' frequencies added up, and its own count."""
        times = np.float32(self._phrases.count(words, text))
        code = int(length_codes(np.array([plain_length(text)]))[0])
        norm = self._statistics.norms[FIELDS.index("plain") * len(LENGTHS) + code]
        self._look_up([("plain", word) for word in words])
        idf = np.float32(0)
        for word in words:
            idf += self._statistics.idf(self._held["plain", word])
        return float(np.float32(self._statistics.weight(idf)) * (times / (times + norm)))

    def _passages_of(self, sentences: Int64Array) -> Int64Array:
        return np.unique(np.searchsorted(self._documents.passages, sentences, side="right") - 1)

    def _allowed_passages(self, within: ResolvedFilters) -> str | None:
        return None if within.sentences is None else self._passages.ranges(self._passages_of(within.sentences))


class _Numbering:
    """Turns the addresses of a store into the numbers of a snapshot, and back."""

    def __init__(self, segments: Sequence[int], counts: Sequence[int]) -> None:
        self._segments = np.array(segments, np.int64)
        self._firsts = np.cumsum([0, *counts])
        self._order = np.argsort(self._segments)

    def numbers(self, addresses: NDArray[np.int64]) -> Int64Array:
        places = self._order[np.searchsorted(self._segments[self._order], addresses >> tables.NUMBER_BITS)]
        numbers: Int64Array = self._firsts[places] + (addresses & _LOW)
        return numbers

    def addresses(self, numbers: Int64Array) -> NDArray[np.int64]:
        places = np.searchsorted(self._firsts, numbers, side="right") - 1
        addresses: NDArray[np.int64] = (self._segments[places] << tables.NUMBER_BITS) + numbers - self._firsts[places]
        return addresses

    def ranges(self, numbers: Int64Array) -> str:
        """Return ascending numbers as PostgreSQL writes ranges of addresses."""
        if not len(numbers):
            return "{}"
        addresses = self.addresses(numbers)
        ends = np.flatnonzero(np.diff(addresses) != 1)
        firsts, lasts = addresses[np.append(0, ends + 1)], addresses[np.append(ends, len(addresses) - 1)]
        return "{" + ",".join(f"[{first},{last}]" for first, last in zip(firsts, lasts, strict=True)) + "}"


def _spellings(text: str, slips: int) -> dict[str, int]:
    """Return spellings of a word, each with the edits within which all words of at most ``slips`` errors lie.

    PostgreSQL knows no exchange of neighbours, so each word with some exchanged is a spelling of its own.
    """
    spelled, latest = {text: slips}, [text]
    for left in range(slips - 1, -1, -1):
        latest = [
            f"{spelling[:at]}{spelling[at + 1]}{spelling[at]}{spelling[at + 2 :]}"
            for spelling in latest
            for at in range(len(spelling) - 1)
        ]
        for other in latest:
            spelled.setdefault(other, left)
    return spelled
