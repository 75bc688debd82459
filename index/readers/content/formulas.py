"""Formulas on one line, as one would type them: «A=πr²», «(a+b)/2», «√(x+1)»."""

from collections.abc import Sequence
from typing import Any

from index.readers.content.symbols import to_subscript, to_superscript

OFFICE_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DEEPEST = 60
_SIGNS = frozenset("+-−±=<>≤≥≠≈∈→⇒·×÷/ ,")
_UNSEEN = {0x2061: " ", 0x2062: "", 0x2063: "", 0x2064: ""}  # function application, invisible times and the like
_SUMS = tuple("∑∏∫∮⋃⋂")
_RAISED_SIGNS = {"∘": "°", "°": "°", "′": "′", "″": "″"}


def linear_formula(element: Any) -> str:
    """Return the text of a formula of Office or of MathML on one line."""
    return _linear(element, 0).strip()


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
        return _fraction(operand("num"), operand("den"))
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
    children = [child for child in element if isinstance(child.tag, str)]
    operands = [_linear(child, depth) for child in children]
    if name == "mfrac" and len(operands) == 2:
        return _fraction(*operands)
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
    return "; ".join(operands) if name == "mtable" else _in_row(children, operands)


def _in_row(elements: Sequence[Any], operands: Sequence[str]) -> str:
    """Join the members of a row, with a space before the fraction of «3 1/2», and before what is summed."""
    joined, previous = "", ""
    for element, operand in zip(elements, operands, strict=True):
        is_mixed = element.tag.rpartition("}")[2] == "mfrac" and previous[-1:].isdigit() and operand[:1].isdigit()
        is_summed = previous[:1] in _SUMS and operand[:1].isalnum()
        joined += f" {operand}" if is_mixed or is_summed else operand
        previous = operand
    return joined


def _fraction(numerator: str, denominator: str) -> str:
    return f"{_closed(numerator)}/{_closed(denominator)}"


def _root(radicand: str, degree: str = "") -> str:
    return f"{_power(degree)}√{_closed(radicand)}" if degree else f"√{_closed(radicand)}"


def _power(text: str) -> str:
    if text in _RAISED_SIGNS:
        return _RAISED_SIGNS[text]
    return _set_apart(text, to_superscript(text), "^")


def _index(text: str) -> str:
    return _set_apart(text, to_subscript(text), "_")


def _set_apart(text: str, short: str, mark: str) -> str:
    if not text.strip():
        return ""
    return short if short != text else mark + _closed(text)


def _closed(text: str) -> str:
    """Return a part of a formula in parentheses if it is a sum or the like."""
    is_one = not any(letter in _SIGNS for letter in text.strip()[1:]) or (text[:1] == "(" and text[-1:] == ")")
    return text.strip() if is_one else f"({text.strip()})"
