"""Score sentences by what the reader says of them, together with the linear model."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rag.extraction.answer_span import AnswerSpan, find_answer_spans
from rag.extraction.evidence.score_sentences import score_linearly, score_sentences
from rag.extraction.evidence.scored_sentence import ScoredSentence, resemble
from rag.models import feature_names, models, softmax
from rag.query.question import Question
from rag.ranking.rerank import RankedPassages
from rag.reading.reader_output import ReaderOutput
from rag.text.analysis import AnalyzedSentence

_SHORTLIST = 8  # sentences
_STRUCTURED_KINDS = ("row", "field", "code")
_FEWEST_LINES = 4  # others like it that make a line one of a log
_READER = 0.6  # the part of the reader in the logarithm of a span's probability
_SHARPER = 1.5  # both are partly independent


class ReadSentenceFeatures(NamedTuple):
    """Features of a sentence that was read; the fields are the names of the weights."""

    linear: float  # score of the linear model
    passage: float  # score of its passage
    mass: float  # log-probability that the answer lies in it
    answers: float
    margin: float


READ_EVIDENCE = feature_names(ReadSentenceFeatures)


def weigh_sentences(question: Question, ranked: RankedPassages) -> list[ScoredSentence]:
    """Return the shortlist with the probability of each sentence that it answers, best first; their sum is 1."""
    return read_sentences(question, ranked) if ranked.readings else score_sentences(question, ranked)


def read_sentences(question: Question, ranked: RankedPassages) -> list[ScoredSentence]:
    """Return the shortlist of the passages that were read, as ``weigh_sentences``."""
    sentences = score_linearly(question, ranked, len(ranked.readings))
    if not sentences:
        return []
    rows = [read_sentence_features(sentence, ranked) for sentence in sentences]
    scores = models().linear("read evidence", READ_EVIDENCE).scores(rows)
    scored = [
        replace(sentence, score=float(score + sentence.bonus))
        for sentence, score in zip(sentences, scores, strict=True)
    ]
    best = sorted(scored, key=lambda sentence: sentence.key)[:_SHORTLIST]
    probabilities = softmax(np.array([sentence.score for sentence in best]))
    spans = find_answer_spans(question, [sentence.sentence.tokens for sentence in best], ranked.matcher)
    return [
        replace(sentence, probability=float(probability), focus=_pool(sentence, span, find_reading(sentence, ranked)))
        for sentence, probability, span in zip(best, probabilities, spans, strict=True)
    ]


def _pool(sentence: ScoredSentence, linear: AnswerSpan, reading: ReaderOutput) -> AnswerSpan:
    """Return the answer span by the product of both probabilities (logarithmic pooling, Genest and Zidek 1986)."""
    words, (first, last) = linear.tokens, linear.tokens.spans
    if not len(first):
        return linear
    begin = sentence.sentence.span.start - sentence.candidate.passage.sentences[0].span.start
    reader_scores = reading.spans(begin + np.array(words.starts)[first], begin + np.array(words.ends)[last])
    scores = _READER * reader_scores + (1 - _READER) * np.log(linear.probabilities + 1e-12)
    return replace(linear, probabilities=softmax(_SHARPER * scores))


def read_sentence_features(sentence: ScoredSentence, ranked: RankedPassages) -> ReadSentenceFeatures:
    """Return the features of a sentence, in the order of ``READ_EVIDENCE``."""
    at, reading = ranked.candidates.index(sentence.candidate), find_reading(sentence, ranked)
    return ReadSentenceFeatures(
        linear=sentence.score - sentence.bonus,
        passage=ranked.scores[at],
        mass=_mass(sentence, reading),
        answers=reading.answers,
        margin=reading.margin,
    )


def _mass(sentence: ScoredSentence, reading: ReaderOutput) -> float:
    """Return the log-probability that the answer lies in a sentence.

    Rows of a table, lines of a log and the like have that of the best of them in the passage: the reader was trained
    on prose alone, and which of them answers is left to the linear model.
    """
    passage, base = sentence.candidate.passage, sentence.candidate.passage.sentences[0].span.start
    kind = _block_kind(sentence.sentence)
    similar_lines = [sentence.sentence]
    if kind in _STRUCTURED_KINDS:
        similar_lines = [line for line in passage.sentences if _block_kind(line) == kind]
    elif len(lines := [line for line in passage.sentences if resemble(line, sentence.sentence)]) > _FEWEST_LINES:
        similar_lines = lines
    return max(reading.mass(line.span.start - base, line.span.end - base) for line in similar_lines)


def _block_kind(sentence: AnalyzedSentence) -> str:
    return sentence.block.kind if sentence.block else "row" if sentence.is_row else ""


def find_reading(sentence: ScoredSentence, ranked: RankedPassages) -> ReaderOutput:
    """Return the reading of a sentence's passage."""
    return ranked.readings[ranked.candidates.index(sentence.candidate)]
