"""Blocks of an HTML tree: what a browser would start on a new line, with its lists and tables."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from lxml import etree  # type: ignore[import-untyped]

from index.readers.content.cell_tables import cell_table
from index.readers.content.cells import Cell
from index.readers.content.formulas import linear_formula
from index.readers.content.runs import GAP, close_gaps
from index.readers.content.symbols import BOX_EMPTY, BOX_TICKED, in_letters, in_roman, to_subscript, to_superscript
from index.readers.markup.style_sheets import list_style
from index.readers.metadata import whole_number
from index.readers.tables import cell_kind
from index.readers.text_builder import BlockRole

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary table"
    " tbody td tfoot th thead tr ul".split()
)
_SILENT = frozenset(
    "script style template noscript head title meta link svg math iframe object audio video canvas nav button select"
    " option textarea".split()
)
_LISTS = ("ul", "ol", "menu", "dir")
_IN_CELLS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "dl", "pre", "article", "section"))
_LISTS_IN_CELLS = ("ul", "ol", "dl")
_OPENED_BY_BUTTON = ("h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary")  # what a button may open, as in an accordion
_OPENED = ("div", "section", "p", "ul", "dl")  # what a button before it opens, where it is hidden
_STYLES = {"alpha": "a", "latin": "a", "roman": "i"}  # of the numbers of lists, by what their names end with
_BULLETS = ("none", "disc", "circle", "square")
_PARTED = ("article", "aside", "figure", "hr", "section")  # from what comes before, which opens no list in them
_SET_APART = {"sup": to_superscript, "sub": to_subscript}
ITEM_LABEL = "data-item-label"  # of an item whose list does not number it
_BREAK = "\v"  # a line end that the page asks for; any other white space is a space
_PARAGRAPHS = re.compile(r"\n\n+")
_UNSEEN_STYLE = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_ENDS_BEFORE = re.compile(r"[a-zà-ÿ):][A-ZÀ-Ý\d€$£+]")  # the last letter of a label, and the first of its value
_NOT_BOLD = etree.XPath(".//text()[normalize-space()][not(ancestor::*[local-name()='b' or local-name()='strong'])]")
_LABEL, _VALUE = 40, 160  # characters of a pair of them


class Block(NamedTuple):
    """A block of a file, as ``TextBuilder.add`` takes it."""

    text: str
    role: BlockRole = "paragraph"
    level: int = 1


class _OpenList(NamedTuple):
    """An open list."""

    kind: str  # "1", "a", "A", "i", "I"
    following: int  # the number of its next item
    step: int  # to the one after; 0 for bullets


class _OpenBlock(NamedTuple):
    """What the text that follows belongs to."""

    role: BlockRole = "paragraph"
    level: int = 1
    marker: str = ""


def html_blocks(root: Any) -> Iterator[Block]:
    """Yield the blocks under an lxml element, in order, without menus, scripts and forms."""
    words: list[str] = []
    lists: list[_OpenList] = []
    block = _OpenBlock()
    for kind, element, text in _events(root):
        if kind == "text":
            words.append(text)
            continue
        if joined := _join(words) if block.role != "code" else close_gaps("".join(words)).replace(_BREAK, "\n"):
            yield from _split_paragraphs(joined, block)
            block = block._replace(role="item again", marker="") if block.role == "item" else _OpenBlock()
        words.clear()
        if kind == "table":
            yield from _table(element)
        elif _tag(element) in _PARTED:
            yield Block("", "end")
        elif kind == "pair":
            label, value = (_line(_words(child)) for child in element)
            yield Block(f"{label.rstrip(' :')}: {value}", "row")
        block = _open_block(kind, element, lists, block)


def _split_paragraphs(text: str, block: _OpenBlock) -> Iterator[Block]:
    """Yield the block of a text, or several where it leaves lines empty."""
    if block.role in ("code", "heading", "caption"):
        yield Block(block.marker + (text if block.role == "code" else " ".join(text.split())), *block[:2])
        return
    first, *following = _PARAGRAPHS.split(text)
    yield Block(block.marker + first, *block[:2])
    for other in following:
        yield Block(other, "item again" if block.role in ("item", "item again") else block.role, block.level)


def _open_block(kind: str, element: Any, lists: list[_OpenList], previous: _OpenBlock) -> _OpenBlock:
    """Return what the start or end of an element opens; ``lists`` holds the open lists."""
    tag = _tag(element) or ""
    if tag in _LISTS:
        if kind == "start":
            lists.append(_open_list(element))
        elif lists:
            lists.pop()
        return _OpenBlock("item again") if lists else _OpenBlock()
    if kind != "start":
        return _OpenBlock("item again") if lists and tag != "li" else _OpenBlock()
    if tag == "li":
        return _OpenBlock("item", max(1, len(lists)), _marker(element, lists))
    if tag[:1] == "h" and tag[1:].isdigit():
        return _OpenBlock("heading", int(tag[1:]))
    if tag in ("dt", "caption", "pre"):
        return _OpenBlock({"dt": "caption", "caption": "caption", "pre": "code"}[tag])  # type: ignore[arg-type]
    if tag == "dd":
        return _OpenBlock("item")
    return previous if previous.role in ("item", "item again", "code") else _OpenBlock()


def _open_list(element: Any) -> _OpenList:
    if _tag(element) != "ol":
        return _OpenList("", 0, 0)
    styles = list_style(element.get("style", "")).split()
    if any(style in _BULLETS for style in styles):
        return _OpenList("", 0, 0)
    step = -1 if element.get("reversed") is not None else 1
    first = sum(_tag(item) == "li" for item in element) if step < 0 else 1
    kinds = (_kind(style) for style in styles if style.startswith(("lower-", "upper-", "decimal")))
    return _OpenList(next(kinds, element.get("type", "1")), whole_number(element.get("start"), first), step)


def _kind(style: str) -> str:
    """Return the type of a list whose numbers have a style: «upper-roman»."""
    case, _, letters = style.partition("-")
    kind = _STYLES.get(letters, "1")
    return kind.upper() if case == "upper" else kind


def _marker(item: Any, lists: list[_OpenList]) -> str:
    label = item.get(ITEM_LABEL)
    if label is not None:
        return f"{label} " if label else ""
    if not lists or not lists[-1].step:
        return "- "
    kind, following, step = lists[-1]
    number = whole_number(item.get("value"), following)
    lists[-1] = _OpenList(kind, number + step, step)
    numeral = {"a": in_letters, "i": in_roman}.get(kind.lower(), str)(number)
    return f"{numeral.upper() if kind in ('A', 'I') else numeral}. "


def _table(table: Any) -> Iterator[Block]:
    """Yield the caption and the rows of a table of data."""
    captions = [_line(_words(caption)) for caption in table.iter("{*}caption")]
    yield Block(" ".join(captions), "caption")
    for rows in _sections(_shown_rows(table)):
        cells = [[_cell(cell) for cell in row.iter("{*}td", "{*}th")] for row in rows]
        yield from (Block(*block) for block in cell_table(cells, list(map(_is_header, rows))))


def _shown_rows(table: Any) -> list[Any]:
    """Return the rows of a table as a browser shows them: those of its first head first, those of its foot last."""
    rows = list(table.iter("{*}tr"))
    head = next(table.iter("{*}thead"), None)
    return sorted(rows, key=lambda row: (row.getparent() is not head, _tag(row.getparent()) == "tfoot"))


def _sections(rows: list[Any]) -> Iterator[list[Any]]:
    """Yield the rows below each set of names: some tables name their columns again, or otherwise, farther down."""
    start = 0
    for number in range(1, len(rows)):
        is_first = _names_columns(rows[number]) and not _is_header(rows[number - 1])
        if is_first and not all(map(_is_header, rows[number:])):
            yield rows[start:number]
            start = number
    yield rows[start:]


def _names_columns(row: Any) -> bool:
    """Return whether a row is marked as one of names, and holds no figures as a total does."""
    texts = [_line(_words(cell)) for cell in row] if _is_header(row) else []
    return bool(texts) and not any(text and cell_kind(text) == "number" for text in texts)


def _is_header(row: Any) -> bool:
    cells = [_tag(cell) for cell in row]
    return _tag(row.getparent()) == "thead" or (len(cells) > 1 and all(tag == "th" for tag in cells if tag))


def _cell(cell: Any) -> Cell:
    columns, rows = (whole_number(cell.get(f"{axis}span"), 1) for axis in ("col", "row"))
    is_head = _tag(cell) == "th"
    return Cell(_join(_words(cell)), columns, rows, is_head=is_head, is_bold=is_head or not _NOT_BOLD(cell))


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
        elif tag is None or _is_silent(tag, element) or is_hidden(element):
            yield from _text(_formula(element))
            yield from _text(tail)
        elif tag == "input":
            yield from _text(_box(element))
            yield from _text(tail)
        elif (write := _writer(tag, element)) is not None:
            yield from _text(_set_apart(element, write))
            yield from _text(tail)
        elif tag == "table" and not _holds_blocks(element):
            yield "table", element, ""
            yield from _text(tail)
        elif _is_paired(element):
            yield "pair", element, ""
            yield from _text(tail)
        elif _is_lone_pair(element):
            yield "start", element, ""
            yield "text", None, " ".join(_line(_words(inner)) for inner in element)
            yield "end", element, ""
            yield from _text(tail)
        else:
            yield from _opening(tag, element)
            yield from _text(element.text)
            waiting.append((element, True))
            waiting.extend((child, False) for child in reversed(element))


def _writer(tag: str, element: Any) -> Callable[[str], str] | None:
    """Return what writes an element that is raised or lowered: calls of notes are raised."""
    if tag == "a" and (element.get("role") == "doc-noteref" or "noteref" in element.get("epub:type", "").split()):
        return to_superscript
    return _SET_APART.get(tag)


def _set_apart(element: Any, write: Callable[[str], str]) -> str:
    words = _words(element)
    return write(_line(words)) or (GAP if GAP in words else "")


def _is_silent(tag: str, element: Any) -> bool:
    return tag in _SILENT and not (tag == "button" and _opens(element))


def _opens(button: Any) -> bool:
    """Return whether a button is a heading, or opens the block behind it, as in an accordion."""
    following = button.getnext()
    opens = _tag(following) in _OPENED and (following.get("hidden") is not None or "style" in following.attrib)
    return opens or _tag(button.getparent()) in _OPENED_BY_BUTTON


def _holds_blocks(table: Any) -> bool:
    """Return whether a table lays out a page, rather than holding data; a table of data names what it holds."""
    is_named = next(table.iter("{*}th", "{*}thead"), None) is not None
    names = (name for name in _IN_CELLS if not (is_named and name in _LISTS_IN_CELLS))
    elements = table.iter(*(f"{{*}}{name}" for name in names))
    return next((True for element in elements if element is not table), False)


def _box(element: Any) -> str:
    """Return a box to tick, as it is shown; "" for other fields of a form."""
    if element.get("type", "").lower() not in ("checkbox", "radio"):
        return ""
    return f" {BOX_EMPTY if element.get('checked') is None else BOX_TICKED} "


def _opening(tag: str, element: Any) -> Iterator[tuple[str, Any, str]]:
    if tag in _BLOCKS:
        yield "start", element, ""
    elif tag == "br":
        yield "text", None, _BREAK


def is_hidden(element: Any) -> bool:
    """Return whether a browser does not show an element, by what it says itself."""
    style = element.get("style")
    if _tag(element) == "dialog" and element.get("open") is None:
        return True
    if _tag(element.getprevious()) == "button":  # which opens it
        return False
    if element.get("hidden") is not None or (style is not None and _UNSEEN_STYLE.search(style) is not None):
        return True
    return element.get("aria-hidden") == "true" and _math(element.getprevious()) is not None  # drawn again, as by KaTeX


def _formula(element: Any) -> str:
    """Return the formula that an element is, or that it hides beside a picture, as in Wikipedia; "" for others."""
    tag, following = _tag(element), element.getnext()
    if tag == "math" or (tag is not None and is_hidden(element) and following is not None and _tag(following) == "img"):
        formula = _math(element)
        return "" if formula is None else linear_formula(formula)
    return ""


def _math(element: Any) -> Any:
    return None if element is None else next(element.iter("{*}math"), None)


def _is_paired(element: Any) -> bool:
    """Return whether an element and a sibling each hold a label and its value; in a list, one that does is enough."""
    siblings = [other for other in (element.getprevious(), element.getnext()) if _is_formed(other)]
    if not siblings or not _is_formed(element):
        return False
    pairs = [_is_parted(element), any(map(_is_parted, siblings))]
    return any(pairs) if _tag(element) == "li" else all(pairs)


def _is_lone_pair(element: Any) -> bool:
    """Return whether an element holds what style sheets set apart, such as a label and its value, and nothing else."""
    is_of_spans = _is_formed(element) and all(_tag(inner) == "span" for inner in element)
    return is_of_spans and not element[0].tail and _is_parted(element)


def _is_formed(element: Any) -> bool:
    """Return whether an element may hold a label and its value, each in an element of its own, as in a receipt."""
    if element is None or _tag(element) not in ("div", "li") or (element.text or "").strip() or len(element) != 2:
        return False
    if any(
        _tag(inner) not in ("div", "span", "p") or (inner.tail or "").strip() or _has_blocks(inner) for inner in element
    ):
        return False
    if element[0].tail and all(_tag(inner) == "span" for inner in element):
        return False
    label, value = (_line(_words(inner)) for inner in element)
    return 0 < len(label) <= _LABEL and label[-1] not in ".!?…" and 0 < len(value) <= _VALUE


def _is_parted(element: Any) -> bool:
    """Return whether a label and its value are clearly separate: they cannot be two parts of one word."""
    label, value = (_line(_words(inner)) for inner in element)
    return any(_tag(inner) != "span" for inner in element) or bool(_ENDS_BEFORE.match(label[-1:] + value))


def _has_blocks(element: Any) -> bool:
    return any(_tag(inner) in _BLOCKS for inner in element.iterdescendants())


def _text(text: str | None) -> Iterator[tuple[str, Any, str]]:
    if text:
        yield "text", None, text


def _words(root: Any) -> list[str]:
    """Return the text under an element, without scripts and forms."""
    words: list[str] = []
    waiting: list[Any] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            words.append(node)
            continue
        tag = _tag(node)
        write = _writer(tag, node) if tag and node is not root else None
        if write is not None:
            words.append(_set_apart(node, write))
        elif tag is None or _is_silent(tag, node) or is_hidden(node):
            words.append(_formula(node))
        else:
            is_next = tag == "li" and _tag(node.getprevious()) == "li"
            words.extend([", "] if is_next else [_BREAK] if tag == "br" or tag in _BLOCKS else [])
            waiting.extend(piece for child in reversed(node) for piece in (_tail(child), child))
            words.append(node.text or "")
    return words


def _tail(element: Any) -> str:
    """Return the text after an element, on a line of its own after a block."""
    tail = element.tail or ""
    return _BREAK + tail if tail.strip() and _tag(element) in _BLOCKS else tail


def _line(words: list[str]) -> str:
    """Return words as one line."""
    return close_gaps(" ".join("".join(words).split())).strip()


def _join(words: list[str]) -> str:
    """Return words with single spaces, and the line ends that the page asks for."""
    return close_gaps("\n".join(" ".join(line.split()) for line in "".join(words).split(_BREAK))).strip()


def _tag(element: Any) -> str | None:
    """Return the name of an element without its namespace; None for comments, what is absent and the like."""
    if element is None:
        return None
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else None
