"""Read the content of one page: its lines, and whether it is a picture of text."""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from contextlib import closing
from itertools import groupby, pairwise
from statistics import mean, median
from typing import Any, NamedTuple, TypeVar

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from index.places import UNIT, PlacedWord
from index.readers.layout.letters import NO_TAGS, Frame, Letters, Rectangle, Tag, Word
from index.readers.layout.lines import Line, pieces
from index.readers.layout.vocabulary import is_no_language
from index.readers.ocr import RecognisedWord
from index.readers.pdf.annotations import annotated_words, insert_annotations, struck_by_notes
from index.readers.pdf.tags import are_trusted, read_tags

_FEW_CHARACTERS = 150  # characters of a page that may be a scan with a stamp
_OCR_GAIN = 1.5  # times the text of the page, that OCR reads at least
_COVERS = 0.4  # of the page, the pictures of a scan
_MOST_PICTURES = 200  # that are measured
_LONG_LINE = UNIT / 10  # from the middle of its first half to that of its second at least
_SIDEWAYS, _SIDEWAYS_LINES = 0.8, 4  # smallest share of the letters, and lines, of a page that stands on its side
_UNEVEN = 0.35  # of the usual height of a line, by which lines of one size differ at most


class Content(NamedTuple):
    """What a page holds."""

    lines: Sequence[Line]  # in content order
    words: Sequence[PlacedWord] = ()  # those that have boxes of their own
    is_picture: bool = False  # pictures cover it, and it has little text
    is_garbled: bool = False  # its letters make no words of any language
    by_ocr: bool = False


NO_CONTENT = Content(())
Placed = TypeVar("Placed", RecognisedWord, PlacedWord)


def read_page(
    document: Any,
    number: int,
    vocabulary: Container[str],
    recognised: Sequence[RecognisedWord] = (),
    hidden: frozenset[str] = frozenset(),
) -> Content:
    """Return the content of a page (from 1), or what OCR read of it if that is more; none if the page is damaged.

    Args:
        hidden: the names of the layers that are off.
    """
    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError:
        return NO_CONTENT
    with closing(page):
        content = _content(page, number, _read_annotated(document, page), read_tags(document, page), hidden)
        text = "\n".join(line.text for line in content.lines)
        is_garbled = is_no_language(text, vocabulary)
        is_picture = len(text) < _FEW_CHARACTERS and _is_covered(page)
        if recognised and (is_garbled or sum(len(word.text) for word in recognised) > _OCR_GAIN * len(text)):
            return _read_content(page, number, recognised)
        return content._replace(is_picture=is_picture, is_garbled=is_garbled)


def _content(page: Any, number: int, words: Sequence[Word], tags: Mapping[int, Tag], hidden: frozenset[str]) -> Content:
    with closing(Letters(page, words, tags, hidden, struck=struck_by_notes(page))) as letters:
        lines = pieces(letters)
        turn = 0 if words else _find_turn(lines, letters)
        if tags and not are_trusted(lines) and not turn:
            letters.tags = NO_TAGS
            lines = pieces(letters)
        located = Content(insert_annotations(_with_stamps_last(lines)), _locate(letters, number))
    if not turn:
        return located
    with closing(Letters(page, (), NO_TAGS, hidden, struck=struck_by_notes(page), turn=turn)) as letters:
        return Content(pieces(letters))


def _with_stamps_last(lines: Sequence[Line]) -> Sequence[Line]:
    """Return lines with those that do not run from left to right after the others, if they are the fewer."""
    turned = sum(line.turned for line in lines)
    return sorted(lines, key=lambda line: line.turned) if 0 < 2 * turned < len(lines) else lines


def _find_turn(lines: Sequence[Line], letters: Letters) -> int:
    """Return the quarter turns, clockwise, after which nearly all of a page runs from left to right."""
    turned = [line for line in lines if line.turned]
    count = sum(len(line.text) for line in turned)
    if count < _SIDEWAYS * sum(len(line.text) for line in lines) or len(turned) < _SIDEWAYS_LINES:
        return 0
    turns = Counter(letters.turn_of(line.traced.numbers[0]) for line in turned)
    return turns.most_common(1)[0][0]


