"""Read metadata that may be damaged or hostile, without ever losing the text for it."""

import datetime as dt
import lzma
import re
import zlib
from collections.abc import Callable
from typing import NamedTuple, TypeVar
from zipfile import BadZipFile

Value = TypeVar("Value")

_TEMPLATE_DAYS = ("2013-12-23", "2013-01-27")
_JUNK_TITLE = re.compile(
    r"(?:untitled|unknown|sans[ -]titre|no title|title|titre|doc|document|dokument|book|word document)"
    r"(?: (?:document|title|titre|page))?[ -]?\d*|nouveau document.*|microsoft (?:word|powerpoint|excel).*"
    r"|pr[eé]sentation powerpoint|powerpoint presentation|about:blank|\(?anonymous\)?|new document|new page"
    r"|.*\.(?:docx?|dotx?|pdf|indd|tex|html?|odt|rtf|epub)|\W*",
    re.IGNORECASE,
)
# What libraries raise at values that cannot be: impossible dates, half characters, elements of another kind.
DAMAGED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
# What zipfile raises at a member that is damaged, locked, or packed in a way that it does not know.
DAMAGED_MEMBER = (BadZipFile, zlib.error, lzma.LZMAError, EOFError, LookupError, OSError, RuntimeError, ValueError)
_INTEGER = re.compile(r"\d{1,9}")


class Properties(NamedTuple):
    """What a file states of itself; None what it does not state."""

    title: str | None = None
    saved: dt.date | None = None


def or_none(read: Callable[[], Value]) -> Value | None:
    """Return what ``read`` returns; None if it fails over damaged metadata."""
    try:
        return read()
    except DAMAGED:
        return None


def stated_title(text: str | None) -> str | None:
    """Return a title that a file states; None if it is empty, or what a program puts where nobody chose one."""
    title = " ".join((text or "").split())
    return None if _JUNK_TITLE.fullmatch(title) else title


def saved_date(text: str | None) -> dt.date | None:
    """Return when a file was saved; None for the days of the templates of libraries, which their files keep."""
    return None if (text or "").startswith(_TEMPLATE_DAYS) else iso_date(text)


def whole_number(text: str | None, otherwise: int) -> int:
    """Return a number that a file states in digits; ``otherwise`` for anything else, and for a billion or more."""
    return int(text) if text and _INTEGER.fullmatch(text) else otherwise


def iso_date(text: str | None) -> dt.date | None:
    """Return the date that a text begins with, as in ``2022-02-12T10:00``; None for anything else."""
    try:
        return dt.date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None
