"""Copies and versions of one document: told apart from documents that happen to say the same."""

import datetime as dt
import re

from index.documents import Document
from index.language import fold
from rag.text.analysis import AnalyzedPassage

_SAME = 0.75  # least share of common terms of two passages, one of which is a copy or a version of the other
_MIN_TERMS_OF_COPY = 6  # of two passages together, one of which can be told to be a copy
_NUMBER = re.compile(r"\d+")


def are_versions(passage: AnalyzedPassage, other: AnalyzedPassage) -> bool:
    """Return whether two passages of different documents are the same text but for a few words."""
    left, right = _terms(passage), _terms(other)
    together = left | right
    return len(together) >= _MIN_TERMS_OF_COPY and len(left & right) >= _SAME * len(together)


def are_editions(document: Document, other: Document) -> bool:
    """Return whether two documents are editions: of one title and file name but for numbers, with the same headings."""
    if (
        document.id == other.id
        or _letters_only(document.title) != _letters_only(other.title)
        or _letters_only(document.id) != _letters_only(other.id)
    ):
        return False
    left, right = ({_letters_only(edition.slice(*span)) for span in edition.headings} for edition in (document, other))
    return 2 * len(left & right) >= len(left | right) > 1


def _letters_only(text: str) -> str:
    return " ".join(re.findall(r"[^\W\d_]+", fold(text)))


def compute_version_key(document: Document) -> tuple[dt.date, tuple[int, ...]]:
    """Return what orders versions, newest last: the date of the document, then the numbers in its name."""
    return document.date or dt.date.min, tuple(map(int, _NUMBER.findall(document.id.rpartition("/")[2])))


def _terms(passage: AnalyzedPassage) -> frozenset[str]:
    return frozenset(term for sentence in passage.sentences for term in sentence.term_set if not term.isdigit())
