"""Headers, footers and page numbers: what pages repeat in their margins is kept once, where it first stands."""

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from itertools import pairwise

from index.readers.layout.lines import Line

_Row = list[Line]  # of one baseline

LARGER = 1.15  # smallest font size of a heading, relative to that of the text
_SMALLER = 0.95  # largest font size of a running head, relative to that of the text
_MARGIN = 0.12  # of the page's height, at its top and bottom
_NUMERAL = "(?=[ivxlc])c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})"
_PAGE_NUMBER = re.compile(
    rf"(?:page|p\.)?\s*[-–—|]?\s*(?:\d{{1,5}}\s*(?:(?:/|sur|of|de)\s*\d{{1,5}})?|{_NUMERAL})\s*[-–—|]?", re.IGNORECASE
)
_ROMAN = re.compile(rf"(?:page|p\.)?\W*({_NUMERAL})\W*", re.IGNORECASE)
_NUMERALS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_PAGE = re.compile(r"(?:[-–—|] ?)?page \d", re.IGNORECASE)  # at the start of a number that says that it is a page's
_NUMBER, _LETTER = re.compile(r"\d+"), re.compile(r"[^\W\d_]")
_REPEATED_SHARE = 0.4  # of the pages
_DIGITS = 5  # of the number of a page at most
_NUMBERS = 4  # in a line, of which one may be that of the page
_SAME_LINE = 0.35  # largest distance between baselines on one line, in font sizes
_STEP = 6.0  # largest distance between consecutive rows of a table, in font sizes
_UNEVEN = 1.5  # largest such distance, relative to those between the neighbouring rows
_NEIGHBOURING_STEPS = 2  # distances before and after one that it is compared with
_ALIGNED = 2.0  # points by which cells of one column may differ


def body_size(pages: Sequence[Sequence[Line]]) -> float:
    """Return the median font size of all letters, in points; that of values of fields and notes is not known."""
    lines = [line for lines in pages for line in lines]
    sizes = sorted((line.size, len(line.text)) for line in [line for line in lines if not line.added] or lines)
    half = sum(count for _, count in sizes) / 2
    for size, count in sizes:
        half -= count
        if half <= 0:
            return size
    return 0.0


def without_repeats(pages: Sequence[Sequence[Line]], body: float) -> list[list[Line]]:
    """Remove page numbers, and headers and footers from all pages but the first that has them.

    Rows of a table are kept, also where cells in the margin look like these.
    """
    if len(pages) < 2:
        return [list(lines) for lines in pages]
    margins = [_running(lines, body, page) for page, lines in enumerate(pages, 1)]
    heads = {text for lines in pages for text in _heads(lines, body)}
    repeated, seen = _repeated(margins, heads), set[str]()
    remaining: list[list[Line]] = []
    for lines, margin in zip(pages, margins, strict=True):
        repeats = {number for number, keys in margin.items() if _is_repeat(keys, repeated, seen)}
        remaining.append([line for number, line in enumerate(lines) if number not in repeats])
        seen.update(key for keys in margin.values() for key in keys)
    return remaining


def in_margin(line: Line) -> bool:
    """Return whether the line is at the top or bottom of its page."""
    edge = _MARGIN * line.page_height
    return line.bottom > line.page_height - edge or line.top < edge


def _running(lines: Sequence[Line], body: float, page: int) -> dict[int, list[str]]:
    """Return which lines may be furniture, by their place in ``lines``, with what they may have in common with others.

    They are at the top or bottom of their page, no larger than the text, and no cells of a table; or they do not run
    from left to right, as a watermark across the page.
    """
    candidates = [n for n, line in enumerate(lines) if line.turned or (in_margin(line) and line.size < LARGER * body)]
    candidates = [n for n in candidates if not ((tag := lines[n].tag) and tag.cell and not tag.cell.is_drawn)]
    cells = _cells(lines) if len(candidates) > 1 else frozenset[int]()
    return {n: _keys(lines[n].text, page) for n in candidates if id(lines[n]) not in cells}


def _keys(text: str, page: int) -> list[str]:
    """Return a text, and a copy for each of its numbers, in which its offset from the page number replaces it."""
    if roman := _ROMAN.fullmatch(text):
        return [text, f"roman #{_value(roman[1]) - page}"]
    numbers = list(_NUMBER.finditer(text))[:_NUMBERS]
    return [text] + [
        f"{text[: number.start()]}#{int(number[0]) - page}{text[number.end() :]}"
        for number in numbers
        if len(number[0]) <= _DIGITS
    ]


