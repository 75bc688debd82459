"""A worker that draws a page of a scan and reads it with tesseract, confined and with limits.

The reply has the words of the page as JSON; it has no part where the page cannot be drawn or read.
"""

import csv
import io
import json
import math
import re
import tempfile
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image

from index.errors import UnreadableFile
from index.places import UNIT
from index.readers.ocr import RecognisedWord
from index.readers.pdf.images import as_pdf
from index.readers.pdf.reader import PdfOpenError, open_pdf
from index.sandbox.frames import Frame
from index.sandbox.programs import ProgramFailed, run_program
from index.sandbox.worker import serve
from index.workers.cleaning import find_skew, remove_grain

_RESOLUTION = 300 / 72  # pixels for a point
_LARGEST = 5000  # pixels of the longer side
_DRAWING = 0.1  # of the time of a request, what drawing the page may take
_MEMORY = 3 << 30  # bytes
_OUTPUT = 32 << 20  # bytes
_UNSURE = 20.0  # per cent: words of less confidence are noise, where they are not among words that are sure
_SURE = 60.0
_MOSTLY = 0.5  # of the letters of a line of text, those of sure words
_MIN_SURE_WORDS = 3  # on a page that holds text
_WORD_LEVEL = "5"
_LER = re.compile(r"[l|I]er\W*")
_BEFORE_LER = ("le", "du", "au", "dès", "article", "l'article", "l’article", "art.", "alinéa", "titre", "chapitre")
_OPTIONS = ("-c", "thresholding_method=2")  # by what is around a pixel (Sauvola): shadows lie on scans
_Row = dict[str, str]


def handle_request(request: dict[str, Any]) -> Frame:
    """Reply to one request."""
    with tempfile.TemporaryDirectory(prefix="ocr-") as folder:
        try:
            drawing = _draw(request, Path(folder, "page.png"))
            _recognise(request, Path(folder))
        except (PdfOpenError, UnreadableFile, ProgramFailed, OSError):
            return Frame({})
        words = _words(Path(folder, "page.tsv").read_text("utf-8"), drawing)
    return Frame({}, (json.dumps(words).encode(),))


class Drawing(NamedTuple):
    """A page as a picture, which is turned so that its lines are level. Sizes are in pixels."""

    width: float
    height: float
    angle: float = 0.0  # degrees, against the clock, by which the picture was turned around its middle
    turned: tuple[float, float] | None = None  # its size then

    def locate(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the turned picture lies on the page."""
        across, high = self.turned or (self.width, self.height)
        x, y, turn = x - across / 2, y - high / 2, math.radians(self.angle)
        right, down = x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)
        return self.width / 2 + right, self.height / 2 + down


def _draw(request: dict[str, Any], target: Path) -> Drawing:
    """Draw a page as a grey picture with level lines."""
    with open_pdf(as_pdf(Path(request["path"]).read_bytes()), request["passwords"]) as pdf:
        page = pdf[request["page"] - 1]
        scale = min(_RESOLUTION, _LARGEST / max(*page.get_size(), 1))
        picture = page.render(scale=scale, grayscale=True, may_draw_forms=True).to_pil().convert("L")
    angle, turned = find_skew(picture), remove_grain(picture)
    if angle:
        turned = turned.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    turned.save(target, "PNG", dpi=(300, 300), compress_level=1)
    return Drawing(picture.width, picture.height, angle, turned.size)


def _recognise(request: dict[str, Any], folder: Path) -> None:
    command = [request["program"], "page.png", "page", "-l", request["languages"], *_OPTIONS, "tsv"]
    environment = {"OMP_THREAD_LIMIT": "1"}
    seconds = request["limit"] * (1 - _DRAWING)
    run_program(command, folder, seconds=seconds, memory=_MEMORY, largest=_OUTPUT, environment=environment)


def _words(table: str, drawing: Drawing) -> list[RecognisedWord]:
    """Return the words of tesseract's table; none where hardly one is sure, as of a photograph without text."""
    rows = csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE)
    words = [row for row in rows if row["level"] == _WORD_LEVEL and (row["text"] or "").strip()]
    recognised, sure = list[RecognisedWord](), 0
    for number, (_, line) in enumerate(groupby(words, itemgetter("block_num", "par_num", "line_num"))):
        word_rows = _without_noise(list(line))
        sure += sum(map(_is_sure, word_rows))
        texts = _ordinals([row["text"].strip() for row in word_rows])
        boxes = (_box(row, drawing) for row in word_rows)
        recognised += [RecognisedWord(text, number, *box) for text, box in zip(texts, boxes, strict=True)]
    return recognised if sure >= _MIN_SURE_WORDS else []


def _without_noise(line: Sequence[_Row]) -> list[_Row]:
    """Drop likely noise. A mostly reliable line keeps its low-confidence words, which may change its meaning."""
    letters = sum(len(row["text"]) for row in line)
    is_text = sum(len(row["text"]) for row in line if _is_sure(row)) >= _MOSTLY * letters
    return [row for row in line if float(row["conf"]) >= _UNSURE or (is_text and _is_word(row))]


def _is_sure(row: _Row) -> bool:
    return float(row["conf"]) >= _SURE and _is_word(row)


def _is_word(row: _Row) -> bool:
    return any(character.isalnum() for character in row["text"])


def _ordinals(words: Sequence[str]) -> list[str]:
    """Mend the French «1er», which is read as «ler», where only an ordinal can stand."""
    pairs = zip(["", *words], words, strict=False)
    return [
        f"1{word[1:]}" if _LER.fullmatch(word) and before.lower() in _BEFORE_LER else word for before, word in pairs
    ]


def _box(row: _Row, drawing: Drawing) -> tuple[int, int, int, int]:
    """Return the edges of a word on the page: its box is moved as its middle is."""
    left, top, width, height = (int(row[name]) for name in ("left", "top", "width", "height"))
    x, y = drawing.locate(left + width / 2, top + height / 2)
    across, down = UNIT / drawing.width, UNIT / drawing.height
    edges = ((x - width / 2) * across, (y - height / 2) * down, (x + width / 2) * across, (y + height / 2) * down)
    first, second, third, fourth = (min(max(round(edge), 0), UNIT) for edge in edges)
    return first, second, third, fourth


if __name__ == "__main__":
    serve(handle_request)
