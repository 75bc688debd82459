"""Presentations of PowerPoint (.pptx, .pptm): each slide is a page, with its title, frames, tables and notes."""

import io
import math
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from zipfile import BadZipFile

from lxml import etree  # type: ignore[import-untyped]
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PythonPptxError
from pptx.oxml.ns import qn

from index.errors import UnreadableFile
from index.progress import ReadWarning
from index.readers.content.cell_tables import cell_table
from index.readers.content.cells import Cell
from index.readers.content.formulas import linear_formula
from index.readers.content.runs import GAP, join_runs
from index.readers.content.symbols import in_letters, in_roman
from index.readers.metadata import DAMAGED, Properties, whole_number
from index.readers.office.archive import open_zip
from index.readers.office.ooxml import normalised_package
from index.readers.office.package import Package
from index.readers.office.slides.drawings import choose_alternatives, drawing_blocks
from index.readers.office.slides.slide import Box, Frame, Slide, SlideBlock, add_slide, in_reading_order
from index.readers.parsed import ParsedFile, read_unstruck
from index.readers.text_builder import TextBuilder

_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE)
_LISTS = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY, PP_PLACEHOLDER.VERTICAL_OBJECT)
_FURNITURE = (PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.SLIDE_IMAGE)
_FORMULA = "{http://schemas.microsoft.com/office/drawing/2010/main}m"
_TRUE = ("1", "true")
_NO_STRIKE = "noStrike"
_NUMBERS = {"alpha": in_letters, "roman": in_roman}
_DEEPEST = 50  # groups in groups
_ERRORS = (PythonPptxError, BadZipFile, zlib.error, OSError, *DAMAGED, etree.XMLSyntaxError)


def read_pptx(data: bytes) -> ParsedFile:
    """Read a presentation.

    Raises:
        UnreadableFile: it is damaged, locked, unpacks to too much, or is no presentation.
    """
    data = normalised_package(data)
    stated = Package(open_zip(data)).properties
    return read_unstruck(lambda keeps_struck: _parse(data, stated, keeps_struck=keeps_struck))


def _parse(data: bytes, stated: Properties, *, keeps_struck: bool) -> ParsedFile:
    """Read the slides of a package.

    Raises:
        UnreadableFile: it is damaged, or no presentation.
    """
    blocks, warnings = TextBuilder(), list[ReadWarning]()
    footers: set[str] = set()
    damaged = UnreadableFile("it is damaged, or not a presentation")
    try:
        presentation = Presentation(io.BytesIO(data))
        area = Box(0, 0, presentation.slide_width or math.inf, presentation.slide_height or math.inf)
        for number, slide in enumerate(presentation.slides, 1):
            if keeps_struck:
                _remove_strikes(slide.element)
            parsed_slide = _slide_or_none(slide, footers, area)
            if parsed_slide is None:
                warnings.append(ReadWarning.from_error(damaged, page=number))
            add_slide(blocks, parsed_slide or Slide((), is_hidden=True))
    except _ERRORS as error:
        raise damaged from error
    parsed = blocks.build(stated.title, file_date=stated.saved)
    if warnings and not parsed.text.strip():
        raise damaged
    return replace(parsed, warnings=tuple(warnings))


def _remove_strikes(slide: Any) -> None:
    for properties in slide.iter(qn("a:rPr")):
        properties.attrib.pop("strike", None)


def _slide_or_none(slide: Any, footers: set[str], area: Box) -> Slide | None:
    """Return the visible content of a slide; None if it is damaged. Other slides are still read."""
    try:
        return _slide(slide, footers, area)
    except _ERRORS:
        return None


def _slide(slide: Any, footers: set[str], area: Box) -> Slide:
    if slide.element.get("show") in ("0", "false"):
        return Slide((), is_hidden=True)
    choose_alternatives(slide.element)
    shapes = [shape for shape in slide.shapes if not _is_outside(shape, area)]
    frames = [frame for shape in shapes for frame in _frames(shape, footers) if frame.blocks]
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    return Slide(frames, [SlideBlock(_paragraph_text(paragraph)) for paragraph in notes.paragraphs] if notes else ())


def _frames(shape: Any, footers: set[str], depth: int = 0) -> Iterator[Frame]:
    """Yield the frames of text in a shape, or in the shapes of a group; what each footer says is yielded once."""
    if shape.element.tag == qn("p:grpSp"):
        shapes = shape.shapes if depth < _DEEPEST else ()
        inner = [frame for shape in shapes for frame in _frames(shape, footers, depth + 1) if frame.blocks]
        yield Frame([block for frame in in_reading_order(inner) for block in frame.blocks], _box(shape))
        return
    placeholder = shape.placeholder_format.type if shape.is_placeholder else None
    if _is_unseen(shape) or placeholder in _FURNITURE:
        return
    blocks = list(_blocks(shape, is_list=placeholder in _LISTS))
    if placeholder in (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.HEADER):
        blocks = [block for block in blocks if block.text not in footers]
        footers.update(block.text for block in blocks)
    yield Frame(blocks, _box(shape), placeholder in _TITLES)


def _is_outside(shape: Any, area: Box) -> bool:
    """Return whether a shape does not reach into the area of its slide; titles there are those of an outline."""
    box = _box(shape)
    if box is None or (shape.is_placeholder and shape.placeholder_format.type in _TITLES):
        return False
    # Turned about its middle, a shape reaches at most as far as its sides are long.
    margin = box.right - box.left + box.bottom - box.top if getattr(shape, "rotation", 0) else 0
    is_beside = box.right + margin < area.left or box.left - margin > area.right
    return is_beside or box.bottom + margin < area.top or box.top - margin > area.bottom


