"""Named features of passages and sentences, for ranking.

They do not depend on the size of the corpus, except those relative to the best candidate ("… of best").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import NamedTuple

from rag.models import feature_names
from rag.query.question import QUESTION_TYPES, Question
from rag.ranking.constraints import match_date
from rag.ranking.late_interaction import Cosines, LateInteraction
from rag.ranking.term_match import Match, Matcher
from rag.retrieval.hybrid import Proposal
from rag.text.analysis import AnalyzedPassage, AnalyzedSentence
from rag.text.lazy import lazy_property


class AnswerTypes(NamedTuple):
    """Which kinds of answer a text holds, 1.0 or 0.0; the fields are part of the names of the weights."""

    date: float
    number: float
    name: float
    quoted: float
    place: float
    cause: float


_CROSSED = tuple(f"{kind} + {answer_type}" for kind in QUESTION_TYPES for answer_type in AnswerTypes._fields)


class SentenceFeatures(NamedTuple):
    """Features of a sentence; the fields are the names of the weights."""

    passage: float
    meaning: float
    meaning_of_best: float
    coverage: float
    soft_coverage: float
    coverage_of_best: float
    with_neighbours: float
    rarest_missing: float
    order: float
    nearness: float
    names: float
    numbers: float
    new_words: float
    length: float
    first: float
    closed: float
    asks: float
    define_subject: float
    negation_differs: float
    aligned: float
    aligned_alone: float
    near_missing: float
    about: float
    beyond_title: float


class PassageFeatures(NamedTuple):
    """Features of a passage; the fields are the names of the weights."""

    words: float
    words_of_best: float
    meaning: float
    meaning_of_best: float
    coverage: float
    soft_coverage: float
    best_sentence: float
    rarest_missing: float
    order: float
    names: float
    numbers: float
    title: float
    title_words: float
    length: float
    first: float
    meaning_told: float
    aligned: float
    aligned_sentence: float
    aligned_alone: float
    aligned_weight: float
    aligned_sentence_weight: float
    near_missing: float
    farthest: float
    about: float
    beyond_title: float


SENTENCE = (*feature_names(SentenceFeatures), *_CROSSED)
PASSAGE = (*feature_names(PassageFeatures), *_CROSSED)


@dataclass(frozen=True)
class Candidate:
    """A retrieved passage, matched with the question but not yet scored."""

    number: int
    passage: AnalyzedPassage
    bm25: float  # 0 where no word found it
    cosines: tuple[float, ...]  # of each of its sentences with the question
    passage_match: Match  # of its title and sentences together
    title: Match
    sentences: tuple[Match, ...]  # a fragment with its context
    contexts: tuple[Match, ...]  # of each sentence, with the title
    answer_types: tuple[AnswerTypes, ...]  # of each of its sentences
    late_interaction: LateInteraction

    @property
    def document(self) -> str:
        """Return the id of its document."""
        return self.passage.sentences[0].span.document.id

    @lazy_property
    def near_missing(self) -> Cosines:
        """Return how near each sentence comes to the question words that the passage lacks; shape (sentences,)."""
        return self.late_interaction.missing_cosines(self.passage_match.weights)


@dataclass(frozen=True, slots=True)
class Maxima:
    """The best values of all candidates, for the relative features."""

    bm25: float
    cosine: float
    coverage: float


def match_candidate(
    question: Question, proposal: Proposal, passage: AnalyzedPassage, matcher: Matcher, interaction: LateInteraction
) -> Candidate:
    """Match a proposed passage with the question."""
    timely = [match_date(passage, at, question.period) > 0 for at in range(len(passage.sentences))]
    title = matcher.match(passage.field, passage.title)
    context_matches = {
        sentence.context: matcher.union((title, matcher.match(passage.field, sentence.context.terms)))
        for sentence in passage.sentences
        if sentence.context.terms
    }
    sentences = tuple(
        _match(matcher, passage.field, sentence, of_time)
        for sentence, of_time in zip(passage.sentences, timely, strict=True)
    )
    return Candidate(
        number=proposal.number,
        passage=passage,
        bm25=proposal.bm25,
        cosines=tuple(proposal.cosines),
        passage_match=matcher.union((title, *context_matches.values(), *sentences)),
        title=title,
        sentences=sentences,
        contexts=tuple(context_matches.get(sentence.context, title) for sentence in passage.sentences),
        answer_types=tuple(find_answer_types(question, sentence) for sentence in passage.sentences),
        late_interaction=interaction,
    )


def _match(matcher: Matcher, field: str, sentence: AnalyzedSentence, of_time: bool) -> Match:
    """Match a sentence with the question; the words above a fragment count as its own, but have no place in it."""
    match = matcher.match(field, sentence.terms, of_time)
    if not (sentence.is_fragment and sentence.context.terms):
        return match
    context = matcher.match(field, sentence.context.terms)
    return Match(matcher, list(map(max, match.weights, context.weights)), match.occurrences)


def find_maxima(candidates: Sequence[Candidate]) -> Maxima:
    """Return the best values of all candidates.

    Raises:
        ValueError: there is no candidate.
    """
    return Maxima(
        bm25=max(candidate.bm25 for candidate in candidates),
        cosine=max(max(candidate.cosines) for candidate in candidates),
        coverage=max(match.soft_coverage for candidate in candidates for match in candidate.sentences),
    )


def passage_features(question: Question, candidate: Candidate, best: Maxima) -> list[float]:
    """Return the features of a passage, in the order of ``PASSAGE``."""
    passage, cosine, interaction = candidate.passage, max(candidate.cosines), candidate.late_interaction
    full_sentences, aligned, sentence = passage.full_sentences, interaction.passage, float(interaction.sentences.max())
    row = PassageFeatures(
        words=candidate.bm25 / (candidate.passage_match.total * 12.0),
        words_of_best=candidate.bm25 / best.bm25 if best.bm25 else 0.0,
        meaning=cosine,
        meaning_of_best=cosine - best.cosine,
        coverage=candidate.passage_match.coverage,
        soft_coverage=candidate.passage_match.soft_coverage,
        best_sentence=max(match.soft_coverage for match in candidate.sentences),
        rarest_missing=candidate.passage_match.missing[0],
        order=max(match.order for match in candidate.sentences),
        names=compute_share(question.names, passage.names),
        numbers=compute_share(question.numbers, passage.numbers),
        title=candidate.title.soft_coverage,
        title_words=len(candidate.title.matched_terms) / max(1, len(passage.title)),
        length=log(1 + sum(len(sentence.terms) for sentence in passage.sentences)) / 6,
        first=float(passage.sentences[0].span.start == 0),
        meaning_told=max(candidate.cosines[at] for at in full_sentences),
        aligned=aligned,
        aligned_sentence=sentence,
        aligned_alone=float(interaction.alone.max()),
        aligned_weight=aligned * interaction.total,
        aligned_sentence_weight=sentence * interaction.total,
        near_missing=float(candidate.near_missing[full_sentences].max()),
        farthest=interaction.farthest,
        about=float(interaction.question_cosines[full_sentences].max()),
        beyond_title=float(interaction.untitled_cosines[full_sentences].max()),
    )
    return [*row, *_cross(question, AnswerTypes(*map(max, zip(*candidate.answer_types, strict=True))))]


def sentence_features(
    question: Question, matcher: Matcher, candidate: Candidate, at: int, best: Maxima, passage_score: float
) -> list[float]:
    """Return the features of sentence ``at`` of a passage, in the order of ``SENTENCE``."""
    sentence, match, interaction = candidate.passage.sentences[at], candidate.sentences[at], candidate.late_interaction
    row = SentenceFeatures(
        passage=passage_score,
        meaning=candidate.cosines[at],
        meaning_of_best=candidate.cosines[at] - best.cosine,
        coverage=match.coverage,
        soft_coverage=match.soft_coverage,
        coverage_of_best=match.soft_coverage - best.coverage,
        with_neighbours=matcher.union(
            (candidate.contexts[at], *candidate.sentences[max(0, at - 1) : at + 2])
        ).soft_coverage,
        rarest_missing=match.missing[0],
        order=match.order,
        nearness=match.nearness,
        names=compute_share(question.names, sentence.names),
        numbers=compute_share(question.numbers, sentence.numbers),
        new_words=1 - len(match.matched_terms) / max(1, len(sentence.term_set)),
        length=log(1 + len(sentence.terms)) / 4,
        first=float(at == 0),
        closed=float(sentence.is_closed),
        asks=float(sentence.asks),
        define_subject=_defines(question, match),
        negation_differs=float(question.negated != sentence.negated),
        aligned=float(interaction.sentences[at]),
        aligned_alone=float(interaction.alone[at]),
        near_missing=float(candidate.near_missing[at]),
        about=float(interaction.question_cosines[at]),
        beyond_title=float(interaction.untitled_cosines[at]),
    )
    return [*row, *_cross(question, candidate.answer_types[at])]


def compute_share(question_terms: frozenset[str], present: frozenset[str]) -> float:
    """Return the share of ``question_terms`` that is in ``present``, 0 to 1; one half if nothing is asked."""
    return len(question_terms & present) / len(question_terms) if question_terms else 0.5


def _defines(question: Question, match: Match) -> float:
    """Return 1.0 if a sentence opens with what the question wants defined, else 0.0."""
    return float(question.kind in ("define", "who") and any(position < 2 for position in match.positions))


def find_answer_types(question: Question, sentence: AnalyzedSentence) -> AnswerTypes:
    """Return the answer types in the sentence; dates, numbers and names only if the question does not name them."""
    return AnswerTypes(
        date=float(any(not question.tokens.issuperset(date.split()) for date in sentence.dates)),
        number=float(not sentence.numbers <= question.tokens),
        name=float(not sentence.names <= question.tokens),
        quoted=float(bool(sentence.mentions.quoted)),
        place=float(sentence.mentions.names_place),
        cause=float(bool(sentence.mentions.causes)),
    )


def _cross(question: Question, values: AnswerTypes) -> list[float]:
    row = [0.0] * len(_CROSSED)
    at = QUESTION_TYPES.index(question.kind) * len(values)
    row[at : at + len(values)] = values
    return row
