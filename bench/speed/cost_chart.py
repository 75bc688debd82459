"""Plot the cost of an index against its size: one panel for each cost, both axes logarithmic."""

from collections.abc import Mapping, Sequence
from math import log10
from typing import Any

_PANELS = {
    "first build, minutes": lambda row: {"": row["build_s"] / 60},
    "one file changed, seconds": lambda row: {"": row["one_file_changed_s"]},
    "on disk, GiB": lambda row: {"": row["disk_GiB"]},
    "a question, milliseconds": lambda row: row["ask_ms"],
}
_WIDTH, _HEIGHT, _LEFT, _TOP = 250, 190, 56, 34
_COLOURS = ("#1f5fa8", "#b3261e")


def svg(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the chart; each row is what ``bench.speed.scale`` prints for one size, smallest first."""
    passages = [row["passages"] for row in rows]
    panels = [
        _panel(number, title, passages, list(map(values, rows)))
        for number, (title, values) in enumerate(_PANELS.items())
    ]
    width, height = 2 * (_WIDTH + _LEFT) + 36, 2 * (_HEIGHT + _TOP + 34)
    box = f'viewBox="0 0 {width} {height}" font-size="12" font-family="sans-serif"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {box}>\n'
        f'<rect width="100%" height="100%" fill="white"/>\n{"".join(panels)}</svg>\n'
    )


def _panel(number: int, title: str, passages: Sequence[int], values: Sequence[Mapping[str, float]]) -> str:
    left, top = _LEFT + number % 2 * (_WIDTH + _LEFT), _TOP + number // 2 * (_HEIGHT + _TOP + 34)
    across = _Scale(passages, left, left + _WIDTH)
    up = _Scale([value for row in values for value in row.values()], top + _HEIGHT, top)
    lines = [_line(across, up, passages, [row[name] for row in values], name, i) for i, name in enumerate(values[0])]
    ticks = [_across(across, power, top) for power in across.powers] + [_up(up, power, left) for power in up.powers]
    return f'<text x="{left}" y="{top - 12}" font-weight="bold">{title}</text>\n{"".join(ticks)}{"".join(lines)}'


class _Scale:
    """A logarithmic axis between two powers of ten; a value may lie slightly beyond."""

    def __init__(self, values: Sequence[float], low: float, high: float) -> None:
        first, last = int(log10(min(values)) // 1), -int((0.05 - log10(max(values))) // 1)
        self.powers = range(first, max(last, first + 1) + 1)
        self._low, self._high = low, high

    def at(self, value: float) -> float:
        share = (log10(value) - self.powers[0]) / (self.powers[-1] - self.powers[0])
        return self._low + share * (self._high - self._low)


def _line(across: _Scale, up: _Scale, xs: Sequence[float], ys: Sequence[float], name: str, number: int) -> str:
    points = [(across.at(x), up.at(y)) for x, y in zip(xs, ys, strict=True)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{_COLOURS[number]}"/>' for x, y in points)
    end_x, end_y = points[-1]
    label_y = end_y - 8 if number else end_y + 18  # the first line is the lower one
    label = f'<text x="{end_x - 8:.1f}" y="{label_y:.1f}" text-anchor="end" fill="{_COLOURS[number]}">{name}</text>'
    return f'<polyline points="{path}" fill="none" stroke="{_COLOURS[number]}" stroke-width="2"/>{dots}{label}\n'


def _across(scale: _Scale, power: int, top: float) -> str:
    x = scale.at(10**power)
    return (
        f'<path d="M{x:.1f} {top}V{top + _HEIGHT}" stroke="#ddd"/>'
        f'<text x="{x:.1f}" y="{top + _HEIGHT + 16}" text-anchor="middle">{10**power:,}</text>\n'
    )


def _up(scale: _Scale, power: int, left: float) -> str:
    y = scale.at(10**power)
    return (
        f'<path d="M{left} {y:.1f}H{left + _WIDTH}" stroke="#ddd"/>'
        f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{10**power:g}</text>\n'
    )
