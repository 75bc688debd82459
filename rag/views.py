"""A passage as evidence is weighed: the terms of each of its sentences, and the kinds of things they name.

Nothing is looked for before it is asked after: of most candidates few things are.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from index.documents import Document, Sentence
from index.language import FUNCTION_WORDS, fold, is_negated
from index.words import terms
from rag.patterns import CAUSE, DATE, NAME, NUMBER, PLACE, QUOTED
from rag.word_vectors import word_vectors

_FUNCTION = FUNCTION_WORDS["fr"] | FUNCTION_WORDS["en"]
_WORD = re.compile(r"\d+|[^\W\d_][^\W_]*")
_FULL = 4  # terms of a sentence that tells something
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SentenceView:
    """One sentence: its terms in order, and what it holds that could answer."""

    span: Sentence
    text: str  # of the span
    terms: tuple[str, ...]

    @cached_property
    def known(self) -> frozenset[str]:
        """Its terms, as a set."""
        return frozenset(self.terms)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its folded words, function words apart."""
        return content(self.text)

    @cached_property
    def size(self) -> float:
        """How long the sum of the vectors of its words is."""
        return word_vectors().length_together(self.words)

    @cached_property
    def dates(self) -> frozenset[str]:
        return _set(fold(match.group()) for match in DATE.finditer(self.text))

    @cached_property
    def numbers(self) -> frozenset[str]:
        return _set(fold(match.group().strip()) for match in NUMBER.finditer(self.text))

    @cached_property
    def names(self) -> frozenset[str]:
        """Folded words written with a capital, function words apart."""
        return _set(word for name in NAME.findall(self.text) for word in content(name))

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
    field: str  # of the word index: "fr", "en" or "plain"
    title: tuple[str, ...]  # its terms
    sentences: tuple[SentenceView, ...]

    @cached_property
    def title_words(self) -> tuple[str, ...]:
        """Those of its title, as ``SentenceView.words``."""
        return content(self.sentences[0].span.document.title)

    @cached_property
    def telling(self) -> list[int]:
        """The places of the sentences that tell something, headings and scraps apart; all where there is none."""
        full = [at for at, one in enumerate(self.sentences) if one.closed and len(one.terms) >= _FULL]
        return full or list(range(len(self.sentences)))

    @cached_property
    def names(self) -> frozenset[str]:
        """Those of its sentences and of its title."""
        own = _WORD.findall(fold(self.sentences[0].span.document.title))
        return frozenset(own).union(*(sentence.names for sentence in self.sentences))

    @cached_property
    def numbers(self) -> frozenset[str]:
        return _NONE.union(*(sentence.numbers for sentence in self.sentences))


def view_passage(document: Document, sentences: Sequence[Sentence], language: str) -> PassageView:
    """What a passage and its sentences hold."""
    field = language if language in ("fr", "en") else "plain"
    begin = sentences[0].start
    around = document.slice(begin, sentences[-1].end)  # read once for all sentences
    texts = [around[sentence.start - begin : sentence.end - begin] for sentence in sentences]
    views = [SentenceView(one, text, tuple(terms(text, field))) for one, text in zip(sentences, texts, strict=True)]
    return PassageView(field, tuple(terms(document.title, field)), tuple(views))


def _set(words: Iterable[str]) -> frozenset[str]:
    """The words; one empty set serves all, since the collector of garbage visits each that there is."""
    return frozenset(words) or _NONE


def content(text: str) -> tuple[str, ...]:
    """The folded words of a text, function words apart, in order."""
    return tuple(word for part in text.split() for word in _content(part))


@lru_cache(maxsize=50_000)
def _content(part: str) -> tuple[str, ...]:
    """The same, of what stands between white space, where no word ends."""
    return tuple(word for word in _WORD.findall(fold(part)) if word not in _FUNCTION)
