"""The word index: BM25 over passages (Robertson and Zaragoza 2009), kept by tantivy.

A passage is indexed under its title and text, in the field of its language (French and English are stemmed), and
again in ``plain``, where words are only folded: for other languages, exact words, spelling and the vocabulary.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from numpy.typing import NDArray

from index.language import FUNCTION_WORDS

STEMMED = {"fr": "french", "en": "english"}
FIELDS = ("fr", "en", "plain")
_TOKEN = r"\p{N}+|\p{L}[\p{L}\p{M}\p{N}]*"  # an apostrophe or a hyphen parts words; so does a mark inside a number
_NOTHING = np.empty(0, dtype=np.int64)


@cache
def analyzer(field: str) -> Any:
    """From text to terms: lower case, accents folded *before* stemming, function words left out."""
    stop = FUNCTION_WORDS.get(field, FUNCTION_WORDS["fr"] & FUNCTION_WORDS["en"])
    build = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(_TOKEN))
    build = build.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold())
    build = build.filter(tantivy.Filter.remove_long(60)).filter(tantivy.Filter.custom_stopword(sorted(stop)))
    if field in STEMMED:
        build = build.filter(tantivy.Filter.stemmer(STEMMED[field]))
    return build.build()


def terms(text: str, field: str) -> list[str]:
    """The terms of a text, in order, as the field ``field`` ("fr", "en" or "plain") holds them."""
    return analyzer(field).analyze(text)  # type: ignore[no-any-return]


def _schema() -> Any:
    build = tantivy.SchemaBuilder().add_integer_field("number", indexed=True, fast=True)
    build = build.add_integer_field("day", indexed=True, fast=True)
    for field in FIELDS:
        build = build.add_text_field(field, tokenizer_name=field)
    return build.build()


def _register(opened: Any) -> Any:
    for field in FIELDS:
        opened.register_tokenizer(field, analyzer(field))
    return opened


class WordWriter:
    """Writes a word index into an empty folder. One thread and one segment: the same passages, the same scores."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._writer = _register(tantivy.Index(_schema(), path=str(folder))).writer(500_000_000, 1)

    def add(self, number: int, language: str, title: str, text: str, day: int = 0) -> None:
        """``number`` is the passage's; ``day`` the ordinal of its document's date, 0 where it is unknown."""
        content = f"{title}\n{text}"
        words = {field: content for field in (language, "plain") if field in FIELDS}
        self._writer.add_document(tantivy.Document(number=number, day=day, **words))

    def close(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()


class WordIndex:
    """An opened word index, read only."""

    def __init__(self, folder: Path) -> None:
        self._index = _register(tantivy.Index.open(str(folder)))
        self._searcher = self._index.searcher()
        self.schema = self._index.schema

    def search(self, query: Any, k: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The numbers and BM25 scores of the ``k`` best passages, best first, ties by number."""
        hits = self._searcher.search(query, k, count=False).hits
        if not hits:
            return _NOTHING, _NOTHING.astype(np.float64)
        numbers = np.array(self._searcher.fast_field_values("number", [place for _, place in hits]), dtype=np.int64)
        scores = np.array([score for score, _ in hits])
        order = np.lexsort((numbers, -scores.round(4)))
        return numbers[order], scores[order]

    def document_frequency(self, field: str, term: str) -> int:
        """In how many passages the field holds the term."""
        return self._searcher.doc_freq(field, term)  # type: ignore[no-any-return]

    def vocabulary(self, prefix: str) -> list[tuple[str, int]]:
        """The plain words that start so, with the number of passages that hold each."""
        return self._searcher.terms_with_prefix("plain", prefix)  # type: ignore[no-any-return]

    def term(self, field: str, term: str) -> Any:
        """A query for one term."""
        return tantivy.Query.term_query(self.schema, field, term, "freq")

    def phrase(self, words: Sequence[str]) -> Any:
        """A query for plain words that stand side by side."""
        return (
            tantivy.Query.phrase_query(self.schema, "plain", list(words))
            if len(words) > 1
            else (self.term("plain", words[0]))
        )

    def numbers_between(self, ranges: Iterable[range]) -> Any:
        """A query for the passages whose number is in one of the ranges."""
        return any_of([self._between("number", span.start, span.stop - 1) for span in ranges])

    def days_between(self, since: int, until: int) -> Any:
        """A query for the passages of documents dated ``since`` to ``until`` (ordinals, inclusive)."""
        return self._between("day", since, until)

    def _between(self, field: str, first: int, last: int) -> Any:
        return tantivy.Query.range_query(self.schema, field, tantivy.FieldType.Integer, first, last)


def boosted(query: Any, weight: float) -> Any:
    return tantivy.Query.boost_query(query, weight)


def best_of(queries: Sequence[Any]) -> Any:
    """A soft OR: the best alternative counts, alone."""
    return queries[0] if len(queries) == 1 else tantivy.Query.disjunction_max_query(list(queries))


def any_of(queries: Sequence[Any]) -> Any:
    """The scores of those that match are added."""
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def all_of(scored: Any, filters: Sequence[Any], excluded: Sequence[Any] = ()) -> Any:
    """``scored``, only where every filter matches and nothing excluded does; filters add no score."""
    must = [(tantivy.Occur.Must, tantivy.Query.const_score_query(query, 0.0)) for query in filters]
    must_not = [(tantivy.Occur.MustNot, query) for query in excluded]
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, scored), *must, *must_not])
