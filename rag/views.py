"""A passage as evidence is weighed: the terms of each of its sentences, and the kinds of things they name.

Nothing is looked for before it is asked after: of most candidates few things are.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from index.documents import Passage, Sentence
from index.language import FUNCTION_WORDS, detect, fold, is_negated
from index.words import terms
from rag.patterns import CAUSE, DATE, NAME, NUMBER, PLACE, QUOTED

_FUNCTION = FUNCTION_WORDS["fr"] | FUNCTION_WORDS["en"]
_WORD = re.compile(r"\d+|[^\W\d_][^\W_]*")


@dataclass(frozen=True)
class SentenceView:
    """One sentence: its terms in order, and what it holds that could answer."""

    span: Sentence
    terms: tuple[str, ...]

    @cached_property
    def known(self) -> frozenset[str]:
        """Its terms, as a set."""
        return frozenset(self.terms)

    @cached_property
    def text(self) -> str:
        return self.span.text

    @cached_property
    def dates(self) -> frozenset[str]:
        return frozenset(fold(match.group()) for match in DATE.finditer(self.text))

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset(fold(match.group().strip()) for match in NUMBER.finditer(self.text))

    @cached_property
    def names(self) -> frozenset[str]:
        """Folded words written with a capital, function words apart."""
        return frozenset(word for name in NAME.findall(self.text) for word in _telling(name))

    @cached_property
    def quoted(self) -> bool:
        return QUOTED.search(self.text) is not None

    @cached_property
    def place(self) -> bool:
        return PLACE.search(self.text) is not None

    @cached_property
    def cause(self) -> bool:
        return CAUSE.search(self.text) is not None

    @cached_property
    def closed(self) -> bool:
        """Whether it ends as a sentence does; headings, menus and captions do not."""
        return self.text.rstrip(" \u00a0»”\")’'").endswith((".", "!", "…", "?", ":", ";"))

    @cached_property
    def asks(self) -> bool:
        return self.text.rstrip().endswith("?")

    @cached_property
    def negated(self) -> bool:
        return is_negated(self.text)


@dataclass(frozen=True)
class PassageView:
    language: str
    field: str  # of the word index: "fr", "en" or "plain"
    title: tuple[str, ...]  # its terms
    sentences: tuple[SentenceView, ...]

    @cached_property
    def names(self) -> frozenset[str]:
        """Those of its sentences and of its title."""
        own = _WORD.findall(fold(self.sentences[0].span.document.title))
        return frozenset(own).union(*(sentence.names for sentence in self.sentences))

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset[str]().union(*(sentence.numbers for sentence in self.sentences))


def view_passage(passage: Passage, sentences: Sequence[Sentence]) -> PassageView:
    """What the passage and its sentences hold."""
    language = detect(passage.text)
    field = language if language in ("fr", "en") else "plain"
    views = tuple(SentenceView(sentence, tuple(terms(sentence.text, field))) for sentence in sentences)
    return PassageView(language, field, tuple(terms(passage.document.title, field)), views)


@lru_cache(maxsize=50_000)
def _telling(name: str) -> tuple[str, ...]:
    """The folded words of a name, function words apart."""
    return tuple(word for word in _WORD.findall(fold(name)) if word not in _FUNCTION)
