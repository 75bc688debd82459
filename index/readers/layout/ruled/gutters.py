"""Cells that stand as near to each other as words: what is written above and below them tells them apart."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from index.readers.layout.letters import Letters

_LEADERS, _LETTERS = "....", re.compile(r"\w")
_LEVEL = 0.35  # largest distance between baselines on one line, in the height of the letters
_STEP = 4.0  # largest distance between lines of a table, likewise
_SAME = 0.75  # points by which the edges of a column may differ
_MOST = 0.7  # smallest share of the white between words written apart, that parts cells
_FEWEST = 2  # other lines that show where a column begins or ends

Word = tuple[int, int]  # the number of its first character, and the number after that of its last
_Run = list[Word]


class _Strip(NamedTuple):
    """White between two words of a run: the number of the second, where the white begins and ends, and the words."""

    word: int
    left: float
    right: float
    before: str
    after: str


class _Level:
    """The runs of a line of the page, from left to right."""

    def __init__(self, runs: Sequence[_Run], letters: Letters) -> None:
        self.runs = sorted(runs, key=lambda run: letters.lefts[run[0][0]])
        first = self.runs[0][0][0]
        self.bottom, self.height = letters.bottoms[first], letters.tops[first] - letters.bottoms[first]
        edges = [(letters.lefts[run[0][0]], letters.rights[run[-1][1] - 1]) for run in self.runs]
        self.edges = edges
        self.begins = [left for left, _ in edges[1:]]  # of cells with another before them
        self.ends = [right for _, right in edges[:-1]]
        self.strips = [list(_strips(run, letters)) if len(edges) > 1 else [] for run in self.runs]

    def leaves(self, strip: _Strip) -> bool:
        """Return whether nothing of the line stands in a strip."""
        if all(right <= strip.left + _SAME or left >= strip.right - _SAME for left, right in self.edges):
            return True
        return any(_overlap(other, strip) for strips in self.strips for other in strips)


def split_at_gutters(runs: Sequence[_Run], letters: Letters) -> Iterator[_Run]:
    """Yield the words of a page in runs, parted where two cells of a table have no more than a space between them.

    They are written apart, without a space, on a line that has other cells, and lines above or below it begin or end a
    cell at the same place, while none between is written across it. Words of a sentence have no such lines around them.
    """
    levels = [_Level(level, letters) for level in _levels(runs, letters)] if letters.pdfium_count else []
    cuts = dict[int, list[int]]()  # the words that begin a cell, by the first letter of their run
    for number, level in enumerate(levels):
        for run, strips in zip(level.runs, level.strips, strict=True):
            cuts[run[0][0]] = [strip.word for strip in strips if _is_gutter(strip, number, levels)]
    strips_of_page = sum(len(strips) for level in levels for strips in level.strips)
    if sum(map(len, cuts.values())) < _MOST * strips_of_page:  # the program writes each word apart
        cuts.clear()
    for run in runs:
        start = 0
        for word in cuts.get(run[0][0], ()):
            yield run[start:word]
            start = word
        yield run[start:]


def _levels(runs: Sequence[_Run], letters: Letters) -> Iterator[list[_Run]]:
    """Yield the runs of each line, from the top of the page."""
    level: list[_Run] = []
    for run in sorted(runs, key=lambda run: -letters.bottoms[run[0][0]]):
        first = run[0][0]
        height = letters.tops[first] - letters.bottoms[first]
        if level and letters.bottoms[level[0][0][0]] - letters.bottoms[first] > _LEVEL * height:
            yield level
            level = []
        level.append(run)
    if level:
        yield level


def _strips(run: _Run, letters: Letters) -> Iterator[_Strip]:
    """Yield the white between words that are written apart, without a space; none in a line with leaders."""
    raw = letters.raw
    if run[-1][1] > letters.pdfium_count or _LEADERS in raw[run[0][0] : run[-1][1]]:
        return
    for number, ((start, end), (first, stop)) in enumerate(pairwise(run), 1):
        before, after = raw[start:end], raw[first:stop]
        if (
            letters.is_put_in(end)
            and letters.is_written_apart(end - 1, first)
            and _LETTERS.search(before)
            and _LETTERS.search(after)
        ):
            yield _Strip(number, letters.rights[end - 1], letters.lefts[first], before, after)


def _is_gutter(strip: _Strip, number: int, levels: Sequence[_Level]) -> bool:
    """Return whether lines around one show that a strip of it parts two columns."""
    begins = ends = matching = 0
    for step in (-1, 1):
        for level in _neighbouring(strip, number, levels, step):
            begins += _is_near(strip.right, level.begins)
            ends += _is_near(strip.left, level.ends)
            matching += any(_are_alike(strip, other) for strips in level.strips for other in strips)
    return begins + matching >= _FEWEST or ends + matching >= _FEWEST or matching > 0


def _neighbouring(strip: _Strip, number: int, levels: Sequence[_Level], step: int) -> Iterator[_Level]:
    """Yield the lines above or below one, up to the first that is written across the strip, or far from the next."""
    previous, number = levels[number], number + step
    while 0 <= number < len(levels):
        level = levels[number]
        if abs(level.bottom - previous.bottom) > _STEP * level.height or not level.leaves(strip):
            return
        yield level
        previous, number = level, number + step


def _are_alike(strip: _Strip, other: _Strip) -> bool:
    """Return whether white is in the same place as other white, between other words."""
    is_same = abs(strip.left - other.left) < _SAME and abs(strip.right - other.right) < _SAME
    return is_same and strip.before != other.before and strip.after != other.after


def _overlap(strip: _Strip, other: _Strip) -> bool:
    return strip.left < other.right - _SAME and other.left < strip.right - _SAME


def _is_near(edge: float, edges: Sequence[float]) -> bool:
    return any(abs(edge - other) < _SAME for other in edges)
