"""Workbooks of OpenDocument (.ods, .fods): each sheet under its name, its cells as they are shown."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from index.errors import UnreadableFile
from index.readers.data.grid import SPANNED, Mark
from index.readers.office.opendocument import PARAGRAPHS, TABLE, DocumentParts, document_parts, repeats, styles_with
from index.readers.office.sheets.cells import Sheet, add_sheet, rows_set_apart
from index.readers.office.sheets.ods_looks import CellLooks, filtered_rows
from index.readers.office.writer.styles import OFFICE, STYLE
from index.readers.office.writer.text import WriterText
from index.readers.parsed import ParsedFile, read_unstruck
from index.readers.text_builder import TextBuilder

_ROW, _CELL, _COVERED = f"{TABLE}table-row", f"{TABLE}table-cell", f"{TABLE}covered-table-cell"
_TABLE, _COLUMN = f"{TABLE}table", f"{TABLE}table-column"
_DRAWING = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_TITLE, _OBJECT = "{urn:oasis:names:tc:opendocument:xmlns:chart:1.0}title", f"{_DRAWING}object"
_LINK = "{http://www.w3.org/1999/xlink}href"
_ROWS_REPEATED, _COLUMNS_REPEATED = f"{TABLE}number-rows-repeated", f"{TABLE}number-columns-repeated"
_ROWS_SPANNED, _COLUMNS_SPANNED = f"{TABLE}number-rows-spanned", f"{TABLE}number-columns-spanned"
_VISIBILITY = f"{TABLE}visibility"
_CALC_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_HIDDEN = ("collapse", "filter")
_NUMBER = re.compile(r"(?<![^\W\d_])\d+(?![\da-zA-Z])")  # «T1» and «1er trimestre» hold none
_WORD = re.compile(r"[^\W\d_]{3}")  # the name of a month, as short as «mai»
_TIME = re.compile(r"\d\s*[:h]\s*\d")
_MOST_CELLS = 20_000_000  # of a workbook: a repeated row is written each time
_MOST_COLUMNS, _MOST_ROWS = 16_384, 1_048_576
_MOST_ALIKE = 1000  # rows in a run that a file states as one: more of them say nothing more


def read_ods(data: bytes) -> ParsedFile:
    """Read a workbook of OpenDocument.

    Raises:
        UnreadableFile: it is damaged, locked, unpacks to too much, or is no workbook.
    """
    document = document_parts(data)
    return read_unstruck(lambda keeps_struck: _parse(document, keeps_struck=keeps_struck))


def _parse(document: DocumentParts, *, keeps_struck: bool) -> ParsedFile:
    hidden = styles_with(document, f"{STYLE}table-properties", f"{TABLE}display", "false")
    blocks, stated, text = TextBuilder(), document.properties, document.text_reader(keeps_struck=keeps_struck)
    looks = CellLooks(document, keeps_struck=keeps_struck)
    body, remaining_cells = document.body("spreadsheet"), _MOST_CELLS
    filtered = filtered_rows(body)
    for table in body.iterchildren(_TABLE):
        if table.get(f"{TABLE}style-name") not in hidden:
            stated_row = filtered.get(table.get(f"{TABLE}name", ""), -1)
            sheet = _sheet(table, remaining_cells, text, looks, stated_row)
            remaining_cells -= sum(map(len, sheet.rows))
            add_sheet(blocks, sheet._replace(drawn_texts=list(_yield_drawn_texts(table, document, text))))
    return replace(blocks.build(file_date=stated.saved), title=stated.title)


def _sheet(table: Any, most: int, text: WriterText, looks: CellLooks, stated_row: int) -> Sheet:
    """Return the cells of a sheet; hidden rows and columns are left out, and of empty rows in a run one is kept.

    Args:
        stated_row: the number of the row that the file says to name the columns.
    """
    rows: list[list[str]] = []
    marks: dict[int, Mark] = {}
    bold, filled = dict[int, set[int]](), dict[int, set[int]]()
    spanning: dict[int, str] = {}  # what cells over several rows leave in each column
    passed = 0
    for row in _elements_of(table, _ROW):
        cells = _cells(row, spanning, text, looks)
        start, passed = passed, passed + repeats(row, _ROWS_REPEATED, _MOST_ROWS)
        if row.get(_VISIBILITY) in _HIDDEN or not (cells or not rows or rows[-1]):
            continue
        count = repeats(row, _ROWS_REPEATED, _MOST_ALIKE) if cells else 1
        most -= count * len(cells)
        if most < 0:
            raise UnreadableFile("a sheet spans more than {} million cells", _MOST_CELLS // 1_000_000)
        if cells and count == 1:
            bold[len(rows)], filled[len(rows)] = looks.of_row(row)
            if start == stated_row or row.getparent().tag == f"{TABLE}table-header-rows":
                marks[len(rows)] = "stated" if start == stated_row else "shown"
        rows += [cells] * count
    shown: dict[int, Mark] = dict.fromkeys(rows_set_apart(rows, bold, filled), "shown")
    name, hidden_columns = table.get(f"{TABLE}name", ""), frozenset(_find_hidden_columns(table))
    return Sheet(name, rows, hidden_columns=hidden_columns, marks=shown | marks)


def _cells(row: Any, spanning: dict[int, str], text: WriterText, looks: CellLooks) -> list[str]:
    """Return the cells of a row up to the last that holds something of its own."""
    cells: list[str] = []
    end, spanned = 0, 0
    for cell in row.iterchildren(_CELL, _COVERED):
        column = len(cells)
        count = repeats(cell, _COLUMNS_REPEATED, _MOST_COLUMNS - column)
        if cell.tag == _COVERED:
            cells += [SPANNED if n < spanned else spanning.get(n, "") for n in range(column, column + count)]
            continue
        shown = "" if looks.is_struck(cell) else _read_shown(cell, text)
        cells += [shown] * count
        end = len(cells) if shown else end
        if _COLUMNS_SPANNED in cell.attrib or _ROWS_SPANNED in cell.attrib:
            spanned = column + repeats(cell, _COLUMNS_SPANNED, _MOST_COLUMNS)
            end = spanned if shown else end
            spanning |= {column: shown, **dict.fromkeys(range(column + 1, spanned), SPANNED)}
    return cells[:end]


def _read_shown(cell: Any, text: WriterText) -> str:
    """Return what a cell shows; dates as in ISO 8601."""
    if cell.get(_CALC_TYPE) == "error":
        return ""
    paragraphs = cell.iterchildren(*PARAGRAPHS)
    lines = [text.text_of(paragraph) if len(paragraph) else paragraph.text or "" for paragraph in paragraphs]
    shown = "\n".join(lines)
    if cell.get(f"{OFFICE}value-type") == "date":
        return _show_date(cell.get(f"{OFFICE}date-value", ""), shown)
    stated: str = cell.get(f"{OFFICE}value", cell.get(f"{OFFICE}string-value", ""))
    return shown if lines else stated


def _show_date(stated: str, shown: str) -> str:
    """Return a date as in ISO 8601 if all of it is shown, else what is shown: «mars 2024», «14:30»."""
    day, _, time = stated.partition("T")
    numbers = [number.lstrip("0") for number in _NUMBER.findall(shown)]
    year, month, number = (*(figures.lstrip("0") for figures in day.split("-")), "", "")[:3]
    if any(map(str.isalnum, shown)) and not _holds_all(numbers, shown, (year, month, number)):
        return shown
    time = time.partition(".")[0].removesuffix(":00") if _TIME.search(shown) or not shown else ""
    return f"{day} {time}".rstrip().removesuffix(" 00:00")


def _holds_all(numbers: list[str], shown: str, date: tuple[str, str, str]) -> bool:
    """Return whether what is shown holds a year, a month and a day, a number for each, or a word for the month."""
    year, month, day = date
    numbers = list(numbers)
    for shapes in ((year, year[-2:].lstrip("0")), (day,), *([(month,)] if not _WORD.search(shown) else [])):
        shape = next((shape for shape in shapes if shape in numbers), None)
        if shape is None:
            return False
        numbers.remove(shape)
    return True


def _yield_drawn_texts(table: Any, document: DocumentParts, text: WriterText) -> Iterator[str]:
    """Yield the texts of boxes and shapes on a sheet, and the titles of charts and of their axes."""
    for shape in table.iter(f"{_DRAWING}*"):
        titles = _chart(shape, document).iter(_TITLE) if shape.tag == _OBJECT else [shape]
        for element in titles:
            shown = (text.text_of(paragraph) for paragraph in element.iterchildren(*PARAGRAPHS))
            yield from filter(str.strip, shown)


def _chart(shape: Any, document: DocumentParts) -> Any:
    """Return the tree of an embedded chart: in the shape itself, or in a file that it names."""
    name = shape.get(_LINK, "").removeprefix("./")
    try:
        tree = document.load_tree(f"{name}/content.xml") if name else None
    except UnreadableFile:  # a damaged chart costs no cells
        tree = None
    return shape if tree is None else tree


def _find_hidden_columns(table: Any) -> Iterator[int]:
    column = 0
    for element in _elements_of(table, _COLUMN):
        count = repeats(element, _COLUMNS_REPEATED, _MOST_COLUMNS)
        if element.get(_VISIBILITY) in _HIDDEN:
            yield from range(column, min(column + count, _MOST_COLUMNS))
        column += count


def _elements_of(table: Any, tag: str) -> Iterator[Any]:
    """Yield the elements of a table, without those of the values of a chart on it."""
    return (element for element in table.iter(tag) if next(element.iterancestors(_TABLE)) is table)
