"""Group the lines of PDF pages into paragraphs: pdfium gives text and positions, but no structure."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median
from typing import Any, NamedTuple

from index.chunking.sentences import ENDS, is_list_item
from index.readers.pdf.glyphs import GONE, RAISED, letter_baseline, letter_size, mended

_LINE = re.compile(
    r"[^\r\n\x02\ufffe]+[\x02\ufffe]?|[\x02\ufffe]"
)  # pdfium ends a line with a mark of its own at a hyphen
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
    | {"\x02": "-", "\ufffe": "-", GONE: None}  # how pdfium writes a hyphen at the end of a line
)
HYPHENS = ("-", "\u00ad", "\u2010")
# «guillemets» as old TeX fonts draw them: beside words, where mathematics has letters and numbers.
_OPENING = re.compile(r"≪(?=[\s\xa0]?[^\W\d_]{2})")
_CLOSING = re.compile(r"(?:(?<=[^\W\d_]{2})|(?<=[^\W\d_]{2}\s)|(?<=[.!?…])|(?<=[.!?…]\s))≫")
_BEFORE_RAISED = re.compile(rf"\s+(?=[{RAISED}])")
_NOTE = 0.92  # the letters of a note, against those of the text
LARGER = 1.15  # the letters of a heading, against those of the text
_MARGIN = 0.12  # of the page's height, at its top and bottom
_PAGE_NUMBER = re.compile(
    r"(?:page|p\.)?\s*[-–—|]?\s*\d{1,5}\s*(?:(?:/|sur|of|de)\s*\d{1,5})?\s*[-–—|]?", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# What French joins with a hyphen that stays: «vice-président», «peut-être», «dit-il», «celui-ci».
_KEEPS_AFTER = frozenset(
    "vice non semi demi quasi porte avant arrière grand haut peut rendez là dix vingt trente"
    " quarante cinquante soixante quatre quelques bien sous premier dernier nord sud nouveau franco russo anglo"
    " socio".split()
)
_KEEPS_BEFORE = frozenset(
    "il elle on ils elles je tu nous vous ce ci là même mêmes moi toi lui eux le la les en y t être dire parole"
    " paroles vis à dessus dessous delà chef président présidente ministre janvier février mars avril mai juin"
    " juillet août septembre octobre novembre décembre".split()
)


class Line(NamedTuple):
    raw: str  # as many characters as pdfium has, without the white space around
    text: str  # as it is read
    first: int  # pdfium's number of its first character
    left: float
    bottom: float  # where its letters stand
    right: float
    size: float  # of its letters
    page_height: float

    @property
    def top(self) -> float:
        """The top of its letters, in points above the bottom of the page."""
        return self.bottom + self.size

    @property
    def ended(self) -> bool:
        """Whether it ends a sentence; numbers of notes do not count."""
        return self.text.rstrip(RAISED).endswith(ENDS)


class Paragraph(NamedTuple):
    text: str
    size: float  # of its letters
    continues_word: bool = False  # its first word begins on the page before


def page_lines(page: Any) -> list[Line]:
    """Return the lines of a pdfium page in content order, footnotes before the paragraph that they interrupt."""
    letters, height = page.get_textpage(), page.get_height()
    try:
        return _notes_aside(list(_lines(letters, letters.get_text_range(), height)))
    finally:
        letters.close()


def _lines(letters: Any, raw: str, height: float) -> Iterator[Line]:
    raw = _CLOSING.sub("»", _OPENING.sub("«", raw))
    for match in _LINE.finditer(raw):
        bare = match[0].strip()
        if bare:
            first = match.start() + match[0].index(bare[0])
            left, right = letters.get_charbox(first)[0], letters.get_charbox(first + len(bare) - 1)[2]
            size, bottom = _stands(letters, first, bare)
            whole = mended(bare, first, size, bottom, letters)
            if text := _read(whole):
                yield Line(whole, text, first, left, bottom, right, size, height)


def _read(raw: str) -> str:
    return _BEFORE_RAISED.sub("", normalised(raw)).strip()


def _stands(letters: Any, first: int, line: str) -> tuple[float, float]:
    """Return the size and baseline of the letters of a line, by one in its middle: the first may be an initial."""
    middle = first + next(place for place in range(len(line) // 2, len(line)) if not line[place].isspace())
    return letter_size(letters, middle), letter_baseline(letters, middle)


def _notes_aside(lines: list[Line]) -> list[Line]:
    """Move a footnote that interrupts a sentence continued in the next column before that sentence."""
    if len(lines) < 3:
        return lines
    size, spacing, widths = body_size([lines]), _spacing(lines), _widths(lines)
    found: list[Line] = []
    for small, run in groupby(lines, key=lambda line: line.size < _NOTE * size):
        place = len(found)
        if small and found and not found[-1].ended:
            place -= 1
            while place and _continues(found[place - 1], found[place], spacing, widths[_column(found[place - 1])]):
                place -= 1
        found[place:place] = run
    return found


def normalised(text: str) -> str:
    """Replace ligatures and the characters that pdfium writes for hyphens."""
    return text.translate(_LIGATURES)


def body_size(pages: Sequence[Sequence[Line]]) -> float:
    """Return the median font size of all letters, in points."""
    sizes = sorted((line.size, len(line.raw)) for lines in pages for line in lines)
    half = sum(count for _, count in sizes) / 2
    for size, count in sizes:
        half -= count
        if half <= 0:
            return size
    return 0.0


def without_furniture(pages: Sequence[Sequence[Line]], body: float) -> list[list[Line]]:
    """Remove headers, footers and page numbers."""
    margins = [{line.text for line in lines if _in_margin(line, body)} for lines in pages]
    repeated = _repeated(margins)
    return [[line for line in lines if not (_in_margin(line, body) and _drop(line.text, repeated))] for lines in pages]


def _in_margin(line: Line, body: float) -> bool:
    """Whether the line is at the top or bottom of its page, and no larger than the text."""
    edge = _MARGIN * line.page_height
    return line.size < LARGER * body and (line.bottom > line.page_height - edge or line.top < edge)


def _repeated(margins: Sequence[set[str]]) -> frozenset[str]:
    """Return what pages repeat in a margin, numbers as ``#`` where only they differ; nothing of a single page.

    Texts that differ by their numbers must stand on many pages: they may be headings of chapters.
    """
    if len(margins) < 2:
        return frozenset()
    same = _on_pages(margins, 3 if len(margins) > 4 else 2)
    numbered = _on_pages([set(map(_numbers_apart, texts)) for texts in margins], 0.4 * len(margins))
    page_numbers = set(filter(_PAGE_NUMBER.fullmatch, set[str]().union(*margins)))
    return frozenset(same | page_numbers | {text for text in numbered if "#" in text})


def _on_pages(margins: Sequence[set[str]], least: float) -> set[str]:
    """Return the texts that stand in at least ``least`` margins, and in two."""
    counts = Counter(text for texts in margins for text in texts)
    return {text for text, count in counts.items() if count >= max(2, least)}


def _drop(text: str, repeated: frozenset[str]) -> bool:
    return text in repeated or _numbers_apart(text) in repeated


def _numbers_apart(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def words(pages: Sequence[Sequence[Line]]) -> frozenset[str]:
    """Return the words that stand whole in a line, with the hyphens that they are written with."""
    return frozenset(
        word
        for lines in pages
        for line in lines
        for word in _WORD.findall(line.text.lower())[: -1 if line.text.endswith(HYPHENS) else None]
    )


def paragraphs(lines: Sequence[Line], known: Collection[str] = ()) -> list[Paragraph]:
    """Join lines into paragraphs, in order; ``known`` words tell which hyphens at line ends belong to the word."""
    if not lines:
        return []
    spacing, widths = _spacing(lines), _widths(lines)
    groups = [[lines[0]]]
    for before, line in pairwise(lines):
        if _continues(before, line, spacing, widths[_column(before)]):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [
        Paragraph(_joined([line.text for line in group], known), median(line.size for line in group))
        for group in groups
    ]


def _spacing(lines: Sequence[Line]) -> float:
    """Return the usual distance between lines, in points."""
    steps = [before.bottom - line.bottom for before, line in pairwise(lines) if before.bottom - line.bottom > 0.1]
    return median(steps) if steps else 0.0


def _widths(lines: Sequence[Line]) -> dict[int, float]:
    """Return the widest line of each left edge: the columns of the page."""
    widths: dict[int, float] = {}
    for line in lines:
        widths[_column(line)] = max(widths.get(_column(line), 0.0), line.right - line.left)
    return widths


def _column(line: Line) -> int:
    return round(line.left / 4)


def _continues(before: Line, line: Line, spacing: float, width: float) -> bool:
    """Whether a line goes on with the paragraph of the line before it.

    ``spacing`` is the usual distance of lines, ``width`` that of the longest, in points.
    """
    if is_parted(before.text, line.text):
        return True
    if abs(line.size - before.size) > 0.12 * before.size:
        return False
    full = before.right - before.left >= 0.8 * width
    if is_list_item(line.text) and (before.ended or not full or not line.text[0].isascii()):
        return False
    step = before.bottom - line.bottom
    if step < -0.1:  # the top of the next column
        return not before.ended and not line.text[0].isupper()
    if step > 1.4 * spacing:
        return not before.ended and line.text[0].islower() and step < 3 * spacing
    return _continues_below(before, line, full, width)


def _continues_below(before: Line, line: Line, full: bool, width: float) -> bool:
    """Do the same for a line right below; ``full`` is whether the line before it reaches the right margin."""
    indented, small = line.left > before.left + 0.8 * line.size, line.text[0].islower()
    if before.ended:
        return not indented and (full or small)
    return full or small or before.right - before.left >= 0.5 * width


def _joined(texts: Sequence[str], known: Collection[str]) -> str:
    whole = texts[0]
    for text in texts[1:]:
        whole = without_hyphen(whole, text, known) + text if is_parted(whole, text) else f"{whole} {text}"
    return whole


def is_parted(before: str, after: str) -> bool:
    """Whether a word continues from one line to the next."""
    return before.endswith(HYPHENS) and (before[-2:-1].isalpha() or before[-2:-1] == ".") and after[0].isalpha()


def without_hyphen(before: str, after: str, known: Collection[str]) -> str:
    """Remove the hyphen at the end of ``before``, unless the word is written with one."""
    if before.endswith("\u00ad"):
        return before[:-1]
    if before[-2] == ".":  # J.-Y. Le Drian
        return before
    first, second = re.findall(r"[^\W\d_]+", before)[-1].lower(), re.findall(r"[^\W\d_]+", after)[0]
    joined, hyphened = f"{first}{second.lower()}" in known, f"{first}-{second.lower()}" in known
    compound = not second[0].islower() or first in _KEEPS_AFTER or (second in _KEEPS_BEFORE and first != "ce")
    if (hyphened if joined != hyphened else compound) or "-" in before.split()[-1][:-1]:
        return before
    return before[:-1]
