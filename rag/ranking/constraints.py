"""Constraints of a question on a sentence: its time and its speaker."""

from collections.abc import Sequence

from rag.query.question import Question
from rag.text.analysis import AnalyzedPassage
from rag.text.attribution import is_anaphoric, matches_any
from rag.text.dates import Day, Period

_LACKING = 0.3  # share of the question's words that a cited document may lack, at most, to be preferred
_CITED_LATER = 0.6  # preference of documents cited after the first


def date_match(view: AnalyzedPassage, at: int, period: Period) -> float:
    """Return 1 if sentence ``at`` is of the time asked for, -1 if of another, 0 if unknown or not asked."""
    if not period:
        return 0.0
    own, here = view.document_days, view.sentences[at].days
    wanted = [day for days in period.days for day in days]
    if wanted:
        named = _any_agree(wanted, here)
        owned = not here and _any_agree(wanted, own)
        return 1.0 if named or owned or _tells_before(view, at, wanted) else -1.0
    days = here or own
    return 0.0 if not days else 1.0 if any(_between(day, period) for day in days) else -1.0


def cited_match(question: Question, document: str, held: float, best: float) -> float:
    """Return how far a passage is preferred because the conversation cited its document last, 0 to 1.

    The document cited first counts most. ``held`` is the share of the question's words in the passage, ``best`` the
    largest of all passages: what lacks words of the question is not preferred, so that the topic can change.
    """
    if document not in question.cited:
        return 0.0
    return max(0.0, 1 - (best - held) / _LACKING) * (1.0 if document == question.cited[0] else _CITED_LATER)


def _tells_before(view: AnalyzedPassage, at: int, wanted: Sequence[Day]) -> bool:
    """Return whether the previous sentence names the day, and this one names none."""
    return at > 0 and not view.sentences[at].days and _any_agree(wanted, view.sentences[at - 1].days)


def _any_agree(wanted: Sequence[Day], found: Sequence[Day]) -> bool:
    return any(day.agrees(other) for day in wanted for other in found)


def _between(day: Day, period: Period) -> bool:
    return (not period.since or day.follows(period.since)) and (not period.until or period.until.follows(day))


def speaker_match(view: AnalyzedPassage, at: int, asked: frozenset[str]) -> float:
    """Return how sentence ``at`` agrees with the speaker asked for.

    1: that speaker says it; -1: another does; -0.5: nobody is named; 0: the question asks for none.
    """
    if not asked:
        return 0.0
    sentence = view.sentences[at]
    if matches_any(asked, sentence.speakers):
        return 1.0
    if is_anaphoric(sentence.text) and at > 0:
        return speaker_match(view, at - 1, asked)
    return -1.0 if sentence.speakers else -0.5
