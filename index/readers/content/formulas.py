"""Formulas on one line, as one would type them: «A=πr²», «(a+b)/2», «√(x+1)»."""

import re
from collections.abc import Sequence
from typing import Any

from index.readers.content.runs import GAP, close_gaps
from index.readers.content.symbols import to_subscript, to_superscript

OFFICE_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DEEPEST = 60
_SIGNS = frozenset("+-−±=<>≤≥≠≈∈→⇒·×÷/¦ ,")
_UNSEEN = {0x2062: "", 0x2063: "", 0x2064: ""}  # invisible times and the like
_SUMS = tuple("∑∏∫∮⋃⋂")
_RAISED_SIGNS = {"∘": "°", "°": "°", "′": "′", "″": "″"}
_NO_BAR = re.compile(r"0(?:\.0+)?[a-z%]*")  # thickness
_APPLIED = re.compile("\u2061(?=[^\\W\\d_])")  # a function to a name, as an invisible sign: «log x»


def linear_formula(element: Any) -> str:
    """Return the text of a formula of Office or of MathML on one line; a gap begins or ends it beside a fraction."""
    text = _APPLIED.sub(" ", _linear(element, 0)).replace("\u2061", "").strip()
    before, after = GAP * text.startswith(GAP), GAP * text.endswith(GAP)
    return f"{before}{close_gaps(text).strip()}{after}"


def _linear(element: Any, depth: int) -> str:
    if depth > _DEEPEST or not isinstance(element.tag, str):
        return ""
    name = element.tag.rpartition("}")[2]
    if element.tag.startswith(OFFICE_MATH):
        return _office(element, name, depth + 1)
    return _mathml(element, name, depth + 1)


def _office(element: Any, name: str, depth: int) -> str:
    def operand(tag: str) -> str:
        child = element.find(OFFICE_MATH + tag)
        return "" if child is None else _linear(child, depth)

    if name == "t":
        return element.text or ""
    if name == "f":
        return _fraction(operand("num"), operand("den"), has_bar=not _is_stack(element))
    if name == "func":
        applied = operand("e")
        return f"{operand('fName')}{'' if applied.startswith('(') else ' '}{applied}".strip()
    if name == "eqArr":
        return "; ".join(_linear(child, depth) for child in element.findall(f"{OFFICE_MATH}e"))
    if name in ("sSup", "sSub", "sSubSup", "sPre"):
        return operand("e") + _index(operand("sub")) + _power(operand("sup"))
    if name == "rad":
        return _root(operand("e"), operand("deg"))
    if name == "nary":
        return f"{_property(element, 'chr') or '∫'}{_index(operand('sub'))}{_power(operand('sup'))} {operand('e')}"
    if name == "d":
        body = ", ".join(_linear(child, depth) for child in element.findall(f"{OFFICE_MATH}e"))
        opening, closing = _property(element, "begChr"), _property(element, "endChr")
        return f"{'(' if opening is None else opening}{body}{')' if closing is None else closing}"
    if name == "m":
        rows = element.findall(f"{OFFICE_MATH}mr")
        return "; ".join(" ".join(_linear(child, depth) for child in row) for row in rows)
    if name in ("limLow", "limUpp"):
        return operand("e") + _index(operand("lim"))
    if name.endswith("Pr"):
        return ""
    return "".join(_linear(child, depth) for child in element)


def _is_stack(fraction: Any) -> bool:
    """Return whether a fraction has no bar, as in a binomial coefficient."""
    kind = fraction.find(f"{OFFICE_MATH}fPr/{OFFICE_MATH}type")
    return kind is not None and kind.get(f"{OFFICE_MATH}val") == "noBar"


def _property(element: Any, name: str) -> str | None:
    property_element = next(element.iter(OFFICE_MATH + name), None)
    return None if property_element is None else property_element.get(f"{OFFICE_MATH}val", "")


def _mathml(element: Any, name: str, depth: int) -> str:
    if name in ("annotation", "annotation-xml"):
        return ""
    if name in ("mi", "mn", "mo", "mtext", "ms"):
        return "".join(element.itertext()).strip(" \t\r\n").translate(_UNSEEN)
    if name == "mspace":
        return "" if element.get("width", "0").startswith(("0e", "-")) or element.get("width") is None else " "
    operands = [_linear(child, depth) for child in element if isinstance(child.tag, str)]
    if name == "mfrac" and len(operands) == 2:
        return _fraction(*operands, has_bar=not _NO_BAR.fullmatch(element.get("linethickness", "")))
    if name in ("msqrt", "mroot"):
        return _root("".join(operands)) if name == "msqrt" or len(operands) != 2 else _root(*operands)
    if name in ("msup", "mover") and len(operands) == 2:
        return operands[0] + _power(operands[1])
    if name in ("msub", "munder") and len(operands) == 2:
        return operands[0] + _index(operands[1])
    if name in ("msubsup", "munderover") and len(operands) == 3:
        return operands[0] + _index(operands[1]) + _power(operands[2])
    if name == "mfenced":
        return f"{element.get('open', '(')}{', '.join(operands)}{element.get('close', ')')}"
    if name == "mtr":  # whose cells may be the sides of an equation
        return "".join(f" {cell}" if cell[:1] not in _SIGNS else cell for cell in operands).strip()
    return "; ".join(operands) if name == "mtable" else _in_row(operands)


def _in_row(operands: Sequence[str]) -> str:
    """Join the members of a row, with a space before what is summed."""
    joined, previous = "", ""
    for operand in operands:
        joined += f" {operand}" if previous[:1] in _SUMS and operand[:1].isalnum() else operand
        previous = operand
    return joined


def _fraction(numerator: str, denominator: str, *, has_bar: bool) -> str:
    """Return a fraction, between gaps if it is one of numbers: «3» before it is no digit of its numerator."""
    gap = GAP if numerator.strip().isdigit() and denominator.strip().isdigit() else ""
    return f"{gap}{_close(numerator)}{'/' if has_bar else '¦'}{_close(denominator)}{gap}"


def _root(radicand: str, degree: str = "") -> str:
    return f"{_power(degree)}√{_close(radicand)}" if degree else f"√{_close(radicand)}"


def _power(text: str) -> str:
    if text in _RAISED_SIGNS:
        return _RAISED_SIGNS[text]
    return _set_apart(text, text if "/" in text else to_superscript(text), "^")


def _index(text: str) -> str:
    return _set_apart(text, to_subscript(text), "_")


def _set_apart(text: str, short: str, mark: str) -> str:
    if not text.strip():
        return ""
    return short if short != text else mark + _close(text)


def _close(text: str) -> str:
    """Return a part of a formula in parentheses if it is a sum or the like."""
    is_one = not any(letter in _SIGNS for letter in text.strip()[1:]) or (text[:1] == "(" and text[-1:] == ")")
    return text.strip() if is_one else f"({text.strip()})"
