"""Whether the documents answer at all: a calibrated probability, from measures that no size of corpus changes.

Logistic regression (Platt 1999) over the best sentence's evidence; ``bench/train/abstention.py`` fits it on answerable
and unanswerable questions over corpora of 5 to 1,000 documents, chooses the threshold and draws the trade-off.
"""

from collections.abc import Sequence

from rag.extraction.evidence import Weighed
from rag.models import linear, logistic, shipped
from rag.query.question import FORMATS, Question
from rag.ranking.features import share
from rag.ranking.rerank import Ranked
from rag.ranking.term_match import Match, Matcher
from rag.text.countries import countries

ANSWERABLE = (
    "score", "score of passage", "meaning", "coverage of sentence", "coverage of passage", "soft coverage of sentence",
    "soft coverage of passage", "rarest missing", "second rarest missing", "names",
    "names in sentence", "thing asked for", "order", "negation differs",
    "with neighbours", "rarest name missing", "noun asked", "noun counted", "noun counted in passage",
    "another country",
    "country missing", "number missing", "margin", *FORMATS,
)  # fmt: skip
_USUAL = 0.7  # where no noun is asked about
_EXPECTED = {"when": (0,), "how many": (1,), "how long": (0, 1), "who": (2,), "where": (2, 4), "why": (5,)}


def answerable_features(question: Question, ranked: Ranked, weighed: Sequence[Weighed]) -> list[float]:
    """Of the best evidence, in the order of ``ANSWERABLE``."""
    top, matcher = weighed[0], ranked.matcher
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
        share(question.names, view.names),
        share(question.names, top.view.names),
        _thing_asked_for(question, top),
        inside.order,
        float(question.negated != top.view.negated),
        matcher.union(top.candidate.sentences[max(0, top.at - 1) : top.at + 2]).soft,
        _rarest_name_missing(question, matcher, around),
        _noun_asked(question, matcher, inside),
        _noun_counted(question, matcher, inside),
        _noun_counted(question, matcher, around),
        *_countries(question, top),
        float(not question.numbers <= top.view.numbers),
        ranked.scores[0] - ranked.scores[1] if len(ranked.scores) > 1 else 5.0,
        *(float(question.kind == kind) for kind in FORMATS),
    ]


def _thing_asked_for(question: Question, top: Weighed) -> float:
    expected = _EXPECTED.get(question.kind)
    return max(top.candidate.things[top.at][at] for at in expected) if expected else 0.5


def _noun_asked(question: Question, matcher: Matcher, match: Match) -> float:
    """How well the noun asked about is held: «quel *traité*»."""
    at = next((n for n, word in enumerate(matcher.words) if word.text == question.asked), None)
    return _USUAL if at is None else match.held[at]


def _noun_counted(question: Question, matcher: Matcher, match: Match) -> float:
    """The same for what is counted: «combien de *soldats*»."""
    return _noun_asked(question, matcher, match) if question.kind == "how many" else _USUAL


def _rarest_name_missing(question: Question, matcher: Matcher, match: Match) -> float:
    """How rare the rarest name of the question is that is not held."""
    pairs = zip(matcher.words, match.held, strict=True)
    return max((word.rarity * (1 - held) for word, held in pairs if word.text in question.names), default=0.0)


def _countries(question: Question, top: Weighed) -> tuple[float, float]:
    """Whether the sentence names other countries than the question; whether one is missing from the whole passage."""
    sentences = top.candidate.view.sentences
    asked, here = countries(question.text), countries(top.view.text)
    around = countries(top.view.span.document.title).union(*(countries(one.text) for one in sentences))
    return float(bool(asked - here and here - asked)), float(bool(asked - around))


def answerable(question: Question, ranked: Ranked, weighed: Sequence[Weighed]) -> tuple[float, bool]:
    """The probability that the best sentences answer, and whether it is enough."""
    fitting = [one for one in weighed if one.fits]
    if not fitting:
        return 0.0, False
    row = answerable_features(question, ranked, fitting)
    probability = logistic(float(linear("answerable", ANSWERABLE).scores([row])[0]))
    return round(probability, 6), probability >= shipped()["threshold"]
