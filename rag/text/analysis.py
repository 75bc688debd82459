"""Analysis of passages: the terms of each sentence, and what it names.

Properties are computed when they are first read, since few are read of most candidates.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from index.documents import Block, Document, Sentence, Span
from index.language import STOPWORDS, fold
from index.storage.lexical import TOKEN_RUN, analyze, analyzer
from rag.text.attribution import find_speakers, speaker_words
from rag.text.countries import find_countries
from rag.text.dates import Day, days_of_document, find_days
from rag.text.folding import words_of
from rag.text.lazy import lazy_property
from rag.text.mentions import Mentions
from rag.text.moments import Moment, find_moments
from rag.text.patterns import PREFILTERED, is_negated
from rag.text.prefilter import Triggers
from rag.text.spans import Tokens, tokens_of

_FULL = 4  # least terms of a full sentence
_ROW = re.compile(r"[^:;]{1,60}: [^;]*(?:; [^:;]{1,60}: [^;]*)+")
_LABEL = 3  # terms
_LONGEST_QUESTION = 400  # characters
_FRAGMENT = 6  # terms
_CACHED_WORDS = 100_000  # words
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Context:
    """The headings, lead-in and items that sentences stand under, with their terms; the title is none of them."""

    terms: tuple[str, ...]
    words: tuple[str, ...]  # folded, function words apart


NO_CONTEXT = Context((), ())


@dataclass(frozen=True, eq=False)
class AnalyzedSentence:
    """A sentence with its terms, in order, and what it names."""

    span: Sentence
    text: str  # of the span
    field: str  # of the word index
    terms: tuple[str, ...]
    words: tuple[str, ...]  # folded, function words apart
    mentions: Mentions
    block: Block | None = None  # that it is in; None in a paragraph
    context: Context = NO_CONTEXT
    turn: str | None = None  # who speaks, as a transcript names them

    @lazy_property
    def is_label(self) -> bool:
        """Return whether it only names what follows: a heading, or a word or two without a stop."""
        if self.block is not None:
            return self.block.kind in ("heading", "speaker")
        return not self.is_closed and len(self.terms) < _LABEL and not self.numbers

    @lazy_property
    def is_fragment(self) -> bool:
        """Return whether it says little without its context: an item, a row, or a few words."""
        if self.block is not None:
            return self.block.kind != "heading"
        return len(self.terms) < _FRAGMENT

    @lazy_property
    def is_row(self) -> bool:
        """Return whether it is a row of a table; rows of sheets and of CSV files are in no block."""
        return self.block.kind == "row" if self.block else _ROW.fullmatch(self.text) is not None

    @lazy_property
    def headings(self) -> tuple[frozenset[str], ...]:
        """Return the folded words, without function words, of its document's title and of each heading above it."""
        document = self.span.document
        headings = (block.span for block in document.context_at(self.span.start) if block.kind == "heading")
        return tuple(
            frozenset(list_content_words(text))
            for text in (document.title, *(document.slice(*span) for span in headings))
        )

    @lazy_property
    def term_set(self) -> frozenset[str]:
        """Return its terms as a set."""
        return frozenset(self.terms)

    @lazy_property
    def dates(self) -> frozenset[str]:
        """Return the dates it names, folded."""
        return _set(fold(match.group()) for match in self.mentions.dates)

    @lazy_property
    def numbers(self) -> frozenset[str]:
        """Return the numbers it names, folded."""
        return _set(fold(match.group().strip()) for match in self.mentions.numbers)

    @lazy_property
    def names(self) -> frozenset[str]:
        """Return the folded words written with a capital, without function words."""
        return _set(word for match in self.mentions.names for word in list_content_words(match.group()))

    @lazy_property
    def tokens(self) -> Tokens:
        """Return its words and marks, and the spans that they may form."""
        return tokens_of(self.text, self.field, self.mentions)

    @lazy_property
    def is_closed(self) -> bool:
        """Return whether it ends as a sentence does; headings, menus and captions do not."""
        return self.text.rstrip(" \u00a0»”\")’'").endswith((".", "!", "…", "?", ":", ";"))

    @lazy_property
    def asks(self) -> bool:
        """Return whether it is a question."""
        return self.text.rstrip().endswith("?")

    @lazy_property
    def speakers(self) -> tuple[frozenset[str], ...]:
        """Return the words of each speaker that it is attributed to, the surest first."""
        stated = find_speakers(self.text)
        return (*speaker_words(self.turn), *stated) if self.turn else stated

    @lazy_property
    def days(self) -> tuple[Day, ...]:
        """Return the days that it names; «hier» is relative to the date of its document."""
        return find_days(self.text, self.span.document.date)

    @lazy_property
    def moments(self) -> tuple[Moment, ...]:
        """Return the dates that it names by value, in order: months and years, too."""
        return tuple(find_moments(self.text, self.span.document.date))

    @lazy_property
    def countries(self) -> frozenset[int]:
        """Return the countries that it names, by number."""
        return find_countries(self.text)

    @lazy_property
    def negated(self) -> bool:
        """Return whether it denies something."""
        return is_negated(self.text, self.mentions.triggers)


