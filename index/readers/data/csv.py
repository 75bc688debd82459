"""Tables as text (.csv, .tsv): each row becomes a record, with its values under the names of their columns."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count, dropwhile
from typing import NamedTuple

from index.errors import UnreadableFile
from index.readers.data.grid import format_grid
from index.readers.parsed import ParsedFile
from index.readers.plain.text import decode
from index.readers.text_builder import TextBuilder

_SAMPLE = 20_000  # characters in which the delimiter is detected
_DELIMITERS = ";\t|,"
_LOOKED_AT = 20  # rows in which the delimiter is detected
_MIN_SHARE_OF_ROWS = 0.7  # of those, which a delimiter parts alike, which must have the same number of cells
_NEARLY_ALL = 0.9
_DECIMAL = re.compile(r"(?<=\d),(?=\d)")
_SEPARATOR_LINE = re.compile("sep=([,;|\t])\n")  # as Excel does
_NONE = "\x1f"  # is in no file: each row is one cell
_CELL = 1_000_000  # characters
_MOST_REPAIRS = 100  # rows with stray quotes, after each of which the rest is parsed again


class _Split(NamedTuple):
    """How a delimiter splits rows."""

    share: float  # of rows that have as many cells as most; 0 where they differ, as in prose
    cells: int
    rows: Sequence[Sequence[str]]


def read_csv(data: bytes) -> ParsedFile:
    """Read a table.

    Raises:
        UnreadableFile: it is no table.
    """
    text, encoding = decode(data)
    csv.field_size_limit(_CELL)
    declared = _SEPARATOR_LINE.match(text)
    text = text[declared.end() :] if declared else text
    try:
        rows = _table_rows(text, declared[1] if declared else _delimiter(text[:_SAMPLE], is_cut=len(text) > _SAMPLE))
    except csv.Error as error:
        raise UnreadableFile("it is not a table ({})", error) from error
    blocks = TextBuilder()
    for line in format_grid(rows, bare=True):
        blocks.start_record()
        blocks.add(line.text)
    return blocks.build(encoding=encoding)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    lines = io.StringIO(text)
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True)


def _table_rows(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True, strict=True))
    except csv.Error:
        return _repaired_rows(list(io.StringIO(text)), delimiter)


def _repaired_rows(lines: list[str], delimiter: str) -> list[list[str]]:
    """Return the rows of lines among which some have a quote that is never closed, or is not doubled.

    Raises:
        csv.Error: a cell is too large.
    """
    rows, start = list[list[str]](), 0
    for repairs in count():
        strict = csv.reader(lines[start:], delimiter=delimiter, skipinitialspace=True, strict=repairs < _MOST_REPAIRS)
        read = start
        try:
            for row in strict:
                rows.append(row)
                read = start + strict.line_num
            break
        except csv.Error:
            if repairs >= _MOST_REPAIRS:
                raise
            row, height = _repaired_row(lines[read : start + strict.line_num], delimiter)
            rows.append(row)
            start = read + height
    return rows


def _repaired_row(lines: list[str], delimiter: str) -> tuple[list[str], int]:
    """Return the row that lines begin with, and of how many of them it is: of one if others hold cells, too.

    In a line, a quote closes a cell only before a delimiter.
    """
    if len(lines) > 1 and not any(delimiter in line for line in lines[1:]):
        loose = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
        return next(loose), loose.line_num
    mark, line = re.escape(delimiter), lines[0].rstrip("\n")
    cells = re.finditer(rf'(?:^|{mark}) *(?:"(?P<quoted>.*?)" *(?={mark}|$)|(?P<bare>[^{mark}]*))', line)
    texts = (cell["bare"].lstrip('"') if cell["quoted"] is None else cell["quoted"] for cell in cells)
    return [text.replace('""', '"') for text in texts], 1


def _delimiter(sample: str, *, is_cut: bool) -> str:
    """Return the delimiter that splits most rows alike, into the most cells; else one that stands in nearly all rows.

    A comma between digits is no delimiter beside another that splits rows alike, as in «Nord;1,5;2,5».
    """
    splits = {mark: _split(sample, mark, is_cut=is_cut) for mark in _DELIMITERS}
    if any(split.cells > 1 for mark, split in splits.items() if mark != ","):
        splits[","] = _split(_DECIMAL.sub(".", sample), ",", is_cut=is_cut)
    best = max(_DELIMITERS, key=lambda mark: (splits[mark].cells > 1, *splits[mark][:2]))
    if splits[best].cells > 1:
        return best
    return next((mark for mark in _DELIMITERS if _is_ragged(sample, mark, splits[mark].rows)), _NONE)


def _split(sample: str, mark: str, *, is_cut: bool) -> _Split:
    rows = list(filter(any, _rows(sample, mark)))
    looked_at = rows[: -1 if is_cut and len(rows) > 1 else None][:_LOOKED_AT]
    filled = [max((n for n, cell in enumerate(row, 1) if cell), default=0) for row in looked_at]
    share, cells = max(_most_common(list(map(len, looked_at))), _most_common(filled))
    return _Split(share, cells, looked_at) if share >= _MIN_SHARE_OF_ROWS else _Split(0, 1, looked_at)


def _most_common(lengths: Sequence[int]) -> tuple[float, int]:
    """Return which share of rows has the most common number of cells, and that number."""
    (cells, count), *_ = Counter(lengths).most_common(1) or [(1, 0)]
    return count / max(1, len(lengths)), cells


def _is_ragged(sample: str, mark: str, rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a mark separates cells in rows of different lengths, between the lines of a title and of notes.

    In prose, a space follows most commas and semicolons.
    """
    for _ in range(2):  # from the start, then from the end
        rows = list(dropwhile(lambda row: len(row) < 2, rows))[::-1]
    split = sum(len(row) > 1 for row in rows)
    spaced = len(re.findall(rf"{re.escape(mark)} ", sample)) if mark in ",;" else 0
    return len(rows) > 1 and split >= _NEARLY_ALL * len(rows) and 2 * spaced < sample.count(mark)
