"""Find the answer span of a sentence: a date, a number, a name, a quotation, a clause.

A linear model gives each span its probability of being the answer, from its words, its neighbours, the kind of question
(answer typing after Li and Roth 2002) and the positions of the question words. The span shown is the one that most
probably *contains* the answer, less a penalty for its length: it is wider when the model is less sure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from index.documents import Span
from rag.extraction.span_features import FOCUS, focus_columns, focus_features
from rag.models import models
from rag.query.question import Question
from rag.ranking.term_match import Matcher
from rag.text.lazy import lazy_property
from rag.text.spans import Tokens

_LENGTH_PENALTY = 0.9  # of showing a whole sentence, as a probability
_WIDEST = 30  # words shown


@dataclass(frozen=True)
class AnswerSpan:
    """The spans of a sentence with their probabilities of being the answer.

    ``log_partition`` is the log of the summed exponentials of their scores: how like an answer the best of them are.
    """

    tokens: Tokens
    probabilities: NDArray[np.float64]  # the probability that each span is the answer; shape (spans,), sum 1
    log_partition: float

    @property
    def span(self) -> Span | None:
        """Return the span to show, in offsets of the sentence; None for a sentence without words."""
        return self._shown[0]

    @property
    def confidence(self) -> float:
        """Return the probability that the span shown contains the answer."""
        return self._shown[1]

    @lazy_property
    def _shown(self) -> tuple[Span | None, float]:
        """Return the span with the most probability inside it, less a penalty for its length, and this probability."""
        words, (first, last) = self.tokens, self.tokens.spans
        if not len(first):
            return None, 0.0
        count = len(words.folded)
        table = np.zeros((count, count))
        table[first, last] = self.probabilities
        mass = table[::-1].cumsum(axis=0)[::-1].cumsum(axis=1)  # of all spans between two words
        begins, finishes = np.unique(first), np.unique(last)
        length = np.array(words.ends)[finishes][None, :] - np.array(words.starts)[begins][:, None]
        mass = mass[np.ix_(begins, finishes)]
        value = mass - _LENGTH_PENALTY * length / len(words.text)
        distance = finishes[None, :] - begins[:, None]
        value[(distance < 0) | (distance >= _WIDEST)] = -np.inf
        at, to = np.unravel_index(int(value.round(6).argmax()), value.shape)
        return Span(words.starts[begins[at]], words.ends[finishes[to]]), float(mass[at, to])


def focus(question: Question, sentences: Sequence[Tokens], matcher: Matcher) -> list[AnswerSpan]:
    """Find the answer span of each sentence, in the order of ``sentences``."""
    if not sentences:
        return []
    weights = models().linear("focus", FOCUS).weights[focus_columns(question)]
    scores = np.vecdot(focus_features(question, sentences, matcher), weights)
    ends = np.cumsum([len(words.spans[0]) for words in sentences])
    return [
        _focus(words, sentence_scores)
        for words, sentence_scores in zip(sentences, np.split(scores, ends[:-1]), strict=True)
    ]


def _focus(words: Tokens, scores: NDArray[np.float64]) -> AnswerSpan:
    if not len(scores):
        return AnswerSpan(words, scores, 0.0)
    top = float(scores.max())
    weights = np.exp(scores - top)
    total = float(weights.sum())
    return AnswerSpan(words, weights / total, top + log(total))
