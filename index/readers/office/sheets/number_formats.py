"""Write a number as a cell shows it, by the format code of the cell («0.0%», «#,##0.00 €», «00000»).

Groups of digits are not parted and decimals follow a point: what is shown depends on the reader's country, which a file
does not say.
"""

import math
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from index.readers.office.sheets.date_formats import format_days
from index.readers.office.sheets.format_codes import FormatCode, Section, Token, parse_code

_PLACES = ("0", "#", "?")  # where figures stand
_PRECISE = 10**10  # below, a cell shows ten figures
_EXACT = 1200  # figures of the largest number by the longest code
_WIDEST = 4  # figures of a denominator
_GENERAL = (Token("general", is_mark=True), Token("@", is_mark=True))
_EXPONENTS = (Token("e+", is_mark=True), Token("e-", is_mark=True))
_POINT, _COMMA = Token(".", is_mark=True), Token(",", is_mark=True)
_DATES = re.compile("[ymdhs]")
BUILTIN = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: "#,##0",
    6: "#,##0",
    7: "#,##0.00",
    8: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    37: "#,##0",
    38: "#,##0",
    39: "#,##0.00",
    40: "#,##0.00",
    41: "#,##0",
    42: "#,##0",
    43: "#,##0.00",
    44: "#,##0.00",
    48: "##0.0E+0",
}


def plain_number(value: float) -> str:
    """Write a number without a format: whole ones without a point, others with the figures that a cell shows."""
    if not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    shown = f"{value:.10g}" if abs(value) < _PRECISE else f"{value:.15g}"
    return f"{value:.9f}".rstrip("0") if "e" in shown and 1e-9 <= abs(value) < 1 else shown


def format_number(value: float, code: str | FormatCode) -> str:
    """Write a number by a format code; as without one if the code is for dates, or not for the number."""
    if not math.isfinite(value):
        return plain_number(value)
    exact = Decimal(f"{value:.15g}")  # the figures that a spreadsheet keeps
    parsed = parse_code(code)
    section = parsed.section_for(exact)
    if section is None:
        return plain_number(value)
    with localcontext(prec=_EXACT, rounding=ROUND_HALF_UP):
        shown = _write(section, abs(exact))
        if shown is None:
            return format_days(value, section) or plain_number(value)
        is_signed = value < 0 and re.search("[1-9]", shown) and section.marks
        return f"-{shown}" if is_signed and _needs_sign(section, parsed.numbers[0], shown, abs(exact)) else shown


def format_text(text: str, code: str | FormatCode) -> str:
    """Write a text by a format code: «@" ans"» adds a word, and a last section without «@» hides it."""
    section = parse_code(code).text
    if section is None:
        return text
    return "".join(text if token == ("@", True) else token.text for token in section.tokens).strip()


def _needs_sign(section: Section, first: Section, shown: str, value: Decimal) -> bool:
    """Return whether a negative number needs a sign: its section is not for such alone, or differs in colour alone."""
    if not section.condition or not section.condition.is_negative:
        return True
    return section.is_coloured and section is not first and shown == _write(first, value)


def _write(section: Section, value: Decimal) -> str | None:
    """Return a number, without its sign, as a section writes it; None if the section is for dates."""
    tokens, marks = section.tokens, section.marks
    value *= 100 ** marks.count("%")
    if any(token in _GENERAL for token in tokens):
        shown = "".join(plain_number(float(value)) if token in _GENERAL else token.text for token in tokens)
    elif _DATES.search(marks):
        return None
    elif not any(digit in marks for digit in _PLACES):
        if re.search("[A-Za-z]", marks):
            return None
        shown = "".join(token.text for token in tokens)
    elif "/" in marks:
        shown = _fraction(tokens, tokens.index(Token("/", is_mark=True)), value)
    elif exponent := next((number for number, token in enumerate(tokens) if token in _EXPONENTS), 0):
        shown = _scientific(tokens, exponent, value)
    else:
        shown = _fill(tokens, value)
    return re.sub(" {2,}", " ", shown).strip()


