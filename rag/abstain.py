"""Whether the documents answer at all: a calibrated probability, from measures that no size of corpus changes.

Logistic regression (Platt 1999) over the best sentence's evidence; ``bench/fit_ranker.py`` fits it on answerable and
unanswerable questions over corpora of 5 to 1,000 documents, chooses the threshold and draws the trade-off.
"""

from collections.abc import Sequence

from rag.evidence import Weighed, focused
from rag.features import coverage, held, missing, order, share, things
from rag.model import linear, logistic, shipped
from rag.questions import KINDS, Question
from rag.retrieve import Ranked

ANSWERABLE = (
    "score of sentence", "score of passage", "best focus", "meaning", "coverage of sentence", "coverage of passage",
    "soft coverage of sentence", "soft coverage of passage", "rarest missing", "second rarest missing", "words", "few words",
    "names", "names in sentence", "numbers", "thing asked for", "order", "gap", "in top three", *KINDS,
)  # fmt: skip


_EXPECTED = {"when": (0,), "how many": (1,), "how long": (0, 1), "who": (2,), "where": (2, 4), "why": (5,)}


def answerable_features(question: Question, ranked: Ranked, weighed: Sequence[Weighed]) -> list[float]:
    """Of the best evidence, in the order of ``ANSWERABLE``."""
    top, words = weighed[0], ranked.words
    view, field = top.candidate.view, top.candidate.view.field
    inside, around = held(words, field, top.view.known), held(words, field, view.known)
    spans = focused(question, ranked, weighed[:3])
    return [
        top.score,
        ranked.scores[ranked.candidates.index(top.candidate)],
        max(spans),
        top.candidate.meanings[top.at],
        coverage(words, [weight == 1.0 for weight in inside]),
        coverage(words, [weight == 1.0 for weight in around]),
        coverage(words, inside),
        coverage(words, around),
        *missing(words, around),
        top.candidate.words / (10.0 * (1 + len(words))),
        1 / (1 + len(words)),
        share(question.names, {name for one in view.sentences for name in one.names} | view.known),
        share(question.names, top.view.names | top.view.known),
        share(question.numbers, {number for one in view.sentences for number in one.numbers}),
        _thing_asked_for(question, top),
        order(words, field, top.view),
        top.score - weighed[1].score if len(weighed) > 1 else 5.0,
        sum(one.probability for one in weighed[:3]),
        *(float(question.kind == kind) for kind in KINDS),
    ]


def _thing_asked_for(question: Question, top: Weighed) -> float:
    expected = _EXPECTED.get(question.kind)
    return max(things(question, top.view)[at] for at in expected) if expected else 0.5


def answerable(question: Question, ranked: Ranked, weighed: Sequence[Weighed]) -> tuple[float, bool]:
    """The probability that the best sentences answer, and whether it is enough."""
    fitting = [one for one in weighed if one.fits]
    if not fitting:
        return 0.0, False
    row = answerable_features(question, ranked, fitting)
    probability = logistic(float(linear("answerable", ANSWERABLE).scores([row])[0]))
    return round(probability, 6), probability >= shipped()["threshold"]
