"""A document to HTML, with its quotes lit. Pure functions.

The text is one flow that keeps every character (``white-space: pre-wrap``): the text of the ``<mark>`` elements of a
quote, joined, equals the quote. A quote is one ``<mark>``, unless another quote crosses it.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from index.documents import Document, Span
from rag.answers import Citation
from ui.labels import Labels
from ui.paint import Ink, escape, paint
from ui.render import place, stands

REACH = 20_000  # characters shown before and after what is lit: a whole article, a part of a book


def empty(labels: Labels) -> str:
    return f'<div class="empty"><p>{labels.reader_empty}</p><p class="note">{labels.reader_hint}</p></div>'


Numbered = tuple[int, Citation]  # as in the answer, from 1


def cited(document: Document, citations: Sequence[Numbered], current: int, turn: int, labels: Labels) -> str:
    """A document with all its quotes of one answer lit."""
    standing = [(n, citation) for n, citation in citations if stands(citation, document)]
    chosen = next((citation for n, citation in citations if n == current), None)
    if chosen is None or not stands(chosen, document):
        quote = chosen.quote if chosen else ""
        return missing(document.id, labels.changed, quote, labels)
    focuses = [Ink(*citation.focus, '<strong class="focus">') for _, citation in standing if citation.focus]
    layers = [_marks(standing, current), [Ink(*chosen.passage, '<span class="passage">')], apart(focuses)]
    return _frame(document, Span(chosen.start, chosen.end), layers, steps(turn, current, labels), labels)


def passage(document: Document, span: Span, labels: Labels) -> str:
    """A document opened at a passage that proves nothing: softly shown, nothing lit."""
    return _frame(document, span, [[Ink(*span, '<span class="passage here">')]], "", labels)


def missing(source: str, why: str, quote: str, labels: Labels) -> str:
    """What is said in the place of a document that cannot vouch for its quote any more."""
    return (
        f'<article class="reading missing"><header><h2>{escape(source)}</h2></header>'
        f'<p class="note" role="alert">{why}</p><blockquote class="text">{escape(quote)}</blockquote></article>'
    )


def _marks(citations: Sequence[Numbered], current: int) -> list[Ink]:
    chosen_first = sorted(citations, key=lambda numbered: numbered[0] != current)
    return apart(
        Ink(c.start, c.end, f'<mark data-n="{n}" class="{"quote current" if n == current else "quote"}">')
        for n, c in chosen_first
    )


def apart(inks: Iterable[Ink]) -> list[Ink]:
    """The inks that overlap none before them: what comes first stays whole."""
    kept: list[Ink] = []
    for ink in inks:
        if all(ink.end <= other.start or other.end <= ink.start for other in kept):
            kept.append(ink)
    return kept


def steps(turn: int, current: int, labels: Labels) -> str:
    """The way to the quote before and after."""
    return (
        f'<nav class="steps" data-turn="{turn}" data-n="{current}">'
        f'<button type="button" data-step="-1" aria-label="{labels.previous}" title="{labels.previous}">←</button>'
        f'<span class="number">{current}</span>'
        f'<button type="button" data-step="1" aria-label="{labels.next}" title="{labels.next}">→</button></nav>'
    )


def _frame(document: Document, span: Span, layers: Sequence[Sequence[Ink]], nav: str, labels: Labels) -> str:
    window = _window(document.text, span)
    lit = layers[0]
    body = paint(document.text, *window, [_paragraphs(document, window, lit), *layers])
    where = place(document.id, document.date, document.page_at(span.start), labels)
    return (
        f'<article class="reading" data-source="{escape(document.id)}">'
        f"<header><div><h2>{escape(document.title)}</h2>{where}</div>{nav}</header>"
        f'<div class="text" tabindex="0" role="region" aria-label="{escape(document.title)}">'
        f"{_more(document, 0, window.start, labels.earlier)}{body}"
        f"{_more(document, window.end, len(document.text), labels.later)}</div></article>"
    )


def _window(text: str, span: Span) -> Span:
    """What is shown of a long text: whole paragraphs around the span."""
    start = text.rfind("\n\n", 0, max(0, span.start - REACH)) + 1 if span.start > REACH else 0
    end = text.find("\n\n", span.end + REACH) if span.end + REACH < len(text) else -1
    return Span(start, end if end >= 0 else len(text))


def _more(document: Document, start: int, end: int, label: str) -> str:
    if start >= end:
        return ""
    at = max(start, end - REACH) if start == 0 else start
    return (
        f'<button type="button" class="more" data-source="{escape(document.id)}" '
        f'data-start="{at}" data-end="{at + 1}">{label}</button>'
    )


def _paragraphs(document: Document, window: Span, lit: Sequence[Ink]) -> list[Ink]:
    """Paragraphs and headings of the window; a break inside what is lit is no break, so that a quote stays whole."""
    breaks = [m.end() for m in re.finditer(r"\n\s*\n", document.text[: window.end]) if m.end() > window.start]
    cuts = [at for at in breaks if not any(ink.start < at < ink.end for ink in lit)]
    bounds = [window.start, *cuts, window.end]
    headings = {heading.start for heading in document.headings}
    return [
        Ink(start, end, '<p class="heading" role="heading" aria-level="3">' if start in headings else "<p>")
        for start, end in pairwise(bounds)
        if start < end
    ]
