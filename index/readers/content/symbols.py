"""Raised and lowered digits, letters of symbol fonts, and numbers of lists as characters of plain text."""

import re
from collections.abc import Mapping

from index.language import LOWERED, RAISED

_RAISED = str.maketrans("0123456789+-−=()", f"{RAISED}⁺⁻⁻⁼⁽⁾")
_LOWERED = str.maketrans("0123456789+-−=()", f"{LOWERED}₊₋₋₌₍₎")
_SET_APART = re.compile(r"[\d+\-−=()]*\d[\d+\-−=()]*", re.ASCII)
_FRACTION = re.compile(r"\d{1,3}/\d{1,3}", re.ASCII)
_NOTES = re.compile(r"\[\d{1,4}\]|\d{1,4}(?:[,;]\s?\d{1,4})+", re.ASCII)
_PRIVATE = range(0xF020, 0xF100)  # where fonts of symbols have their characters, a byte each
BOX_TICKED, BOX_EMPTY = "☑", "☐"  # of tasks
_TICKED, _CROSSED, _EMPTY, _BULLET = "✓", "✗", "☐", "•"
_WINGDINGS = {
    0x28: "☎", 0x2A: "✉", 0x46: "☞", 0x4A: "☺", 0x4C: "☹", 0x6C: "●", 0x6D: "○", 0x6E: "■", 0x6F: _EMPTY, 0x70: _EMPTY,
    0x71: _EMPTY, 0x72: _EMPTY, 0x73: "◆", 0x74: "◆", 0x75: "◆", 0x76: "❖", 0x77: "◆", 0x9E: "·", 0x9F: _BULLET,
    0xA1: "○", 0xA7: "▪", 0xA8: _EMPTY, 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xF0: "⇨",
    0xFB: _CROSSED, 0xFC: _TICKED, 0xFD: "☒", 0xFE: _TICKED,
}  # fmt: skip
_WINGDINGS_2 = {
    0x4F: _CROSSED, 0x50: _TICKED, 0x51: "☒", 0x52: _TICKED, 0x53: "☒", 0x54: "☒", 0x97: _BULLET, 0xA3: _EMPTY,
}  # fmt: skip
_WEBDINGS = {0x61: _TICKED, 0x63: _EMPTY, 0x67: "■", 0x6E: "●", 0x72: _CROSSED, 0x78: "☒", 0xD6: _TICKED}
_GREEK = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ"
_SYMBOL = {
    **{0x41 + number: letter for number, letter in enumerate(_GREEK)},
    **{0x61 + number: letter for number, letter in enumerate("αβχδεφγηιϕκλμνοπθρστυϖωξψζ")},
    0x2D: "−", 0x40: "≅", 0x22: "∀", 0x24: "∃", 0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAE: "→", 0xB0: "°",
    0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB5: "∝", 0xB6: "∂", 0xB7: _BULLET, 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈",
    0xBC: "…", 0xC5: "⊕", 0xC7: "∩", 0xC8: "∪", 0xCC: "⊂", 0xCE: "∈", 0xD0: "∠", 0xD1: "∇", 0xD6: "√", 0xD7: "·",
    0xDE: "⇒", 0xDB: "⇔", 0xE5: "∑", 0xF2: "∫",
}  # fmt: skip
_FONTS: Mapping[str, Mapping[int, str]] = {
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "webdings": _WEBDINGS,
    "symbol": _SYMBOL,
}
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN_UNITS = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LARGEST_ROMAN = 5000


def to_superscript(text: str) -> str:
    """Return what is set as superscript: digits as ⁰ to ⁹, so that «10⁶» is not 106; letters stay, as in «1er»."""
    stripped = text.strip()
    if _NOTES.fullmatch(stripped) or _FRACTION.fullmatch(stripped):
        return text.translate(_RAISED)
    return text.translate(_RAISED) if _SET_APART.fullmatch(stripped) else text


def to_subscript(text: str) -> str:
    """Return what is set as subscript: digits as ₀ to ₉."""
    return text.translate(_LOWERED) if _SET_APART.fullmatch(text.strip()) else text


def symbol(code: int, font: str | None) -> str:
    """Return the character that a font of symbols has at a code; "" if nothing is known of it."""
    table = _FONTS.get((font or "Wingdings").strip().lower(), {})
    if table or code in _PRIVATE:
        return table.get(code - 0xF000 if code in _PRIVATE else code, "")
    return chr(code) if code >= 0x20 else ""


def readable_symbols(text: str, font: str | None = None) -> str:
    """Return a text with the letters of symbol fonts, which stand in the private use area, as characters."""
    if not any(ord(letter) in _PRIVATE for letter in text):
        return text
    return "".join(symbol(ord(letter), font) if ord(letter) in _PRIVATE else letter for letter in text)


def in_letters(number: int) -> str:
    """Return a number of a list as letters: a to z, then aa, bb as word processors do."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number < 1000 else str(number)


def in_roman(number: int) -> str:
    """Return a number of a list as lower-case Roman numerals."""
    if not 0 < number < _LARGEST_ROMAN:
        return str(number)
    text = ""
    for value, letters in (*_ROMAN, *_ROMAN_UNITS):
        text += letters * (number // value)
        number %= value
    return text
