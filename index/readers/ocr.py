"""The words that OCR read on the pages of a file, and the errors and warnings about pages that need it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from index.errors import UnreadableFile
from index.progress import ReadWarning

OcrState = Literal["on", "off", "missing"]


Scans = Mapping[str, Sequence[int]]
"""Pages (from 1) that OCR may read: of a file under an empty name, of those inside it under their SHA-256."""


class RecognisedWord(NamedTuple):
    """A word that OCR read. Distances are in units of ``index.places`` from the left and the top of its page."""

    text: str
    line: int  # words of the same number are one line
    left: int
    top: int
    right: int
    bottom: int


class NeedsOcr(UnreadableFile):
    """A file holds nothing but pictures of text; ``scans`` says which pages are to be read."""

    scans: "Scans" = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Ocr:
    """What OCR read of a file.

    ``pages`` has the words of each page (from 1) that was tried; None where OCR failed.
    """

    state: OcrState = "on"
    pages: Mapping[int, Sequence[RecognisedWord] | None] = field(default_factory=dict)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any] | None) -> "Ocr":
        """Restore what ``to_plain`` returned; without it, nothing was tried."""
        if plain is None:
            return NO_OCR
        pages = {
            int(page): None if words is None else [RecognisedWord(*word) for word in words]
            for page, words in plain["pages"].items()
        }
        return cls(plain["state"], pages)

    def to_plain(self) -> dict[str, Any]:
        """Return values ready for JSON."""
        return {"state": self.state, "pages": self.pages}

    def words(self, page: int) -> Sequence[RecognisedWord]:
        """Return the words of a page; none where it was not read."""
        return self.pages.get(page) or ()

    def refusal(self, pages: Sequence[int], garbled: Sequence[int] = ()) -> UnreadableFile:
        """Return the error for a file that holds nothing but pictures of text, or letters that are not those seen."""
        untried = [page for page in pages if page not in self.pages]
        if untried:
            error = _refusal(self.state, is_garbled=set(garbled) >= set(pages))
            error.scans = {"": tuple(untried)}
            return error
        if any(self.pages[page] is None for page in pages):
            return UnreadableFile("it holds only images of text, which OCR could not read")
        return UnreadableFile("it holds only images, in which OCR found no text")

    def warnings(
        self, scans: Sequence[int], garbled: Sequence[int], recognised: Sequence[int]
    ) -> tuple[ReadWarning, ...]:
        """Return what is to be said of pages: pictures, pages of wrong letters, and those that OCR read."""
        reasons = {page: UnreadableFile("read by OCR: compare its quotes with the image") for page in recognised}
        for page in scans:
            reasons[page] = self._reason(page, is_garbled=page in garbled)
        return tuple(ReadWarning.from_error(reason, page=page) for page, reason in sorted(reasons.items()))

    def _reason(self, page: int, *, is_garbled: bool) -> UnreadableFile:
        if page in self.pages and self.pages[page] is None:
            return UnreadableFile("OCR could not read its image")
        if page in self.pages:
            return UnreadableFile("an image in which OCR found no text")
        if is_garbled:
            return UnreadableFile(
                "its text layer does not match what the page shows, and it was not read: run OCR first"
            )
        if self.state == "off":
            return UnreadableFile("an image of text, which was not read: OCR is switched off (RAG_OCR)")
        if self.state == "missing":
            return UnreadableFile("an image of text, which was not read: run OCR (apt install tesseract-ocr-fra)")
        return UnreadableFile("an image of text, which was not read: run OCR first")


def _refusal(state: OcrState, *, is_garbled: bool) -> NeedsOcr:
    if is_garbled:
        return NeedsOcr("its text layer does not match what the page shows: run OCR first")
    if state == "off":
        return NeedsOcr("it holds only images of text: run OCR first, or switch it on (RAG_OCR)")
    if state == "missing":
        return NeedsOcr("it holds only images of text: run OCR first (apt install tesseract-ocr-fra)")
    return NeedsOcr("it holds only images of text: run OCR first")


NO_OCR = Ocr()
