"""Bullets and numbers that Word prints before paragraphs. A paragraph only says of which list and level it is."""

import re
from collections import defaultdict
from typing import Any

from docx.oxml.ns import qn

_VALUE = qn("w:val")
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LEVELS = 9
_LARGEST_ROMAN = 40  # lists have no more items with such numbers


class Numbering:
    """The lists of a document, and how many paragraphs of each were read."""

    def __init__(self, definitions: Any = None, styles: Any = None) -> None:
        """Take the elements of the parts that define lists and styles."""
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}  # format, text and first number
        self._of_style: dict[str, tuple[str, int]] = {}
        self._counts: defaultdict[tuple[str, int], int] = defaultdict(int)
        if definitions is not None:
            self._read_definitions(definitions)
        for style in () if styles is None else styles.iter(qn("w:style")):
            if found := _list_of(style.find(qn("w:pPr"))):
                self._of_style[style.get(qn("w:styleId"), "")] = found

    def _read_definitions(self, definitions: Any) -> None:
        abstract = {one.get(qn("w:abstractNumId")): one for one in definitions.iter(qn("w:abstractNum"))}
        for number in definitions.iter(qn("w:num")):
            reference = number.find(qn("w:abstractNumId"))
            found = None if reference is None else abstract.get(reference.get(_VALUE))
            for level in () if found is None else found.iter(qn("w:lvl")):
                key = number.get(qn("w:numId"), ""), _whole(level.get(qn("w:ilvl")))
                start = _whole(_value(level, "w:start") or "1")
                self._levels[key] = _value(level, "w:numFmt"), _value(level, "w:lvlText"), start

    def marker(self, paragraph: Any, style: str) -> tuple[str, int]:
        """Return what is printed before a paragraph, with a space, and its depth; ("", 1) if it is in no list."""
        properties = paragraph.find(qn("w:pPr"))
        name, level = _list_of(properties) or self._of_style.get(style) or ("", 0)
        if (name, level) not in self._levels:
            return "", 1
        self._counts[name, level] += 1
        for deeper in range(level + 1, _LEVELS):
            self._counts.pop((name, deeper), None)
        kind, text, _ = self._levels[name, level]
        if kind == "none" or (kind != "bullet" and not text):
            return "", 1
        printed = "-" if kind == "bullet" else re.sub(r"%([1-9])", lambda at: self._printed(name, int(at[1]) - 1), text)
        return f"{printed} ", level + 1

    def _printed(self, name: str, level: int) -> str:
        kind, _, start = self._levels.get((name, level), ("decimal", "", 1))
        number = start + max(0, self._counts[name, level] - 1)
        if kind.endswith("Letter"):
            text = chr(ord("a") + (number - 1) % 26)
        elif kind.endswith("Roman") and 0 < number < _LARGEST_ROMAN:
            text = _roman(number)
        else:
            return str(number)
        return text.upper() if kind.startswith("upper") else text


def _list_of(properties: Any) -> tuple[str, int] | None:
    numbering = None if properties is None else properties.find(qn("w:numPr"))
    if numbering is None or not _value(numbering, "w:numId"):
        return None
    return _value(numbering, "w:numId"), _whole(_value(numbering, "w:ilvl"))


def _value(element: Any, name: str) -> str:
    found = element.find(qn(name))
    return "" if found is None else found.get(_VALUE, "")


def _whole(written: str | None) -> int:
    return int(written) if written and re.fullmatch(r"\d{1,6}", written) else 0


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text
