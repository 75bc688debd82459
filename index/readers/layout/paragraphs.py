"""Group the lines of a page into paragraphs: pdfium gives text and positions, but no structure."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Sequence
from itertools import groupby, pairwise
from statistics import median
from typing import NamedTuple

from index.chunking.sentences import is_list_item
from index.language import RAISED
from index.readers.layout.furniture import LARGER, body_size
from index.readers.layout.grid import Table
from index.readers.layout.hyphens import is_continued, join
from index.readers.layout.letters import Tag
from index.readers.layout.lines import Line, join_lines
from index.readers.layout.traced import Traced, concatenate

_NOTE = 0.92  # largest font size of a note, relative to that of the text
_SMALL_NOTE = 0.8  # largest font size of a note without a mark, at the end of a page, likewise
_NOTE_MARK = re.compile(rf"[{RAISED}*†‡§]|[(\[]?\d{{1,3}}(?!\d)")
_SAME_LINE = 0.35  # largest distance between baselines on one line, in font sizes
_PARTED = 3.0  # a wider gap separates two parts of a line, in font sizes
_SPACE = 0.25  # width of a space, in font sizes
_EDGE = 1.5  # points by which the ends of justified lines may differ
_INITIAL = 1.8  # smallest font size of a drop cap, relative to that of its paragraph
_INITIAL_NEAR = 2.0  # largest distance of a drop cap from its paragraph, in font sizes of the paragraph
_COLUMN = 3.0  # largest distance between the left edges of lines of one column, in font sizes
_REACHES = 0.5  # largest distance between the right edges of lines that end at the same margin, in font sizes
_SHARE = 0.2  # smallest share of a column's lines that end at its right margin
_LONG = 0.38  # a line wider than this share of the page height is full where no margin is known
_NARROWEST = 8.0  # smallest width of a column of text, in font sizes
_SINGLE = frozenset("AYÔIO")  # words of one letter, besides «À», with which no other word begins
_LABEL = re.compile(r"[A-ZÀ-Ý][^:;.!?»«\n]{0,45}?[\s\xa0]?:(?=\s|$)")
_DASH_OR_CLAUSE = re.compile(r"[–—] \w|o[\s\xa0]\w|\d{1,2}(?:\.\d{1,2})+\.? [A-ZÀ-Ý]")
BULLETED = re.compile(r"[•●▪■◦○‣⁃➢➤►❖✓✔☐☑☒]|[-–—][\s\xa0](?!.*[-–—]$)")
_ARTICLE = re.compile(r"(?:Article|Art\.)[\s\xa0](?:\d{1,4}|[A-Z]{1,2}\.?[\s\xa0-]?\d|1er|premier)")
# From a name to its page or price.
LEADERS = re.compile(
    r"\w.{0,150}?(?:(?:[.·][\s\xa0]?){5,}|…{2,})[\s\xa0]*(?:\W?\s?(?:\w{0,3}[\s\xa0.-]?\d.{0,25})|[ivxlcIVXLC]{1,6})"
)
_OPENING = re.compile(r"[\W_]*")


class Paragraph(NamedTuple):
    """A paragraph of a page, with where each of its characters comes from."""

    traced: Traced
    size: float  # of its letters
    bold: bool = False
    turned: bool = False
    lines: int = 1
    is_near_next: bool = False  # the next paragraph stands right below it
    continues_word: bool = False  # its first word begins on the page before
    tag: Tag | None = None  # where it stands in the structure of the document

    @property
    def text(self) -> str:
        return self.traced.text

    @property
    def is_label(self) -> bool:
        """Return whether it is a short name of what stands below it, with a colon."""
        return self.lines == 1 and self.text.endswith(":") and _LABEL.fullmatch(self.text) is not None


PageElement = Paragraph | Table


def page_elements(
    arranged: Sequence[Line | Table], document_words: Container[str], vocabulary: Container[str]
) -> list[PageElement]:
    """Return the paragraphs and tables of a page.

    Args:
        document_words: the words that the document writes whole: they tell which hyphens at line ends belong to a word.
        vocabulary: the words of the languages, likewise.
    """
    elements: list[PageElement] = []
    for is_table, run in groupby(arranged, key=lambda element: isinstance(element, Table)):
        if is_table:
            elements += [element for element in run if isinstance(element, Table)]
        else:
            lines = [element for element in run if isinstance(element, Line)]
            elements += _paragraphs(
                _notes_aside(_with_initials(_join_pieces(lines), vocabulary)), document_words, vocabulary
            )
    return elements


def _join_pieces(lines: Sequence[Line]) -> list[Line]:
    """Join the pieces of each line; what a wide gap parts is set apart by a bar."""
    groups: list[list[Line]] = []
    for line in lines:
        previous = groups[-1][-1] if groups else None
        if previous is not None and _is_beside(previous, line):
            groups[-1].append(line)
        else:
            groups.append([line])
    neighbouring = [[above, below] for above, below in zip([[], *groups], [*groups[1:], []], strict=False)]
    return [
        join_lines(_insert_bars(group, *neighbours)) for group, neighbours in zip(groups, neighbouring, strict=False)
    ]


def _is_beside(previous: Line, line: Line) -> bool:
    if previous.turned or line.turned or abs(previous.bottom - line.bottom) > _SAME_LINE * line.size:
        return False
    return (
        line.left > previous.right - _SPACE * line.size
        and line.size < _INITIAL * previous.size < _INITIAL**2 * line.size
    )


def _insert_bars(pieces: Sequence[Line], above: Sequence[Line], below: Sequence[Line]) -> list[Line]:
    """Insert bars in wide gaps between texts, but not in justified text: a line as wide as the one above or below.

    Where that one has gaps, too, the lower of them begins small, as it goes on with a sentence.
    """
    barred = [pieces[0]]
    left, right = pieces[0].left, pieces[-1].right
    for other, lower in ((above, pieces), (below, below)):
        is_as_wide = bool(other) and max(abs(other[0].left - left), abs(other[-1].right - right)) < _EDGE
        if is_as_wide and (len(other) == 1 or _starts_small(lower[0].text)):
            return list(pieces)
    for previous, line in pairwise(pieces):
        if line.left - previous.right > _PARTED * line.size and not previous.text.endswith(":"):
            line = line._replace(traced=concatenate([Traced.put_in("| "), line.traced]))
        barred.append(line)
    return barred


def _with_initials(lines: list[Line], vocabulary: Container[str]) -> list[Line]:
    """Put each drop cap before the first line of its paragraph."""
    merged = list(lines)
    for initial in [line for line in lines if len(line.text) <= 2 and line.text.isupper() and not line.turned]:
        adjacent = [line for line in merged if _stands_beside(initial, line)]
        if adjacent:
            first = max(adjacent, key=lambda line: line.bottom)
            is_word = initial.text == "À" or (
                initial.text in _SINGLE and f"{initial.text}{_first_word(first)}" not in vocabulary
            )
            between = [Traced.put_in(" ")] if is_word else []
            traced = concatenate([initial.traced, *between, first.traced])
            merged[merged.index(first)] = first._replace(traced=traced, left=initial.left)
            merged.remove(initial)
    return merged


def _first_word(line: Line) -> str:
    return re.split(r"[^\w]", line.text, maxsplit=1)[0]


def _stands_beside(initial: Line, line: Line) -> bool:
    is_near = -0.5 * line.size < line.left - initial.right < _INITIAL_NEAR * line.size
    is_level = initial.bottom - _SAME_LINE * line.size <= line.bottom < initial.top
    return line is not initial and is_near and is_level and initial.size > _INITIAL * line.size


def _notes_aside(lines: list[Line]) -> list[Line]:
    """Move a note at the foot of a column before the sentence that it interrupts and that goes on in the next."""
    if len(lines) < 3:
        return lines
    size, margins = body_size([lines]), _Margins(lines)
    moved: list[Line] = []
    runs = [(small, list(run)) for small, run in groupby(lines, key=lambda line: line.size < _NOTE * size)]
    for (small, run), (_, following) in zip(runs, [*runs[1:], (False, [])], strict=True):
        position = len(moved)
        if small and moved and _interrupts(run, moved[-1], following, size):
            position -= 1
            while position and _continues(moved[position - 1], moved[position], margins, moved[position - 1]):
                position -= 1
        moved[position:position] = run
    return moved


def _interrupts(note: Sequence[Line], previous: Line, following: Sequence[Line], size: float) -> bool:
    """Return whether a note in small letters interrupts a sentence that continues in the next column or page."""
    if BULLETED.match(note[0].text):
        return False
    if following:
        goes_on = following[0].bottom > previous.bottom and not following[0].text[0].isupper()
    else:
        goes_on = _NOTE_MARK.match(note[0].text) is not None or note[0].size < _SMALL_NOTE * size
    return goes_on and note[-1].bottom < previous.bottom and not previous.ended


def _paragraphs(lines: Sequence[Line], document_words: Container[str], vocabulary: Container[str]) -> list[Paragraph]:
    if not lines:
        return []
    margins = _Margins(lines)
    groups = [[lines[0]]]
    for previous, line in pairwise(lines):
        if _continues(previous, line, margins, groups[-1][0]):
            groups[-1].append(line)
        else:
            groups.append([line])
    nexts = [group[0] for group in groups[1:]]
    are_near = [margins.is_near(group[-1], following) for group, following in zip(groups, nexts, strict=False)]
    return [
        Paragraph(
            join([line.traced for line in group], document_words, vocabulary),
            margins.body if group[0].added else median(line.size for line in group),
            all(line.bold for line in group),
            group[0].turned,
            len(group),
            is_near,
            tag=group[0].tag,
        )
        for group, is_near in zip(groups, [*are_near, False], strict=True)
    ]


class _Margins:
    """The usual distance of lines on a page, and how far to the right the lines of each column reach."""

    def __init__(self, lines: Sequence[Line]) -> None:
        steps = [
            previous.bottom - line.bottom for previous, line in pairwise(lines) if previous.bottom - line.bottom > 0.1
        ]
        self.spacing = median(steps) if steps else 0.0
        self.body = body_size([lines])
        self._lines = [line for line in lines if not line.turned]
        goes_on = [_goes_on(*pair) for pair in pairwise(self._lines)]
        self._going_on = [line for line, is_one in zip(self._lines, goes_on, strict=False) if is_one]
        self._edges: dict[tuple[float, float], float | None] = {}  # of columns, by a left edge and a size

    def is_near(self, previous: Line, line: Line) -> bool:
        """Return whether a line stands right below another, or beside it."""
        return -0.1 <= previous.bottom - line.bottom <= 1.4 * max(self.spacing, 1.2 * line.size)

    def is_full(self, previous: Line, line: Line) -> bool:
        """Return whether the first word of a line had no room left at the end of the line before."""
        if previous.width < _NARROWEST * previous.size:
            return False  # such as a name, or a line of an address
        reach, column = _REACHES * previous.size, (previous.left, previous.size)
        if column not in self._edges:
            self._edges[column] = self._edge(*column)
        edge = self._edges[column]
        if edge is None or previous.right > edge + reach:
            return previous.width > _LONG * previous.page_height
        return previous.right + _SPACE * line.size + line.first_word > edge - 0.1 * line.size

    def _edge(self, left: float, size: float) -> float | None:
        """Return how far the lines of a column reach: as far as several end, of which one goes on in the next line.

        None if no others show it: short lines, such as those of a list, may end alike.
        """
        rights, going_on = (
            sorted(line.right for line in lines if abs(line.left - left) < _COLUMN * size and _alike(line.size, size))
            for lines in (self._lines, self._going_on)
        )
        least, reach = max(2, _SHARE * len(rights)), _REACHES * size
        ends = (right for right in reversed(rights) if _count_near(right, reach, rights) >= least)
        return next((right for right in ends if _count_near(right, reach, going_on)), None)


def _alike(size: float, other: float) -> bool:
    return abs(size - other) < 0.2 * other


def _goes_on(previous: Line, line: Line) -> bool:
    """Return whether the words of a line show that they go on with those of the line before it."""
    first = line.text[0]
    return first.isalpha() and not first.isupper() and not previous.ended and not is_list_item(line.text)


def _count_near(value: float, reach: float, ordered: Sequence[float]) -> int:
    """Return how many of some ordered values are less than ``reach`` away."""
    return bisect_left(ordered, value + reach) - bisect_right(ordered, value - reach)


def _continues(previous: Line, line: Line, margins: _Margins, first: Line) -> bool:
    """Return whether a line goes on with the paragraph of the line before it, which begins with the line ``first``."""
    if previous.turned or line.turned:
        return previous.turned and line.turned and abs(previous.left - line.left) < 0.1
    if previous.tag and line.tag and previous.tag.block != line.tag.block:
        same_level = previous.tag.level == line.tag.level > 0  # a heading of which each line is marked as one
        return same_level and margins.is_near(previous, line) and margins.is_full(previous, line)
    if is_continued(previous.text, line.text):
        return True
    if abs(line.size - previous.size) > 0.12 * previous.size or line.added != previous.added:
        return False
    full, small = margins.is_full(previous, line), _starts_small(line.text)
    if previous.tag and previous.tag.block and line.tag and (full or small):
        return True
    if _begins_block(previous, line, first, full=full, small=small):
        return False
    step = previous.bottom - line.bottom
    if step < -0.1:  # the top of the next column
        return not previous.ended and not line.text[0].isupper()
    if not margins.is_near(previous, line):
        return not previous.ended and line.text[0].islower() and step < 3 * margins.spacing
    if previous.ended:
        return not line.left > previous.left + 0.8 * line.size and (full or small)
    return full or small or _is_centred_heading(previous, line, margins.body)


def _starts_small(text: str) -> bool:
    """Return whether a text starts with a small letter, after brackets or quotation marks."""
    return text[_OPENING.match(text).end() :][:1].islower()  # type: ignore[union-attr]


def _begins_block(previous: Line, line: Line, first: Line, *, full: bool, small: bool) -> bool:
    """Return whether a line begins a new block: a list item, text after a label, a bold heading or the text below."""
    if is_list_item(line.text) and (previous.ended or not full or not line.text[0].isascii()):
        return True
    if (_DASH_OR_CLAUSE.match(line.text) or _ARTICLE.match(line.text)) and (previous.ended or not full):
        return True
    if LEADERS.fullmatch(previous.text) or (previous.text.endswith(":") and not (full and small)):
        return True
    if previous.bold != line.bold and not (full and small):
        return True
    is_label = _LABEL.match(line.text) is not None and not small
    return is_label and (not full or previous.ended or _LABEL.match(first.text) is not None)


def _is_centred_heading(previous: Line, line: Line, body: float) -> bool:
    middle = abs((previous.left + previous.right) - (line.left + line.right)) / 2
    return line.size > LARGER * body and middle < 0.3 * line.size and abs(previous.left - line.left) > 0.3 * line.size
