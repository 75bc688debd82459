"""Rich text (.rtf), converted by striprtf."""

import re
import sys

from striprtf.striprtf import rtf_to_text

from index.errors import UnreadableFile
from index.readers.parsed import ParsedFile
from index.readers.plain.text import normalised, reading_of

_TITLE = re.compile(r"\\title\s+([^{}\\]+)\}")
_PAGE = re.compile(r"\\ansicpg(\d+)")
_MACHINE = re.compile(r"\\(mac|pca|pc)\b")
_CODE = re.compile(r"\\\\|\\u(c?)(?:(-?\d{1,10})|(?![a-z]))", re.IGNORECASE)  # an escaped backslash begins no code
_MACHINES = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}


def read_rtf(data: bytes) -> ParsedFile:
    """Read rich text.

    Raises:
        UnreadableFile: it is not rich text (RTF).
    """
    if not data.lstrip().startswith(b"{\\rtf"):
        raise UnreadableFile("it is not rich text (RTF)")
    source = data.decode("latin-1")
    possible = _CODE.sub(_possible, source)
    plain: str = rtf_to_text(possible, encoding=_encoding(source), errors="replace")  # type: ignore[no-untyped-call]
    parsed = reading_of(_paragraphs(normalised(_paired(plain))))
    title = _TITLE.search(source[:5000])
    return ParsedFile(parsed.text, title[1].strip() if title else parsed.title, blocks=parsed.blocks)


def _possible(code: re.Match[str]) -> str:
    """A code of a character as striprtf can take it: it fails at numbers that are no character, and at ``\\uc`` alone.

    As many digits stay, since the length of pictures is counted.
    """
    counts, number = code[1], code[2]
    if counts and number is None:
        return f"{code[0]}1"
    if counts or number is None or -0x10000 <= int(number) <= sys.maxunicode:
        return code[0]
    return code[0].removesuffix(number) + str(ord("\ufffd")).zfill(len(number))


def _paired(text: str) -> str:
    """Characters beyond 16 bits, which are written as two codes, put together."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _encoding(source: str) -> str:
    page = _PAGE.search(source[:1000])
    if page and page[1] != "65001":
        return f"cp{page[1]}"
    machine = _MACHINE.search(source[:200])
    return _MACHINES[machine[1]] if machine else "cp1252"


def _paragraphs(text: str) -> str:
    """A paragraph of rich text ends with one line end, which in plain text could be a wrapped line."""
    return re.sub(r"\n+", "\n\n", text)
