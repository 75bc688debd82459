"""What the parts of an .xlsx say of its cells besides their values: format codes, hidden rows and columns."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from lxml import etree  # type: ignore[import-untyped]

from index.errors import UnreadableFile
from index.readers.data.grid import Mark
from index.readers.metadata import or_none
from index.readers.office.package import Package
from index.readers.office.sheets.cells import CellsByRow
from index.readers.office.sheets.date_formats import BUILTIN_DATES
from index.readers.office.sheets.format_codes import FormatCode, parse_code
from index.readers.office.sheets.number_formats import BUILTIN
from index.readers.office.sheets.xlsx_drawings import drawn_texts
from index.readers.office.sheets.xlsx_marks import (
    Looks,
    cells_with,
    column_of,
    looks_of,
    marks_of,
    printed_rows,
)

_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ROW, _CELL, _COLUMN = f"{_SHEET}row", f"{_SHEET}c", f"{_SHEET}col"
_WORKBOOK, _STYLES = "xl/workbook.xml", "xl/styles.xml"
_FILLED = re.compile(rb"""<(?:\w+:)?c\s(?:[^>]{0,99}\s)?r\s*=\s*["']([A-Z]{1,7})(\d{1,9})["'][^>/]{0,99}>""")  # cells
_BUILTIN = BUILTIN | BUILTIN_DATES
_MOST_CELLS = 20_000_000  # of the area of a sheet: it is laid out whole
_LAST_COLUMN = 16_384
_TRUE = ("1", "true")


class CellStyles(NamedTuple):
    """How a sheet shows its cells; rows and columns count from 0."""

    codes: Mapping[int, Mapping[int, FormatCode]] = MappingProxyType({})  # format codes, by row and column
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    marks: Mapping[int, Mark] = MappingProxyType({})  # of rows that name columns
    bold: CellsByRow = MappingProxyType({})
    filled: CellsByRow = MappingProxyType({})
    struck: CellsByRow = MappingProxyType({})
    unseen: CellsByRow = MappingProxyType({})


class SheetStyles:
    """Reads the styles of the sheets of a package, in their order."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._paths = or_none(self._sheet_paths) or []
        styles = or_none(lambda: package.tree(_STYLES)) if package.holds(_STYLES) else None
        self._codes = or_none(lambda: _format_codes(styles)) or []
        self._looks = or_none(lambda: looks_of(styles)) or Looks()
        self._printed = or_none(lambda: printed_rows(package.tree(_WORKBOOK))) or {}

    def of_sheet(self, number: int) -> CellStyles:
        """Return the styles of a sheet; none where its part cannot be read.

        Raises:
            UnreadableFile: the sheet spans too many cells.
        """
        path = self._path(number)
        if not self._package.holds(path):
            return CellStyles()
        data = self._package.read(path)
        _check_area(data)
        styles = CellStyles()
        if self._codes or b"hidden=" in data:
            styles = or_none(lambda: _styles(data, self._codes)) or styles
        printed = [self._printed[number]] if number in self._printed else []
        bold, filled, struck, unseen = cells_with(data, self._looks)
        marks = marks_of(self._package, path, data, printed)
        return styles._replace(marks=marks, bold=bold, filled=filled, struck=struck, unseen=unseen)

    def drawn_texts(self, number: int) -> list[str]:
        """Return the texts of the boxes and charts on a sheet."""
        return or_none(lambda: drawn_texts(self._package, self._path(number))) or []

    def _path(self, number: int) -> str:
        return self._paths[number] if number < len(self._paths) else ""

    def _sheet_paths(self) -> list[str]:
        """Return the name of the part of each sheet; the workbook names them by relations."""
        parts = {relation.id: relation.part for relation in self._package.relations(_WORKBOOK)}
        return [parts.get(sheet.get(_RELATION), "") for sheet in self._package.tree(_WORKBOOK).iter(f"{_SHEET}sheet")]


def _format_codes(styles: Any) -> list[FormatCode | None]:
    """Return the code of each style of cells; None where it shows numbers as they are. No list if all do."""
    custom_codes = {int(form.get("numFmtId")): form.get("formatCode", "") for form in styles.iter(f"{_SHEET}numFmt")}
    cells = styles.find(f"{_SHEET}cellXfs")
    ids = [int(style.get("numFmtId", 0)) for style in cells] if cells is not None else []
    codes = [custom_codes.get(id, _BUILTIN.get(id, "")) for id in ids]
    parsed = {code: parse_code(code) if code else None for code in set(codes)}
    return [parsed[code] for code in codes] if any(codes) else []


def _styles(data: bytes, codes: Sequence[FormatCode | None]) -> CellStyles:
    shown: dict[int, dict[int, FormatCode]] = {}
    hidden_rows, hidden_columns = set[int](), set[int]()
    row = -1
    for event, element in _elements(data):
        if element.tag == _ROW and event == "start":
            row = int(element.get("r", row + 2)) - 1
            if element.get("hidden") in _TRUE:
                hidden_rows.add(row)
        elif element.tag == _CELL and event == "start":
            style = int(element.get("s", 0))
            code = codes[style] if style < len(codes) else None
            if code and element.get("r"):
                shown.setdefault(row, {})[column_of(element.get("r").rstrip("0123456789"))] = code
        elif element.tag == _COLUMN and event == "start" and element.get("hidden") in _TRUE:
            hidden_columns.update(range(int(element.get("min")) - 1, min(int(element.get("max")), _LAST_COLUMN)))
        elif element.tag == _ROW:
            element.clear()
    return CellStyles(shown, frozenset(hidden_rows), frozenset(hidden_columns))


def _elements(data: bytes) -> Iterator[tuple[str, Any]]:
    try:
        tags, events = (_ROW, _CELL, _COLUMN), ("start", "end")
        yield from etree.iterparse(io.BytesIO(data), events, tag=tags, resolve_entities=False, no_network=True)
    except etree.XMLSyntaxError as error:
        raise ValueError("malformed") from error


def _check_area(data: bytes) -> None:
    """Refuse a sheet whose filled cells lie far apart; what it states of its size may be wrong.

    Raises:
        UnreadableFile: it spans too many cells.
    """
    cells = _FILLED.findall(data)
    columns, rows = {letters for letters, _ in cells}, {number for _, number in cells}
    if cells and _extent(column_of(column.decode()) for column in columns) * _extent(map(int, rows)) > _MOST_CELLS:
        raise UnreadableFile("a sheet spans more than {} million cells", _MOST_CELLS // 1_000_000)


def _extent(numbers: Iterable[int]) -> int:
    positions = list(numbers)
    return max(positions) - min(positions) + 1
