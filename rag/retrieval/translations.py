"""Translations of words between French and English. Sources and licence: the first line of the data file."""

from typing import Literal

from index.language import fold
from rag.retrieval.tables import tables

Language = Literal["en", "fr"]
Translations = tuple[tuple[str, float], ...]


def find_translations(word: str, language: Language | None = None) -> Translations:
    """Return up to four translations, best first, each with a weight above 0 and at most 1 (the best has 1).

    Case, accents, hyphens and ligatures do not matter. A translation is folded, and may be several
    words with spaces. Without ``language`` the word is looked up in both. An unknown word has none.
    """
    key = normalize_key(word)
    if language:
        return _row(language, key)
    best: dict[str, float] = {}
    for other, weight in (*_row("en", key), *_row("fr", key)):
        best[other] = max(weight, best.get(other, 0.0))
    return tuple(sorted(best.items(), key=lambda item: (-item[1], item[0])))


def normalize_key(word: str) -> str:
    """Return a word as the table spells it: folded, with one space for each run of marks."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in fold(word)).split())


def _row(language: Language, key: str) -> Translations:
    entries = (entry.rpartition("|") for entry in tables().lexicon.get(language, key))
    return tuple((other, float(weight)) for other, _, weight in entries)
