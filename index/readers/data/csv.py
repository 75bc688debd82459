"""Tables as text (.csv, .tsv): each row becomes a record, with its values under the names of their columns."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from index.errors import UnreadableFile
from index.readers.data.grid import written_grid
from index.readers.parsed import ParsedFile
from index.readers.plain.text import decode
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
    declared = _SAID.match(text)
    text = text[declared.end() :] if declared else text
    try:
        rows = list(_rows(text, declared[1] if declared else _delimiter(text[:_SAMPLE])))
    except csv.Error as error:
        raise UnreadableFile("it is not a table ({})", error) from error
    blocks = TextBuilder()
    for line in written_grid(rows, bare=True):
        blocks.start_record()
        blocks.add(line.text)
    return blocks.build(encoding=encoding)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    lines = io.StringIO(text)
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True)


def _delimiter(sample: str) -> str:
    """Return the delimiter that splits most rows into the most cells; those inside quotation marks do not count."""
    cells = {mark: _cells(list(filter(any, _rows(sample, mark)))) for mark in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda mark: cells[mark])
    return best if cells[best] > 1 else _NONE


def _cells(rows: Sequence[Sequence[str]]) -> int:
    """Return how many cells most rows have, with or without empty ones at their end; 1 if they differ, as in prose."""
    looked_at = rows[:-1][:_LOOKED_AT] or rows  # the last may be cut
    filled = [max((n for n, cell in enumerate(row, 1) if cell), default=0) for row in looked_at]
    return max(_most_common(list(map(len, looked_at))), _most_common(filled))


def _most_common(lengths: Sequence[int]) -> int:
    (cells, of), *_ = Counter(lengths).most_common(1) or [(1, 0)]
    return cells if of >= _MOST * len(lengths) else 1
