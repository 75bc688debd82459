"""Definitions and acronyms: the sentences that define a term, or spell its letters out."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from index.documents import Sentence, Span
from index.language import detect
from rag.extraction.definitions import CERTAIN, Term, find_expansion, parse_term, rate_definition
from rag.extraction.quote import without_bullet
from rag.intents.mentions import Occurrence, find_mentions
from rag.intents.reply import Reply, Scope, quote, refuse, show
from rag.text.folding import words_of

_LOOKED_AT = 3000  # sentences that hold the term
_LONGEST = 600  # characters of a quote
_SHORT, _LONG_ENTRY = 100, 350  # characters of a sentence that its entry completes, and of such an entry
_EXPANDS = 1.2  # strength of a sentence that spells an acronym out: more than any definition
_FIRST, _TITLED = 0.06, 0.1  # added where a sentence opens its document, and where that has the term as its title
_CONFIDENCE = 0.95  # share of made questions whose first quote defines (bench/quality/made/defining.py)
_ALSO = 0.75  # least share of the best strength at which another sentence is quoted


class _Definition(NamedTuple):
    """A sentence that defines, with its strength, and the words that an acronym stands for."""

    strength: float
    sentence: Sentence
    focus: Span | None

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
        quote(definition.sentence.document, _entry(definition.sentence), definition.focus)
        for definition in list(chosen.values())[:k]
    ]
    if quotes:
        return replace(show("quotes", quotes), confidence=_CONFIDENCE)
    # Sentences that only use an acronym do not say what it means.
    return refuse(detect(question)) if term.is_acronym and (term.is_expanded or term.is_meant) else None


def _definitions(term: Term, mentions: Iterator[Occurrence]) -> Iterator[_Definition]:
    for sentence, *_ in mentions:
        text, focus = sentence.text, None
        if len(text) > _LONGEST:
            continue
        strength = 0.0 if term.is_expanded or _is_column_name(term, sentence) else rate_definition(term, text)
        if term.is_acronym and (span := find_expansion(term.text, text)):
            strength, focus = _EXPANDS, Span(sentence.start + span.start, sentence.start + span.end)
        if strength:
            yield _Definition(strength + _position_bonus(term, sentence), sentence, focus)


def _entry(sentence: Sentence) -> Span:
    """Return the span of a defining sentence, with what else a short entry of a glossary says."""
    span, block = Span(sentence.start, sentence.end), sentence.document.block_at(sentence.start)
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
