"""Decide whether the documents answer at all, by a calibrated probability.

The features do not depend on the size of the corpus. Where the reader has read, its log-odds are added to those of the
linear features, and nothing else: more measures gain on articles of an encyclopaedia, and lose on other documents.

Logistic regression (Platt 1999) over the best sentence's evidence; ``bench/train/abstention.py`` fits it on answerable
and unanswerable questions over corpora of 5 to 1,000 documents, chooses the threshold and draws the trade-off.
"""

from collections.abc import Sequence
from typing import NamedTuple

from rag.extraction.evidence.read_sentences import find_reading
from rag.extraction.evidence.score_sentences import score_sentences
from rag.extraction.evidence.scored_sentence import ScoredSentence
from rag.models import feature_names, logistic, models
from rag.query.question import QUESTION_TYPES, Question
from rag.ranking.constraints import follows_question, names_cell
from rag.ranking.features import compute_share
from rag.ranking.rerank import RankedPassages, rank_linearly
from rag.ranking.term_match import Match, Matcher
from rag.text.countries import find_countries


class AnswerabilityFeatures(NamedTuple):
    """Features of the best evidence; the fields are the names of the weights."""

    score: float
    score_of_passage: float
    meaning: float
    coverage_of_sentence: float
    coverage_of_passage: float
    soft_coverage_of_sentence: float
    soft_coverage_of_passage: float
    rarest_missing: float
    second_rarest_missing: float
    names: float
    names_in_sentence: float
    thing_asked_for: float
    order: float
    negation_differs: float
    with_neighbours: float
    rarest_name_missing: float
    noun_asked: float
    noun_counted: float
    noun_counted_in_passage: float
    another_country: float
    country_missing: float
    number_missing: float
    margin: float


class ReadAnswerabilityFeatures(NamedTuple):
    """Features of the best evidence where the reader has read; the fields are the names of the weights."""

    linear: float  # log-odds by the features above, of what the linear models alone take for the best evidence
    answers: float  # the reader's log-odds that the passage of the best evidence answers


ANSWERABLE = (*feature_names(AnswerabilityFeatures), *QUESTION_TYPES)
READ_ANSWERABLE = feature_names(ReadAnswerabilityFeatures)
_STRUCTURED = 1.5  # log-odds added where a row is named with a column, or the question stands before the evidence
# Log-odds taken for each by which the score of the passage falls short of the other: one so far from the question is of
# another subject, of which the reader saw too little while it was trained.
_PENALTY, _LEAST_SCORE = 0.5, -1.0
_LEAST_ACROSS = -4.0  # likewise between two languages, which share few words
_LOG_ODDS_WITHOUT_EVIDENCE = -5.0
_USUAL = 0.7  # the feature of a noun, if none is asked about
_EXPECTED = {
    "when": ("date",),
    "how many": ("number",),
    "how long": ("date", "number"),
    "who": ("name",),
    "where": ("name", "place"),
    "why": ("cause",),
}


def answerable_features(question: Question, ranked: RankedPassages, scored: Sequence[ScoredSentence]) -> list[float]:
    """Return the features of the best evidence, ``scored[0]``, in the order of ``ANSWERABLE``."""
    top, matcher = scored[0], ranked.matcher
    passage, sentence, passage_match = (
        top.candidate.passage,
        top.candidate.sentences[top.at],
        top.candidate.passage_match,
    )
    rarest, second = passage_match.missing
    another, missing = _countries(question, top)
    row = AnswerabilityFeatures(
        score=top.score,
        score_of_passage=ranked.scores[ranked.candidates.index(top.candidate)],
        meaning=top.candidate.cosines[top.at],
        coverage_of_sentence=sentence.coverage,
        coverage_of_passage=passage_match.coverage,
        soft_coverage_of_sentence=sentence.soft_coverage,
        soft_coverage_of_passage=passage_match.soft_coverage,
        rarest_missing=rarest,
        second_rarest_missing=second,
        names=compute_share(question.names, passage.names),
        names_in_sentence=compute_share(question.names, top.sentence.names),
        thing_asked_for=_thing_asked_for(question, top),
        order=sentence.order,
        negation_differs=float(question.negated != top.sentence.negated),
        with_neighbours=_with_neighbours(matcher, top),
        rarest_name_missing=_rarest_name_missing(question, matcher, passage_match),
        noun_asked=_noun_asked(question, matcher, sentence),
        noun_counted=_noun_counted(question, matcher, sentence),
        noun_counted_in_passage=_noun_counted(question, matcher, passage_match),
        another_country=another,
        country_missing=missing,
        number_missing=float(not question.numbers <= top.sentence.numbers),
        margin=ranked.scores[0] - ranked.scores[1] if len(ranked.scores) > 1 else 5.0,
    )
    return [*row, *(float(question.kind == kind) for kind in QUESTION_TYPES)]