def _value(numeral: str) -> int:
    """Return the number that a Roman numeral stands for."""
    values = [_NUMERALS[letter] for letter in numeral.lower()]
    return sum(
        -value if value < following else value for value, following in zip(values, [*values[1:], 0], strict=True)
    )


def _heads(lines: Sequence[Line], body: float) -> set[str]:
    """Return the texts in small letters at the top of a page, such as the title of a chapter on every other page."""
    return {
        line.text
        for line in lines
        if line.size < _SMALLER * body and in_margin(line) and line.top > line.page_height / 2
    }


def _repeated(margins: Sequence[dict[int, list[str]]], heads: Container[str]) -> frozenset[str]:
    """Return what pages repeat in a margin: texts with letters, and those in which the number of the page counts on.

    Such texts with letters must stand on many pages: they may be headings of chapters. Two are enough for ``heads``.
    """
    least = 3 if len(margins) > 4 else 2
    counts = Counter(key for margin in margins for key in {key for keys in margin.values() for key in keys})
    shapes = Counter(shape for margin in margins for shape in {_NUMBER.sub("#", text) for text, *_ in margin.values()})
    repeated = set[str]()
    for text, *counting in (keys for margin in margins for keys in margin.values()):
        has_letters = _LETTER.search(text) is not None
        is_numeral = _PAGE_NUMBER.fullmatch(text) is not None
        if counts[text] >= (2 if text in heads else least) and has_letters and not is_numeral:
            repeated.add(text)
        elif is_numeral or (has_letters and shapes[_NUMBER.sub("#", text)] >= _REPEATED_SHARE * len(margins)):
            repeated.update(key for key in counting if counts[key] >= least)
    return frozenset(repeated)


def _is_repeat(keys: Sequence[str], repeated: frozenset[str], seen: set[str]) -> bool:
    text = keys[0]
    matches = repeated.intersection(keys)
    if _PAGE_NUMBER.fullmatch(text):
        return bool(matches) or _PAGE.match(text) is not None
    return not matches.isdisjoint(seen)


def _cells(lines: Sequence[Line]) -> frozenset[int]:
    """Return the ids of the lines in rows of tables that reach from outside the margins into one."""
    rows = [row for row in _rows(lines) if len(row) > 1]
    steps = [above[0].bottom - below[0].bottom for above, below in pairwise(rows)]
    cells, group = set[int](), list[_Row]()
    for number, row in enumerate(rows):
        if number and not _goes_on(rows[number - 1], row, steps, number - 1):
            cells |= _reaching(group, lines)
            group = []
        group.append(row)
    return frozenset(cells | _reaching(group, lines))


def _rows(lines: Sequence[Line]) -> Iterator[_Row]:
    """Yield the lines of each baseline, from the top of the page."""
    row: _Row = []
    for line in sorted((line for line in lines if not line.turned), key=lambda line: -line.bottom):
        if row and row[0].bottom - line.bottom > _SAME_LINE * line.size:
            yield row
            row = []
        row.append(line)
    if row:
        yield row


def _goes_on(above: _Row, below: _Row, steps: Sequence[float], number: int) -> bool:
    """Return whether two rows share columns and are no further apart than the rows beside them."""
    neighbours = [
        *steps[max(0, number - _NEIGHBOURING_STEPS) : number],
        *steps[number + 1 : number + 1 + _NEIGHBOURING_STEPS],
    ]
    limit = min(_STEP * above[0].size, _UNEVEN * max(neighbours) if neighbours else _STEP * above[0].size)
    aligned = sum(any(_are_aligned(line, other) for other in below) for line in above)
    return steps[number] <= limit and aligned >= max(2, min(len(above), len(below)) / 2)


def _are_aligned(line: Line, other: Line) -> bool:
    return (
        abs(line.left - other.left) < _ALIGNED
        or abs(line.right - other.right) < _ALIGNED
        or abs(line.left + line.right - other.left - other.right) < 2 * _ALIGNED
    )


def _reaching(group: Sequence[_Row], lines: Sequence[Line]) -> set[int]:
    """Return the ids of lines in or between rows if these are more than one, and one is outside the margins."""
    if len(group) < 2 or all(in_margin(line) for row in group for line in row):
        return set()
    top, bottom = max(line.bottom for line in group[0]), min(line.bottom for line in group[-1])
    return {id(line) for line in lines if bottom <= line.bottom <= top}
