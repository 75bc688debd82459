"""Judge what OCR reads of generated scans, and where quotes of them are highlighted.

    python -m bench.files.ocr [--pages 2] [--only WORD ...] [--each]

Prints French and English text, in one and two columns, at 150 and 300 dots per inch: clean, noisy (blurred, grey, with
a shadow, saved as a poor JPEG), tilted by up to two degrees, and strewn (as tilted, with black and white specks).
Each kind is a PDF of pictures, which is read as any scan, one page after the other.

Words right: of the words that were printed, with their punctuation, the share that is read, in their order. Quotes
lit: of the printed lines that are read without a fault, the share whose boxes cover the middle of each of their words,
and of no word of another line. Seconds a page are those of processor time, on one core.
"""

import io
import json
import math
import random
import resource
import sys
import tempfile
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from hashlib import sha256
from itertools import pairwise, product
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

import numpy as np
import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from bench.files.pdf_pages import laid_out
from bench.outcomes import Outcome, parser, run
from index.documents import Document, Span
from index.readers.ocr import Ocr, RecognisedWord
from index.readers.pdf.pages import Box
from index.readers.pdf.reader import read_pdf
from index.workers import ocr_worker
from index.workers.recogniser import find_engine

COMMAND = "ocr"
ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "bench" / "results" / "formats.jsonl"
QUALITIES, RESOLUTIONS, LANGUAGES, COLUMNS = (
    ("clean", "noisy", "tilted", "strewn"),
    (150, 300),
    ("french", "english"),
    (1, 2),
)
TEXTS = {"french": sorted((ROOT / "seeds").glob("*.txt")), "english": [ROOT / "LICENSE"]}
_TILTED = ("tilted", "strewn")
SIZE, LEADING, MARGIN, GAP = 10.5, 14.0, 60.0, 24.0  # points
FONTS = {1: "Times-Roman", 2: "Helvetica"}
MOST_TILTED = 2.0  # degrees
STREWN = 0.01  # of the pixels, those that are black specks, and likewise white ones
PATIENCE = 900.0  # seconds for a page, on a machine that is busy


class Kind(NamedTuple):
    """The parameters of a kind of scan."""

    quality: str
    resolution: int  # dots per inch
    language: str
    columns: int

    def __str__(self) -> str:
        return f"{self.quality} {self.resolution} {self.language} {self.columns}"


class Line(NamedTuple):
    """A printed line, and the centre of each of its words, in points from the left and the top."""

    text: str
    middles: list[tuple[float, float]]


class Scan(NamedTuple):
    """A printed page, and its image."""

    lines: list[Line]
    picture: Image.Image
    tilt: float  # degrees, against the clock


def printed(words: Iterator[str], columns: int) -> tuple[list[Line], bytes]:
    """Return the lines of one page of words, in reading order, and the page as a PDF."""
    data, (across, high) = io.BytesIO(), A4
    canvas = Canvas(data, pagesize=A4)
    canvas.setFont(FONTS[columns], SIZE)
    width = (across - 2 * MARGIN - GAP * (columns - 1)) / columns
    lines, waiting = [], next(words)
    for column, row in product(range(columns), range(int((high - 2 * MARGIN) / LEADING))):
        left, top = MARGIN + column * (width + GAP), MARGIN + row * LEADING
        line = list[str]()
        while stringWidth(" ".join([*line, waiting]), FONTS[columns], SIZE) <= width or not line:
            line.append(waiting)
            waiting = next(words)
        canvas.drawString(left, high - top, " ".join(line))
        starts = [stringWidth("".join(f"{word} " for word in line[:n]), FONTS[columns], SIZE) for n in range(len(line))]
        ends = [start + stringWidth(word, FONTS[columns], SIZE) for start, word in zip(starts, line, strict=True)]
        middles = [(left + (start + end) / 2, top - SIZE / 4) for start, end in zip(starts, ends, strict=True)]
        lines.append(Line(" ".join(line), middles))
    canvas.save()
    return lines, data.getvalue()


