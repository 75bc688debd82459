"""Dates: the days that a text names or speaks from, and the period that a question is about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from index.documents import Document
from index.index import Index
from index.language import fold
from rag.text.patterns import MONTHS, WEEKDAYS

_NAMES = "|".join(MONTHS)
_FRENCH = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
_DAY = re.compile(
    rf"(?P<this>\b(?:ce|this)\s+)?(?:(?:{'|'.join(WEEKDAYS)}),?\s+)?"
    rf"(?:\b(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_NAMES})|\b(?P<month2>{_NAMES})\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*:))"
    rf"(?:,?\s+(?P<year>\d{{4}}))?"
)
# «10» in «entre le 10 et le 15 mars», whose month is said once.
_SHARED_MONTH = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)?(?P<to>\s+(?:et|au|and|to)\s+(?:le\s+|the\s+)?)"
    rf"(?=\d{{1,2}}(?:er|st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_NAMES})\b)"
)
_PART_OF_MONTH = re.compile(
    rf"\b(?P<third>mi|debut|fin|mid|early|late)[- ](?P<month>{_NAMES})(?:\s+(?P<year>\d{{4}}))?"
)
_RELATIVE = re.compile(rf"\b(?P<word>hier|yesterday|avant-hier|{'|'.join(WEEKDAYS)})\b(?!\s+\d)")
_BETWEEN = re.compile(r"\b(?:entre|between|du)\s+(?:le\s+)?$")
_AFTER = re.compile(r"\b(?:apres|depuis|a partir|after|since|from)\s+(?:le |du |the )?$")
_BEFORE = re.compile(r"\b(?:avant|jusqu['’]?\s?(?:au|a|en)?|before|until|till|by)\s+(?:le |the )?$")
_EVENT = re.compile(
    r"\b(?:apres|after|avant|before)\s+(?:l['’]|la |le |les |son |sa |leur |the |their )?"
    r"\w+(?: \w+){0,2} (?:du |de |of |on )$"
)
_BEGINNING = 1500  # characters of a document that may say which day it speaks from
_READ_FOR_DAYS = 200  # documents; a larger corpus is not read for the days that it speaks from
_PARTS_OF_MONTH = {
    "debut": (1, 10),
    "early": (1, 10),
    "mi": (10, 20),
    "mid": (10, 20),
    "fin": (20, 31),
    "late": (20, 31),
}


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A day as texts name it: the year may be missing."""

    month: int
    day: int
    year: int | None = None

    def agrees(self, other: "Day") -> bool:
        """Return whether both may be the same day: a missing year agrees with every year."""
        years = {self.year, other.year} - {None}
        return (self.month, self.day) == (other.month, other.day) and len(years) < 2

    def __str__(self) -> str:
        return f"{self.day} {_FRENCH[self.month - 1]}{f' {self.year}' if self.year else ''}"

    def is_not_before(self, other: "Day") -> bool:
        """Return whether it is ``other`` or later, in the same year if one of them has none."""
        year = (self.year or other.year or 0, other.year or self.year or 0)
        return (year[0], self.month, self.day) >= (year[1], other.month, other.day)


@dataclass(frozen=True, slots=True)
class Period:
    """The time that a question is about: the ``days`` it names, or bounds (inclusive); false if it names none."""

    days: tuple[tuple[Day, ...], ...] = ()  # each inner tuple: the days that one expression may mean
    since: Day | None = None
    until: Day | None = None

    def __bool__(self) -> bool:
        return bool(self.days or self.since or self.until)


def to_day(day: date) -> Day:
    """Return a calendar date as a ``Day``."""
    return Day(day.month, day.day, day.year)


def find_days(text: str, reference_date: date | None = None) -> tuple[Day, ...]:
    """Return the days that the text names, each once: explicit ones, then relative ones («hier», «vendredi»).

    Relative days are resolved from ``reference_date``, on which the text was written, and left out if that is unknown.
    """
    folded = fold(text)
    explicit = [_day(match) for match in _DAY.finditer(folded)]
    relative = [_past(match["word"], reference_date) for match in _RELATIVE.finditer(folded)] if reference_date else []
    return tuple(dict.fromkeys(day for day in (*explicit, *relative) if day))


