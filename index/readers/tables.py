"""Rows of tables as text: each value under the name of its column, so that a row can be read alone."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise, zip_longest
from typing import Literal

from index.readers.column_names import (
    answers,
    differs_from_values,
    may_be_value,
    names_kind,
    outline,
    period,
    share_unit,
    stands_for_value,
)

_LONGEST_NAME = 300  # characters: exports of forms name columns by whole questions
_LONGEST_SINGLE = 60  # of the name of the only column
_LOOKED_AT = 50  # rows that show what a column holds
_KINDS_OF_PAIRS = 3  # of values in a second column, such as a word, a date and an address
_PAIRED = 4  # columns, at least, that may hold two pairs
_TRANSPOSED = 3  # columns, at least, of a table whose names stand in the first
_SERIES = 3  # columns whose names count: days, weeks, quarters

CellKind = Literal["word", "number", "year", "date", "time", "address", "mixed"]
_MONEY = r"(?:%|‰|[€$£]|[kKM]€|EUR|USD|CHF)"
_KINDS: tuple[tuple[CellKind, re.Pattern[str]], ...] = (
    ("year", re.compile(r"(?:19|20)\d\d")),
    ("date", re.compile(r"(?:\d{1,2}([-/.])\d{1,2}\1\d{2,4}|\d{4}([-/.])\d{1,2}\2\d{1,2}|\d{1,2}/\d{4})(?:[T ].*)?")),
    ("time", re.compile(r"\d{1,2}(?::\d\d){1,2}|\d{1,2} ?h(?: ?\d\d)?")),
    ("number", re.compile(rf"(?:{_MONEY} ?)?[-+−(]?(?:{_MONEY} ?)?\d[\d\s.,'’]*\)?(?: ?{_MONEY})?")),
    ("address", re.compile(r"\S+@\S+\.\w+|https?://\S+|www\.\S+|\+\d[\d ().-]{6,}")),
)


def cell_kind(cell: str) -> CellKind:
    """Return what kind of value a cell that is not empty holds; "mixed" starts with a digit («12 mois»)."""
    for kind, pattern in _KINDS:
        if pattern.fullmatch(cell):
            return kind
    return "mixed" if cell[0].isdigit() else "word"


def format_row(row: Sequence[str], names: Sequence[str] = ()) -> str:
    """Return a row as «Name: value; Name: value», or its values alone if the columns have no names."""
    cells = [cell.strip() for cell in row]
    if not names:
        return " | ".join(filter(None, cells)).replace(": | ", ": ")
    pairs = zip_longest(names[: len(row)], cells, fillvalue="")
    return "; ".join(f"{name}: {value}" if name else value for name, value in pairs if value)


def format_table(rows: Sequence[Sequence[str]], header: int | None = None) -> list[str]:
    """Return the rows of a table as text, without those that only name its columns.

    ``header`` is how many rows the file marks as such; None where it marks none, but the first may be one.
    """
    rows = [[" ".join(cell.split()) for cell in row] for row in rows]
    if header is None and (lines := labelled_lines(rows)):
        return lines
    if header is None:
        header = int(is_header(rows))
    names = merged_names(rows[:header]) if len(rows) > header else []
    return [text for row in rows[header if names else 0 :] if (text := format_row(row, names))]


def format_pairs(row: Sequence[str]) -> str:
    """Return a row as «Label: value; Label: value»; a colon that a label has stays as it is."""
    pairs = zip_longest(row[::2], row[1::2], fillvalue="")
    return "; ".join(_format_pair(label, value) for label, value in pairs if label or value)


def _format_pair(label: str, value: str) -> str:
    return f"{label}{'' if label.endswith(':') else ':'} {value}" if label and value else label + value


def labelled_lines(rows: Sequence[Sequence[str]], *, marked: bool = False) -> list[str]:
    """Return the lines of a table whose first column, or each second, names what stands beside it; none for others.

    Args:
        marked: the file says so of the first column, which may then stand before words alone.
    """
    width = len(rows[0]) if rows else 0
    if len(rows) < 2 or width < _TRANSPOSED or any(len(row) != width for row in rows[:_LOOKED_AT]):
        return []
    columns = list(zip(*rows[:_LOOKED_AT], strict=True))
    if any(map(names_kind, rows[0][1::2])) or any(label.endswith(":") for label in columns[0]):
        return []
    if width % 2 == 0 and all(map(_are_labels_of, columns[::2], columns[1::2])):
        return [format_pairs(row) for row in rows]
    if not _are_labels(columns[0]) or not _is_transposed(rows, marked=marked):
        return []
    return [format_row(column, columns[0]) for column in zip(*(row[1:] for row in rows), strict=True)]


def _are_labels(column: Sequence[str]) -> bool:
    """Return whether half of a column or more names kinds of values, none of them twice; the last may be empty."""
    labels = column[: max((number for number, label in enumerate(column, 1) if label), default=0)]
    kinds = sum(map(names_kind, labels))
    return kinds > 1 and len(labels) <= 2 * kinds and all(labels) and len(set(labels)) == len(labels)


def _are_labels_of(labels: Sequence[str], values: Sequence[str]) -> bool:
    """Return whether a column holds labels, but where a value goes across it and the next."""
    return _are_labels([label for label, value in zip(labels, values, strict=True) if label or value])


def _is_transposed(rows: Sequence[Sequence[str]], *, marked: bool) -> bool:
    """Return whether the values of each row are of one kind, which is not that of each other row."""
    row_kinds = [{cell_kind(cell) for cell in row[1:] if cell} for row in rows]
    if len(rows) > _LOOKED_AT or not all(rows[0]) or row_kinds[0] != {"word"} or any(map(names_kind, rows[0][1:])):
        return False
    if any(period(cell) is not None for cell in rows[0][1:]) or any(len(kinds) > 1 for kinds in row_kinds):
        return False
    kinds = set[CellKind]().union(*row_kinds[1:])
    if kinds <= {"word"}:
        return marked and all(cell[:1].isupper() for row in rows for cell in row if cell)
    return len(kinds) > 1 or all(names_kind(row[0]) and not may_be_value(row[0]) for row in rows)


def merged_names(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the name of each column, which may be spread over several rows («2021» over «Budget»)."""
    columns = zip_longest(*rows, fillvalue="")
    return [" ".join(dict.fromkeys(filter(None, column))).rstrip(" :") for column in columns]


