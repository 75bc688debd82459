"""Sentences of a written text, and the marks of citations in them: «[1]», «[2, 3]».

A number of four digits is a year, and stays text. A mark that stands after a stop belongs to the sentence before.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.chunking.sentences import split_sentences
from index.documents import Span

_GROUP = re.compile(r"\[(?=\d)(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")
_NUMBER = re.compile(r"\d+")
_LEADING = re.compile(r"(?:\s*\[\d{1,3}(?:\s*[,;]\s*\d{1,3})*\])+[.,;]?\s*")
_HEADING = re.compile(r"#{1,6}\s")
_LETTERS = re.compile(r"[^\W\d_]{2,}|\d")


@dataclass(frozen=True, slots=True)
class Mark:
    """The number of a citation, as a text gives it."""

    number: int
    span: Span  # of the brackets, or of the number alone where brackets hold several


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """A sentence of a text: ``text[start:end]`` with its marks."""

    span: Span
    marks: tuple[Mark, ...]
    states: bool  # whether it claims something; a question or a heading does not


def split_marked(text: str) -> list[MarkedSentence]:
    """Return the sentences of a text with their marks, in order."""
    return [
        MarkedSentence(span, tuple(find_marks(text, span)), _states(text[span.start : span.end]))
        for span in _with_trailing_marks(text)
    ]


def find_marks(text: str, span: Span) -> Iterator[Mark]:
    """Yield the marks of ``text[start:end]``, in order."""
    for group in _GROUP.finditer(text, *span):
        numbers = list(_NUMBER.finditer(text, *group.span()))
        if len(numbers) == 1:
            yield Mark(int(numbers[0].group()), Span(*group.span()))
        else:
            yield from (Mark(int(number.group()), Span(*number.span())) for number in numbers)


def blank_marks(text: str) -> str:
    """Return a text of the same length with spaces in place of its marks."""
    return _GROUP.sub(lambda match: " " * len(match.group()), text)


def _with_trailing_marks(text: str) -> Iterator[Span]:
    """Yield the sentences; marks that open one go to the sentence before them on the same line."""
    spans: list[Span] = []
    for start, end in split_sentences(text):
        leading = _LEADING.match(text, start, end)
        if leading and spans and "\n" not in text[spans[-1].end : start]:
            spans[-1] = Span(spans[-1].start, start + len(leading.group().rstrip()))
            start = leading.end()
        if start < end:
            spans.append(Span(start, end))
    yield from spans


def _states(sentence: str) -> bool:
    words = blank_marks(sentence).strip()
    return bool(_LETTERS.search(words)) and not words.endswith("?") and not _HEADING.match(words)
