"""What is answered without ranking: a text of the program, or spans that documents hold by construction."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.documents import Document, Span
from index.index import Index
from index.language import detect, fold
from rag.answer import Citation, Kind, LedgerSentence
from rag.extraction.citations import Cited
from rag.extraction.compose import compose_answer, compose_refusal
from rag.query.filters import Filters, ResolvedFilters, resolve_filters

_WORD = re.compile(r"\d+|[^\W\d_][^\W_]*")


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a question looks: an opened index, and what is allowed of it."""

    index: Index
    filters: Filters
    allowed: ResolvedFilters

    @classmethod
    def of(cls, index: Index, filters: Filters) -> "Scope":
        """Resolve filters for an index.

        Raises:
            InvalidQuestion: they name a document that is not there.
        """
        return cls(index, filters, resolve_filters(filters, index))


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer but for its question."""

    kind: Kind
    text: str
    sentences: tuple[LedgerSentence, ...]
    citations: tuple[Citation, ...] = ()
    remark: str = ""
    confidence: float = 1.0


def say(kind: Kind, text: str, confidence: float = 1.0) -> Reply:
    """Return a reply in the words of the program, which no document supports."""
    return Reply(kind, text, (LedgerSentence(0, len(text), (), False),), confidence=confidence)


def show(kind: Kind, quotes: Sequence[Citation], remark: str = "") -> Reply:
    """Return a reply that shows quotes, in their order."""
    text, ledger = compose_answer([Cited(quote, None) for quote in quotes])
    return Reply(kind, text, ledger, tuple(quotes), remark)


def refuse(question: str) -> Reply:
    """Return the reply that the documents do not answer."""
    text, ledger = compose_refusal(detect(question))
    return Reply("not_found", text, ledger, confidence=0.0)


def quote(document: Document, span: Span, focus: Span | None = None) -> Citation:
    """Return a span of a document as a citation."""
    return Citation(
        source=document.id,
        start=span.start,
        end=span.end,
        quote=document.slice(span.start, span.end),
        page=document.page_at(span.start),
        sha256=document.sha256,
        title=document.title,
        date=document.date,
        passage=span,
        focus=focus,
    )


def in_language(question: str, french: str, english: str) -> str:
    """Return the text in the language of the question; other languages than French get English."""
    return french if detect(question) == "fr" else english


def words_of(text: str) -> list[str]:
    """Return the folded words and numbers of a text, in order."""
    return _WORD.findall(fold(text))


def spans_of(text: str) -> list[tuple[str, Span]]:
    """Return the same with their spans in ``text``."""
    return [(fold(match.group()), Span(*match.span())) for match in _WORD.finditer(text)]


def plain(text: str) -> str:
    """Return a text in lower case and without accents, with the offsets of the original."""
    folded = ((character, fold(character)) for character in text)
    return "".join(bare if len(bare) == 1 else character for character, bare in folded)


def any_of(patterns: str) -> str:
    """Return a pattern for any of the patterns, which are parted by a bar or a line."""
    lines = (line.strip().strip("|") for line in patterns.split("\n"))
    return f"(?:{'|'.join(line for line in lines if line)})"
