"""Locate spans of a document on the pages of its PDF, so that a viewer can highlight them.

The text of a document is pdfium's, without headers, footers, line ends and hyphens. A page is read again and its lines
are matched with the document's text in order, which gives each character its place.
"""

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from index.documents import Span
from index.readers.pdf.layout import HYPHENS, Line, normalised, page_lines
from index.readers.pdf.pages import Box, PageText

_Places = list[tuple[int, int]]  # pairs: an offset in the text, the number of the character in the line
_Way = tuple[Line, _Places, "_Way"] | None  # the last line that was matched, and those before it


def boxes(page: Any, own: PageText, spans: Sequence[Span]) -> list[list[Box]]:
    """Return the boxes of each span: one rectangle for each line of the page that it touches.

    ``page`` is pdfium's, ``own`` the text that was read from it.
    """
    found, letters, size = _found(page_lines(page), own), page.get_textpage(), page.get_size()
    return [list(_around(found, letters, size, own.page, span)) for span in spans]


def _around(
    found: Sequence[tuple[Line, _Places]], letters: Any, size: tuple[float, float], page: int, span: Span
) -> Iterator[Box]:
    width, height = size
    for line, places in found:
        lit = [line.first + within for offset, within in places if span.start <= offset < span.end]
        if lit:
            lefts, bottoms, rights, tops = zip(*(letters.get_charbox(one, loose=True) for one in lit), strict=True)
            left, bottom, right, top = min(lefts), median(bottoms), max(rights), median(tops)
            yield Box(page, left / width, 1 - top / height, right / width, 1 - bottom / height)


def _found(lines: Sequence[Line], own: PageText) -> list[tuple[Line, _Places]]:
    """Return each line that the text holds, with the places of its characters.

    A line that the text leaves out may begin as the text continues: of all matchings, the longest is taken.
    """
    solid = [offset for offset, letter in enumerate(own.text, own.start) if not letter.isspace()]
    text = "".join(own.text.split())
    ways: dict[int, _Way] = {0: None}  # by how many letters are matched
    for line in lines:
        letters = [(letter, number) for number, raw in enumerate(line.raw) for letter in normalised(raw).strip()]
        starts = ["".join(letter for letter, _ in letters[:length]) for length in _lengths(line)]
        for position, way in list(ways.items()):
            for start in starts:
                if text.startswith(start, position):
                    places = [(solid[position + i], number) for i, (_, number) in enumerate(letters[: len(start)])]
                    ways.setdefault(position + len(start), (line, places, way))
    return _unrolled(ways[max(ways)])


def _unrolled(way: _Way) -> list[tuple[Line, _Places]]:
    found = []
    while way is not None:
        line, places, way = way
        found.append((line, places))
    return found[::-1]


def _lengths(line: Line) -> list[int]:
    """Return how much of a line the text may hold: all of it, or all but the hyphen at its end."""
    whole = sum(not letter.isspace() for letter in line.text)
    return [whole, whole - 1] if line.text.endswith(HYPHENS) else [whole]