def _read_content(page: Any, number: int, words: Sequence[RecognisedWord]) -> Content:
    """Return the lines that OCR read, in its order; those of a page that was scanned askew are straightened."""
    turns = _quarter_turns(words)
    upright = [_turn(word, turns) for word in words]
    fall = _fall(upright)
    levelled = [_move(word, -fall) for word in upright]
    with closing(Letters(page, _recognised(levelled, page), of_page=False)) as letters:
        placed = [_turn(_move(word, fall), -turns) for word in _locate(letters, number)]
        return Content([line._replace(added=False) for line in pieces(letters)], placed, by_ocr=True)


def _quarter_turns(words: Sequence[RecognisedWord]) -> int:
    """Return by how many quarters of a circle, against the clock, to turn a page whose lines do not run rightwards."""
    run = [0, 0, 0, 0]  # how far words stand from those before them: rightwards, downwards, leftwards, upwards
    for before, word in pairwise(words):
        if before.line == word.line:
            right = (word.left + word.right - before.left - before.right) // 2
            down = (word.top + word.bottom - before.top - before.bottom) // 2
            for direction, distance in enumerate((right, down, -right, -down)):
                run[direction] += max(distance, 0)
    return run.index(max(run))


def _turn(word: Placed, turns: int) -> Placed:
    """Turn a word with its page by quarters of a circle against the clock."""
    for _ in range(turns % 4):
        left, top, right, bottom = word.top, UNIT - word.right, word.bottom, UNIT - word.left
        word = word._replace(left=left, top=top, right=right, bottom=bottom)
    return word


def _fall(words: Sequence[RecognisedWord]) -> float:
    """Return the median slope of the lines: how far they fall per page width, relative to the page height."""
    falls = []
    for _, line in groupby(words, key=lambda word: word.line):
        line_words = list(line)
        first, second = line_words[: len(line_words) // 2], line_words[len(line_words) // 2 :]
        if first and mean(word.left for word in second) - mean(word.left for word in first) > _LONG_LINE:
            low, lower = (mean(word.bottom for word in half) for half in (first, second))
            left, right = (mean(word.left for word in half) for half in (first, second))
            falls.append((lower - low) / (right - left))
    return median(falls) if falls else 0.0


def _move(word: Placed, fall: float) -> Placed:
    """Move a word down by how far its line falls from the middle of the page to it."""
    down = round(fall * ((word.left + word.right) / 2 - UNIT / 2))
    return word._replace(top=word.top + down, bottom=word.bottom + down)


def _recognised(words: Sequence[RecognisedWord], page: Any) -> list[Word]:
    """Return the words that OCR read, in points, each as high as its line.

    A line of few letters is as high as most: «contre 6.» has no descender, and is of the same size as the others.
    """
    width, height = page.get_size()
    across, up = width / UNIT, height / UNIT
    lines = {line: list(line_words) for line, line_words in groupby(words, key=lambda word: word.line)}
    heights = {
        line: max(word.bottom for word in line_words) - min(word.top for word in line_words)
        for line, line_words in lines.items()
    }
    usual = median(heights.values()) if heights else 0
    placed = []
    for line, line_words in lines.items():
        bottom = max(word.bottom for word in line_words)
        size = usual if abs(heights[line] - usual) < _UNEVEN * usual else heights[line]
        low, high = height - bottom * up, height - (bottom - size) * up
        placed += [
            Word(word.text, Rectangle(word.left * across, low, word.right * across, high), line) for word in line_words
        ]
    return placed


def _read_annotated(document: Any, page: Any) -> list[Word]:
    if not pdfium.FPDFPage_GetAnnotCount(page.raw):
        return []
    forms = document.formenv.raw if document.formenv else None
    return annotated_words(page, forms, lambda box: Frame(page).transform(*box))


def _locate(letters: Letters, page: int) -> list[PlacedWord]:
    return [
        PlacedWord(page, first, len(word), *_units(letters.box(first), letters.box(first + len(word) - 1), letters))
        for first, word in letters.added
    ]


def _units(first: Rectangle, last: Rectangle, letters: Letters) -> tuple[int, int, int, int]:
    across, up = UNIT / max(letters.width, 1), UNIT / max(letters.height, 1)
    return (
        round(first.left * across),
        round(UNIT - first.top * up),
        round(last.right * across),
        round(UNIT - first.bottom * up),
    )


def _is_covered(page: Any) -> bool:
    """Return whether pictures cover much of a page."""
    width, height = page.get_size()
    area = 0.0
    pictures = page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=3)
    for _, picture in zip(range(_MOST_PICTURES), pictures, strict=False):
        left, bottom, right, top = picture.get_bounds()
        area += max(right - left, 0) * max(top - bottom, 0)
    return bool(area > _COVERS * width * height)