def _with_neighbours(matcher: Matcher, top: ScoredSentence) -> float:
    """Return the share of the question words in the sentence, its neighbours, and what it stands under."""
    neighbours = top.candidate.sentences[max(0, top.at - 1) : top.at + 2]
    context = matcher.match(top.candidate.passage.field, top.sentence.context.terms)
    return matcher.union((context, *neighbours)).soft_coverage


def _thing_asked_for(question: Question, top: ScoredSentence) -> float:
    expected = _EXPECTED.get(question.kind)
    types = top.candidate.answer_types[top.at]
    return max(getattr(types, name) for name in expected) if expected else 0.5


def _noun_asked(question: Question, matcher: Matcher, match: Match) -> float:
    """Return how well a text matches the noun asked about («quel *traité*»), 0 to 1."""
    at = next((n for n, word in enumerate(matcher.words) if word.text == question.target_noun), None)
    return _USUAL if at is None else match.weights[at]


def _noun_counted(question: Question, matcher: Matcher, match: Match) -> float:
    """Return the same for the noun that is counted («combien de *soldats*»)."""
    return _noun_asked(question, matcher, match) if question.kind == "how many" else _USUAL


def _rarest_name_missing(question: Question, matcher: Matcher, match: Match) -> float:
    """Return the idf of the rarest name of the question that the text does not contain, 0 to 1."""
    pairs = zip(matcher.words, match.weights, strict=True)
    return max((word.idf * (1 - weight) for word, weight in pairs if word.text in question.names), default=0.0)


def _countries(question: Question, top: ScoredSentence) -> tuple[float, float]:
    """Return two flags: the sentence names other countries instead; the passage lacks one that is asked about."""
    question_countries, sentence_countries, passage_countries = (
        find_countries(question.text),
        top.sentence.countries,
        top.candidate.passage.countries,
    )
    return float(bool(question_countries - sentence_countries and sentence_countries - question_countries)), float(
        bool(question_countries - passage_countries)
    )


def predict_answerable(
    question: Question, ranked: RankedPassages, scored: Sequence[ScoredSentence]
) -> tuple[float, bool]:
    """Return the probability that the best sentences answer, and whether it reaches the threshold.

    Only sentences of the time and the speaker asked for count. Without any, the probability is 0.
    """
    fitting = [sentence for sentence in scored if sentence.fits]
    if not fitting:
        return 0.0, False
    if not ranked.readings:
        row: Sequence[float] = answerable_features(question, ranked, fitting)
        return _decide(_log_odds("answerable", ANSWERABLE, row), models().threshold)
    features = read_answerable_features(question, ranked, fitting)
    top = fitting[0]
    structured = names_cell(question, top.sentence) or follows_question(
        question, ranked.matcher, top.candidate.passage, top.at
    )
    score = ranked.scores[ranked.candidates.index(top.candidate)]
    least = _LEAST_SCORE if top.candidate.passage.field == question.language else _LEAST_ACROSS
    bonus = _STRUCTURED * structured - _PENALTY * max(0.0, least - score)
    decided = _decide(_log_odds("read answerable", READ_ANSWERABLE, features) + bonus, models().read_threshold)
    if any(_countries(question, fitting[0])):  # the reader may overlook that another is asked about: both must agree
        return min(
            decided, _decide(features.linear, models().threshold), key=lambda decision: (decision[1], decision[0])
        )
    return decided


def _decide(log_odds: float, threshold: float) -> tuple[float, bool]:
    probability = logistic(log_odds)
    return round(probability, 6), probability >= threshold


def read_answerable_features(
    question: Question, ranked: RankedPassages, scored: Sequence[ScoredSentence]
) -> ReadAnswerabilityFeatures:
    """Return what the linear models and the reader say of their best evidence; the reader's is ``scored[0]``."""
    top = scored[0]
    return ReadAnswerabilityFeatures(
        linear=_linear_log_odds(question, rank_linearly(ranked)),
        answers=find_reading(top, ranked).answers,
    )


def _linear_log_odds(question: Question, ranked: RankedPassages) -> float:
    fitting = [sentence for sentence in score_sentences(question, ranked) if sentence.fits]
    if not fitting:
        return _LOG_ODDS_WITHOUT_EVIDENCE
    return _log_odds("answerable", ANSWERABLE, answerable_features(question, ranked, fitting))


def _log_odds(name: str, features: tuple[str, ...], row: Sequence[float]) -> float:
    return float(models().linear(name, features).scores([row])[0])
