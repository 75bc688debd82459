"""Text that a rule is drawn through is not read; what a rule is drawn under, above or far beyond is."""

import pytest
from made_files import boxes, document, plain_pdf
from reportlab.pdfbase.pdfmetrics import stringWidth

from index.documents import Span
from index.readers.pdf.reader import read_pdf

BEFORE, STRUCK, AFTER = "Le loyer est de ", "650 euros", " 720 euros par mois."
LEFT = 20 + stringWidth(BEFORE, "Helvetica", 12)
RIGHT = LEFT + stringWidth(STRUCK, "Helvetica", 12)
TEXT = f"BT /F1 12 Tf 20 200 Td ({BEFORE}{STRUCK}{AFTER}) Tj ET"
WHOLE, KEPT = f"{BEFORE}{STRUCK}{AFTER}", f"{BEFORE}720 euros par mois."


def ruled(height: float, beyond: float = 0.5) -> str:
    return f"{TEXT} .7 w {LEFT - beyond} {height} m {RIGHT + beyond} {height} l S"


@pytest.mark.parametrize(
    "content",
    [
        ruled(203.5),
        f"{TEXT} {LEFT} 203 {RIGHT - LEFT} .8 re f",
        f"{TEXT} {LEFT} 203 30 .8 re f {LEFT + 29} 203 {RIGHT - LEFT - 29} .8 re f",
    ],
)
def test_what_is_struck_is_not_read(content):
    assert read_pdf(plain_pdf(content)).text == KEPT


@pytest.mark.parametrize("content", [ruled(198.5), ruled(210.5), f"{TEXT} .7 w 2 203.5 m 395 203.5 l S"])
def test_what_has_a_rule_elsewhere_is_read(content):
    assert read_pdf(plain_pdf(content)).text == WHOLE


def test_what_a_note_strikes_is_not_read():
    corners = f"{LEFT} 211 {RIGHT} 211 {LEFT} 197 {RIGHT} 197"
    note = f"<< /Type /Annot /Subtype /StrikeOut /Rect [{LEFT} 197 {RIGHT} 211] /QuadPoints [{corners}] /F 4 >>"
    assert read_pdf(plain_pdf(TEXT, "", note, page="/Annots [5 0 R]")).text == KEPT


def test_a_page_of_which_all_is_struck_is_read():
    width = stringWidth(WHOLE, "Helvetica", 12)
    assert read_pdf(plain_pdf(f"{TEXT} .7 w 20 203 m {20 + width} 203 l S")).text == WHOLE


def test_what_stands_beside_struck_text_is_lit_where_it_stands(tmp_path):
    (tmp_path / "a.pdf").write_bytes(plain_pdf(ruled(203.5)))
    whole = document(tmp_path / "a.pdf")
    start = whole.text.index("720")
    (box,) = boxes(tmp_path / "a.pdf", whole, Span(start, start + 3))
    assert RIGHT / 400 < box.left < box.right < (RIGHT + 30) / 400
