"""The text of a paragraph of Word as printed: without what is deleted or hidden, with raised digits and formulas."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from index.readers.content.formulas import OFFICE_MATH, linear_formula
from index.readers.content.symbols import in_roman, readable_symbols, symbol, to_subscript, to_superscript
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
_PAGE_FIELDS = ("PAGE", "NUMPAGES", "SECTIONPAGES")
_SET = {"superscript": to_superscript, "subscript": to_subscript}
_RAISED_ROMAN = str.maketrans("ivxl", "ⁱᵛˣˡ")


class _Run(NamedTuple):
    """How a run of text is set."""

    position: str = "baseline"
    font: str | None = None


class WordText:
    """Reads paragraphs, and numbers the notes that they call."""

    def __init__(self, styles: Styles) -> None:
        self.marks: dict[tuple[str, str], str] = {}  # of each note that was called, by the kind of its part and its id
        self._styles = styles

    def text_of(self, paragraph: Any, mark: str = "", *, with_page_numbers: bool = True) -> str:
        """Return the text of a paragraph; ``mark`` is that of the note which it is part of."""
        pieces = self._pieces(paragraph, mark, with_page_numbers)
        groups = groupby(pieces, key=lambda piece: piece[0])
        return "".join(_SET.get(position, str)("".join(text for _, text in group)) for position, group in groups)

    def _pieces(self, paragraph: Any, mark: str, with_page_numbers: bool) -> Iterator[tuple[str, str]]:
        """Yield text with its position: "superscript", "subscript", "baseline"."""
        style, fields = value(paragraph, "w:pPr", "w:pStyle") or "", _Fields()
        waiting: list[tuple[Any, _Run]] = [(paragraph, _Run())]
        while waiting:
            element, run = waiting.pop()
            fields.follow(element)
            if element.tag == _RUN:
                if self._is_hidden(element, style):
                    continue
                run = self._run(element, style)
            if element.tag in _LEFT_OUT or (fields.is_page_number and not with_page_numbers and element.tag == _TEXT):
                continue
            text, position = self._text_of(element, run, mark)
            if text is None:
                waiting.extend((child, run) for child in reversed(element))
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
            return self._called(_CALLS[element.tag], element), "superscript"
        if element.tag in _MARKS:
            return mark, "superscript"
        if element.tag == _SYMBOL:
            return _symbol(element), run.position
        if element.tag in _FORMULAS:
            return linear_formula(element), "baseline"
        return (_form_field(element), run.position) if element.tag == _FIELD else (None, "")

    def _called(self, kind: str, call: Any) -> str:
        if is_on_attribute(call, "w:customMarkFollows"):
            return ""
        number = 1 + sum(1 for note_kind, _ in self.marks if note_kind == kind)
        mark = str(number) if kind == "footnotes" else in_roman(number).translate(_RAISED_ROMAN)
        return self.marks.setdefault((kind, call.get(qn("w:id"), "")), mark)

    def _is_hidden(self, run: Any, style: str) -> bool:
        properties = run.find(qn("w:rPr"))
        explicit = is_on(properties, "w:vanish")
        if explicit is not None:
            return explicit
        styles = (value(properties, "w:rStyle") or "", style)
        return any(self._styles.of_run(id, "w:vanish") in ("", "1", "true", "on") for id in styles)

    def _run(self, run: Any, style: str) -> _Run:
        properties = run.find(qn("w:rPr"))
        position = value(properties, "w:vertAlign")
        if position is None:
            styles = (value(properties, "w:rStyle") or "", style)
            position = next(filter(None, (self._styles.of_run(id, "w:vertAlign") for id in styles)), None)
        fonts = None if properties is None else properties.find(qn("w:rFonts"))
        return _Run(position or "baseline", None if fonts is None else fonts.get(qn("w:ascii")))


class _Fields:
    """The fields that are open, by what they compute."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._simple: Any = None

    def follow(self, element: Any) -> None:
        if element.tag == _FIELD:
            kind = element.get(qn("w:fldCharType"))
            if kind == "begin":
                self._open.append("")
            elif kind == "end" and self._open:
                self._open.pop()
        elif element.tag == _INSTRUCTION and self._open:
            self._open[-1] += element.text or ""
        elif element.tag == _TEXT:
            self._simple = next(element.iterancestors(_SIMPLE_FIELD), None)

    @property
    def is_page_number(self) -> bool:
        simple = [] if self._simple is None else [self._simple.get(qn("w:instr"), "")]
        return any(
            instruction.split()[:1] and instruction.split()[0] in _PAGE_FIELDS for instruction in [*self._open, *simple]
        )


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
