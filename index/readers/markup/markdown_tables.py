"""Tables that Markdown of pandoc draws with lines, as the tables with strokes that any Markdown knows."""

import re
from collections.abc import Iterator, Sequence

_FENCE = re.compile(r" {0,3}(?:`{3,}|~{3,})")
_BORDER = re.compile(r" {0,3}\+(?:[-=:]{2,}\+)+[ \t]*")  # of a table in boxes
_RULE = re.compile(r" {0,3}(?=-{2,} +-)(?:-{2,} *)+")  # below the names of columns that are aligned
_DRAWN = re.compile(r"^ {0,3}(?:\+[-=:]{2,}\+|-{2,} +-{2,})", re.MULTILINE)


def with_plain_tables(text: str) -> str:
    """Return Markdown with strokes between the cells of its tables; code stays as it is."""
    return "\n".join(_lines(text.split("\n"))) if _DRAWN.search(text) else text


def _lines(lines: Sequence[str]) -> Iterator[str]:
    number, in_code = 0, False
    while number < len(lines):
        line = lines[number]
        in_code ^= _FENCE.match(line) is not None
        is_named = line.strip() and number + 1 < len(lines) and _RULE.fullmatch(lines[number + 1])
        if not in_code and (is_named or _BORDER.fullmatch(line)):
            end = _end(lines, number)
            yield from (_align if is_named else _boxed)(lines[number:end])
            number = end
        else:
            yield line
            number += 1


def _end(lines: Sequence[str], start: int) -> int:
    """Return where a table ends: at a blank line, or below the last."""
    return next((number for number in range(start, len(lines)) if not lines[number].strip()), len(lines))


def _boxed(lines: Sequence[str]) -> Iterator[str]:
    """Yield the rows of a table in boxes; the lines of a cell are joined."""
    rows, names = list[list[str]](), 0
    cells: list[list[str]] = []
    for line in lines:
        if _BORDER.fullmatch(line):
            rows += [[" ".join(filter(None, texts)) for texts in cells]] if cells else []
            names = len(rows) if "=" in line else names
            cells = []
        else:
            texts = [text.strip() for text in line.strip().strip("|").split("|")]
            cells = cells or [[] for _ in texts]
            for cell, text in zip(cells, texts, strict=False):
                cell.append(text)
    yield from _with_strokes(rows, names)


def _align(lines: Sequence[str]) -> Iterator[str]:
    """Yield the rows of a table whose cells stand below one another, as the dashes below the names do."""
    starts = [match.start() for match in re.finditer("-+", lines[1])]
    edges = list(zip([0, *starts[1:]], [*starts[1:], None], strict=True))
    rows = [[line[start:end].strip() for start, end in edges] for number, line in enumerate(lines) if number != 1]
    yield from _with_strokes([row for row in rows if set("".join(row)) - {"-"}], 1)


def _with_strokes(rows: Sequence[Sequence[str]], names: int) -> Iterator[str]:
    if not rows:
        return
    columns = max(map(len, rows))
    head = [" ".join(filter(None, cells)) for cells in zip(*rows[:names], strict=False)] or [""] * columns
    yield ""
    for row in (head, ["---"] * columns, *rows[names:]):
        yield f"| {' | '.join(row)} |"
    yield ""
