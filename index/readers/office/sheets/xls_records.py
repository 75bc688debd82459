"""What the records of an .xls (BIFF8) say of its cells besides their values: formats, hidden rows, looks, boxes.

The numbers and layouts of records are those of [MS-XLS].
"""

import io
import struct
from collections.abc import Iterator
from typing import NamedTuple

import olefile  # type: ignore[import-untyped]

from index.readers.data.grid import Mark
from index.readers.metadata import DAMAGED
from index.readers.office.sheets.date_formats import BUILTIN_DATES
from index.readers.office.sheets.format_codes import FormatCode, parse_code
from index.readers.office.sheets.number_formats import BUILTIN
from index.readers.office.sheets.xlsx_marks import Looks
from index.readers.office.sheets.xlsx_parts import CellStyles

_STREAM = "Workbook"
_END, _FONT, _FORMAT, _XF, _BOUND_SHEET = 0x0A, 0x31, 0x41E, 0xE0, 0x85
_ROW, _COLUMNS, _PANE, _WINDOW = 0x208, 0x7D, 0x41, 0x23E
_CELLS = frozenset((0x06, 0x203, 0x204, 0x205, 0x27E, 0xFD, 0xD6))  # of which each has a row, a column and a style
_NUMBERS, _NUMBER_SIZE = 0xBD, 6  # several cells of a row
_NAME, _FILTER, _AREA = 0x18, 0x9D, 0x3B  # the last begins a formula
_FILTERED, _PRINTED = 0x0D, 0x07  # names of areas that Excel gives
_OBJECT, _TEXT, _CONTINUE = 0x5D, 0x1B6, 0x3C
_COMMENT = 0x19  # the kind of an object
_HIDDEN_ROW, _FROZEN, _STRUCK = 0x20, 0x08, 0x08  # bits
_BOLD = 600  # weight
_WHITE = (0x09, 0x01)  # colours of the palette
_MISSING_FONT = 4  # no font has this number
_LAST_COLUMN = 255
_DAMAGED = (*DAMAGED, OSError, struct.error)


class _Record(NamedTuple):
    kind: int
    data: bytes

    def words(self, *offsets: int) -> tuple[int, ...]:
        """Return the numbers of two bytes at these offsets.

        Raises:
            struct.error: the record is too short.
        """
        return tuple(struct.unpack_from("<H", self.data, offset)[0] for offset in offsets)


def xls_styles(data: bytes) -> "XlsStyles | None":
    """Return what reads the styles of a workbook; None if it is damaged, or of Excel 95 or older."""
    try:
        return XlsStyles(data)
    except _DAMAGED:
        return None


