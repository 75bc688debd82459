"""What slides hold besides text and tables: diagrams, charts, and shapes that are written for several programs."""

from collections.abc import Iterator
from typing import Any

from pptx.oxml.ns import qn

from index.readers.metadata import or_none
from index.readers.office.archive import parse_xml
from index.readers.office.sheets.number_formats import format_number, plain_number
from index.readers.office.slides.slide import SlideBlock
from index.readers.tables import format_table

_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"


def choose_alternatives(slide: Any) -> None:
    """Put the first alternative that holds something in the place of all of them, in the XML of a slide."""
    for alternatives in list(slide.iter(f"{_ALTERNATIVES}AlternateContent")):
        chosen = next((list(alternative) for alternative in alternatives if len(alternative)), [])
        parent = alternatives.getparent()
        position = parent.index(alternatives)
        parent.remove(alternatives)
        parent[position:position] = chosen


def drawing_blocks(shape: Any) -> list[SlideBlock]:
    """Return the texts of a diagram or a chart; none of what another program embedded."""
    read_texts = _chart if getattr(shape, "has_chart", False) else _diagram
    return or_none(lambda: list(read_texts(shape))) or []


def _diagram(shape: Any) -> Iterator[SlideBlock]:
    """Yield the texts of a diagram (SmartArt), whose part the shape names."""
    relation_ids = next(shape.element.iter(f"{_DIAGRAM}relIds"), None)
    if relation_ids is None:
        return
    data = parse_xml(shape.part.related_part(relation_ids.get(qn("r:dm"))).blob)
    for paragraph in data.iter(qn("a:p")):
        text = "".join(text.text or "" for text in paragraph.iter(qn("a:t")))
        if text.strip():
            yield SlideBlock(f"- {text}", "item")


def _chart(shape: Any) -> Iterator[SlideBlock]:
    """Yield the title of a chart, and a row of values for each of its categories."""
    chart = shape.chart
    if chart.has_title and chart.chart_title.has_text_frame:
        yield SlideBlock(chart.chart_title.text_frame.text, "caption")
    for plot in chart.plots:
        names, values = ["", *(series.name for series in plot.series)], [_values(series) for series in plot.series]
        categories = [" ".join(labels) for labels in plot.categories.flattened_labels]
        rows = [list(row) for row in zip(categories, *values, strict=False)]
        for text in format_table([names, *rows], header=1):
            yield SlideBlock(text, "row")


def _values(series: Any) -> list[str]:
    """Return the values of a series as its format writes them; empty where it has none."""
    code = next(
        (element.text or "" for element in series._element.iterfind(f".//{qn('c:val')}//{qn('c:formatCode')}")), ""
    )
    return ["" if value is None else _format_value(value, code) for value in series.values]


def _format_value(value: float, code: str) -> str:
    return format_number(value, code) if code not in ("", "General") else plain_number(value)
