"""A worker that draws a page of a scan and reads it with tesseract, confined and with limits.

The reply has the words of the page as JSON; it has no part where the page cannot be drawn or read.
"""

import csv
import io
import json
import re
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from index.errors import UnreadableFile
from index.places import UNIT
from index.readers.ocr import RecognisedWord
from index.readers.pdf.reader import PdfOpenError
from index.sandbox.frames import Frame
from index.sandbox.programs import ProgramFailed, run_program
from index.sandbox.worker import serve
from index.workers.drawing import Drawing, draw_page, turn_upside_down

_PICTURE = "page.png"
_DRAWING = 0.1  # of the time of a request, what drawing the page may take
_MEMORY = 3 << 30  # bytes
_OUTPUT = 32 << 20  # bytes
_UNSURE = 20.0  # per cent: words of less confidence are noise, where they are not among words that are sure
_SURE = 60.0
_MOSTLY = 0.5  # of the letters of a line of text, those of sure words
_SENSE = 0.5  # of the letters of a page, those of sure words; upside down they are a third
_NONSENSE = 0.4  # likewise: a page of fewer is handwriting, or so poor that its quotes would be wrong
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
            drawing = draw_page(Path(request["path"]), request["page"], request["passwords"], Path(folder, _PICTURE))
            words = _read_upright(request, Path(folder), drawing)
        except (PdfOpenError, UnreadableFile, ProgramFailed, OSError):
            return Frame({})
    return Frame({}, (json.dumps(words).encode(),))


def _read_upright(request: dict[str, Any], folder: Path, drawing: Drawing) -> list[RecognisedWord]:
    """Return the words of a drawn page, which may lie upside down; none where they make no sense either way."""
    end = time.monotonic() + request["limit"] * (1 - _DRAWING)
    rows = _recognise(request, folder, end - time.monotonic())
    if rows and _sure_share(rows) < _SENSE:
        turn_upside_down(folder / _PICTURE, folder / _PICTURE)
        with suppress(ProgramFailed):
            turned_rows = _recognise(request, folder, max(end - time.monotonic(), 0))
            if _sure_share(turned_rows) >= _SENSE:
                return _words(turned_rows, drawing.upside_down())
    return _words(rows, drawing) if _sure_share(rows) >= _NONSENSE else []


def _recognise(request: dict[str, Any], folder: Path, seconds: float) -> list[_Row]:
    """Return the words of tesseract's table."""
    command = [request["program"], _PICTURE, "page", "-l", request["languages"], *_OPTIONS, "tsv"]
    environment = {"OMP_THREAD_LIMIT": "1"}
    run_program(command, folder, seconds=seconds, memory=_MEMORY, largest=_OUTPUT, environment=environment)
    return _rows((folder / "page.tsv").read_text("utf-8"))


def _rows(table: str) -> list[_Row]:
    rows = csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [row for row in rows if row["level"] == _WORD_LEVEL and (row["text"] or "").strip()]


def _sure_share(rows: Sequence[_Row]) -> float:
    """Return the share of letters that are in sure words; none of no words."""
    return sum(len(row["text"]) for row in rows if _is_sure(row)) / max(sum(len(row["text"]) for row in rows), 1)


def _words(rows: Sequence[_Row], drawing: Drawing) -> list[RecognisedWord]:
    """Return words as they stand on the page; none where hardly one is sure, as of a photograph without text."""
    recognised, sure = list[RecognisedWord](), 0
    for number, (_, line) in enumerate(groupby(rows, itemgetter("block_num", "par_num", "line_num"))):
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
