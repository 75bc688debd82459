"""Tables as text (.csv, .tsv): each row is a record, its values under the names of their columns."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest

from index.blocks import Blocks
from index.errors import Unreadable
from index.reading import Reading
from index.text import decode

_SAMPLE = 20_000  # characters that tell what parts values
_DELIMITERS = ",;\t|"
_LOOKED_AT = 20  # rows that tell so
_CELL = 1_000_000  # characters


def read_csv(data: bytes) -> Reading:
    text, encoding = decode(data)
    csv.field_size_limit(_CELL)
    try:
        rows = list(_rows(text, _delimiter(text[:_SAMPLE])))
    except csv.Error as error:
        raise Unreadable("it is no table ({})", error) from error
    blocks = Blocks()
    names = rows[0] if _has_names(rows) else []
    for row in rows[1:] if names else rows:
        blocks.turn_record()
        blocks.add(_written(row, names))
    return blocks.reading(encoding=encoding)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return (row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(row))


def _delimiter(sample: str) -> str:
    """The mark that parts every row into the most cells; a mark or line break in quotation marks parts nothing."""
    return max(_DELIMITERS, key=lambda mark: _cells(sample, mark))


def _cells(sample: str, delimiter: str) -> int:
    """How many cells each row has at least; the last may be cut."""
    rows = list(islice(_rows(sample, delimiter), _LOOKED_AT))
    return min((len(row) for row in rows[:-1] or rows), default=0)


def _has_names(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: short words, each once, over other rows."""
    first = rows[0] if rows else []
    worded = all(name.strip() and len(name) < 60 and not name.strip()[0].isdigit() for name in first)
    return len(rows) > 1 and worded and len(set(first)) == len(first)


def _written(row: Sequence[str], names: Sequence[str]) -> str:
    if not names:
        return " | ".join(row)
    pairs = zip_longest(names[: len(row)], row, fillvalue="")
    return "; ".join(f"{name.strip()}: {value.strip()}".removeprefix(": ") for name, value in pairs if value.strip())
