"""Tables of cells as captions and rows: titles over them, labels with their values, values under names of columns."""

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Literal, NamedTuple

from index.readers.content.cell_lines import joined_lines, one_line
from index.readers.content.cells import COVERED, Cell, filled_rows
from index.readers.tables import (
    cell_kind,
    denies_names,
    format_pairs,
    format_row,
    is_header,
    labelled_lines,
    merged_names,
)

_MOST_NAMES = 3  # rows that name the columns
_SHORTEST_WORD, _LONGEST_WORD = 3, 40  # characters of what a cell says of several columns


class TableBlock(NamedTuple):
    """A block of a table, as ``TextBuilder.add`` takes it."""

    text: str
    role: Literal["caption", "row"]


def cell_table(rows: Sequence[Sequence[Cell]], marks: Sequence[bool] = ()) -> Iterator[TableBlock]:
    """Yield the titles that stand over a table as captions, then its rows.

    Args:
        marks: whether the file marks each row as one that names the columns.
    """
    return (block for _, block in numbered_blocks(rows, marks))


def numbered_blocks(rows: Sequence[Sequence[Cell]], marks: Sequence[bool] = ()) -> Iterator[tuple[int, TableBlock]]:
    """Yield the blocks of a table as ``cell_table`` does, each with the number of its row, from 0."""
    lined_rows, rows = rows, [[cell._replace(text=one_line(cell.text)) for cell in row] for row in rows]
    start = 0
    while start < len(rows) - 1 and _stands_over(rows[start], rows[start + 1 :]):
        yield start, TableBlock(one_line(" ".join(cell.text for cell in rows[start])), "caption")
        start += 1
    rows, lined_rows, marked = rows[start:], lined_rows[start:], len(list(takewhile(bool, marks[start:])))
    if not marked and _are_pairs(rows):
        blocks = [(number, TableBlock(_format_pairs(row), "row")) for number, row in enumerate(lined_rows)]
    else:
        blocks = list(_table_blocks(rows, lined_rows, marked))
    yield from ((start + number, block) for number, block in blocks if block.text)


def _table_blocks(
    rows: Sequence[Sequence[Cell]], lined_rows: Sequence[Sequence[Cell]], marked: int
) -> Iterator[tuple[int, TableBlock]]:
    """Yield the number and the block of each row below the names; a cell across the table stands over what follows."""
    width = max(map(_columns, rows), default=0)
    sections = {number for number, row in enumerate(rows) if number >= max(1, marked) and _is_across(row, width)}
    numbers = [number for number in range(len(rows)) if number not in sections]
    table_rows, lined_rows = ([source[number] for number in numbers] for source in (rows, lined_rows))
    height = max(marked, _names_height(table_rows))
    filled = filled_rows(table_rows, max(1, height))
    height = height or int(_is_set_apart(table_rows) and not denies_names(filled, by_style=_is_styled(table_rows)))
    if not height and not sections and (lines := labelled_lines(filled, marked=_has_heads_first(rows))):
        yield from ((len(rows) - 1, TableBlock(line, "row")) for line in lines)
        return
    height = height or int(is_header(filled) and not any(cell.holds_table for cell in rows[0]))
    names = merged_names(filled[:height]) if len(filled) > height else []
    lined_rows = [row if number < height else _with_shared_words(row) for number, row in enumerate(lined_rows)]
    texts = [format_row(joined_lines(row), names) for row in filled_rows(lined_rows, height)]
    shown = dict(list(zip(numbers, texts, strict=True))[height if names else 0 :])
    for number, row in enumerate(rows):
        if number in sections:
            yield number, TableBlock(row[0].text, "row" if number == len(rows) - 1 else "caption")
        elif number in shown:
            yield number, TableBlock(shown[number], "row")


def _with_shared_words(row: Sequence[Cell]) -> list[Cell]:
    """Return a row in which a word over several columns, such as «closed», stands in each.

    The first cell names the row, and one before a figure may name that («Total»).
    """
    shared: list[Cell] = []
    for number, cell in enumerate(row):
        text = one_line(cell.text)
        is_word = (
            _SHORTEST_WORD <= len(text) <= _LONGEST_WORD
            and cell_kind(text) == "word"
            and number > 0
            and cell.columns > 1
        )
        following = [one_line(other.text) for other in row[number + 1 :]]
        if is_word and cell.columns <= COVERED and not any(text and cell_kind(text) == "number" for text in following):
            shared += [cell._replace(columns=1)] * cell.columns
        else:
            shared.append(cell)
    return shared