def scanned(words: Iterator[str], kind: Kind, noise: random.Random) -> Scan:
    """Print one page of words, and scan it."""
    lines, page = printed(words, kind.columns)
    picture = pypdfium2.PdfDocument(page)[0].render(scale=kind.resolution / 72, grayscale=True).to_pil().convert("L")
    tilt = noise.uniform(0.5, MOST_TILTED) * noise.choice((-1, 1)) if kind.quality in _TILTED else 0.0
    if kind.quality == "noisy":
        picture = _worn(picture, kind.resolution, noise)
    picture = picture.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=255)
    return Scan(lines, _strew(picture, noise) if kind.quality == "strewn" else picture, tilt)


def _strew(picture: Image.Image, noise: random.Random) -> Image.Image:
    """Strew an image with black and white specks of a pixel."""
    values, draws = np.array(picture), np.random.default_rng(noise.randrange(1 << 32)).random(picture.size[::-1])
    values[draws < STREWN], values[draws > 1 - STREWN] = 0, 255
    return Image.fromarray(values)


def _worn(picture: Image.Image, resolution: int, noise: random.Random) -> Image.Image:
    """Blur an image, make it grey, darken one side, add grain and specks, and save it as a poor JPEG."""
    values = np.asarray(picture.filter(ImageFilter.GaussianBlur(resolution / 250)), np.float32)
    draws = np.random.default_rng(noise.randrange(1 << 32))
    grey = 60 + values * (150 / 255) - np.linspace(0, 40, values.shape[1], dtype=np.float32)
    grey += draws.normal(0, 14, values.shape)
    grey[draws.random(values.shape) < 0.0005] = 0
    data = io.BytesIO()
    Image.fromarray(grey.clip(0, 255).astype(np.uint8)).save(data, "JPEG", quality=40)
    return Image.open(data)


def write(scans: Sequence[Scan], target: Path) -> None:
    """Write scans as the pages of a PDF."""
    canvas = Canvas(str(target), pagesize=A4)
    for scan in scans:
        canvas.drawImage(ImageReader(scan.picture), 0, 0, *A4)
        canvas.showPage()
    canvas.save()


def words_of(language: str, noise: random.Random) -> Iterator[str]:
    """Yield the words of the texts of a language without end, from a random start."""
    words = " ".join(path.read_text("utf-8") for path in TEXTS[language]).split()
    start = noise.randrange(len(words))
    while True:
        yield from words[start:]
        start = 0


def compared(lines: Sequence[Line], text: str) -> tuple[float, list[str]]:
    """Return the share of printed words that a text holds, in their order, and the differences."""
    printed_words, read_words = [word for line in lines for word in line.text.split()], text.split()
    changes = SequenceMatcher(None, printed_words, read_words, autojunk=False).get_opcodes()
    wrong = [
        (printed_words[first:last], read_words[start:end])
        for kind, first, last, start, end in changes
        if kind != "equal"
    ]
    right = 1 - sum(len(expected) for expected, _ in wrong) / len(printed_words)
    return right, [f"{' '.join(expected)} -> {' '.join(read_words)}" for expected, read_words in wrong]


def judge_lines(path: Path, document: Document, scans: Sequence[Scan]) -> Iterator[bool]:
    """Yield, for each printed line that is read without error, whether exactly its words are highlighted."""
    matches = [
        (number, position, Span(start, start + len(line.text)))
        for number, scan in enumerate(scans, 1)
        for position, line in enumerate(scan.lines)
        if len(line.text.split()) > 1 and (start := _only(document, line.text, number)) is not None
    ]
    for (number, position, _), boxes in zip(
        matches, laid_out(path, document, [span for *_, span in matches]), strict=True
    ):
        scan = scans[number - 1]
        lit = [[_is_lit(middle, scan.tilt, boxes, number) for middle in line.middles] for line in scan.lines]
        yield all(lit[position]) and not any(any(line) for line in [*lit[:position], *lit[position + 1 :]])


def _only(document: Document, line: str, page: int) -> int | None:
    """Return the offset of a line on a page (from 1) of a document, if it occurs once."""
    start, end = [*document.pages, len(document.text)][page - 1 : page + 1]
    return document.text.index(line, start) if document.text.count(line, start, end) == 1 else None


