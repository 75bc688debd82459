"""From a sentence that answers to a quote that is complete and can be read alone, and what it stands under."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from index.documents import Block, Document, Span
from index.language import fold
from rag.ranking.constraints import YES_OR_NO
from rag.text.analysis import AnalyzedSentence

LONGEST = 600  # characters of a quote, unless a list is asked for
_NEIGHBOURS = 400  # characters of a sentence with its neighbours
_SINGULAR = (
    r"(?:is|was|does|did|has|had|will|can|could|would|should|must|happen[sd]?|makes?|comes|causes?|means|counts)"
)
_LIST_ASKED = re.compile(
    r"\b(?:quels|quelles|lesquels|lesquelles|list|liste[rsz]?|enumere[rz]?|etapes|steps)\b"
    rf"|\b(?:which|what) (?!{_SINGULAR}\b)(?:\w+ ){{0,2}}?(?:are|were|\w{{3,}}(?<!s)s)\b"
    r"|\bque (?:peut|doit|peuvent|doivent|contient|comprend|comporte)\b|\bde quoi (?:se compose|est compose)"
    r"|\bwhat (?:can|may|must|should) [^?]*\bdo\b|\bwhat do(?:es)? [^?]*\b(?:include|contain|consist of)\b"
)
_THIS = (
    "this|these|those|such|otherwise|if so|if not|in (?:this|that) case|cela|ceci|celui-ci|celle-ci|ceux-ci|celles-ci"
    "|ce dernier|cette derniere|ces derni(?:er|ere)s|sinon|dans ce cas|dans le cas contraire|a defaut"
)
_REFERS_BACK = re.compile(rf"\W*(?:{_THIS})\b")  # on folded text
_UNNAMED = re.compile(rf"\W*(?:{_THIS}|it|they|he|she|il|elle|ils|elles)\b")
_BULLET = re.compile(r"[•●▪◦‣■□➢✓·*+–—-][ \t\u00a0]+(?=\S)")
_STOPPED = re.compile(r"[.!?…][»”\")\]]*$")
_EXPLAINED = ("why", "how")  # kinds of questions that the next sentence often answers


class Quote(NamedTuple):
    """A span of a document, and whether it is a list."""

    span: Span
    is_list: bool = False


def asks_for_list(question: str) -> bool:
    """Return whether a question asks for several things: «Quels sont…», "Which fuels…", «Liste…»."""
    return _LIST_ASKED.search(fold(question)) is not None


def complete_quote(sentences: Sequence[AnalyzedSentence], first: int, last: int, kind: str, all_items: bool) -> Quote:
    """Return the quote of the sentences ``first`` to ``last`` of a passage, with what they cannot do without.

    A lead-in runs to the end of its list, up to 600 characters, or to the last item if ``all_items``; then an item
    brings its list, too. ``kind`` is that of the question.
    """
    document = sentences[first].span.document
    span = Span(sentences[first].span.start, sentences[last].span.end)
    items = _list(document, span, all_items)
    if items:
        return Quote(without_bullet(document, items), True)
    first, last = _with_neighbours(sentences, first, last, kind)
    span = _with_code(document, Span(sentences[first].span.start, sentences[last].span.end), kind)
    return Quote(without_bullet(document, span))


def _with_code(document: Document, span: Span, kind: str) -> Span:
    """Return a span to the end of the short code that it leads to; also within it where a way to do something is asked.

    Lines of other questions stay alone: what is set as code may be a timetable.
    """
    code = document.block_at(span.end - 1)
    if code is None or code.kind != "code" or (span.start >= code.start and kind != "how"):
        return span
    combined = Span(min(span.start, code.start), max(span.end, code.end))
    return combined if combined.end - combined.start <= _NEIGHBOURS else span


def context_of(document: Document, span: Span) -> tuple[Span, ...]:
    """Return the headings, lead-in and items that a quote stands under and does not hold; not the title."""
    spans = (block.span for block in document.context_at(span.start))
    return tuple(block for block in spans if block.end <= span.start and document.slice(*block) != document.title)


def _list(document: Document, span: Span, all_items: bool) -> Span | None:
    """Return the span from a sentence, or from the lead-in of an item, to the last item of its list."""
    opener = _opener(document, span, all_items)
    if all_items and opener is None:
        return _items_around(document, span)
    items = document.children_of(opener) if opener else ()
    start = min(span.start, opener.start) if opener else span.start
    ends = [item.end for item in items if all_items or item.end - start <= LONGEST]
    return Span(start, max(span.end, ends[-1])) if ends else None


def _opener(document: Document, span: Span, all_items: bool) -> Block | None:
    """Return the lead-in or item whose list a quote needs: it is part of the quote, follows it, or opens its list."""
    block = document.block_at(span.end - 1) or document.block_after(span.end)
    if block is None:
        return None
    if block.start >= span.end:
        return block if block.kind == "lead-in" and "\n\n" not in document.slice(span.end, block.start) else None
    if block.kind == "item" and all_items:
        path = document.context_at(block.start)
        return path[-1] if path and path[-1].kind in ("lead-in", "item") else None
    return block if block.kind in ("lead-in", "item") else None


def _items_around(document: Document, span: Span) -> Span | None:
    """Return the items that follow one another around the one in a span; None if it is in no item, or the only one."""
    block = document.block_at(span.start)
    if block is None or block.kind != "item":
        return None
    blocks = document.blocks
    first = last = blocks.index(block)
    while first > 0 and _follows(document, blocks[first - 1], blocks[first]):
        first -= 1
    while last + 1 < len(blocks) and _follows(document, blocks[last], blocks[last + 1]):
        last += 1
    return Span(blocks[first].start, blocks[last].end) if first < last else None


def _follows(document: Document, item: Block, following: Block) -> bool:
    is_list = item.kind == following.kind == "item"
    return is_list and not document.slice(item.end, following.start).strip()


def _with_neighbours(sentences: Sequence[AnalyzedSentence], first: int, last: int, kind: str) -> tuple[int, int]:
    """Return the numbers of the first and the last sentence of a quote that can be read alone."""
    if sentences[first].turn:
        return _turn(sentences, first, last)
    if last + 1 < len(sentences) and _needs_next(sentences[last], sentences[last + 1], kind):
        last += _fits(sentences, first, last + 1)
    if first > 0 and _UNNAMED.match(fold(sentences[first].text[:40])) and runs_on(sentences, first - 1):
        first -= _fits(sentences, first - 1, last)
    return first, last


def _turn(sentences: Sequence[AnalyzedSentence], first: int, last: int) -> tuple[int, int]:
    """Return the sentences to quote of a turn in a transcript: from its start, and to its end, as far as they fit."""
    while first > 0 and _is_same_turn(sentences, first - 1) and _fits(sentences, first - 1, last):
        first -= 1
    while last + 1 < len(sentences) and _is_same_turn(sentences, last) and _fits(sentences, first, last + 1):
        last += 1
    return first, last


def _is_same_turn(sentences: Sequence[AnalyzedSentence], number: int) -> bool:
    """Return whether a sentence and the next are words of one turn; the name that opens it is none of them."""
    block = sentences[number + 1].block
    return not sentences[number].is_label and (block is None or block.kind != "speaker")


def _needs_next(sentence: AnalyzedSentence, following: AnalyzedSentence, kind: str) -> bool:
    if following.block is not None and following.block.kind == "code" and sentence.block != following.block:
        return kind == "how" or not _STOPPED.search(sentence.text)
    if sentence.text.endswith(":"):
        return following.block is None or following.block.kind not in ("heading", "speaker")
    if not _is_beside(sentence, following):
        return False
    if YES_OR_NO.fullmatch(sentence.text):
        return True
    return kind in _EXPLAINED or _REFERS_BACK.match(fold(following.text[:40])) is not None


def _fits(sentences: Sequence[AnalyzedSentence], first: int, last: int) -> bool:
    return sentences[last].span.end - sentences[first].span.start <= _NEIGHBOURS


def runs_on(sentences: Sequence[AnalyzedSentence], number: int) -> bool:
    """Return whether a sentence and the next are in one paragraph, so that a quote of both reads well."""
    return _is_beside(sentences[number], sentences[number + 1])


def _is_beside(sentence: AnalyzedSentence, following: AnalyzedSentence) -> bool:
    document = sentence.span.document
    return sentence.block == following.block and "\n\n" not in document.slice(sentence.span.end, following.span.start)


def without_bullet(document: Document, span: Span) -> Span:
    """Return a span without the bullet that it opens with."""
    bullet = _BULLET.match(document.slice(span.start, min(span.end, span.start + 8)))
    return Span(span.start + bullet.end(), span.end) if bullet and bullet.end() < span.end - span.start else span
