"""Render a document as HTML with its quotes highlighted. Pure functions.

The text is one flow that keeps every character (``white-space: pre-wrap``): the text of the ``<mark>`` elements of a
quote, joined, equals the quote. A quote is one ``<mark>``, unless another quote crosses it.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from index.documents import Document, Span
from index.readers.pdf.pages import Box
from rag.answer import Citation
from ui.html.conversation import is_current
from ui.html.markup import Annotation, annotate, render
from ui.html.tables import Table, find_tables
from ui.i18n.labels import Labels
from ui.services.pdf.pages import PageImage

REACH = 20_000  # characters shown before and after what is lit: a whole article, a part of a book


def render_empty(labels: Labels) -> Markup:
    """Render the pane before anything is open."""
    return render("document.html", "empty", labels=labels)


def render_deleted(labels: Labels) -> Markup:
    """Render the pane for a mark whose conversation was deleted from another page."""
    return render("document.html", "deleted", labels=labels)


def to_citation(document: Document, span: Span) -> Citation:
    """Return a citation of this span, for functions that render citations."""
    quote, page = document.slice(span.start, span.end), document.page_at(span.start)
    return Citation(document.id, *span, quote, page, document.sha256, document.title, document.date, passage=span)


Numbered = tuple[int, Citation]  # as in the answer, from 1


def render_citation(
    document: Document, citations: Sequence[Citation], current: int, turn: int, labels: Labels, page_images: str = ""
) -> Markup:
    """Render a document at the quote ``current`` (from 1) of an answer, all highlighted, after ``page_images``."""
    chosen = citations[current - 1]
    if not is_current(chosen, document):
        return render_missing(document.id, labels.changed, chosen.quote)
    current_citations = [
        (n, citation) for n, citation in select_citations(document.id, citations) if is_current(citation, document)
    ]
    focuses = [Annotation(*citation.focus, "focus") for _, citation in current_citations if citation.focus]
    passage = Annotation(*chosen.passage, "passage", {"is_here": False})
    layers = [_annotate_quotes(current_citations, current), [passage], drop_overlaps(focuses)]
    steps = render("document.html", "steps", turn=turn, current=current, count=len(citations), labels=labels)
    span = Span(chosen.start, chosen.end)
    return _render_document(document, span, layers, labels, page_images, speaker=chosen.speaker, steps=steps)


def select_citations(source: str, citations: Sequence[Citation]) -> list[Numbered]:
    """Return the citations of a document, with their numbers in the answer."""
    return [(n, citation) for n, citation in enumerate(citations, 1) if citation.source == source]


def render_link(document: Document, span: Span, labels: Labels, page_images: str = "") -> Markup:
    """Render a document at the span that a link names, highlighted; an empty span is scrolled to."""
    return _render_document(document, span, [[Annotation(*span, "linked")]], labels, page_images)


def render_passage(document: Document, span: Span, labels: Labels, page_images: str = "") -> Markup:
    """Render a document at a passage that proves nothing: softly tinted, nothing highlighted."""
    return _render_document(document, span, [[Annotation(*span, "passage", {"is_here": True})]], labels, page_images)


def render_page_images(document: Document, images: Sequence[PageImage], current: int, labels: Labels) -> Markup:
    """Render page images with the quotes highlighted, and links to the pages before and after.

    ``current`` is the number of the quote to see first; 0 where what is lit is a passage that proves nothing.
    """
    return render(
        "document.html", "page_images",
        document=document, pages=[_describe_page(image, current) for image in images], labels=labels,
        before=_find_page_start(document, images[0].page - 1), after=_find_page_start(document, images[-1].page + 1),
    )  # fmt: skip


def _describe_page(image: PageImage, current: int) -> dict[str, Any]:
    kinds = {current: "lit current"} if current else {n: "lit near" for n, _ in image.highlighted}
    boxes = [(kinds.get(n, "lit"), _format_position(box)) for n, box in image.highlighted]
    return {"number": image.page, "height": f"{image.height:.4f}", "failed": image.failed, "boxes": boxes}


def _format_position(box: Box) -> str:
    width, height = box.right - box.left, box.bottom - box.top
    return f"left: {box.left:.3%}; top: {box.top:.3%}; width: {width:.3%}; height: {height:.3%}"


def _find_page_start(document: Document, page: int) -> int | None:
    """Return the offset at which a page begins; None where there is no such page."""
    return document.pages[page - 1] if 1 <= page <= len(document.pages) else None


def render_notice(words: str) -> Markup:
    """Render a sentence in place of a page image."""
    return render("document.html", "notice", words=words)


def render_missing(source: str, reason: str, quote: str) -> Markup:
    """Render a notice instead of a document that no longer contains its quote."""
    return render("document.html", "missing", source=source, why=reason, quote=quote)


def _annotate_quotes(citations: Sequence[Numbered], current: int) -> list[Annotation]:
    current_first = sorted(citations, key=lambda numbered: numbered[0] != current)
    return drop_overlaps(
        Annotation(citation.start, citation.end, "quote", {"n": n, "is_current": n == current})
        for n, citation in current_first
    )


def drop_overlaps(annotations: Iterable[Annotation]) -> list[Annotation]:
    """Drop annotations that overlap an earlier one."""
    separate: list[Annotation] = []
    for annotation in annotations:
        if all(annotation.end <= other.start or other.end <= annotation.start for other in separate):
            separate.append(annotation)
    return separate


def _render_document(
    document: Document,
    span: Span,
    layers: Sequence[Sequence[Annotation]],
    labels: Labels,
    page_images: str,
    *,
    speaker: str | None = None,
    steps: str = "",
) -> Markup:
    """Render the part of a document around a span, with layers of annotations."""
    window = _choose_window(document.text, span)
    scroll_to = span.start if span.start == span.end and not page_images else None
    visible = list(find_tables(document, window))
    paragraphs = _annotate_paragraphs(document, window, layers[0], scroll_to, visible)
    text = annotate(document.text, *window, [paragraphs, *_annotate_tables(visible), *layers])
    return render(
        "document.html", "document",
        document=document, span=span, text=text,
        page=document.page_at(span.start), speaker=speaker, steps=steps, page_images=page_images,
        earlier=max(0, window.start - REACH) if window.start else None,
        later=window.end if window.end < document.length else None,
        labels=labels,
    )  # fmt: skip


def _choose_window(text: str, span: Span) -> Span:
    """Return the part of a long text to show: whole paragraphs around the span, or whole rows of a long table."""
    before, after = span.start - REACH, span.end + REACH
    starts = (text.rfind(mark, max(0, before - REACH), before) for mark in ("\n\n", "\n")) if before > 0 else ()
    ends = (text.find(mark, after, after + REACH) for mark in ("\n\n", "\n")) if after < len(text) else ()
    start = next((start + 1 for start in starts if start >= 0), 0)
    return Span(start, next((end for end in ends if end >= 0), len(text)))


def _annotate_tables(visible: Sequence[Table]) -> list[list[Annotation]]:
    """Return the rows of tables, their cells, and the names and separators of these, each as a layer."""
    cells = [cell for table in visible for cell in table.cells]
    return [
        [Annotation(*row, "row") for table in visible for row in table.rows],
        [Annotation(*cell.span, "cell", {"column": cell.column}) for cell in cells],
        [
            *(Annotation(*cell.name, "name") for cell in cells if cell.name),
            *(Annotation(*cell.parting, "parting") for cell in cells if cell.parting),
        ],
    ]


def _annotate_paragraphs(
    document: Document, window: Span, highlights: Sequence[Annotation], scroll_to: int | None, visible: Sequence[Table]
) -> list[Annotation]:
    """Return paragraphs, headings and tables of the window.

    A break inside what is lit is none, so that a quote stays whole; in tables, each cell of a quote is lit.

    The one that holds the offset ``scroll_to`` is marked as the place to scroll to.
    """
    breaks = [m.end() for m in re.finditer(r"\n\s*\n", document.text[: window.end]) if m.end() > window.start]
    cuts = [at for at in breaks if not any(annotation.start < at < annotation.end for annotation in highlights)]
    edges = {edge for table in visible for edge in table.span if window.start < edge < window.end}
    cuts = sorted({*cuts, *edges})
    columns = {table.span.start: table.columns for table in visible}
    headings = {heading.start for heading in document.headings}
    return [
        Annotation(
            start,
            end,
            "table" if start in columns else "heading" if start in headings else "paragraph",
            {"is_here": scroll_to is not None and start <= scroll_to < end}
            | ({"columns": columns[start]} if start in columns else {}),
        )
        for start, end in pairwise([window.start, *cuts, window.end])
        if start < end
    ]
