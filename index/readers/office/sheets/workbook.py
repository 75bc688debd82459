"""Workbooks of Excel (.xlsx, .xlsm, .xlsb, .xls): each sheet under its name, its tables row by row."""

import datetime as dt
import io
from dataclasses import replace
from typing import Any

import python_calamine as calamine

from index.errors import UnreadableFile
from index.progress import ReadWarning
from index.readers.metadata import Properties
from index.readers.office.archive import open_zip
from index.readers.office.package import Package
from index.readers.office.sheets.calculation import recalculate
from index.readers.office.sheets.cells import Sheet, add_sheet
from index.readers.office.sheets.number_formats import format_number, format_text, plain_number
from index.readers.office.sheets.xlsx_parts import CellStyles, SheetStyles
from index.readers.parsed import ParsedFile
from index.readers.text_builder import TextBuilder

_ERRORS = (calamine.CalamineError, ValueError, OSError)
_SECOND = dt.timedelta(seconds=1)


def read_xlsx(data: bytes) -> ParsedFile:
    """Read a workbook in a package (.xlsx, .xlsm, .xlsb).

    Raises:
        UnreadableFile: it is damaged, locked, unpacks to too much, or is no workbook.
    """
    data, warnings = recalculate(data)
    package = Package(open_zip(data))
    parsed = _read(data, SheetStyles(package), package.properties)
    return replace(parsed, warnings=(*warnings, *parsed.warnings))


def read_xls(data: bytes) -> ParsedFile:
    """Read a workbook of Excel 97 to 2003.

    Raises:
        UnreadableFile: it is damaged, or no workbook.
    """
    return _read(data, None, Properties())


def _read(data: bytes, styles: SheetStyles | None, stated: Properties) -> ParsedFile:
    blocks, warnings = TextBuilder(), list[ReadWarning]()
    try:
        with calamine.load_workbook(io.BytesIO(data)) as workbook:
            for number, sheet in enumerate(workbook.sheets_metadata):
                if (sheet.typ, sheet.visible) == (calamine.SheetTypeEnum.WorkSheet, calamine.SheetVisibleEnum.Visible):
                    try:
                        sheet_styles = styles.of_sheet(number) if styles else CellStyles()
                    except UnreadableFile as error:  # it costs no other sheet
                        warnings.append(ReadWarning.from_error(error))
                        continue
                    add_sheet(blocks, _sheet(workbook.get_sheet_by_index(number), sheet_styles))
    except _ERRORS as error:
        raise UnreadableFile("it is damaged, or not a workbook") from error
    parsed = blocks.build(file_date=stated.saved)
    if warnings and not parsed.text:
        raise warnings[0].error
    return replace(parsed, title=stated.title, warnings=tuple(warnings))


def _sheet(sheet: Any, styles: CellStyles) -> Sheet:
    rows = [_row(values, number, styles) for number, values in enumerate(sheet.to_python(skip_empty_area=False))]
    merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
    return Sheet(sheet.name, rows, merged, styles.hidden_rows, styles.hidden_columns)


def _row(values: list[Any], number: int, styles: CellStyles) -> list[str]:
    codes = styles.codes.get(number, {})
    row = [_cell_text(value, codes.get(column)) for column, value in enumerate(values)]
    while row and not row[-1]:
        row.pop()
    return row


def _cell_text(value: Any, code: str | None) -> str:
    """Write the value of a cell as a person sees it; dates as in ISO 8601."""
    if isinstance(value, str):
        return format_text(value, code) if code else value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float | int):
        return format_number(value, code) if code else plain_number(value)
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(round(value / _SECOND), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    if isinstance(value, dt.datetime | dt.time):
        return _written_time(value)
    return str(value)


def _written_time(value: dt.datetime | dt.time) -> str:
    if isinstance(value, dt.datetime):
        value = (value + _SECOND / 2).replace(microsecond=0)  # a fraction of a day is seldom a whole second
        if value.time() == dt.time():
            return value.date().isoformat()
    shown = value.isoformat(" ") if isinstance(value, dt.datetime) else value.isoformat("seconds")
    return shown.removesuffix(":00")
