"""Copies and versions of one document: told apart from documents that happen to say the same."""

import datetime as dt
import re

from index.documents import Document
from rag.text.analysis import AnalyzedPassage

_SAME = 0.75  # least share of common terms of two passages, one of which is a copy or a version of the other
_FEWEST = 6  # terms of a passage that can be told to be a copy
_NUMBER = re.compile(r"\d+")


def are_versions(passage: AnalyzedPassage, other: AnalyzedPassage) -> bool:
    """Return whether two passages of different documents are the same text but for a few words."""
    left, right = _terms(passage), _terms(other)
    together = left | right
    return len(together) >= _FEWEST and len(left & right) >= _SAME * len(together)


def age(document: Document) -> tuple[dt.date, tuple[int, ...]]:
    """Return what orders versions, newest last: the date of the document, then the numbers in its name."""
    return document.date or dt.date.min, tuple(map(int, _NUMBER.findall(document.id.rpartition("/")[2])))


def _terms(passage: AnalyzedPassage) -> frozenset[str]:
    return frozenset(term for sentence in passage.sentences for term in sentence.known if not term.isdigit())