class XlsStyles:
    """Reads the styles of the sheets of a workbook, in their order."""

    def __init__(self, data: bytes) -> None:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            self._stream: bytes = file.openstream(_STREAM).read()
        self._starts: list[int] = []  # of the records of each sheet
        self._areas: dict[
            tuple[int, int], tuple[int, int]
        ] = {}  # first and last row, by the number of a sheet and name
        fonts, formats, styles = list[_Record](), dict[int, str](), list[_Record]()
        for record in self._records(0):
            if record.kind == _FONT:
                fonts.append(record)
            elif record.kind == _FORMAT:
                formats[record.words(0)[0]] = _string(record.data[2:])
            elif record.kind == _XF:
                styles.append(record)
            elif record.kind == _BOUND_SHEET:
                self._starts.append(struct.unpack_from("<I", record.data)[0])
            elif record.kind == _NAME and record.data[3] == 1 and record.data[16:17] == bytes((_AREA,)):
                self._areas[record.words(8)[0] - 1, record.data[15]] = record.words(19)[0], record.words(21)[0]
        codes = [(formats.get(id) or BUILTIN.get(id) or BUILTIN_DATES.get(id, "")) for (id,) in _all_words(styles, 2)]
        self._codes = [parse_code(code) if code not in ("", "General") else None for code in codes]
        self._looks = _looks_of(fonts, styles)

    def of_sheet(self, number: int) -> CellStyles:
        """Return the styles of a sheet; none where it is damaged."""
        try:
            return self._of_sheet(number)
        except _DAMAGED:
            return CellStyles()

    def _of_sheet(self, number: int) -> CellStyles:
        shown: dict[int, dict[int, FormatCode]] = {}
        with_style: dict[int, list[tuple[int, int]]] = {}  # rows and columns of cells, by style
        hidden_rows, hidden_columns = set[int](), set[int]()
        for record in self._records(self._starts[number]):
            if record.kind == _ROW and record.words(12)[0] & _HIDDEN_ROW:
                hidden_rows.add(record.words(0)[0])
            elif record.kind == _COLUMNS:
                first, last, width, flags = record.words(0, 2, 4, 8)
                hidden_columns.update(range(first, min(last, _LAST_COLUMN) + 1) if flags & 1 or not width else ())
            for row, column, style in _cells(record):
                code = self._codes[style] if style < len(self._codes) else None
                if code:
                    shown.setdefault(row, {})[column] = code
                with_style.setdefault(style, []).append((row, column))
        bold, filled, struck, white = (_by_row(with_style, styles) for styles in self._looks)
        marks = self._marks(number)
        return CellStyles(shown, frozenset(hidden_rows), frozenset(hidden_columns), marks, bold, filled, struck, white)

    def _marks(self, number: int) -> dict[int, Mark]:
        """Return which rows of a sheet name its columns: printed on each page, frozen, the first that is filtered."""
        marks: dict[int, Mark] = {}
        if (number, _PRINTED) in self._areas:
            marks[self._areas[number, _PRINTED][1]] = "shown"
        is_frozen = False
        for record in self._records(self._starts[number]):
            if record.kind == _WINDOW:
                is_frozen = bool(record.words(0)[0] & _FROZEN)
            elif record.kind == _PANE and is_frozen and record.words(2)[0]:
                marks[record.words(2)[0] - 1] = "shown"
            elif record.kind == _FILTER and (number, _FILTERED) in self._areas:
                marks[self._areas[number, _FILTERED][0]] = "stated"
        return marks

    def drawn_texts(self, number: int) -> list[str]:
        """Return the texts of the boxes on a sheet, without comments; none where it is damaged."""
        try:
            return list(self._yield_drawn_texts(number))
        except _DAMAGED:
            return []

    def _yield_drawn_texts(self, number: int) -> Iterator[str]:
        is_comment = is_text = False
        for record in self._records(self._starts[number]):
            if record.kind == _OBJECT:
                is_comment = record.words(4)[0] == _COMMENT
            elif record.kind == _CONTINUE and is_text and record.data:
                yield _characters(record.data[1:], wide=bool(record.data[0] & 1))
            is_text = record.kind == _TEXT and not is_comment and bool(record.words(10)[0])

    def _records(self, start: int) -> Iterator[_Record]:
        """Yield the records from an offset to the end of their part of the stream."""
        while start + 4 <= len(self._stream):
            kind, size = struct.unpack_from("<HH", self._stream, start)
            if kind == _END:
                return
            yield _Record(kind, self._stream[start + 4 : start + 4 + size])
            start += 4 + size


def _cells(record: _Record) -> Iterator[tuple[int, int, int]]:
    """Yield the row, column and style of the cells of a record."""
    if record.kind in _CELLS:
        row, column, style = record.words(0, 2, 4)
        yield row, column, style
    elif record.kind == _NUMBERS:
        row, first = record.words(0, 2)
        for column, offset in enumerate(range(4, len(record.data) - _NUMBER_SIZE, _NUMBER_SIZE), first):
            yield row, column, record.words(offset)[0]


def _all_words(records: list[_Record], *offsets: int) -> list[tuple[int, ...]]:
    return [record.words(*offsets) for record in records]


def _looks_of(fonts: list[_Record], styles: list[_Record]) -> Looks:
    numbered = {number + (number >= _MISSING_FONT): font for number, font in enumerate(fonts)}
    bold = {number for number, font in numbered.items() if font.words(6)[0] >= _BOLD}
    struck = {number for number, font in numbered.items() if font.words(2)[0] & _STRUCK}
    white = {number for number, font in numbered.items() if font.words(4)[0] in _WHITE}
    used = [(record.words(0)[0], _is_filled(record)) for record in styles]
    return Looks(
        frozenset(number for number, (font, _) in enumerate(used) if font in bold),
        frozenset(number for number, (_, is_filled) in enumerate(used) if is_filled),
        frozenset(number for number, (font, _) in enumerate(used) if font in struck),
        frozenset(number for number, (font, is_filled) in enumerate(used) if font in white and not is_filled),
    )


def _is_filled(style: _Record) -> bool:
    """Return whether a style fills its cells with a colour that is not white."""
    (pattern,) = struct.unpack_from("<I", style.data, 14)
    return bool(pattern >> 26) and style.words(18)[0] & 0x7F not in _WHITE


def _by_row(with_style: dict[int, list[tuple[int, int]]], styles: frozenset[int]) -> dict[int, set[int]]:
    cells: dict[int, set[int]] = {}
    for style in styles & with_style.keys():
        for row, column in with_style[style]:
            cells.setdefault(row, set()).add(column)
    return cells


def _string(data: bytes) -> str:
    """Return a string with its length before it."""
    length, flags = struct.unpack_from("<HB", data)
    return _characters(data[3 : 3 + length * (1 + (flags & 1))], wide=bool(flags & 1))


def _characters(data: bytes, *, wide: bool) -> str:
    return data.decode("utf-16-le" if wide else "latin-1", "replace")
