"""Blocks of an HTML tree: what a browser would start on a new line, with its lists and tables."""

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Any, NamedTuple

from index.readers.tables import written_table
from index.readers.text_builder import BlockRole

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_SILENT = frozenset(
    "script style template noscript head title meta link svg math iframe object nav button select option"
    " textarea".split()
)
_LISTS = ("ul", "ol", "menu", "dir")
_IN_CELLS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "dl", "pre", "article", "section"))
_COVERED = 100  # columns or rows that a cell may cover


class Block(NamedTuple):
    """A block of a file, as ``TextBuilder.add`` takes it."""

    text: str
    role: BlockRole = "paragraph"
    level: int = 1


class _Opened(NamedTuple):
    """What the text that follows belongs to."""

    role: BlockRole = "paragraph"
    level: int = 1
    marker: str = ""


def html_blocks(root: Any) -> Iterator[Block]:
    """Yield the blocks under an lxml element, in order, without menus, scripts and forms."""
    words: list[str] = []
    numbers: list[int | None] = []  # of the next item of each open list; None for bullets
    opened = _Opened()
    for kind, element, text in _events(root):
        if kind == "text":
            words.append(text)
            continue
        if joined := _joined(words) if opened.role != "code" else "".join(words):
            yield Block(opened.marker + joined, opened.role, opened.level)
            opened = opened._replace(role="item again", marker="") if opened.role == "item" else _Opened()
        words.clear()
        if kind == "table":
            yield from _table(element)
        opened = _opened(kind, element, numbers, opened)


def _opened(kind: str, element: Any, numbers: list[int | None], before: _Opened) -> _Opened:
    """Return what the start or end of an element opens; ``numbers`` follows the lists."""
    tag = _tag(element) or ""
    if tag in _LISTS:
        if kind == "start":
            numbers.append(_number(element.get("start"), 1) if tag == "ol" else None)
        elif numbers:
            numbers.pop()
        return _Opened("item again") if numbers else _Opened()
    if kind != "start":
        return _Opened("item again") if numbers and tag != "li" else _Opened()
    if tag == "li":
        return _Opened("item", max(1, len(numbers)), _marker(element, numbers))
    if tag[:1] == "h" and tag[1:].isdigit():
        return _Opened("heading", int(tag[1:]))
    if tag in ("dt", "caption", "pre"):
        return _Opened({"dt": "caption", "caption": "caption", "pre": "code"}[tag])  # type: ignore[arg-type]
    if tag == "dd":
        return _Opened("item")
    return before if before.role in ("item", "item again", "code") else _Opened()


def _marker(item: Any, numbers: list[int | None]) -> str:
    if not numbers or numbers[-1] is None:
        return "- "
    number = _number(item.get("value"), numbers[-1])
    numbers[-1] = number + 1
    return f"{number}. "


def _number(written: str | None, otherwise: int) -> int:
    return int(written) if written and re.fullmatch(r"\d{1,6}", written) else otherwise


def _table(table: Any) -> Iterator[Block]:
    """Yield the caption and the rows of a table of data."""
    captions = [_joined(_words(caption)) for caption in table.iter("{*}caption")]
    yield Block(" ".join(captions), "caption")
    rows = list(table.iter("{*}tr"))
    marked = list(takewhile(_is_header, rows))
    for row in written_table(_grid(rows), len(marked) if marked else None if len(rows) > 1 else 0):
        yield Block(row, "row")


def _is_header(row: Any) -> bool:
    cells = [_tag(cell) for cell in row]
    return _tag(row.getparent()) == "thead" or (len(cells) > 1 and all(tag == "th" for tag in cells if tag))


def _grid(rows: list[Any]) -> list[list[str]]:
    """Return the text of each cell of each row; one of several rows stands in each, a name of several
    columns as well."""
    grid: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}  # the rows that a cell still covers, and its text, by column
    for row in rows:
        cells: list[str] = []
        is_header = _is_header(row)
        for cell in row.iter("{*}td", "{*}th"):
            _add_covered(cells, below)
            wide, high = (min(_number(cell.get(name), 1), _COVERED) for name in ("colspan", "rowspan"))
            text = _joined(_words(cell))
            below.update({len(cells) + n: (high - 1, text) for n in range(wide) if high > 1})
            cells += [text, *[text if is_header else ""] * (wide - 1)]
        _add_covered(cells, below)
        grid.append(cells)
    return grid


def _add_covered(cells: list[str], below: dict[int, tuple[int, str]]) -> None:
    """Add the cells of rows above that cover the next columns of this row."""
    while len(cells) in below:
        rows, text = below.pop(len(cells))
        if rows > 1:
            below[len(cells)] = rows - 1, text
        cells.append(text)


def _events(root: Any) -> Iterator[tuple[str, Any, str]]:
    """Yield text, the starts and ends of blocks, and tables; without recursion, as a hostile page is nested deeply."""
    waiting: list[tuple[Any, bool]] = [(root, False)]
    while waiting:
        element, ends = waiting.pop()
        tag = _tag(element)
        tail = element.tail if element is not root else None
        if ends:
            if tag in _BLOCKS:
                yield "end", element, ""
            yield from _text(tail)
        elif tag is None or tag in _SILENT:
            yield from _text(tail)
        elif tag == "table" and not _holds_blocks(element):
            yield "table", element, ""
            yield from _text(tail)
        else:
            yield from _opening(tag, element)
            yield from _text(element.text)
            waiting.append((element, True))
            waiting.extend((child, False) for child in reversed(element))


def _holds_blocks(table: Any) -> bool:
    """Whether a table lays out a page, rather than holding data."""
    found = table.iter(*(f"{{*}}{name}" for name in _IN_CELLS))
    return next((True for element in found if element is not table), False)


def _opening(tag: str, element: Any) -> Iterator[tuple[str, Any, str]]:
    if tag in _BLOCKS:
        yield "start", element, ""
    elif tag == "br":
        yield "text", None, "\n"


def _text(text: str | None) -> Iterator[tuple[str, Any, str]]:
    if text:
        yield "text", None, text


def _words(root: Any) -> list[str]:
    """Return the text under an element, without scripts and forms."""
    words: list[str] = []
    waiting: list[Any] = [root]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            words.append(found)
            continue
        tag = _tag(found)
        if tag is not None and tag not in _SILENT:
            words.extend([" "] if tag == "br" or tag in _BLOCKS else [])
            waiting.extend(part for child in reversed(found) for part in (child.tail or "", child))
            words.append(found.text or "")
    return words


def _joined(words: list[str]) -> str:
    return " ".join("".join(words).split())


def _tag(element: Any) -> str | None:
    """Return the name of an element without its namespace; None for comments and the like."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else None
