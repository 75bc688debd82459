"""Build a text block by block, with its headings and pages, as readers of structured files do."""

import datetime as dt

from index.chunking.sentences import ENDS
from index.documents import Span
from index.readers.parsed import ParsedFile, truncate
from index.readers.plain.text import normalised


class TextBuilder:
    """Join the blocks of a file to one text: paragraphs by a blank line, records by a form feed.

    So no sentence goes from one block to the next."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._pages: list[int] = []
        self._headings: list[Span] = []
        self._turned = False

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._parts)

    @property
    def first_heading(self) -> str | None:
        """The text of the first heading, if there is one."""
        return self.text[slice(*self._headings[0])] if self._headings else None

    def start_record(self) -> None:
        """Begin another record: no passage goes from one to the next."""
        self._turned = bool(self._parts)

    def start_page(self) -> None:
        """Begin another page."""
        self._pages.append(self._length)

    def add(
        self, text: str, *, heading: bool = False, continues_paragraph: bool = False, continues_word: bool = False
    ) -> Span | None:
        """Add a block and return its span; None for white space.

        ``continues_paragraph`` continues a paragraph across a page, ``continues_word`` a word.
        """
        bare = normalised(text).replace("\xad", "").strip()  # a soft hyphen is no part of a word
        if not bare:
            return None
        self._append(self._joint(bare, continues_paragraph, continues_word))
        if self._pages and self._pages[-1] + 2 >= self._length:
            self._pages[-1] = self._length  # a page starts with its text, not with what parts it from the last
        span = Span(self._length, self._length + len(bare))
        self._append(bare)
        if heading:
            self._headings.append(span)
        return span

    def build(self, title: str | None = None, date: dt.date | None = None, encoding: str | None = None) -> ParsedFile:
        """Return the parsed file; without ``title``, the first heading is its title."""
        name = truncate(title or self.first_heading or "") or None
        return ParsedFile(self.text, name, date, encoding, tuple(self._pages), tuple(self._headings))

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def _joint(self, following: str, continues_paragraph: bool, continues_word: bool) -> str:
        if continues_word or not self._parts:
            return ""
        turned, self._turned = self._turned, False
        return "\n\f\n" if turned else "\n" if continues_paragraph and self._is_open(following) else "\n\n"

    def _is_open(self, following: str) -> bool:
        return following[0].islower() and not self._parts[-1].endswith(ENDS)
