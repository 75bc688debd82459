"""Filters: named documents, a period, exact phrases, excluded words; given as arguments or in the question.

``fichier:notes/*.txt avant:2022-02-01 "cessez-le-feu" -otan`` narrows a question (``file:``, ``before:``, ``after:``
in English). Documents without a known date are in no period. In a conversation, documents and period hold for the
questions that follow, until others are given, or ``*``.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from index.errors import InvalidQuestion
from index.index import Index
from index.language import detect, fold
from index.storage.candidates import NO_RESTRICTION, ResolvedFilters
from index.storage.lexical import analyze
from rag.answer import Turn

_FILTER = re.compile(
    r"(?<!\S)(?P<key>fichier|file|avant|before|apr[eè]s|after):(?P<value>\"[^\"]*\"|\S+)", re.IGNORECASE
)
_PHRASE = re.compile(r"(?<!\S)\"(?P<phrase>[^\"\n]+)\"(?!\S)")
_WITHOUT = re.compile(r"(?<!\S)-(?P<word>[^\W\d_][\w’'-]{2,})(?!\S)")  # "-up" is an option of a program


_ANY_SINCE, _ANY_UNTIL = date.min, date.max  # ``after:*`` and ``before:*``, which remove a filter


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


NO_FILTERS = Filters()


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
    text = _PHRASE.sub(lambda match: f" {match['phrase']} ", question)
    without = tuple(match["word"] for match in _WITHOUT.finditer(text)) if text.count(" ") else ()
    text = _WITHOUT.sub(" ", text) if without else text
    filters = replace(filters, phrases=filters.phrases + phrases, without=filters.without + without)
    return " ".join(text.split()), filters


def _with(filters: Filters, key: str, value: str) -> Filters:
    if key in ("fichier", "file"):
        return replace(filters, documents=(*filters.documents, value))
    if key in ("avant", "before"):
        return replace(filters, until=_ANY_UNTIL if value == "*" else read_date(value))
    return replace(filters, since=_ANY_SINCE if value == "*" else read_date(value))


def keep_filters(filters: Filters, previous: Filters) -> Filters:
    """Return the filters of a question with those of the turn before that it neither replaces nor removes (``*``)."""
    return Filters(
        since=_unless_removed(filters.since or previous.since),
        until=_unless_removed(filters.until or previous.until),
        documents=tuple(name for name in filters.documents or previous.documents if name != "*"),
        phrases=filters.phrases,  # words of one question
        without=filters.without,
    )


def find_kept_filters(history: Sequence[Turn], index: Index) -> Filters:
    """Return the filters that hold after a conversation; names that no document has any more are dropped."""
    filters = NO_FILTERS
    for text in (text for turn in history for text in (turn.answer.question_understood, turn.question)):
        with suppress(InvalidQuestion):
            filters = keep_filters(parse_filters(text, NO_FILTERS)[1], filters)
    present = tuple(name for name in filters.documents if any(_is_named(id, name) for id in index.document_ids))
    return replace(filters, documents=present, phrases=(), without=())


def _unless_removed(day: date | None) -> date | None:
    return day if day not in (_ANY_SINCE, _ANY_UNTIL) else None


def with_inherited(understood: str, filters: Filters, stated: Filters) -> str:
    """Return a question as understood, with those of its ``filters`` that the turns before gave and not ``stated``."""
    inherited = Filters(
        since=None if stated.since else filters.since,
        until=None if stated.until else filters.until,
        documents=() if stated.documents else filters.documents,
    )
    return f"{understood} {_format_filters(inherited, detect(understood) == 'fr')}".strip()


def _format_filters(filters: Filters, french: bool) -> str:
    """Return documents and period as a person types them: ``fichier:notes/* avant:2022-02-01``."""
    names = [(f'"{name}"' if " " in name else name) for name in filters.documents]
    terms = [f"{'fichier' if french else 'file'}:{name}" for name in names]
    terms += [f"{'après' if french else 'after'}:{filters.since}"] if filters.since else []
    terms += [f"{'avant' if french else 'before'}:{filters.until}"] if filters.until else []
    return " ".join(terms)


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
        raise InvalidQuestion("“{}” is not a date; write it as 2022-02-01 or 01/02/2022.", value) from None


def resolve_filters(filters: Filters, index: Index) -> ResolvedFilters:
    """Return the filters as passages and sentences of this index.

    Raises:
        InvalidQuestion: they name a document that is not there.
    """
    if filters == Filters():
        return NO_RESTRICTION
    mask = np.ones(index.passages, dtype=bool)
    runs: list[tuple[range, ...]] = []
    if filters.documents or filters.since or filters.until:
        chosen = _passages(filters, index)
        mask &= chosen
        runs.append(tuple(_runs(chosen)))
    analyzed = (tuple(analyze(phrase, "plain")) for phrase in filters.phrases)
    phrases = [terms for terms in analyzed if terms]  # a phrase may be marks alone
    without = [term for word in filters.without for term in analyze(word, "plain")]
    unlisted: list[tuple[tuple[str, ...], bool]] = []
    for phrase, is_required in [*((phrase, True) for phrase in phrases), *(((term,), False) for term in without)]:
        if index.candidates.lists(phrase):
            mask &= _mask(index.candidates.with_phrase(phrase), index) == is_required
        else:
            unlisted.append((phrase, is_required))
    is_whole = bool(unlisted) and bool(mask.all())
    sentences = None if is_whole else np.flatnonzero(mask[index.passages_of_sentences(np.arange(index.sentences))])
    return ResolvedFilters(tuple(runs), tuple(phrases), tuple(without), sentences, tuple(unlisted))


def restrict_documents(allowed: ResolvedFilters, documents: Iterable[str], index: Index) -> ResolvedFilters | None:
    """Return the filters narrowed to those of the documents that the index holds; None if it holds none."""
    runs = sorted(filter(None, (_passages_of(id, index) for id in set(documents))), key=lambda run: run.start)
    if not runs:
        return None
    spans = [(index.sentences_of(run.start).start, index.sentences_of(run.stop - 1).stop) for run in runs]
    sentences = np.concatenate([np.arange(start, stop, dtype=np.int64) for start, stop in spans])
    if allowed.sentences is not None:
        sentences = np.intersect1d(sentences, allowed.sentences)
    return replace(allowed, runs=(*allowed.runs, tuple(runs)), sentences=sentences)


def _passages_of(id: str, index: Index) -> range:
    try:
        return index.passages_of(id)
    except KeyError:  # it was removed since it was cited
        return range(0)


def _passages(filters: Filters, index: Index) -> NDArray[np.bool_]:
    """Return which passages are in a chosen document and in the period; shape (passages,)."""
    documents = _match_names(filters.documents, index)
    days = index.days
    if filters.since:
        documents &= days >= filters.since.toordinal()
    if filters.until:
        documents &= (days <= filters.until.toordinal()) & (days > 0)
    return documents[index.document_number(np.arange(index.passages))]


def _match_names(patterns: Sequence[str], index: Index) -> NDArray[np.bool_]:
    ids = index.document_ids
    if not patterns:
        return np.ones(len(ids), dtype=bool)
    for pattern in patterns:
        if not any(_is_named(id, pattern) for id in ids):
            raise InvalidQuestion(
                "No document is named “{0}”. Give its path in the corpus, or a pattern: *{0}*", pattern
            )
    return np.array([any(_is_named(id, pattern) for pattern in patterns) for id in ids])


def _is_named(id: str, pattern: str) -> bool:
    if id == pattern:
        return True
    name, folded_pattern = normalize("NFC", id).lower(), normalize("NFC", pattern).lower()
    return fnmatchcase(name, folded_pattern) or name.startswith(folded_pattern.rstrip("/") + "/")


def _mask(numbers: NDArray[np.int64], index: Index) -> NDArray[np.bool_]:
    """Return which passages are among ``numbers``; shape (passages,)."""
    mask = np.zeros(index.passages, dtype=bool)
    mask[numbers] = True
    return mask


def _runs(mask: NDArray[np.bool_]) -> list[range]:
    """Return the runs of true values, in order."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [range(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
