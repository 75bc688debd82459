"""The words inside a sentence that answer: a date, a number, a name, a quotation, a clause.

Spans of every kind are proposed by patterns; a linear model over what kind they are, what the question asks for, and
how near they stand to the words of the question chooses one. (Answer typing after Li and Roth 2002.)
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.documents import Span
from index.language import FUNCTION_WORDS, fold
from index.words import terms
from rag.matching import Matcher
from rag.model import linear
from rag.patterns import BEFORE_PLACE, DATE, DURATION, NAME, NUMBER, QUOTED
from rag.questions import KINDS, Question

SORTS = ("date", "number", "name", "quoted", "clause", "chunk")
_CROSSED = tuple(f"{kind} + {sort}" for kind in KINDS for sort in SORTS)
FOCUS = (
    "sentence", "asked", "all asked", "new", "near", "nearest", "follows", "words", "many words", "first", "last",
    "place", "cause", "verb before", "asked noun beside", *_CROSSED,
)  # fmt: skip
_CLAUSE = re.compile(r"[^,;:()–—«»“”\"\n]+")
_BREAKS = "|".join(sorted(
    (FUNCTION_WORDS["fr"] | FUNCTION_WORDS["en"])
    - set("de du des d la le les l of the et and un une son sa ses leur leurs plus a".split()),
    key=len, reverse=True,
))  # fmt: skip
_CHUNK_END = re.compile(rf"[,;:()–—«»“”\"\n.!?]+|\b(?:{_BREAKS}|à|où|été|même)\b['’]?\s*", re.IGNORECASE)
_NEXT_WORD = re.compile(r"[\s\u00a0]+(?:d['’]|de )?[^\W\d_][\w’-]*")
_TOKEN = re.compile(r"\d+|[^\W\d_][^\W_]*")
_PLACE = re.compile(rf"{BEFORE_PLACE}$")
_CAUSE = re.compile(
    r"\b(?:car|parce qu\w*|puisqu\w*|afin (?:de|que)|pour|grâce|raison|cause|because|since|due to|order to|to)\b",
    re.IGNORECASE,
)
_FUNCTION = FUNCTION_WORDS["fr"] | FUNCTION_WORDS["en"]
_MOST_WORDS = 30


@dataclass(frozen=True, slots=True)
class Proposal:
    span: Span  # in the sentence
    sort: str


@lru_cache(maxsize=4096)
def proposals(text: str) -> tuple[Proposal, ...]:
    """Spans of the sentence that could answer some question, each once, in order."""
    found: dict[Span, str] = {}
    for sort, spans in _spans(text):
        for span in spans:
            found.setdefault(span, sort)
    return tuple(Proposal(span, sort) for span, sort in sorted(found.items()))


def focus(
    question: Question, text: str, matcher: Matcher, field: str, sentence_score: float
) -> tuple[Span | None, float]:
    """The span of a sentence that answers best, and its score; (None, the sentence's score) where there is no span."""
    choices = proposals(text)
    if not choices:
        return None, sentence_score
    scores = linear("focus", FOCUS).scores(focus_features(question, text, matcher, field, choices, sentence_score))
    at = int(scores.round(6).argmax())
    return choices[at].span, float(scores[at])


def _spans(text: str) -> Iterator[tuple[str, list[Span]]]:
    dates = [Span(*match.span()) for match in DATE.finditer(text)]
    yield "date", dates
    inside = [Span(*match.span()) for match in NUMBER.finditer(text)]
    numbers = [span for span in inside if not any(date.start <= span.start and span.end <= date.end for date in dates)]
    yield "number", [_trimmed(text, span) for span in numbers]
    yield "number", [Span(*match.span()) for match in DURATION.finditer(text)]
    yield "number", [_trimmed(text, Span(span.start, _next_word(text, span.end))) for span in numbers]
    yield "name", [Span(*match.span()) for match in NAME.finditer(text) if fold(match.group()) not in _FUNCTION]
    yield "quoted", [Span(*match.span()) for match in QUOTED.finditer(text)]
    yield "clause", [_trimmed(text, Span(*match.span())) for match in _CLAUSE.finditer(text) if match.group().strip()]
    yield "chunk", list(_chunks(text))


def _chunks(text: str) -> Iterator[Span]:
    """Stretches between marks and function words: most noun phrases."""
    start = 0
    for match in _CHUNK_END.finditer(text):
        if text[start : match.start()].strip():
            yield _trimmed(text, Span(start, match.start()))
        start = match.end()
    if text[start:].strip():
        yield _trimmed(text, Span(start, len(text)))


def _next_word(text: str, end: int) -> int:
    match = _NEXT_WORD.match(text, end)
    return match.end() if match else end


def _trimmed(text: str, span: Span) -> Span:
    """Without white space and stops at its ends."""
    inner = text[span.start : span.end]
    start = span.start + len(inner) - len(inner.lstrip())
    return Span(start, max(start + 1, span.start + len(inner.rstrip(" \u00a0\n.!?"))))


def focus_features(
    question: Question,
    text: str,
    matcher: Matcher,
    field: str,
    choices: Sequence[Proposal],
    sentence_score: float,
) -> list[list[float]]:
    """One row per proposal, in the order of ``FOCUS``."""
    tokens = _Tokens(text, matcher, field)
    return [[sentence_score, *_row(question, text, tokens, choice)] for choice in choices]


@lru_cache(maxsize=50_000)
def _terms_of(word: str, field: str) -> tuple[str, ...]:
    return tuple(terms(word, field))


class _Tokens:
    """The words of a sentence: where they are, which count, and which the question holds."""

    def __init__(self, text: str, matcher: Matcher, field: str) -> None:
        matches = list(_TOKEN.finditer(text))
        self.starts, self.ends = [match.start() for match in matches], [match.end() for match in matches]
        self.folded = [fold(match.group()) for match in matches]
        self.content = [word not in _FUNCTION for word in self.folded]
        self.held = [
            at
            for at, word in enumerate(self.folded)
            if self.content[at] and matcher.holds(field, _terms_of(word, field))
        ]

    def within(self, span: Span) -> range:
        """The words of a span."""
        return range(bisect_left(self.starts, span.start), bisect_right(self.ends, span.end))


def _row(question: Question, text: str, tokens: _Tokens, choice: Proposal) -> list[float]:
    start, end = choice.span
    inside = tokens.within(choice.span)
    held = [at for at in tokens.held if at in inside]
    outside = [at for at in tokens.held if at not in inside] if inside else []
    content = sum(tokens.content[inside.start : inside.stop])
    apart = [inside.start - at if at < inside.start else at - inside.stop + 1 for at in outside]
    row = [
        len(held) / max(1, content),
        float(len(held) == content > 0),
        float(not held and content > 0),
        sum(1 / gap for gap in apart) / max(1, len(apart)),
        1 / min(apart) if apart else 0.0,
        sum(at < inside.start for at in outside) / len(outside) if outside else 0.5,
        min(len(inside), _MOST_WORDS) / 10,
        float(len(inside) > 12),
        float(start < 3),
        float(len(text) - end < 4),
        float(bool(_PLACE.search(text[max(0, start - 12) : start]))),
        float(bool(_CAUSE.search(text[max(0, start - 25) : min(end, start + 15)]))),
        float(bool(inside) and inside.start - 1 in outside),
        float(_beside(question.asked, tokens, inside)),
    ]
    crossed = [0.0] * len(_CROSSED)
    crossed[KINDS.index(question.kind) * len(SORTS) + SORTS.index(choice.sort)] = 1.0
    return row + crossed


def _beside(asked: str | None, tokens: _Tokens, inside: range) -> bool:
    """Whether the noun asked about, or another form of it, stands in the span or within two words of it."""
    if not asked or not inside:
        return False
    stem = asked[: max(4, len(asked) - 2)]
    return any(word.startswith(stem) for word in tokens.folded[max(0, inside.start - 2) : inside.stop + 2])
