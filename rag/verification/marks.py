"""Marks in a text that refer to its quotes: «[1]», «[2, 3]», «[1-3]», «[^1]», «【1】», «(extrait 1)», «fin.¹».

A number of four digits is a year, and stays text. So does an exponent.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.documents import Span
from index.language import RAISED

_PLAIN = str.maketrans(RAISED, "0123456789")
_LABEL = r"(?:\^|(?:extraits?|extracts?|sources?|passages?|citations?|documents?|docs?|n[°o]\.?)[\s:]*)?"
_NUMBER = rf"[\d{RAISED}]{{1,3}}"
_NEXT = rf"\s*(?:[,;&–—-]|\bet\b|\band\b)\s*{_LABEL}{_NUMBER}"
_PAGE = r",\s*pp?\.\s*\d+(?:[-–]\d+)?|†[^\]】\n]{0,80}"  # or the name that some programs add
_LINK = r"\((?:(?:https?:|[#/])[^)\s]{0,200}|[^()\s]{1,120}\.[a-z]\w{1,4}(?:#[^()\s]{0,80})?)\)"
_CALLED = r"(?:extraits?|extracts?|sources?|passages?)"  # as the evidence is called; «(12)» stays a number
_GROUP = re.compile(
    rf"\\?[\[【［]\s*(?P<numbers>{_LABEL}{_NUMBER}(?:{_NEXT})*)\s*(?:{_PAGE})?\\?[\]】］](?:{_LINK})?"
    rf"|\(\s*(?P<called>{_CALLED}\s+{_NUMBER}(?:{_NEXT})*)\s*\)"
    rf"|(?P<raised>[{RAISED}]{{1,3}})(?!\w)",
    re.IGNORECASE,
)
_NUMBER_IN_GROUP = re.compile(rf"(?P<range>[–—-])?\s*{_LABEL}(?P<number>{_NUMBER})", re.IGNORECASE)
_WORD = re.compile(r"(?P<measured>\d[\s\u00a0\u202f]*)?[^\W\d_]+$")
_LONGEST_UNIT = 2  # letters: «km²»; longer ones stand behind a number
_WIDEST = 20  # numbers of a range
_LIST_NUMBER = re.compile(r"^[ \t>*_-]*\(?\d{1,3}[.)](?=[ \t]+\S)", re.MULTILINE)
_BY = r"\b(?:selon|d['’]après|according to)\s+"
_LABELLED = re.compile(  # «selon l'extrait [1]», «selon [1]»
    rf"(?:(?:{_BY})?(?:\bl['’]|\bles? |\bthe )?\b{_CALLED}\s*|{_BY})(?=[\[【［]\s*[\d{RAISED}])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Mark:
    """The number of a citation, as a text gives it."""

    number: int
    span: Span  # of the brackets; of the number alone where they hold several; empty for one that a range implies


def find_marks(text: str, span: Span) -> Iterator[Mark]:
    """Yield the marks of ``text[start:end]``, in order."""
    for group in _groups(text, span):
        numbers = Span(*group.span(next(name for name in ("numbers", "called", "raised") if group[name])))
        marks = list(_marks(text, numbers))
        yield from marks if len(marks) > 1 else (Mark(mark.number, Span(*group.span())) for mark in marks)


def blank_marks(text: str) -> str:
    """Return a text of the same length with spaces in place of its marks."""
    return _GROUP.sub(lambda group: " " * len(group[0]) if _is_mark(group) else group[0], text)


def blank_layout(text: str) -> str:
    """Return a text of the same length without its marks, the numbers of its lists, and the lines of its tables."""
    for pattern in (_LABELLED, _LIST_NUMBER):
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return blank_marks(text).replace("|", ";")


def leading_marks(text: str, span: Span) -> int:
    """Return where the marks end that ``text[start:end]`` opens with, white space included; the start without any."""
    end = span.start
    for group in _groups(text, span):
        if text[end : group.start()].strip(" \t\u00a0.,;"):
            break
        end = group.end()
    return end


def _groups(text: str, span: Span) -> Iterator[re.Match[str]]:
    yield from filter(_is_mark, _GROUP.finditer(text, *span))


def _is_mark(group: re.Match[str]) -> bool:
    return bool(group["numbers"] or group["called"]) or _follows_end(
        group.string[max(0, group.start() - 40) : group.start()]
    )


def _follows_end(before: str) -> bool:
    """Return whether a raised number is a footnote: behind a stop, a quotation mark, or a word that is no unit."""
    if before.rstrip(" \u00a0\u202f").endswith((".", "!", "?", "…", "»", "”")):
        return True
    word = _WORD.search(before)
    return word is not None and not word["measured"] and len(word[0]) > _LONGEST_UNIT


def _marks(text: str, numbers: Span) -> Iterator[Mark]:
    before: int | None = None
    for match in _NUMBER_IN_GROUP.finditer(text, *numbers):
        number = int(match["number"].translate(_PLAIN))
        if match["range"] and before is not None and before < number <= before + _WIDEST:
            at = match.start("number")
            yield from (Mark(implied, Span(at, at)) for implied in range(before + 1, number))
        yield Mark(number, Span(*match.span("number")))
        before = number
