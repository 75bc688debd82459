"""Dates of a text by value: days, months, years, decades, centuries; «hier» from the date of the document."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from index.documents import Span
from rag.text.folding import fold_keeping_offsets
from rag.text.patterns import MONTHS, WEEKDAYS, either

_MONTH, _WEEKDAY = either(MONTHS), either(WEEKDAYS)
_YEAR = r"(?:1\d{3}|20\d{2})"
_ORDINAL = r"(?:er|st|nd|rd|th)?"
_FULL = re.compile(
    rf"\b(?:(?P<weekday>{_WEEKDAY}),? )?(?:the )?"
    rf"(?:(?P<day>\d{{1,2}}){_ORDINAL} (?:of )?(?P<month>{_MONTH})"
    rf"|(?P<month2>{_MONTH}) (?P<day2>\d{{1,2}}){_ORDINAL}(?![\d:]))"
    rf"(?:,? (?:de |of )?(?P<year>{_YEAR}))?\b"
)
_SHARED = re.compile(
    rf"\b(?P<day>\d{{1,2}}){_ORDINAL}(?= ?(?:et|au|and|to|-|–) ?(?:le |the )?\d{{1,2}}{_ORDINAL} (?:of )?"
    rf"(?P<month>{_MONTH})\b(?: (?P<year>{_YEAR}))?)"
)
_OF_MONTH = re.compile(rf"\b(?P<month>{_MONTH})(?:,? (?:de |of )?(?P<year>{_YEAR}))?\b")
_NUMERIC = re.compile(
    r"(?<![\d/])(?:(?P<d>\d{1,2})[/.](?P<m>\d{1,2})[/.](?P<y>\d{4})|(?P<y2>\d{4})-(?P<m2>\d{2})-(?P<d2>\d{2}))(?!\d)"
)
_DECADE = re.compile(r"\b(?:annees (?P<fr>(?:1[0-9]|20)?\d0)|(?P<en>(?:1\d|20)\d0)s)\b")
_CENTURY = re.compile(
    r"\b(?:(?P<roman>[ivx]{1,5})(?:e|eme|er)|(?P<digits>\d{1,2})(?:e|eme|er|st|nd|rd|th))[ -](?:siecle|century)\b"
)
_RANGE = re.compile(rf"\b(?P<first>{_YEAR})[-–/](?P<last>\d{{2}})(?!\d)")
_BARE = re.compile(
    rf"(?<![\d.,$€£-])(?P<year>{_YEAR})(?![\d%€$°]|[.,]\d| ?(?:%|€|euros?\b|dollars?\b|km\b|m\b|kg\b|h\b))"
)
_RELATIVE = re.compile(rf"\b(?P<word>hier|yesterday|avant-hier|demain|tomorrow|aujourd['’]hui|today|{_WEEKDAY})\b")
_DAYS_AGO = {
    "hier": 1,
    "yesterday": 1,
    "avant-hier": 2,
    "aujourd'hui": 0,
    "aujourd’hui": 0,
    "today": 0,
    "demain": -1,
    "tomorrow": -1,
}
_ROMAN = {"i": 1, "v": 5, "x": 10}
_NOT_MONTHS = frozenset({"mars", "may", "march", "mai"})


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, month, year, decade or century, as far as the text names it."""

    span: Span
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None  # 0 is Monday
    decade: int | None = None  # 1990
    century: int | None = None  # 19
    words: str = ""  # of a relative one, such as "hier"

    @property
    def grain(self) -> str:
        """The finest part that it names."""
        grains = ("day", "month", "year", "weekday", "decade", "century")
        return next((field for field in grains if getattr(self, field) is not None), "words")

    def agrees(self, other: "Moment") -> bool:
        """Return whether ``other`` names all that this one names, with the same values."""
        completed = _complete(other)
        if self.words and self.grain in ("words", "weekday") and self.words == other.words:
            return True
        values = [(field, getattr(self, field)) for field in ("year", "month", "day", "weekday", "decade", "century")]
        stated = [(field, value) for field, value in values if value is not None]
        return bool(stated) and all(getattr(completed, field) == value for field, value in stated)

    def differs(self, other: "Moment") -> bool:
        """Return whether a part that both name has another value."""
        completed = _complete(other)
        grains = ("year", "month", "day", "weekday", "decade", "century")
        return any(
            None not in (getattr(self, field), getattr(completed, field))
            and getattr(self, field) != getattr(completed, field)
            for field in grains
        )


