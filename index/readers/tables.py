"""Rows of tables as text: each value under the name of its column, so that a row can be read alone."""

import re
from collections.abc import Sequence
from itertools import zip_longest

_LONGEST_NAME = 180  # characters
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBER = re.compile(r"[-+]?\d")


def written_row(row: Sequence[str], names: Sequence[str] = ()) -> str:
    """Return a row as «Name: value; Name: value», or its values alone if the columns have no names."""
    cells = [cell.strip() for cell in row]
    if not names:
        return " | ".join(filter(None, cells))
    pairs = zip_longest(names[: len(row)], cells, fillvalue="")
    return "; ".join(f"{name}: {value}" if name else value for name, value in pairs if value)


def written_table(rows: Sequence[Sequence[str]], header: int | None = None) -> list[str]:
    """Return the rows of a table as text, without those that only name its columns.

    ``header`` is how many rows the file marks as such; None where it marks none, but the first may be one.
    """
    rows = [[" ".join(cell.split()) for cell in row] for row in rows]
    if header is None:
        header = int(is_header(rows))
    names = merged_names(rows[:header]) if len(rows) > header else []
    return [text for row in rows[header if names else 0 :] if (text := written_row(row, names))]


def merged_names(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the name of each column, which may be spread over several rows («2021» over «Budget»)."""
    columns = zip_longest(*rows, fillvalue="")
    return [" ".join(dict.fromkeys(filter(None, column))) for column in columns]


def has_names(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: words or years, each once, over other rows; some may have none."""
    if len(rows) < 2:
        return False
    first = [name.strip() for name in rows[0]]
    names = [name for name in first if name]
    longest = _LONGEST_NAME if len(first) > 1 else _LONGEST_NAME // 3
    if not all(_is_name(name, longest) for name in names) or len(set(names)) < len(names):
        return False
    return 2 * len(names) >= len(first) and not all(map(_YEAR.fullmatch, names))


def _is_name(text: str, longest: int) -> bool:
    return len(text) < longest and (not text[0].isdigit() or _YEAR.fullmatch(text) is not None)


def is_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns of a table that does not say so.

    A table of two columns often pairs a name and a value in each row. Its first row is a header only if it stands over
    numbers.
    """
    if not has_names(rows):
        return False
    columns = list(zip_longest(*rows[1:], fillvalue=""))
    over_numbers = any(
        name and not _NUMBER.match(name) and all(map(_NUMBER.match, column))
        for name, column in zip(rows[0], columns, strict=False)
    )
    return over_numbers or min(map(len, rows)) > 2
