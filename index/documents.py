"""The vocabulary of this program. Read this file first.

A **document** is one file of the corpus, as text. A **passage** is what a person reads around an answer: a few
sentences of one document. A **sentence** is a passage of one sentence: the unit of vector search and of evidence. Every
quote is a **span** of its document: ``document.text[start:end] == quote``, always.
"""

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

DateOrigin = Literal["text", "name", "metadata"]


class Span(NamedTuple):
    """The characters ``start`` to ``end`` (exclusive) of a text."""

    start: int
    end: int


class Characters(Protocol):
    """A text that can be measured and sliced: a ``str``, or one that stays on disk until a slice is read."""

    def __len__(self) -> int: ...

    def __getitem__(self, span: slice, /) -> str: ...


@dataclass(frozen=True, slots=True)
class Document:
    """One file of the corpus, as text.

    Two documents are equal if they have the same id and the same bytes. No text is read to compare or hash them.
    """

    id: str  # POSIX path relative to the corpus folder
    content: Characters = field(compare=False, repr=False)  # line ends normalised, nothing stripped
    sha256: str  # of the bytes of the file
    title: str = field(compare=False)
    date: dt.date | None = field(default=None, compare=False)
    date_from: DateOrigin | None = field(default=None, compare=False)  # how the date was found; None without a date
    encoding: str | None = field(default=None, compare=False)  # that decoded the file; None where the format says it
    pages: tuple[int, ...] = field(default=(), compare=False)  # where each page starts; empty without pages
    headings: tuple[Span, ...] = field(default=(), compare=False)

    @property
    def text(self) -> str:
        """The whole text. It may be read from disk; ``slice`` reads the part that is needed."""
        return self.content[:]

    @property
    def length(self) -> int:
        """The number of characters of the text."""
        return len(self.content)

    def slice(self, start: int, end: int) -> str:
        """Return ``text[start:end]``, for offsets inside the text."""
        return self.content[start:end]

    def page_at(self, offset: int) -> int | None:
        """Return the page, from 1, that holds the character at ``offset``; None for a text without pages."""
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
        """Slice the text from the document."""
        return self.document.slice(self.start, self.end)

    @property
    def page(self) -> int | None:
        """The page on which the passage starts, from 1; None for a text without pages."""
        return self.document.page_at(self.start)


Sentence = Passage
