"""A worker that draws a page of a scan and reads it with tesseract, confined and with limits.

The reply has the words of the page as JSON; it has no part where the page cannot be drawn or read.
"""

import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

from index.errors import UnreadableFile
from index.places import UNIT
from index.readers.ocr import RecognisedWord
from index.readers.pdf.images import as_pdf
from index.readers.pdf.reader import NotOpened, opened_pdf
from index.sandbox.frames import Frame
from index.sandbox.programs import ProgramFailed, run_program
from index.sandbox.worker import serve

_RESOLUTION = 300 / 72  # pixels for a point
_LARGEST = 5000  # pixels of the longer side
_SECONDS = 80.0
_MEMORY = 3 << 30  # bytes
_OUTPUT = 32 << 20  # bytes
_UNSURE = 20.0  # per cent: words of less confidence are noise
_SURE = 60.0
_LEAST = 3  # words that are sure, on a page that holds text
_WORD_LEVEL = "5"


def answer(request: dict[str, Any]) -> Frame:
    """Answer one request."""
    with tempfile.TemporaryDirectory(prefix="ocr-") as folder:
        try:
            size = _draw(Path(request["path"]), request["page"], Path(folder, "page.png"))
            _recognise(request["program"], request["languages"], Path(folder))
        except (NotOpened, UnreadableFile, ProgramFailed, OSError):
            return Frame({})
        words = _words(Path(folder, "page.tsv").read_text("utf-8"), *size)
    return Frame({}, (json.dumps(words).encode(),))


def _draw(path: Path, number: int, target: Path) -> tuple[int, int]:
    """Draw a page as a grey picture, and return its width and height."""
    with opened_pdf(as_pdf(path.read_bytes())) as pdf:
        page = pdf[number - 1]
        scale = min(_RESOLUTION, _LARGEST / max(*page.get_size(), 1))
        picture = page.render(scale=scale, grayscale=True, may_draw_forms=True).to_pil()
        picture.save(target, "PNG", dpi=(300, 300), compress_level=1)
        width, height = picture.size
        return width, height


def _recognise(program: str, languages: str, folder: Path) -> None:
    command = [program, "page.png", "page", "-l", languages, "tsv"]
    environment = {"OMP_THREAD_LIMIT": "1"}
    run_program(command, folder, seconds=_SECONDS, memory=_MEMORY, largest=_OUTPUT, environment=environment)


def _words(table: str, width: int, height: int) -> list[RecognisedWord]:
    """Return the words of tesseract's table; none where hardly one is sure, as of a photograph without text."""
    rows = csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE)
    lines: dict[tuple[str, ...], int] = {}
    words, sure = list[RecognisedWord](), 0
    for row in rows:
        text, confidence = (row["text"] or "").strip(), float(row["conf"])
        if row["level"] != _WORD_LEVEL or not text or confidence < _UNSURE:
            continue
        sure += confidence >= _SURE and any(character.isalnum() for character in text)
        line = lines.setdefault((row["block_num"], row["par_num"], row["line_num"]), len(lines))
        words.append(RecognisedWord(text, line, *_box(row, UNIT / width, UNIT / height)))
    return words if sure >= _LEAST else []


def _box(row: dict[str, str], across: float, down: float) -> tuple[int, int, int, int]:
    left, top, width, height = (int(row[name]) for name in ("left", "top", "width", "height"))
    return round(left * across), round(top * down), round((left + width) * across), round((top + height) * down)


if __name__ == "__main__":
    serve(answer)
