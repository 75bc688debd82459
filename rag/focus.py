"""The words inside a sentence that answer: a date, a number, a name, a quotation, a clause.

A linear model gives each span of the sentence a probability of being the answer itself, from what it is made of, what
stands beside it, what the question asks for and where the question's words are. (Answer typing after Li and Roth 2002.)
Shown is the span that most probably *holds* the answer, less a price for its length: the less sure, the wider.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.documents import Span
from rag.matching import Matcher
from rag.model import linear
from rag.questions import KINDS, Question
from rag.spans import CLASSES, Places, Words, words_of

_SORTS = ("date", "number", "name", "quoted", "cause")  # in the order of the columns of ``Words.things``
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
_OWN = (  # measures that weigh differently for each kind of question
    *(f"after {name}" for name in CLASSES),
    *(f"from {name}" for name in CLASSES),
    *(f"with {sort}" for sort in _SORTS),
    *(f"only {sort}" for sort in _SORTS[:4]),
    *_AGAIN,
)
FOCUS = (*_SHARED, *(f"{kind}: {name}" for kind in KINDS for name in _OWN))
_PRICE = 0.9  # of showing the whole sentence, in probability
_WIDEST = 30  # words shown
_FAR = 50
_ONE_OF = np.eye(len(CLASSES))
_MARKS = (CLASSES.index("comma"), CLASSES.index("mark"), CLASSES.index("quote"))


@dataclass(frozen=True, slots=True)
class Focus:
    """The words shown (offsets in the sentence), how probably they hold the answer, and how like an answer any is."""

    span: Span | None
    held: float
    likeness: float


def focus(question: Question, text: str, matcher: Matcher, field: str) -> Focus:
    """The words of a sentence that answer."""
    words = words_of(text, field)
    first, last = words.spans
    if not len(first):
        return Focus(None, 0.0, 0.0)
    model, columns = linear("focus", FOCUS), focus_columns(question)
    scores = focus_features(question, words, matcher) @ model.weights[columns]
    top = float(scores.max())
    shares = np.exp(scores - top)
    span, held = _shown(words, first, last, shares / shares.sum())
    return Focus(span, held, top + float(np.log(shares.sum())))


def _shown(words: Words, first: Places, last: Places, shares: NDArray[np.float64]) -> tuple[Span, float]:
    """The span that holds the most probability, less the price of its length, and that probability."""
    count = len(words.folded)
    table = np.zeros((count, count))
    table[first, last] = shares
    held = table[::-1].cumsum(axis=0)[::-1].cumsum(axis=1)  # of all spans between two words
    begins, finishes = np.unique(first), np.unique(last)
    length = words.ends[finishes][None, :] - words.starts[begins][:, None]
    held = held[np.ix_(begins, finishes)]
    value = held - _PRICE * length / len(words.text)
    apart = finishes[None, :] - begins[:, None]
    value[(apart < 0) | (apart >= _WIDEST)] = -np.inf
    at, to = np.unravel_index(int(value.round(6).argmax()), value.shape)
    return Span(int(words.starts[begins[at]]), int(words.ends[finishes[to]])), float(held[at, to])


def focus_columns(question: Question) -> Places:
    """Which of ``FOCUS`` are measured for a question: those of other kinds are zero."""
    own = len(_SHARED) + KINDS.index(question.kind) * len(_OWN)
    return np.concatenate([np.arange(len(_SHARED)), np.arange(own, own + len(_OWN))])


def focus_features(question: Question, words: Words, matcher: Matcher) -> NDArray[np.float64]:
    """One row per span, in the order of ``focus_columns``."""
    first, last = words.spans
    plain = _plain(question, words, matcher)
    padded = np.concatenate([[0], words.classes, [0]])  # an edge on both sides
    held = _sums(words.things, first, last)
    content = _sums((words.classes >= CLASSES.index("number")).astype(np.float32)[:, None], first, last)
    return np.concatenate(
        [
            plain,
            _ONE_OF[words.classes[last]],
            _ONE_OF[padded[last + 2]],
            _ONE_OF[padded[first]],
            _ONE_OF[words.classes[first]],
            held > 0,
            (held[:, :4] >= content) & (held[:, :4] > 0),
            plain[:, [_PLAIN.index(name) for name in _AGAIN]],
        ],
        axis=1,
    )


def _sums(values: NDArray[np.float32], first: Places, last: Places) -> NDArray[np.float32]:
    """The sum of each column over each span."""
    total = np.concatenate([np.zeros((1, values.shape[1]), dtype=np.float32), values.cumsum(axis=0)])
    return total[last + 1] - total[first]  # type: ignore[no-any-return]


def _plain(question: Question, words: Words, matcher: Matcher) -> NDArray[np.float64]:
    first, last = words.spans
    count = len(words.folded)
    held = np.array([bool(t) and matcher.holds(words.field, t) for t in words.terms])
    content = words.classes >= CLASSES.index("number")
    noun = _is_noun(question.asked, words)
    clause = np.isin(words.classes, _MARKS).cumsum()
    sums = _sums(np.stack([held, content, noun], axis=1).astype(np.float32), first, last)
    inside, full, nouns = sums.T
    outside = held.sum() - inside
    before = np.concatenate([[0], held.cumsum()])[first]
    return np.stack([
        inside / np.maximum(full, 1),
        inside > 0,
        (inside == full) & (full > 0),
        (inside == 0) & (full > 0),
        1 / _gap_before(held)[first],
        1 / _gap_before(held[::-1])[::-1][last],
        np.where(outside > 0, before / np.maximum(outside, 1), 0.5),
        (last - first + 1) / 10,
        last - first >= 8,
        words.joints[first] + words.joints[last + 1],
        _same_clause(held, clause, first, last, inside) / np.maximum(outside, 1),
        nouns > 0,
        noun[np.maximum(first - 1, 0)] | noun[np.maximum(first - 2, 0)],
        noun[np.minimum(last + 1, count - 1)] | noun[np.minimum(last + 2, count - 1)],
        first == 0,
        last >= count - 2,
        (first > 0) & held[np.maximum(first - 1, 0)],
        (last < count - 1) & held[np.minimum(last + 1, count - 1)],
    ], axis=1)  # fmt: skip


def _same_clause(
    held: NDArray[np.bool_], clause: Places, first: Places, last: Places, inside: NDArray[np.float32]
) -> NDArray[np.float32]:
    """How many words of the question stand in the clauses that the span touches, outside it."""
    per = np.bincount(clause, weights=held.astype(float))
    total = np.concatenate([[0.0], per.cumsum()])
    return total[clause[last] + 1] - total[clause[first]] - inside  # type: ignore[no-any-return]


def _gap_before(held: NDArray[np.bool_]) -> NDArray[np.float64]:
    """For each word, how many words back the nearest one that the question holds is."""
    places = np.where(held, np.arange(len(held)), -_FAR)
    nearest = np.concatenate([[-_FAR], np.maximum.accumulate(places)[:-1]])
    return np.asarray(np.arange(len(held)) - nearest, dtype=float)


def _is_noun(asked: str | None, words: Words) -> NDArray[np.bool_]:
    """Which words are the noun asked about, or another form of it."""
    if not asked:
        return np.zeros(len(words.folded), dtype=bool)
    stem = asked[: max(4, len(asked) - 2)]
    return np.array([word.startswith(stem) for word in words.folded])
