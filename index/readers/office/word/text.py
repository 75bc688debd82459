"""The text of a paragraph of Word as printed: without what is deleted or hidden, with raised digits and formulas."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from index.readers.content.formulas import OFFICE_MATH, linear_formula
from index.readers.content.runs import GAP, join_runs
from index.readers.content.symbols import in_roman, readable_symbols, symbol
from index.readers.metadata import whole_number
from index.readers.office.word.styles import Styles, is_on, qn, value

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # the same again
UNSEEN = (qn("w:del"), qn("w:moveFrom"), _FALLBACK)
_LEFT_OUT = frozenset((*UNSEEN, *map(qn, ("w:txbxContent", "w:rt", "w:pPr", "w:rPr"))))  # a box has its own paragraphs
_AS_TEXT = {qn("w:tab"): "\t", qn("w:ptab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_RUN, _TEXT, _SYMBOL = qn("w:r"), qn("w:t"), qn("w:sym")
_FIELD, _SIMPLE_FIELD, _INSTRUCTION = qn("w:fldChar"), qn("w:fldSimple"), qn("w:instrText")
_CALLS = {qn("w:footnoteReference"): "footnotes", qn("w:endnoteReference"): "endnotes"}
_MARKS = (qn("w:footnoteRef"), qn("w:endnoteRef"))
_FORMULAS = (f"{OFFICE_MATH}oMathPara", f"{OFFICE_MATH}oMath")
_WRITTEN = frozenset((_TEXT, _SYMBOL, _FIELD, *_AS_TEXT, *_CALLS, *_MARKS, *_FORMULAS))
_PAGE_FIELDS = ("PAGE", "NUMPAGES", "SECTIONPAGES")
_ON = ("", "1", "true", "on")
_WHITE = "FFFFFF"
_ANCHOR = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}anchor"
_SHADING, _GROUNDS = qn("w:shd"), (qn("w:tc"), qn("w:txbxContent"))
_RAISED_ROMAN = str.maketrans("ivxl", "ⁱᵛˣˡ")


class _Run(NamedTuple):
    """How a run of text is set."""

    position: str = "baseline"
    font: str | None = None
    is_struck: bool = False


class WordText:
    """Reads paragraphs, and numbers the notes that they call."""

    def __init__(self, styles: Styles, *, keeps_struck: bool = False, hides_white: bool = False) -> None:
        """Take the styles; what is struck through is left out unless it is to be kept.

        Args:
            hides_white: white text without shading is left out, too.
        """
        self._hides_white = hides_white
        self.marks: dict[tuple[str, str], str] = {}  # of each note that was called, by the kind of its part and its id
        self._styles = styles
        self._keeps_struck = keeps_struck

    def text_of(self, paragraph: Any, mark: str = "", *, with_page_numbers: bool = True) -> str:
        """Return the text of a paragraph; ``mark`` is that of the note which it is part of."""
        return join_runs(self._pieces(paragraph, mark, with_page_numbers))

    def is_bold(self, run: Any) -> bool:
        """Return whether a run is in bold, by its own properties or else by its styles."""
        properties = run.find(qn("w:rPr"))
        explicit = is_on(properties, "w:b")
        if explicit is not None:
            return explicit
        paragraph = next(run.iterancestors(qn("w:p")), None)
        styles = (value(properties, "w:rStyle") or "", value(paragraph, "w:pPr", "w:pStyle") or "")
        return any(self._styles.of_run(id, "w:b") in _ON for id in styles if id)

    def _pieces(self, paragraph: Any, mark: str, with_page_numbers: bool) -> Iterator[tuple[str, str]]:
        """Yield text with its position: "superscript", "subscript", "baseline"."""
        style, fields = value(paragraph, "w:pPr", "w:pStyle") or "", _Fields(paragraph)
        waiting: list[tuple[Any, _Run]] = [(paragraph, _Run())]
        while waiting:
            element, run = waiting.pop()
            fields.follow(element)
            if element.tag == _RUN:
                if self._is_hidden(element, style):
                    fields.follow_hidden(element)
                    continue
                run = self._run(element, style)
            if element.tag in _LEFT_OUT or (fields.is_page_number and not with_page_numbers and element.tag == _TEXT):
                continue
            if element.tag in _WRITTEN and fields.is_instruction:
                continue
            text, position = self._text_of(element, run, mark)
            if text is None:
                waiting.extend((child, run) for child in reversed(element))
            elif text and run.is_struck and not text.isspace():
                yield "baseline", GAP
            elif text:
                yield position, text

    def _text_of(self, element: Any, run: _Run, mark: str) -> tuple[str | None, str]:
        """Return what an element writes, and its position; None if its children do."""
        if element.tag == _TEXT:
            tails = (child.tail or "" for child in element)  # an unknown entity is a child
            return readable_symbols("".join([element.text or "", *tails]), run.font), run.position
        if element.tag in _AS_TEXT:
            return _AS_TEXT[element.tag], run.position
        if element.tag in _CALLS:
            return self._find_called(_CALLS[element.tag], element), "superscript"
        if element.tag in _MARKS:
            return mark, "superscript"
        if element.tag == _SYMBOL:
            return _symbol(element), run.position
        if element.tag in _FORMULAS:
            return linear_formula(element), "baseline"
        return (_form_field(element), run.position) if element.tag == _FIELD else (None, "")

    def _find_called(self, kind: str, call: Any) -> str:
        id = call.get(qn("w:id"), "")
        if is_on_attribute(call, "w:customMarkFollows"):
            return self.marks.setdefault((kind, id), "")
        number = 1 + sum(1 for (note_kind, _), mark in self.marks.items() if note_kind == kind and mark)
        mark = str(number) if kind == "footnotes" else in_roman(number).translate(_RAISED_ROMAN)
        return self.marks.setdefault((kind, id), mark)

    def _is_hidden(self, run: Any, style: str) -> bool:
        properties = run.find(qn("w:rPr"))
        explicit = is_on(properties, "w:vanish")
        if explicit is not None:
            return explicit
        styles = (value(properties, "w:rStyle") or "", style)
        if any(self._styles.of_run(id, "w:vanish") in _ON for id in styles):
            return True
        return self._hides_white and _is_white(properties) and not self._has_ground(run, properties, styles)

    def _has_ground(self, run: Any, properties: Any, styles: Sequence[str]) -> bool:
        """Return whether something may stand behind a run: its cell, a box, the shading of text or paragraph."""
        if next(run.iterancestors(*_GROUNDS), None) is not None:
            return True
        if any(properties.find(name) is not None for name in (_SHADING, qn("w:highlight"))):
            return True
        paragraph = next(run.iterancestors(qn("w:p")), None)
        if paragraph is not None and paragraph.find(f"{qn('w:pPr')}/{_SHADING}") is not None:
            return True
        return any(map(self._styles.is_shaded, styles))

    def _run(self, run: Any, style: str) -> _Run:
        properties = run.find(qn("w:rPr"))
        styles = (value(properties, "w:rStyle") or "", style)
        position = value(properties, "w:vertAlign")
        if position is None:
            position = next(filter(None, (self._styles.of_run(id, "w:vertAlign") for id in styles)), None)
        if position in (None, "baseline"):
            position = self._shifted(run, style)
        fonts = None if properties is None else properties.find(qn("w:rFonts"))
        font = None if fonts is None else fonts.get(qn("w:ascii"))
        is_struck = not self._keeps_struck and self._is_struck(properties, styles)
        return _Run(position, font, is_struck)

    def _shifted(self, run: Any, style: str) -> str:
        """Return the position of text that is set higher or lower, and smaller than the text before it."""
        shift = _shift(run)
        if not shift:
            return "baseline"
        before = next((other for other in run.itersiblings(_RUN, preceding=True) if not _shift(other)), None)
        if self._font_size(run, style) >= self._font_size(before, style):
            return "baseline"
        return "superscript" if shift > 0 else "subscript"

    def _font_size(self, run: Any, style: str) -> int:
        default = self._styles.font_size(style)
        return default if run is None else whole_number(value(run, "w:rPr", "w:sz"), default)

    def _is_struck(self, properties: Any, styles: Sequence[str]) -> bool:
        """Return whether text is struck through once or twice, by its own properties or else by its styles."""
        for name in ("w:strike", "w:dstrike"):
            explicit = is_on(properties, name)
            by_style = [self._styles.of_run(id, name) in _ON for id in styles]
            if explicit or (explicit is None and any(by_style) and not all(by_style)):  # two styles undo each other
                return True
        return False


@dataclass(slots=True)
class _Field:
    """An open field."""

    instruction: str = ""
    has_result: bool = False


class _Fields:
    """The fields of a paragraph that are open: what each computes, and whether its result has begun."""

    def __init__(self, paragraph: Any) -> None:
        self._ended: set[Any] = set()  # the beginnings whose instructions end in the paragraph
        self._open: list[_Field] = []
        self._simple: Any = None
        self.is_instruction = False  # of the last element that was followed: whether it says what a field computes
        begun: list[Any] = []
        for element in paragraph.iter(_FIELD):
            if element.get(qn("w:fldCharType")) == "begin":
                begun.append(element)
            elif begun:
                self._ended.add(begun[-1])
                if element.get(qn("w:fldCharType")) == "end":
                    begun.pop()

    def follow(self, element: Any) -> None:
        self.is_instruction = not all(field.has_result for field in self._open)
        if element.tag == _FIELD:
            kind = element.get(qn("w:fldCharType"))
            if kind == "begin":
                self._open.append(_Field(has_result=element not in self._ended))
            elif kind == "separate" and self._open:
                self._open[-1].has_result = True
            elif kind == "end" and self._open:
                self._open.pop()
        elif element.tag == _INSTRUCTION and self._open:
            self._open[-1].instruction += element.text or ""
        elif element.tag == _TEXT:
            self._simple = next(element.iterancestors(_SIMPLE_FIELD), None)

    def follow_hidden(self, run: Any) -> None:
        for element in run.iter(_FIELD, _INSTRUCTION):
            self.follow(element)

    @property
    def is_page_number(self) -> bool:
        simple = [] if self._simple is None else [self._simple.get(qn("w:instr"), "")]
        instructions = [*(field.instruction for field in self._open), *simple]
        return any(instruction.split()[:1] and instruction.split()[0] in _PAGE_FIELDS for instruction in instructions)


def _shift(run: Any) -> int:
    """Return how far text is set above the line, in halves of a point."""
    position = value(run, "w:rPr", "w:position") or "0"
    return whole_number(position.removeprefix("-"), 0) * (-1 if position.startswith("-") else 1)


def hides_white(body: Any) -> bool:
    """Return whether white text of a document stands on nothing but white paper, and there is some."""
    if not any(colour.get(qn("w:val"), "").upper() == _WHITE for colour in body.iter(qn("w:color"))):
        return False
    document = body.getparent()
    if document is not None and document.find(qn("w:background")) is not None:
        return False
    return not any(anchor.get("behindDoc") in _ON for anchor in body.iter(_ANCHOR)) and not any(
        True for _ in body.iter(qn("w:pict"))
    )


def _is_white(properties: Any) -> bool:
    return (value(properties, "w:color") or "").upper() == _WHITE


def is_on_attribute(element: Any, name: str) -> bool:
    """Return whether a boolean attribute is true."""
    return element.get(qn(name), "0") in ("1", "true", "on")


def _symbol(element: Any) -> str:
    try:
        return symbol(int(element.get(qn("w:char"), ""), 16), element.get(qn("w:font")))
    except (ValueError, OverflowError):
        return ""


def _form_field(element: Any) -> str:
    """Return what a box to tick or a list to choose from shows; other fields have their text beside."""
    box = element.find(f"{qn('w:ffData')}/{qn('w:checkBox')}")
    if box is not None:
        ticked = is_on(box, "w:checked")
        return "☒" if (is_on(box, "w:default") if ticked is None else ticked) else "☐"
    choices = element.find(f"{qn('w:ffData')}/{qn('w:ddList')}")
    if choices is None:
        return ""
    entries = [entry.get(qn("w:val"), "") for entry in choices.iter(qn("w:listEntry"))]
    chosen = whole_number(value(choices, "w:result") or value(choices, "w:default") or "0", len(entries))
    return entries[chosen] if chosen < len(entries) else ""