def _is_unseen(shape: Any) -> bool:
    return any(element.get("hidden") in _TRUE for element in shape.element.iter(qn("p:cNvPr")))


def _box(shape: Any) -> Box | None:
    left, top, width, height = shape.left, shape.top, shape.width, shape.height
    if None in (left, top, width, height):
        return None
    return Box(left, top, left + width, top + height)


def _blocks(shape: Any, *, is_list: bool) -> Iterator[SlideBlock]:
    if shape.has_text_frame:
        yield from _paragraphs(shape.text_frame.paragraphs, is_list=is_list)
    elif getattr(shape, "has_table", False):
        yield from _rows(shape.table)
    elif shape.element.tag == qn("p:graphicFrame"):
        yield from drawing_blocks(shape)


def _paragraphs(paragraphs: Any, *, is_list: bool) -> Iterator[SlideBlock]:
    """Yield paragraphs; those of a list have a bullet or the number that is shown."""
    filled = [(paragraph, text) for paragraph in paragraphs if (text := _paragraph_text(paragraph)).strip()]
    numbers: list[tuple[str, int]] = []  # of the last item at each level, with what it is numbered by
    for paragraph, text in filled:
        properties = paragraph._p.pPr
        level = paragraph.level + 1
        bullet = None if properties is None else properties.find(qn("a:buChar"))
        numbered = None if properties is None else properties.find(qn("a:buAutoNum"))
        is_bare = properties is not None and properties.find(qn("a:buNone")) is not None
        del numbers[level if numbered is not None else level - 1 :]
        if numbered is not None:
            numbers += [("", 0)] * (level - len(numbers))
            scheme = f"{numbered.get('type')} {numbered.get('startAt')}"
            count = numbers[-1][1] + 1 if numbers[-1][0] == scheme else 1
            numbers[-1] = scheme, count
            yield SlideBlock(f"{_number(numbered, count)} {text.lstrip()}", "item", level)
        elif bullet is not None or (is_list and not is_bare and len(filled) > 1):
            yield SlideBlock(f"- {text.lstrip()}", "item", level)
        else:
            yield SlideBlock(text)


def _number(numbered: Any, count: int) -> str:
    """Return the number of an item as it is shown, by its scheme: «arabicPeriod», «alphaLcParenBoth»."""
    scheme = numbered.get("type", "arabicPeriod")
    write = next((write for kind, write in _NUMBERS.items() if scheme.startswith(kind)), str)
    shown = write(count + whole_number(numbered.get("startAt"), 1) - 1)
    shown = shown.upper() if "Uc" in scheme else shown
    if scheme.endswith("Plain"):
        return shown
    return f"({shown})" if scheme.endswith("ParenBoth") else f"{shown})" if "Paren" in scheme else f"{shown}."


def _paragraph_text(paragraph: Any) -> str:
    """Return the text of a paragraph; raised and lowered figures are written as such, and lines end where they end."""
    pieces: list[tuple[str, str]] = []
    for run in paragraph._p:
        if run.tag == qn("a:br"):
            pieces.append(("baseline", "\n"))
        elif run.tag in (qn("a:r"), qn("a:fld")):
            text = "".join(child.text or "" for child in run if child.tag == qn("a:t"))
            properties = run.find(qn("a:rPr"))
            shift = 0.0 if properties is None else _percent(properties.get("baseline"))
            is_struck = properties is not None and properties.get("strike", _NO_STRIKE) != _NO_STRIKE
            position = "superscript" if shift > 0 else "subscript" if shift < 0 else "baseline"
            pieces.append(("baseline", GAP) if is_struck and text.strip() else (position, text))
        elif run.tag == _FORMULA:
            pieces.append(("baseline", linear_formula(run)))
    return join_runs(pieces).replace("\v", "\n")


def _percent(text: str | None) -> float:
    try:
        return float((text or "0").rstrip("%"))
    except ValueError:
        return 0.0


def _rows(table: Any) -> Iterator[SlideBlock]:
    """Yield the rows of a table; the value of merged cells stands in each of their rows."""
    rows = [[_cell(cell) for cell in row.cells if cell._tc.get("hMerge") not in _TRUE] for row in table.rows]
    if table.first_row and rows:
        rows[0] = [cell._replace(is_styled=True) for cell in rows[0]]
    yield from (SlideBlock(*block) for block in cell_table(rows))


def _cell(cell: Any) -> Cell:
    text = "\n".join(_paragraph_text(paragraph) for paragraph in cell.text_frame.paragraphs)
    runs = [run for run in cell._tc.iter(qn("a:r")) if (run.findtext(qn("a:t")) or "").strip()]
    is_bold = bool(runs) and all(_is_bold(run.find(qn("a:rPr"))) for run in runs)
    is_filled = cell._tc.find(f"{qn('a:tcPr')}/{qn('a:solidFill')}") is not None
    continues = cell._tc.get("vMerge") in _TRUE
    return Cell(text, cell.span_width, continues=continues, is_bold=is_bold, is_filled=is_filled)


def _is_bold(properties: Any) -> bool:
    return properties is not None and properties.get("b") in _TRUE
