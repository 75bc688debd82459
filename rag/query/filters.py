"""Where to look: named documents, a period, exact words, words to avoid; and how a question says so itself.

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
class Scope:
    """Everything, where nothing is said. ``documents`` are ids or patterns such as ``notes/*.txt``."""

    documents: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Within:
    """A scope in one index: a filter for words, and the sentences allowed to meaning (None: all)."""

    filters: tuple[Any, ...] = ()
    excluded: tuple[Any, ...] = ()
    sentences: NDArray[np.int64] | None = None

    def restrict(self, query: Any) -> Any:
        return filtered_query(query, self.filters, self.excluded) if self.filters or self.excluded else query


def read_filters(question: str, scope: Scope) -> tuple[str, Scope]:
    """The question without its filters, and the scope with them added."""
    question = normalize("NFC", question)  # a Mac may write an accent as a character of its own
    for match in _FILTER.finditer(question):
        scope = _with(scope, fold(match["key"]), match["value"].strip('"'))
    question = _FILTER.sub(" ", question)
    phrases = tuple(match["phrase"] for match in _PHRASE.finditer(question))
    bare = _PHRASE.sub(lambda match: f" {match['phrase']} ", question)
    without = tuple(match["word"] for match in _WITHOUT.finditer(bare)) if bare.count(" ") else ()
    bare = _WITHOUT.sub(" ", bare) if without else bare
    scope = replace(scope, phrases=scope.phrases + phrases, without=scope.without + without)
    return " ".join(bare.split()), scope


def _with(scope: Scope, key: str, value: str) -> Scope:
    if key in ("fichier", "file"):
        return replace(scope, documents=(*scope.documents, value))
    day = read_date(value)
    return replace(scope, until=day) if key in ("avant", "before") else replace(scope, since=day)


def read_date(value: str) -> date:
    """From ``2022-02-01`` or ``01/02/2022``."""
    try:
        day, month, year = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", value).groups()  # type: ignore[union-attr]
        return date(int(year), int(month), int(day))
    except (AttributeError, ValueError):
        pass
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InvalidQuestion("«{}» is no date; write it as 2022-02-01 or 01/02/2022.", value) from None


def within(scope: Scope, index: Index) -> Within:
    """The scope in this index.

    Raises:
        InvalidQuestion: it names a document that is not there.
    """
    if scope == Scope():
        return Within()
    mask = np.ones(index.passages, dtype=bool)
    filters: list[Any] = []
    if scope.documents or scope.since or scope.until:
        chosen = _passages(scope, index)
        mask &= chosen
        filters.append(index.lexical.range_query(_runs(chosen)))
    for words in filter(None, (analyze(phrase, "plain") for phrase in scope.phrases)):  # a phrase may be marks alone
        query = index.lexical.phrase_query(words)
        filters.append(query)
        mask &= _matching(query, index)
    excluded = [index.lexical.term_query("plain", term) for word in scope.without for term in analyze(word, "plain")]
    for query in excluded:
        mask &= ~_matching(query, index)
    sentences = np.flatnonzero(mask[index.passage_of(np.arange(index.sentences))])
    return Within(tuple(filters), tuple(excluded), sentences)


def _passages(scope: Scope, index: Index) -> NDArray[np.bool_]:
    """Which passages are of a chosen document and in the period."""
    documents = _named(scope.documents, index)
    days = index.days
    if scope.since:
        documents &= days >= scope.since.toordinal()
    if scope.until:
        documents &= (days <= scope.until.toordinal()) & (days > 0)
    return documents[index.document_number(np.arange(index.passages))]


def _named(patterns: Sequence[str], index: Index) -> NDArray[np.bool_]:
    ids = index.document_ids
    if not patterns:
        return np.ones(len(ids), dtype=bool)
    for pattern in patterns:
        if not any(_is_named(id, pattern) for id in ids):
            unknown = "No document is named «{0}». Give its path in the corpus, or a pattern: *{0}*"
            raise InvalidQuestion(unknown, pattern)
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
    """The stretches of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [range(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
