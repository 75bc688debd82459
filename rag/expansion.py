"""From the words of a question to the terms that may stand for them in the documents.

Each word becomes a soft OR of itself, its translations and its nearest words in meaning; the best alternative that a
passage holds counts, with its weight. A word that no document holds is taken for the nearest spelling that one does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.words import WordIndex, terms
from rag.background import rarity
from rag.lexicon import translations
from rag.neighbours import neighbours
from rag.questions import Question

FIELDS = ("fr", "en", "plain")
TRANSLATED = 0.9  # how much the best translation of a word weighs
_SURE = 0.3  # translations of less weight are left out
NEAR = 0.6  # how much a word weighs that means the same
FAR = 0.5  # cosine at which a neighbour weighs nothing
MISSPELT = 0.9  # what is left of a word's weight after each slip
CONTEXT = 0.6  # how much a word of the turn before weighs


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question: how rare it is (0 to 1), and by field the terms that stand for it, with their weights."""

    text: str
    rarity: float
    terms: Mapping[str, Mapping[str, float]]


def expand(question: Question, words: WordIndex, passages: int) -> tuple[Word, ...]:
    """The words of the question, each with its alternatives."""
    own = [alternatives(text, question.language, words, passages) for text in question.words]
    unsaid = [alternatives(text, question.language, words, passages) for text in question.context]
    return (*own, *(replace(word, rarity=word.rarity * CONTEXT) for word in unsaid))


def alternatives(text: str, language: str, words: WordIndex, passages: int) -> Word:
    """A word of a question in that language, with what may stand for it."""
    known = {field: _strongest(_alternatives(text, language, field), field) for field in FIELDS}
    if not _held(known, words, 0.0):
        known = {field: known[field] | _strongest(_spellings(text, words), field) for field in FIELDS}
    field = language if language in ("fr", "en") else "plain"
    own = next(iter(terms(text, field)), text)
    present = {field: {t: w for t, w in known[field].items() if words.document_frequency(field, t)} for field in FIELDS}
    return Word(text, rarity(field, own, _held(known, words, 1.0), passages), present)


def _held(known: Mapping[str, Mapping[str, float]], words: WordIndex, least: float) -> int:
    """In how many passages the most frequent alternative of at least that weight stands."""
    counts = (words.document_frequency(f, t) for f, all_ in known.items() for t, w in all_.items() if w >= least)
    return max(counts, default=0)


def _spellings(text: str, words: WordIndex) -> Iterable[tuple[str, float]]:
    """Words of the corpus that differ by a slip of the keyboard: one letter in short words, two in long ones."""
    if len(text) < 4 or text.isdecimal():
        return
    slips = 1 if len(text) < 7 else 2
    known = words.vocabulary(text[0])
    near = process.extract(text, known.keys(), scorer=OSA.distance, score_cutoff=slips, limit=None)
    for distance, _, other in sorted((distance, -known[other], other) for other, distance, _ in near)[:3]:
        yield other, MISSPELT ** int(distance)


def _alternatives(text: str, language: str, field: str) -> Iterable[tuple[str, float]]:
    yield text, 1.0
    if field != language:
        yield from (
            (other, TRANSLATED * weight) for other, weight in translations(text, _known(language)) if weight >= _SURE
        )
    yield from ((other, NEAR * (cosine - FAR) / (1 - FAR)) for other, cosine in neighbours(text) if cosine > FAR)


def _known(language: str) -> Literal["fr", "en"] | None:
    return "fr" if language == "fr" else "en" if language == "en" else None


def _strongest(pairs: Iterable[tuple[str, float]], field: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for text, weight in pairs:
        for term in terms(text, field):
            found[term] = max(weight, found.get(term, 0.0))
    return found
