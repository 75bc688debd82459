"""Headings of plain text: a line alone between blank lines, without a final stop, above a longer paragraph."""

import re
from collections.abc import Sequence
from itertools import takewhile

from index.documents import Span
from index.readers.dates import is_date_line

_LONGEST = 120
_BLOCK = re.compile(r"\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*")
_NO_HEADING = re.compile(r"[.…;,:\])|=_*]\s*$|https?://|^[•●▪■*–—-] |^\W+$")


def headings(text: str) -> tuple[Span, ...]:
    """Return the spans of the headings of a text, in order."""
    blocks = [Span(match.start(), match.start() + len(match[0].rstrip())) for match in _BLOCK.finditer(text)]
    return tuple(block for number, block in enumerate(blocks) if _is_heading(text, blocks, number))


def title(text: str, heading_spans: Sequence[Span], start: int = 0) -> str | None:
    """Return the heading that opens the text, before its first paragraph."""
    title_headings = takewhile(lambda heading: not _has_paragraph(text[start : heading.start]), heading_spans)
    lines = (text[slice(*heading)] for heading in title_headings)
    opening = [line for line in lines if not is_date_line(line, with_place=False)]
    sentences = [line for line in opening if len(line.split()) > 3]  # a lone «En direct» is no title where another is
    return next(iter(sentences or opening), None)


def _is_heading(text: str, blocks: Sequence[Span], number: int) -> bool:
    start, end = blocks[number]
    if not 3 <= end - start <= _LONGEST or number + 1 == len(blocks):
        return False
    line = text[start:end]
    if "\n" in line or "\t" in line or line[0].islower() or _NO_HEADING.search(line):
        return False
    return _leads(text, blocks, number) and not is_date_line(line, with_place=True)


def _leads(text: str, blocks: Sequence[Span], number: int) -> bool:
    """Return whether a paragraph follows, at once or after one line (a caption, a lower heading)."""
    start, end = blocks[number]
    following = blocks[number + 1 : number + 3]
    return any(block.end - block.start > end - start and _has_paragraph(text[slice(*block)]) for block in following)


def _has_paragraph(text: str) -> bool:
    return bool(re.search(r"[.!?…][»”\")\]]*\s*(?:\n\s*\n|$)", text)) or len(text.strip()) > 3 * _LONGEST
