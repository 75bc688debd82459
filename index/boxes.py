"""Where a span of a document made of a PDF stands on its pages, so that a viewer can light it.

The text of a document is that of pdfium less furniture, line ends and hyphens; a page is read again and its lines are
found in the document's text one after the other, which gives each character its place back.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from index.documents import Document, Span
from index.pdf import NotOpened, opened_pdf
from index.pdf_lines import HYPHENS, Line, normalised, page_lines


class Box(NamedTuple):
    """A rectangle on a page, in fractions of its width and height, from the left and the top."""

    page: int  # from 1
    left: float
    top: float
    right: float
    bottom: float


_Way = tuple[Line, list[tuple[int, int]], "_Way"] | None  # the last line that was matched, and those before it


def boxes(path: Path, document: Document, span: Span) -> list[Box]:
    """One rectangle for each line that the span touches; none where the file is no longer the one that was read."""
    data = path.read_bytes()
    first, last = document.page_at(span.start), document.page_at(span.end - 1)
    if first is None or last is None or sha256(data).hexdigest() != document.sha256:
        return []
    try:
        with opened_pdf(data) as opened:
            numbers = range(first, min(last, len(opened)) + 1)
            return [box for number in numbers for box in _on_page(opened[number - 1], number, document, span)]
    except NotOpened:  # the second reader has no places
        return []


def _on_page(page: Any, number: int, document: Document, span: Span) -> Iterator[Box]:
    start = document.pages[number - 1]
    end = document.pages[number] if number < len(document.pages) else len(document.text)
    width, height = page.get_size()
    letters = page.get_textpage()
    for line, places in _found(page_lines(page), document.text, start, end):
        lit = [line.first + within for offset, within in places if span.start <= offset < span.end]
        if lit:
            lefts, bottoms, rights, tops = zip(*(letters.get_charbox(one, loose=True) for one in lit), strict=True)
            left, bottom, right, top = min(lefts), median(bottoms), max(rights), median(tops)
            yield Box(number, left / width, 1 - top / height, right / width, 1 - bottom / height)


def _found(lines: list[Line], text: str, start: int, end: int) -> list[tuple[Line, list[tuple[int, int]]]]:
    """Each line that the text holds, with pairs: an offset in the text, the number of the character in the line.

    Lines that the text leaves out may begin as the text goes on: of all ways to match, the one that comes farthest.
    """
    solid = [offset for offset in range(start, end) if not text[offset].isspace()]
    letters = "".join(text[offset] for offset in solid)
    ways: dict[int, _Way] = {0: None}  # by how many letters are matched
    for line in lines:
        own = [(letter, number) for number, raw in enumerate(line.raw) for letter in normalised(raw).strip()]
        for position, way in list(ways.items()):
            for length in _lengths(line):
                if letters.startswith("".join(letter for letter, _ in own[:length]), position):
                    places = [(solid[position + i], number) for i, (_, number) in enumerate(own[:length])]
                    ways.setdefault(position + length, (line, places, way))
    return _unrolled(ways[max(ways)])


def _unrolled(way: _Way) -> list[tuple[Line, list[tuple[int, int]]]]:
    found = []
    while way is not None:
        line, places, way = way
        found.append((line, places))
    return found[::-1]


def _lengths(line: Line) -> list[int]:
    """How much of a line the text may hold: all of it, or all but the hyphen at its end."""
    whole = sum(not letter.isspace() for letter in line.text)
    return [whole, whole - 1] if line.text.endswith(HYPHENS) else [whole]
