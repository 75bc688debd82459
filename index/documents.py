"""The vocabulary of this program. Read this file first.

A **document** is one file of the corpus, or one inside such a file, as text. A **passage** is what a person reads
around an answer: a few sentences of one document. A **sentence** is a passage of one sentence: the unit of vector
search and of evidence. Every quote is a **span** of its document: ``document.text[start:end] == quote``, always. The
structure of a document is its **blocks**: headings, list items and table rows, each with the block that it stands
under.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol, get_args

DateOrigin = Literal["text", "name", "metadata"]


class Span(NamedTuple):
    """The characters ``start`` to ``end`` (exclusive) of a text."""

    start: int
    end: int


BlockKind = Literal["heading", "lead-in", "item", "row", "code", "field", "speaker"]
_LONGEST_TURN = 100  # blocks of a turn, such as items of a list
BLOCK_KINDS: tuple[BlockKind, ...] = get_args(BlockKind)  # their positions are what is stored: append, never reorder


class Block(NamedTuple):
    """A part of a text that is more than a paragraph; what no block covers is paragraphs.

    A field is a name and value of front matter; a speaker the name that opens a turn of a transcript, with its colon. A
    lead-in is the paragraph, or the end of one, that opens a list («Il faut :»), or the caption of a table. The parent
    of a block is the item or lead-in that it belongs to, or else the heading that it stands under.
    """

    kind: BlockKind
    start: int
    end: int  # exclusive
    parent: int = -1  # its position among the blocks of the document; it comes before; -1 without one

    @property
    def span(self) -> Span:
        """The characters of the block."""
        return Span(self.start, self.end)


class Characters(Protocol):
    """A text that can be measured and sliced: a ``str``, or one that stays on disk until a slice is read."""

    def __len__(self) -> int: ...

    def __getitem__(self, span: slice, /) -> str: ...


class Container(NamedTuple):
    """A file on the disk with others inside it, such as an e-mail with its attachments or a ZIP archive."""

    id: str  # POSIX path relative to the corpus folder
    sha256: str  # of its bytes


@dataclass(frozen=True, slots=True)
class Document:
    """One file of the corpus, as text; or one file inside such a file, whose id is then ``mail.eml/attachment.pdf``.

    Two documents are equal if they have the same id and the same bytes. No text is read to compare or hash them.
    """

    id: str  # POSIX path relative to the corpus folder
    content: Characters = field(compare=False, repr=False)  # line ends normalised, nothing stripped
    sha256: str  # of its bytes, those of the attachment where it is one
    title: str = field(compare=False)
    date: dt.date | None = field(default=None, compare=False)
    date_from: DateOrigin | None = field(default=None, compare=False)  # how the date was found; None without a date
    encoding: str | None = field(default=None, compare=False)  # that decoded the file; None where the format says it
    pages: tuple[int, ...] = field(default=(), compare=False)  # where each page starts; empty without pages
    blocks: tuple[Block, ...] = field(default=(), compare=False, repr=False)  # sorted, apart from one another
    file_date: dt.date | None = field(default=None, compare=False)  # when the file was saved, as its metadata say
    recognised: tuple[int, ...] = field(default=(), compare=False)  # the pages that OCR read, from 1, sorted
    places: str = field(default="", compare=False, repr=False)  # where its characters stand on pages (``index.places``)
    container: Container | None = field(default=None, compare=False)  # the file that it is inside; None if it is one

    @property
    def headings(self) -> tuple[Span, ...]:
        """The spans of all headings, in order."""
        return tuple(block.span for block in self.blocks if block.kind == "heading")

    @property
    def file(self) -> Container:
        """The id and SHA-256 of the file on the disk: of the document itself, unless it is inside another."""
        return self.container or Container(self.id, self.sha256)

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

    def is_recognised(self, offset: int) -> bool:
        """Return whether OCR read the character at ``offset``."""
        return self.page_at(offset) in self.recognised

    def block_at(self, offset: int) -> Block | None:
        """Return the block that holds the character at ``offset``; None in a paragraph."""
        number = self._last_block(offset)
        return self.blocks[number] if number >= 0 and offset < self.blocks[number].end else None

    def block_after(self, offset: int) -> Block | None:
        """Return the first block that starts at ``offset`` or later; None if there is none."""
        number = bisect_left(self.blocks, offset, key=lambda block: block.start)
        return self.blocks[number] if number < len(self.blocks) else None

    def context_at(self, offset: int) -> tuple[Block, ...]:
        """Return what the text at ``offset`` stands under, outermost first: headings, lead-ins, items above it."""
        number = self._last_block(offset)
        if number < 0:
            return ()
        if offset < self.blocks[number].end:
            return self._ancestors(self.blocks[number].parent)
        path = self._ancestors(number)  # a paragraph after a block is under the same headings
        return tuple(block for block in path if block.kind == "heading")

    def title_at(self, offset: int) -> str:
        """Return the titles of a passage at ``offset``: the document's, and the headings and lead-in above it."""
        context = [self.slice(*block.span) for block in self.context_at(offset)] if self.blocks else []
        return " ".join([self.title, *(text for text in context if text != self.title)])

    def turn_at(self, offset: int) -> Block | None:
        """Return the name that opens the turn of a transcript in which ``offset`` is; None outside a turn."""
        number = self._last_block(offset)
        for block in reversed(self.blocks[max(0, number - _LONGEST_TURN) : number + 1]):
            if block.kind in ("speaker", "heading"):
                return block if block.kind == "speaker" else None
        return None

    def children_of(self, parent: Block) -> tuple[Block, ...]:
        """Return the items or rows that a lead-in opens, with what is nested in them, in order."""
        first = number = self._last_block(parent.start) + 1
        while number < len(self.blocks) and self.blocks[number].parent >= first - 1:
            number += 1
        return self.blocks[first:number]

    def _last_block(self, offset: int) -> int:
        """Return the number of the last block that starts at ``offset`` or before; -1 if there is none."""
        return bisect_right(self.blocks, offset, key=lambda block: block.start) - 1

    def _ancestors(self, number: int) -> tuple[Block, ...]:
        """Return the block with this number and those above it, outermost first."""
        path: list[Block] = []
        while number >= 0:
            path.append(self.blocks[number])
            number = self.blocks[number].parent
        return tuple(reversed(path))


@dataclass(frozen=True, slots=True)
class Passage:
    """The characters ``start`` to ``end`` (exclusive) of a document.

    Raises:
        ValueError: they are none, or not in the document.
    """

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

    @property
    def headings(self) -> tuple[Span, ...]:
        """The headings that the passage stands under, outermost first."""
        return tuple(block.span for block in self.document.context_at(self.start) if block.kind == "heading")


def is_of(id: str, file: str) -> bool:
    """Return whether the document ``id`` is the file ``file``, or inside it."""
    return id == file or id.startswith(f"{file}/")


Sentence = Passage
