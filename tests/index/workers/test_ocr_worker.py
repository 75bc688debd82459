"""What is kept of the words that tesseract is not sure of."""

from itertools import product

import pytest
from PIL import Image, ImageDraw

from index.places import UNIT
from index.workers.cleaning import find_skew, remove_grain
from index.workers.ocr_worker import Drawing, _words

HEAD = "level\tblock_num\tpar_num\tline_num\tleft\ttop\twidth\theight\tconf\ttext"


def read(*lines: str) -> list[str]:
    """The lines that are read of «word confidence, word confidence»."""
    rows = [
        f"5\t1\t1\t{number}\t0\t0\t9\t9\t{word.split()[1]}\t{word.split()[0]}"
        for number, line in enumerate(lines)
        for word in line.split(", ")
    ]
    words = _words("\n".join([HEAD, *rows]), Drawing(UNIT, UNIT))
    return [" ".join(word.text for word in words if word.line == number) for number in range(len(lines))]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("loyer 91, de 95, 650 12, euros 90", "loyer de 650 euros"),  # without it, the line would say something else
        ("loyer 91, | 8, mensuel 93", "loyer mensuel"),
        ("ai 31, vr 5, lt 9, loyer 91", "ai loyer"),  # specks beside a word
        ("dû 90, le 95, ler 80, février 96", "dû le 1er février"),
        ("l'article 92, ler; 70", "l'article 1er;"),
        ("François 96, ler 74, régna 91", "François ler régna"),
    ],
)
def test_a_line_of_text_keeps_its_unsure_words(line, expected):
    assert read("une 95, page 95, de 95, texte 95", line)[1] == expected


def darkest(picture: Image.Image) -> tuple[float, float]:
    """The middle of what is black."""
    box = picture.point(lambda value: 255 * (value < 40)).getbbox()
    assert box is not None
    left, top, right, bottom = box
    return (left + right) / 2, (top + bottom) / 2


@pytest.mark.parametrize("tilt", [-4.0, -0.7, 0.0, 2.5])
def test_a_tilted_page_is_turned_and_its_words_are_found_where_they_stand(tilt):
    page = Image.new("L", (1240, 1754), 230)
    draw = ImageDraw.Draw(page)
    for row, column in product(range(150, 1600, 40), range(150, 1000, 70)):
        draw.rectangle((column, row, column + 50, row + 12), fill=120)
    draw.rectangle((850, 310, 900, 322), fill=0)
    tilted = page.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=230)
    angle = find_skew(tilted)
    assert angle == pytest.approx(-tilt, abs=0.15)
    level = tilted.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    assert Drawing(*tilted.size, angle, level.size).locate(*darkest(level)) == pytest.approx(darkest(tilted), abs=2)


def test_grain_is_taken_from_a_grainy_picture_alone():
    page = Image.new("L", (900, 900), 200)
    ImageDraw.Draw(page).rectangle((300, 300, 600, 340), fill=20)
    assert remove_grain(page) is page
    grainy = Image.blend(page, Image.effect_noise(page.size, 60), 0.2)
    assert remove_grain(grainy).crop((50, 50, 250, 250)).entropy() < grainy.crop((50, 50, 250, 250)).entropy()


def test_a_picture_without_sure_words_holds_no_text():
    assert read("ai 41, vr 50", "mot 91, lt 9") == ["", ""]
