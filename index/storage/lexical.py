"""The lexical index: BM25 over passages (Robertson and Zaragoza 2009), with tantivy.

A passage is indexed with its title in the field of its language (French and English are stemmed), and again in
``plain``, where words are only folded: for other languages, exact words, spelling and the vocabulary.

Each of our segments has a small tantivy index of its own. They are opened as one (``tantivy_join``), whose statistics
are those of all passages.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import tantivy
from numpy.typing import NDArray

from index.errors import IndexCorrupted
from index.language import RAISED, STOPWORDS_BY_LANGUAGE
from index.private import make_private_folder
from index.storage.manifest import PASSAGE_BITS
from index.storage.tantivy_join import join_meta, link_folder

STEMMED = {"fr": "french", "en": "english"}
FIELDS = ("fr", "en", "plain")
# An apostrophe or a hyphen separates words; so does a mark inside a number. Raised digits are no words, but in «m²».
TOKEN = rf"(?i:[cdhkm]?m)[²³]|[\p{{N}}--[{RAISED}]]+|\p{{L}}[\p{{L}}\p{{M}}[\p{{N}}--[{RAISED}]]]*"
TOKEN_RUN = re.compile(r"[^\s!-/:-@\[-`{-~«»“”‘’…–—]+")
_FREQUENCIES_KEPT = 50_000
_WORDS_KEPT = 100_000
_LETTERS_KEPT = 32
_MEMORY = 300_000_000  # bytes that a writer fills before it begins another segment


class Analyzer:
    """Turns text into the terms of a field: lower case, diacritics folded *before* stemming.

    Stopwords of a language are removed from its field. The plain one keeps all words, since a phrase may hold any.
    No token contains a separator, so each run of characters between separators is analysed once and cached.
    """

    def __init__(self, field: str) -> None:
        stop = STOPWORDS_BY_LANGUAGE[field] if field in STEMMED else frozenset()
        build = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(TOKEN))
        build = build.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold())
        build = build.filter(tantivy.Filter.remove_long(60)).filter(tantivy.Filter.custom_stopword(sorted(stop)))
        if field in STEMMED:
            build = build.filter(tantivy.Filter.stemmer(STEMMED[field]))
        self.tantivy: Any = build.build()
        self.analyze: Callable[[str], list[str]] = self.tantivy.analyze  # remembers nothing
        self._terms = lru_cache(_WORDS_KEPT)(partial(_terms_of, self.analyze))

    def terms(self, text: str) -> list[str]:
        """Return the terms of a text, in order."""
        analyze_word = self._terms
        return [term for word in TOKEN_RUN.findall(text) for term in analyze_word(word)]


def _terms_of(analyze: Callable[[str], list[str]], word: str) -> tuple[str, ...]:
    return tuple(analyze(word))


# One for each of ``FIELDS``, of the process: terms depend on the word and the field alone, so all indexes share them.
@cache
def analyzer(field: str) -> Analyzer:
    """Return the analyzer of a field ("fr", "en" or "plain")."""
    return Analyzer(field)


def analyze(text: str, field: str) -> list[str]:
    """Return the terms of a text, in order, as the field ``field`` ("fr", "en" or "plain") holds them."""
    return analyzer(field).terms(text)


def _schema() -> Any:
    build = tantivy.SchemaBuilder().add_integer_field("address", indexed=True, fast=True)
    for field in FIELDS:
        build = build.add_text_field(field, tokenizer_name=field)
    return build.build()


def _register(index: Any) -> Any:
    for field in FIELDS:
        index.register_tokenizer(field, analyzer(field).tantivy)
    return index


class LexicalSegment(NamedTuple):
    """Where the lexical index of a segment is, and which passages it holds."""

    folder: Path
    code: int
    passages: int


class LexicalWriter:
    """Write the lexical index of a segment into an empty folder. One thread: the same passages, the same scores."""

    def __init__(self, folder: Path, code: int) -> None:
        """Create the index. ``code`` is the segment's, under 2**35, and unique in an index."""
        make_private_folder(folder)
        self._writer = _register(tantivy.Index(_schema(), path=str(folder))).writer(_MEMORY, 1)
        self._next = code << PASSAGE_BITS

    def add(self, language: str, title: str, text: str) -> None:
        """Append a passage."""
        content = f"{title}\n{text}"
        words = {field: content for field in (language, "plain") if field in FIELDS}
        self._writer.add_document(tantivy.Document(address=self._next, **words))
        self._next += 1

    def close(self) -> None:
        """Commit, and wait until tantivy has merged its segments."""
        self._writer.commit()
        self._writer.wait_merging_threads()


