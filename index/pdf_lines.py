"""Lines of PDF pages to paragraphs: pdfium tells what is written and where, but not what belongs together."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

from index.split import is_item

_LINE = re.compile(
    r"[^\r\n\x02\ufffe]+[\x02\ufffe]?|[\x02\ufffe]"
)  # pdfium ends a line with a mark of its own at a hyphen
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
    | {"\x02": "-", "\ufffe": "-", "\x00": None}  # how pdfium writes a hyphen at the end of a line
)
HYPHENS = ("-", "\u00ad", "\u2010")
_ENDS = (".", "!", "?", ":", ";", "»", "”", "…")
LARGER = 1.15  # the letters of a heading, against those of the text
_MARGIN = 0.12  # of the page's height, at its top and bottom
_PAGE_NUMBER = re.compile(
    r"(?:page|p\.)?\s*[-–—|]?\s*\d{1,5}\s*(?:(?:/|sur|of|de)\s*\d{1,5})?\s*[-–—|]?", re.IGNORECASE
)
# What French joins with a hyphen that stays: «vice-président», «peut-être», «dit-il», «celui-ci».
_KEEPS_AFTER = frozenset(
    "vice ex non semi demi mi quasi porte avant arrière grand haut bas peut rendez vis au ci là dix vingt trente"
    " quarante cinquante soixante quatre quelques bien sous premier dernier nord sud nouveau franco russo anglo"
    " socio".split()
)
_KEEPS_BEFORE = frozenset(
    "il elle on ils elles je tu nous vous ce ci là même mêmes moi toi lui leur eux le la les en y t être dire parole"
    " paroles vous vis dessus dessous delà chef président présidente ministre".split()
)


class Line(NamedTuple):
    raw: str  # as pdfium has it, without the white space around
    first: int  # pdfium's number of its first character
    left: float
    bottom: float
    right: float
    top: float
    page_height: float

    @property
    def text(self) -> str:
        return normalised(self.raw)

    @property
    def size(self) -> float:
        return self.top - self.bottom


class Paragraph(NamedTuple):
    text: str
    size: float  # of its letters


def page_lines(page: Any) -> list[Line]:
    """The lines of a pdfium page, in the order of the page's content."""
    letters, height = page.get_textpage(), page.get_height()
    try:
        return list(_lines(letters, letters.get_text_range(), height))
    finally:
        letters.close()


def _lines(letters: Any, raw: str, height: float) -> Iterator[Line]:
    for match in _LINE.finditer(raw):
        bare = match[0].strip()
        if bare:
            first = match.start() + match[0].index(bare[0])
            left, bottom, _, top = letters.get_charbox(first, loose=True)
            right = letters.get_charbox(first + len(bare) - 1, loose=True)[2]
            yield Line(bare, first, left, bottom, right, top, height)


def normalised(text: str) -> str:
    return text.translate(_LIGATURES)


def body_size(pages: Sequence[Sequence[Line]]) -> float:
    """The size that half of all letters have, or less."""
    sizes = sorted((line.size, len(line.raw)) for lines in pages for line in lines)
    half = sum(count for _, count in sizes) / 2
    for size, count in sizes:
        half -= count
        if half <= 0:
            return size
    return 0.0


def without_furniture(pages: Sequence[Sequence[Line]], body: float) -> list[list[Line]]:
    """The pages without headers, footers and page numbers."""
    margins = [{line.text for line in lines if _in_margin(line, body)} for lines in pages]
    repeated = _repeated(margins)
    return [[line for line in lines if not (_in_margin(line, body) and _drop(line.text, repeated))] for lines in pages]


def _in_margin(line: Line, body: float) -> bool:
    """Whether the line stands at the top or bottom of its page, in letters no larger than those of the text."""
    edge = _MARGIN * line.page_height
    return line.size < LARGER * body and (line.bottom > line.page_height - edge or line.top < edge)


def _repeated(margins: Sequence[set[str]]) -> frozenset[str]:
    """What pages repeat in a margin; with other numbers, only where many pages do. Nothing of a single page."""
    same = Counter(text for texts in margins for text in texts)
    alike = Counter(key for texts in margins for key in {_numbers_apart(text) for text in texts})
    enough = 3 if len(margins) > 4 else 2
    found = {text for text, count in same.items() if count >= enough}
    found |= {text for text in same if len(margins) > 1 and _PAGE_NUMBER.fullmatch(text)}
    return frozenset(
        found | {key for key, count in alike.items() if count >= max(2, 0.4 * len(margins)) and "#" in key}
    )


def _drop(text: str, repeated: frozenset[str]) -> bool:
    return text in repeated or _numbers_apart(text) in repeated


def _numbers_apart(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def paragraphs(lines: Sequence[Line]) -> list[Paragraph]:
    """Lines joined where they continue, in order."""
    if not lines:
        return []
    spacing, widths = _spacing(lines), _widths(lines)
    groups = [[lines[0]]]
    for before, line in pairwise(lines):
        if _continues(before, line, spacing, widths[_column(before)]):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [Paragraph(_joined([line.text for line in group]), median(line.size for line in group)) for group in groups]


def _spacing(lines: Sequence[Line]) -> float:
    """The usual distance from a line to the next."""
    steps = [before.bottom - line.bottom for before, line in pairwise(lines) if before.bottom - line.bottom > 0.1]
    return median(steps) if steps else 0.0


def _widths(lines: Sequence[Line]) -> dict[int, float]:
    """The widest of the lines that start at the same place from the left: the columns of the page."""
    widths: dict[int, float] = {}
    for line in lines:
        widths[_column(line)] = max(widths.get(_column(line), 0.0), line.right - line.left)
    return widths


def _column(line: Line) -> int:
    return round(line.left / 4)


def _continues(before: Line, line: Line, spacing: float, width: float) -> bool:
    if _is_parted(before.text, line.text):
        return True
    if abs(line.size - before.size) > 0.12 * before.size:
        return False
    step, ended = before.bottom - line.bottom, before.text.endswith(_ENDS)
    full = before.right - before.left >= 0.8 * width
    if is_item(line.text) and (ended or not full or not line.text[0].isascii()):
        return False
    if step < -0.1:  # the top of the next column
        return not ended and not line.text[0].isupper()
    if step > 1.4 * spacing:
        return not ended and line.text[0].islower() and step < 3 * spacing
    indented, small = line.left > before.left + 0.8 * line.size, line.text[0].islower()
    if ended:
        return not indented and (full or small)
    return full or small or before.right - before.left >= 0.5 * width


def _joined(texts: Sequence[str]) -> str:
    whole = texts[0]
    for text in texts[1:]:
        whole = _without_hyphen(whole, text) + text if _is_parted(whole, text) else f"{whole} {text}"
    return whole


def _is_parted(before: str, after: str) -> bool:
    """Whether a word goes on from one line to the next."""
    return before.endswith(HYPHENS) and (before[-2:-1].isalpha() or before[-2:-1] == ".") and after[0].isalpha()


def _without_hyphen(before: str, after: str) -> str:
    """``before`` less its hyphen, unless the word is written with one."""
    if before.endswith("\u00ad"):
        return before[:-1]
    if before[-2] == ".":  # J.-Y. Le Drian
        return before
    first, second = re.findall(r"[^\W\d_]+", before)[-1].lower(), re.findall(r"[^\W\d_]+", after)[0]
    compound = not second[0].islower() or first in _KEEPS_AFTER or second in _KEEPS_BEFORE
    return before if compound or "-" in before.split()[-1][:-1] else before[:-1]
