"""A passage as evidence is weighed: the terms of each of its sentences, and the kinds of things they name.

Nothing is looked for before it is asked after: of most candidates few things are.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from index.documents import Document, Sentence
from index.language import STOPWORDS, fold
from index.storage.lexical import TOKEN_RUN, analyze, analyzer
from rag.text.attribution import speakers
from rag.text.countries import countries
from rag.text.dates import Day, days_named, own_days
from rag.text.lazy import lazy_property
from rag.text.mentions import Mentions
from rag.text.patterns import PREFILTERED, is_negated
from rag.text.prefilter import Triggers
from rag.text.spans import Words, words_of

_FUNCTION = STOPWORDS["fr"] | STOPWORDS["en"]
_WORD = re.compile(r"\d+|[^\W\d_][^\W_]*")
_FULL = 4  # terms of a sentence that tells something
_KEPT = 100_000  # words
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class AnalyzedSentence:
    """One sentence: its terms in order, and what it holds that could answer."""

    span: Sentence
    text: str  # of the span
    field: str  # of the word index
    terms: tuple[str, ...]
    words: tuple[str, ...]  # folded, function words apart
    mentions: Mentions

    @lazy_property
    def known(self) -> frozenset[str]:
        """Its terms, as a set."""
        return frozenset(self.terms)

    @lazy_property
    def dates(self) -> frozenset[str]:
        return _set(fold(match.group()) for match in self.mentions.dates)

    @lazy_property
    def numbers(self) -> frozenset[str]:
        return _set(fold(match.group().strip()) for match in self.mentions.numbers)

    @lazy_property
    def names(self) -> frozenset[str]:
        """Folded words written with a capital, function words apart."""
        return _set(word for match in self.mentions.names for word in content(match.group()))

    @lazy_property
    def parts(self) -> Words:
        """Its words and marks, and the spans that they may form."""
        return words_of(self.text, self.field, self.mentions)

    @lazy_property
    def closed(self) -> bool:
        """Whether it ends as a sentence does; headings, menus and captions do not."""
        return self.text.rstrip(" \u00a0»”\")’'").endswith((".", "!", "…", "?", ":", ";"))

    @lazy_property
    def asks(self) -> bool:
        return self.text.rstrip().endswith("?")

    @lazy_property
    def speakers(self) -> tuple[frozenset[str], ...]:
        """The words of each speaker that it is attributed to."""
        return speakers(self.text)

    @lazy_property
    def days(self) -> tuple[Day, ...]:
        """The days that it names; «hier» counts from the date of its document."""
        return days_named(self.text, self.span.document.date)

    @lazy_property
    def countries(self) -> frozenset[int]:
        """The countries that it names, by their numbers."""
        return countries(self.text)

    @lazy_property
    def negated(self) -> bool:
        return is_negated(self.text, self.mentions.triggers)


@dataclass(frozen=True)
class AnalyzedPassage:
    field: str  # of the word index: "fr", "en" or "plain"
    title: tuple[str, ...]  # its terms
    sentences: tuple[AnalyzedSentence, ...]

    @lazy_property
    def title_words(self) -> tuple[str, ...]:
        """Those of its title, as ``AnalyzedSentence.words``."""
        return content(self.sentences[0].span.document.title)

    @lazy_property
    def telling(self) -> list[int]:
        """The places of the sentences that tell something, headings and scraps apart; all where there is none."""
        full = [at for at, one in enumerate(self.sentences) if one.closed and len(one.terms) >= _FULL]
        return full or list(range(len(self.sentences)))

    @lazy_property
    def document_days(self) -> tuple[Day, ...]:
        """The days that its document speaks from."""
        return own_days(self.sentences[0].span.document)

    @lazy_property
    def countries(self) -> frozenset[int]:
        """Those of its sentences and of its title."""
        title = countries(self.sentences[0].span.document.title)
        return title.union(*(sentence.countries for sentence in self.sentences))

    @lazy_property
    def names(self) -> frozenset[str]:
        """Those of its sentences and of its title."""
        own = _WORD.findall(fold(self.sentences[0].span.document.title))
        return frozenset(own).union(*(sentence.names for sentence in self.sentences))

    @lazy_property
    def numbers(self) -> frozenset[str]:
        return _NONE.union(*(sentence.numbers for sentence in self.sentences))


def analyze_passage(document: Document, sentences: Sequence[Sentence], language: str) -> AnalyzedPassage:
    """What a passage and its sentences hold."""
    field = language if language in ("fr", "en") else "plain"
    begin = sentences[0].start
    around = document.slice(begin, sentences[-1].end)  # read once for all sentences
    views = [_view(one, around[one.start - begin : one.end - begin], field) for one in sentences]
    return AnalyzedPassage(field, tuple(analyze(document.title, field)), tuple(views))


def _view(span: Sentence, text: str, field: str) -> AnalyzedSentence:
    matches, known = list(TOKEN_RUN.finditer(text)), _known(field)
    found = [known(match.group()) for match in matches]
    return AnalyzedSentence(
        span,
        text,
        field,
        tuple([term for one in found for term in one.terms]),
        tuple([word for one in found for word in one.words]),
        Mentions(
            text,
            [
                (match.start() + at, bits)
                for match, one in zip(matches, found, strict=True)
                if one.triggers
                for at, bits in one.triggers
            ],
        ),
    )


class _Known(NamedTuple):
    """What is known of the characters between two marks, whatever text they stand in."""

    terms: tuple[str, ...]
    words: tuple[str, ...]
    triggers: Triggers


# Of the process: texts of all indexes use the same words again and again, and analysing one costs more than the rest.
@cache
def _known(field: str) -> Callable[[str], _Known]:
    """A memory of what was met, since texts use few words again and again."""
    analyse = analyzer(field).analyze
    return lru_cache(_KEPT)(lambda part: _Known(tuple(analyse(part)), content(part), PREFILTERED.find_triggers(part)))


def _set(words: Iterable[str]) -> frozenset[str]:
    """The words; one empty set serves all, since the collector of garbage visits each that there is."""
    return frozenset(words) or _NONE


def content(text: str) -> tuple[str, ...]:
    """The folded words of a text, function words apart, in order."""
    return tuple(word for word in _WORD.findall(fold(text)) if word not in _FUNCTION)
