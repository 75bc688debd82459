"""What stands on a sheet of an .xlsx besides its cells: texts of boxes, titles of charts and of their axes."""

from collections.abc import Iterator
from typing import Any

from index.errors import UnreadableFile
from index.readers.content.symbols import to_subscript, to_superscript
from index.readers.metadata import whole_number
from index.readers.office.package import Package

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PARAGRAPH, _RUNS = f"{_DRAWING}p", (f"{_DRAWING}r", f"{_DRAWING}fld")
_BREAK, _TEXT, _SHIFT = f"{_DRAWING}br", f"{_DRAWING}t", f"{_DRAWING}rPr"
_TRUE = ("1", "true")


def drawn_texts(package: Package, sheet: str) -> list[str]:
    """Return the texts of the drawings of a sheet, given by its part, from top to bottom."""
    texts: list[str] = []
    for relation in package.relations(sheet):
        if relation.kind == "drawing" and package.holds(relation.part):
            try:
                anchors = sorted(package.tree(relation.part).iterchildren("{*}*"), key=_position)
            except UnreadableFile:  # a damaged drawing costs no cells
                continue
            texts += (
                text for anchor in anchors for text in _read_anchored(package, relation.part, anchor) if text.strip()
            )
    return texts


def _position(anchor: Any) -> tuple[int, ...]:
    """Return the row and column in which a drawing begins."""
    return tuple(whole_number(anchor.findtext(f"{{*}}from/{{*}}{axis}"), 0) for axis in ("row", "col"))


def _read_anchored(package: Package, drawing: str, anchor: Any) -> Iterator[str]:
    """Yield the texts of the shapes and charts that a place of the sheet holds, but hidden ones."""
    unseen = {name.getparent().getparent() for name in anchor.iter("{*}cNvPr") if name.get("hidden") in _TRUE}
    unseen.update(anchor.iter(_FALLBACK))  # the same for older programs
    for element in anchor.iter("{*}txBody", "{*}chart"):
        if not unseen.isdisjoint(element.iterancestors()):
            continue
        if _RELATION in element.attrib:
            yield from _titles(package, drawing, element.get(_RELATION))
        else:
            yield from map(_paragraph_text, element.iter(_PARAGRAPH))


def _titles(package: Package, drawing: str, relation_id: str) -> Iterator[str]:
    """Yield the title of a chart, then those of its axes."""
    path = next((relation.part for relation in package.relations(drawing) if relation.id == relation_id), "")
    try:
        chart = package.tree(path) if package.holds(path) else None
    except UnreadableFile:
        return
    for title in chart.iter("{*}title") if chart is not None else ():
        removed = title.getparent().find("{*}delete")  # of an axis that is not shown
        if removed is None or removed.get("val", "1") not in _TRUE:
            paragraphs = [_paragraph_text(paragraph) for paragraph in title.iter(_PARAGRAPH)]
            yield " ".join(paragraphs) or " ".join(value.text or "" for value in title.iter("{*}v"))


def _paragraph_text(paragraph: Any) -> str:
    """Return the text of a paragraph, with raised and lowered figures as such."""
    pieces = []
    for run in paragraph.iterchildren(_BREAK, *_RUNS):
        text = "\n" if run.tag == _BREAK else run.findtext(_TEXT) or ""
        properties = run.find(_SHIFT)
        shift = "" if properties is None else properties.get("baseline", "")
        is_level = shift.strip("-0%") == ""
        pieces.append(text if is_level else to_subscript(text) if shift.startswith("-") else to_superscript(text))
    return "".join(pieces)
