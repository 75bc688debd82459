"""Query expansion: the terms of the documents that may stand for each word of a question.

Each word becomes a soft OR of itself, its translations and its distributional neighbours; the best alternative in a
passage counts, with its weight. A word that is in no document is replaced by its nearest spellings that are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.index import Index
from index.storage.lexical import LexicalIndex, analyze
from rag.query.question import Question
from rag.retrieval.idf import idf
from rag.retrieval.synonyms import neighbors
from rag.retrieval.translations import translations

FIELDS = ("fr", "en", "plain")
TRANSLATED = 0.9  # weight of the best translation of a word
_SURE = 0.3  # translations of less weight are left out
NEAR = 0.6  # weight of a neighbour with cosine 1
FAR = 0.5  # cosine at which the weight of a neighbour is 0
MISSPELT = 0.9  # factor of the weight for each typing error
CONTEXT = 0.6  # weight of a word of the previous turn
_REMEMBERED = 8192  # words

Terms = Mapping[str, Mapping[str, float]]  # by field, the terms that stand for a word, with their weights


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A word of a question, its rarity (0 to 1), and its alternatives."""

    text: str
    rarity: float
    terms: Terms


class QueryExpander:
    """Expands the words of questions to one index; alternatives are remembered as long as the index is open."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._alternatives = lru_cache(_REMEMBERED)(_alternatives_by_field)

    def expand(self, question: Question) -> tuple[QueryTerm, ...]:
        """Return the words of the question, then of its context at less weight, with alternatives, in order."""
        own = [self.term(text, question.language) for text in question.words]
        unsaid = [self.term(text, question.language) for text in question.context]
        return (*own, *(replace(word, rarity=word.rarity * CONTEXT) for word in unsaid))

    def expand_dates(self, question: Question) -> tuple[QueryTerm, ...]:
        """Return the words of its dates, with alternatives, in order."""
        return tuple(self.term(text, question.language) for text in question.dated)

    def term(self, text: str, language: str) -> QueryTerm:
        """Return a word of a question in ``language`` with what may stand for it."""
        lexical = self._index.lexical
        known = self._alternatives(text, language)
        holding = _holding(known, lexical)
        if not any(holding.values()):
            known = {field: {**known[field], **_strongest(_spellings(text, lexical), field)} for field in FIELDS}
            holding = _holding(known, lexical)
        field = language if language in ("fr", "en") else "plain"
        own = next(iter(analyze(text, field)), text)
        present = {field: {term: known[field][term] for term in holding[field]} for field in FIELDS}
        same = max((count for f in FIELDS for term, count in holding[f].items() if known[f][term] >= 1.0), default=0)
        return QueryTerm(text, idf(field, own, same, self._index.passages), present)


def _holding(known: Terms, words: LexicalIndex) -> dict[str, dict[str, int]]:
    """Return the number of passages that contain each term, by field; absent terms are left out."""
    counts = {field: {term: words.document_frequency(field, term) for term in known[field]} for field in FIELDS}
    return {field: {term: count for term, count in terms.items() if count} for field, terms in counts.items()}


def _spellings(text: str, words: LexicalIndex) -> Iterable[tuple[str, float]]:
    """Yield up to three words of the corpus within one typing error, or two from seven letters, nearest first."""
    if len(text) < 4 or text.isdecimal():
        return
    slips = 1 if len(text) < 7 else 2
    known = words.vocabulary(text[0])
    near = process.extract(text, known.keys(), scorer=OSA.distance, score_cutoff=slips, limit=None)
    for distance, _, other in sorted((distance, -known[other], other) for other, distance, _ in near)[:3]:
        yield other, MISSPELT ** int(distance)


def _alternatives_by_field(text: str, language: str) -> Terms:
    """Return the alternatives of a word, by field, whatever the documents."""
    return {field: _strongest(_alternatives(text, language, field), field) for field in FIELDS}


def _alternatives(text: str, language: str, field: str) -> Iterable[tuple[str, float]]:
    yield text, 1.0
    if field != language:
        own: Literal["fr", "en"] | None = "fr" if language == "fr" else "en" if language == "en" else None
        yield from ((other, TRANSLATED * weight) for other, weight in translations(text, own) if weight >= _SURE)
    yield from ((other, NEAR * (cosine - FAR) / (1 - FAR)) for other, cosine in neighbors(text) if cosine > FAR)


def _strongest(pairs: Iterable[tuple[str, float]], field: str) -> dict[str, float]:
    strongest: dict[str, float] = {}
    for text, weight in pairs:
        for term in analyze(text, field):
            strongest[term] = max(weight, strongest.get(term, 0.0))
    return strongest
