"""Score the sentences of the candidates.

They are ranked by conditional logit (McFadden 1974), then again with the score of their answer spans.
"""

import re
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rag.extraction.answer_span import find_answer_spans
from rag.extraction.evidence.preferences import Preferences
from rag.extraction.evidence.scored_sentence import ScoredSentence
from rag.models import feature_names, models, softmax
from rag.query.question import Question
from rag.ranking.features import SENTENCE, sentence_features
from rag.ranking.rerank import RankedPassages

_SHORTLIST = 8  # sentences whose spans are scored
_TAG = re.compile(r"\s*</?[A-Za-z][\w-]*(?:\s+[\w-]+=|\s*/?>)")  # a component of a page, which says nothing


class EvidenceFeatures(NamedTuple):
    """Features of a sentence whose answer span is known; the fields are the names of the weights."""

    score: float
    log_partition: float  # how like an answer its best spans are


EVIDENCE = feature_names(EvidenceFeatures)


def score_sentences(question: Question, ranked: RankedPassages) -> list[ScoredSentence]:
    """Return the shortlist with the probability of each sentence that it answers, best first.

    The score combines that of the sentence with the likeness of its answer span; probabilities sum to 1.
    """
    sentences = with_answer_spans(question, ranked)
    scores = (
        models().linear("evidence", EVIDENCE).scores([evidence_features(sentence) for sentence in sentences])
        if sentences
        else ()
    )
    shares = softmax(np.asarray(scores)) if sentences else ()
    scored = [
        replace(sentence, score=float(score), probability=float(share))
        for sentence, score, share in zip(sentences, scores, shares, strict=True)
    ]
    return sorted(scored, key=lambda sentence: sentence.key)


def evidence_features(sentence: ScoredSentence) -> EvidenceFeatures:
    """Return the features of a sentence, in the order of ``EVIDENCE``."""
    return EvidenceFeatures(sentence.score, sentence.focus.log_partition if sentence.focus else 0.0)


def with_answer_spans(question: Question, ranked: RankedPassages) -> list[ScoredSentence]:
    """Return the shortlist, best first, with the answer span of each sentence."""
    sentences = shortlist_sentences(question, ranked)
    answer_spans = find_answer_spans(question, [sentence.sentence.tokens for sentence in sentences], ranked.matcher)
    return [replace(sentence, focus=span) for sentence, span in zip(sentences, answer_spans, strict=True)]


def shortlist_sentences(question: Question, ranked: RankedPassages) -> list[ScoredSentence]:
    """Return the best sentences of the ranked passages, best first, without answer spans."""
    sentences = score_linearly(question, ranked, len(ranked.candidates))
    return sorted(sentences, key=lambda sentence: sentence.key)[:_SHORTLIST]


def score_linearly(question: Question, ranked: RankedPassages, passages: int) -> list[ScoredSentence]:
    """Return the sentences of the first ``passages``, in order, with the scores of the linear model."""
    preferences = Preferences(question, ranked, passages)
    pairs = [
        (candidate, score, at)
        for candidate, score in zip(ranked.candidates[:passages], ranked.linear[:passages], strict=True)
        for at, sentence in enumerate(candidate.passage.sentences)
        if not sentence.is_label and not _TAG.match(sentence.text)
    ]
    pairs = [pair for pair in pairs if not preferences.echo(pair[0].passage.sentences[pair[2]])] or pairs
    if ranked.best is None or not pairs:
        return []
    best, matcher = ranked.best, ranked.matcher
    rows = [sentence_features(question, matcher, candidate, at, best, score) for candidate, score, at in pairs]
    scores = models().linear("sentence", SENTENCE).scores(rows)
    sentences = []
    for (candidate, _, at), score in zip(pairs, scores, strict=True):
        bonus, fits = preferences.of(candidate, at)
        sentences.append(ScoredSentence(candidate, at, score=float(score) + bonus, fits=fits, bonus=bonus))
    return sentences
