"""What is measured of a passage, and of a sentence, before they are ranked. Every measure has a name.

None depends on how large the corpus is, but those relative to the best candidate ("… of best"), which only rank.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from typing import NamedTuple

from rag.models import feature_names
from rag.query.question import FORMATS, Question
from rag.ranking.constraints import date_match
from rag.ranking.late_interaction import Cosines, LateInteraction
from rag.ranking.term_match import Match, Matcher
from rag.retrieval.hybrid import Proposal
from rag.text.analysis import AnalyzedPassage, AnalyzedSentence
from rag.text.lazy import lazy_property

ANSWER_TYPES = ("date", "number", "name", "quoted", "place", "cause")
_CROSSED = tuple(f"{kind} + {answer_type}" for kind in FORMATS for answer_type in ANSWER_TYPES)


class SentenceFeatures(NamedTuple):
    """What is measured of a sentence; the fields are the names of the weights."""

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
    """What is measured of a passage; the fields are the names of the weights."""

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
    """A passage that words or meaning found, with what is known of it before it is weighed."""

    number: int
    view: AnalyzedPassage
    words: float  # BM25
    meanings: tuple[float, ...]  # cosine of each of its sentences with the question
    whole: Match  # of its title and sentences together
    title: Match
    sentences: tuple[Match, ...]
    things: tuple[list[float], ...]  # of each of its sentences
    alignment: LateInteraction

    @lazy_property
    def near_missing(self) -> Cosines:
        """How near each sentence comes to the words that the passage does not hold as they stand."""
        return self.alignment.missing_cosines(self.whole.held)


@dataclass(frozen=True, slots=True)
class Maxima:
    """The best of all candidates, for the measures that are relative."""

    words: float
    meaning: float
    coverage: float


def candidate(
    question: Question, proposal: Proposal, passage: AnalyzedPassage, matcher: Matcher, interaction: LateInteraction
) -> Candidate:
    """Match a proposed passage with the question."""
    timely = [date_match(passage, at, question.period) > 0 for at in range(len(passage.sentences))]
    sentences = tuple(
        matcher.match(passage.field, sentence.terms, of_time)
        for sentence, of_time in zip(passage.sentences, timely, strict=True)
    )
    title = matcher.match(passage.field, passage.title)
    whole = matcher.union((title, *sentences))
    types = tuple(answer_types(question, sentence) for sentence in passage.sentences)
    cosines = tuple(proposal.cosines)
    return Candidate(proposal.number, passage, proposal.bm25, cosines, whole, title, sentences, types, interaction)


def maxima(candidates: Sequence[Candidate]) -> Maxima:
    """Return the best values of all candidates; there must be one."""
    return Maxima(
        words=max(candidate.words for candidate in candidates),
        meaning=max(max(candidate.meanings) for candidate in candidates),
        coverage=max(match.soft for candidate in candidates for match in candidate.sentences),
    )


def passage_features(question: Question, one: Candidate, best: Maxima) -> list[float]:
    """Return the features of a passage, in the order of ``PASSAGE``."""
    view, meaning, interaction = one.view, max(one.meanings), one.alignment
    telling, aligned, sentence = view.telling, interaction.passage, float(interaction.sentences.max())
    row = PassageFeatures(
        words=one.words / (one.whole.total * 12.0),
        words_of_best=one.words / best.words if best.words else 0.0,
        meaning=meaning,
        meaning_of_best=meaning - best.meaning,
        coverage=one.whole.exact,
        soft_coverage=one.whole.soft,
        best_sentence=max(match.soft for match in one.sentences),
        rarest_missing=one.whole.missing[0],
        order=max(match.order for match in one.sentences),
        names=share(question.names, view.names),
        numbers=share(question.numbers, view.numbers),
        title=one.title.soft,
        title_words=len(one.title.asked) / max(1, len(view.title)),
        length=log(1 + sum(len(sentence.terms) for sentence in view.sentences)) / 6,
        first=float(view.sentences[0].span.start == 0),
        meaning_told=max(one.meanings[at] for at in telling),
        aligned=aligned,
        aligned_sentence=sentence,
        aligned_alone=float(interaction.alone.max()),
        aligned_weight=aligned * interaction.total,
        aligned_sentence_weight=sentence * interaction.total,
        near_missing=float(one.near_missing[telling].max()),
        farthest=interaction.farthest,
        about=float(interaction.about[telling].max()),
        beyond_title=float(interaction.beyond[telling].max()),
    )
    return [*row, *_crossed(question, list(map(max, zip(*one.things, strict=True))))]


def sentence_features(
    question: Question, matcher: Matcher, one: Candidate, at: int, best: Maxima, passage_score: float
) -> list[float]:
    """Return the features of sentence ``at`` of a passage, in the order of ``SENTENCE``."""
    sentence, match, interaction = one.view.sentences[at], one.sentences[at], one.alignment
    row = SentenceFeatures(
        passage=passage_score,
        meaning=one.meanings[at],
        meaning_of_best=one.meanings[at] - best.meaning,
        coverage=match.exact,
        soft_coverage=match.soft,
        coverage_of_best=match.soft - best.coverage,
        with_neighbours=matcher.union((one.title, *one.sentences[max(0, at - 1) : at + 2])).soft,
        rarest_missing=match.missing[0],
        order=match.order,
        nearness=match.nearness,
        names=share(question.names, sentence.names),
        numbers=share(question.numbers, sentence.numbers),
        new_words=1 - len(match.asked) / max(1, len(sentence.known)),
        length=log(1 + len(sentence.terms)) / 4,
        first=float(at == 0),
        closed=float(sentence.closed),
        asks=float(sentence.asks),
        define_subject=_defines(question, match),
        negation_differs=float(question.negated != sentence.negated),
        aligned=float(interaction.sentences[at]),
        aligned_alone=float(interaction.alone[at]),
        near_missing=float(one.near_missing[at]),
        about=float(interaction.about[at]),
        beyond_title=float(interaction.beyond[at]),
    )
    return [*row, *_crossed(question, one.things[at])]


def share(asked: frozenset[str], held: frozenset[str]) -> float:
    """The share of what is asked that is held; one half where nothing is asked."""
    return len(asked & held) / len(asked) if asked else 0.5


def _defines(question: Question, match: Match) -> float:
    """Whether a sentence opens with what the question wants defined."""
    return float(question.kind in ("define", "who") and any(place < 2 for place in match.places))


def answer_types(question: Question, sentence: AnalyzedSentence) -> list[float]:
    """Which things the sentence holds that the question does not already say; in the order of ``ANSWER_TYPES``."""
    return [float(holds(question.said, sentence)) for holds in _HOLDS]


_HOLDS: tuple[Callable[[frozenset[str], AnalyzedSentence], bool], ...] = (
    lambda said, sentence: any(not said.issuperset(date.split()) for date in sentence.dates),
    lambda said, sentence: not sentence.numbers <= said,
    lambda said, sentence: not sentence.names <= said,
    lambda said, sentence: bool(sentence.mentions.quoted),
    lambda said, sentence: sentence.mentions.place,
    lambda said, sentence: bool(sentence.mentions.causes),
)


def _crossed(question: Question, found: Sequence[float]) -> list[float]:
    row = [0.0] * len(_CROSSED)
    at = FORMATS.index(question.kind) * len(ANSWER_TYPES)
    row[at : at + len(ANSWER_TYPES)] = found
    return row