@dataclass(frozen=True)
class AnalyzedPassage:
    """A passage with its analysed sentences, in order."""

    field: str  # of the word index: "fr", "en" or "plain"
    title: tuple[str, ...]  # its terms
    sentences: tuple[AnalyzedSentence, ...]

    @lazy_property
    def title_words(self) -> tuple[str, ...]:
        """Return the folded words of its title, without function words, in order."""
        return list_content_words(self.sentences[0].span.document.title)

    @lazy_property
    def full_sentences(self) -> list[int]:
        """Return the positions of full sentences, without headings and fragments; all if there is none."""
        full = [at for at, sentence in enumerate(self.sentences) if sentence.is_closed and len(sentence.terms) >= _FULL]
        return full or list(range(len(self.sentences)))

    @lazy_property
    def document_days(self) -> tuple[Day, ...]:
        """Return the days that its document speaks from."""
        return days_of_document(self.sentences[0].span.document)

    @lazy_property
    def countries(self) -> frozenset[int]:
        """Return the countries that its sentences and its title name, by number."""
        title = find_countries(self.sentences[0].span.document.title)
        return title.union(*(sentence.countries for sentence in self.sentences))

    @lazy_property
    def names(self) -> frozenset[str]:
        """Return the names in its sentences, and all words of its title, folded."""
        title_words = words_of(self.sentences[0].span.document.title)
        context_words = (sentence.context.words for sentence in self.sentences)
        return frozenset(title_words).union(*(sentence.names for sentence in self.sentences), *context_words)

    @lazy_property
    def numbers(self) -> frozenset[str]:
        """Return the numbers in its sentences, folded."""
        return _NONE.union(*(sentence.numbers for sentence in self.sentences))


def analyze_passage(document: Document, sentences: Sequence[Sentence], language: str) -> AnalyzedPassage:
    """Analyse a passage; ``sentences`` are consecutive ones of ``document``, in order."""
    field = language if language in ("fr", "en") else "plain"
    begin = sentences[0].start
    text = document.slice(begin, sentences[-1].end)  # read once for all sentences
    context = _contexts(document, field)
    analyzed = [
        _analyze_sentence(span, text[span.start - begin : span.end - begin], field, context) for span in sentences
    ]
    return AnalyzedPassage(field, tuple(analyze(document.title, field)), tuple(analyzed))


def _contexts(document: Document, field: str) -> Callable[[Sentence], Context]:
    """Return what finds the context of a sentence; sentences in one place share it.

    A turn of a transcript has the one before it for context: the question that it answers.
    """

    @cache
    def analyzed(spans: tuple[Span, ...]) -> Context:
        texts = [document.slice(*span) for span in spans]
        text = " ".join(text for text in texts if text != document.title)
        return Context(tuple(analyze(text, field)), list_content_words(text)) if text else NO_CONTEXT

    def context(sentence: Sentence) -> Context:
        if not document.blocks:
            return NO_CONTEXT
        spans = [block.span for block in document.context_at(sentence.start)]
        return analyzed((*spans, *_turn_before(sentence)))

    return context


def _turn_before(sentence: Sentence) -> list[Span]:
    """Return the end of the turn before the one of a sentence, if it is in a transcript."""
    turn = sentence.document.turn_at(sentence.start)
    previous = sentence.document.turn_at(turn.start - 1) if turn and turn.start else None
    return [Span(max(previous.end, turn.start - _LONGEST_QUESTION), turn.start)] if turn and previous else []


def _analyze_sentence(
    span: Sentence, text: str, field: str, context: Callable[[Sentence], Context]
) -> AnalyzedSentence:
    matches, analyze_run = list(TOKEN_RUN.finditer(text)), _run_analyzer(field)
    runs = [analyze_run(match.group()) for match in matches]
    return AnalyzedSentence(
        span,
        text,
        field,
        tuple([term for run in runs for term in run.terms]),
        tuple([word for run in runs for word in run.words]),
        Mentions(
            text,
            [
                (match.start() + at, bits)
                for match, run in zip(matches, runs, strict=True)
                if run.triggers
                for at, bits in run.triggers
            ],
        ),
        span.document.block_at(span.start),
        context(span),
        find_turn(span.document, span.start),
    )


def find_turn(document: Document, at: int) -> str | None:
    """Return the name that opens the turn of a transcript, without its colon and marks; None outside a turn."""
    turn = document.turn_at(at) if document.blocks else None
    return document.slice(*turn.span).strip(" \u00a0:*_") if turn else None


class _AnalyzedRun(NamedTuple):
    """The analysis of a run of characters between separators, whatever the text."""

    terms: tuple[str, ...]
    words: tuple[str, ...]
    triggers: Triggers


# Shared by the process: texts of all indexes repeat the same words, and analysing a word is the slowest step.
@cache
def _run_analyzer(field: str) -> Callable[[str], _AnalyzedRun]:
    """Return a cached analyser for runs of characters between separators."""
    analyse = analyzer(field).analyze
    return lru_cache(_CACHED_WORDS)(
        lambda run: _AnalyzedRun(tuple(analyse(run)), list_content_words(run), PREFILTERED.find_triggers(run))
    )


def _set(words: Iterable[str]) -> frozenset[str]:
    """Return the words as a set. All empty sets are one object, since the garbage collector visits each object."""
    return frozenset(words) or _NONE


def list_content_words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text without French and English function words, in order."""
    return tuple(word for word in words_of(text) if word not in STOPWORDS)
