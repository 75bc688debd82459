"""From the words of a question to the terms that may stand for them in the documents.

Each word becomes a soft OR of itself, its translations and its nearest words in meaning; the best alternative that a
passage holds counts, with its weight. A word that no document holds is taken for the nearest spelling that one does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from index.words import WordIndex, any_of, best_of, boosted, terms
from rag.background import rarity
from rag.lexicon import translations
from rag.questions import Question

FIELDS = ("fr", "en", "plain")
CONTEXT = 0.6  # how much a word of the turn before weighs


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question: how rare it is (0 to 1), and by field the terms that stand for it, with their weights."""

    text: str
    rarity: float
    terms: Mapping[str, Mapping[str, float]]


def expand(question: Question, words: WordIndex, passages: int) -> tuple[Word, ...]:
    """The words of the question, each with its alternatives."""
    own = [_word(text, question.language, words, passages) for text in question.words]
    unsaid = [_word(text, question.language, words, passages) for text in question.context]
    return (*own, *(replace(word, rarity=word.rarity * CONTEXT) for word in unsaid))


def _word(text: str, language: str, words: WordIndex, passages: int) -> Word:
    alternatives = {field: _strongest(_alternatives(text, language, field), field) for field in FIELDS}
    own = next(iter(terms(text, language if language in FIELDS else "plain")), text)
    field = language if language in ("fr", "en") else "plain"
    holding = max(
        words.document_frequency(f, t) for f, known in alternatives.items() for t, w in known.items() if w == 1.0
    )
    return Word(text, rarity(field, own, holding, passages), alternatives)


def _alternatives(text: str, language: str, field: str) -> Iterable[tuple[str, float]]:
    yield text, 1.0
    if field != language:
        yield from translations(text)


def _strongest(pairs: Iterable[tuple[str, float]], field: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for text, weight in pairs:
        for term in terms(text, field):
            found[term] = max(weight, found.get(term, 0.0))
    return found
