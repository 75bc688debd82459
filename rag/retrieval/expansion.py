"""From the words of a question to the terms that may stand for them in the documents.

Each word becomes a soft OR of itself, its translations and its nearest words in meaning; the best alternative that a
passage holds counts, with its weight. A word that no document holds is taken for the nearest spelling that one does.
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
TRANSLATED = 0.9  # how much the best translation of a word weighs
_SURE = 0.3  # translations of less weight are left out
NEAR = 0.6  # how much a word weighs that means the same
FAR = 0.5  # cosine at which a neighbour weighs nothing
MISSPELT = 0.9  # what is left of a word's weight after each slip
CONTEXT = 0.6  # how much a word of the turn before weighs
_REMEMBERED = 8192  # words

Terms = Mapping[str, Mapping[str, float]]  # by field, the terms that stand for a word, with their weights


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A word of a question: how rare it is (0 to 1), and what stands for it."""

    text: str
    rarity: float
    terms: Terms


class QueryExpander:
    """Expands the words of questions to one index; alternatives are remembered as long as the index is open."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._alternatives = lru_cache(_REMEMBERED)(_known)

    def expand(self, question: Question) -> tuple[QueryTerm, ...]:
        """Return the words of the question and, at less weight, those that it leaves unsaid, with alternatives."""
        own = [self.term(text, question.language) for text in question.words]
        unsaid = [self.term(text, question.language) for text in question.context]
        return (*own, *(replace(word, rarity=word.rarity * CONTEXT) for word in unsaid))

    def expand_dates(self, question: Question) -> tuple[QueryTerm, ...]:
        """Return the words that say when, with alternatives."""
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
    """In how many passages each term stands that is in any."""
    counts = {field: {term: words.document_frequency(field, term) for term in known[field]} for field in FIELDS}
    return {field: {term: count for term, count in found.items() if count} for field, found in counts.items()}


def _spellings(text: str, words: LexicalIndex) -> Iterable[tuple[str, float]]:
    """Words of the corpus that differ by a slip of the keyboard: one letter in short words, two in long ones."""
    if len(text) < 4 or text.isdecimal():
        return
    slips = 1 if len(text) < 7 else 2
    known = words.vocabulary(text[0])
    near = process.extract(text, known.keys(), scorer=OSA.distance, score_cutoff=slips, limit=None)
    for distance, _, other in sorted((distance, -known[other], other) for other, distance, _ in near)[:3]:
        yield other, MISSPELT ** int(distance)


def _known(text: str, language: str) -> Terms:
    """What may stand for a word in whatever documents."""
    return {field: _strongest(_alternatives(text, language, field), field) for field in FIELDS}


def _alternatives(text: str, language: str, field: str) -> Iterable[tuple[str, float]]:
    yield text, 1.0
    if field != language:
        own: Literal["fr", "en"] | None = "fr" if language == "fr" else "en" if language == "en" else None
        yield from ((other, TRANSLATED * weight) for other, weight in translations(text, own) if weight >= _SURE)
    yield from ((other, NEAR * (cosine - FAR) / (1 - FAR)) for other, cosine in neighbors(text) if cosine > FAR)


def _strongest(pairs: Iterable[tuple[str, float]], field: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for text, weight in pairs:
        for term in analyze(text, field):
            found[term] = max(weight, found.get(term, 0.0))
    return found