def _is_lit(middle: tuple[float, float], tilt: float, boxes: Sequence[Box], page: int) -> bool:
    """Return whether a box covers a point of the printed page, mapped to the tilted one."""
    width, height = A4
    right, down = middle[0] - width / 2, middle[1] - height / 2
    turn = math.radians(tilt)
    x = (width / 2 + right * math.cos(turn) + down * math.sin(turn)) / width
    y = (height / 2 - right * math.sin(turn) + down * math.cos(turn)) / height
    return any(box.page == page and box.left <= x <= box.right and box.top <= y <= box.bottom for box in boxes)


def measure(kinds: Sequence[Kind], pages: int, seed: int, verbose: bool) -> Outcome:
    """Make scans of each kind, index them, and judge them."""
    right, lit, seconds = dict[Kind, float](), dict[Kind, list[bool]](), list[float]()
    with tempfile.TemporaryDirectory() as work:
        for kind in kinds:
            noise, path = random.Random(f"{seed} {kind}"), Path(work, f"{kind}.pdf")
            words = words_of(kind.language, noise)
            scans = [scanned(words, kind, noise) for _ in range(pages)]
            write(scans, path)
            before = _processor_time()
            document = read_scan(path, pages)
            seconds.append(_processor_time() - before)
            edges = pairwise([*document.pages, len(document.text)])
            texts = [document.text[start:end] for start, end in edges]
            shares, wrong = zip(*map(compared, (scan.lines for scan in scans), texts), strict=True)
            right[kind] = mean(shares)
            lit[kind] = list(judge_lines(path, document, scans))
            if verbose:
                lines = f"{mean(lit[kind] or [0]):.3f} of {len(lit[kind])} lines lit"
                print(f"{kind}: {right[kind]:.4f} right, {lines}, {seconds[-1] / pages:.2f} s", flush=True)
                print(*(f"    {change[:200]}" for changes in wrong for change in changes), sep="\n", flush=True)
    counts = {"pages": pages * len(kinds), "lines": sum(map(len, lit.values()))}
    return Outcome(counts, (), _shares(right, lit, sum(seconds) / counts["pages"]))


def read_scan(path: Path, pages: int) -> Document:
    """Return the document of a scan, each page read by OCR."""
    engine = find_engine()
    request = {
        "path": str(path),
        "program": engine.program,
        "languages": engine.languages,
        "limit": PATIENCE,
        "passwords": (),
    }
    boxes_by_page = [
        json.loads(ocr_worker.handle_request({**request, "page": page}).parts[0]) for page in range(1, pages + 1)
    ]
    words = {page: [RecognisedWord(*word) for word in boxes] for page, boxes in enumerate(boxes_by_page, 1)}
    data = path.read_bytes()
    return read_pdf(data, Ocr("on", words)).document(path.name, sha256(data).hexdigest())


def _shares(right: dict[Kind, float], lit: dict[Kind, list[bool]], seconds: float) -> dict[str, Any]:
    """Return means over the kinds of each quality, and of each quality and resolution."""
    groups: dict[str, list[Kind]] = {}
    for kind in right:
        for name in (kind.quality, f"{kind.quality} {kind.resolution}"):
            groups.setdefault(name, []).append(kind)
    words = {name: round(mean(right[kind] for kind in kinds), 4) for name, kinds in groups.items()}
    quotes = {name: round(mean(share for kind in kinds for share in lit[kind]), 4) for name, kinds in groups.items()}
    return {"words right": words, "quotes lit": quotes, "seconds a page": round(seconds, 2)}


def _processor_time() -> float:
    used = [resource.getrusage(target) for target in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--pages", type=int, default=2, help="of each kind")
    options.add_argument("--only", action="append", default=[], help="a word of the kinds to make; may be repeated")
    options.add_argument("--each", action="store_true", help="print the shares of each kind, and what was misread")
    options.set_defaults(results=RESULTS)
    arguments = options.parse_args()
    kinds = [Kind(*values) for values in product(QUALITIES, RESOLUTIONS, LANGUAGES, COLUMNS)]
    chosen = [kind for kind in kinds if all(word in str(kind).split() for word in arguments.only)]
    sys.exit(run(COMMAND, 1, arguments, lambda seed: measure(chosen, arguments.pages, seed, arguments.each)))


if __name__ == "__main__":
    main()
