"""What is measured of a passage, and of a sentence, before they are ranked. Every measure has a name.

None depends on how large the corpus is, but those relative to the best candidate ("… of best"), which only rank.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log

from rag.query.question import FORMATS, Question
from rag.ranking.constraints import time_fit
from rag.ranking.late_interaction import Alignment, Cosines
from rag.ranking.term_match import Match, Matcher
from rag.text.analysis import PassageView, SentenceView
from rag.text.lazy import once

THINGS = ("date", "number", "name", "quoted", "place", "cause")
_CROSSED = tuple(f"{kind} + {thing}" for kind in FORMATS for thing in THINGS)
SENTENCE = (
    "passage", "meaning", "meaning of best", "coverage", "soft coverage", "coverage of best", "with neighbours",
    "rarest missing", "order", "nearness", "names", "numbers", "new words", "length", "first", "closed", "asks",
    "define subject", "negation differs", "aligned", "aligned alone", "near missing", "about", "beyond title",
    *_CROSSED,
)  # fmt: skip
PASSAGE = (
    "words", "words of best", "meaning", "meaning of best", "coverage", "soft coverage", "best sentence",
    "rarest missing", "order", "names", "numbers", "title", "title words", "length", "first", "meaning told", "aligned",
    "aligned sentence", "aligned alone", "aligned weight", "aligned sentence weight", "near missing", "farthest",
    "about", "beyond title", *_CROSSED,
)  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """A passage that words or meaning found, with what is known of it before it is weighed."""

    number: int
    view: PassageView
    words: float  # BM25
    meanings: tuple[float, ...]  # cosine of each of its sentences with the question
    whole: Match  # of its title and sentences together
    title: Match
    sentences: tuple[Match, ...]
    things: tuple[list[float], ...]  # of each of its sentences
    alignment: Alignment

    @once
    def near_missing(self) -> Cosines:
        """How near each sentence comes to the words that the passage does not hold as they stand."""
        return self.alignment.of_missing(self.whole.held)


@dataclass(frozen=True, slots=True)
class Best:
    """The best of all candidates, for the measures that are relative."""

    words: float
    meaning: float
    coverage: float


def candidate(
    question: Question,
    number: int,
    view: PassageView,
    words: float,
    meanings: Sequence[float],
    matcher: Matcher,
    alignment: Alignment,
) -> Candidate:
    timely = [time_fit(view, at, question.period) > 0 for at in range(len(view.sentences))]
    sentences = tuple(
        matcher.match(view.field, sentence.terms, of_time)
        for sentence, of_time in zip(view.sentences, timely, strict=True)
    )
    title = matcher.match(view.field, view.title)
    whole = matcher.union((title, *sentences))
    held = tuple(things(question, sentence) for sentence in view.sentences)
    return Candidate(number, view, words, tuple(meanings), whole, title, sentences, held, alignment)


def best_of(candidates: Sequence[Candidate]) -> Best:
    return Best(
        words=max(one.words for one in candidates),
        meaning=max(max(one.meanings) for one in candidates),
        coverage=max(match.soft for one in candidates for match in one.sentences),
    )


def passage_features(question: Question, one: Candidate, best: Best) -> list[float]:
    """In the order of ``PASSAGE``."""
    view, meaning = one.view, max(one.meanings)
    return [
        one.words / (one.whole.total * 12.0),
        one.words / best.words if best.words else 0.0,
        meaning,
        meaning - best.meaning,
        one.whole.exact,
        one.whole.soft,
        max(match.soft for match in one.sentences),
        one.whole.missing[0],
        max(match.order for match in one.sentences),
        share(question.names, view.names),
        share(question.numbers, view.numbers),
        one.title.soft,
        len(one.title.asked) / max(1, len(view.title)),
        log(1 + sum(len(sentence.terms) for sentence in view.sentences)) / 6,
        float(view.sentences[0].span.start == 0),
        *_passage_aligned(one),
        *_crossed(question, list(map(max, zip(*one.things, strict=True)))),
    ]


def _passage_aligned(one: Candidate) -> list[float]:
    """From "meaning told" to "beyond title"."""
    alignment, telling = one.alignment, one.view.telling
    passage, sentence = alignment.passage, float(alignment.sentences.max())
    return [
        max(one.meanings[at] for at in telling),
        passage,
        sentence,
        float(alignment.alone.max()),
        passage * alignment.total,
        sentence * alignment.total,
        float(one.near_missing[telling].max()),
        alignment.farthest,
        float(alignment.about[telling].max()),
        float(alignment.beyond[telling].max()),
    ]


def sentence_features(
    question: Question, matcher: Matcher, one: Candidate, at: int, best: Best, passage_score: float
) -> list[float]:
    """Of the passage's sentence ``at``, in the order of ``SENTENCE``."""
    sentence, match, alignment = one.view.sentences[at], one.sentences[at], one.alignment
    return [
        passage_score,
        one.meanings[at],
        one.meanings[at] - best.meaning,
        match.exact,
        match.soft,
        match.soft - best.coverage,
        matcher.union((one.title, *one.sentences[max(0, at - 1) : at + 2])).soft,
        match.missing[0],
        match.order,
        match.nearness,
        share(question.names, sentence.names),
        share(question.numbers, sentence.numbers),
        1 - len(match.asked) / max(1, len(sentence.known)),
        log(1 + len(sentence.terms)) / 4,
        float(at == 0),
        float(sentence.closed),
        float(sentence.asks),
        _defines(question, match),
        float(question.negated != sentence.negated),
        float(alignment.sentences[at]),
        float(alignment.alone[at]),
        float(one.near_missing[at]),
        float(alignment.about[at]),
        float(alignment.beyond[at]),
        *_crossed(question, one.things[at]),
    ]


def share(asked: frozenset[str], held: frozenset[str]) -> float:
    """The share of what is asked that is held; one half where nothing is asked."""
    return len(asked & held) / len(asked) if asked else 0.5


def _defines(question: Question, match: Match) -> float:
    """Whether a sentence opens with what the question wants defined."""
    return float(question.kind in ("define", "who") and any(place < 2 for place in match.places))


def things(question: Question, sentence: SentenceView) -> list[float]:
    """Which things the sentence holds that the question does not already say; in the order of ``THINGS``."""
    return [float(holds(question.said, sentence)) for holds in _HOLDS]


_HOLDS: tuple[Callable[[frozenset[str], SentenceView], bool], ...] = (
    lambda said, sentence: any(not said.issuperset(date.split()) for date in sentence.dates),
    lambda said, sentence: not sentence.numbers <= said,
    lambda said, sentence: not sentence.names <= said,
    lambda said, sentence: bool(sentence.mentions.quoted),
    lambda said, sentence: sentence.mentions.place,
    lambda said, sentence: bool(sentence.mentions.causes),
)


def _crossed(question: Question, found: Sequence[float]) -> list[float]:
    row = [0.0] * len(_CROSSED)
    at = FORMATS.index(question.kind) * len(THINGS)
    row[at : at + len(THINGS)] = found
    return row
