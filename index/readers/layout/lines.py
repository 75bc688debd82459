"""The pieces of lines on a page: runs of words without a wide gap between them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from operator import sub
from statistics import median
from typing import NamedTuple

from index.chunking.sentences import ENDS
from index.language import LOWERED, RAISED
from index.readers.content.symbols import symbol
from index.readers.layout.glyphs import ACCENTS, GONE, is_set_high, mend, raised_number
from index.readers.layout.letters import LEAST_GAP, Font, Letters, Tag
from index.readers.layout.ruled.grids import Grid, cell_at, find_grids, split_at_rules
from index.readers.layout.ruled.gutters import split_at_gutters
from index.readers.layout.ruled.strikes import without_struck
from index.readers.layout.traced import NOTHING, PUT_IN, Traced, concatenate

HYPHENS = ("-", "\u00ad", "\u2010")
# pdfium ends a line with a mark of its own at a hyphen.
_LINE = re.compile(r"[^\r\n\x02\ufffe]+[\x02\ufffe]?|[\x02\ufffe]")
_WORD = re.compile(r"\S+")
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_REPLACED = _LIGATURES | {"\x02": "-", "\ufffe": "-", "\t": " ", GONE: ""}  # the first two: a hyphen that ends a line
_SPECIAL = re.compile("[" + "".join(_REPLACED) + "]")
# «guillemets» as old TeX fonts draw them: beside words, where mathematics has letters and numbers.
_OPENING = re.compile(r"≪(?=[\s\xa0]?[^\W\d_]{2})")
_CLOSING = re.compile(r"(?:(?<=[^\W\d_]{2})|(?<=[^\W\d_]{2}\s)|(?<=[.!?…])|(?<=[.!?…]\s))≫")
_BEFORE_RAISED = re.compile(rf"\s+(?=[{RAISED}])")
_SIGN = re.compile(r"[\uf020-\uf0ff](?=\s|$)")  # of a font of symbols, before an item
_DIGITS = re.compile(r"\d{3,}")
_LONG = re.compile(r"[^\W\d_]{4,}")
_TOKEN = re.compile(r"\w+|[^\w\s]")  # of a word
_FRACTION = re.compile(r"\d+(?=[⁄/]\d)")
_MARK = re.compile(r"(?<=\d)[^\W\d_]{1,4}|(?<=\w)[-–−+*†‡§]")  # the end of an ordinal, a charge, or the mark of a note
_SET_OFF = (*RAISED, *LOWERED)
_JOINING = (*",.;)", *_SET_OFF)
_RAISED_NEAR = 0.3  # the largest distance of a raised number from what it belongs to, in the size of its letters
_RAISED_HIGH = 0.15  # the smallest distance between the baselines of the two, likewise
_RAISED_SIZE = 0.85  # the largest font size of a raised number, relative to that of its line
_NOTE_NEAR = 0.6  # the largest distance of a note's number from the note, in the font size of the note
_NOTE_SIZE = 0.95  # the largest font size of a note's number, relative to that of the note
_LOWERED_DEEP = 0.05  # the smallest distance between the baselines of a lowered digit and its line, likewise
_MOST_SET_OFF = 5  # characters that are raised or lowered together
GAP = 1.0  # between cells at least, in the size of the letters
_CELL_GAP = 0.6  # likewise, where no space is written
_BACK = 0.5  # how far a word starts left of the end of the one before, where another piece begins; likewise
_SHIFT = 0.6  # how far its baseline is above or below; likewise
_THIN = 0.1  # a space between digits at least; likewise
_SPACE = 0.25  # the usual space where a line has none to measure; likewise
_LEAST_SPACE = 0.125  # the usual space at least; likewise

Word = tuple[int, int]  # the number of its first character, and the number after that of its last


class Line(NamedTuple):
    """A line, or the piece of one: distances are in points from the left and the bottom of the page as it is seen."""

    traced: Traced  # as it is read
    left: float
    bottom: float  # the baseline of its letters
    right: float
    size: float  # of its letters
    bold: bool  # all of it
    turned: bool  # it does not run from left to right
    page_height: float
    first_word: float  # the width of its first word
    added: bool = False  # the value of a form field, or a note
    tag: Tag | None = None  # where it stands in the structure of the document

    @property
    def text(self) -> str:
        return self.traced.text

    @property
    def top(self) -> float:
        """The top of its letters."""
        return self.bottom + self.size

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def ended(self) -> bool:
        """Return whether it ends a sentence; numbers of notes do not count."""
        return self.text.rstrip(RAISED).endswith(ENDS)


def pieces(letters: Letters) -> list[Line]:
    """Return the pieces of all lines in content order; what lies outside the page is left out."""
    raw, in_cells = letters.raw, any(tag.cell for tag in letters.tags.values())
    grids = [] if letters.tags else find_grids(letters.borders, letters.frames)
    if "≪" in raw or "≫" in raw:  # the search for these takes long, and they are rare
        raw = _CLOSING.sub("»", _OPENING.sub("«", raw))
    runs: Iterable[list[Word]] = (
        words
        for line in _LINE.finditer(raw)
        for run in _runs(raw, line.start(), line.end(), letters)
        for words in (_cells(run, letters) if in_cells else split_at_rules(run, letters, grids))
    )
    if not in_cells:
        runs = split_at_gutters(list(runs), letters)
    if (unstruck := without_struck(raw, letters)) is not raw:
        runs = (
            unstruck_words
            for words in runs
            if (unstruck_words := [word for word in words if unstruck[slice(*word)].strip(GONE)])
        )
    candidates = (_piece(unstruck, words, letters) for words in runs)
    if grids:
        candidates = (_in_grid(piece, letters, grids) for piece in candidates)
    joined: list[Line] = []
    for piece in candidates:
        if joined and piece.text and (extended := _join_raised(joined[-1], piece) or _join_number(joined[-1], piece)):
            joined[-1] = extended
        elif piece.text:
            joined.append(piece)
    return _with_gaps_filled(joined)


def _in_grid(piece: Line, letters: Letters, grids: Sequence[Grid]) -> Line:
    cell = cell_at(piece.traced.numbers[0], letters, grids) if piece.text else None
    return piece._replace(tag=Tag(0, cell=cell)) if cell else piece


def _with_gaps_filled(lines: Sequence[Line]) -> list[Line]:
    """Put what is written elsewhere in the content, but in a gap of a line, in that gap: a correction, or a value."""
    levels: dict[int, list[Line]] = {}
    for line in lines:
        levels.setdefault(round(line.bottom), []).append(line)
    filled = list(lines)
    for before, after in pairwise(lines):
        gap = after.left - before.right
        if gap < GAP * before.size or round(before.bottom) != round(after.bottom) or before.turned or after.turned:
            continue
        level = levels[round(before.bottom)]
        fitting = [line for line in level if _fits_between(line, before, after)] if len(level) > 2 else []
        if len(fitting) == 1:
            filled.remove(fitting[0])
            filled.insert(filled.index(before) + 1, fitting[0])
    return filled


def _fits_between(line: Line, before: Line, after: Line) -> bool:
    """Return whether a piece stands between two others, no further from each than a word."""
    reach = GAP * line.size
    left, right = line.left - before.right, after.left - line.right
    return -_THIN * reach < left < reach and -_THIN * reach < right < reach and abs(line.bottom - before.bottom) < 1


def _join_raised(previous: Line, line: Line) -> Line | None:
    """Return a piece with the small number that stands high at its end, or with what goes on after one, else None."""
    gap = line.left - previous.right
    if abs(gap) > _RAISED_NEAR * previous.size or previous.turned or line.turned or line.added or previous.added:
        return None
    if (previous.tag and previous.tag.cell) != (line.tag and line.tag.cell):
        return None
    rise = line.bottom - previous.bottom
    if rise < previous.size and is_set_high(line.size, rise, previous.size):
        is_mark = abs(gap) < _THIN * previous.size and _MARK.fullmatch(previous.text[-1] + line.text, 1)
        number = line.text if is_mark else raised_number(line.text)
    else:
        number = line.text if abs(rise) < _THIN * line.size and _touches(previous, line) else ""
    if not number:
        return None
    traced = concatenate([previous.traced, Traced(number, line.traced.numbers)])
    return previous._replace(traced=traced, right=line.right)


def _join_number(number: Line, line: Line) -> Line | None:
    """Return a note with the number before it, which is a small piece that stands high; None for other pieces."""
    if len(number.text) > _MOST_SET_OFF or number.turned or line.turned or number.added or line.added:
        return None
    is_near = -_THIN * line.size < line.left - number.right < _NOTE_NEAR * line.size
    rise = number.bottom - line.bottom
    raised = raised_number(number.text) if is_near and _RAISED_HIGH * line.size < rise < line.size else ""
    if not raised or number.size > _NOTE_SIZE * line.size:
        return None
    if (number.tag and number.tag.cell) != (line.tag and line.tag.cell):
        return None
    traced = concatenate([Traced(raised, number.traced.numbers), Traced.put_in(" "), line.traced])
    return line._replace(traced=traced, left=number.left, first_word=line.first_word + line.left - number.left)


def _runs(raw: str, begin: int, end: int, letters: Letters) -> Iterator[list[Word]]:
    """Yield the words of a line that belong together: no wide gap parts them, nor the edge of the page."""
    words = [match.span() for match in _WORD.finditer(raw, begin, end)]
    if GONE in raw:
        words = [(first, stop) for first, stop in words if raw[first:stop].strip(GONE)]
    if not words:
        return
    font = _lettering(raw, begin, end, letters)
    if letters.all_seen and (font.turned or _are_near(words, letters, font.size)):
        yield words
        return
    run: list[Word] = []
    for first, stop in _by_sight(raw, words, letters) if letters.has_unseen else words:
        if not (letters.all_seen or _is_seen(letters, first, stop)):
            if run:
                yield run
            run = []
            continue
        joins = font.turned or raw[first:stop] in ACCENTS  # old fonts set these after their line
        if run and not joins and _is_apart(letters, run[-1][1] - 1, first, font.size):
            yield run
            run = []
        run.append((first, stop))
    if run:
        yield run


def _by_sight(raw: str, words: Sequence[Word], letters: Letters) -> Iterator[Word]:
    """Yield words; those of which a part is not seen, in parts. No number is parted, nor are letters."""
    for first, stop in words:
        if not (letters.is_unseen(first) or letters.is_unseen(stop - 1)):
            yield first, stop
            continue
        token_spans = (match.span() for match in _TOKEN.finditer(raw, first, stop))
        for _, group in groupby(token_spans, key=lambda span: all(map(letters.is_unseen, range(*span)))):
            spans = list(group)
            yield spans[0][0], spans[-1][1]


def _cells(words: Sequence[Word], letters: Letters) -> Iterator[list[Word]]:
    """Yield the words of a run that stand in one cell of a tagged table, or outside of one."""
    if letters.tag(words[0][0]) == letters.tag(words[-1][0]):  # as in most lines
        yield list(words)
        return
    cells = [tag and tag.cell for tag in (letters.tag(first) for first, _ in words)]
    start = 0
    for n, (previous, cell) in enumerate(pairwise(cells), 1):
        if previous and cell and previous != cell:
            yield list(words[start:n])
            start = n
    yield list(words[start:])


def _are_near(words: Sequence[Word], letters: Letters, size: float) -> bool:
    """Return whether no two words are apart, as those of most lines: a quick test of what ``_is_apart`` finds."""
    if len(words) < 2:
        return True
    lefts, rights, bottoms = letters.lefts, letters.rights, letters.bottoms
    borders = [(last - 1, first) for (_, last), (first, _) in pairwise(words)]
    gaps = [lefts[first] - rights[last] for last, first in borders]
    if max(gaps) > _CELL_GAP * size or min(gaps) < -_BACK * size:
        return False
    return max([abs(bottoms[first] - bottoms[last]) for last, first in borders]) <= _SHIFT * size


def _is_seen(letters: Letters, first: int, end: int) -> bool:
    """Return whether the middle of a word lies on the page, and it stands in no layer that is off, and is seen."""
    if letters.is_hidden(first) or (letters.has_unseen and letters.is_unseen(first) and letters.is_unseen(end - 1)):
        return False
    last, bottoms, tops = end - 1, letters.bottoms, letters.tops
    x = (letters.lefts[first] + letters.rights[last]) / 2
    y = (bottoms[first] + tops[first] + bottoms[last] + tops[last]) / 4
    return 0 <= x <= letters.width and 0 <= y <= letters.height


def _is_apart(letters: Letters, last: int, first: int, size: float) -> bool:
    gap = letters.lefts[first] - letters.rights[last]
    if gap > GAP * size or gap < -_BACK * size:
        return True
    if gap > _CELL_GAP * size and letters.is_put_in(last + 1):
        return True
    shift = abs(letters.bottoms[first] - letters.bottoms[last])
    return shift > _SHIFT * size and not _overlaps(letters, last, first)


def _overlaps(letters: Letters, last: int, first: int) -> bool:
    """Return whether one of two characters stands within the height of the other, as a raised digit does."""
    smaller, taller = sorted((letters.box(last), letters.box(first)), key=lambda box: box.top - box.bottom)
    return taller.bottom <= (smaller.bottom + smaller.top) / 2 <= taller.top


def _middle(raw: str, begin: int, end: int) -> int:
    """Return a character in the middle of a line: its first may be an initial, and digits may be raised."""
    half = (begin + end) // 2
    if raw[half].isalpha():
        return half
    span = range(max(begin, half - _MOST_SET_OFF), min(end, half + _MOST_SET_OFF + 1))
    if raw[half].isdigit() and (letters := [offset for offset in span if raw[offset].isalpha()]):
        return min(letters, key=lambda offset: abs(offset - half))
    if not (raw[half].isspace() or raw[half] == GONE):
        return half
    offsets = (*range(half, end), *range(half, begin - 1, -1))
    return next((offset for offset in offsets if not (raw[offset].isspace() or raw[offset] == GONE)), begin)


def _lettering(raw: str, begin: int, end: int, letters: Letters) -> Font:
    """Return how the middle of a line is set, or what is larger beside it if a raised or lowered digit stands there."""
    middle = _middle(raw, begin, end)
    font = letters.font(middle)
    heights = list(map(sub, letters.tops[begin:end], letters.bottoms[begin:end]))
    least = heights[middle - begin] / _RAISED_SIZE
    if font.turned or max(heights) < least:
        return font
    larger = [n for n, height in enumerate(heights, begin) if height >= least and not raw[n].isspace()]
    nearest = min(larger, key=lambda n: abs(n - middle), default=middle)
    after = max((n + 1 for n in larger if n < middle), default=begin)
    small = raw[after : min((n for n in larger if n > middle), default=end)].strip()
    line = letters.font(nearest)
    rise = font.baseline - line.baseline
    is_off = rise > _RAISED_HIGH * line.size or rise < -_LOWERED_DEEP * line.size
    is_off = is_off and abs(rise) < _SHIFT * line.size and font.size < _RAISED_SIZE * line.size
    return line if is_off and len(small) <= _MOST_SET_OFF else font


def _piece(raw: str, words: Sequence[Word], letters: Letters) -> Line:
    (start, first_end), (_, end) = words[0], words[-1]
    font = _lettering(raw, start, end, letters)
    text = raw[start:end]
    if not font.turned:
        text = mend(text, start, font.size, font.baseline, letters)
    traced = Traced(text, range(start, end))
    if not font.turned and start < letters.pdfium_count:
        traced = _with_spaces(traced, font.size, letters)
    bold = font.bold and all(letters.font(offset).bold for offset in (start, end - 1))
    lefts, rights = letters.lefts, letters.rights
    return Line(
        _as_read(traced),
        min(lefts[start], lefts[end - 1]),
        font.baseline,
        max([rights[stop - 1] for _, stop in words]),
        font.size,
        bold,
        font.turned,
        letters.height,
        rights[first_end - 1] - lefts[start],
        start >= letters.pdfium_count,
        letters.tag(start) or letters.tag(end - 1),
    )


def _with_spaces(traced: Traced, size: float, letters: Letters) -> Traced:
    """Insert a space at each gap between digits or letters that is wide enough for one but has no character."""
    first, least_of_letters = traced.numbers[0], None
    cuts = list(_before_fractions(traced, size, letters))
    if not cuts and not _has_gaps(traced, size, letters):
        return traced
    for match in [*_DIGITS.finditer(traced.text), *_LONG.finditer(traced.text)]:
        begin, end = first + match.start(), first + match.end()
        gaps = list(map(sub, letters.lefts[begin + 1 : end], letters.rights[begin : end - 1]))
        widest = max(gaps)
        if match[0].isdigit():
            least = _THIN * size
        elif widest <= _LEAST_SPACE / 2 * size:
            continue
        else:
            least = least_of_letters = least_of_letters or _usual_space(traced, letters, size) / 2
        if widest > least:
            usual = median(gaps)
            cuts += [match.start() + n for n, gap in enumerate(gaps, 1) if gap - usual > least]
    if not cuts:
        return traced
    space = Traced(" ", [PUT_IN])
    edges = [0, *sorted(cuts), len(traced.text)]
    words = [traced.slice(*edge) for edge in pairwise(edges)]
    return concatenate([piece for word in words for piece in (space, word)][1:])


def _before_fractions(traced: Traced, size: float, letters: Letters) -> Iterator[int]:
    """Yield where small digits of a fraction begin after larger digits: «3» with a small «1/2» is no «31/2»."""
    first = traced.numbers[0]
    for match in _FRACTION.finditer(traced.text):
        start = match.end()
        while start > match.start() and letters.size(first + start - 1) < _RAISED_SIZE * size:
            start -= 1
        if match.start() < start < match.end():
            yield start


def _has_gaps(traced: Traced, size: float, letters: Letters) -> bool:
    """Return whether a gap between two letters or digits is wide enough to be a space that has no character."""
    if _LEAST_SPACE / 2 * size <= LEAST_GAP:
        return True
    first, text, wide = traced.numbers[0], traced.text, letters.wide_gaps
    begin, end = bisect_right(wide, first), bisect_left(wide, first + len(text))
    return any(text[offset - first - 1].isalnum() and text[offset - first].isalnum() for offset in wide[begin:end])


def _usual_space(traced: Traced, letters: Letters, size: float) -> float:
    first = traced.numbers[0]
    gaps = [
        letters.lefts[first + match.end()] - letters.rights[first + match.start() - 1]
        for match in re.finditer(r"(?<=\S)\s+(?=\S)", traced.text)
    ]
    return max(median(gaps), _LEAST_SPACE * size) if gaps else _SPACE * size


def _as_read(traced: Traced) -> Traced:
    """Replace ligatures, tabs, and the characters that pdfium writes for hyphens."""
    if _SPECIAL.search(traced.text):
        characters = [(_REPLACED.get(character, character), number) for character, number in zip(*traced, strict=True)]
        traced = Traced("".join(text for text, _ in characters), [number for text, number in characters for _ in text])
    if sign := _SIGN.match(traced.text):
        readable = symbol(ord(sign[0]), "Wingdings") or symbol(ord(sign[0]), "Symbol")
        traced = Traced(f"{readable or sign[0]}{traced.text[1:]}", traced.numbers)
    while match := _BEFORE_RAISED.search(traced.text):
        traced = concatenate([traced.slice(0, match.start()), traced.slice(match.end())])
    return traced.stripped()


def _touches(previous: Line, line: Line) -> bool:
    """Return whether a piece stands right after the one before: a mark, a power, or what follows one."""
    is_near = abs(line.left - previous.right) < _THIN * line.size
    return is_near and (line.text[0] in _JOINING or (previous.text.endswith(_SET_OFF) and line.text[0] not in ":!?»"))


def join_lines(lines: Sequence[Line]) -> Line:
    """Return pieces that follow each other on a line as one."""
    first, last = lines[0], lines[-1]
    if len(lines) == 1:
        return first
    space = Traced.put_in(" ")
    spaces = [NOTHING if _touches(before, line) else space for before, line in pairwise(lines)]
    longest = max(lines, key=lambda line: (not line.added, len(line.text)))  # the size of what is added is not known
    traced = concatenate(
        [piece for line, gap in zip(lines, [*spaces, NOTHING], strict=True) for piece in (line.traced, gap)]
    )
    return longest._replace(
        traced=traced,
        left=min(line.left for line in lines),
        right=max(last.right, *(line.right for line in lines)),
        bold=all(line.bold for line in lines),
        first_word=first.first_word,
        added=False,
    )
