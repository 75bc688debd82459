"""Judge the positions of quotes in public PDF files, by another engine.

    python -m bench.files.pdf_pages bench/files/public_pdf.jsonl REPOSITORIES [--sentences 800] [--each]

Samples sentences from what is read of the files that the list names, in clones as ``REPOSITORIES/owner+name``.
``pdftotext -bbox`` says on which page their words are, and where. The page is right if the pages of a quote hold nine
in ten of its words that the other engine finds anywhere. The boxes are right if they cover the middle of each word.
A sentence of which the other engine finds fewer than nine words in ten is counted, but not judged. Of table rows, only
the cells are judged: the column names put before them are elsewhere on the page.
"""

import html
import json
import random
import re
import subprocess
import sys
import tempfile
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from bench.files.readings import read_blob
from bench.outcomes import Outcome, parser, run
from index.chunking.sentences import iter_sentences
from index.documents import Document, Span
from index.errors import UnreadableFile
from index.places import runs_and_words
from index.readers.pdf.pages import Box, PageLayout, PagePlaces, layout_request, layouts
from index.readers.pdf.reader import read_pdf
from index.workers.page_worker import handle_request

COMMAND = "pdf_pages"
RESULTS = Path(__file__).parents[1] / "results" / "formats.jsonl"
LEAST = 6  # words of a sentence that is sampled
SHARE = 0.9  # of its words
SECONDS = 120  # for one file
_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
_PLACED = re.compile(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>', re.DOTALL)
_TURN = re.compile(r"^Page +\d+ rot: +(\d+)", re.MULTILINE)
_EDGE = 0.002  # of the page, within which a word still is in a box


class Placed(NamedTuple):
    """A word as the other engine has it: its letters, and its centre in fractions of the page."""

    letters: str
    x: float
    y: float


def letters_of(text: str) -> str:
    """Return the folded letters and digits of a text, on which two engines agree."""
    decomposed = unicodedata.normalize("NFKD", text).lower()
    return "".join(character for character in decomposed if character.isalnum())


def placed_words(path: Path) -> list[list[Placed]]:
    """Return the words of each page as ``pdftotext`` reads them; none where it fails."""
    pages = _PAGE.findall(_printed("pdftotext", "-bbox", "-cropbox", str(path), "-"))
    turned = [int(angle) % 180 for angle in _TURN.findall(_printed("pdfinfo", "-l", str(len(pages)), str(path)))]
    # pdftotext says the size of a page before it is turned, and places words on it as it is seen.
    return [
        list(_words(float(height if angle else width), float(width if angle else height), body))
        for (width, height, body), angle in zip(pages, turned, strict=True)
    ]


def _printed(*command: str) -> str:
    try:
        completed = subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return ""
    return completed.stdout.decode(errors="replace")


def _words(width: float, height: float, body: str) -> Iterator[Placed]:
    for *edges, text in _PLACED.findall(body):
        left, top, right, bottom = map(float, edges)
        letters = letters_of(html.unescape(text))
        if letters:
            yield Placed(letters, (left + right) / 2 / max(width, 1), (top + bottom) / 2 / max(height, 1))


def occurrences(sentence: str, words: Sequence[Placed]) -> Iterator[list[Placed]]:
    """Yield each run of words whose letters are those of a sentence; words at its ends may be longer."""
    page = "".join(word.letters for word in words)
    ends, total = list[int](), 0
    for word in words:
        ends.append(total := total + len(word.letters))
    start = page.find(sentence)
    while start >= 0:
        yield list(words[bisect_left(ends, start + 1) : bisect_left(ends, start + len(sentence)) + 1])
        start = page.find(sentence, start + 1)


def judge(text: str, boxes: Sequence[Box], pages: Sequence[Sequence[Placed]]) -> str:
    """Return «right», or what is wrong with the position of a sentence: «page», «boxes», or «unknown»."""
    words = Counter(filter(None, map(letters_of, text.split())))
    own_pages = {box.page for box in boxes}
    page_letters = "".join(word.letters for number in sorted(own_pages) for word in pages[number - 1])
    anywhere = [any(letters in "".join(word.letters for word in page) for page in pages) for letters in words]
    if not words or sum(anywhere) < SHARE * len(words):
        return "unknown"
    if sum(letters in page_letters for letters in words) < SHARE * sum(anywhere):
        return "page"
    runs = [run for number in own_pages for run in occurrences(letters_of(text), pages[number - 1])]
    if runs:
        return "right" if any(all(_is_in(word, boxes) for word in run) for run in runs) else "boxes"
    return _judge_each_word(words, boxes, [word for number in own_pages for word in pages[number - 1]])


def _judge_each_word(sentence_words: "Counter[str]", boxes: Sequence[Box], words: Sequence[Placed]) -> str:
    """Judge a sentence that the other engine reads in another order, or on two pages."""
    covered = "".join(word.letters for word in words if _is_in(word, boxes))
    printed_words = [letters for letters in sentence_words if any(letters == word.letters for word in words)]
    return "right" if all(letters in covered for letters in printed_words) else "boxes"


def _is_in(word: Placed, boxes: Sequence[Box]) -> bool:
    return any(
        box.left - _EDGE <= word.x <= box.right + _EDGE and box.top - _EDGE <= word.y <= box.bottom + _EDGE
        for box in boxes
    )


def sampled(document: Document, breaks: Sequence[int], count: int, noise: random.Random) -> list[Span]:
    """Return some of the sentences of a document, in order."""
    spans = [span for span in iter_sentences(document.text, breaks) if len(document.slice(*span).split()) >= LEAST]
    return sorted(noise.sample(spans, min(count, len(spans))))


def drawn_text(document: Document, span: Span, rows: Sequence[Span]) -> str:
    """Return the text of a span; of a row of a table, only what is on the page."""
    text = document.slice(*span)
    if not any(row.start <= span.start < row.end for row in rows):
        return text
    runs, _ = runs_and_words(document.places)
    drawn = {offset for run in runs for offset in range(run.offset, run.offset + run.length) if offset in range(*span)}
    return "".join(character if offset in drawn else " " for offset, character in enumerate(text, span.start))


def laid_out(path: Path, document: Document, spans: Sequence[Span]) -> list[list[Box]]:
    """Return the boxes of each span, as the viewer gets them."""
    count = len(document.pages)
    request = layout_request(path.parent, document, PagePlaces.of(document, range(1, count + 1)), spans)
    pages: list[PageLayout] = layouts(handle_request(request))
    return [[box for page in pages for box in page.boxes[position]] for position in range(len(spans))]


def judge_file(data: bytes, count: int, noise: random.Random) -> Iterator[tuple[str, str]]:
    """Yield the verdict on each sampled sentence of a file, and the sentence.

    Raises:
        UnreadableFile: it cannot be read.
    """
    parsed = read_pdf(data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file.pdf")
        path.write_bytes(data)
        pages = placed_words(path)
        document = parsed.document("file.pdf", sha256(data).hexdigest())
        spans = sampled(document, parsed.all_breaks, count, noise)
        rows = [block.span for block in document.blocks if block.kind == "row"]
        for span, boxes in zip(spans, laid_out(path, document, spans), strict=True):
            text = drawn_text(document, span, rows)
            yield (judge(text, boxes, pages) if boxes else "boxes"), text


def measure(listed: Path, repositories: Path, sentences: int, seed: int, verbose: bool) -> Outcome:
    """Judge sentences of all files, equally many of each."""
    files = [json.loads(line) for line in listed.read_text("utf-8").splitlines()]
    verdicts, unread = Counter[str](), list[str]()
    for number, file in enumerate(files):
        name = f"{file['repository']}/{file['path']}"
        remaining = max(0, sentences - sum(verdicts.values()))
        data = read_blob(repositories / file["repository"].replace("/", "+"), file["commit"], file["path"])
        try:
            judged = list(judge_file(data, -(-remaining // (len(files) - number)), random.Random(f"{seed} {name}")))
        except UnreadableFile as error:
            unread.append(f"{name}: {error}")
            continue
        verdicts.update(verdict for verdict, _ in judged)
        for verdict, text in judged if verbose else ():
            if verdict != "right":
                print(f"{verdict}: {name}: {text!r}", flush=True)
    judged_count = sum(verdicts.values()) - verdicts["unknown"]
    right = {
        "page right": 1 - verdicts["page"] / judged_count,
        "boxes right": verdicts["right"] / (judged_count - verdicts["page"]),
    }
    counts = {"files": len(files) - len(unread), "sentences": sum(verdicts.values()), **verdicts}
    return Outcome(counts, tuple(unread), {name: round(share, 4) for name, share in right.items()})


def main() -> None:
    options = parser(__doc__)
    options.add_argument("list", type=Path)
    options.add_argument("repositories", type=Path)
    options.add_argument("--sentences", type=int, default=800)
    options.add_argument("--each", action="store_true", help="print each sentence that is not right")
    options.set_defaults(results=RESULTS)
    chosen = options.parse_args()
    sys.exit(
        run(
            COMMAND,
            1,
            chosen,
            lambda seed: measure(chosen.list, chosen.repositories, chosen.sentences, seed, chosen.each),
        )
    )


if __name__ == "__main__":
    main()
