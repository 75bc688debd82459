"""What is kept of the words that tesseract is not sure of."""

import random
from itertools import product
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from index.places import UNIT
from index.sandbox.programs import ProgramFailed
from index.workers import ocr_worker
from index.workers.cleaning import find_skew, has_specks, level_light, remove_grain, remove_specks
from index.workers.drawing import Drawing, draw_page
from index.workers.ocr_worker import _rows, _words

HEAD = "level\tblock_num\tpar_num\tline_num\tleft\ttop\twidth\theight\tconf\ttext"


def read(*lines: str) -> list[str]:
    """The lines that are read of «word confidence, word confidence»."""
    rows = [
        f"5\t1\t1\t{number}\t0\t0\t9\t9\t{word.split()[1]}\t{word.split()[0]}"
        for number, line in enumerate(lines)
        for word in line.split(", ")
    ]
    words = _words(_rows("\n".join([HEAD, *rows])), Drawing(UNIT, UNIT))
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


def page_of_dots(specks: float, seed: int = 1) -> Image.Image:
    """A picture with strokes two pixels broad, strewn with black and white specks."""
    page, draws = Image.new("L", (600, 800), 255), random.Random(seed)
    for row in range(200, 700, 40):
        ImageDraw.Draw(page).line((100, row, 500, row), fill=0, width=2)
    for _ in range(int(specks * page.width * page.height)):
        page.putpixel((draws.randrange(page.width), draws.randrange(page.height)), draws.choice((0, 255)))
    return page


def test_specks_are_seen_and_taken_and_strokes_are_kept():
    assert not has_specks(page_of_dots(0.0))
    strewn = page_of_dots(0.03)
    assert has_specks(strewn)
    rest = remove_specks(strewn)
    assert darkness(strewn.crop((0, 0, 600, 180))) > 40 * darkness(rest.crop((0, 0, 600, 180)))
    assert darkness(rest.crop((100, 238, 500, 243))) > 0.9 * darkness(page_of_dots(0.0).crop((100, 238, 500, 243)))


def darkness(picture: Image.Image) -> int:
    return sum(count * (255 - value) for value, count in enumerate(picture.histogram()))


def test_specks_of_a_coarse_scan_are_taken_before_it_is_enlarged(tmp_path):
    canvas = Canvas(str(tmp_path / "fax.pdf"), pagesize=(300, 400))  # of 144 dots per inch
    canvas.drawImage(ImageReader(page_of_dots(0.02)), 0, 0, 300, 400)
    canvas.save()
    drawing = draw_page(tmp_path / "fax.pdf", 1, (), tmp_path / "page.png")
    with Image.open(tmp_path / "page.png") as picture:
        assert (drawing.width, drawing.height) == pytest.approx((1250, 1667), abs=3)
        assert darkness(picture.crop((0, 0, 1200, 350))) < 1200 * 350


UPRIGHT = "Le 95, canal 96, relie 95, deux 91, rivières 93"
POOR = "Le 95, canal 70, rclic 55, doux 91, rivicres 43"
NONSENSE = "sl 31, uo 44, oilersntr 50, xnepuor 12, Le 91, page 91, deux 91"


def rows_of(line: str) -> list[dict[str, str]]:
    return _rows(
        "\n".join([HEAD, *(f"5\t1\t1\t1\t10\t20\t9\t9\t{b}\t{a}" for a, b in map(str.split, line.split(", ")))])
    )


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ([UPRIGHT], ("Le", 10)),
        ([NONSENSE, UPRIGHT], ("Le", 81)),
        ([NONSENSE, NONSENSE], None),  # handwriting
        ([NONSENSE, ProgramFailed()], None),
        ([POOR, NONSENSE], ("Le", 10)),
        ([POOR, ProgramFailed()], ("Le", 10)),
        ([""], None),
    ],
)
def test_a_page_that_makes_no_sense_is_read_upside_down(tmp_path, monkeypatch, readings, expected):
    Image.new("L", (100, 100), 255).save(tmp_path / "page.png")
    left = list(readings)

    def reading(request: object, folder: Path, seconds: float) -> list[dict[str, str]]:
        result = left.pop(0)
        if isinstance(result, Exception):
            raise result
        return rows_of(result) if result else []

    monkeypatch.setattr(ocr_worker, "_recognise", reading)
    words = ocr_worker._read_upright({"limit": 90.0}, tmp_path, Drawing(100, 100))
    assert not left
    assert (words and (words[0].text, round(words[0].left * 100 / UNIT))) == (expected or [])


def test_paper_is_white_in_a_shadow_too():
    page = Image.new("L", (1000, 1400), 230)
    draw = ImageDraw.Draw(page)
    draw.rectangle((500, 0, 1000, 1400), fill=110)
    for left, grey in ((200, 80), (700, 60)):
        draw.rectangle((left, 600, left + 8, 660), fill=grey)
    levelled = level_light(page)
    assert [levelled.getpixel(spot) for spot in ((100, 600), (900, 600))] == [255, 255]
    assert [levelled.getpixel((left + 4, 630)) for left in (200, 700)] == [88, 139]
    assert max(level_light(Image.new("L", (50, 50), 20)).tobytes()) < 100  # no paper
