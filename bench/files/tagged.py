"""Measure what the tags of PDF files give: web pages, printed as tagged PDF, are read with tags and without.

    python -m bench.files.tagged FOLDER [--each]

Chromium and LibreOffice print the pages of a folder (``.html``), less their scripts, pictures, menus and forms. The
page itself says what its blocks are. Printed are, for both programs, the shares of its headings, paragraphs, items and
rows that are read as one block: letters and digits alike, and of that kind, where a paragraph is of any. A row counts
where a row that is read holds its cells in order.
"""

import argparse
import io
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import lxml.html  # type: ignore[import-untyped]
from playwright.sync_api import sync_playwright
from pypdf import PdfReader, PdfWriter

from bench.files.pdf_pages import letters_of
from index.errors import UnreadableFile
from index.readers.parsed import ParsedFile
from index.readers.pdf.reader import read_pdf

SECONDS = 120
_DROPPED = "|".join(f"//{tag}" for tag in "script style link img iframe svg nav form noscript".split())
_KINDS = {"h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "li": "item", "tr": "row", "p": "text"}
_CONTAINERS = {"p": ("li", "td", "th"), "li": ("td", "th")}  # what counts as part of these
_HOLDS = {"li": ("p", "ul", "ol", "div", "table"), "p": ("br",), "tr": ("table",)}  # what makes several blocks of one
_LABEL = 4  # letters and digits of an item's number, at most
TAGGED = 'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}'


class ExpectedBlock(NamedTuple):
    """A block of a page: the letters and digits of its cells, or of all of it."""

    kind: str
    cells: Sequence[str]


def cleaned(data: bytes) -> lxml.html.HtmlElement:
    """Return a page without elements that are not text, or that print differently."""
    page = lxml.html.document_fromstring(data)
    for element in page.xpath(_DROPPED):
        element.drop_tree()
    for element in page.iter(lxml.etree.Element):
        for name in ("style", "class", "hidden"):
            element.attrib.pop(name, None)
    return page


def expected_blocks(page: lxml.html.HtmlElement) -> Iterator[ExpectedBlock]:
    """Yield the blocks that the markup of a page declares."""
    for element in page.iter(*_KINDS):
        containers = {ancestor.tag for ancestor in element.iterancestors()} & {*_CONTAINERS.get(element.tag, ())}
        if containers or any(child is not element for child in element.iter(*_HOLDS.get(element.tag, ("table",)))):
            continue
        cells = element.xpath("./td|./th") if element.xpath("./td") else [element]
        block = ExpectedBlock(_KINDS[element.tag], [letters_of(cell.text_content()) for cell in cells])
        if any(block.cells) and not (element.tag == "tr" and cells == [element]):
            yield block


def is_read(block: ExpectedBlock, parsed: ParsedFile, texts: "set[str]", kinds: "dict[str, set[str]]") -> bool:
    """Return whether a block is read as one."""
    if block.kind == "row":
        return any(_in_order(block.cells, text) for text in kinds.get("row", ()))
    letters = block.cells[0]
    candidates = texts if block.kind == "text" else kinds.get(block.kind, set())
    return letters in candidates or any(
        text.endswith(letters) and len(text) - len(letters) < _LABEL for text in candidates
    )


def _in_order(cells: Sequence[str], row: str) -> bool:
    start = 0
    for cell in cells:
        at = row.find(cell, start)
        if at < 0:
            return False
        start = at + len(cell)
    return True


def judged(data: bytes, blocks: Sequence[ExpectedBlock]) -> "Counter[tuple[str, bool]]":
    """Count the blocks of each kind that are read as one, and the others; none of a page that prints blank."""
    try:
        parsed = read_pdf(data)
    except UnreadableFile:
        return Counter()
    kinds: dict[str, set[str]] = {}
    for block in parsed.blocks:
        kinds.setdefault(block.kind, set()).add(letters_of(parsed.text[slice(*block.span)]))
    texts = set(map(letters_of, parsed.text.split("\n"))).union(*kinds.values())
    return Counter((expected.kind, is_read(expected, parsed, texts, kinds)) for expected in blocks)


def without_tags(data: bytes) -> bytes:
    """Return a PDF that does not declare that it is tagged."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.root_object.pop("/MarkInfo", None)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def by_chromium(pages: Sequence[Path]) -> list[bytes]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        tab = browser.new_page(java_script_enabled=False)
        printed = []
        for page in pages:
            tab.goto(page.as_uri())
            printed.append(tab.pdf(tagged=True))
        browser.close()
        return printed


def _chromium() -> str | None:
    return next((path for path in ("/usr/bin/chromium", "/usr/bin/google-chrome") if Path(path).exists()), None)


def by_libreoffice(pages: Sequence[Path]) -> list[bytes]:
    with tempfile.TemporaryDirectory() as work:
        command = ["soffice", f"-env:UserInstallation=file://{work}/profile", "--headless"]
        limits = {"check": True, "capture_output": True, "timeout": SECONDS + 10 * len(pages)}
        texts = [str(Path(work, page.stem + ".odt")) for page in pages]
        web = ["--infilter=HTML (StarWriter)", "--convert-to", "odt:writer8", "--outdir", work]
        subprocess.run([*command, *web, *map(str, pages)], **limits)  # type: ignore[call-overload]
        subprocess.run([*command, "--convert-to", TAGGED, "--outdir", work, *texts], **limits)  # type: ignore[call-overload]
        return [Path(text).with_suffix(".pdf").read_bytes() for text in texts]


def shares(judgements: "Sequence[Counter[tuple[str, bool]]]") -> dict[str, str]:
    """Return, for each kind of block, the share that is read as one, and the total."""
    counts = sum(judgements, Counter[tuple[str, bool]]())
    totals = {kind: counts[kind, True] + counts[kind, False] for kind in sorted({kind for kind, _ in counts})}
    return {kind: f"{counts[kind, True] / total:.3f} of {total}" for kind, total in totals.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--each", action="store_true", help="print the counts of each page too")
    arguments = parser.parse_args()
    sources = sorted(arguments.folder.glob("*.html"))
    with tempfile.TemporaryDirectory() as work:
        pages, blocks = [], []
        for source in sources:
            page = cleaned(source.read_bytes())
            pages.append(Path(work, source.name))
            pages[-1].write_bytes(lxml.html.tostring(page, encoding="utf-8", doctype="<!doctype html>"))
            blocks.append(list(expected_blocks(page)))
        for program in (by_chromium, by_libreoffice):
            printed = program(pages)
            for name, change in (("with tags", bytes), ("without", without_tags)):
                judgements = [judged(change(data), expected) for data, expected in zip(printed, blocks, strict=True)]
                for source, judgement in zip(sources if arguments.each else (), judgements, strict=False):
                    print(program.__name__, name, source.name, dict(judgement))
                print(program.__name__, name, shares(judgements))


if __name__ == "__main__":
    main()
