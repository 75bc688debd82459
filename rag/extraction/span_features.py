"""Named features of the spans that may answer.

All sentences are computed in one table: they are concatenated, with an edge before, between and after them.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.models import feature_names
from rag.query.question import QUESTION_TYPES, Question
from rag.ranking.term_match import Matcher
from rag.text.spans import CLASSES, MENTIONED, Indices, Tokens

Marked = NDArray[np.bool_]
Shares = NDArray[np.floating]
_ALONE = tuple(name for name in MENTIONED if name != "cause")  # a cause is no answer by itself


class PlainFeatures(NamedTuple):
    """Features of each span, arrays of shape (spans,); the fields are the names of the weights."""

    asked: Marked
    any_asked: Marked
    all_asked: Marked
    new: Marked
    near_before: Shares
    near_after: Shares
    follows: Shares
    words: Shares
    many_words: Marked
    cut: Shares
    same_clause: Shares
    asked_noun_inside: Marked
    asked_noun_before: Marked
    asked_noun_after: Marked
    first: Marked
    last: Marked
    behind_asked: Marked
    ahead_of_asked: Marked


_PLAIN = feature_names(PlainFeatures)
_AGAIN = (
    "new", "near before", "near after", "follows", "words", "same clause", "first", "last", "behind asked",
    "ahead of asked",
)  # fmt: skip


class _Blocks(NamedTuple):
    """The blocks of columns, in their order: of their names, or of their values.

    The first are shared by all kinds of question; those from ``after`` on have weights of their own for each kind.
    """

    plain: Any
    to: Any  # the class of the last word
    before: Any  # the class of the next word
    after: Any  # the class of the word before
    start: Any  # the class of the first word
    holds: Any  # what is mentioned in it
    holds_only: Any  # what its content words are mentions of
    again: Any


_NAMES = _Blocks(
    plain=_PLAIN,
    to=tuple(f"to {name}" for name in CLASSES),
    before=tuple(f"before {name}" for name in CLASSES),
    after=tuple(f"after {name}" for name in CLASSES),
    start=tuple(f"from {name}" for name in CLASSES),
    holds=tuple(f"with {name}" for name in MENTIONED),
    holds_only=tuple(f"only {name}" for name in _ALONE),
    again=_AGAIN,
)
_SHARED = tuple(chain.from_iterable(_NAMES[:3]))
_KIND_NAMES = tuple(chain.from_iterable(_NAMES[3:]))
FOCUS = (*_SHARED, *(f"{kind}: {name}" for kind in QUESTION_TYPES for name in _KIND_NAMES))
_FAR = 50
_ONE_OF = np.eye(len(CLASSES))
_MARKS = np.isin(CLASSES, ("edge", "comma", "mark", "quote"))
_CONTENT = np.arange(len(CLASSES)) >= CLASSES.index("number")
_AGAIN_AT = [_PLAIN.index(name) for name in _AGAIN]
_ALONE_AT = [list(MENTIONED).index(name) for name in _ALONE]


def focus_columns(question: Question) -> Indices:
    """Return which features of ``FOCUS`` a question of this kind uses, of shape (columns,); all others are zero."""
    offset = len(_SHARED) + QUESTION_TYPES.index(question.kind) * len(_KIND_NAMES)
    return np.concatenate([np.arange(len(_SHARED)), np.arange(offset, offset + len(_KIND_NAMES))])


def focus_features(question: Question, sentences: Sequence[Tokens], matcher: Matcher) -> NDArray[np.float64]:
    """Return the features of all spans, of shape (spans, columns).

    Rows follow the sentences, and in each the order of ``Tokens.spans``; columns are those of ``focus_columns``.
    """
    row = _Row(sentences)
    first, last, classes = row.first, row.last, row.classes
    question_words = _join(
        [[matcher.holds(words.field, terms) for terms in words.terms] for words in sentences], np.bool_
    )
    noun = _join([_are_noun(question.target_noun, words.folded) for words in sentences], np.bool_)
    plain = np.stack(_plain_features(row, question_words, noun), axis=1)
    mentions = _sums(_join([words.mention_mask for words in sentences], np.float32), first, last)
    content, alone = _sums(_CONTENT[classes][:, None], first, last), mentions[:, _ALONE_AT]
    blocks = _Blocks(
        plain=plain,
        to=_ONE_OF[classes[last]],
        before=_ONE_OF[classes[last + 1]],
        after=_ONE_OF[classes[first - 1]],
        start=_ONE_OF[classes[first]],
        holds=mentions > 0,
        holds_only=(alone >= content) & (alone > 0),
        again=plain[:, _AGAIN_AT],
    )
    return np.concatenate(blocks, axis=1)


class _Row:
    """Concatenated sentences, with an edge after each and one before all, at position 0.

    ``first`` and ``last`` have shape (spans,), the other arrays (positions,).
    """

    def __init__(self, sentences: Sequence[Tokens]) -> None:
        counts = np.array([len(words.folded) for words in sentences])
        spans = [len(words.spans[0]) for words in sentences]
        edges = (counts + 1).cumsum()  # after each sentence
        begins = edges - counts
        shift, sentence_numbers = np.repeat(begins, spans), np.repeat(np.arange(len(counts)), counts + 1)
        self.first = np.concatenate([words.spans[0] for words in sentences]) + shift
        self.last = np.concatenate([words.spans[1] for words in sentences]) + shift
        self.begins = np.concatenate([[1], begins[sentence_numbers]])  # of each place, the first word of its sentence
        self.ends = np.concatenate([[0], edges[sentence_numbers] - 1])  # of each place, the last word of its sentence
        self.classes = _join([words.classes for words in sentences], np.intp)
        self.inside_mention = _join([words.inside_mention for words in sentences], np.float32)


def _join(values: Sequence[Any], kind: type[Any]) -> NDArray[Any]:
    """Concatenate the values of the words of each sentence, with 0 at every edge."""
    arrays = [np.asarray(value, kind) for value in values]
    edge = np.zeros((1, *arrays[0].shape[1:]), kind)
    return np.concatenate([edge, *(piece for array in arrays for piece in (array, edge))])


def _sums(values: NDArray[Any], first: Indices, last: Indices) -> NDArray[np.float32]:
    """Return the sum of each column over each span: shape (positions, columns) in, (spans, columns) out."""
    total = np.concatenate([np.zeros((1, values.shape[1]), np.float32), values.cumsum(axis=0, dtype=np.float32)])
    return total[last + 1] - total[first]  # type: ignore[no-any-return]


def _plain_features(row: _Row, question_words: Marked, noun: Marked) -> PlainFeatures:
    first, last = row.first, row.last
    begin, end = row.begins[first], row.ends[first]
    marks = np.stack([question_words, _CONTENT[row.classes], noun], axis=1)
    in_span, full, nouns = _sums(marks, first, last).T
    count_before = np.concatenate([[0], question_words.cumsum()])
    out_of_span = count_before[end + 1] - count_before[begin] - in_span
    return PlainFeatures(
        asked=in_span / np.maximum(full, 1),
        any_asked=in_span > 0,
        all_asked=(in_span == full) & (full > 0),
        new=(in_span == 0) & (full > 0),
        near_before=1 / _back_to(question_words, row.begins)[first],
        near_after=1 / _back_to(question_words[::-1], len(question_words) - 1 - row.ends[::-1])[::-1][last],
        follows=np.where(
            out_of_span > 0, (count_before[first] - count_before[begin]) / np.maximum(out_of_span, 1), 0.5
        ),
        words=(last - first + 1) / 10,
        many_words=last - first >= 8,
        cut=row.inside_mention[first] + row.inside_mention[last + 1],
        same_clause=_same_clause(question_words, _MARKS[row.classes].cumsum(), first, last, in_span)
        / np.maximum(out_of_span, 1),
        asked_noun_inside=nouns > 0,
        asked_noun_before=noun[np.maximum(first - 1, begin)] | noun[np.maximum(first - 2, begin)],
        asked_noun_after=noun[np.minimum(last + 1, end)] | noun[np.minimum(last + 2, end)],
        first=first == begin,
        last=last >= end - 1,
        behind_asked=question_words[first - 1],
        ahead_of_asked=question_words[last + 1],
    )


def _same_clause(
    question_words: Marked, clause: Indices, first: Indices, last: Indices, in_span: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Count the question words in the clauses that each span touches, outside the span; shape (spans,)."""
    per = np.bincount(clause, weights=question_words)
    total = np.concatenate([[0.0], per.cumsum()])
    return total[clause[last] + 1] - total[clause[first]] - in_span  # type: ignore[no-any-return]


def _back_to(question_words: Marked, begins: Indices) -> NDArray[np.float64]:
    """Return how many words back the nearest question word is, for each position; shape (positions,).

    It is at least ``_FAR`` where the sentence has none before. ``begins`` is where each word's sentence begins.
    """
    at = np.arange(len(question_words))
    nearest = np.concatenate([[-1], np.maximum.accumulate(np.where(question_words, at, -1))[:-1]])
    return np.asarray(at - np.where(nearest < begins, begins - _FAR, nearest), dtype=float)


def _are_noun(noun: str | None, words: Sequence[str]) -> list[bool]:
    """Return which words are the noun asked about, or another form of it."""
    if not noun:
        return [False] * len(words)
    stem = noun[: max(4, len(noun) - 2)]
    return [word.startswith(stem) for word in words]
