"""Web pages that a browser saved with their pictures (.mht, .mhtml): the page is read, as HTML is."""

from typing import Any

from index.errors import UnreadableFile
from index.readers.containers.eml import parse_message
from index.readers.markup.html import read_html
from index.readers.metadata import or_none
from index.readers.parsed import ParsedFile


def read_mhtml(data: bytes) -> ParsedFile:
    """Read the page; its pictures, styles and frames are left out.

    Raises:
        UnreadableFile: it holds no page.
    """
    page = _page(parse_message(data))
    raw = page.get_payload(decode=True) if page is not None else None
    if not isinstance(raw, bytes):
        raise UnreadableFile("it contains no web page")
    declared = page.get_content_charset()
    # The declared encoding is one of the message; the reader of pages knows that of the page alone.
    text = or_none(lambda: raw.decode(declared)) if declared else None
    return read_html(raw if text is None else text.encode("utf-8-sig"))


def _page(message: Any) -> Any:
    """Return the part that the message is about: the one that it names, else the first page."""
    pages = [part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    address = message["Snapshot-Content-Location"] or message["Content-Location"]
    matching = (part for part in pages if address and part["Content-Location"] == address)
    return next(matching, pages[0] if pages else None)
