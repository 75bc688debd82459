"""A document to HTML, with its quotes lit. Pure functions.

The text is one flow that keeps every character (``white-space: pre-wrap``): the text of the ``<mark>`` elements of a
quote, joined, equals the quote. A quote is one ``<mark>``, unless another quote crosses it.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from urllib.parse import urlencode

from index.documents import Document, Span
from index.readers.pdf.pages import Box
from rag.answer import Citation
from ui.html.conversation import copier, place, stands
from ui.html.markup import Annotation, annotate, escape
from ui.i18n.labels import Labels
from ui.services.pdf.pages import PageImage

REACH = 20_000  # characters shown before and after what is lit: a whole article, a part of a book


def empty(labels: Labels) -> str:
    return (
        f'<div class="empty"><p>{labels.reader_empty}</p><p class="note marks-hint">{labels.reader_hint}</p>'
        f'<p class="note">{labels.reader_drop}</p></div>'
    )


def deleted(labels: Labels) -> str:
    """The pane for a mark of a conversation that was deleted from another page."""
    return f'<div class="empty" role="alert"><p>{labels.conversation_gone}</p></div>'


def as_citation(document: Document, span: Span) -> Citation:
    """A span as if an answer cited it, for what draws citations."""
    quote, page = document.text[span.start : span.end], document.page_at(span.start)
    return Citation(document.id, *span, quote, page, document.sha256, document.title, document.date, passage=span)


Numbered = tuple[int, Citation]  # as in the answer, from 1


def cited(
    document: Document, citations: Sequence[Citation], current: int, turn: int, labels: Labels, picture: str = ""
) -> str:
    """A document at the quote ``current`` (from 1) of an answer, all its quotes lit, after ``picture``."""
    chosen = citations[current - 1]
    if not stands(chosen, document):
        return missing(document.id, labels.changed, chosen.quote, labels)
    standing = [(n, citation) for n, citation in of_document(document.id, citations) if stands(citation, document)]
    focuses = [Annotation(*citation.focus, '<strong class="focus">') for _, citation in standing if citation.focus]
    layers = [_marks(standing, current), [Annotation(*chosen.passage, '<span class="passage">')], apart(focuses)]
    nav = steps(turn, current, len(citations), labels)
    return _frame(document, Span(chosen.start, chosen.end), layers, nav, labels, picture, chosen.speaker)


def of_document(source: str, citations: Sequence[Citation]) -> list[Numbered]:
    return [(n, citation) for n, citation in enumerate(citations, 1) if citation.source == source]


def linked(document: Document, span: Span, labels: Labels, picture: str = "") -> str:
    """A document opened at a span that a link names, lit like a quote; at a place, where the span is empty."""
    return _frame(document, span, [[Annotation(*span, '<mark class="current here">')]], "", labels, picture)


def passage(document: Document, span: Span, labels: Labels, picture: str = "") -> str:
    """A document opened at a passage that proves nothing: softly shown, nothing lit."""
    return _frame(document, span, [[Annotation(*span, '<span class="passage here">')]], "", labels, picture)


def pictures(document: Document, shown: Sequence[PageImage], current: int, labels: Labels) -> str:
    """Pages as they look, the quotes lit, and the way to the pages before and after; then the text is announced.

    ``current`` is the number of the quote to see first; 0 where what is lit is a passage that proves nothing.
    """
    pages = "".join(_page(document, picture, current, labels) for picture in shown)
    before = _turn(document, shown[0].page - 1, labels.page_before)
    after = _turn(document, shown[-1].page + 1, labels.page_after)
    return f'{pages}<nav class="turns">{before}{after}</nav><h3 class="note">{labels.as_text}</h3>'


def _page(document: Document, picture: PageImage, current: int, labels: Labels) -> str:
    name = labels.page.format(page=picture.page)
    kinds = {current: "lit current"} if current else {n: "lit near" for n, _ in picture.lit}
    lit = "".join(_box(box, kinds.get(n, "lit")) for n, box in picture.lit)
    address = f"documents/page?{urlencode({'doc': document.id, 'page': picture.page, 'sha256': document.sha256})}"
    failed = labels.page_failed.format(page=picture.page)
    if picture.failed:
        return notice(failed)
    return (
        f'<figure class="page" style="aspect-ratio: 1 / {picture.height:.4f}" data-failed="{failed}">'
        f'<img src="{escape(address)}" alt="{name}">{lit}</figure>'
    )


def _box(box: Box, kind: str) -> str:
    left, top, width, height = box.left, box.top, box.right - box.left, box.bottom - box.top
    place = f"left: {left:.3%}; top: {top:.3%}; width: {width:.3%}; height: {height:.3%}"
    return f'<span class="{kind}" style="{place}"></span>'


def _turn(document: Document, page: int, label: str) -> str:
    if not 1 <= page <= len(document.pages):
        return ""
    at = document.pages[page - 1]
    return (
        f'<button type="button" class="link" data-source="{escape(document.id)}" '
        f'data-start="{at}" data-end="{at}">{label}</button>'
    )


def notice(words: str) -> str:
    return f'<p class="notice" role="note">{words}</p>'


def missing(source: str, why: str, quote: str, labels: Labels) -> str:
    """What is said in the place of a document that cannot vouch for its quote any more."""
    return (
        f'<article class="reading missing"><header><h2>{escape(source)}</h2></header>'
        f'<p class="note" role="alert">{why}</p><blockquote class="text">{escape(quote)}</blockquote></article>'
    )


def _marks(citations: Sequence[Numbered], current: int) -> list[Annotation]:
    chosen_first = sorted(citations, key=lambda numbered: numbered[0] != current)
    return apart(
        Annotation(c.start, c.end, f'<mark data-n="{n}" class="{"quote current" if n == current else "quote"}">')
        for n, c in chosen_first
    )


def apart(annotations: Iterable[Annotation]) -> list[Annotation]:
    """The annotations that overlap none before them: what comes first stays whole."""
    kept: list[Annotation] = []
    for annotation in annotations:
        if all(annotation.end <= other.start or other.end <= annotation.start for other in kept):
            kept.append(annotation)
    return kept


def steps(turn: int, current: int, count: int, labels: Labels) -> str:
    """The way to the quote before and after, where there are several."""
    before, after = _step(-1, "←", labels.previous), _step(1, "→", labels.next)
    number = f'<span class="number">{current}{f" / {count}" if count > 1 else ""}</span>'
    inside = f"{before}{number}{after}" if count > 1 else number
    return f'<nav class="steps" aria-label="{labels.between}" data-turn="{turn}" data-n="{current}">{inside}</nav>'


def _step(by: int, arrow: str, label: str) -> str:
    return f'<button type="button" data-step="{by}" aria-label="{label}" title="{label}">{arrow}</button>'


def _frame(
    document: Document,
    span: Span,
    layers: Sequence[Sequence[Annotation]],
    nav: str,
    labels: Labels,
    picture: str,
    speaker: str | None = None,
) -> str:
    window = _window(document.text, span)
    lit = layers[0]
    place_wanted = span.start if span.start == span.end and not picture else None
    body = annotate(document.text, *window, [_paragraphs(document, window, lit, place_wanted), *layers])
    where = place(document.id, document.date, document.page_at(span.start), labels, speaker)
    doors = f"{_link(document, span, labels)}{_back(labels)}{nav}"
    return (
        f'<article class="reading" data-source="{escape(document.id)}">'
        f"<header><div><h2>{escape(document.title)}</h2>{where}</div>{doors}</header>"
        f'<div class="text" tabindex="0" role="region" aria-label="{escape(document.title)}">'
        f"{picture}{_more(document, 0, window.start, labels.earlier)}{body}"
        f"{_more(document, window.end, len(document.text), labels.later)}</div></article>"
    )


def _link(document: Document, span: Span, labels: Labels) -> str:
    address = f"?{urlencode({'doc': document.id, 'start': span.start, 'end': span.end})}"
    return copier("link", address, labels.link, labels)


def _back(labels: Labels) -> str:
    """The way up to the answer, where the pane stands below it."""
    return f'<button type="button" class="back" data-back aria-label="{labels.back}" title="{labels.back}">↑</button>'


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
        f'data-start="{at}" data-end="{at}">{label}</button>'
    )


def _paragraphs(document: Document, window: Span, lit: Sequence[Annotation], here: int | None) -> list[Annotation]:
    """Paragraphs and headings of the window; a break inside what is lit is no break, so that a quote stays whole.

    The one that holds the offset ``here`` is marked as the place to scroll to.
    """
    breaks = [m.end() for m in re.finditer(r"\n\s*\n", document.text[: window.end]) if m.end() > window.start]
    cuts = [at for at in breaks if not any(annotation.start < at < annotation.end for annotation in lit)]
    bounds = [window.start, *cuts, window.end]
    headings = {heading.start for heading in document.headings}
    return [
        Annotation(start, end, _paragraph_tag(start in headings, here is not None and start <= here < end))
        for start, end in pairwise(bounds)
        if start < end
    ]


def _paragraph_tag(is_heading: bool, is_here: bool) -> str:
    names = " ".join(name for name, wanted in (("heading", is_heading), ("here", is_here)) if wanted)
    role = ' role="heading" aria-level="3"' if is_heading else ""
    return f'<p class="{names}"{role}>' if names else "<p>"
