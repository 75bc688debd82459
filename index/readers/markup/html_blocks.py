"""Blocks of an HTML tree: what a browser would start on a new line."""

from collections.abc import Iterator
from typing import Any, NamedTuple

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody tfoot thead tr ul".split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_SILENT = frozenset(
    "script style template noscript head title meta link svg math iframe object nav button select option"
    " textarea".split()
)


class Block(NamedTuple):
    text: str
    heading: bool = False


def html_blocks(root: Any) -> Iterator[Block]:
    """Yield the blocks under an lxml element, in order, without menus, scripts and forms."""
    words: list[str] = []
    heading = False
    for kind, tag, text in _events(root):
        if kind == "text":
            words.append(text)
            continue
        if joined := " ".join("".join(words).split()).removeprefix("| "):
            yield Block(joined, heading)
        words.clear()
        heading = tag in _HEADINGS and kind == "start"


def _events(root: Any) -> Iterator[tuple[str, str, str]]:
    """Yield text, and the starts and ends of blocks; without recursion, as a hostile page is nested deeply."""
    waiting: list[tuple[Any, bool]] = [(root, False)]
    while waiting:
        element, ends = waiting.pop()
        tag = _tag(element)
        if ends:
            if tag in _BLOCKS:
                yield "end", tag, ""
            yield from _text(element.tail if element is not root else None)
            continue
        if tag is None or tag in _SILENT:
            yield from _text(element.tail if element is not root else None)
            continue
        yield from _opening(tag)
        yield from _text(element.text)
        waiting.append((element, True))
        waiting.extend((child, False) for child in reversed(element))


def _opening(tag: str) -> Iterator[tuple[str, str, str]]:
    if tag in _BLOCKS:
        yield "start", tag, ""
    elif tag == "br":
        yield "text", "", "\n"
    elif tag in ("td", "th"):
        yield "text", "", " | "  # cells of a row


def _text(text: str | None) -> Iterator[tuple[str, str, str]]:
    if text:
        yield "text", "", text


def _tag(element: Any) -> str | None:
    """Return the name of an element without its namespace; None for comments and the like."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else None
