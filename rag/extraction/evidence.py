"""The sentences that answer: each candidate sentence is weighed, and the few that carry the answer are chosen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag.extraction.answer_span import AnswerSpan, focus
from rag.models import models, softmax
from rag.query.question import Question
from rag.ranking.constraints import date_match, speaker_match
from rag.ranking.features import SENTENCE, Candidate, sentence_features
from rag.ranking.rerank import RankedPassages
from rag.text.analysis import AnalyzedSentence
from rag.text.attribution import matches_any, speaker_asked

EVIDENCE = ("score", "likeness")
_SHORTLIST = 8  # sentences in which an answer is looked for
_TIME = (
    3.0  # what a sentence gains for being of the day asked for, in units of score; learned weights are of this order
)
_SPEAKER = 2.5
_WORTH = 0.2  # the least share of the best sentence's probability at which another one is shown
_JOINED = 0.3  # … at which the next sentence is part of the same quote
_ALIKE = 0.6  # the share of terms at which two sentences say the same


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence of a candidate passage, and the probability that it is the one that answers."""

    candidate: Candidate
    at: int  # its place in the passage
    score: float
    fits: bool  # of the time and the speaker asked for; True where none is asked for
    probability: float = 0.0
    focus: AnswerSpan | None = None  # the words in it that answer; None before they are looked for

    @property
    def view(self) -> AnalyzedSentence:
        return self.candidate.view.sentences[self.at]

    @property
    def key(self) -> tuple[float, str, int]:
        """The order: score as compared, then source and start."""
        return -round(self.score, 5), self.view.span.document.id, self.view.span.start


@dataclass(frozen=True, slots=True)
class Evidence:
    """One or two neighbouring sentences that answer, strongest first in a sequence of them."""

    candidate: Candidate
    first: int
    last: int  # inclusive
    best: ScoredSentence  # the sentence of the two that answers
    repeats: int | None = None  # the place of the evidence that says the same, in another document


def score_sentences(question: Question, ranked: RankedPassages) -> list[ScoredSentence]:
    """The sentences that may answer, best first: by their own score, and by how like an answer their words are."""
    found = with_answer_spans(question, ranked)
    scores = models().linear("evidence", EVIDENCE).scores([evidence_features(one) for one in found]) if found else ()
    shares = softmax(np.asarray(scores)) if found else ()
    weighed = [
        replace(one, score=float(score), probability=float(share))
        for one, score, share in zip(found, scores, shares, strict=True)
    ]
    return sorted(weighed, key=lambda one: one.key)


def evidence_features(one: ScoredSentence) -> list[float]:
    """In the order of ``EVIDENCE``."""
    return [one.score, one.focus.likeness if one.focus else 0.0]


def with_answer_spans(question: Question, ranked: RankedPassages) -> list[ScoredSentence]:
    """The shortlist, with the words in each sentence that answer."""
    found = shortlist(question, ranked)
    focuses = focus(question, [one.view.parts for one in found], ranked.matcher)
    return [replace(one, focus=focus) for one, focus in zip(found, focuses, strict=True)]


def shortlist(question: Question, ranked: RankedPassages) -> list[ScoredSentence]:
    """The best sentences of the best passages, best first, before their words are looked at."""
    if ranked.best is None:
        return []
    pairs = [
        (one, score, at)
        for one, score in zip(ranked.candidates, ranked.scores, strict=True)
        for at in range(len(one.view.sentences))
    ]
    rows = [sentence_features(question, ranked.matcher, one, at, ranked.best, score) for one, score, at in pairs]
    scores = models().linear("sentence", SENTENCE).scores(rows)
    asked = speaker_asked(question.text)
    fits = [(date_match(one.view, at, question.period), speaker_match(one.view, at, asked)) for one, _, at in pairs]
    weighed = [
        ScoredSentence(one, at, float(score) + _TIME * time + _SPEAKER * speaker, time >= 0 and speaker > -1)
        for (one, _, at), score, (time, speaker) in zip(pairs, scores, fits, strict=True)
    ]
    return sorted(weighed, key=lambda one: one.key)[:_SHORTLIST]


def select_evidence(weighed: Sequence[ScoredSentence], most: int) -> list[Evidence]:
    """At most ``most`` pieces of evidence: the best sentence, and others that add to it or confirm it elsewhere."""
    chosen: list[Evidence] = []
    taken: list[ScoredSentence] = []
    for sentence in weighed:
        if len(chosen) == most:
            break
        if taken and sentence.probability < _worth(sentence, taken[0]) * taken[0].probability:
            continue
        if not sentence.fits or any(_covers(one, sentence) for one in chosen):
            continue
        alike = next((n for n, other in enumerate(taken) if _alike(sentence, other)), None)
        if alike is not None and _same_document(sentence, taken[alike]):
            continue
        if alike is not None and chosen[alike].repeats is not None:
            alike = chosen[alike].repeats
        chosen.append(_evidence(sentence, weighed, alike, chosen))
        taken.append(sentence)
    return chosen


def _worth(sentence: ScoredSentence, best: ScoredSentence) -> float:
    """The share of the best sentence's probability that is enough: half as much for the word of another speaker."""
    said, other = sentence.view.speakers, best.view.speakers
    another_side = bool(said) and bool(other) and not any(matches_any(one, other) for one in said)
    return _WORTH / 2 if another_side else _WORTH


def _covers(evidence: Evidence, sentence: ScoredSentence) -> bool:
    return sentence.candidate is evidence.candidate and evidence.first <= sentence.at <= evidence.last


def _same_document(one: ScoredSentence, other: ScoredSentence) -> bool:
    return one.view.span.document.id == other.view.span.document.id


def _alike(one: ScoredSentence, other: ScoredSentence) -> bool:
    """Whether both say the same: most words, and the same numbers."""
    if one.view.numbers != other.view.numbers:
        return False
    shared = len(one.view.known & other.view.known)
    return shared >= _ALIKE * max(1, min(len(one.view.known), len(other.view.known)))


def _evidence(
    sentence: ScoredSentence, weighed: Sequence[ScoredSentence], repeats: int | None, chosen: Sequence[Evidence]
) -> Evidence:
    """The sentence, with the neighbour that is nearly as probable, where there is one."""
    beside = [
        other
        for other in weighed
        if other.candidate is sentence.candidate
        and abs(other.at - sentence.at) == 1
        and other.probability >= _JOINED * sentence.probability
        and _runs_on(sentence, other)
        and not any(_covers(one, other) for one in chosen)
    ]
    last = max([sentence, *beside[:1]], key=lambda one: one.at)
    first = min([sentence, *beside[:1]], key=lambda one: one.at)
    return Evidence(sentence.candidate, first.at, last.at, sentence, repeats)


def _runs_on(one: ScoredSentence, other: ScoredSentence) -> bool:
    """Whether two neighbours are of one paragraph, so that a quote of both reads well."""
    first, second = sorted([one.view.span, other.view.span], key=lambda span: span.start)
    return "\n\n" not in first.document.slice(first.end, second.start)
