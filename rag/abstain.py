"""Whether the documents answer at all: a calibrated probability, from measures that no size of corpus changes.

Logistic regression (Platt 1999) over the best sentence's evidence; ``bench/fit_ranker.py`` fits it on answerable and
unanswerable questions over corpora of 5 to 1,000 documents, chooses the threshold and draws the trade-off.
"""

from collections.abc import Sequence

from rag.evidence import Weighed
from rag.features import share, things
from rag.matching import Match, Matcher
from rag.model import linear, logistic, shipped
from rag.questions import KINDS, Question
from rag.retrieve import Ranked

ANSWERABLE = (
    "score", "score of passage", "meaning", "coverage of sentence", "coverage of passage", "soft coverage of sentence",
    "soft coverage of passage", "rarest missing", "second rarest missing", "words", "few words", "names",
    "names in sentence", "numbers", "thing asked for", "order", "gap", "in top three", "negation differs",
    "with neighbours", "names missing", "beside what is asked", "beside in passage", *KINDS,
)  # fmt: skip


_EXPECTED = {"when": (0,), "how many": (1,), "how long": (0, 1), "who": (2,), "where": (2, 4), "why": (5,)}


def answerable_features(question: Question, ranked: Ranked, weighed: Sequence[Weighed]) -> list[float]:
    """Of the best evidence, in the order of ``ANSWERABLE``."""
    top = weighed[0]
    view, inside, around = top.candidate.view, top.candidate.sentences[top.at], top.candidate.whole
    return [
        top.score,
        ranked.scores[ranked.candidates.index(top.candidate)],
        top.candidate.meanings[top.at],
        inside.exact,
        around.exact,
        inside.soft,
        around.soft,
        *around.missing,
        top.candidate.words / (10.0 * (1 + len(around.held))),
        1 / (1 + len(around.held)),
        share(question.names, view.names),
        share(question.names, top.view.names),
        share(question.numbers, view.numbers),
        _thing_asked_for(question, top),
        inside.order,
        top.score - weighed[1].score if len(weighed) > 1 else 5.0,
        sum(one.probability for one in weighed[:3]),
        float(question.negated != top.view.negated),
        ranked.matcher.union(top.candidate.sentences[max(0, top.at - 1) : top.at + 2]).soft,
        float(len(question.names - view.names)),
        _beside(question, ranked.matcher, inside),
        _beside(question, ranked.matcher, around),
        *(float(question.kind == kind) for kind in KINDS),
    ]


def _thing_asked_for(question: Question, top: Weighed) -> float:
    expected = _EXPECTED.get(question.kind)
    return max(things(question, top.view)[at] for at in expected) if expected else 0.5


def _beside(question: Question, matcher: Matcher, match: Match) -> float:
    """Whether the word beside the noun asked about is held: «combien de soldats *chinois*»."""
    at = next((n for n, word in enumerate(matcher.words) if word.text == question.beside), None)
    return 0.7 if at is None else match.held[at]


def answerable(question: Question, ranked: Ranked, weighed: Sequence[Weighed]) -> tuple[float, bool]:
    """The probability that the best sentences answer, and whether it is enough."""
    fitting = [one for one in weighed if one.fits]
    if not fitting:
        return 0.0, False
    row = answerable_features(question, ranked, fitting)
    probability = logistic(float(linear("answerable", ANSWERABLE).scores([row])[0]))
    return round(probability, 6), probability >= shipped()["threshold"]
