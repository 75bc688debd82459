"""A passage as evidence is weighed: the terms of each of its sentences, and the kinds of things they name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.documents import Passage, Sentence
from index.language import FUNCTION_WORDS, detect, fold, is_negated
from index.words import terms
from rag.patterns import CAUSE, DATE, NAME, NUMBER, PLACE, QUOTED

_FUNCTION = FUNCTION_WORDS["fr"] | FUNCTION_WORDS["en"]
_WORD = re.compile(r"\d+|[^\W\d_][^\W_]*")


@dataclass(frozen=True, slots=True)
class SentenceView:
    """One sentence: its terms in order, and what it holds that could answer."""

    span: Sentence
    terms: tuple[str, ...]
    known: frozenset[str]  # its terms, as a set
    dates: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str]  # folded words written with a capital, function words apart
    quoted: bool
    place: bool
    cause: bool
    closed: bool  # ends as a sentence does; headings, menus and captions do not
    asks: bool
    negated: bool


@dataclass(frozen=True, slots=True)
class PassageView:
    language: str
    field: str  # of the word index: "fr", "en" or "plain"
    title: tuple[str, ...]  # its terms
    names: frozenset[str]  # of its sentences and title
    numbers: frozenset[str]
    sentences: tuple[SentenceView, ...]


def view_passage(passage: Passage, sentences: Sequence[Sentence]) -> PassageView:
    """What the passage and its sentences hold."""
    language = detect(passage.text)
    field = language if language in ("fr", "en") else "plain"
    views = tuple(_view_sentence(sentence, field) for sentence in sentences)
    title = passage.document.title
    names = frozenset(_WORD.findall(fold(title))).union(*(view.names for view in views))
    numbers = frozenset[str]().union(*(view.numbers for view in views))
    return PassageView(language, field, tuple(terms(title, field)), names, numbers, views)


def _view_sentence(sentence: Sentence, field: str) -> SentenceView:
    text = sentence.text
    found = tuple(terms(text, field))
    return SentenceView(
        span=sentence,
        terms=found,
        known=frozenset(found),
        dates=frozenset(fold(match.group()) for match in DATE.finditer(text)),
        numbers=frozenset(fold(match.group().strip()) for match in NUMBER.finditer(text)),
        names=frozenset(
            word
            for match in NAME.finditer(text)
            for word in _WORD.findall(fold(match.group()))
            if word not in _FUNCTION
        ),
        quoted=bool(QUOTED.search(text)),
        place=bool(PLACE.search(text)),
        cause=bool(CAUSE.search(text)),
        closed=text.rstrip(" \u00a0»”\")’'").endswith((".", "!", "…", "?", ":", ";")),
        asks=text.rstrip().endswith("?"),
        negated=is_negated(text),
    )
