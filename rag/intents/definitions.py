"""Definitions and acronyms: the sentences that define a term, or spell its letters out."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from index.documents import Sentence, Span
from index.language import detect
from rag.extraction.definitions import (
    CERTAIN,
    Term,
    find_expansion,
    find_opening_expansion,
    parse_term,
    rate_definition,
)
from rag.extraction.quote import without_bullet
from rag.intents.mentions import Occurrence, find_mentions
from rag.intents.reply import Reply, Scope, quote, refuse, show
from rag.text.folding import words_of

_LOOKED_AT = 3000  # sentences that hold the term
_LONGEST = 600  # characters of a quote
_SHORT, _LONG_ENTRY = 100, 350  # characters of a sentence that its entry completes, and of such an entry
_EXPANDS = 1.2  # strength of a sentence that spells an acronym out: more than any definition
_DEFINES_TOO = 0.2  # times the strength of its form, added to that
_WORDS = 4  # of a sentence that a heading is quoted with
_HEADS = 0.4  # taken where a heading does so, which cannot be read alone
_FIRST, _TITLED = 0.06, 0.1  # added where a sentence opens its document, and where that has the term as its title
_CONFIDENCE = 0.95  # share of made questions whose first quote defines (bench/quality/made/defining.py)
_ALSO = 0.75  # least share of the best strength at which another sentence is quoted
_FIELD_NAME = re.compile(r"[\w-]+:\s+(?=\S)")


class _Definition(NamedTuple):
    """A sentence that defines, with its strength, and the words that an acronym stands for."""

    strength: float
    sentence: Sentence
    focus: Span | None
    following: Sentence | None = None  # what a heading that spells an acronym out is quoted with

    @property
    def key(self) -> tuple[float, str, int]:
        """Return the sort key: strongest first, ties by source and start."""
        return -round(self.strength, 3), self.sentence.document.id, self.sentence.start


def answer_definition(question: str, scope: Scope, k: int) -> Reply | None:
    """Return at most ``k`` sentences that define the term asked about, strongest first.

    None if the question asks for no definition, or no sentence has the form of one; if it asks what an acronym means,
    that is a refusal.
    """
    term = parse_term(question)
    if term is None:
        return None
    mentions = islice(find_mentions([term.words], scope), _LOOKED_AT)
    ranked = sorted(_definitions(term, mentions), key=lambda definition: definition.key)
    chosen: dict[str, _Definition] = {}  # by their words: a copy is not quoted again
    for definition in ranked:
        if definition.strength >= max(CERTAIN, _ALSO * ranked[0].strength):
            chosen.setdefault(" ".join(words_of(definition.sentence.text)), definition)
    quotes = [
        quote(definition.sentence.document, _entry(definition), definition.focus)
        for definition in list(chosen.values())[:k]
    ]
    if quotes:
        return replace(show("quotes", quotes), confidence=_CONFIDENCE)
    # Sentences that only use an acronym do not say what it means.
    return refuse(detect(question)) if term.is_acronym and (term.is_expanded or term.is_meant) else None


def _definitions(term: Term, mentions: Iterator[Occurrence]) -> Iterator[_Definition]:
    for sentence, _, _, following in mentions:
        if len(sentence.text) > _LONGEST:
            continue
        strength = 0.0 if term.is_expanded or _is_column_name(term, sentence) else rate_definition(term, sentence.text)
        definition = _expanding(term, sentence, following) or _Definition(strength, sentence, None)
        if definition.strength:
            yield definition._replace(strength=definition.strength + _position_bonus(term, definition.sentence))


def _expanding(term: Term, sentence: Sentence, following: Sentence | None) -> _Definition | None:
    """Return a sentence that spells out an acronym, or that opens with its words below it as a heading."""
    block = sentence.document.block_at(sentence.start)
    is_heading = block is not None and block.kind == "heading"
    if following and is_heading and words_of(sentence.text) == term.words:
        opening = find_opening_expansion(term.letters, following.text) if term.letters else None
        return _Definition(_EXPANDS, following, _move(opening, following)) if opening else None
    spellings = dict.fromkeys((term.text, term.letters)) if term.is_acronym else [term.letters] if term.letters else []
    span = next((span for spelling in spellings if (span := find_expansion(spelling, sentence.text))), None)
    if span is None or (is_heading and sentence.text.rstrip().endswith("?")):
        return None
    strength = _EXPANDS + _DEFINES_TOO * rate_definition(term, sentence.text) - _HEADS * is_heading
    is_prose = following is not None and len(following.text.split()) >= _WORDS
    return _Definition(strength, sentence, _move(span, sentence), following if is_heading and is_prose else None)


def _move(span: Span, sentence: Sentence) -> Span:
    """Return a span of a sentence as one of its document."""
    return Span(sentence.start + span.start, sentence.start + span.end)


def _entry(definition: _Definition) -> Span:
    """Return the span of a defining sentence, with what else a short entry of a glossary says.

    A heading is quoted with the sentence below it.
    """
    sentence, following = definition.sentence, definition.following
    if following and following.end - sentence.start <= _LONGEST:
        return Span(sentence.start, following.end)
    span, block = Span(sentence.start, sentence.end), sentence.document.block_at(sentence.start)
    if block and block.kind == "field" and (name := _FIELD_NAME.match(sentence.text)):  # «description: A weir is …»
        return Span(sentence.start + name.end(), sentence.end)
    if block and block.kind == "item" and span.end - span.start < _SHORT and block.end - span.start <= _LONG_ENTRY:
        span = Span(span.start, max(span.end, block.end))
    return without_bullet(sentence.document, span)


def _is_column_name(term: Term, sentence: Sentence) -> bool:
    """Return whether a sentence is a row or field that opens with the term as a name: «Weir: the old mill of Alder»."""
    block = sentence.document.block_at(sentence.start)
    name, colon, _ = sentence.text.partition(":")
    return bool(colon and block and block.kind in ("row", "field")) and words_of(name) == term.words


def _position_bonus(term: Term, sentence: Sentence) -> float:
    """Return what the place of a sentence adds to its strength."""
    document = sentence.document
    is_titled = set(words_of(document.title)) == set(term.words)
    is_first = not document.slice(0, sentence.start).replace(document.title, "").strip()[:200]
    return _TITLED * is_titled + _FIRST * is_first
