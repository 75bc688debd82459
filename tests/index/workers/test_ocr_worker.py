"""What is kept of the words that tesseract is not sure of."""

import pytest

from index.places import UNIT
from index.workers.ocr_worker import _words

HEAD = "level\tblock_num\tpar_num\tline_num\tleft\ttop\twidth\theight\tconf\ttext"


def read(*lines: str) -> list[str]:
    """The lines that are read of «word confidence, word confidence»."""
    rows = [
        f"5\t1\t1\t{number}\t0\t0\t9\t9\t{word.split()[1]}\t{word.split()[0]}"
        for number, line in enumerate(lines)
        for word in line.split(", ")
    ]
    found = _words("\n".join([HEAD, *rows]), UNIT, UNIT)
    return [" ".join(word.text for word in found if word.line == number) for number in range(len(lines))]


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


def test_a_picture_without_sure_words_holds_no_text():
    assert read("ai 41, vr 50", "mot 91, lt 9") == ["", ""]
