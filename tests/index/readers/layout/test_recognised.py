"""Words that OCR read: a line of few letters is of the size of the others, and pages lie as they were scanned."""

from contextlib import closing
from types import SimpleNamespace

import pypdfium2  # type: ignore[import-untyped]
import pytest

from index.places import UNIT
from index.readers.ocr import RecognisedWord
from index.readers.pdf.content import _read_content, _recognised

PAGE = SimpleNamespace(get_size=lambda: (600.0, 800.0))
TOPS = {0: (1000, 1030), 1: (1050, 1072), 2: (1100, 1130), 3: (1300, 1380)}  # full, without descenders, full, a heading


def test_lines_of_about_one_height_get_the_same_and_a_heading_its_own() -> None:
    words = [RecognisedWord(f"w{line}", line, 10, top, 200, bottom) for line, (top, bottom) in TOPS.items()]
    heights = [round((word.box.top - word.box.bottom) * UNIT / 800) for word in _recognised(words, PAGE)]
    assert heights == [30, 30, 30, 80]


def test_a_page_without_words_has_none() -> None:
    assert _recognised([], PAGE) == []


def laid(word: RecognisedWord, quarters: int) -> RecognisedWord:
    """The word on its page turned clockwise."""
    for _ in range(quarters):
        left, top, right, bottom = UNIT - word.bottom, word.left, UNIT - word.top, word.right
        word = word._replace(left=left, top=top, right=right, bottom=bottom)
    return word


@pytest.mark.parametrize("quarters", range(4))
def test_lines_are_read_and_placed_however_the_page_lies(quarters: int) -> None:
    size = UNIT // 10
    words = [
        RecognisedWord(text, line, size * (2 + column), size + line * 300, size * (3 + column) - 90, 0)
        for line, texts in enumerate(["Le canal relie", "deux rivières depuis"])
        for column, text in enumerate(texts.split())
    ]
    words = [laid(word._replace(bottom=word.top + 200), quarters) for word in words]
    with closing(pypdfium2.PdfDocument.new()) as document, closing(document.new_page(600, 800)) as page:
        content = _read_content(page, 1, words)
    assert [line.text for line in content.lines] == ["Le canal relie", "deux rivières depuis"]
    assert [placed[3:] for placed in content.words] == [pytest.approx(word[2:], abs=2) for word in words]
