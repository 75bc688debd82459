"""Locate spans of a document on its pages, so that a viewer can highlight them.

The index says which characters of a page those of the document are. pdfium says where it draws them; the index itself
has the boxes of words that pdfium does not know, such as those that OCR read.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from index.documents import Span
from index.places import UNIT, PlacedWord
from index.readers.pdf.pages import Box, PagePlaces

_WIDEST_GAP = 1.5  # the gap between words of one box at most, in its height
_LEVEL = 0.6  # of the lower of two boxes on one line, which they share in height

_STEP = 1.5  # how high a box may grow, in the height of what is joined

CharacterBoxes = Callable[[int, int], Iterable[tuple[float, float, float, float]]]


def locate_spans(places: PagePlaces, spans: Sequence[Span], drawn: CharacterBoxes) -> list[list[Box]]:
    """Return the boxes of each span: one rectangle for each line, or cell of a table, that it touches.

    ``drawn`` returns the boxes, one for each line, of the characters of the page from one number to another, exclusive,
    in fractions from the left and the top.
    """
    words = {word.first: word for word in places.words}
    starts = sorted(words)
    return [_merge(list(_find_touched(places, span, words, starts, drawn))) for span in spans]


def _find_touched(
    places: PagePlaces, span: Span, words: dict[int, PlacedWord], starts: Sequence[int], drawn: CharacterBoxes
) -> Iterator[Box]:
    for run in places.runs:
        begin, end = max(span.start, run.offset), min(span.end, run.offset + run.length)
        if begin >= end:
            continue
        first, last = run.first + begin - run.offset, run.first + end - run.offset
        if starts and first >= starts[0]:
            yield from (
                _partial_box(word, first, last)
                for word in words.values()
                if word.first < last and first < word.first + word.length
            )
        else:
            yield from (Box(places.page, *box) for box in drawn(first, last))


def _partial_box(word: PlacedWord, first: int, last: int) -> Box:
    """Return the share of a word's box that belongs to some of its characters."""
    step = (word.right - word.left) / word.length
    left = word.left + step * max(0, first - word.first)
    right = word.left + step * min(word.length, last - word.first)
    return Box(word.page, left / UNIT, word.top / UNIT, right / UNIT, word.bottom / UNIT)


def _merge(boxes: Sequence[Box]) -> list[Box]:
    """Join the boxes that follow each other on a line; one that lies askew is lit in steps."""
    merged: list[Box] = []
    highest = 0.0  # of the boxes in the last one
    for box in boxes:
        height = box.bottom - box.top
        joined = _union(merged[-1], box) if merged and _is_beside(merged[-1], box) else None
        if joined and joined.bottom - joined.top <= _STEP * max(highest, height):
            merged[-1], highest = joined, max(highest, height)
        else:
            merged.append(box)
            highest = height
    return merged


def _union(box: Box, other: Box) -> Box:
    left, top = min(box.left, other.left), min(box.top, other.top)
    return Box(box.page, left, top, max(box.right, other.right), max(box.bottom, other.bottom))


def _is_beside(box: Box, other: Box) -> bool:
    shared = min(box.bottom, other.bottom) - max(box.top, other.top)
    height = min(box.bottom - box.top, other.bottom - other.top)
    gap = max(box.left, other.left) - min(box.right, other.right)
    return shared > _LEVEL * height and gap < _WIDEST_GAP * height
