"""Digits that are set apart, symbols of fonts and formulas are written with characters, on the line."""

import pytest

from index.readers.content.formulas import linear_formula
from index.readers.content.symbols import in_letters, in_roman, symbol, to_subscript, to_superscript
from index.readers.office.archive import parse_xml


@pytest.mark.parametrize(
    ("text", "above", "below"), [("12", "¹²", "₁₂"), ("er", "er", "er"), ("-2", "⁻²", "₋₂"), ("3, 4", "³, ⁴", "3, 4")]
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
        ("<mn>3</mn><mfrac><mn>1</mn><mn>2</mn></mfrac>", "3 1/2"),
        ("<mn>2</mn><mo>,</mo><mn>5</mn><mspace width='0.167em'/><mtext>kg</mtext><mspace width='-0.1em'/>", "2,5 kg"),
        ("<msup><mn>20</mn><mo>∘</mo></msup>", "20°"),
        ("<mi>log</mi><mo>\u2061</mo><mi>x</mi>", "log x"),
        ("<msubsup><mo>∑</mo><mi>i</mi><mi>n</mi></msubsup><mi>i</mi>", "∑_i^n i"),
        (
            "<mtable><mtr><mtd><mi>x</mi></mtd><mtd><mo>=</mo><mn>1</mn></mtd></mtr>"
            "<mtr><mtd><mn>3</mn></mtd><mtd><mn>4</mn></mtd></mtr></mtable>",
            "x=1; 3 4",
        ),
        ("<semantics><mi>y</mi><annotation>y</annotation></semantics>", "y"),
    ],
)
def test_formulas_are_written_on_one_line(written, expected):
    assert (
        linear_formula(parse_xml(f"<math xmlns='http://www.w3.org/1998/Math/MathML'>{written}</math>".encode()))
        == expected
    )