class LexicalIndex:
    """The lexical indexes of all segments, opened as one, read only.

    Passages are numbered through, in the order of segments.
    """

    def __init__(self, segments: Sequence[LexicalSegment]) -> None:
        """Open the indexes of all segments as one.

        Raises:
            IndexCorrupted: a file cannot be read, or the segments hold other passages than they should.
            StorageError: the system's folder for temporary files cannot be written.
        """
        self._folder = segments[0].folder.parent.parent
        self._index = self._join([segment.folder for segment in segments])
        self._searcher = self._index.searcher()
        self.schema = self._index.schema
        # In how many passages a field holds a term; a question asks it of many words, and the next one of the same.
        self.document_frequency: Callable[[str, str], int] = lru_cache(_FREQUENCIES_KEPT)(
            partial(_frequency, self._searcher, self._folder)
        )
        # The plain words that start so, with the number of passages that hold each; slips are looked for among them.
        self.vocabulary: Callable[[str], Mapping[str, int]] = lru_cache(_LETTERS_KEPT)(
            partial(_vocabulary, self._searcher, self._folder)
        )
        # The addresses of the first passages.
        self._addresses = np.array([segment.code << PASSAGE_BITS for segment in segments], np.int64)
        self._firsts = np.cumsum([0, *(segment.passages for segment in segments)])
        self._by_code = np.argsort(self._addresses)
        if self._searcher.num_docs != self._firsts[-1] or len({segment.code for segment in segments}) != len(segments):
            raise _damaged(self._folder)

    def _join(self, folders: Sequence[Path]) -> Any:
        """Open the indexes of all segments with tantivy, as one."""
        # meta.json may hold anything.
        with _reading(self._folder, OSError, KeyError, TypeError, RecursionError):
            meta = join_meta(folders)
        with link_folder(folders, meta) as joined, _reading(self._folder):
            index = _register(tantivy.Index.open(str(joined)))
            index.config_reader("manual")
            index.searcher()  # once open, the files are mapped
        return index

    def search(self, query: Any, k: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the numbers and BM25 scores of the ``k`` best passages, best first, ties by number.

        Both have shape (k,) at most.

        Raises:
            ValueError: ``k`` is less than 1.
            IndexCorrupted: a file of the index is damaged.
        """
        if k < 1:
            raise ValueError(f"the {k} best passages")
        with _reading(self._folder):
            hits = self._searcher.search(query, k, count=False).hits
            addresses = self._searcher.fast_field_values("address", [address for _, address in hits]) if hits else []
        scores, numbers = np.array([score for score, _ in hits], np.float64), self._numbers(addresses)
        if not np.isfinite(scores).all():
            raise _damaged(self._folder)
        order = np.lexsort((numbers, -scores.round(4)))
        return numbers[order], scores[order]

    def matches(self, query: Any) -> NDArray[np.int64]:
        """Return the numbers of all passages that match, sorted, shape (matches,).

        Raises:
            IndexCorrupted: a file of the index is damaged.
        """
        with _reading(self._folder):
            count = self._searcher.search(query, 1).count
            hits = self._searcher.search(query, max(count, 1), count=False, order_by_field="address").hits
        return np.sort(self._numbers([address for address, _ in hits]))

    def id_query(self, numbers: Collection[int]) -> Any:
        """Return a query for the passages with these numbers."""
        addresses = self._address(np.fromiter(numbers, np.int64, len(numbers))).tolist()
        return or_query([tantivy.Query.term_query(self.schema, "address", address) for address in addresses])

    def _numbers(self, addresses: Sequence[Any]) -> NDArray[np.int64]:
        """Convert addresses to passage numbers. A damaged file may give None as an address."""
        try:
            address_array = np.array(addresses, np.int64)
        except (TypeError, OverflowError) as error:
            raise _damaged(self._folder) from error
        segments = self._by_code[np.searchsorted(self._addresses[self._by_code], address_array, side="right") - 1]
        numbers: NDArray[np.int64] = self._firsts[segments] + address_array - self._addresses[segments]
        if len(numbers) and (numbers.min() < 0 or numbers.max() >= self._firsts[-1]):  # addresses of no passage
            raise _damaged(self._folder)
        return numbers

    def term_query(self, field: str, term: str) -> Any:
        """Return a query for one term."""
        return tantivy.Query.term_query(self.schema, field, term, "freq")

    def phrase_query(self, words: Sequence[str]) -> Any:
        """Return a query for adjacent plain words."""
        return (
            tantivy.Query.phrase_query(self.schema, "plain", list(words))
            if len(words) > 1
            else (self.term_query("plain", words[0]))
        )

    def range_query(self, ranges: Iterable[range]) -> Any:
        """Return a query for the passages whose number is in one of the ranges."""
        ends = np.array([(start, stop - 1) for numbers in ranges for start, stop in self._cut(numbers)], np.int64)
        queries = [
            tantivy.Query.range_query(self.schema, "address", tantivy.FieldType.Integer, first, last)
            for first, last in self._address(ends.reshape(-1, 2)).tolist()
        ]
        return or_query(queries) if queries else tantivy.Query.empty_query()

    def _cut(self, numbers: range) -> Iterator[tuple[int, int]]:
        """Split a range where segments start."""
        boundaries = self._firsts[(self._firsts > numbers.start) & (self._firsts < numbers.stop)]
        return pairwise([numbers.start, *boundaries.tolist(), numbers.stop])

    def _address(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        segments = np.searchsorted(self._firsts, numbers, side="right") - 1
        addresses: NDArray[np.int64] = self._addresses[segments] + numbers - self._firsts[segments]
        return addresses


def _frequency(searcher: Any, folder: Path, field: str, term: str) -> int:
    with _reading(folder):
        return int(searcher.doc_freq(field, term))


def _vocabulary(searcher: Any, folder: Path, prefix: str) -> dict[str, int]:
    with _reading(folder):
        return dict(searcher.terms_with_prefix("plain", prefix))


@contextmanager
def _reading(folder: Path, *errors: type[Exception]) -> Iterator[None]:
    """Turn what tantivy raises at a damaged file into ``IndexCorrupted``: its ``ValueError``, or a panic of Rust.

    Only calls of tantivy belong inside: other errors would be taken for damage. ``errors`` are more types to convert.
    """
    try:
        yield
    except BaseException as error:
        if not isinstance(error, (ValueError, *errors)) and type(error).__name__ != "PanicException":
            raise  # a panic is no ``Exception``, and has no name to import
        raise _damaged(folder) from error


def _damaged(folder: Path) -> IndexCorrupted:
    return IndexCorrupted("The lexical index in {} cannot be read. Build the index again: rag rebuild FOLDER", folder)


def boost(query: Any, weight: float) -> Any:
    """Return a query whose scores are multiplied by ``weight``."""
    return tantivy.Query.boost_query(query, weight)


def dis_max_query(queries: Sequence[Any]) -> Any:
    """Return a soft OR: a passage scores as its best alternative."""
    return queries[0] if len(queries) == 1 else tantivy.Query.disjunction_max_query(list(queries))


def or_query(queries: Sequence[Any]) -> Any:
    """Return a query that sums the scores of those that match."""
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def filtered_query(scored: Any, filters: Sequence[Any], excluded: Sequence[Any] = ()) -> Any:
    """Return ``scored`` restricted to what every filter matches and nothing excluded does; filters add no score."""
    must = [(tantivy.Occur.Must, tantivy.Query.const_score_query(query, 0.0)) for query in filters]
    must_not = [(tantivy.Occur.MustNot, query) for query in excluded]
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, scored), *must, *must_not])
