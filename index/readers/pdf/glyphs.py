"""Compose the glyphs of a PDF into letters: what old fonts set apart is joined, and raised digits stay raised.

A line keeps the number of characters that pdfium gave it, so that each can be found on its page again.
"""

import re
from collections.abc import Iterator
from typing import Any
from unicodedata import normalize

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

GONE = "\x00"  # the place of a character that became part of another
_ACCENTS = {"´": "\u0301", "`": "\u0300", "ˆ": "\u0302", "¨": "\u0308", "˜": "\u0303", "¸": "\u0327", "˚": "\u030a"}
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_DIGIT, _ACCENT = re.compile("[0-9]"), re.compile(f"[{''.join(_ACCENTS)}]")
_SMALLER = 0.85  # the letters of a note's number, against those of its line
_HIGHER = 0.15  # … and how far above the line it stands, in its height


def mended(line: str, first: int, size: float, baseline: float, letters: Any) -> str:
    """Return the composed line whose first character is number ``first`` of pdfium's ``letters``."""
    found = list(line)
    for match in _DIGIT.finditer(line):
        if _is_raised(first + match.start(), size, baseline, letters):
            found[match.start()] = match[0].translate(_RAISED)
    for match in _ACCENT.finditer(line):
        for place, letter in _under(match.start(), line, first, letters):
            found[match.start()], found[place] = GONE, letter
    return "".join(found)


def _is_raised(number: int, size: float, baseline: float, letters: Any) -> bool:
    """Whether a digit is set small and high: the number of a note, or an exponent."""
    small = letter_size(letters, number) < _SMALLER * size
    return small and letter_baseline(letters, number) > baseline + _HIGHER * size


def _under(accent: int, line: str, first: int, letters: Any) -> Iterator[tuple[int, str]]:
    """The place of the letter that an accent was set over («´e», or «E» with its «´» elsewhere), and what they make."""
    left, _, right, _ = letters.get_charbox(first + accent)
    for place in [*range(accent + 1, min(accent + 3, len(line))), *range(accent)]:
        letter = normalize("NFC", line[place].replace("ı", "i").replace("ȷ", "j") + _ACCENTS[line[accent]])
        if len(letter) == 1 and line[place].isalpha() and _within((left + right) / 2, first + place, letters):
            yield place, letter
            return


def _within(middle: float, number: int, letters: Any) -> bool:
    left, _, right, _ = letters.get_charbox(number)
    return bool(left <= middle <= right)


def letter_size(letters: Any, number: int) -> float:
    """Return the font size of a letter, in points on the page."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(letters.raw, number, matrix)
    scale = (matrix.c**2 + matrix.d**2) ** 0.5
    return float(pdfium.FPDFText_GetFontSize(letters.raw, number) * (scale or 1.0))


def letter_baseline(letters: Any, number: int) -> float:
    """Return the height of a letter's baseline above the bottom of the page, in points."""
    x, y = pdfium.c_double(), pdfium.c_double()
    pdfium.FPDFText_GetCharOrigin(letters.raw, number, x, y)
    return float(y.value)
