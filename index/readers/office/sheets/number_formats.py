"""Write a number as a cell shows it, by the format code of the cell («0.0%», «#,##0.00 €», «00000»).

Groups of digits are not parted and decimals follow a point: what is shown depends on the reader's country, which a file
does not say.
"""

import re

_COLOUR = re.compile(r"\[(?!\$)[^\]]*\]")
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")
_SECTION = re.compile(r'((?:"[^"]*"|\\.|[^;"\\])*);')
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|[_*](.)|(.)', re.DOTALL)
_MARK = re.compile(r"[0#?.,/@%A-Za-z]")
_UNKNOWN = re.compile(r"[?/@A-Za-z]")  # fractions, text, exponents, dates
_PRECISE = 10**10  # below, a cell shows ten figures
BUILTIN = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    37: "#,##0",
    38: "#,##0",
    39: "#,##0.00",
    40: "#,##0.00",
}


def plain_number(value: float) -> str:
    """Write a number without a format: whole ones without a point, others with the figures that a cell shows."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    shown = f"{value:.10g}" if abs(value) < _PRECISE else f"{value:.15g}"
    return f"{value:.9f}".rstrip("0") if "e" in shown and 1e-9 <= abs(value) < 1 else shown


def format_number(value: float, code: str) -> str:
    """Write a number by a format code; as without one if the code asks for something else than figures."""
    sections = _sections(code)
    if not sections:
        return plain_number(value)
    section = sections[1] if value < 0 and len(sections) > 1 else sections[0]
    if value == 0 and len(sections) > 2:
        section = sections[2]
    tokens = _tokens(section)
    marks = "".join(text for text, is_mark in tokens if is_mark)
    if _UNKNOWN.search(marks):
        return plain_number(value)
    if not re.search("[0#]", marks):
        return "".join(text for text, _ in tokens)
    sign = "-" if value < 0 and (len(sections) < 2 or ("-" not in section and "(" not in section)) else ""
    return sign + _filled(tokens, abs(value) * 100 ** marks.count("%")).strip()


def _sections(code: str) -> list[str]:
    """Return the parts of a code for positive and negative numbers, zero and text."""
    code = _CURRENCY.sub(lambda match: f'"{match[1]}"', _COLOUR.sub("", code))
    return _SECTION.findall(code + ";")


def _tokens(section: str) -> list[tuple[str, bool]]:
    """Return the characters of a section, each with whether it is a mark or stands for itself."""
    tokens: list[tuple[str, bool]] = []
    for quoted, escaped, width, other in _TOKEN.findall(section):
        if other:
            tokens.append((other, _MARK.match(other) is not None))
        elif not width:
            tokens += [(character, False) for character in quoted or escaped]
    return tokens


def _filled(tokens: list[tuple[str, bool]], value: float) -> str:
    """Put the figures of a number in the places of a section, from the point outwards."""
    digits = [number for number, (text, is_mark) in enumerate(tokens) if is_mark and text in "0#"]
    point = next((number for number, token in enumerate(tokens) if token == (".", True)), len(tokens))
    places = [number for number in digits if number < point]
    decimals = [number for number in digits if number > point]
    thousands = sum(1 for number in range(max(places, default=0) + 1, len(tokens)) if tokens[number] == (",", True))
    integer, _, fraction = f"{value / 1000**thousands:.{len(decimals)}f}".partition(".")
    while fraction and tokens[decimals[len(fraction) - 1]][0] == "#" and fraction[-1] == "0":
        fraction = fraction[:-1]
    figures = dict(zip(decimals, fraction, strict=False))
    for number in reversed(places):
        figures[number] = integer[-1:] or ("0" if tokens[number][0] == "0" else "")
        integer = integer[:-1]
    if places:
        figures[places[0]] = integer + figures[places[0]]
    shown = []
    for number, (text, is_mark) in enumerate(tokens):
        if number in figures or (is_mark and text in "0#,"):
            shown.append(figures.get(number, ""))
        elif number != point or fraction:
            shown.append(text)
    return "".join(shown)
