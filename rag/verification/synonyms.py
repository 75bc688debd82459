"""Whether two words of one language may mean the same, by their translations into the other."""

from collections.abc import Iterable

from index.storage.lexical import analyze
from rag.retrieval.translations import Language, find_translations

_OTHER: dict[str, Language] = {"fr": "en", "en": "fr"}


def may_mean_same(word: str, other: str, language: str) -> bool:
    """Return whether two folded words share a translation, or one is what a translation of the other means."""
    mine, theirs = _meanings(word, language), _meanings(other, language)
    return (
        bool(mine & theirs)
        or _stem(other, language) in _back(mine, language)
        or _stem(word, language) in _back(theirs, language)
    )


def _meanings(word: str, language: str) -> frozenset[str]:
    """Return the stems of the translations of a word; none in a language without a lexicon."""
    if language not in _OTHER:
        return frozenset()
    translated = (meaning for meaning, _ in find_translations(word, language))  # type: ignore[arg-type]
    return frozenset(_stem(meaning, _OTHER[language]) for meaning in translated)


def _back(meanings: Iterable[str], language: str) -> frozenset[str]:
    """Return the stems, in the language, of what the words of the other language mean."""
    translated = (word for meaning in meanings for word, _ in find_translations(meaning, _OTHER[language]))
    return frozenset(_stem(word, language) for word in translated)


def _stem(words: str, language: str) -> str:
    return " ".join(next(iter(analyze(word, language)), word) for word in words.split())
