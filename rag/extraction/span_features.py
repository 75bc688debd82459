"""Named features of the spans that may answer.

All sentences are computed in one table: they are concatenated, with an edge before, between and after them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.query.question import FORMATS, Question
from rag.ranking.term_match import Matcher
from rag.text.spans import CLASSES, Places, Words

_SORTS = ("date", "number", "name", "quoted", "cause")  # in the order of the columns of ``Words.held``
_PLAIN = (
    "asked", "any asked", "all asked", "new", "near before", "near after", "follows", "words", "many words",
    "cut", "same clause", "asked noun inside", "asked noun before", "asked noun after", "first", "last",
    "behind asked", "ahead of asked",
)  # fmt: skip
_AGAIN = (
    "new", "near before", "near after", "follows", "words", "same clause", "first", "last", "behind asked",
    "ahead of asked",
)  # fmt: skip
_SHARED = (*_PLAIN, *(f"to {name}" for name in CLASSES), *(f"before {name}" for name in CLASSES))
_OWN = (  # features with weights of their own for each kind of question
    *(f"after {name}" for name in CLASSES),
    *(f"from {name}" for name in CLASSES),
    *(f"with {sort}" for sort in _SORTS),
    *(f"only {sort}" for sort in _SORTS[:4]),
    *_AGAIN,
)
FOCUS = (*_SHARED, *(f"{kind}: {name}" for kind in FORMATS for name in _OWN))
_FAR = 50
_ONE_OF = np.eye(len(CLASSES))
_MARKS = np.isin(CLASSES, ("edge", "comma", "mark", "quote"))
_CONTENT = np.arange(len(CLASSES)) >= CLASSES.index("number")
_AGAIN_AT = [_PLAIN.index(name) for name in _AGAIN]
Marked = NDArray[np.bool_]


def focus_columns(question: Question) -> Places:
    """Return which features of ``FOCUS`` a question of this kind uses, of shape (columns,); all others are zero."""
    own = len(_SHARED) + FORMATS.index(question.kind) * len(_OWN)
    return np.concatenate([np.arange(len(_SHARED)), np.arange(own, own + len(_OWN))])


def focus_features(question: Question, sentences: Sequence[Words], matcher: Matcher) -> NDArray[np.float64]:
    """Return the features of all spans, of shape (spans, columns).

    Rows follow the sentences, and in each the order of ``Words.spans``; columns are those of ``focus_columns``.
    """
    row = _Row(sentences)
    first, last, classes = row.first, row.last, row.classes
    asked = _joined([[matcher.holds(words.field, terms) for terms in words.terms] for words in sentences], np.bool_)
    noun = _joined([_are_noun(question.asked, words.folded) for words in sentences], np.bool_)
    plain = _plain(row, asked, noun)
    mentions = _sums(_joined([words.held for words in sentences], np.float32), first, last)
    content = _sums(_CONTENT[classes][:, None], first, last)
    return np.concatenate(
        [
            plain,
            _ONE_OF[classes[last]],
            _ONE_OF[classes[last + 1]],
            _ONE_OF[classes[first - 1]],
            _ONE_OF[classes[first]],
            mentions > 0,
            (mentions[:, :4] >= content) & (mentions[:, :4] > 0),
            plain[:, _AGAIN_AT],
        ],
        axis=1,
    )


class _Row:
    """Concatenated sentences, with an edge after each and one before all, at position 0.

    ``first`` and ``last`` have shape (spans,), the other arrays (positions,).
    """

    def __init__(self, sentences: Sequence[Words]) -> None:
        counts = np.array([len(words.folded) for words in sentences])
        spans = [len(words.spans[0]) for words in sentences]
        edges = (counts + 1).cumsum()  # after each sentence
        begins = edges - counts
        shift, places = np.repeat(begins, spans), np.repeat(np.arange(len(counts)), counts + 1)
        self.first = np.concatenate([words.spans[0] for words in sentences]) + shift
        self.last = np.concatenate([words.spans[1] for words in sentences]) + shift
        self.begins = np.concatenate([[1], begins[places]])  # of each place, the first word of its sentence …
        self.ends = np.concatenate([[0], edges[places] - 1])  # … and the last
        self.classes = _joined([words.classes for words in sentences], np.intp)
        self.joints = _joined([words.joints for words in sentences], np.float32)


def _joined(values: Sequence[Any], kind: type[Any]) -> NDArray[Any]:
    """Concatenate the values of the words of each sentence, with 0 at every edge."""
    arrays = [np.asarray(value, kind) for value in values]
    edge = np.zeros((1, *arrays[0].shape[1:]), kind)
    return np.concatenate([edge, *(piece for array in arrays for piece in (array, edge))])


def _sums(values: NDArray[Any], first: Places, last: Places) -> NDArray[np.float32]:
    """Return the sum of each column over each span: shape (positions, columns) in, (spans, columns) out."""
    total = np.concatenate([np.zeros((1, values.shape[1]), np.float32), values.cumsum(axis=0, dtype=np.float32)])
    return total[last + 1] - total[first]  # type: ignore[no-any-return]


def _plain(row: _Row, asked: Marked, noun: Marked) -> NDArray[np.float64]:
    first, last = row.first, row.last
    begin, end = row.begins[first], row.ends[first]
    marks = np.stack([asked, _CONTENT[row.classes], noun], axis=1)
    inside, full, nouns = _sums(marks, first, last).T
    before = np.concatenate([[0], asked.cumsum()])
    outside = before[end + 1] - before[begin] - inside
    return np.stack([
        inside / np.maximum(full, 1),
        inside > 0,
        (inside == full) & (full > 0),
        (inside == 0) & (full > 0),
        1 / _back_to(asked, row.begins)[first],
        1 / _back_to(asked[::-1], len(asked) - 1 - row.ends[::-1])[::-1][last],
        np.where(outside > 0, (before[first] - before[begin]) / np.maximum(outside, 1), 0.5),
        (last - first + 1) / 10,
        last - first >= 8,
        row.joints[first] + row.joints[last + 1],
        _same_clause(asked, _MARKS[row.classes].cumsum(), first, last, inside) / np.maximum(outside, 1),
        nouns > 0,
        noun[np.maximum(first - 1, begin)] | noun[np.maximum(first - 2, begin)],
        noun[np.minimum(last + 1, end)] | noun[np.minimum(last + 2, end)],
        first == begin,
        last >= end - 1,
        asked[first - 1],
        asked[last + 1],
    ], axis=1)  # fmt: skip


def _same_clause(
    asked: Marked, clause: Places, first: Places, last: Places, inside: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Count the question words in the clauses that each span touches, outside the span; shape (spans,)."""
    per = np.bincount(clause, weights=asked)
    total = np.concatenate([[0.0], per.cumsum()])
    return total[clause[last] + 1] - total[clause[first]] - inside  # type: ignore[no-any-return]


def _back_to(asked: Marked, begins: Places) -> NDArray[np.float64]:
    """Return how many words back the nearest question word is, for each position; shape (positions,).

    It is at least ``_FAR`` where the sentence has none before. ``begins`` is where each word's sentence begins.
    """
    at = np.arange(len(asked))
    nearest = np.concatenate([[-1], np.maximum.accumulate(np.where(asked, at, -1))[:-1]])
    return np.asarray(at - np.where(nearest < begins, begins - _FAR, nearest), dtype=float)


def _are_noun(asked: str | None, words: Sequence[str]) -> list[bool]:
    """Return which words are the noun asked about, or another form of it."""
    if not asked:
        return [False] * len(words)
    stem = asked[: max(4, len(asked) - 2)]
    return [word.startswith(stem) for word in words]
