"""Whether a sentence is of the time and of the speaker that a question asks for."""

from collections.abc import Sequence

from index.documents import Document
from rag.text.analysis import PassageView
from rag.text.attribution import agree, same_as_before, speakers
from rag.text.dates import Day, Period, days_named, own_days


def time_fit(view: PassageView, at: int, period: Period) -> float:
    """1 for a sentence of the time asked for, 0 where it cannot be told or is not asked, -1 for another time."""
    if not period:
        return 0.0
    document = view.sentences[at].span.document
    own, here = own_days(document), _named_at(view, at, document)
    wanted = [day for days in period.days for day in days]
    if wanted:
        named = _any_agree(wanted, here)
        owned = not here and _any_agree(wanted, own)
        return 1.0 if named or owned or _tells_before(view, at, wanted, document) else -1.0
    days = here or own
    return 0.0 if not days else 1.0 if any(_between(day, period) for day in days) else -1.0


def _named_at(view: PassageView, at: int, document: Document) -> tuple[Day, ...]:
    return days_named(view.sentences[at].text, document.date)


def _tells_before(view: PassageView, at: int, wanted: Sequence[Day], document: Document) -> bool:
    """Whether the sentence before names the day, and this one goes on without another."""
    return at > 0 and not _named_at(view, at, document) and _any_agree(wanted, _named_at(view, at - 1, document))


def _any_agree(wanted: Sequence[Day], found: Sequence[Day]) -> bool:
    return any(day.agrees(other) for day in wanted for other in found)


def _between(day: Day, period: Period) -> bool:
    return (not period.since or day.follows(period.since)) and (not period.until or period.until.follows(day))


def speaker_fit(view: PassageView, at: int, asked: frozenset[str]) -> float:
    """1 for a sentence that the speaker asked after says, -1 for one that another says, -0.5 where nobody is named."""
    if not asked:
        return 0.0
    text = view.sentences[at].text
    found = speakers(text)
    if agree(asked, found):
        return 1.0
    if same_as_before(text) and at > 0:
        return speaker_fit(view, at - 1, asked)
    return -1.0 if found else -0.5
