"""Digits that are set apart, symbols of fonts and formulas are written with characters, on the line."""

import pytest

from index.readers.content.formulas import linear_formula
from index.readers.content.runs import GAP, join_runs
from index.readers.content.symbols import in_letters, in_roman, symbol, to_subscript, to_superscript
from index.readers.office.archive import parse_xml


@pytest.mark.parametrize(
    ("text", "above", "below"),
    [("12", "¹²", "₁₂"), ("er", "er", "er"), ("-2", "⁻²", "₋₂"), ("3, 4", "³, ⁴", "3, 4"), ("1/2", "¹/²", "1/2")],
)
def test_digits_that_are_set_apart_stay_apart(text, above, below):
    assert (to_superscript(text), to_subscript(text)) == (above, below)


def test_numbers_are_written_in_letters_and_in_roman_figures():
    assert in_letters(28) == "bb"
    assert [in_roman(number) for number in (4, 49, 1990)] == ["iv", "xlix", "mcmxc"]


def test_symbols_of_known_fonts_are_characters_and_others_are_left_out():
    codes = [(0xF0FC, "Wingdings"), (0xF0FC, None), (0x70, "Symbol"), (0xF0FC, "Some Icons"), (0x41, "Arial")]
    assert [symbol(code, font) for code, font in codes] == ["✓", "✓", "π", "", "A"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<msup><mi>x</mi><mn>2</mn></msup>", "x²"),
        ("<msup><mi>x</mi><mrow><mi>n</mi><mo>+</mo><mn>1</mn></mrow></msup>", "x^(n+1)"),
        ("<mfrac><mrow><mi>a</mi><mo>−</mo><mi>b</mi></mrow><mi>c</mi></mfrac>", "(a−b)/c"),
        ("<msqrt><mi>x</mi><mo>+</mo><mn>1</mn></msqrt>", "√(x+1)"),
        ("<msubsup><mi>a</mi><mn>1</mn><mn>2</mn></msubsup>", "a₁²"),
        ("<mn>2</mn><mo>,</mo><mn>5</mn><mspace width='0.167em'/><mtext>kg</mtext><mspace width='-0.1em'/>", "2,5 kg"),
        ("<msup><mn>20</mn><mo>∘</mo></msup>", "20°"),
        ("<msubsup><mo>∑</mo><mi>i</mi><mi>n</mi></msubsup><mi>i</mi>", "∑_i^n i"),
        (
            "<mtable><mtr><mtd><mi>x</mi></mtd><mtd><mo>=</mo><mn>1</mn></mtd></mtr>"
            "<mtr><mtd><mn>3</mn></mtd><mtd><mn>4</mn></mtd></mtr></mtable>",
            "x=1; 3 4",
        ),
        (
            "<mi>log</mi><mo>\u2061</mo><mi>x</mi><mo>+</mo><mi>f</mi><mo>\u2061</mo><mo>(</mo><mi>y</mi><mo>)</mo>",
            "log x+f(y)",
        ),
        ("<mo>(</mo><mfrac linethickness='0'><mi>n</mi><mi>k</mi></mfrac><mo>)</mo>", "(n¦k)"),
        ("<mi>y</mi><mo>=</mo><mn>3</mn><mfrac><mn>1</mn><mn>2</mn></mfrac><mi>x</mi>", "y=3 1/2 x"),
        ("<msup><mi>x</mi><mtext>1/2</mtext></msup>", "x^(1/2)"),
        ("<semantics><mi>y</mi><annotation>y</annotation></semantics>", "y"),
    ],
)
def test_formulas_are_written_on_one_line(written, expected):
    assert (
        linear_formula(parse_xml(f"<math xmlns='http://www.w3.org/1998/Math/MathML'>{written}</math>".encode()))
        == expected
    )


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([("baseline", "Prix : "), ("baseline", GAP), ("baseline", "720 €")], "Prix : 720 €"),
        ([("baseline", "12"), ("baseline", GAP), ("baseline", "10")], "12 10"),
        ([("baseline", "Le bac "), ("baseline", GAP), ("baseline", " part "), ("baseline", GAP), ("baseline", ".")],
         "Le bac part."),
        ([("baseline", "Il dit “"), ("baseline", GAP), ("baseline", " oui”")], "Il dit “oui”"),
        ([("baseline", "10"), ("baseline", GAP), ("superscript", "6")], "10⁶"),
        ([("baseline", "3"), ("superscript", "1/2")], "3 ¹/²"),
        ([("baseline", "3"), ("superscript", "1"), ("baseline", "/"), ("subscript", "2")], "3 ¹/₂"),
    ],
)  # fmt: skip
def test_runs_are_joined_so_that_no_two_numbers_become_one(runs, expected):
    assert join_runs(runs) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<m:eqArr><m:e>{x=1}</m:e><m:e>{y=2}</m:e></m:eqArr>", "x=1; y=2"),
        ("<m:func><m:fName>{log}</m:fName><m:e>{x}</m:e></m:func>", "log x"),
        ("<m:func><m:fName>{f}</m:fName><m:e><m:d><m:e>{x}</m:e></m:d></m:e></m:func>", "f(x)"),
        ('<m:d><m:e><m:f><m:fPr><m:type m:val="noBar"/></m:fPr><m:num>{n}</m:num><m:den>{k}</m:den></m:f></m:e></m:d>',
         "(n¦k)"),
        ("<m:r/>{a=3}<m:f><m:num>{1}</m:num><m:den>{4}</m:den></m:f>", f"a=3 1/4{GAP}"),
    ],
)  # fmt: skip
def test_formulas_of_office_are_written_on_one_line(written, expected):
    runs = written.replace("{", "<m:r><m:t>").replace("}", "</m:t></m:r>")
    namespace = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    assert linear_formula(parse_xml(f'<m:oMath xmlns:m="{namespace}">{runs}</m:oMath>'.encode())) == expected