def _columns(row: Sequence[Cell]) -> int:
    return sum(max(1, cell.columns) for cell in row)


def _is_across(row: Sequence[Cell], width: int) -> bool:
    """Return whether a row is one cell over all columns."""
    return len(row) == 1 and row[0].columns >= width > 1 and row[0].rows < 2 and bool(row[0].text.strip())


def _is_set_apart(rows: Sequence[Sequence[Cell]]) -> bool:
    """Return whether the first row, of several cells, is in bold or filled, and the second is not.

    Other rows below may be so, such as sums. Fills and styles may alternate; then they say nothing.
    """
    if len(rows) < 2:
        return False
    first, second = ([cell for cell in row if cell.text.strip()] for row in rows[:2])
    if len(first) < 2 or any(not cell.text.strip() for cell in rows[0][1:]):
        return False
    if all(cell.is_bold for cell in first):
        return len(second) < 2 or not all(cell.is_bold for cell in second)
    if _is_styled(rows):
        return True
    is_filled = [all(cell.is_filled for cell in row) for row in rows]
    return is_filled[0] and not any(is_filled[1:-1]) and not is_filled[1]


def _is_styled(rows: Sequence[Sequence[Cell]]) -> bool:
    return all(cell.is_styled for cell in rows[0]) and not all(cell.is_bold for cell in rows[0])


def _has_heads_first(rows: Sequence[Sequence[Cell]]) -> bool:
    """Return whether the file says that the first cell of each row names others, and of no other cell."""
    return all(row and row[0].is_head and not any(cell.is_head for cell in row[1:]) for row in rows)


def _names_height(rows: Sequence[Sequence[Cell]]) -> int:
    """Return how many rows name the columns where a name stands over several others; 0 where none does."""
    height = 1
    while height < min(_MOST_NAMES, len(rows) - 1) and _spans_names(rows[height - 1], rows[height]):
        height += 1
    if height == 1:
        return 0
    filled = filled_rows(rows, height)
    return height if is_header([merged_names(filled[:height]), *filled[height:]]) else 0


def _spans_names(row: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Return whether a row holds cells that span several of the row below, and no narrower names of that row.

    A cell over one column must reach into the row below, or be empty above it. The row below holds no figures.
    """
    starts, column = dict[int, Cell](), 0
    for cell in below:
        starts[column] = cell
        column += max(1, cell.columns)
    spans, column = False, 0
    for cell in row:
        next_row = starts.get(column)
        goes_on = (
            cell.rows > 1
            or not cell.text.strip()
            or next_row is None
            or next_row.continues
            or not next_row.text.strip()
        )
        if cell.columns < 2 and not goes_on:
            return False
        spans |= cell.columns > 1 and cell.rows < 2 and bool(cell.text.strip())
        column += max(1, cell.columns)
    return spans and not any(cell_kind(text) == "number" for cell in below if (text := cell.text.strip()))


def _stands_over(row: Sequence[Cell], following: Sequence[Sequence[Cell]]) -> bool:
    """Return whether a row is one cell across the table, or empty."""
    if not any(cell.text.strip() for cell in row):
        return all(cell.rows < 2 and not cell.continues for cell in row)
    return _is_across(row, max(map(_columns, following)))


def _are_pairs(rows: Sequence[Sequence[Cell]]) -> bool:
    """Return whether each row is labels with their values in turn; rows of one cell may stand between them."""
    several = [_cells(row) for row in rows if len(_cells(row)) > 1]
    return bool(several) and all(_alternates(row) for row in several) and not any(_covers_rows(row) for row in rows)


def _alternates(row: Sequence[Cell]) -> bool:
    labels, values = row[::2], row[1::2]
    if len(labels) != len(values):
        return False
    if all(label.is_head for label in labels) and not any(value.is_head for value in values):
        return True
    if all(label.is_bold for label in labels) and not any(value.is_bold for value in values):
        return True
    return len(row) == 2 and labels[0].is_filled and not values[0].is_filled


def _covers_rows(row: Sequence[Cell]) -> bool:
    return any(cell.rows > 1 or cell.continues for cell in row)


def _cells(row: Sequence[Cell]) -> list[Cell]:
    return [cell for cell in row if not cell.is_skipped]


def _format_pairs(row: Sequence[Cell]) -> str:
    """Return a row as «Label: value; Label: value»; the lines of a label are one."""
    texts = [cell.text for cell in _cells(row)]
    return format_pairs([joined if n % 2 else one_line(texts[n]) for n, joined in enumerate(joined_lines(texts))])
