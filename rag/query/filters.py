"""Filters: named documents, a period, exact phrases, excluded words; given as arguments or in the question.

``fichier:notes/*.txt avant:2022-02-01 "cessez-le-feu" -otan`` narrows a question (``file:``, ``before:``, ``after:``
in English). Documents without a known date are in no period.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from typing import Any
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from index.errors import InvalidQuestion
from index.index import Index
from index.language import fold
from index.storage.lexical import analyze, filtered_query

_FILTER = re.compile(
    r"(?<!\S)(?P<key>fichier|file|avant|before|apr[eè]s|after):(?P<value>\"[^\"]*\"|\S+)", re.IGNORECASE
)
_PHRASE = re.compile(r"(?<!\S)\"(?P<phrase>[^\"\n]+)\"(?!\S)")
_WITHOUT = re.compile(r"(?<!\S)-(?P<word>[^\W\d_][\w’'-]*)(?!\S)")


@dataclass(frozen=True, slots=True)
class Filters:
    """Where to search; everywhere by default.

    ``since`` and ``until`` are both included. ``documents`` are ids or patterns such as ``notes/*.txt``.
    """

    since: date | None = None
    until: date | None = None
    documents: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResolvedFilters:
    """Filters of one index: queries for the lexical search, and the sentences allowed to the vector search.

    ``sentences`` are numbers, ascending, of shape (allowed,); None allows all.
    """

    required: tuple[Any, ...] = ()
    excluded: tuple[Any, ...] = ()
    sentences: NDArray[np.int64] | None = None

    def restrict(self, query: Any) -> Any:
        """Return ``query`` limited to what the filters allow."""
        return filtered_query(query, self.required, self.excluded) if self.required or self.excluded else query


NO_RESTRICTION = ResolvedFilters()


def parse_filters(question: str, filters: Filters) -> tuple[str, Filters]:
    """Return the question without its filters, and ``filters`` with these added.

    Raises:
        InvalidQuestion: a date of a filter cannot be read.
    """
    question = normalize("NFC", question)  # a Mac may write an accent as a character of its own
    for match in _FILTER.finditer(question):
        filters = _with(filters, fold(match["key"]), match["value"].strip('"'))
    question = _FILTER.sub(" ", question)
    phrases = tuple(match["phrase"] for match in _PHRASE.finditer(question))
    bare = _PHRASE.sub(lambda match: f" {match['phrase']} ", question)
    without = tuple(match["word"] for match in _WITHOUT.finditer(bare)) if bare.count(" ") else ()
    bare = _WITHOUT.sub(" ", bare) if without else bare
    filters = replace(filters, phrases=filters.phrases + phrases, without=filters.without + without)
    return " ".join(bare.split()), filters


def _with(filters: Filters, key: str, value: str) -> Filters:
    if key in ("fichier", "file"):
        return replace(filters, documents=(*filters.documents, value))
    day = read_date(value)
    return replace(filters, until=day) if key in ("avant", "before") else replace(filters, since=day)


def read_date(value: str) -> date:
    """Return the date in ``value``: ``2022-02-01``, or day first, ``01/02/2022``.

    Raises:
        InvalidQuestion: it is neither.
    """
    try:
        day, month, year = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", value).groups()  # type: ignore[union-attr]
        return date(int(year), int(month), int(day))
    except (AttributeError, ValueError):
        pass
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InvalidQuestion("«{}» is not a date; write it as 2022-02-01 or 01/02/2022.", value) from None


def resolve_filters(filters: Filters, index: Index) -> ResolvedFilters:
    """Return the filters as queries and sentence numbers of this index.

    Raises:
        InvalidQuestion: they name a document that is not there.
    """
    if filters == Filters():
        return NO_RESTRICTION
    mask = np.ones(index.passages, dtype=bool)
    required: list[Any] = []
    if filters.documents or filters.since or filters.until:
        chosen = _passages(filters, index)
        mask &= chosen
        required.append(index.lexical.range_query(_runs(chosen)))
    for words in filter(None, (analyze(phrase, "plain") for phrase in filters.phrases)):  # a phrase may be marks alone
        query = index.lexical.phrase_query(words)
        required.append(query)
        mask &= _matching(query, index)
    excluded = [index.lexical.term_query("plain", term) for word in filters.without for term in analyze(word, "plain")]
    for query in excluded:
        mask &= ~_matching(query, index)
    sentences = np.flatnonzero(mask[index.passage_of(np.arange(index.sentences))])
    return ResolvedFilters(tuple(required), tuple(excluded), sentences)


def _passages(filters: Filters, index: Index) -> NDArray[np.bool_]:
    """Return which passages are in a chosen document and in the period; shape (passages,)."""
    documents = _named(filters.documents, index)
    days = index.days
    if filters.since:
        documents &= days >= filters.since.toordinal()
    if filters.until:
        documents &= (days <= filters.until.toordinal()) & (days > 0)
    return documents[index.document_number(np.arange(index.passages))]


def _named(patterns: Sequence[str], index: Index) -> NDArray[np.bool_]:
    ids = index.document_ids
    if not patterns:
        return np.ones(len(ids), dtype=bool)
    for pattern in patterns:
        if not any(_is_named(id, pattern) for id in ids):
            raise InvalidQuestion(
                "No document is named «{0}». Give its path in the corpus, or a pattern: *{0}*", pattern
            )
    return np.array([any(_is_named(id, pattern) for pattern in patterns) for id in ids])


def _is_named(id: str, pattern: str) -> bool:
    if id == pattern:
        return True
    name, wanted = normalize("NFC", id).lower(), normalize("NFC", pattern).lower()
    return fnmatchcase(name, wanted) or name.startswith(wanted.rstrip("/") + "/")


def _matching(query: Any, index: Index) -> NDArray[np.bool_]:
    mask = np.zeros(index.passages, dtype=bool)
    mask[index.lexical.matches(query)] = True
    return mask


def _runs(mask: NDArray[np.bool_]) -> list[range]:
    """Return the runs of true values, in order."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [range(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
