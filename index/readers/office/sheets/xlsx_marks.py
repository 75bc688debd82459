"""Which rows of a sheet of an .xlsx name its columns, as the file states or shows, and which cells no person sees."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from index.readers.data.grid import Mark
from index.readers.metadata import or_none, whole_number
from index.readers.office.package import Package

_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_FILTER = re.compile(rb"<(?:\w+:)?autoFilter\s[^>]*\bref=[\"']\$?[A-Z]+\$?(\d+):")
_PANE = re.compile(rb"<(?:\w+:)?pane\s[^>]*>")
_FROZEN = re.compile(rb"\bstate=[\"']frozen")
_ROWS_ABOVE = re.compile(rb"\bySplit=[\"'](\d{1,4})[\"'.]")
_COLOURED_BY_RULE = re.compile(rb"<(?:\w+:)?(?:conditionalFormatting|tablePart)\b")
_PRINTED_ROWS = re.compile(r"\$\d+:\$(\d+)$")
_AREA = re.compile(r"\$?[A-Z]+\$?(\d+)")
_WHITE = ("FFFFFFFF", "00FFFFFF", "FFFFFF")
_FALSE = ("0", "false")


class Looks(NamedTuple):
    """The numbers of the styles of cells that are in bold, filled, struck through, or in white on no fill."""

    bold: frozenset[int] = frozenset()
    filled: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()
    white: frozenset[int] = frozenset()


class Looked(NamedTuple):
    """The columns of the cells that have each look, by row."""

    bold: dict[int, set[int]]
    filled: dict[int, set[int]]
    struck: dict[int, set[int]]
    white: dict[int, set[int]]


def looks_of(styles: Any) -> Looks:
    """Return the looks that the part of styles defines."""
    fonts, fills, cells = (styles.find(f"{_SHEET}{name}") for name in ("fonts", "fills", "cellXfs"))
    if cells is None:
        return Looks()
    bold, struck, white = (
        _numbers(fonts, test) for test in (lambda f: _is_on(f, "b"), lambda f: _is_on(f, "strike"), _is_white)
    )
    filled = _numbers(fills, _is_filled)
    used = [(whole_number(cell.get("fontId"), 0), whole_number(cell.get("fillId"), 0)) for cell in cells]
    return Looks(
        frozenset(number for number, (font, _) in enumerate(used) if font in bold),
        frozenset(number for number, (_, fill) in enumerate(used) if fill in filled),
        frozenset(number for number, (font, _) in enumerate(used) if font in struck),
        frozenset(number for number, (font, fill) in enumerate(used) if font in white and fill not in filled),
    )


def _numbers(elements: Any, test: Any) -> frozenset[int]:
    return frozenset(number for number, element in enumerate(() if elements is None else elements) if test(element))


def _is_on(font: Any, name: str) -> bool:
    element = font.find(f"{_SHEET}{name}")
    return element is not None and element.get("val") not in _FALSE


def _is_white(font: Any) -> bool:
    colour = font.find(f"{_SHEET}color")
    if colour is None:
        return False
    return colour.get("rgb", "").upper() in _WHITE or (colour.get("theme") == "0" and not colour.get("tint"))


def _is_filled(fill: Any) -> bool:
    pattern = fill.find(f"{_SHEET}patternFill")
    if pattern is None or pattern.get("patternType", "none") == "none":
        return pattern is None and len(fill) > 0  # a gradient
    colour = pattern.find(f"{_SHEET}fgColor")
    return colour is None or colour.get("rgb", "").upper() not in _WHITE


def cells_with(data: bytes, looks: Looks) -> Looked:
    """Return the cells of a sheet that have each look; white ones only where no rule may give them another ground."""
    has_rules = bool(looks.white) and _COLOURED_BY_RULE.search(data) is not None
    by_name = looks._replace(white=frozenset() if has_rules else looks.white)
    styles = frozenset[int]().union(*by_name)
    cells: Looked = Looked({}, {}, {}, {})
    if not styles:
        return cells
    numbers = b"|".join(str(number).encode() for number in sorted(styles))
    start = rb'<c r="' if b'<c r="' in data else rb"<(?:\w+:)?c\s+r=[\"']"
    pattern = re.compile(start + rb"([A-Z]{1,3})(\d{1,7})[\"']\s+s=[\"'](" + numbers + rb")[\"']")
    matching = {
        str(style).encode(): [columns for columns, of_look in zip(cells, by_name, strict=True) if style in of_look]
        for style in styles
    }
    for letters, number, style in pattern.findall(data):
        for of_look in matching[style]:
            of_look.setdefault(int(number) - 1, set()).add(column_of(letters.decode()))
    return cells


def column_of(letters: str) -> int:
    """Return the number of a column, from 0: A, B, …, Z, AA."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


def marks_of(package: Package, path: str, data: bytes, printed: Iterable[int]) -> dict[int, Mark]:
    """Return which rows name columns: of tables and filters, as the file states; frozen and printed ones, as shown.

    Args:
        printed: the rows that are printed on each page.
    """
    marks: dict[int, Mark] = dict.fromkeys(printed, "shown")
    pane = _PANE.search(data[: data.find(b"<sheetData")])
    if pane and _FROZEN.search(pane[0]) and (rows := _ROWS_ABOVE.search(pane[0])):
        marks[int(rows[1]) - 1] = "shown"
    for match in _FILTER.finditer(data, max(0, data.rfind(b"</sheetData"))):
        marks[int(match[1]) - 1] = "stated"
    for relation in package.relations(path):
        if relation.kind == "table" and package.holds(relation.part):
            row = or_none(lambda name=relation.part: _header_row(package.tree(name)))  # type: ignore[misc]
            if row is not None:
                marks[row] = "stated"
    return marks


def _header_row(table: Any) -> int | None:
    match = _AREA.match(table.get("ref", ""))
    return int(match[1]) - 1 if match and table.get("headerRowCount") != "0" else None


def printed_rows(workbook: Any) -> dict[int, int]:
    """Return the last of the rows that are printed on each page, by the number of the sheet."""
    rows = {}
    for name in workbook.iter(f"{_SHEET}definedName"):
        match = _PRINTED_ROWS.search(name.text or "")
        if name.get("name") == "_xlnm.Print_Titles" and match:
            rows[whole_number(name.get("localSheetId"), 0)] = int(match[1]) - 1
    return rows
