"""Bullets and numbers that OpenDocument texts print before items of lists and headings."""

from typing import Any, NamedTuple

from index.readers.content.symbols import in_letters, in_roman
from index.readers.metadata import whole_number
from index.readers.office.writer.styles import STYLE, TEXT

LIST, ITEM, HEADING = f"{TEXT}list", f"{TEXT}list-item", f"{TEXT}h"
_PARAGRAPHS = (f"{TEXT}p", HEADING)
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_OUTLINE = f"{TEXT}outline-style"
_LEVELS = 10


class _Level(NamedTuple):
    """How one level of a list is numbered; no format stands for a bullet, or for nothing in outlines."""

    number_format: str
    prefix: str
    suffix: str
    shown: int  # numbers of how many levels
    start: int


class Numbering:
    """The lists of a document, and how many items of each were read."""

    def __init__(self, *groups: Any) -> None:
        """Take the elements that define styles of lists; one of an earlier element counts."""
        self._styles: dict[str, dict[int, _Level]] = {}
        self._outline: dict[int, _Level] = {}
        for group in groups:
            for style in () if group is None else group.iter(f"{TEXT}list-style", _OUTLINE):
                levels = {whole_number(level.get(f"{TEXT}level"), 1): _level(level) for level in style}
                self._styles.setdefault(style.get(f"{STYLE}name", "Outline"), levels)
                if style.tag == _OUTLINE:
                    self._outline = self._outline or levels
        self._headings: dict[int, int] = {}
        self._counts: dict[Any, dict[int, int]] = {}  # of each list that is in no other
        self._last_of_style: dict[str, Any] = {}
        self._by_id: dict[str, Any] = {}

    def marker(self, paragraph: Any) -> tuple[str, int]:
        """Return what is printed before the first paragraph of an item, with a space, and the depth of its list.

        It is ("", depth) for a further paragraph of an item, and ("", 0) for one that is in no list.
        """
        item = next(paragraph.iterancestors(ITEM, f"{TEXT}list-header"), None)
        lists = list(paragraph.iterancestors(LIST))
        if item is None or not lists:
            return "", 0
        first = next((child for child in item if child.tag in _PARAGRAPHS), None)
        if item.tag != ITEM or first is not paragraph:
            return "", len(lists)
        style = next((name for list_element in lists if (name := list_element.get(f"{TEXT}style-name"))), "")
        counts = self._count(lists[-1], lists[-1].get(f"{TEXT}style-name", style))
        levels = self._styles.get(style, {})
        return _counted(counts, len(lists), levels, item.get(f"{TEXT}start-value")) or "- ", len(lists)

    def heading(self, heading: Any, level: int) -> str:
        """Return the number of a heading in the outline of the document, with a space; "" if it has none."""
        if heading.get(f"{TEXT}is-list-header") == "true" or level not in self._outline:
            return ""
        restart = heading.get(f"{TEXT}start-value") if heading.get(f"{TEXT}restart-numbering") == "true" else None
        return _counted(self._headings, level, self._outline, restart)

    def _count(self, outermost: Any, style: str) -> dict[int, int]:
        """Return the counts of a list, which may go on from another."""
        if outermost not in self._counts:
            continued = self._by_id.get(outermost.get(f"{TEXT}continue-list", ""))
            if continued is None and outermost.get(f"{TEXT}continue-numbering") == "true":
                continued = self._last_of_style.get(style)
            self._counts[outermost] = {} if continued is None else self._counts[continued]
            if list_id := outermost.get(_XML_ID):
                self._by_id[list_id] = outermost
        self._last_of_style[style] = outermost
        return self._counts[outermost]


def _counted(counts: dict[int, int], depth: int, levels: dict[int, _Level], restart: str | None) -> str:
    """Count an item, and return its number with a space; "" if its level has none."""
    level = levels.get(depth)
    start = level.start if level else 1
    counts[depth] = whole_number(restart, start) if restart else counts.get(depth, start - 1) + 1
    for deeper_level in range(depth + 1, _LEVELS + 1):
        counts.pop(deeper_level, None)
    if level is None or not level.number_format:
        return ""
    numbers = []
    for shown in range(max(1, depth - level.shown + 1), depth + 1):
        outer_count = levels.get(shown)
        if outer_count and outer_count.number_format:
            numbers.append(_format(counts.get(shown, outer_count.start), outer_count.number_format))
    return f"{level.prefix}{'.'.join(numbers)}{level.suffix}".strip() + " "


def _level(element: Any) -> _Level:
    if element.tag == f"{TEXT}list-level-style-bullet":
        return _Level("", "", "", 1, 1)
    return _Level(
        element.get(f"{STYLE}num-format", ""),
        element.get(f"{STYLE}num-prefix", ""),
        element.get(f"{STYLE}num-suffix", ""),
        whole_number(element.get(f"{TEXT}display-levels"), 1),
        whole_number(element.get(f"{TEXT}start-value"), 1),
    )


def _format(number: int, number_format: str) -> str:
    numeral = {"a": in_letters, "i": in_roman}.get(number_format.lower(), str)(number)
    return numeral.upper() if number_format in ("A", "I") else numeral
