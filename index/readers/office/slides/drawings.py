"""What slides hold besides text and tables: diagrams, charts, and shapes that are written for several programs."""

from collections.abc import Iterator
from typing import Any

from pptx.oxml.ns import qn

from index.readers.metadata import or_none
from index.readers.office.archive import parse_xml
from index.readers.office.slides.charts import chart_blocks
from index.readers.office.slides.slide import SlideBlock

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
    return (SlideBlock(*block) for block in chart_blocks(shape.chart._chartSpace))
