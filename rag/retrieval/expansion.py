"""Query expansion: the terms of the documents that may stand for each word of a question.

Each word becomes a soft OR of itself, its translations and its distributional neighbours; the best alternative in a
passage counts, with its weight. A word that is in no document is replaced by its nearest spellings that are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from index.index import Index
from index.storage.candidates import Term
from index.storage.lexical import analyze
from rag.query.question import SHORTENED, Question
from rag.retrieval.idf import compute_idf, is_known
from rag.retrieval.synonyms import find_neighbors
from rag.retrieval.translations import find_translations

FIELDS = ("fr", "en", "plain")
_IN_FULL = 0.95  # weight of the words in full for one that people shorten
TRANSLATED = 0.9  # weight of the best translation of a word
_SURE = 0.3  # translations of less weight are left out
NEIGHBOUR_WEIGHT = 0.6  # weight of a neighbour with cosine 1
LEAST_COSINE = 0.5  # cosine at which the weight of a neighbour is 0
MISSPELT = 0.9  # factor of the weight for each typing error
_SHORTEST = 4  # letters of words that are corrected
CONTEXT = 0.6  # weight of a word of the previous turn
_REMEMBERED = 8192  # words

Terms = Mapping[str, Mapping[str, float]]  # by field, the terms that stand for a word, with their weights
Frequencies = Mapping[str, Mapping[str, int]]  # by field, in how many passages each of these terms is


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A word of a question, its idf (0 to 1), and its alternatives."""

    text: str
    idf: float
    terms: Terms


class QueryExpander:
    """Expands the words of questions to one index; alternatives are remembered as long as the index is open."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._alternatives = lru_cache(_REMEMBERED)(_alternatives_by_field)

    def expand(self, question: Question) -> tuple[QueryTerm, ...]:
        """Return the words of the question, then of its context at less weight, with alternatives, in order."""
        terms = self._expand([*question.words, *question.context], question.language)
        question_terms, context_terms = terms[: len(question.words)], terms[len(question.words) :]
        return (*question_terms, *(replace(word, idf=word.idf * CONTEXT) for word in context_terms))

    def expand_dates(self, question: Question) -> tuple[QueryTerm, ...]:
        """Return the words of its dates, with alternatives, in order."""
        return tuple(self._expand(question.dated, question.language))

    def _expand(self, texts: Sequence[str], language: str) -> list[QueryTerm]:
        """Return words of a question in ``language`` with what may stand for each; the store is asked once."""
        alternatives = [self._alternatives(text, language) for text in texts]
        frequencies = _frequencies(alternatives, self._index)
        words = zip(texts, alternatives, frequencies, strict=True)
        return [self._term(text, language, terms, counts) for text, terms, counts in words]

    def _term(self, text: str, language: str, alternatives: Terms, frequencies: Frequencies) -> QueryTerm:
        field = language if language in ("fr", "en") else "plain"
        stem = next(iter(analyze(text, field)), text)
        if not any(frequencies.values()):
            spelled = list(_spellings(text, self._index, is_known(field, stem)))
            alternatives = {field: {**alternatives[field], **_strongest(spelled, field)} for field in FIELDS}
            (frequencies,) = _frequencies([alternatives], self._index)
        present = {field: {term: alternatives[field][term] for term in frequencies[field]} for field in FIELDS}
        exact_count = max(
            (count for f in FIELDS for term, count in frequencies[f].items() if alternatives[f][term] >= 1.0), default=0
        )
        return QueryTerm(text, compute_idf(field, stem, exact_count, self._index.passages), present)


def _frequencies(words: Sequence[Terms], index: Index) -> list[Frequencies]:
    """Return the number of passages that contain each term of each word, by field; absent terms are left out."""
    terms: list[Term] = [(field, term) for alternatives in words for field in FIELDS for term in alternatives[field]]
    counts = iter(index.candidates.frequencies(terms))
    return [
        {field: {term: count for term in alternatives[field] if (count := next(counts))} for field in FIELDS}
        for alternatives in words
    ]


def _spellings(text: str, index: Index, is_word: bool) -> Iterable[tuple[str, float]]:
    """Yield up to three words of the corpus within one typing error, or two from seven letters, nearest first.

    What ``is_word`` is no error: only words that differ at the end, as other forms of it do, may stand for it.
    """
    if len(text) < _SHORTEST or text.isdecimal():
        return
    for distance, other in index.candidates.spellings(text, 1 if len(text) < 7 else 2):
        if not is_word or _differ_at_end(text, other):
            yield other, MISSPELT**distance


def _differ_at_end(text: str, other: str) -> bool:
    """Return whether two words are one up to the last letter of the shorter: «englobée» and «englobent»."""
    shorter = min(len(text), len(other))
    return shorter >= _SHORTEST and text[: shorter - 1] == other[: shorter - 1]


def _alternatives_by_field(text: str, language: str) -> Terms:
    """Return the alternatives of a word, by field, whatever the documents."""
    return {field: _strongest(_alternatives(text, language, field), field) for field in FIELDS}


def _alternatives(text: str, language: str, field: str) -> Iterable[tuple[str, float]]:
    yield text, 1.0
    if text in SHORTENED:
        yield SHORTENED[text], _IN_FULL
    if field != language:
        known_language: Literal["fr", "en"] | None = "fr" if language == "fr" else "en" if language == "en" else None
        yield from (
            (other, TRANSLATED * weight) for other, weight in find_translations(text, known_language) if weight >= _SURE
        )
    yield from (
        (other, NEIGHBOUR_WEIGHT * (cosine - LEAST_COSINE) / (1 - LEAST_COSINE))
        for other, cosine in find_neighbors(text)
        if cosine > LEAST_COSINE
    )


def _strongest(pairs: Iterable[tuple[str, float]], field: str) -> dict[str, float]:
    strongest: dict[str, float] = {}
    for text, weight in pairs:
        for term in analyze(text, field):
            strongest[term] = max(weight, strongest.get(term, 0.0))
    return strongest