def has_names(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row names the columns.

    Its cells are words, or of a kind that is not in their column. A column holds figures, or the names differ from the
    words below them in a way that can be measured.
    """
    if len(rows) < 2:
        return False
    first = [name.strip() for name in rows[0]]
    names = [name for name in first if name]
    value_rows = [row for row in rows[1:_LOOKED_AT] if row != rows[0]]
    columns = list(zip_longest(first, *value_rows, fillvalue=""))[: len(first)]
    if not names or 2 * len(names) < len(first) or (first[0] and not _has_word(names)):
        return False
    if 0 < sum(name.endswith(":") for name in names) < len(names):
        return False  # labels with their values
    if len(first) == 2 and len({cell_kind(value) for value in columns[1] if value}) >= _KINDS_OF_PAIRS:
        return False  # each row pairs a name and a value
    if len(first) == 1:
        return len(names[0]) < _LONGEST_SINGLE and cell_kind(names[0]) == "word"
    if not first[0] and all(value and cell_kind(value) == "word" for value in columns[0][1:]):  # each row is named
        names = [name for name in names if cell_kind(name) != "year"]
    if _is_record(first, columns):
        return False
    named_columns = [(name, list(map(str.strip, values))) for name, *values in columns if name in names]
    if not all(_is_name(name, values) for name, values in named_columns):
        return _counts_on(first)
    return any(_contrasts(*column) for column in named_columns) or differs_from_values([first, *value_rows])


def _is_record(first: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row is of the kind of those below it, or a word in it stands for a figure as below it.

    «gratuit» over «5» does; «Absent» over ticks names its column.
    """
    if any(stands_for_value(name) and any(map(_is_value, below)) for name, *below in columns[1:]):
        return True
    periods = Counter(map(period, first))
    for name, *below in columns:
        name_period = period(name)
        if name_period is not None and periods[name_period] < 2 and name_period in map(period, below):
            return True
    first_period = period(first[0])
    return first_period is not None and first_period in map(period, columns[0][1:])


def _is_value(cell: str) -> bool:
    return bool(cell) and (cell_kind(cell) != "word" or stands_for_value(cell))


def _contrasts(name: str, column: Sequence[str]) -> bool:
    """Return whether most values of a column are figures, dates or addresses, of another kind than its name."""
    values = [value for value in column if value]
    if cell_kind(name) == "word" and share_unit(values):
        return True
    kinds = [cell_kind(value) for value in values]
    of_others = [kind for kind in kinds if kind not in ("word", "mixed", cell_kind(name))]
    return 2 * len(of_others) > len(kinds)


def _has_word(names: Iterable[str]) -> bool:
    return any(cell_kind(name) in ("word", "mixed") for name in names)


def _is_name(name: str, column: Sequence[str]) -> bool:
    """Return whether the first cell of a column names the others."""
    kind = cell_kind(name)
    if len(name) >= _LONGEST_NAME or kind == "address":
        return False
    values = [value for value in map(str.strip, column) if value]
    if kind == "word":
        return name not in values and (name.isalpha() or outline(name) not in _outlines_with_figures(values))
    kinds = [cell_kind(value) for value in values]
    if kind == "year":  # figures below it may look like years
        return kinds.count("year") < len(kinds)
    return bool(values) and kind not in kinds and (kind != "number" or "year" not in kinds)


def _outlines_with_figures(values: Iterable[str]) -> set[str]:
    return {outline(value) for value in values if any(map(str.isdigit, value))}


def _counts_on(first: Sequence[str]) -> bool:
    """Return whether the names after the first count: «Jour», «1», «2», «3»."""
    numbers = [int(name) for name in first[1:] if name.isdecimal()]
    steps = {after - before for before, after in pairwise(numbers)}
    return len(numbers) == len(first) - 1 >= _SERIES and steps == {1} and not first[0][:1].isdigit()


def is_header(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row names the columns of a table that does not say so.

    A table of two columns often pairs a name and a value in each row. Its first row is a header only if it stands over
    numbers. Cells may be merged in some rows; the width of most counts.
    """
    if not has_names(rows) or _are_pairs(rows) or labelled_lines(rows):
        return False
    widths = Counter(map(len, rows))
    if max(widths, key=lambda width: (widths[width], width)) > 2:
        return True
    return not pairs_labels(rows) and (stands_over_numbers(rows) or _names_two(rows))


def pairs_labels(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the first of two columns holds labels, and the second what each says, from the first row on."""
    if any(len(row) != 2 for row in rows[:_LOOKED_AT]) or names_kind(rows[0][1]):
        return False
    return _are_labels([row[0] for row in rows[:_LOOKED_AT]])


def denies_names(rows: Sequence[Sequence[str]], *, by_style: bool = False) -> bool:
    """Return whether the first row reads as a record, or as a label with its value, although it looks like names.

    Args:
        by_style: it looks so by the style of tables alone, which programs choose; two columns may then be pairs.
    """
    if len(rows) < 2 or pairs_labels(rows):
        return True
    first, *value_rows = rows[:_LOOKED_AT]
    columns = list(zip_longest(first, *value_rows, fillvalue=""))[: len(first)]
    if _is_record(first, columns) or any(_is_figure_among_others(name, below) for name, *below in columns):
        return True
    if not by_style or len(first) != 2:
        return False
    values = list(filter(None, columns[1]))
    return len({cell_kind(value) for value in values[1:]}) > 1 or cell_kind(values[0]) != "word"


def _is_figure_among_others(name: str, column: Sequence[str]) -> bool:
    """Return whether a cell is a figure or an address of the kind that is most frequent below it."""
    kinds = [cell_kind(value) for value in column if value]
    return bool(name) and cell_kind(name) not in ("word", "mixed") and 2 * kinds.count(cell_kind(name)) > len(kinds)


def _names_two(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row names both of two columns of words."""
    label, name = rows[0][0], rows[0][1] if len(rows[0]) > 1 else ""
    if not label or not name or any(map(str.isdigit, label + name)):
        return False
    labels = [row[0] for row in rows[1:_LOOKED_AT] if row[0]]
    values = [row[1] for row in rows[1:_LOOKED_AT] if len(row) > 1 and row[1]]
    if not values or any(map(names_kind, labels)):
        return False
    if names_kind(label) and names_kind(name) and not any(map(names_kind, values)):
        return True
    periods = set(map(period, labels))
    if len(labels) > 1 and len(periods) == 1 and None not in periods:
        return period(label) is None
    if len(values) > 1 and all(map(answers, values)):
        return not answers(name)
    return share_unit(values) and not names_kind(label)


def _are_pairs(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether words and values of several kinds stand in turn: labels, each with its value."""
    columns = [list(filter(None, map(str.strip, column))) for column in zip_longest(*rows[:_LOOKED_AT], fillvalue="")]
    if len(columns) < _PAIRED or len(columns) % 2:
        return False
    labels, values = columns[::2], columns[1::2]
    words = [label for column in labels for label in column]
    if len(set(words)) < len(words) or any(cell_kind(word) != "word" for word in words):
        return False
    return all(len(set(map(cell_kind, column[1:]))) > 1 for column in values)


def stands_over_numbers(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a cell of the first row is a word and those below it are figures."""
    columns = zip_longest(*rows[:_LOOKED_AT], fillvalue="")
    return any(
        name and cell_kind(name) == "word" and values and _are_figures(values)
        for name, *column in columns
        if (values := list(filter(None, column)))
    )


def _are_figures(values: Sequence[str]) -> bool:
    return not {"word", "mixed", "address"} & set(map(cell_kind, values))
