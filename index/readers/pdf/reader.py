"""PDF files: the text of each page as headings, paragraphs and rows of tables, read as a person sees it."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from index.errors import UnreadableFile
from index.language import fold
from index.places import Run, pack
from index.progress import ReadWarning
from index.readers.containers.pdf_attachments import attachments
from index.readers.layout.furniture import LARGER, body_size, without_repeats
from index.readers.layout.grid import Table, arrange
from index.readers.layout.hyphens import close_up, is_hyphenated, loses_hyphen
from index.readers.layout.lines import HYPHENS, Line
from index.readers.layout.paragraphs import BULLETED, LEADERS, PageElement, Paragraph, page_elements
from index.readers.layout.rows import RowWriter
from index.readers.layout.traced import Traced, runs_of
from index.readers.layout.vocabulary import Vocabulary
from index.readers.metadata import or_none
from index.readers.ocr import NO_OCR, Ocr
from index.readers.parsed import ParsedFile, truncate
from index.readers.passwords import locked
from index.readers.pdf.content import read_page
from index.readers.pdf.layers import with_layers
from index.readers.text_builder import BlockRole, TextBuilder

_HEADING = 200  # characters
_BOLD_HEADING = 100  # likewise, of the size of the text
_BOLD_SHARE = 0.4  # of the letters: where more are bold, bold says nothing
_ITEM = 120  # characters of a line below a label
_OUTLINE = 10_000  # entries
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_JUNK_TITLE = re.compile(
    r"untitled|sans titre|document\d*|microsoft word.*|pr[eé]sentation powerpoint|about:blank|\(?anonymous\)?"
    r"|unknown title|.*\.(?:docx?|pdf|indd|tex|html?)",
    re.IGNORECASE,
)


def read_pdf(data: bytes, ocr: Ocr = NO_OCR, passwords: Sequence[str] = ()) -> ParsedFile:
    """Read a PDF, with pypdf if pdfium cannot open it.

    Raises:
        NeedsOcr: it holds images of text only.
        UnreadableFile: it is damaged, protected, or empty.
    """
    try:
        return _read(data, ocr, passwords)
    except PdfOpenError:
        # Imported here: few files need it, and it takes half the time in which a worker starts.
        from index.readers.pdf.fallback import read_with_pypdf

        return read_with_pypdf(data)


class PdfOpenError(Exception):
    """pdfium finds no PDF in the bytes."""


def _read(data: bytes, ocr: Ocr, passwords: Sequence[str]) -> ParsedFile:
    vocabulary, (data, hidden) = Vocabulary(), with_layers(data, passwords)
    with open_pdf(data, passwords) as document:
        tried = bool(passwords) and pdfium.FPDF_GetSecurityHandlerRevision(document.raw) >= 0
        pages = [read_page(document, n, vocabulary, ocr.words(n), hidden) for n in range(1, len(document) + 1)]
        metadata = {key: or_none(partial(document.get_metadata_value, key)) or "" for key in ("Title", "CreationDate")}
        outline = frozenset(_squeeze(title) for title in _outline(document))
        files = tuple(attachments(document, partial(open_pdf, data, passwords)))
    garbled = [number for number, page in enumerate(pages, 1) if page.is_garbled]
    scans = [number for number, page in enumerate(pages, 1) if page.is_picture or number in garbled]
    untried = tuple(page for page in scans if page not in ocr.pages)
    if {number for number, page in enumerate(pages, 1) if page.lines} <= {*scans}:
        refusal = ocr.refusal(scans, garbled) if scans else UnreadableFile("it holds no text")
        if not files:
            raise refusal
        warnings = (ReadWarning.from_error(refusal),)
        return ParsedFile("", warnings=warnings, embedded=files, scans=untried, used_passwords=tried)
    lines = [() if number in garbled else page.lines for number, page in enumerate(pages, 1)]
    reading = _Reading(lines, outline, vocabulary)
    parsed = replace(reading.blocks.build(file_date=pdf_date(metadata)), title=reading.title(metadata.get("Title", "")))
    recognised = tuple(number for number, page in enumerate(pages, 1) if page.by_ocr)
    return replace(
        parsed,
        scans=untried,
        recognised=recognised,
        places=pack(reading.runs, [word for page in pages for word in page.words]),
        warnings=ocr.warnings(scans, garbled, recognised),
        embedded=files,
        used_passwords=tried,
    )


@contextmanager
def open_pdf(data: bytes, passwords: Sequence[str] = ()) -> Iterator[Any]:
    """Open a file with pdfium, and its form if it has one.

    Raises:
        UnreadableFile: it is protected by another password.
        PdfOpenError: pdfium cannot open it.
    """
    document = _open(data, passwords)
    try:
        with suppress(pypdfium2.PdfiumError):
            document.init_forms()
        yield document
    finally:
        document.close()


def _open(data: bytes, passwords: Sequence[str]) -> Any:
    for password in (None, *passwords):
        try:
            return pypdfium2.PdfDocument(data, password)
        except pypdfium2.PdfiumError as error:
            if "assword" not in str(error):
                raise PdfOpenError from error
    raise locked()


def _outline(document: Any) -> Iterator[str]:
    for _, item in zip(range(_OUTLINE), document.get_toc(max_depth=6), strict=False):
        yield or_none(item.get_title) or ""


class _Block(NamedTuple):
    """A block of the text that a document is built of."""

    traced: Traced
    role: BlockRole = "paragraph"
    level: int = 1
    size: float = 0.0
    continues_word: bool = False


class _Reading:
    """The text of a document, built of the lines of its pages, with where its characters stand on them."""

    def __init__(self, pages: Sequence[Sequence[Line]], outline: frozenset[str], vocabulary: Vocabulary) -> None:
        self.blocks, self.runs = TextBuilder(), list[Run]()
        self._headings: list[Paragraph] = []  # of the first page
        self._outline, self._body = outline, body_size(pages)
        cleaned = [[close_up(line, vocabulary) for line in lines] for lines in without_repeats(pages, self._body)]
        document_words = _words(cleaned)
        self._bold_says_much = _bold_share(cleaned) < _BOLD_SHARE
        elements = [page_elements(arrange(lines), document_words, vocabulary) for lines in cleaned]
        _rejoin_words(elements, document_words, vocabulary)
        paragraphs = [element for page in elements for element in page if isinstance(element, Paragraph)]
        self._sizes = sorted({round(element.size) for element in paragraphs if self._is_large(element)})
        rows = RowWriter(document_words, vocabulary)
        for number, page in enumerate(elements, 1):
            self._add_page(number, page, rows)

    def title(self, stated: str) -> str | None:
        """Return the title in the metadata if the first page confirms it, else the largest heading of that page."""
        stated = "" if _JUNK_TITLE.fullmatch(stated.strip()) else stated.strip()
        words = set(re.findall(r"\w{3,}", fold(stated)))
        opening = set(re.findall(r"\w{3,}", fold(self.blocks.text[:3000])))
        if words and len(words & opening) >= len(words) / 2:
            return truncate(stated)
        largest = max(self._headings, key=lambda heading: heading.size, default=None)
        return truncate(largest.text if largest else stated) or None

    def _add_page(self, page: int, elements: Sequence[PageElement], rows: RowWriter) -> None:
        self.blocks.start_page()
        for number, block in enumerate(self._blocks(elements, rows)):
            traced = _without_soft_hyphens(block.traced)
            span = self.blocks.add(
                traced.text,
                block.role,
                block.level,
                continues_paragraph=number == 0,
                continues_word=block.continues_word,
            )
            if span and span.end - span.start == len(traced.text):
                self.runs += runs_of(traced, page, span.start)
            if block.role == "heading" and page == 1:
                self._headings.append(Paragraph(traced, block.size))

    def _blocks(self, elements: Sequence[PageElement], rows: RowWriter) -> Iterator[_Block]:
        waiting = 0  # items of the label above
        self._items = frozenset[int]()  # of tagged lists of the page
        for number, element in enumerate(elements):
            if isinstance(element, Table):
                yield from (_Block(row, "row") for row in rows.rows(element, opens_page=number == 0))
            elif element.tag and element.tag.item and not element.tag.level:
                yield from self._item(element)
            elif self._is_heading(element, elements[number + 1 : number + 2]):
                yield _Block(element.traced, "heading", self._level(element), element.size)
            elif LEADERS.fullmatch(element.text):
                yield _Block(element.traced, "row")
            elif waiting:
                waiting -= 1
                yield _Block(element.traced, "item")
            else:
                waiting = _items_below(elements, number)
                yield _Block(element.traced, continues_word=element.continues_word)

    def _item(self, paragraph: Paragraph) -> Iterator[_Block]:
        assert paragraph.tag is not None
        is_first, self._items = paragraph.tag.item not in self._items, self._items | {paragraph.tag.item}
        yield _Block(paragraph.traced, "item" if is_first else "item again", paragraph.tag.depth)

    def _level(self, paragraph: Paragraph) -> int:
        if paragraph.tag and paragraph.tag.level:
            return paragraph.tag.level
        size = round(paragraph.size)
        return len(self._sizes) - self._sizes.index(size) if size in self._sizes else len(self._sizes) + 1

    def _is_heading(self, paragraph: Paragraph, following: Sequence[PageElement]) -> bool:
        if paragraph.tag and paragraph.tag.level and not paragraph.text.endswith(":"):
            return _may_be_heading(paragraph)
        return self._is_large(paragraph) or (self._bold_says_much and _is_bold_heading(paragraph, following))

    def _is_large(self, paragraph: Paragraph) -> bool:
        """Return whether a paragraph is a heading by its size, or by the outline."""
        if not _may_be_heading(paragraph):
            return False
        is_item = BULLETED.match(paragraph.text) is not None
        larger = (
            paragraph.size > LARGER * self._body and not is_item and not paragraph.text.endswith((".", ",", ";", ":"))
        )
        return larger or _squeeze(paragraph.text) in self._outline


def _may_be_heading(paragraph: Paragraph) -> bool:
    return (
        not paragraph.turned
        and len(paragraph.text) <= _HEADING
        and re.search(r"[^\W\d_]{2}", paragraph.text) is not None
    )


def _is_bold_heading(paragraph: Paragraph, following: Sequence[PageElement]) -> bool:
    """Return whether a paragraph is a line in bold over text that is not."""
    if not (paragraph.bold and _may_be_heading(paragraph) and following) or len(paragraph.text) > _BOLD_HEADING:
        return False
    next_element = following[0]
    over_text = isinstance(next_element, Table) or (not next_element.bold and not next_element.turned)
    return over_text and not paragraph.text.endswith((".", ",", ";", ":")) and ": " not in paragraph.text


def _items_below(elements: Sequence[PageElement], number: int) -> int:
    """Return how many of the next elements are what a label names: lines that stand below it, one by one."""
    label = elements[number]
    if not (isinstance(label, Paragraph) and label.is_label and label.is_near_next):
        return 0
    count = 0
    for element in elements[number + 1 :]:
        if (
            isinstance(element, Table)
            or element.lines > 1
            or element.bold != _is_bold_below(elements, number)
            or len(element.text) > _ITEM
        ):
            break
        if element.is_label or ": " in element.text or " : " in element.text or (element.tag and element.tag.item):
            break
        count += 1
        if not element.is_near_next:
            break
    return count


def _is_bold_below(elements: Sequence[PageElement], number: int) -> bool:
    """Return whether what stands below a label is bold."""
    next_element = elements[number + 1] if number + 1 < len(elements) else None
    return isinstance(next_element, Paragraph) and next_element.bold


def _without_soft_hyphens(traced: Traced) -> Traced:
    """Remove soft hyphens, which are no part of a word."""
    if "\xad" in traced.text:
        pairs = [(character, number) for character, number in zip(*traced, strict=True) if character != "\xad"]
        traced = Traced("".join(character for character, _ in pairs), [number for _, number in pairs])
    return traced.stripped()


def _words(pages: Sequence[Sequence[Line]]) -> frozenset[str]:
    """Return the words that stand whole in a line, with the hyphens that they are written with."""
    words: set[str] = set()
    for lines in pages:
        for line in lines:
            words.update(_WORD.findall(line.text.lower())[: -1 if line.text.endswith(HYPHENS) else None])
    return frozenset(words)


def _bold_share(pages: Sequence[Sequence[Line]]) -> float:
    letters = sum(len(line.text) for lines in pages for line in lines)
    return sum(len(line.text) for lines in pages for line in lines if line.bold) / max(letters, 1)


def _rejoin_words(pages: Sequence[list[PageElement]], document_words: frozenset[str], vocabulary: Vocabulary) -> None:
    """Take the hyphen from a word that continues on the next page."""
    for page, following in pairwise(pages):
        if not (page and following and isinstance(page[-1], Paragraph) and isinstance(following[0], Paragraph)):
            continue
        if is_hyphenated(page[-1].text, following[0].text):
            if loses_hyphen(page[-1].text, following[0].text, document_words, vocabulary):
                page[-1] = page[-1]._replace(traced=page[-1].traced.slice(0, -1))
            following[0] = following[0]._replace(continues_word=True)


def pdf_date(metadata: Mapping[str, str]) -> dt.date | None:
    """Return the creation date: «D:20220212103000+01'00'»."""
    match = re.match(r"(?:D:)?(\d{4})(\d\d)(\d\d)", metadata.get("CreationDate", ""))
    try:
        return dt.date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _squeeze(text: str) -> str:
    return "".join(fold(text).split())
