"""The text of a paragraph of OpenDocument as it is shown: without what is hidden, with raised digits and formulas."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from index.readers.content.formulas import linear_formula
from index.readers.content.runs import GAP, join_runs
from index.readers.content.symbols import readable_symbols, to_superscript
from index.readers.metadata import whole_number
from index.readers.office.writer.styles import OFFICE, STYLE, TEXT, Styles

DRAWING = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_MATH = "{http://www.w3.org/1998/Math/MathML}math"
XLINK = "{http://www.w3.org/1999/xlink}"
_FIELD = "{urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0}"
_BOX_FIELD = "vnd.oasis.opendocument.field.FORMCHECKBOX"
_RAISED_ROMAN = str.maketrans("ivxl", "ⁱᵛˣˡ")
_APART = tuple(f"{DRAWING}{name}" for name in ("text-box", "custom-shape", "rect", "ellipse"))  # their text is blocks
UNSEEN = (f"{TEXT}tracked-changes", f"{OFFICE}annotation", f"{OFFICE}forms")
_LEFT_OUT = frozenset(
    (
        *_APART,
        *UNSEEN,
        f"{_SVG}title",
        f"{_SVG}desc",
        *(f"{TEXT}{name}" for name in ("hidden-text", "number", "ruby-text")),
    )
)
_PAGE_NUMBERS = (f"{TEXT}page-number", f"{TEXT}page-count")
_AS_TEXT = {f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
_FIELD_MARKS = (f"{_FIELD}fieldmark", f"{_FIELD}fieldmark-start")
_MOST_SPACES = 1000


class _Span(NamedTuple):
    """How text is set."""

    position: str = "baseline"
    font: str | None = None
    is_hidden: bool = False
    is_struck: bool = False


class WriterText:
    """Reads paragraphs; ``formula`` returns the tree of an object by its address in the file, or None."""

    def __init__(
        self,
        styles: Styles,
        formula: Callable[[str], Any],
        *,
        keeps_struck: bool = False,
        controls: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Take the styles; what is struck through is left out unless it is to be kept.

        Args:
            controls: what each control of a form shows, by its id.
        """
        self._controls = controls
        self._styles = styles
        self._formula = formula
        self._keeps_struck = keeps_struck

    def text_of(self, paragraph: Any, *, with_page_numbers: bool = True) -> str:
        """Return the text of a paragraph or heading; "" if it is hidden."""
        if is_hidden(paragraph):
            return ""
        return join_runs(self._pieces(paragraph, with_page_numbers))

    def is_bold(self, paragraph: Any) -> bool:
        """Return whether all text of a paragraph is in bold."""
        by_style = bool(self._styles.is_bold(paragraph.get(f"{TEXT}style-name", "")))
        texts = [(paragraph, paragraph.text), *((child, child.text) for child in paragraph)]
        texts += [(paragraph, child.tail) for child in paragraph]
        marks = [
            self._styles.is_bold(element.get(f"{TEXT}style-name", ""))
            for element, text in texts
            if (text or "").strip()
        ]
        return bool(marks) and all(by_style if mark is None else mark for mark in marks)

    def _pieces(self, paragraph: Any, with_page_numbers: bool) -> Iterator[tuple[str, str]]:
        """Yield text with its position: "superscript", "subscript", "baseline"."""
        waiting: list[tuple[Any, _Span]] = [(paragraph, _Span())]
        while waiting:
            element, span = waiting.pop()
            if isinstance(element, str):
                if span.is_struck and not span.is_hidden and element.strip():
                    yield "baseline", GAP
                elif not span.is_hidden:
                    yield span.position, readable_symbols(element, span.font)
            elif isinstance(element.tag, str) and element.tag not in _LEFT_OUT:
                if element.tag in _PAGE_NUMBERS and not with_page_numbers:
                    continue
                span = self._span(element, span)
                text = self._text_of(element)
                if text is not None:
                    waiting.append((text, span))
                    continue
                waiting.extend((item, span) for child in reversed(element) for item in (child.tail or "", child))
                waiting.append((element.text or "", span))

    def _text_of(self, element: Any) -> str | None:
        """Return what an element writes; None if its content does."""
        if element.tag in _AS_TEXT:
            return _AS_TEXT[element.tag]
        if element.tag == f"{TEXT}s":
            return " " * min(whole_number(element.get(f"{TEXT}c"), 1), _MOST_SPACES)
        if element.tag == f"{TEXT}note":
            return note_mark(element)
        if element.tag == f"{DRAWING}control":
            return self._controls.get(element.get(f"{DRAWING}control", ""), "")
        if element.tag in _FIELD_MARKS and element.get(f"{_FIELD}type") == _BOX_FIELD:
            states = {param.get(f"{_FIELD}name"): param.get(f"{_FIELD}value") for param in element}
            return "☒" if states.get("Checkbox_Checked") == "true" else "☐"
        if element.tag == f"{DRAWING}object":
            root = next(element.iter(_MATH), None)
            root = self._formula(element.get(f"{XLINK}href", "")) if root is None else root
            return "" if root is None else linear_formula(root)
        return None

    def _span(self, element: Any, outer: _Span) -> _Span:
        name = element.get(f"{TEXT}style-name")
        if not name:
            return outer
        hidden = self._styles.text_property(name, f"{TEXT}display")
        struck = None if self._keeps_struck else self._styles.is_struck(name)
        return _Span(
            self._styles.position(name) or outer.position,
            self._styles.text_property(name, f"{STYLE}font-name") or outer.font,
            outer.is_hidden if hidden is None else hidden == "none",
            outer.is_struck if struck is None else struck,
        )


def note_mark(note: Any) -> str:
    """Return the raised number of a note, which is Roman for one at the end of the document."""
    mark = note.findtext(f"{TEXT}note-citation") or ""
    is_endnote = note.get(f"{TEXT}note-class") == "endnote"
    return mark.translate(_RAISED_ROMAN) if is_endnote and set(mark) <= set("ivxl") else to_superscript(mark)


def is_hidden(paragraph: Any) -> bool:
    """Return whether a paragraph is hidden as a whole."""
    return any(hidden.get(f"{TEXT}is-hidden") == "true" for hidden in paragraph.iter(f"{TEXT}hidden-paragraph"))
