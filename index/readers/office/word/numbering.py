"""Bullets and numbers that Word prints before paragraphs. A paragraph only says of which list and level it is."""

import re
from collections import defaultdict
from typing import Any, NamedTuple

from index.readers.content.symbols import in_letters, in_roman
from index.readers.metadata import whole_number
from index.readers.office.word.styles import Styles, is_on, qn, value

_LEVELS = 9
_FORMATS = {"decimalZero": "{:02}", "numberInDash": "- {} -"}
_ORDINALS = ("ordinal", "ordinalText")


class _Level(NamedTuple):
    """How the items of one level of a list are numbered."""

    kind: str
    text: str  # «%1.%2» for the numbers of the first two levels
    start: int
    in_digits: bool  # all its numbers, whatever the kind of their level
    restarts_after: int  # the deepest level, from 1, whose items let it start anew; 0 for none


class _List(NamedTuple):
    """A list of paragraphs (``w:num``): the definition whose count it shares, and where it starts anew."""

    counted: str
    levels: dict[int, _Level]
    restarts: dict[int, int]


class Numbering:
    """The lists of a document, and how many paragraphs of each were read."""

    def __init__(self, definitions: Any, styles: Styles) -> None:
        """Take the element of the part that defines lists, or None, and the styles that may name them."""
        self._styles = styles
        self._lists: dict[str, _List] = {}
        self._level_of_style: dict[tuple[str, str], int] = {}
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self._begun: set[str] = set()
        if definitions is not None:
            self._read(definitions)

    def _read(self, definitions: Any) -> None:
        abstract = {
            element.get(qn("w:abstractNumId"), ""): element for element in definitions.iter(qn("w:abstractNum"))
        }
        by_style = {name: element for element in abstract.values() if (name := value(element, "w:styleLink"))}
        for number in definitions.iter(qn("w:num")):
            id = value(number, "w:abstractNumId") or ""
            definition = abstract.get(id)
            linked = value(definition, "w:numStyleLink")
            definition = by_style.get(linked, definition) if linked else definition
            name = number.get(qn("w:numId"), "")
            levels = {} if definition is None else self._levels_of(definition, name)
            restarts: dict[int, int] = {}
            for override in number.iter(qn("w:lvlOverride")):
                levels |= self._levels_of(override, name)
                start = value(override, "w:startOverride")
                if start is not None:
                    restarts[whole_number(override.get(qn("w:ilvl")), 0)] = whole_number(start, 0)
            self._lists[name] = _List(id, levels, restarts)

    def _levels_of(self, definition: Any, list_id: str) -> dict[int, _Level]:
        levels = {}
        for level in definition.iter(qn("w:lvl")):
            depth = whole_number(level.get(qn("w:ilvl")), 0)
            start = value(level, "w:start")
            style = value(level, "w:pStyle")
            if style:
                self._level_of_style[list_id, style] = depth
            levels[depth] = _Level(
                value(level, "w:numFmt") or "decimal",
                value(level, "w:lvlText") or "",
                whole_number(start, 0) if start else 1,
                bool(is_on(level, "w:isLgl")),
                whole_number(value(level, "w:lvlRestart"), _LEVELS),
            )
        return levels

    def marker(self, paragraph: Any, style: str) -> tuple[str, int]:
        """Return what is printed before a paragraph, with a space, and its depth; ("", 1) if it is in no list."""
        name, depth = self._list_of(paragraph, style)
        numbered = self._lists.get(name)
        level = numbered.levels.get(depth) if numbered else None
        if numbered is None or level is None:
            return "", 1
        self._count(name, numbered, depth)
        if level.kind == "none" or (level.kind != "bullet" and not level.text.strip()):
            return "", 1
        return f"{self._format_marker(numbered, level)} ", depth + 1

    def _list_of(self, paragraph: Any, style: str) -> tuple[str, int]:
        properties = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        inherited = self._styles.numbering(style) if style else None
        name = value(properties, "w:numId") or value(inherited, "w:numId") or ""
        depth = value(properties, "w:ilvl")
        if depth is None:
            depth = str(self._level_of_style.get((name, style), whole_number(value(inherited, "w:ilvl"), 0)))
        return name, whole_number(depth, 0)

    def _count(self, name: str, numbered: _List, depth: int) -> None:
        counts = self._counts[numbered.counted]
        if name not in self._begun:  # lists of one definition count on, unless one says where it starts
            self._begun.add(name)
            for level, start in numbered.restarts.items():
                counts[level] = start - 1
                for deeper_level in range(level + 1, _LEVELS):
                    counts.pop(deeper_level, None)
        counts[depth] = counts.get(depth, numbered.levels[depth].start - 1) + 1
        for deeper_level in range(depth + 1, _LEVELS):
            level_at = numbered.levels.get(deeper_level)
            if level_at is None or depth < level_at.restarts_after:
                counts.pop(deeper_level, None)

    def _format_marker(self, numbered: _List, level: _Level) -> str:
        if level.kind == "bullet":
            return "-"
        counts = self._counts[numbered.counted]

        def number(match: re.Match[str]) -> str:
            depth = int(match[1]) - 1
            level_at = numbered.levels.get(depth, level)
            kind = "decimal" if level.in_digits else level_at.kind
            return _format(counts.get(depth, level_at.start), kind, self._styles.language)

        return re.sub(r"%([1-9])", number, level.text).strip()


def _format(number: int, kind: str, language: str) -> str:
    if kind in _ORDINALS:
        return _ordinal(number, language)
    if kind in _FORMATS:
        return _FORMATS[kind].format(number)
    if kind.endswith("Letter"):
        text = in_letters(number)
    elif kind.endswith("Roman"):
        text = in_roman(number)
    else:
        return str(number)
    return text.upper() if kind.startswith("upper") else text


def _ordinal(number: int, language: str) -> str:
    """Return a number as Word writes it in English («1st») and French («1er»); with a stop in other languages."""
    if language == "fr":
        return "1er" if number == 1 else f"{number}e"
    if language != "en":
        return f"{number}."
    teens = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
