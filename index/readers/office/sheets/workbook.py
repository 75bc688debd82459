"""Workbooks of Excel (.xlsx, .xlsm, .xlsb, .xls): each sheet under its name, its tables row by row."""

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import python_calamine as calamine

from index.errors import UnreadableFile
from index.language import detect
from index.progress import ReadWarning
from index.readers.data.grid import Mark
from index.readers.metadata import Properties
from index.readers.office.archive import open_zip
from index.readers.office.package import Package
from index.readers.office.sheets.calculation import recalculate
from index.readers.office.sheets.cells import CellsByRow, Sheet, add_sheet, rows_set_apart
from index.readers.office.sheets.date_formats import format_moment, plain_moment
from index.readers.office.sheets.format_codes import FormatCode
from index.readers.office.sheets.number_formats import format_number, format_text, plain_number
from index.readers.office.sheets.rich_strings import write_runs
from index.readers.office.sheets.xls_records import XlsStyles, xls_styles
from index.readers.office.sheets.xlsx_parts import CellStyles, SheetStyles
from index.readers.parsed import ParsedFile, read_unstruck
from index.readers.text_builder import TextBuilder

_ERRORS = (calamine.CalamineError, ValueError, OSError)
_KINDS = (calamine.SheetTypeEnum.WorkSheet, calamine.SheetTypeEnum.ChartSheet)
_LOOKED_AT = 200  # rows whose words tell the language


def read_xlsx(data: bytes) -> ParsedFile:
    """Read a workbook in a package (.xlsx, .xlsm, .xlsb).

    Raises:
        UnreadableFile: it is damaged, locked, unpacks to too much, or is no workbook.
    """
    data, warnings = recalculate(data)
    package = Package(open_zip(data))

    def read(keeps_struck: bool) -> ParsedFile:
        written = write_runs(data, keeps_struck=keeps_struck)
        return _read(written, SheetStyles(package), package.properties, keeps_struck=keeps_struck)

    parsed = read_unstruck(read)
    return replace(parsed, warnings=(*warnings, *parsed.warnings))


def read_xls(data: bytes) -> ParsedFile:
    """Read a workbook of Excel 97 to 2003.

    Raises:
        UnreadableFile: it is damaged, or no workbook.
    """
    styles = xls_styles(data)
    return read_unstruck(lambda keeps_struck: _read(data, styles, Properties(), keeps_struck=keeps_struck))


def _read(
    data: bytes, styles: SheetStyles | XlsStyles | None, stated: Properties, *, keeps_struck: bool = False
) -> ParsedFile:
    blocks, warnings = TextBuilder(), list[ReadWarning]()
    try:
        with calamine.load_workbook(io.BytesIO(data)) as workbook:
            for number, sheet in enumerate(workbook.sheets_metadata):
                if sheet.visible != calamine.SheetVisibleEnum.Visible or sheet.typ not in _KINDS:
                    continue
                drawn = styles.drawn_texts(number) if styles else ()
                if sheet.typ == calamine.SheetTypeEnum.ChartSheet:
                    add_sheet(blocks, Sheet(sheet.name, [], drawn_texts=drawn))
                    continue
                try:
                    sheet_styles = styles.of_sheet(number) if styles else CellStyles()
                except UnreadableFile as error:  # it costs no other sheet
                    warnings.append(ReadWarning.from_error(error))
                    continue
                if keeps_struck:
                    sheet_styles = sheet_styles._replace(struck={})
                cells = _sheet(workbook.get_sheet_by_index(number), sheet_styles)
                add_sheet(blocks, cells._replace(drawn_texts=drawn))
    except _ERRORS as error:
        raise UnreadableFile("it is damaged, or not a workbook") from error
    parsed = blocks.build(file_date=stated.saved)
    if warnings and not parsed.text:
        raise warnings[0].error
    return replace(parsed, title=stated.title, warnings=tuple(warnings))


def _sheet(sheet: Any, styles: CellStyles) -> Sheet:
    values = sheet.to_python(skip_empty_area=False)
    texts = (value for row in values[:_LOOKED_AT] for value in row if isinstance(value, str) and len(value) > 1)
    language = detect(" ".join(texts), default="") if styles.codes else ""
    rows = [_row(row, styles.codes.get(number, {}), language) for number, row in enumerate(values)]
    for left_out in (styles.struck, styles.unseen):
        _clear(rows, left_out)
    marks: dict[int, Mark] = dict.fromkeys(rows_set_apart(rows, styles.bold, styles.filled), "shown")
    merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
    return Sheet(sheet.name, rows, merged, styles.hidden_rows, styles.hidden_columns, marks=marks | dict(styles.marks))


def _clear(rows: list[list[str]], cells: CellsByRow) -> None:
    """Empty cells."""
    for number, columns in cells.items():
        for column in columns if number < len(rows) else ():
            if column < len(rows[number]):
                rows[number][column] = ""


def _row(values: list[Any], codes: Mapping[int, FormatCode], language: str) -> list[str]:
    row = [_cell_text(value, codes.get(column), language) for column, value in enumerate(values)]
    while row and not row[-1]:
        row.pop()
    return row


def _cell_text(value: Any, code: FormatCode | None, language: str) -> str:
    """Write the value of a cell as a person sees it; dates as in ISO 8601."""
    if isinstance(value, str):
        return format_text(value, code) if code else value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float | int):
        return format_number(value, code) if code else plain_number(value)
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return format_moment(value, code, language) if code else plain_moment(value)
    return str(value)
