"""Days of the week: what holds on a Thursday does not answer for a Friday."""

import re
from collections.abc import Sequence

from rag.extraction.evidence.scored_sentence import ScoredSentence
from rag.query.question import Question
from rag.text.dates import without_days
from rag.text.folding import fold_keeping_offsets
from rag.text.patterns import WEEKDAYS, either

_WEEK = 7
_DAY = rf"{either(WEEKDAYS)}s?"
_WEEKDAY = re.compile(rf"\b{_DAY}\b")
_SPANNED = re.compile(rf"\b(?P<first>{_DAY}) ?(?:au|a|to|through|until|[-–—]|jusqu['’]au) ?(?P<last>{_DAY})\b")
_DAILY = re.compile(r"\b(?:tous les jours|chaque jour|every day|daily|7 ?(?:jours)?(?: sur |/|j/)7|seven days)\b")
_WEEKEND = re.compile(r"\bweek-?ends?\b")
_EXCEPT = re.compile(r"\b(?:sauf|hormis|except|but)\b")


def without_other_days(question: Question, scored: Sequence[ScoredSentence]) -> list[ScoredSentence]:
    """Return the sentences without those that tell of other days of the week than the one asked about.

    Where such sentences are dropped, only those are left that name the day, or stand under what names it; if the best
    sentence is dropped, only those of its document. A question without a day of the week, or with the date of a day, is
    answered by any.
    """
    asked_days = days_of_week(without_days(question.text)) if not question.period else frozenset()
    stated = [days_of_week(sentence.sentence.text) for sentence in scored]
    if not asked_days or not any(days and not days & asked_days for days in stated):
        return list(scored)
    days_above = [days_of_week(" ".join((*sentence.above, _text_before(sentence)))) for sentence in scored]
    remaining = [
        sentence
        for sentence, days, context_days in zip(scored, stated, days_above, strict=True)
        if days & asked_days or (not days and context_days & asked_days)
    ]
    if remaining[:1] == list(scored[:1]):
        return remaining
    document = scored[0].sentence.span.document.id
    return [sentence for sentence in remaining if sentence.sentence.span.document.id == document]


def days_of_week(text: str) -> frozenset[int]:
    """Return the days of the week that a text names, Monday as 0: «du mardi au jeudi» names three."""
    folded = fold_keeping_offsets(text)
    days = {_number(match.group()) for match in _WEEKDAY.finditer(folded)}
    for match in _SPANNED.finditer(folded):
        first, last = _number(match["first"]), _number(match["last"])
        days |= {(first + step) % _WEEK for step in range((last - first) % _WEEK + 1)}
    if _DAILY.search(folded) or (days and _EXCEPT.search(folded)):
        days |= set(range(_WEEK))
    return frozenset(days | ({5, 6} if _WEEKEND.search(folded) else set()))


def _number(name: str) -> int:
    return WEEKDAYS[name] if name in WEEKDAYS else WEEKDAYS[name.removesuffix("s")]


def _text_before(sentence: ScoredSentence) -> str:
    """Return the sentence before, which may name the day that this one tells of."""
    return sentence.candidate.passage.sentences[sentence.at - 1].text if sentence.at else ""
