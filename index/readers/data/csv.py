"""Tables as text (.csv, .tsv): each row becomes a record, with its values under the names of their columns."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from index.errors import UnreadableFile
from index.readers.parsed import ParsedFile
from index.readers.plain.text import decode
from index.readers.tables import has_names, written_row
from index.readers.text_builder import TextBuilder

_SAMPLE = 20_000  # characters that tell what parts values
_DELIMITERS = ",;\t|"
_LOOKED_AT = 20  # rows that tell so
_MOST = 0.7  # of those rows
_SAID = re.compile("sep=([,;|\t])\n")  # as Excel does
_NONE = "\x1f"  # is in no file: each row is one cell
_CELL = 1_000_000  # characters


def read_csv(data: bytes) -> ParsedFile:
    """Read a table.

    Raises:
        UnreadableFile: it is no table.
    """
    text, encoding = decode(data)
    csv.field_size_limit(_CELL)
    said = _SAID.match(text)
    text = text[said.end() :] if said else text
    try:
        rows = list(_rows(text, said[1] if said else _delimiter(text[:_SAMPLE])))
    except csv.Error as error:
        raise UnreadableFile("it is not a table ({})", error) from error
    blocks = TextBuilder()
    before, table = _table(rows)
    names = [name.strip() for name in table[0]] if has_names(table) else []
    for row in [*map(written_row, before), *(written_row(row, names) for row in table[bool(names) :])]:
        blocks.start_record()
        blocks.add(row)
    return blocks.build(encoding=encoding)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    lines = io.StringIO(text)
    return (row for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=True) if any(row))


def _delimiter(sample: str) -> str:
    """Return the delimiter that splits most rows into the most cells; those inside quotation marks do not count."""
    cells = {mark: _cells(list(_rows(sample, mark))) for mark in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda mark: cells[mark])
    return best if cells[best] > 1 else _NONE


def _cells(rows: Sequence[Sequence[str]]) -> int:
    """Return how many cells most rows have; 1 if they differ, as in prose."""
    looked_at = rows[:-1][:_LOOKED_AT] or rows  # the last may be cut
    (cells, of), *_ = Counter(map(len, looked_at)).most_common(1) or [(1, 0)]
    return cells if of >= _MOST * len(looked_at) else 1


def _table(rows: list[list[str]]) -> tuple[list[list[str]], list[list[str]]]:
    """Return the rows before the table, which describe it, and the table."""
    cells = _cells(rows)
    start = next((n for n, row in enumerate(rows[:_LOOKED_AT]) if len(row) >= cells), 0)
    return rows[:start], rows[start:]
