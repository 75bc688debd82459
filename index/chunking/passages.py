"""Pack whole sentences into passages, the size of what a person reads at a glance."""

import re
from collections.abc import Iterator, Sequence

from index.documents import Span

LENGTH = 900  # characters that a passage holds, about
_LINE = 120
_SMALL = 350  # a passage shorter than this takes the next paragraph, where both fit


def pack_passages(
    text: str, sentences: Sequence[Span], headings: Sequence[Span] = (), pages: Sequence[int] = ()
) -> list[range]:
    """Return ranges of sentence numbers, in order, that cover each sentence once.

    A passage starts at each heading, page and form feed. Paragraphs stay whole if they fit, and small ones are joined.
    """
    packed: list[range] = []
    for section in _sections(text, sentences, headings, pages):
        packed.extend(_pack_section(text, sentences, section))
    return packed


def _sections(text: str, sentences: Sequence[Span], headings: Sequence[Span], pages: Sequence[int]) -> Iterator[range]:
    """Yield the sentences between two starts (headings after text, pages)."""
    begin = 0
    feeds = [match.end() for match in re.finditer("\f", text)]
    for number in _starts(sentences, headings, sorted([*pages, *feeds])):
        if number > begin:
            yield range(begin, number)
            begin = number
    if begin < len(sentences):
        yield range(begin, len(sentences))


def _starts(sentences: Sequence[Span], headings: Sequence[Span], pages: Sequence[int]) -> list[int]:
    """Return the numbers of the sentences that open a section: each page, the first of consecutive headings."""
    titles = _numbers_inside(sentences, headings)
    first = [number for number in titles if number - 1 not in titles]
    leaves = [number for number in _first_from(sentences, pages) if number - 1 not in titles]
    return sorted({*first, *leaves})


def _numbers_inside(sentences: Sequence[Span], spans: Sequence[Span]) -> set[int]:
    """Return the numbers of the sentences inside one of ``spans``; both are sorted."""
    numbers, number = set(), 0
    for start, end in spans:
        while number < len(sentences) and sentences[number].start < start:
            number += 1
        while number < len(sentences) and sentences[number].end <= end:
            numbers.add(number)
            number += 1
    return numbers


def _first_from(sentences: Sequence[Span], offsets: Sequence[int]) -> Iterator[int]:
    """Yield, for each offset, the number of the first sentence that starts there or later."""
    number = 0
    for offset in offsets:
        while number < len(sentences) and sentences[number].start < offset:
            number += 1
        yield number


def _pack_section(text: str, sentences: Sequence[Span], section: range) -> Iterator[range]:
    begin, length = section.start, 0
    for paragraph in _paragraphs(text, sentences, section):
        size = sentences[paragraph[-1]].end - sentences[paragraph[0]].start
        if length and _starts_passage(length, size):
            yield range(begin, paragraph.start)
            begin, length = paragraph.start, 0
        length += size
        if length > LENGTH:
            *complete, remainder = _divide(sentences, range(begin, paragraph.stop))
            yield from complete
            begin, length = remainder.start, sentences[remainder[-1]].end - sentences[remainder[0]].start
    if begin < section.stop:
        yield range(begin, section.stop)


def _starts_passage(length: int, size: int) -> bool:
    """Return whether a paragraph of ``size`` characters starts a passage of its own after ``length`` others."""
    if size > LENGTH:
        return length > _LINE  # a lone line opens the paragraph that follows, even a long one
    return length + size > LENGTH or min(length, size) > _SMALL


def _paragraphs(text: str, sentences: Sequence[Span], section: range) -> Iterator[range]:
    begin = section.start
    for number in section[1:]:
        if text.count("\n", sentences[number - 1].end, sentences[number].start) > 1:
            yield range(begin, number)
            begin = number
    yield range(begin, section.stop)


def _divide(sentences: Sequence[Span], numbers: range) -> Iterator[range]:
    """Split a paragraph that is too long for a passage into parts of similar length."""
    start, end = sentences[numbers[0]].start, sentences[numbers[-1]].end
    share = (end - start) / -(-(end - start) // LENGTH)
    begin = numbers.start
    for number in numbers[1:]:
        middle = (sentences[number].start + sentences[number].end) / 2
        if middle - sentences[begin].start > share or sentences[number].end - sentences[begin].start > LENGTH:
            yield range(begin, number)
            begin = number
    yield range(begin, numbers.stop)
