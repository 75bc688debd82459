"""Charts of OpenDocument as rows: the values that the file keeps beside the drawing, in a table."""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from index.readers.metadata import whole_number
from index.readers.office.writer.styles import TEXT
from index.readers.tables import format_table

_CHARTS = "{urn:oasis:names:tc:opendocument:xmlns:chart:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
CHART = f"{_CHARTS}chart"
_MOST_CELLS = 1000  # that one stands for


class ChartBlock(NamedTuple):
    """A block of a chart, as ``TextBuilder.add`` takes it."""

    text: str
    role: Literal["caption", "row"]


def chart_blocks(root: Any) -> Iterator[ChartBlock]:
    """Yield the title of a chart, and a row for each of its categories; nothing for another object."""
    chart = next(root.iter(CHART), None)
    if chart is None:
        return
    title = chart.find(f"{_CHARTS}title")
    if title is not None:
        yield ChartBlock(_text(title), "caption")
    rows = [[_text(cell) for cell in _cells(row)] for row in chart.iter(f"{_TABLE}table-row")]
    filled = [row for row in rows if any(row[1:])]
    if len(filled) > 1:
        yield from (ChartBlock(text, "row") for text in format_table(filled, header=1))


def _cells(row: Any) -> Iterator[Any]:
    for cell in row.iterchildren(f"{_TABLE}table-cell"):
        yield from [cell] * min(whole_number(cell.get(f"{_TABLE}number-columns-repeated"), 1), _MOST_CELLS)


def _text(element: Any) -> str:
    return " ".join("".join(paragraph.itertext()) for paragraph in element.iter(f"{TEXT}p")).replace("NaN", "")
