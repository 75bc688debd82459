"""The store on one machine: tantivy and FAISS propose, from files of the snapshot."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.encoders.base import Vectors
from index.storage.candidates import NO_RESTRICTION, SPELLINGS, Int64Array, ResolvedFilters, Term, WeightedTerm
from index.storage.lexical import LexicalIndex, LexicalSegment, boost, dis_max_query, filtered_query, or_query
from index.storage.manifest import LEXICAL, VECTORS, Manifest
from index.storage.vectors import VectorIndex


class LocalCandidates:
    """Proposes what the lexical index and the vector index of a snapshot find."""

    def __init__(self, lexical: LexicalIndex, vectors: VectorIndex) -> None:
        self.lexical, self.vector_index = lexical, vectors
        self.vectors: Callable[[Int64Array], Vectors] = vectors.reconstruct

    @classmethod
    def open(cls, folders: Sequence[Path], manifest: Manifest) -> Self:
        """Open the words and vectors in the folders of the segments of a snapshot.

        Raises:
            IndexCorrupted: a file cannot be read, or does not fit the others.
        """
        segments = zip(folders, manifest.segments, strict=True)
        lexical = [LexicalSegment(folder / LEXICAL, segment.code, segment.passages) for folder, segment in segments]
        vectors = VectorIndex([folder / VECTORS for folder in folders], manifest.nprobe)
        return cls(LexicalIndex(lexical), vectors)

    def frequencies(self, terms: Sequence[Term]) -> list[int]:
        return [self.lexical.document_frequency(field, term) for field, term in terms]

    def spellings(self, text: str, slips: int) -> list[tuple[int, str]]:
        frequencies = self.lexical.vocabulary(text[0])
        matches = process.extract(text, frequencies.keys(), scorer=OSA.distance, score_cutoff=slips, limit=None)
        ordered = sorted((int(distance), -frequencies[other], other) for other, distance, _ in matches)
        return [(distance, other) for distance, _, other in ordered[:SPELLINGS]]

    def best(self, words: Sequence[Sequence[WeightedTerm]], filters: ResolvedFilters, k: int) -> dict[int, float]:
        return self._search(self._restrict(or_query([self._soft(word) for word in words]), filters), k)

    def best_by_sum(self, terms: Sequence[WeightedTerm], filters: ResolvedFilters, k: int) -> dict[int, float]:
        return self._search(self._restrict(or_query([self._weigh(term) for term in terms]), filters), k)

    def scores(self, numbers: Collection[int], words: Sequence[Sequence[WeightedTerm]]) -> dict[int, float]:
        selection = self.lexical.id_query(numbers)
        queries = [
            filtered_query(self._soft(word), [selection]) for word in words
        ]  # faster than all words at once among these
        return self._search(or_query(queries), len(numbers))

    def with_words(self, words: Sequence[Sequence[str]], filters: ResolvedFilters = NO_RESTRICTION) -> Int64Array:
        """Do as ``Candidates.with_words``; shape (passages,)."""
        first, *required = (or_query([self.lexical.term_query("plain", term) for term in word]) for word in words)
        return self.lexical.matches(self._restrict(filtered_query(first, required), filters))

    def with_phrase(self, words: Sequence[str]) -> Int64Array:
        """Do as ``Candidates.with_phrase``; shape (passages,)."""
        return self.lexical.matches(self.lexical.phrase_query(words))

    def best_with_phrase(self, words: Sequence[str], filters: ResolvedFilters, k: int) -> Int64Array:
        """Do as ``Candidates.best_with_phrase``; shape (k,) or less."""
        return self.lexical.search(self._restrict(self.lexical.phrase_query(words), filters), k)[0]

    def lists(self, words: Sequence[str]) -> bool:
        """Return True: nothing is moved."""
        return True

    def listed(self, filters: ResolvedFilters) -> ResolvedFilters:
        return filters

    def nearest(
        self, vector: NDArray[np.float32], k: int, filters: ResolvedFilters
    ) -> tuple[Int64Array, NDArray[np.float32]]:
        """Do as ``Candidates.nearest``; shape (k,) or less, both."""
        return self.vector_index.search(vector, k, filters.sentences)

    def is_current(self) -> bool:
        """Return True: ``CURRENT`` in the folder of the index tells."""
        return True

    def close(self) -> None:
        """Do nothing: files are unmapped with the last reference to them."""

    def _search(self, query: Any, k: int) -> dict[int, float]:
        numbers, scores = self.lexical.search(query, k)
        return dict(zip(numbers.tolist(), scores.tolist(), strict=True))

    def _weigh(self, term: WeightedTerm) -> Any:
        field, text, weight = term
        return boost(self.lexical.term_query(field, text), weight)

    def _soft(self, word: Sequence[WeightedTerm]) -> Any:
        """Return a query that scores a word by its best alternative."""
        return dis_max_query([self._weigh(term) for term in word])

    def _restrict(self, query: Any, filters: ResolvedFilters) -> Any:
        """Return ``query`` limited to what the filters allow."""
        lexical = self.lexical
        required = [lexical.range_query(runs) for runs in filters.runs]
        required += [lexical.phrase_query(phrase) for phrase in filters.phrases]
        excluded = [lexical.term_query("plain", term) for term in filters.without]
        return filtered_query(query, required, excluded) if required or excluded else query
