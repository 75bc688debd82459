"""Phrases: plain terms side by side. A store proposes passages that hold all of them; their texts decide."""

from collections.abc import Sequence
from functools import lru_cache

import tantivy

from index.storage.lexical import TOKEN, TOKEN_RUN, analyzer

_RUNS_KEPT = 100_000


class PhraseCounter:
    """Counts phrases in texts, as the lexical index does."""

    def __init__(self) -> None:
        self._tokenizer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(TOKEN)).build()
        self._terms = lru_cache(_RUNS_KEPT)(self._terms_of)

    def count(self, words: Sequence[str], text: str) -> int:
        """Return how often plain terms stand side by side in a text."""
        terms = [term for run in TOKEN_RUN.findall(text) for term in self._terms(run)]
        first, phrase = words[0], list(words)
        return sum(term == first and terms[at : at + len(phrase)] == phrase for at, term in enumerate(terms))

    def _terms_of(self, run: str) -> list[str | None]:
        """Return the plain terms of characters without a separator; None for a token too long, which leaves a gap."""
        return [_plain_term(token) for token in self._tokenizer.analyze(run)]


def _plain_term(token: str) -> str | None:
    """Return the plain term of a token; None for one that is too long, which leaves a gap."""
    return next(iter(analyzer("plain").analyze(token)), None)


def count_plain(text: str) -> int:
    """Return the number of plain terms of a text."""
    return len(analyzer("plain").terms(text))
