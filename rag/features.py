"""What is measured of a passage, and of a sentence, before they are ranked. Every measure has a name.

None depends on how large the corpus is, but those relative to the best candidate ("… of best"), which only rank.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from rag.expansion import Word
from rag.questions import KINDS, Question
from rag.views import PassageView, SentenceView

THINGS = ("date", "number", "name", "quoted", "place", "cause")
_CROSSED = tuple(f"{kind} + {thing}" for kind in KINDS for thing in THINGS)
SENTENCE = (
    "passage", "meaning", "meaning of best", "coverage", "soft coverage", "coverage of best", "with neighbours", "rarest missing", "order",
    "nearness", "names", "numbers", "new words", "length", "first", "closed", "asks", "define subject", *_CROSSED,
)  # fmt: skip
PASSAGE = (
    "words", "words of best", "meaning", "meaning of best", "coverage", "soft coverage", "best sentence", "rarest missing",
    "order", "names", "numbers", "title", "title words", "length", "first", "same language", *_CROSSED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that words or meaning found, with what is known of it before it is weighed."""

    number: int
    view: PassageView
    words: float  # BM25
    meanings: tuple[float, ...]  # cosine of each of its sentences with the question


def passage_features(question: Question, words: Sequence[Word], one: Candidate, best: "Best") -> list[float]:
    """In the order of ``PASSAGE``."""
    view = one.view
    known = held(words, view.field, view.known)
    sentences = [coverage(words, held(words, view.field, s.known)) for s in view.sentences]
    found = [max(column) for column in zip(*(things(question, s) for s in view.sentences), strict=True)]
    meaning = max(one.meanings)
    return [
        one.words / (_total(words) * 12.0),
        one.words / best.words if best.words else 0.0,
        meaning,
        meaning - best.meaning,
        coverage(words, [w == 1.0 for w in known]),
        coverage(words, known),
        max(sentences),
        missing(words, known)[0],
        max(order(words, view.field, s) for s in view.sentences),
        share(question.names, {n for s in view.sentences for n in s.names} | view.known),
        share(question.numbers, {n for s in view.sentences for n in s.numbers}),
        coverage(words, held(words, view.field, view.title)),
        _title_asked(words, view),
        log(1 + sum(len(s.terms) for s in view.sentences)) / 6,
        float(view.sentences[0].span.start == 0),
        float(view.language == question.language),
        *_crossed(question, found),
    ]


def sentence_features(
    question: Question, words: Sequence[Word], one: Candidate, i: int, best: "Best", passage_score: float
) -> list[float]:
    """Of the passage's sentence ``i``, in the order of ``SENTENCE``."""
    view, sentence = one.view, one.view.sentences[i]
    known = held(words, view.field, sentence.known)
    around = sentence.known.union(*(s.known for s in view.sentences[max(0, i - 1) : i + 2]), view.title)
    soft = coverage(words, known)
    return [
        passage_score,
        one.meanings[i],
        one.meanings[i] - best.meaning,
        coverage(words, [w == 1.0 for w in known]),
        soft,
        soft - best.coverage,
        coverage(words, held(words, view.field, around)),
        missing(words, known)[0],
        order(words, view.field, sentence),
        _nearness(words, view.field, sentence),
        share(question.names, sentence.names | sentence.known),
        share(question.numbers, sentence.numbers),
        _new_words(words, view.field, sentence),
        log(1 + len(sentence.terms)) / 4,
        float(i == 0),
        float(sentence.closed),
        float(sentence.asks),
        _defines(question, words, view, sentence),
        *_crossed(question, things(question, sentence)),
    ]


@dataclass(frozen=True, slots=True)
class Best:
    """The best of all candidates, for the measures that are relative."""

    words: float
    meaning: float
    coverage: float


def best_of(words: Sequence[Word], candidates: Sequence[Candidate]) -> Best:
    return Best(
        words=max(one.words for one in candidates),
        meaning=max(max(one.meanings) for one in candidates),
        coverage=max(
            coverage(words, held(words, one.view.field, s.known)) for one in candidates for s in one.view.sentences
        ),
    )


def coverage(words: Sequence[Word], held: Sequence[float]) -> float:
    """The share of the question's rarity that is held, 0 to 1."""
    total = _total(words)
    return sum(word.rarity * weight for word, weight in zip(words, held, strict=True)) / total if total else 0.0


def _total(words: Sequence[Word]) -> float:
    return sum(word.rarity for word in words) or 1.0


def held(words: Sequence[Word], field: str, known: frozenset[str] | set[str]) -> list[float]:
    """For each word the weight of its best alternative that is known, 0 to 1."""
    return [max((w for term, w in word.terms[field].items() if term in known), default=0.0) for word in words]


def missing(words: Sequence[Word], held: Sequence[float]) -> list[float]:
    """How rare the two rarest words are that are not held."""
    gaps = sorted((word.rarity * (1 - weight) for word, weight in zip(words, held, strict=True)), reverse=True)
    return [*gaps, 0.0, 0.0][:2]


def order(words: Sequence[Word], field: str, sentence: SentenceView) -> float:
    """The share of neighbouring words of the question that stand within three terms of each other."""
    places = _places(words, field, sentence)
    couples = list(zip(places, places[1:], strict=False))
    return sum(any(0 < abs(a - b) <= 3 for a in left for b in right) for left, right in couples) / max(1, len(couples))


def _places(words: Sequence[Word], field: str, sentence: SentenceView) -> list[list[int]]:
    return [[at for at, term in enumerate(sentence.terms) if term in word.terms[field]] for word in words]


def _nearness(words: Sequence[Word], field: str, sentence: SentenceView) -> float:
    """How closely the words that are held stand together: their number over the window that holds them."""
    first = [places[0] for places in _places(words, field, sentence) if places]
    return len(set(first)) / (max(first) - min(first) + 1) if len(first) > 1 else 0.0


def _new_words(words: Sequence[Word], field: str, sentence: SentenceView) -> float:
    """The share of the sentence's terms that the question does not say."""
    asked = {term for word in words for term in word.terms[field]}
    return len(sentence.known - asked) / max(1, len(sentence.known))


def share(asked: frozenset[str], held: frozenset[str] | set[str]) -> float:
    return len(asked & held) / len(asked) if asked else 0.5


def _title_asked(words: Sequence[Word], view: PassageView) -> float:
    """The share of the title that the question says."""
    asked = {term for word in words for term in word.terms[view.field]}
    return len(view.title & asked) / max(1, len(view.title))


def _defines(question: Question, words: Sequence[Word], view: PassageView, sentence: SentenceView) -> float:
    """Whether a sentence opens with what the question wants defined."""
    if question.kind not in ("define", "who") or not sentence.terms:
        return 0.0
    return float(any(term in word.terms[view.field] for word in words for term in sentence.terms[:2]))


def things(question: Question, sentence: SentenceView) -> list[float]:
    """Which things the sentence holds that the question does not already say; in the order of ``THINGS``."""
    said = set(question.words) | question.numbers
    return [
        float(any(not said.issuperset(date.split()) for date in sentence.dates)),
        float(bool(sentence.numbers - said)),
        float(bool(sentence.names - said)),
        float(sentence.quoted),
        float(sentence.place),
        float(sentence.cause),
    ]


def _crossed(question: Question, things: Sequence[float]) -> list[float]:
    row = [0.0] * len(_CROSSED)
    at = KINDS.index(question.kind) * len(THINGS)
    row[at : at + len(THINGS)] = things
    return row