def _fraction(tokens: Sequence[Token], slash: int, value: Decimal) -> str:
    """Write a number as a whole one, if the section has places for it, and the fraction next to the rest."""
    start, end = slash, slash + 1
    while start > 0 and _is_place(tokens[start - 1]):
        start -= 1
    while end < len(tokens) and (_is_place(tokens[end]) or tokens[end].text.isdigit()):
        end += 1
    before, after = tokens[:start], "".join(token.text for token in tokens[end:])
    has_integer = any(map(_is_place, before))
    integer, fraction = divmod(value, 1) if has_integer else (Decimal(0), value)
    numerator, denominator = _nearest(fraction, "".join(token.text for token in tokens[slash + 1 : end]))
    if has_integer and numerator in (0, denominator):
        shown = _fill(before, integer + numerator // denominator).rstrip()
        return (shown or "0") + after
    return f"{_fill(before, integer)}{numerator}/{denominator}{after}"


def _nearest(value: Decimal, places: str) -> tuple[int, int]:
    """Return the fraction next to a number, whose denominator is given, or has at most as many figures as places."""
    if re.search("[1-9]", places):
        denominator = int(re.sub("[#?]", "0", places))
        return int((value * denominator).quantize(Decimal(1))), denominator
    nearest = Fraction(value).limit_denominator(10 ** min(max(len(places), 1), _WIDEST) - 1)
    return nearest.numerator, nearest.denominator


def _scientific(tokens: Sequence[Token], mark: int, value: Decimal) -> str:
    """Write a number with an exponent, which is a multiple of the places before the point."""
    mantissa, after = tokens[:mark], tokens[mark + 1 :]
    places, decimals = _places(mantissa)
    step, smallest = max(len(places), 1), Decimal(1).scaleb(-len(decimals))
    exponent = value.adjusted() // step * step if value else 0
    rounded = value.scaleb(-exponent).quantize(smallest)
    if rounded >= 10**step:
        exponent += step
        rounded = value.scaleb(-exponent).quantize(smallest)
    width = next((number for number, token in enumerate(after) if not _is_place(token)), len(after))
    sign = "-" if exponent < 0 else tokens[mark].text[1:].strip("-")
    figures = str(abs(exponent)).zfill(sum(token.text == "0" for token in after[:width]))
    return f"{_fill(mantissa, rounded)}E{sign}{figures}" + "".join(token.text for token in after[width:])


def _is_place(token: Token) -> bool:
    return token.is_mark and token.text in _PLACES


def _places(tokens: Sequence[Token]) -> tuple[list[int], list[int]]:
    """Return where figures stand before and after the point."""
    point = next((number for number, token in enumerate(tokens) if token == _POINT), len(tokens))
    places = [number for number, token in enumerate(tokens) if _is_place(token)]
    return [number for number in places if number < point], [number for number in places if number > point]


def _fill(tokens: Sequence[Token], value: Decimal) -> str:
    """Put the figures of a number in the places of a section, from the point outwards."""
    places, decimals = _places(tokens)
    thousands = sum(tokens[number] == _COMMA for number in range(max(places, default=0) + 1, len(tokens)))
    rounded = value.scaleb(-3 * thousands).quantize(Decimal(1).scaleb(-len(decimals)))
    integer, _, fraction = f"{rounded:f}".partition(".")
    while fraction and tokens[decimals[len(fraction) - 1]].text != "0" and fraction[-1] == "0":
        fraction = fraction[:-1]
    if integer == "0" and not fraction and all(tokens[number].text != "0" for number in places):
        integer = ""
    figures = dict(zip(decimals, fraction, strict=False))
    for number in reversed(places):
        figures[number] = integer[-1:] or ("0" if tokens[number].text == "0" else "")
        integer = integer[:-1]
    if places:
        figures[places[0]] = integer + figures[places[0]]
    shown = []
    for number, token in enumerate(tokens):
        if number in figures or _is_place(token) or token == _COMMA:
            shown.append(figures.get(number, ""))
        elif token == _POINT:
            shown.append(("" if places else integer) + ("." if fraction else ""))
        else:
            shown.append(token.text)
    return "".join(shown)
