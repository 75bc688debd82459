"""Build a text block by block, with its structure and pages, as readers of structured files do."""

import datetime as dt
from typing import Literal

from index.chunking.sentences import ENDS
from index.documents import Span
from index.readers.parsed import ParsedFile, truncate
from index.readers.plain.text import normalise
from index.readers.structure import StructureBuilder

# Where a word may be parted, which is no part of it, is left out. A hyphen at which it may not is one like others.
_UNSEEN: dict[int, str | None] = {**dict.fromkeys(map(ord, "\xad\u200b")), 0x2011: "-"}
BlockRole = Literal["paragraph", "heading", "item", "item again", "row", "field", "caption", "code", "end"]


class TextBuilder:
    """Join the blocks of a file to one text: paragraphs by a blank line, records by a form feed.

    Items of a list and rows of a table follow each other, and their lead-in, line by line. No sentence goes from one
    block to the next.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._pages: list[int] = []
        self._structure = StructureBuilder()
        self._turned = False
        self._last: BlockRole = "paragraph"

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._pieces)

    @property
    def first_heading(self) -> str | None:
        """The text of the first heading, if there is one."""
        heading = next((block for block in self._structure.blocks if block.kind == "heading"), None)
        return self.text[slice(*heading.span)] if heading else None

    def start_record(self) -> None:
        """Begin another record: no passage goes from one to the next."""
        self._turned = bool(self._pieces)

    def start_page(self) -> None:
        """Begin another page."""
        self._pages.append(self._length)

    def add(
        self,
        text: str,
        role: BlockRole = "paragraph",
        level: int = 1,
        *,
        continues_paragraph: bool = False,
        continues_word: bool = False,
    ) -> Span | None:
        """Add a block and return its span; None for white space.

        Args:
            role: a caption begins a table, and is empty if it has none; "item again" is a further paragraph of the last
                item. Items that the lines of a paragraph show are found. An "end" is empty: the paragraph before it
                opens no list, unless it says so.
            level: of a heading, or how deep a list is nested; from 1.
            continues_paragraph: it continues a paragraph across a page.
            continues_word: it continues a word.
        """
        normal = normalise(text)
        stripped = (normal if normal.isascii() else normal.translate(_UNSEEN)).strip()
        if not stripped:
            self._close_items(role)
            return None
        self._append(self._joint(stripped, role, continues_paragraph, continues_word))
        if self._pages and self._pages[-1] + 2 >= self._length:
            self._pages[-1] = self._length  # a page starts with its text, not with what parts it from the last
        span = Span(self._length, self._length + len(stripped))
        self._append(stripped)
        self._add_structure(stripped, span, role, level)
        self._last = role
        return span

    def _close_items(self, role: BlockRole) -> None:
        if role == "caption":
            self._structure.close_items()
            self._last = "paragraph"
        elif role == "end":
            self._structure.end_section()

    def _add_structure(self, text: str, span: Span, role: BlockRole, level: int) -> None:
        structure = self._structure
        if role == "heading":
            structure.add_heading(span, level)
        elif role == "item":
            structure.add_item(span, level)
        elif role == "row":
            structure.add_row(span)
        elif role == "field":
            structure.add_field(span)
        elif role == "caption":
            structure.add_caption(span)
        elif role == "code":
            structure.add_code(span)
        elif role == "paragraph" or not structure.extend_item(span.end):
            structure.add_text(text, span.start)

    def build(
        self,
        title: str | None = None,
        date: dt.date | None = None,
        encoding: str | None = None,
        *,
        file_date: dt.date | None = None,
    ) -> ParsedFile:
        """Return the parsed file; without ``title``, the first heading is its title.

        Args:
            date: the date that the document states of itself.
            file_date: when a program says that it wrote or changed the file.
        """
        name = truncate(title or self.first_heading or "") or None
        blocks = tuple(self._structure.blocks)
        return ParsedFile(self.text, name, date, encoding, tuple(self._pages), blocks, file_date=file_date)

    def _append(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)

    def _joint(self, following: str, role: BlockRole, continues_paragraph: bool, continues_word: bool) -> str:
        if continues_word or not self._pieces:
            return ""
        turned, self._turned = self._turned, False
        if turned:
            return "\n\f\n"
        if role in ("item", "row", "field") and (self._last == role or self._pieces[-1].endswith(":")):
            return "\n"
        return "\n" if continues_paragraph and self._is_open(following) else "\n\n"

    def _is_open(self, following: str) -> bool:
        return following[0].islower() and not self._pieces[-1].endswith(ENDS)
