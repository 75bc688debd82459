"""What is answered without ranking: a text of the program, or spans that documents hold by construction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.documents import Document, Span
from index.index import Index
from index.language import detect
from index.storage.candidates import ResolvedFilters
from rag.answer import Citation, Hit, Kind
from rag.extraction.citations import CitationDraft
from rag.extraction.compose import ABSENCE
from rag.extraction.quote import context_of
from rag.query.filters import Filters, resolve_filters
from rag.text.analysis import find_turn
from rag.wording import Wording


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
    """An answer but for its question: quotes, or without any the words of the program."""

    kind: Kind
    text: str = ""
    cited: tuple[CitationDraft, ...] = ()
    remark: str = ""
    confidence: float = 1.0
    nearest: tuple[Hit, ...] = ()


def show(kind: Kind, quotes: Sequence[Citation], remark: str = "") -> Reply:
    """Return a reply that shows quotes, in their order."""
    return Reply(kind, cited=tuple(CitationDraft(quote, None) for quote in quotes), remark=remark)


def show_sides(question: str, sides: tuple[str, str], first_reply: Reply, other: Reply) -> Reply:
    """Return the quotes about one side of a comparison, then those about the other that say something else.

    The remark tells which numbers belong to which side; there is none where the same quotes speak of both.
    """
    names = [in_language(question, "{} :", "{}:", side) for side in sides]
    shown = join_replies(list(zip(names, (first_reply, other), strict=True)), "")
    return shown if len(shown.cited) > len(first_reply.cited) else first_reply


def join_replies(replies: Sequence[tuple[str, Reply]], absent: str) -> Reply:
    """Return the quotes of several replies, each once, in their order.

    The remark tells which numbers belong to which part, by the words given with it; ``absent`` is said of one without.
    """
    cited: list[CitationDraft] = []
    notes = []
    for name, reply in replies:
        locations = [_location(draft) for draft in cited]
        new = [draft for draft in reply.cited if _location(draft) not in locations]
        cited += [replace(draft, repeats=None) for draft in new] if cited else new
        locations += map(_location, new)
        numbers = sorted(locations.index(_location(draft)) + 1 for draft in reply.cited)
        notes.append(f"{name} {' '.join(f'[{number}]' for number in numbers) or absent}")
    confidence = min(reply.confidence for _, reply in replies if reply.cited)
    return Reply("quotes", cited=tuple(cited), remark=" · ".join(notes), confidence=confidence)


def _location(draft: CitationDraft) -> tuple[str, int]:
    return draft.citation.source, draft.citation.start


def refuse(language: str) -> Reply:
    """Return the reply that the documents do not answer; other languages than French get English."""
    return Reply("not_found", ABSENCE.get(language, ABSENCE["en"]), confidence=0.0)


def quote(document: Document, span: Span, focus: Span | None = None) -> Citation:
    """Return a span of a document as a citation."""
    context = context_of(document, span)
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
        context=context,
        context_texts=tuple(document.slice(*block) for block in context),
        ocr=document.is_recognised(span.start),
    )


def quote_with_speaker(document: Document, span: Span) -> Citation:
    """Return a span of a document as a citation, with its speaker if one says all of it in a transcript.

    A speaker named in a sentence of it says that sentence, and not all of it.
    """
    speaker = find_turn(document, span.start)
    return replace(quote(document, span), speaker=speaker if speaker == find_turn(document, span.end - 1) else None)


def in_language(question: str, french: str, english: str, *values: object) -> str:
    """Return a sentence with its values in the language of the question; other languages than French get English."""
    return Wording(french, english).write(detect(question), *values)
