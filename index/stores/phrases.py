"""Phrases: plain terms side by side. A store proposes passages that hold all of them; their texts decide."""

from collections.abc import Sequence
from functools import lru_cache

import tantivy

from index.storage.lexical import TOKEN, analyzer

_TOKENS_KEPT = 100_000


class PhraseCounter:
    """Counts phrases in texts, as the lexical index does."""

    def __init__(self) -> None:
        self._tokenizer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(TOKEN)).build()
        self._term = lru_cache(_TOKENS_KEPT)(_plain_term)

    def count(self, words: Sequence[str], text: str) -> int:
        """Return how often plain terms stand side by side in a text."""
        terms = [self._term(token) for token in self._tokenizer.analyze(text)]
        return sum(terms[at : at + len(words)] == list(words) for at in range(len(terms) - len(words) + 1))


def _plain_term(token: str) -> str | None:
    """Return the plain term of a token; None for one that is too long, which leaves a gap."""
    return next(iter(analyzer("plain").analyze(token)), None)


def count_plain(text: str) -> int:
    """Return the number of plain terms of a text."""
    return len(analyzer("plain").terms(text))
