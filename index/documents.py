"""The words of this program. Read this file first.

A **document** is one file of the corpus, as text. A **passage** is what a person reads around an answer: a few
sentences of one document. A **sentence** is a passage of one sentence: the unit of meaning and of evidence. Every
quote is a **span** of its document: ``document.text[start:end] == quote``, always.
"""

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal, NamedTuple

DateOrigin = Literal["text", "name", "metadata"]


class Span(NamedTuple):
    """The characters ``start`` to ``end`` (exclusive) of a text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """One file of the corpus, as text."""

    id: str  # POSIX path relative to the corpus folder
    text: str  # line ends normalised, nothing stripped
    sha256: str  # of the bytes of the file
    title: str
    date: dt.date | None = None
    date_from: DateOrigin | None = None  # how the date was found; None when it is unknown
    encoding: str | None = None  # the one that decoded the file; None where the format says it itself
    pages: tuple[int, ...] = ()  # where each page starts; empty for a text without pages
    headings: tuple[Span, ...] = ()

    def __hash__(self) -> int:
        return hash((self.id, self.sha256))

    @property
    def length(self) -> int:
        """Characters of its text."""
        return len(self.text)

    def slice(self, start: int, end: int) -> str:
        """``text[start:end]``, for offsets inside the text."""
        return self.text[start:end]

    def page_at(self, offset: int) -> int | None:
        """The page, counted from 1, that holds the character at ``offset``; None without pages."""
        return max(1, bisect_right(self.pages, offset)) if self.pages else None


@dataclass(frozen=True, slots=True)
class Passage:
    """The characters ``start`` to ``end`` (exclusive) of a document."""

    document: Document
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= self.document.length:
            raise ValueError(f"span {self.start}:{self.end} in a text of {self.document.length} characters")

    @property
    def text(self) -> str:  # sliced, never stored: a quote cannot differ from its source
        return self.document.slice(self.start, self.end)

    @property
    def page(self) -> int | None:
        return self.document.page_at(self.start)


Sentence = Passage