def days_of_document(document: Document) -> tuple[Day, ...]:
    """Return the days that a document speaks from: its date, or «ce 12 février» where it begins."""
    beginning = document.slice(0, min(_BEGINNING, document.length))
    own_days = (_day(match) for match in _DAY.finditer(fold(beginning)) if match["this"])
    dated = [to_day(document.date)] if document.date else []
    return tuple(dict.fromkeys([*dated, *(day for day in own_days if day)]))


def days_of_corpus(index: Index) -> list[Day]:
    """Return the days that documents speak from, in order; of a large corpus only those whose whole date is known.

    They are computed once for each opened index.
    """
    return index.state(_days_of_corpus)


def _days_of_corpus(index: Index) -> list[Day]:
    dated = {to_day(date.fromordinal(int(day))) for day in index.days if day}
    stated = set()
    if len(index.document_ids) <= _READ_FOR_DAYS:
        stated = {day for id in index.document_ids for day in days_of_document(index.document(id))}
    with_year = {day for day in dated | stated if day.year}
    without_year = {
        day for day in stated if not any(day.agrees(other) for other in with_year)
    }  # or a day would follow itself
    return sorted(with_year | without_year, key=lambda day: (day.year or _common_year(dated), day.month, day.day))


def _common_year(days: set[Day]) -> int:
    """Return the most frequent year, for days without one; 0 if there is none."""
    years = [day.year for day in days if day.year]
    return max(sorted(set(years)), key=years.count) if years else 0


def parse_period(question: str) -> Period:
    """Return the days or the period that a question is about."""
    folded = _SHARED_MONTH.sub(r"\g<day> \g<month>\g<to>", fold(question))
    days: list[tuple[Day, ...]] = []
    since = until = None
    for match in _DAY.finditer(folded):
        preceding, day = folded[: match.start()], _day(match)
        if not day:
            continue
        if _AFTER.search(preceding) and not _EVENT.search(preceding):
            since = day
        elif _BEFORE.search(preceding):
            until = day
        elif _BETWEEN.search(preceding) and re.match(r"\s*(?:et|and|au)\b", folded[match.end() :]):
            since = day
        elif since and not until and re.search(r"\b(?:et|and|au)\s+(?:le\s+)?$", preceding):
            until = day
        else:
            days.append((day,))
    days += [tuple(_days_of_part(match)) for match in _PART_OF_MONTH.finditer(folded)]
    return Period(tuple(days), since, until)


def without_days(text: str) -> str:
    """Return the text without the days that it names; folded, if folding changes its length."""
    folded = fold(text)
    if len(folded) != len(text):
        text = folded
    matches = [match for pattern in (_DAY, _PART_OF_MONTH, _SHARED_MONTH) for match in pattern.finditer(folded)]
    for match in sorted(matches, key=lambda match: -match.start()):
        text = f"{text[: match.start()]} {text[match.end() :]}"
    return text


def _day(match: re.Match[str]) -> Day | None:
    number, month = int(match["day"] or match["day2"]), MONTHS[match["month"] or match["month2"]]
    return Day(month, number, int(match["year"]) if match["year"] else None) if 1 <= number <= 31 else None


def _days_of_part(match: re.Match[str]) -> Iterator[Day]:
    first, last = _PARTS_OF_MONTH[match["third"]]
    year = int(match["year"]) if match["year"] else None
    return (Day(MONTHS[match["month"]], number, year) for number in range(first, last + 1))


def _past(word: str, reference_date: date | None) -> Day | None:
    """Return the last day of that name up to the day of writing."""
    if reference_date is None:
        return None
    ago = {"hier": 1, "yesterday": 1, "avant-hier": 2}.get(word)
    ago = (reference_date.weekday() - WEEKDAYS[word]) % 7 if ago is None else ago
    return to_day(reference_date - timedelta(days=ago)) if reference_date.toordinal() > ago else None