def find_moments(text: str, reference_date: date | None = None) -> list[Moment]:
    """Return the dates of a text, in order; those of a dated document get the year and day that it implies."""
    folded = fold_keeping_offsets(text).replace("\u00a0", " ").replace("\u202f", " ").replace("\n", " ")
    covered: list[Span] = []
    moments: list[Moment] = []
    for moment in _all(folded, text, reference_date):
        if not any(moment.span.start < other.end and other.start < moment.span.end for other in covered):
            covered.append(moment.span)
            moments.append(moment)
    return sorted(moments, key=lambda moment: moment.span)


def find_unmatched(moments: Sequence[Moment], candidates: Sequence[Moment]) -> list[Moment]:
    """Return the moments that agree with none of the candidates, whichever names more."""
    return [
        moment for moment in moments if not any(moment.agrees(other) or other.agrees(moment) for other in candidates)
    ]


def complete_year(moment: Moment, reference_date: date | None) -> Moment:
    """Return the moment with the year of the document where it names a month alone."""
    if reference_date is None or moment.year is not None or moment.month is None:
        return moment
    return replace(moment, year=reference_date.year)


def _all(folded: str, text: str, reference_date: date | None) -> Iterator[Moment]:
    """Yield candidates, the most explicit first; later ones may overlap earlier ones."""
    for match in _NUMERIC.finditer(folded):
        year, month, day = (int(match[name] or match[f"{name}2"]) for name in "ymd")
        if 1 <= month <= 12 and 1 <= day <= 31:
            yield Moment(Span(*match.span()), year, month, day)
    for match in (*_FULL.finditer(folded), *_SHARED.finditer(folded)):
        yield from _day(match)
    for match in _OF_MONTH.finditer(folded):
        is_month = match["month"] not in _NOT_MONTHS or match["year"] or _opens_month(folded, match.start())
        if is_month and not (match["month"] in ("may", "march") and text[match.start()].islower()):
            yield Moment(Span(*match.span()), _int(match["year"]), MONTHS[match["month"]])
    for match in _CENTURY.finditer(folded):
        yield Moment(Span(*match.span()), century=_roman(match["roman"]) if match["roman"] else int(match["digits"]))
    for match in _DECADE.finditer(folded):
        decade = int(match["fr"] or match["en"])
        yield Moment(Span(*match.span()), decade=decade + 1900 if decade < 100 else decade)
    for match in _RANGE.finditer(folded):
        yield Moment(Span(*match.span("first")), int(match["first"]))
        yield Moment(Span(*match.span("last")), int(match["first"][:2] + match["last"]))
    for match in _BARE.finditer(folded):
        yield Moment(Span(*match.span()), int(match["year"]))
    for match in _RELATIVE.finditer(folded):
        yield _relative(match, reference_date)


def _day(match: re.Match[str]) -> Iterator[Moment]:
    groups = match.groupdict()
    day = int(groups["day"] or groups.get("day2") or 0)
    month = MONTHS[groups["month"] or groups.get("month2") or ""]
    weekday = WEEKDAYS.get(groups.get("weekday") or "")
    if 1 <= day <= 31:
        yield Moment(Span(*match.span()), _int(groups["year"]), month, day, weekday)


def _opens_month(folded: str, start: int) -> bool:
    return (
        re.search(
            r"\b(?:en|in|de|of|debut|fin|mi|d['’]|since|depuis|until|jusqu['’]en|early|late|mid)[ -]?$", folded[:start]
        )
        is not None
    )


def _relative(match: re.Match[str], reference_date: date | None) -> Moment:
    word, span = match["word"], Span(*match.span())
    weekday = WEEKDAYS.get(word)
    unknown = Moment(span, weekday=weekday, words=word)
    if reference_date is None:
        return unknown
    ago = _DAYS_AGO.get(word, (reference_date.weekday() - (weekday or 0)) % 7)
    try:
        day = reference_date - timedelta(days=ago)
    except OverflowError:  # some programs write the first or the last day of the calendar for none
        return unknown
    return Moment(span, day.year, day.month, day.day, day.weekday(), words=word)


def _complete(moment: Moment) -> Moment:
    """Return the moment with what follows from it: the weekday of a day, the decade and century of a year."""
    year = moment.year
    if year is None:
        return moment
    completed = replace(moment, decade=year // 10 * 10, century=(year - 1) // 100 + 1)
    if moment.month and moment.day and moment.weekday is None:
        try:
            return replace(completed, weekday=date(year, moment.month, moment.day).weekday())
        except ValueError:
            return completed
    return completed


def _int(text: str | None) -> int | None:
    return int(text) if text else None


def _roman(text: str) -> int:
    values = [_ROMAN[letter] for letter in text]
    return sum(-value if value < max(values[at + 1 :], default=0) else value for at, value in enumerate(values))
