"""What a reader finds in a file."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from unicodedata import normalize

from index.blocks import blocks_of, numbers_of
from index.chunking.sentences import iter_sentences
from index.documents import Block, Container, Document, Span
from index.progress import ReadWarning
from index.readers.dates import date_line_end, document_date

_WORDS = re.compile(r"[^\W\d_]{3,}")
_TITLE_LENGTH = 120


class EmbeddedFile(NamedTuple):
    """A file inside another one, such as an attachment. ``load`` returns its bytes, or raises ``UnreadableFile``."""

    name: str  # as the file around it says
    load: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What a reader returns of a file: its text, its structure and its metadata."""

    text: str
    title: str | None = None
    date: dt.date | None = None  # that the document states of itself, in its metadata
    encoding: str | None = None
    pages: tuple[int, ...] = ()
    blocks: tuple[Block, ...] = ()
    breaks: tuple[int, ...] = ()  # where sentences end, besides at blocks
    warnings: tuple[ReadWarning, ...] = ()  # what could not be read, in order; with no source
    file_date: dt.date | None = None  # when a program wrote or changed the file, as its metadata say
    recognised: tuple[int, ...] = ()  # pages that OCR read, from 1
    places: str = ""  # where the characters stand on the pages (``index.places``)
    scans: tuple[int, ...] = ()  # pages, from 1, that OCR may still read; not stored
    embedded: tuple[EmbeddedFile, ...] = ()  # files inside, in order
    used_passwords: bool = False  # it, or what is inside, may be read otherwise without them; not stored

    @property
    def headings(self) -> tuple[Span, ...]:
        """The spans of all headings, in order."""
        return tuple(block.span for block in self.blocks if block.kind == "heading")

    @property
    def all_breaks(self) -> list[int]:
        """The offsets that no sentence crosses, sorted: breaks, and the edges of blocks."""
        return sorted({*self.breaks, *(edge for block in self.blocks for edge in (block.start, block.end))})

    @property
    def _fields_end(self) -> int:
        """Where the fields end that front matter says; they neither are a title nor date the document."""
        return max((block.end for block in self.blocks if block.kind == "field"), default=0)

    def document(self, id: str, sha256: str, container: Container | None = None) -> Document:
        """Return the document of this text, with its id, the hash of its bytes, and the file that it is inside."""
        body = self.text[self._fields_end :]
        date, date_from = document_date(body, PurePosixPath(id).stem, self.date, self.file_date)
        title = self.title or infer_title(id, body)
        facts = (date, date_from, self.encoding, self.pages, self.blocks)
        document = Document(id, self.text, sha256, title, *facts, file_date=self.file_date, container=container)
        return replace(document, recognised=self.recognised, places=self.places)

    def to_dict(self) -> dict[str, Any]:
        """Return what describes the text, ready for JSON."""
        date, file_date = (day.isoformat() if day else None for day in (self.date, self.file_date))
        lists = {
            "pages": self.pages,
            "blocks": numbers_of(self.blocks),
            "breaks": self.breaks,
            "recognised": self.recognised,
            "places": self.places,
        }
        return {"title": self.title, "date": date, "encoding": self.encoding, **lists, "file_date": file_date}

    @classmethod
    def from_dict(cls, text: str, plain: dict[str, Any]) -> "ParsedFile":
        """Restore the text of which ``to_dict`` returned ``plain``; warnings and files inside are kept elsewhere."""
        return cls(
            text=text,
            title=plain["title"],
            date=dt.date.fromisoformat(plain["date"]) if plain["date"] else None,
            encoding=plain["encoding"],
            pages=tuple(plain["pages"]),
            blocks=blocks_of(plain["blocks"]),
            breaks=tuple(plain["breaks"]),
            file_date=dt.date.fromisoformat(plain["file_date"]) if plain["file_date"] else None,
            recognised=tuple(plain["recognised"]),
            places=plain["places"],
        )


def read_unstruck(read: Callable[[bool], ParsedFile]) -> ParsedFile:
    """Return what ``read(False)`` reads, without text that is struck through; ``read(True)`` if nothing else is."""
    parsed = read(False)
    return parsed if parsed.text.strip() else read(True)


def infer_title(id: str, text: str) -> str:
    """Return the name of the file if it holds words, else the start of the text."""
    name = normalize("NFC", PurePosixPath(id).stem).replace("_", " ").strip()  # a Mac writes «é» as two characters
    if _reads_as_words(name):
        return name
    head = text[date_line_end(text) or 0 :][: 4 * _TITLE_LENGTH]
    start, end = next(iter_sentences(head), Span(0, 0))
    return truncate(head[start:end]) or name


def truncate(line: str) -> str:
    """Return a text as one line of at most 120 characters, cut between words."""
    line = " ".join(line.split())
    if len(line) <= _TITLE_LENGTH:
        return line
    return line[:_TITLE_LENGTH].rpartition(" ")[0].rstrip(",;: ") + "…"


def _reads_as_words(name: str) -> bool:
    letters = sum(map(len, _WORDS.findall(name)))
    return letters > 0 and letters >= 0.5 * len(name) and not re.search(r"[\da-f]{10,}", name)
