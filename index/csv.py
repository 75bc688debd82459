"""Tables as text (.csv, .tsv): each row is a record, its values under the names of their columns."""

import csv
import io
from collections.abc import Sequence
from itertools import zip_longest

from index.blocks import Blocks
from index.errors import Unreadable
from index.reading import Reading
from index.text import decode

_SAMPLE = 20_000  # characters that tell what parts values
_DELIMITERS = ",;\t|"
_CELL = 1_000_000  # characters


def read_csv(data: bytes) -> Reading:
    text, encoding = decode(data)
    csv.field_size_limit(_CELL)
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=_delimiter(text[:_SAMPLE])) if any(row)]
    except csv.Error as error:
        raise Unreadable("it is no table ({})", error) from error
    blocks = Blocks()
    names = rows[0] if _has_names(rows) else []
    for row in rows[1:] if names else rows:
        blocks.turn_record()
        blocks.add(_written(row, names))
    return blocks.reading(encoding=encoding)


def _delimiter(sample: str) -> str:
    """The mark that each line holds as often as the first one does."""
    lines = [line for line in sample.split("\n") if line.strip()][:20]
    return max(_DELIMITERS, key=lambda mark: min((line.count(mark) for line in lines), default=0))


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
