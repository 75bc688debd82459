"""The values of form fields, and the notes typed on a page: they are drawn on it, but are none of its content."""

import ctypes
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from index.readers.layout.letters import Rectangle, Word
from index.readers.layout.lines import Line

_MAX_ANNOTATIONS = 2000  # of a page
_LONGEST = 20_000  # characters of one
_TICK = "✓"
_HIDDEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
_HIGHEST = 16.0  # points: a line in a large field
_LEAST = 1.0  # point: the smallest side of a field whose value can be seen
_SAME_LINE = 0.5  # distance of baselines on one line at most, in the size of the letters
_CHOICES = (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)
_VALUES = (pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX)


def annotated_words(page: Any, forms: Any, transform: Callable[[Rectangle], Rectangle]) -> list[Word]:
    """Return the words of fields and notes of a page.

    Args:
        forms: pdfium's form environment of the document; None without fields.
        transform: turns a rectangle of the page's own space into one as it is seen.
    """
    words: list[Word] = []
    for number in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), _MAX_ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, number)
        if annotation:
            try:
                text, box = _text(annotation, forms)[:_LONGEST], transform(_rectangle(annotation))
                if text.strip() and min(box.right - box.left, box.top - box.bottom) >= _LEAST:
                    words += _locate(text, box, len(words))
            finally:
                pdfium.FPDFPage_CloseAnnot(annotation)
    return words


def struck_by_notes(page: Any) -> list[Rectangle]:
    """Return a line through the middle of each text that a note strikes, in the page's own space."""
    struck: list[Rectangle] = []
    for number in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), _MAX_ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, number)
        if not annotation:
            continue
        try:
            is_strike = pdfium.FPDFAnnot_GetSubtype(annotation) == pdfium.FPDF_ANNOT_STRIKEOUT
            if is_strike and not pdfium.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
                struck += _struck(annotation)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
    return struck


def _struck(annotation: Any) -> Iterator[Rectangle]:
    corners = pdfium.FS_QUADPOINTSF()
    for number in range(min(pdfium.FPDFAnnot_CountAttachmentPoints(annotation), _MAX_ANNOTATIONS)):
        if pdfium.FPDFAnnot_GetAttachmentPoints(annotation, number, corners):
            xs = (corners.x1, corners.x2, corners.x3, corners.x4)
            middle = (corners.y1 + corners.y2 + corners.y3 + corners.y4) / 4
            yield Rectangle(min(xs), middle, max(xs), middle)


def _text(annotation: Any, forms: Any) -> str:
    if pdfium.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
        return ""
    kind = pdfium.FPDFAnnot_GetSubtype(annotation)
    if kind == pdfium.FPDF_ANNOT_FREETEXT:
        return _string(lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, size))
    if kind != pdfium.FPDF_ANNOT_WIDGET or forms is None:
        return ""
    field = pdfium.FPDFAnnot_GetFormFieldType(forms, annotation)
    if field in _CHOICES:
        return _TICK if pdfium.FPDFAnnot_IsChecked(forms, annotation) else ""
    if field in _VALUES:
        return _string(lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldValue(forms, annotation, buffer, size))
    return ""


def _string(read: Callable[[Any, int], int]) -> str:
    size = read(None, 0)
    if not 2 < size < 4 * _LONGEST:
        return ""
    buffer = ctypes.create_string_buffer(size)
    read(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")


def _rectangle(annotation: Any) -> Rectangle:
    corners = pdfium.FS_RECTF()
    pdfium.FPDFAnnot_GetRect(annotation, corners)
    bottom, top = sorted((corners.bottom, corners.top))
    return Rectangle(corners.left, bottom, corners.right, top)


def _locate(text: str, box: Rectangle, line: int) -> Iterator[Word]:
    """Yield the words of a field or note, each with its share of the box: it is not known where they are drawn."""
    rows = [row.split() for row in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    rows = [row for row in rows if row]
    height = min((box.top - box.bottom) / len(rows), _HIGHEST)
    start = box.top if len(rows) > 1 else (box.top + box.bottom + height) / 2
    for number, row in enumerate(rows):
        top = start - number * height
        step = (box.right - box.left) / max(len(" ".join(row)), (box.right - box.left) / height * 2)
        left = box.left
        for word in row:
            right = left + step * len(word)
            yield Word(word, Rectangle(left, top - height, right, top), line + number)
            left = right + step


def insert_annotations(lines: Sequence[Line]) -> list[Line]:
    """Put each value and note after what is left of it, else before what is right of it, or after what is above."""
    printed = [line for line in lines if not line.added]
    for added in (line for line in lines if line.added):
        left_lines = [line for line in printed if _is_left_of(line, added)]
        higher_lines = [line for line in printed if line.bottom > added.bottom and not line.turned]
        if left_lines:
            anchor = max(left_lines, key=lambda line: line.right)
        elif right := [line for line in printed if _is_left_of(added, line)]:
            printed.insert(printed.index(min(right, key=lambda line: line.left)), added)
            continue
        elif higher_lines:
            anchor = min(higher_lines, key=lambda line: (line.bottom - added.bottom, abs(line.left - added.left)))
        else:
            printed.insert(0, added)
            continue
        position = printed.index(anchor) + 1
        while position < len(printed) and printed[position].added and _is_above(printed[position], added):
            position += 1
        printed.insert(position, added)
    return printed


def _is_above(line: Line, added: Line) -> bool:
    return line.bottom - added.bottom > _SAME_LINE * max(line.size, added.size)


def _is_left_of(line: Line, added: Line) -> bool:
    size = max(line.size, added.size)
    return (
        not (line.turned or added.turned)
        and abs(line.bottom - added.bottom) < _SAME_LINE * size
        and line.right < added.left + size
    )
