"""Cells of tables that rules part: what is drawn level and upright on a page bounds the rows and columns of a grid."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from index.readers.layout.letters import Cell, Letters, Rectangle

_SNAP = 3.0  # points within which rules are one, and the end of a rule is at another
_SHORTEST = 3.0  # points of length of a rule
_FEWEST = 2  # rows and columns of a grid
_COVERED = 0.5  # of the border between two squares of a grid, that a rule covers where it parts them
_MOST_RULES, _MOST_SQUARES = 600, 3000  # on a page, and in a grid
_LEAST_GAP = 0.8  # points between letters of two cells
_OVER = 1.0  # points by which a word may stand over the edge of its cell

_Square = tuple[int, int]  # its column and row, from the left and the bottom
Word = tuple[int, int]  # the number of its first letter, and the number after that of its last


class _Rule(NamedTuple):
    """A rule: where it is, across its direction, and where it begins and ends."""

    at: float
    start: float
    end: float


class Grid(NamedTuple):
    """Where columns and rows of a table begin and end, from the left and the bottom, and the cell of each square."""

    xs: Sequence[float]
    ys: Sequence[float]
    cells: Mapping[tuple[int, int], Cell]
    row_borders: Sequence[Sequence[float]]  # where the cells of each row begin and end

    def cell(self, x: float, y: float) -> Cell | None:
        """Return the cell in which a point lies."""
        return self.cells.get((bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1))

    def borders(self, y: float) -> Sequence[float]:
        """Return where the cells at a height begin and end."""
        return self.row_borders[bisect_right(self.ys, y) - 1]


def find_grids(rules: Sequence[Rectangle], frames: Sequence[Rectangle]) -> list[Grid]:
    """Return the grids of a page, of two rows and two columns at least; frames are rectangles that are drawn."""
    level, upright = list[_Rule](), list[_Rule]()
    for left, bottom, right, top in rules:
        if right - left > top - bottom:
            level.append(_Rule((bottom + top) / 2, left, right))
        else:
            upright.append(_Rule((left + right) / 2, bottom, top))
    for left, bottom, right, top in frames:
        level += [_Rule(bottom, left, right), _Rule(top, left, right)]
        upright += [_Rule(left, bottom, top), _Rule(right, bottom, top)]
    level, upright = _join(level), _join(upright)
    if len(level) < 2 or len(upright) < 2 or len(level) + len(upright) > _MOST_RULES:
        return []
    groups = _connect(level, upright)
    grids = (_grid(number, *group) for number, group in enumerate(groups, 1))
    return [grid for grid in grids if grid is not None]


def _join(rules: Sequence[_Rule]) -> list[_Rule]:
    """Return rules with those as one that are at one place and touch; each is in the middle of those near it."""
    clusters: list[list[_Rule]] = []
    for rule in sorted(rule for rule in rules if rule.end - rule.start > _SHORTEST):
        if clusters and rule.at - clusters[-1][0].at < _SNAP:
            clusters[-1].append(rule)
        else:
            clusters.append([rule])
    joined: list[_Rule] = []
    for group in clusters:
        at = (group[0].at + group[-1].at) / 2
        for rule in sorted(group, key=lambda rule: rule.start):
            last = joined[-1] if joined else None
            if last and last.at == at and rule.start - last.end < _SNAP:
                joined[-1] = last._replace(end=max(last.end, rule.end))
            else:
                joined.append(rule._replace(at=at))
    return joined


def _connect(level: Sequence[_Rule], upright: Sequence[_Rule]) -> list[tuple[list[_Rule], list[_Rule]]]:
    """Return the rules that cross or touch each other, in groups: those that are level, and the upright."""
    groups: list[tuple[list[_Rule], list[_Rule]]] = []
    for rule in upright:
        crossed = [other for other in level if _meet(rule, other)]
        if not crossed:
            continue
        merged_level, merged_upright = list(crossed), [rule]
        for group in [group for group in groups if not set(group[0]).isdisjoint(crossed)]:
            groups.remove(group)
            merged_level, merged_upright = [*{*merged_level, *group[0]}], [*merged_upright, *group[1]]
        groups.append((merged_level, merged_upright))
    return groups


def _meet(rule: _Rule, other: _Rule) -> bool:
    is_within = rule.start - _SNAP <= other.at <= rule.end + _SNAP
    return is_within and other.start - _SNAP <= rule.at <= other.end + _SNAP


def _grid(number: int, level: Sequence[_Rule], upright: Sequence[_Rule]) -> Grid | None:
    """Return the grid of rules that touch; None if it has a single row or column, or a cell that is no rectangle."""
    xs, ys = _edges(upright, level), _edges(level, upright)
    columns, rows = len(xs) - 1, len(ys) - 1
    if columns < _FEWEST or rows < _FEWEST or columns * rows > _MOST_SQUARES:
        return None
    cells: dict[_Square, Cell] = {}
    for squares in _areas(xs, ys, level, upright):
        (left, right), (low, high) = ((min(side), max(side) + 1) for side in zip(*squares, strict=True))
        if (right - left) * (high - low) != len(squares):
            return None
        cell = Cell(number, rows - high, left, False, high - low, right - left, is_drawn=True)
        cells.update(dict.fromkeys(squares, cell))
    borders = [
        [x for n, x in enumerate(xs) if cells.get((n - 1, row)) is not cells.get((n, row))] for row in range(rows)
    ]
    return Grid(xs, ys, cells, borders)


def _areas(
    xs: Sequence[float], ys: Sequence[float], level: Sequence[_Rule], upright: Sequence[_Rule]
) -> Iterable[list[_Square]]:
    """Return the squares of a grid, by column and row, in groups between which rules stand."""
    parents = {square: square for square in product(range(len(xs) - 1), range(len(ys) - 1))}

    def root(square: _Square) -> _Square:
        while parents[square] != square:
            square = parents[square]
        return square

    for column, row in parents:
        if column and not _covers(upright, xs[column], ys[row], ys[row + 1]):
            parents[root((column, row))] = root((column - 1, row))
        if row and not _covers(level, ys[row], xs[column], xs[column + 1]):
            parents[root((column, row))] = root((column, row - 1))
    areas: dict[_Square, list[_Square]] = {}
    for square in parents:
        areas.setdefault(root(square), []).append(square)
    return areas.values()


def _edges(rules: Sequence[_Rule], crossing: Sequence[_Rule]) -> list[float]:
    """Return where rules are, and the ends of those that cross them, where no rule is."""
    edges = sorted({rule.at for rule in rules})
    first, last = min(rule.start for rule in crossing), max(rule.end for rule in crossing)
    return [*([first] if first < edges[0] - _SNAP else []), *edges, *([last] if last > edges[-1] + _SNAP else [])]


def _covers(rules: Sequence[_Rule], at: float, start: float, end: float) -> bool:
    covered = sum(max(0.0, min(rule.end, end) - max(rule.start, start)) for rule in rules if rule.at == at)
    return covered >= _COVERED * (end - start)


def split_at_rules(words: Sequence[Word], letters: Letters, grids: Sequence[Grid]) -> Iterator[list[Word]]:
    """Yield the words of a line that stand in one cell, or outside of one, each the numbers of its letters.

    Rules also part words without a space between them; what is written across the edge of its cell stays in it.
    """
    borders = _borders(words[0][0], letters, grids) if grids else []
    if not borders:
        yield list(words)
        return
    lefts, rights, run = letters.lefts, letters.rights, list[Word]()
    column = bisect_right(borders, (lefts[words[0][0]] + rights[words[0][0]]) / 2)
    for first, end in (parted for word in words for parted in _separate(word, letters, borders)):
        following = bisect_right(borders, (lefts[first] + rights[first]) / 2)
        if run and following != column and _is_between(rights[run[-1][1] - 1], lefts[first], borders):
            yield run
            run, column = [], following
        run.append((first, end))
    yield run


def cell_at(number: int, letters: Letters, grids: Sequence[Grid]) -> Cell | None:
    """Return the cell in which a letter stands."""
    x = (letters.lefts[number] + letters.rights[number]) / 2
    y = (letters.bottoms[number] + letters.tops[number]) / 2
    return next((cell for grid in grids if (cell := grid.cell(x, y))), None)


def _borders(number: int, letters: Letters, grids: Sequence[Grid]) -> list[float]:
    """Return where cells begin and end at the height of a letter."""
    y = (letters.bottoms[number] + letters.tops[number]) / 2
    return sorted(x for grid in grids if grid.ys[0] <= y < grid.ys[-1] for x in grid.borders(y))


def _separate(word: Word, letters: Letters, borders: Sequence[float]) -> Iterator[Word]:
    """Yield the parts of a word between which a rule stands in a gap."""
    start, end = word
    lefts, rights = letters.lefts, letters.rights
    if bisect_right(borders, lefts[start] + _OVER) != bisect_right(borders, rights[end - 1] - _OVER):
        for n in range(start + 1, end):
            if lefts[n] - rights[n - 1] > _LEAST_GAP and _is_between(rights[n - 1], lefts[n], borders):
                yield start, n
                start = n
    yield start, end


def _is_between(right: float, left: float, borders: Sequence[float]) -> bool:
    """Return whether a border stands between the right edge of a letter and the left edge of a later one."""
    return bisect_left(borders, right - _OVER) < bisect_right(borders, left + _OVER)
