"""Charts of Office as rows: the value of each series for each category, as the file keeps them beside the drawing."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any, Literal, NamedTuple

from index.readers.metadata import whole_number
from index.readers.office.sheets.number_formats import format_number, plain_number
from index.readers.tables import format_table

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MOST_POINTS = 10_000
_CATEGORIES, _VALUES = ("cat", "xVal"), ("val", "yVal")


class ChartBlock(NamedTuple):
    """A block of a chart, as ``TextBuilder.add`` takes it."""

    text: str
    role: Literal["caption", "row"]


def chart_blocks(chart_space: Any) -> Iterator[ChartBlock]:
    """Yield the title of a chart, and a row for each of its categories."""
    title = chart_space.find(f"{CHART}chart/{CHART}title")
    if title is not None:
        yield ChartBlock(_text(title), "caption")
    for plot in chart_space.iterfind(f"{CHART}chart/{CHART}plotArea/*"):
        all_series = plot.findall(f"{CHART}ser")
        if all_series:
            categories = next(filter(None, (_points(series, _CATEGORIES) for series in all_series)), [])
            columns = [_points(series, _VALUES) for series in all_series]
            rows = [list(row) for row in zip_longest(categories, *columns, fillvalue="") if any(row[1:])]
            names = ["", *map(_name, all_series)]
            yield from (ChartBlock(text, "row") for text in format_table([names, *rows], header=1))


def _text(element: Any) -> str:
    paragraphs = element.iter(f"{_DRAWING}p")
    return " ".join("".join(text.text or "" for text in paragraph.iter(f"{_DRAWING}t")) for paragraph in paragraphs)


def _name(series: Any) -> str:
    values = series.iterfind(f"{CHART}tx//{CHART}v")
    return next((value.text or "" for value in values), "")


def _points(series: Any, tags: tuple[str, str]) -> list[str]:
    """Return the values or categories of a series as their format writes them; empty where it has none."""
    element = next((child for tag in tags if (child := series.find(CHART + tag)) is not None), None)
    if element is None:
        return []
    levels = list(element.iter(f"{CHART}lvl"))
    if not levels:
        return _level(element, whole_number(_attribute(element, "ptCount"), 0))
    count = max(whole_number(_attribute(element, "ptCount"), 0), 1)
    outer_first = [_carried(_level(level, count)) for level in reversed(levels[1:])] + [_level(levels[0], count)]
    return [" ".join(filter(None, labels)) for labels in zip(*outer_first, strict=True)]


def _level(element: Any, count: int) -> list[str]:
    code = next((code.text or "" for code in element.iter(f"{CHART}formatCode")), "")
    texts = {
        whole_number(point.get("idx"), _MOST_POINTS): (point.findtext(f"{CHART}v") or "", point.get("formatCode", code))
        for point in element.iter(f"{CHART}pt")
    }
    size = min(max(count, max(texts, default=-1) + 1), _MOST_POINTS)
    is_number = element.find(f".//{CHART}numCache") is not None or element.find(f".//{CHART}numLit") is not None
    shown = {number: _format(*pair) if is_number else pair[0] for number, pair in texts.items()}
    return [shown.get(number, "") for number in range(size)]


def _carried(labels: list[str]) -> list[str]:
    """Repeat each label up to the next."""
    carried: list[str] = []
    for label in labels:
        carried.append(label or (carried[-1] if carried else ""))
    return carried


def _attribute(element: Any, tag: str) -> str | None:
    child = next(element.iter(CHART + tag), None)
    return None if child is None else child.get("val")


def _format(text: str, code: str) -> str:
    try:
        value = float(text)
    except ValueError:
        return text
    return format_number(value, code) if code not in ("", "General") else plain_number(value)
