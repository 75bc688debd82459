"""Compose the glyphs of a PDF into letters: what old fonts set apart is joined; raised and lowered digits stay so."""

import re
from collections.abc import Iterator
from unicodedata import normalize

from index.language import LOWERED, RAISED
from index.readers.layout.letters import Letters

GONE = "\x00"  # the place of a character that became part of another
_ACCENTS = {"´": "\u0301", "`": "\u0300", "ˆ": "\u0302", "¨": "\u0308", "˜": "\u0303", "¸": "\u0327", "˚": "\u030a"}
_ACCENTS |= {"˘": "\u0306", "ˇ": "\u030c"}
ACCENTS = frozenset(_ACCENTS)
_RAISED = str.maketrans("0123456789-−+", f"{RAISED}⁻⁻⁺")
_LOWERED = str.maketrans("0123456789", LOWERED)
_DIGITS, _ACCENT = re.compile("[0-9]+"), re.compile(f"[{''.join(_ACCENTS)}]")
_SIGNS = "-−+"
_NUMBER = re.compile(r"[-−+]?[0-9]{1,3}(?:[,;][0-9]{1,3})*[.,;:)]?")  # of a note, or an exponent
_EXPONENT = re.compile(r"[-−+]?[0-9]{1,3}(?:[,;][0-9]{1,3})*")
_FRACTION = re.compile(r"\s?[⁄/]")
_SMALLER = 0.85  # largest size of a raised or lowered digit, relative to the letters of its line
_HIGHER = 0.15  # least height of a raised digit above its line, in the size of its letters
_LOWER = 0.05  # least depth of a digit of a formula below its line, likewise
_AS_LARGE = 1.02  # largest size of a digit that stands further from its line, relative to the letters of the line
_MUCH_HIGHER, _MUCH_LOWER = 0.28, 0.12  # least height or depth of such a digit, in the size of those letters
_JOINED = 0.1  # widest gap between such a digit and the character before it, likewise
_NARROW = 0.45  # the width of a digit that its font draws raised at most, in its size
_MOST_DISTANCE = 0.3  # largest gap between a raised digit and the letter that it belongs to, likewise


def mend(text: str, first: int, size: float, baseline: float, letters: Letters) -> str:
    """Return the composed text, as long as ``text``, whose first character is number ``first`` of ``letters``."""
    mended = list(text)
    for match in _DIGITS.finditer(text):
        start, end = _last_alike(match, first, letters), match.end()
        if _is_raised(text, start, end, first, size, baseline, letters):
            if start and text[start - 1] in _SIGNS and letters.size(first + start - 1) < _SMALLER * size:
                start -= 1
            mended[start:end] = text[start:end].translate(_RAISED)
        elif _follows_symbol(text, start) and _are_lowered(range(first + start, first + end), size, baseline, letters):
            mended[start:end] = text[start:end].translate(_LOWERED)
    for match in _ACCENT.finditer(text):
        for offset, letter in _find_accented(match.start(), text, first, letters):
            mended[match.start()], mended[offset] = GONE, letter
    return "".join(mended)


def raised_number(text: str) -> str:
    """Return the number of a note, or an exponent, in raised digits; "" for any other text."""
    return text.translate(_RAISED) if _EXPONENT.fullmatch(text) else ""


def _last_alike(digits: re.Match[str], first: int, letters: Letters) -> int:
    """Return where the last of some digits begin that are set alike: «1998¹²» is a year and the number of a note."""
    start, last = digits.end() - 1, first + digits.end() - 1
    is_high, size, bottom = _is_drawn_high(last, letters), letters.size(last), letters.bottoms[last]
    while start > digits.start() and letters.size(first + start - 1) < size / _SMALLER:
        is_level = abs(letters.bottoms[first + start - 1] - bottom) < _MUCH_LOWER * size
        if not is_level or _is_drawn_high(first + start - 1, letters) != is_high:
            break
        start -= 1
    return start


def _is_drawn_high(number: int, letters: Letters) -> bool:
    """Return whether the font itself draws a digit as raised, above the baseline that it stands on."""
    size = letters.size(number)
    if letters.rights[number] - letters.lefts[number] > _NARROW * size:
        return False  # looked at first, as the ink takes long to ask for
    return letters.ink(number).bottom > letters.baseline(number) + _HIGHER * size


def _is_raised(text: str, start: int, end: int, first: int, size: float, baseline: float, letters: Letters) -> bool:
    """Return whether digits are set high beside a larger letter: the number of a note, or an exponent."""

    def is_high(offset: int) -> bool:
        return is_set_high(letters.size(first + offset), letters.baseline(first + offset) - baseline, size)

    if _FRACTION.match(text, end):
        return False
    if _is_drawn_high(first + start, letters):
        return True
    if not (is_high(start) and is_high(end - 1)):
        return False
    while start and not text[start - 1].isspace() and is_high(start - 1):
        start -= 1
    while end < len(text) and not text[end].isspace() and is_high(end):
        end += 1
    if not _NUMBER.fullmatch(text, start, end):
        return False  # it is small text, such as a reference, beside larger
    gap = start and letters.lefts[first + start] - letters.rights[first + start - 1 - text[start - 1].isspace()]
    return gap < (_MOST_DISTANCE if letters.size(first + start) < _SMALLER * size else _JOINED) * size


def is_set_high(size: float, rise: float, line_size: float) -> bool:
    """Return whether what stands ``rise`` above a line is raised: it is smaller than its letters, or stands far up."""
    return (size < _SMALLER * line_size and rise > _HIGHER * line_size) or (
        size < _AS_LARGE * line_size and _MUCH_HIGHER * line_size < rise < line_size
    )


def _follows_symbol(text: str, start: int) -> bool:
    return start > 0 and (text[start - 1].isalpha() or text[start - 1] == ")")


def _are_lowered(numbers: range, size: float, baseline: float, letters: Letters) -> bool:
    """Return whether digits are small and stand below the line, as in «CO₂»."""
    if letters.size(numbers[0]) < _SMALLER * size:
        least = _LOWER
    elif letters.lefts[numbers[0]] - letters.rights[numbers[0] - 1] < _JOINED * size:
        least = _MUCH_LOWER
    else:
        return False
    return all(
        letters.size(number) < _AS_LARGE * size and letters.baseline(number) < baseline - least * size
        for number in numbers
    )


def _find_accented(accent: int, text: str, first: int, letters: Letters) -> Iterator[tuple[int, str]]:
    """Return where the letter under an accent is («´e», or «E» with its «´» elsewhere), and what they make."""
    box = letters.ink(first + accent)
    for offset in [*range(accent + 1, min(accent + 3, len(text))), *range(accent)]:
        letter = normalize("NFC", text[offset].replace("ı", "i").replace("ȷ", "j") + _ACCENTS[text[accent]])
        if (
            len(letter) == 1
            and text[offset].isalpha()
            and _ink_covers((box.left + box.right) / 2, first + offset, letters)
        ):
            yield offset, letter
            return


def _ink_covers(middle: float, number: int, letters: Letters) -> bool:
    box = letters.ink(number)
    return box.left <= middle <= box.right
