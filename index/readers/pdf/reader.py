"""PDF files: pdfium's text, page by page, as paragraphs, with headings by font size or from the outline."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from index.errors import UnreadableFile
from index.language import fold
from index.readers.metadata import or_none
from index.readers.parsed import ParsedFile, truncate
from index.readers.pdf.layout import (
    LARGER,
    Line,
    Paragraph,
    body_size,
    is_parted,
    page_lines,
    paragraphs,
    without_furniture,
    without_hyphen,
    words,
)
from index.readers.text_builder import BlockRole, TextBuilder

_HEADING = 200  # characters
_OUTLINE = 10_000  # entries
_JUNK_TITLE = re.compile(
    r"untitled|sans titre|document\d*|microsoft word.*|pr[eé]sentation powerpoint|about:blank|\(?anonymous\)?"
    r"|.*\.(?:docx?|pdf|indd|tex|html?)",
    re.IGNORECASE,
)


def read_pdf(data: bytes) -> ParsedFile:
    """Read a PDF, with pypdf if pdfium cannot open it.

    Raises:
        UnreadableFile: it is damaged, protected, or holds images of text only.
    """
    try:
        return _read(data)
    except NotOpened:
        # Imported here: few files need it, and it takes half the time in which a worker starts.
        from index.readers.pdf.fallback import read_pdf_again

        return read_pdf_again(data)


class NotOpened(Exception):
    """pdfium finds no PDF in the bytes."""


def _read(data: bytes) -> ParsedFile:
    with opened_pdf(data) as document:
        pages = [_lines_of(document, number) for number in range(len(document))]
        if not any(pages):
            raise _empty(document)
        metadata = {key: or_none(partial(document.get_metadata_value, key)) or "" for key in ("Title", "CreationDate")}
        outline = frozenset(_squeezed(title) for title in _outline(document))
    body = body_size(pages)
    return _reading(without_furniture(pages, body), body, outline, metadata)


@contextmanager
def opened_pdf(data: bytes) -> Iterator[Any]:
    """Open a file with pdfium.

    Raises:
        UnreadableFile: it is protected by a password.
        NotOpened: pdfium cannot open it.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise UnreadableFile("it is protected by a password; save it without one") from error
        raise NotOpened from error
    try:
        yield document
    finally:
        document.close()


def _lines_of(document: Any, number: int) -> list[Line]:
    """Return the lines of a page; none if the page is damaged."""
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return []
    try:
        return page_lines(page)
    finally:
        page.close()


def _empty(document: Any) -> UnreadableFile:
    if any(_has_picture(document, number) for number in range(min(len(document), 20))):
        return UnreadableFile("it holds only images of text: run OCR first")
    return UnreadableFile("it holds no text")


def _has_picture(document: Any, number: int) -> bool:
    try:
        return any(document[number].get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=2))
    except pypdfium2.PdfiumError:
        return False


def _outline(document: Any) -> Iterator[str]:
    for _, item in zip(range(_OUTLINE), document.get_toc(max_depth=6), strict=False):
        yield or_none(item.get_title) or ""


def _reading(
    pages: Sequence[Sequence[Line]], body: float, outline: frozenset[str], metadata: dict[str, str]
) -> ParsedFile:
    blocks = TextBuilder()
    titles: list[Paragraph] = []  # the headings of the first page
    found = _paragraphs(pages)
    sizes = sorted({round(part.size) for page in found for part in page if _is_heading(part, body, outline)})
    for number, page in enumerate(found):
        blocks.start_page()
        for place, paragraph in enumerate(page):
            heading = _is_heading(paragraph, body, outline)
            role: BlockRole = "heading" if heading else "paragraph"
            blocks.add(
                paragraph.text,
                role,
                len(sizes) - sizes.index(round(paragraph.size)) if heading else 1,
                continues_paragraph=place == 0,
                continues_word=paragraph.continues_word,
            )
            titles.extend([paragraph] if heading and number == 0 else [])
    title = _title(metadata.get("Title", ""), titles, blocks.text[:3000])
    return replace(blocks.build(date=pdf_date(metadata)), title=title)


def _paragraphs(pages: Sequence[Sequence[Line]]) -> list[list[Paragraph]]:
    """Yield the paragraphs of each page. A word that continues on the next page loses its hyphen."""
    known = words(pages)
    found = [paragraphs(lines, known) for lines in pages]
    for page, following in pairwise(found):
        if page and following and is_parted(page[-1].text, following[0].text):
            page[-1] = page[-1]._replace(text=without_hyphen(page[-1].text, following[0].text, known))
            following[0] = following[0]._replace(continues_word=True)
    return found


def _is_heading(paragraph: Paragraph, body: float, outline: frozenset[str]) -> bool:
    text = paragraph.text
    if len(text) > _HEADING or not re.search(r"[^\W\d_]{2}", text):
        return False
    larger = paragraph.size > LARGER * body and not text.endswith((".", ",", ";", ":"))
    return larger or _squeezed(text) in outline


def _title(said: str, headings: Sequence[Paragraph], opening: str) -> str | None:
    """Return the title in the metadata if the first page confirms it, else the largest heading of that page."""
    said = "" if _JUNK_TITLE.fullmatch(said.strip()) else said.strip()
    words = set(re.findall(r"\w{3,}", fold(said)))
    if words and len(words & set(re.findall(r"\w{3,}", fold(opening)))) >= len(words) / 2:
        return truncate(said)
    largest = max(headings, key=lambda heading: heading.size, default=None)
    return truncate(largest.text if largest else said) or None


def pdf_date(metadata: dict[str, str]) -> dt.date | None:
    """Return the creation date: «D:20220212103000+01'00'»."""
    match = re.match(r"(?:D:)?(\d{4})(\d\d)(\d\d)", metadata.get("CreationDate", ""))
    try:
        return dt.date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _squeezed(text: str) -> str:
    return "".join(fold(text).split())
