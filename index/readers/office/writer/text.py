"""The text of a paragraph of OpenDocument as it is shown: without what is hidden, with raised digits and formulas."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from index.readers.content.formulas import linear_formula
from index.readers.content.runs import GAP, join_runs
from index.readers.content.symbols import readable_symbols, to_superscript
from index.readers.metadata import whole_number
from index.readers.office.writer.styles import OFFICE, STYLE, TEXT, Styles

_DRAWING = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_MATH = "{http://www.w3.org/1998/Math/MathML}math"
_HREF = "{http://www.w3.org/1999/xlink}href"
_APART = tuple(f"{_DRAWING}{name}" for name in ("text-box", "custom-shape", "rect", "ellipse"))  # their text is blocks
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
_MOST_SPACES = 1000


class _Span(NamedTuple):
    """How text is set."""

    position: str = "baseline"
    font: str | None = None
    is_hidden: bool = False
    is_struck: bool = False


class WriterText:
    """Reads paragraphs; ``formula`` returns the tree of an object by its address in the file, or None."""

    def __init__(self, styles: Styles, formula: Callable[[str], Any], *, keeps_struck: bool = False) -> None:
        """Take the styles; what is struck through is left out unless it is to be kept."""
        self._styles = styles
        self._formula = formula
        self._keeps_struck = keeps_struck

    def text_of(self, paragraph: Any, *, with_page_numbers: bool = True) -> str:
        """Return the text of a paragraph or heading; "" if it is hidden."""
        if is_hidden(paragraph):
            return ""
        return join_runs(self._pieces(paragraph, with_page_numbers))

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
            return to_superscript("".join(element.findtext(f"{TEXT}note-citation") or ""))
        if element.tag == f"{_DRAWING}object":
            root = next(element.iter(_MATH), None)
            root = self._formula(element.get(_HREF, "")) if root is None else root
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


def is_hidden(paragraph: Any) -> bool:
    """Return whether a paragraph is hidden as a whole."""
    return any(hidden.get(f"{TEXT}is-hidden") == "true" for hidden in paragraph.iter(f"{TEXT}hidden-paragraph"))
