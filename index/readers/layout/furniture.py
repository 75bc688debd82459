"""Headers, footers and page numbers: what pages repeat in their margins is kept once, where it first stands."""

import re
from collections import Counter
from collections.abc import Sequence

from index.readers.layout.lines import Line

LARGER = 1.15  # the letters of a heading, against those of the text
_MARGIN = 0.12  # of the page's height, at its top and bottom
_PAGE_NUMBER = re.compile(
    r"(?:page|p\.)?\s*[-–—|]?\s*\d{1,5}\s*(?:(?:/|sur|of|de)\s*\d{1,5})?\s*[-–—|]?", re.IGNORECASE
)


def body_size(pages: Sequence[Sequence[Line]]) -> float:
    """Return the median font size of all letters, in points."""
    sizes = sorted((line.size, len(line.text)) for lines in pages for line in lines)
    half = sum(count for _, count in sizes) / 2
    for size, count in sizes:
        half -= count
        if half <= 0:
            return size
    return 0.0


def without_repeats(pages: Sequence[Sequence[Line]], body: float) -> list[list[Line]]:
    """Remove page numbers, and headers and footers from all pages but the first that has them."""
    margins = [{line.text for line in lines if _in_margin(line, body)} for lines in pages]
    repeated, seen = _repeated(margins), set[str]()
    remaining: list[list[Line]] = []
    for lines in pages:
        remaining.append(
            [line for line in lines if not (_in_margin(line, body) and _is_repeat(line.text, repeated, seen))]
        )
        seen.update(_numbers_apart(line.text) for line in lines if _in_margin(line, body))
    return remaining


def in_margin(line: Line) -> bool:
    """Whether the line is at the top or bottom of its page."""
    edge = _MARGIN * line.page_height
    return line.bottom > line.page_height - edge or line.top < edge


def _in_margin(line: Line, body: float) -> bool:
    """Whether the line is at the top or bottom of its page, no larger than the text, and no cell of a table."""
    return line.size < LARGER * body and in_margin(line) and not (line.tag and line.tag.cell)


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


def _is_repeat(text: str, repeated: frozenset[str], seen: set[str]) -> bool:
    if text not in repeated and _numbers_apart(text) not in repeated:
        return False
    return _PAGE_NUMBER.fullmatch(text) is not None or _numbers_apart(text) in seen


def _numbers_apart(text: str) -> str:
    return re.sub(r"\d+", "#", text)
