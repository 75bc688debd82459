"""Read generated files of each format as a rebuild does, and print the rates.

python -m bench.speed.formats [FORMAT ...] [--files 50] [--rows 200]

Each file holds as many paragraphs, rows or bullets of 40 words as ``--rows`` says, other words in each. They are read
by a worker. Rates are for a second of processor time, which other programs do not change; the start of the worker and
the first file count apart. Old office files are made and read where LibreOffice is installed.
"""

import io
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from pathlib import Path

import docx
import pptx
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate

from bench.attacks.junk import WORDS, packed, sheet_of_opendocument, text_of_opendocument, workbook
from bench.outcomes import Outcome, parser, run
from index.converters.libreoffice import find_program
from index.readers.registry import format_of
from index.workers.reader_pool import ReaderPool

COMMAND = "formats"
RESULTS = Path(__file__).parents[1] / "results" / "formats.jsonl"
OLD = {".doc": ".docx", ".ppt": ".pptx", ".xls": ".xlsx"}  # what each is made of
Paragraphs = Sequence[str]


def paragraphs(count: int, noise: random.Random) -> list[str]:
    """Return 40-word sentences."""
    return [" ".join(noise.choices(WORDS, k=40)).capitalize() + f" {noise.randrange(10**6)}." for _ in range(count)]


def _docx(paragraphs: Paragraphs) -> bytes:
    document = docx.Document()
    for number, paragraph in enumerate(paragraphs):
        document.add_paragraph(paragraph, style="Heading 2" if number % 20 == 0 else None)
    return _saved(document)


def _pptx(paragraphs: Paragraphs) -> bytes:
    presentation = pptx.Presentation()
    for start in range(0, len(paragraphs), 5):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = (
            paragraphs[start][:60],
            "\n".join(paragraphs[start : start + 5]),
        )
    return _saved(presentation)


def _pdf(paragraphs: Paragraphs) -> bytes:
    written, style = io.BytesIO(), getSampleStyleSheet()["BodyText"]
    SimpleDocTemplate(written).build([Paragraph(paragraph, style) for paragraph in paragraphs])
    return written.getvalue()


def _mail(paragraphs: Paragraphs) -> bytes:
    message = EmailMessage()
    message["Subject"] = "Un sujet"
    message.set_content("\n\n".join(paragraphs))
    return message.as_bytes()


def _saved(document: "docx.document.Document | pptx.presentation.Presentation") -> bytes:
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _table(paragraphs: Paragraphs) -> list[tuple[str, str, str]]:
    return [
        ("Nom", "Nombre", "Texte"),
        *((f"n{number}", f"{number * 3.5}", paragraph) for number, paragraph in enumerate(paragraphs)),
    ]


MAKERS: "dict[str, Callable[[Paragraphs], bytes]]" = {
    ".txt": lambda paragraphs: "\n\n".join(paragraphs).encode(),
    ".md": lambda paragraphs: "\n\n".join(f"## {paragraph[:40]}\n\n{paragraph}" for paragraph in paragraphs).encode(),
    ".html": lambda paragraphs: (
        "<h1>Un titre</h1>" + "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    ).encode(),
    ".csv": lambda paragraphs: "\n".join(";".join(row) for row in _table(paragraphs)).encode(),
    ".rtf": lambda paragraphs: (
        rb"{\rtf1\ansi " + rb"\par ".join(paragraph.encode("ascii", "ignore") for paragraph in paragraphs) + b"}"
    ),
    ".eml": _mail,
    ".pdf": _pdf,
    ".docx": _docx,
    ".odt": lambda paragraphs: packed({"content.xml": text_of_opendocument(paragraphs).encode()}),
    ".xlsx": lambda paragraphs: workbook(_table(paragraphs)),
    ".ods": lambda paragraphs: packed({"content.xml": sheet_of_opendocument(_table(paragraphs)).encode()}),
    ".pptx": _pptx,
}


def make(suffix: str, folder: Path, files: int, rows: int) -> list[Path]:
    """Write files of a format into a folder, with different words in each."""
    noise = random.Random(suffix)
    source = OLD.get(suffix, suffix)
    for number in range(files + 1):
        (folder / f"{number:04}{source}").write_bytes(MAKERS[source](paragraphs(rows, noise)))
    paths = sorted(folder.iterdir())
    if source == suffix:
        return paths
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    program = shutil.which("soffice") or "soffice"
    command = [program, profile, "--headless", "--convert-to", suffix[1:], "--outdir", str(folder), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True)
    return sorted(folder.glob(f"*{suffix}"))


def rates(suffix: str, files: int, rows: int) -> dict[str, float]:
    """Return the files, megabytes and million characters read per second of processor time."""
    with tempfile.TemporaryDirectory() as folder:
        first, *paths = make(suffix, Path(folder), files, rows)
        start, first_characters = _read([first])
        seconds, characters = _read([first, *paths])
        megabytes = sum(path.stat().st_size for path in paths) / 1e6
    seconds, characters = max(seconds - start, 0.001), characters - first_characters
    return {
        "documents/s": round(len(paths) / seconds, 2),
        "MB/s": round(megabytes / seconds, 2),
        "million characters/s": round(characters / 1e6 / seconds, 2),
        "start, s": round(start, 2),
    }


def _read(paths: Sequence[Path]) -> tuple[float, int]:
    """Return the processor time that workers need for files, their start included, and the total characters."""
    before = _processor_time()
    with ReaderPool(coming=paths) as readers:
        files = [readers.read(path, format_of(path)) for path in paths]
    return _processor_time() - before, sum(len(document.parsed.text) for file in files for document in file.documents)


def _processor_time() -> float:
    import resource  # which Windows has not

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    options = parser(__doc__)
    options.add_argument("formats", nargs="*", metavar="FORMAT", help="such as .docx; all without one")
    options.add_argument("--files", type=int, default=50, help="of each format")
    options.add_argument("--rows", type=int, default=200, help="paragraphs, rows or bullets of a file")
    options.set_defaults(results=RESULTS)
    arguments = options.parse_args()
    suffixes = arguments.formats or [*MAKERS, *(OLD if find_program() else ())]

    def measure(_: int) -> Outcome:
        measured = {}
        for suffix in suffixes:
            measured[suffix] = rates(suffix, arguments.files, arguments.rows)
            print(suffix, measured[suffix], file=sys.stderr, flush=True)
        return Outcome({"formats": len(suffixes)}, (), measured)

    sys.exit(run(COMMAND, 1, arguments, measure))


if __name__ == "__main__":
    main()
