"""Words that OCR read: a line of few letters is of the size of the others."""

from types import SimpleNamespace

from index.places import UNIT
from index.readers.ocr import RecognisedWord
from index.readers.pdf.content import _recognised

PAGE = SimpleNamespace(get_size=lambda: (600.0, 800.0))
TOPS = {0: (1000, 1030), 1: (1050, 1072), 2: (1100, 1130), 3: (1300, 1380)}  # full, without descenders, full, a heading


def test_lines_of_about_one_height_get_the_same_and_a_heading_its_own() -> None:
    words = [RecognisedWord(f"w{line}", line, 10, top, 200, bottom) for line, (top, bottom) in TOPS.items()]
    heights = [round((word.box.top - word.box.bottom) * UNIT / 800) for word in _recognised(words, PAGE)]
    assert heights == [30, 30, 30, 80]


def test_a_page_without_words_has_none() -> None:
    assert _recognised([], PAGE) == []
