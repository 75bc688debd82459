"""What nobody sees of a page is left out, and what is seen is read, whatever it is drawn with."""

import pytest
from made_files import plain_pdf

from index.readers.pdf.reader import read_pdf

RENT = "BT /F1 12 Tf 20 250 Td (Le loyer est de 650 euros.) Tj ET"
TEXT = "BT /F1 12 Tf 20 150 Td (Le bac part.) Tj ET"
SHAPE = "10 140 200 30 re f"
GRADIENT = (
    "/Pattern << /P1 << /PatternType 2 /Shading << /ShadingType 2 /ColorSpace /DeviceRGB /Coords [0 0 400 0]"
    " /Function << /FunctionType 2 /Domain [0 1] /C0 [0 0 .4] /C1 [0 .4 .8] /N 1 >> >> >> >>"
)
HATCHED = "/Pattern << /P1 5 0 R >>"
LINES = (
    "<< /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 8 8] /XStep 8 /YStep 8 /Resources << >> /Length 20 >>\n"
    "stream\n1 0 0 rg 0 0 1 8 re f\nendstream"
)
COLOURED = (  # a font whose glyphs are blue, whatever the colour of the text
    "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 750 750] /FontMatrix [.001 0 0 .001 0 0] /FirstChar 65 /LastChar 65"
    " /Widths [800] /CharProcs << /A 6 0 R >> /Resources << >> /Encoding << /Type /Encoding /Differences [65 /A] >> >>"
)
GLYPH = "<< /Length 39 >>\nstream\n800 0 d0 0 0 .6 rg 0 0 700 700 re f    \nendstream"
FORM = (
    "<< /Type /XObject /Subtype /Form /BBox [0 0 400 300] /Resources << /Font << /F1 << /Type /Font /Subtype /Type1"
    f" /BaseFont /Helvetica >> >> >> /Length {len(TEXT)} >>\nstream\n{TEXT}\nendstream"
)


def read(content: str, resources: str = "", *objects: str, fonts: str = "") -> str:
    text = read_pdf(plain_pdf(f"{RENT}\n{content}", resources, *objects, fonts=fonts)).text
    return text.removeprefix("Le loyer est de 650 euros.").strip()


@pytest.mark.parametrize(
    ("content", "resources", "objects"),
    [
        (f"q /Pattern cs /P1 scn {SHAPE} Q 1 g {TEXT}", GRADIENT, ()),
        (f"{TEXT} q /Pattern cs /P1 scn {SHAPE} Q", HATCHED, (LINES,)),
        (f"{TEXT} q /G1 gs 1 g {SHAPE} Q", "/ExtGState << /G1 << /ca .5 >> >>", ()),
        (f"q 30 w 0 0 .4 RG 10 155 m 200 155 l S Q 1 g {TEXT}", "", ()),
    ],
)
def test_what_stands_on_or_below_patterns_lines_and_veils_is_read(content, resources, objects):
    assert read(content, resources, *objects) == "Le bac part."


def test_glyphs_of_their_own_colour_are_read_whatever_the_colour_of_the_text():
    assert read("1 g BT /F3 12 Tf 20 150 Td (AA) Tj ET", "", COLOURED, GLYPH, fonts="/F3 5 0 R") == "AA"


@pytest.mark.parametrize(
    ("content", "resources", "objects"),
    [
        (f"{{hidden}} 1 g {SHAPE} 0 g {TEXT}", "", ()),
        (f"{{hidden}} 1 g {SHAPE} 0 g /X1 Do", "/XObject << /X1 5 0 R >>", (FORM,)),
        (f".97 g {{hidden}} 0 g {TEXT.replace('150', '100')}", "", ()),
        (f"q /G1 gs {{hidden}} Q {TEXT.replace('150', '100')}", "/ExtGState << /G1 << /ca 0 >> >>", ()),
    ],
)
def test_what_is_covered_and_written_over_or_as_pale_as_paper_is_not_read(content, resources, objects):
    hidden = TEXT.replace("Le bac part.", "Ancien loyer")
    assert read(content.format(hidden=hidden), resources, *objects) == "Le bac part."


def test_a_copy_of_which_some_characters_are_written_leaves_the_others_seen():
    first, copy = "BT /F1 12 Tf 20 150 Td (17) Tj ET", "BT /F1 12 Tf 20 150 Td (17.) Tj ET"
    assert read(f"{first} .8 1 1 rg {SHAPE} 0 g {copy}") == "17."


def test_pale_words_before_others_are_not_read_for_these():
    pale = "BT /F1 12 Tf 1 g 20 150 Td (Table 4.) Tj 0 g (Les loyers) Tj ET"
    assert read(pale) == "Les loyers"


def test_the_contents_of_a_form_have_none_of_the_tags_of_the_page():
    content = "/P <</MCID 0>>BDC " + TEXT + " EMC"
    form = FORM.replace(f"/Length {len(TEXT)}", f"/Length {len(content)}").replace(TEXT, content)
    structure = "<< /Type /StructTreeRoot /K 6 0 R /ParentTree << /Nums [0 [6 0 R]] >> >>"
    heading = "<< /Type /StructElem /S /H1 /P 5 0 R /K 0 /Pg 3 0 R >>"
    parsed = read_pdf(
        plain_pdf(
            f"/H1 <</MCID 0>>BDC {RENT} EMC /X1 Do",
            "/XObject << /X1 7 0 R >>",
            structure,
            heading,
            form,
            page="/StructParents 0",
            root="/StructTreeRoot 5 0 R /MarkInfo << /Marked true >>",
        )
    )
    assert "Le bac part." in parsed.text
    assert not any("Le bac part." in parsed.text[start:end] for start, end in parsed.headings)
