"""Find the structure of a text: its blocks, and what each stands under."""

import re

from index.documents import Block, BlockKind, Span

# A bullet, or a printed number or letter: «- », «1. », «2° », «a) ». A capital and a stop is somebody's initial.
_MARKER = (
    r"(?:[•●▪◦‣■□➢✓·*+–—-](?=[ \t\u00a0])|(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)°](?=[ \t])|(?:[A-Z]|[IVX]{1,5})\)(?=[ \t]))"
)
_ITEM = re.compile(rf"^(?P<indent>[ \t]*){_MARKER}[ \t\u00a0]++(?=\S)", re.MULTILINE)
_BLANK_LINE = re.compile(r"\n[^\S\n]*+(?=\n)|\f")
_PARAGRAPH = re.compile(r"(?:\A|\n[^\S\n]*\n|\f)\s*(?=\S)")
_SENTENCE_START = re.compile(r"[.!?…]\s+(?=\S)")
_WORDS = 4  # least of a lead-in without a colon
_WRAPPED = 40  # characters, at least, of a line that a program ends
_SHORT = 160  # characters of a paragraph that is a lead-in as a whole


class StructureBuilder:
    """Collects the blocks of a text in order. Offsets are those of the text."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._sections: list[tuple[int, int]] = []  # the level and number of each heading that is open
        self._items: list[int] = []  # the number of the last item at each depth of the open list
        self._opener: int = -1  # the number of the lead-in of the open list
        self._waiting: Span | None = None  # a lead-in, if a list follows
        self._opens_items_only = False

    def add_heading(self, span: Span, level: int = 1) -> None:
        """Add a heading; it closes the sections of its level and below."""
        self._close_list()
        while self._sections and self._sections[-1][0] >= level:
            self._sections.pop()
        self._sections.append((level, self._append("heading", span, self._section)))

    def add_paragraph(self, text: str, start: int) -> None:
        """Add a paragraph, which may turn out to be a lead-in."""
        self._close_list()
        self._waiting = _lead_in(text, start)
        self._opens_items_only = not text.endswith(":")

    def add_caption(self, span: Span) -> None:
        """Add the caption of the table that follows."""
        self._close_list()
        self._waiting, self._opens_items_only = span, False

    def add_item(self, span: Span, depth: int = 1) -> None:
        """Add an item of a list; ``depth`` is how deep the list is nested, from 1."""
        self._open_list()
        del self._items[max(0, depth - 1) :]
        parent = self._items[-1] if self._items else self._list_parent
        self._items.append(self._append("item", span, parent))

    def add_row(self, span: Span) -> None:
        """Add a row of a table."""
        self._open_list("row")
        self._items.clear()
        self._append("row", span, self._list_parent)

    def add_field(self, span: Span) -> None:
        """Add a field that says something of the document."""
        self._append("field", span, -1)

    def add_code(self, span: Span) -> None:
        """Add lines of code; they do not end a list, and may have a lead-in."""
        self._open_list("code")
        self._append("code", span, self._items[-1] if self._items else self._list_parent)

    def extend_item(self, end: int) -> bool:
        """Let the last item go on to ``end``; return False if the last block is none."""
        if not self._items or self._items[-1] != len(self.blocks) - 1:
            return False
        self.blocks[-1] = self.blocks[-1]._replace(end=end)
        return True

    def add_text(self, text: str, start: int) -> None:
        """Add running text: its paragraphs, and the items that its lines show."""
        end, indents = 0, [0]
        matches = list(_ITEM.finditer(text))
        following = [*(match.start() for match in matches[1:]), len(text)]
        for match, limit in zip(matches, following, strict=False):
            self._add_between(text, end, match.start(), start)
            begin = match.end("indent")
            blank = _BLANK_LINE.search(text, begin, limit)
            end = begin + len(text[begin : blank.start() if blank else limit].rstrip())
            indents = [*(indent for indent in indents if indent < len(match["indent"])), len(match["indent"])]
            self.add_item(Span(start + begin, start + end), len(indents))
        self._add_between(text, end, len(text), start)

    def _add_between(self, text: str, begin: int, end: int, start: int) -> None:
        between = text[begin:end]
        if between.strip():
            *_, opening = _PARAGRAPH.finditer(between.rstrip())
            self.add_paragraph(between[opening.end() :].rstrip(), start + begin + opening.end())

    def close_items(self) -> None:
        """End the open list or table."""
        self._items.clear()
        self._opener = -1

    def end_section(self) -> None:
        """Drop a lead-in that is none unless a list follows at once."""
        if self._opens_items_only:
            self._waiting = None

    @property
    def _section(self) -> int:
        return self._sections[-1][1] if self._sections else -1

    @property
    def _list_parent(self) -> int:
        return self._opener if self._opener >= 0 else self._section

    def _open_list(self, kind: BlockKind = "item") -> None:
        if self._waiting and self._opens_items_only and kind != "item":
            self._waiting = None
        if self._waiting:
            self.close_items()
            self._opener = self._append("lead-in", self._waiting, self._section)
            self._waiting = None

    def _close_list(self) -> None:
        self.close_items()
        self._waiting = None

    def _append(self, kind: BlockKind, span: Span, parent: int) -> int:
        self.blocks.append(Block(kind, *span, parent))
        return len(self.blocks) - 1


def _lead_in(text: str, start: int) -> Span | None:
    """Return what opens a list if one follows: a paragraph that ends in a colon, its last sentence if it is long.

    A few words without a stop open a list of items as well; not several short lines, such as those of an address.
    """
    if not text.endswith(":"):
        is_stopped = not text[-1].isalnum() or any(len(line) < _WRAPPED for line in text.split("\n")[:-1])
        if is_stopped or len(text) > _SHORT or len(text.split()) < _WORDS:
            return None
    begin = 0
    if len(text) > _SHORT:
        begin = max((match.end() for match in _SENTENCE_START.finditer(text)), default=0)
    return Span(start + begin, start + len(text))
