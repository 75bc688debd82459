"""Find the answer span of a sentence: a date, a number, a name, a quotation, a clause.

A linear model gives each span its probability of being the answer, from its words, its neighbours, the kind of question
(answer typing after Li and Roth 2002) and the positions of the question words. The span shown is the one with the
highest expected token F1, the measure of SQuAD (Rajpurkar et al. 2016), under these probabilities: minimum Bayes risk
decoding (Kumar and Byrne 2004). Where several spans that overlap are likely, it is what they share.
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

_LIKELY = 200  # spans of a sentence that are compared, the most probable


@dataclass(frozen=True)
class AnswerSpan:
    """The spans of a sentence with their probabilities of being the answer.

    ``log_partition`` is the log of the summed exponentials of their scores: how like an answer the best of them are.
    """

    tokens: Tokens
    probabilities: NDArray[np.float64]  # the probability that each span is the answer; shape (spans,), sum 1
    log_partition: float

    @lazy_property
    def span(self) -> Span | None:
        """Return the span to show, in offsets of the sentence; None for a sentence without words."""
        likely = np.argsort(-self.probabilities, kind="stable")[:_LIKELY]
        if not len(likely):
            return None
        first, last = (words[likely] for words in self.tokens.spans)
        lengths = last - first + 1
        shared = np.minimum(last[:, None], last) - np.maximum(first[:, None], first) + 1
        token_f1 = 2 * shared.clip(min=0) / (lengths[:, None] + lengths)
        best = int((token_f1 @ self.probabilities[likely]).round(6).argmax())
        return Span(self.tokens.starts[first[best]], self.tokens.ends[last[best]])


def find_answer_spans(question: Question, sentences: Sequence[Tokens], matcher: Matcher) -> list[AnswerSpan]:
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
