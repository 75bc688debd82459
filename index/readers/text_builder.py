"""A text that grows block by block: paragraphs, headings, pages; what readers of structured files write into."""

import datetime as dt

from index.documents import Span
from index.readers.parsed import Reading, shortened
from index.readers.plain.text import normalised

_ENDS = (".", "!", "?", ":", ";", "»", "”", "…")


class Blocks:
    """Blocks are parted by a blank line, so that no sentence goes from one to the next; records by a form feed."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._pages: list[int] = []
        self._headings: list[Span] = []
        self._turned = False

    @property
    def text(self) -> str:
        return "".join(self._parts)

    @property
    def first_heading(self) -> str | None:
        return self.text[slice(*self._headings[0])] if self._headings else None

    def start_record(self) -> None:
        """What follows is another record: no passage goes from one to the next."""
        self._turned = bool(self._parts)

    def start_page(self) -> None:
        self._pages.append(self._length)

    def add(self, text: str, *, heading: bool = False, goes_on: bool = False, parted: bool = False) -> Span | None:
        """Adds a block, and says where; nothing for white space.

        ``goes_on`` continues a paragraph over a page, ``parted`` a word.
        """
        bare = normalised(text).replace("\xad", "").strip()  # where a word may be parted is no part of it
        if not bare:
            return None
        self._append(self._joint(bare, goes_on, parted))
        if self._pages and self._pages[-1] + 2 >= self._length:
            self._pages[-1] = self._length  # a page starts with its text, not with what parts it from the last
        span = Span(self._length, self._length + len(bare))
        self._append(bare)
        if heading:
            self._headings.append(span)
        return span

    def reading(self, title: str | None = None, date: dt.date | None = None, encoding: str | None = None) -> Reading:
        """The reading of all blocks; without ``title``, the first heading is one."""
        name = shortened(title or self.first_heading or "") or None
        return Reading(self.text, name, date, encoding, tuple(self._pages), tuple(self._headings))

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def _joint(self, following: str, goes_on: bool, parted: bool) -> str:
        if parted or not self._parts:
            return ""
        turned, self._turned = self._turned, False
        return "\n\f\n" if turned else "\n" if goes_on and self._is_open(following) else "\n\n"

    def _is_open(self, following: str) -> bool:
        return following[0].islower() and not self._parts[-1].endswith(_ENDS)
