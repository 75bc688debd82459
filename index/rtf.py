"""Rich text (.rtf), as striprtf unpacks it."""

import re

from striprtf.striprtf import rtf_to_text

from index.errors import Unreadable
from index.reading import Reading
from index.text import normalised, reading_of

_TITLE = re.compile(r"\\title\s+([^{}\\]+)\}")
_PAGE = re.compile(r"\\ansicpg(\d+)")
_MACHINE = re.compile(r"\\(mac|pca|pc)\b")
_MACHINES = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}


def read_rtf(data: bytes) -> Reading:
    if not data.lstrip().startswith(b"{\\rtf"):
        raise Unreadable("it is no rich text")
    source = data.decode("latin-1")
    plain: str = rtf_to_text(source, encoding=_encoding(source), errors="replace")  # type: ignore[no-untyped-call]
    reading = reading_of(_paragraphs(normalised(plain)))
    title = _TITLE.search(source[:5000])
    return Reading(reading.text, title[1].strip() if title else reading.title, headings=reading.headings)


def _encoding(source: str) -> str:
    page = _PAGE.search(source[:1000])
    if page and page[1] != "65001":
        return f"cp{page[1]}"
    machine = _MACHINE.search(source[:200])
    return _MACHINES[machine[1]] if machine else "cp1252"


def _paragraphs(text: str) -> str:
    """A paragraph of rich text ends with one line end, which in plain text could be a wrapped line."""
    return re.sub(r"\n+", "\n\n", text)
