"""Write a date or a time as a cell shows it, by the format code of the cell.

With its year, a date is written as in ISO 8601, with the parts that are shown: «2024-03» for «mars 2024». Other dates,
times and durations are written as they are shown.
"""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from index.readers.office.sheets.format_codes import NAME_LENGTH, FormatCode, Section, Token, parse_code

Moment = dt.date | dt.time | dt.timedelta  # a datetime is a date
_SECOND, _MINUTE, _DAY = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(days=1)
_PRECISE = 6  # decimals of seconds
_MOST_DAYS = 3_000_000  # of the calendar
_CALENDAR_STARTS = dt.date(1900, 3, 1)  # days before are times above 24 hours
_HALF_DAY = 12
BUILTIN_DATES = {
    14: "m/d/yyyy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yyyy h:mm",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
}


class _Clock(NamedTuple):
    """A day, and the time since it began; a duration has no day."""

    day: dt.date | None
    time: dt.timedelta


def plain_moment(value: Moment) -> str:
    """Write a date or a time without a format, as in ISO 8601, a duration as hours and minutes."""
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(round(abs(value) / _SECOND), 60)
        sign = "-" if value < dt.timedelta() else ""
        return f"{sign}{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    clock = _clock(value, 0)
    shown = _write_time(clock.time)
    if clock.day is None or (clock.day < _CALENDAR_STARTS and clock.time):
        return shown
    return f"{clock.day.isoformat()} {shown}" if clock.time else clock.day.isoformat()


def format_moment(value: Moment, code: str | FormatCode, language: str) -> str:
    """Write a date or a time by a format code; as without one if the code is for something else.

    Args:
        language: in which days and months are named, unless the code says it; empty if it is not known.
    """
    days = _clock(value, 0).time / _DAY if isinstance(value, dt.time | dt.timedelta) else 1
    section = parse_code(code).section_for(Decimal(days))
    if section is None:
        return plain_moment(value)
    return _write(value, section, language) if section.marks else "".join(token.text for token in section.tokens)


def format_days(days: float, section: Section) -> str | None:
    """Write a number of days by a section of a code for times; None if the section is for something else."""
    if abs(days) > _MOST_DAYS or not any(section.units) or {"y", "m", "d", "w"} & set(section.units):
        return None
    return _write(days * _DAY, section, "")


def _write(value: Moment, section: Section, language: str) -> str:
    tokens, units = section.tokens, section.units
    language = section.locale or language
    if not any(units) or ("y" not in units and not language and any(map(_is_name, units, tokens))):
        return plain_moment(value)
    clock = _clock(value, section.decimals)
    if "y" in units:
        shown = _format_date(clock, units)
        return _with_words(shown, tokens, units) if shown else ""
    if clock.day is None and {"m", "d", "w"} & set(units):
        return ""
    is_signed = clock.time < dt.timedelta() and not (section.condition and section.condition.is_negative)
    clock = clock._replace(time=abs(clock.time))
    pieces = [
        _unit(clock, unit, token, units, language) if unit else token.text
        for unit, token in zip(units, tokens, strict=True)
    ]
    return ("-" if is_signed else "") + re.sub(" {2,}", " ", "".join(pieces)).strip()


def _clock(value: Moment, decimals: int) -> _Clock:
    """Return the day and time of a value, rounded to seconds or to decimals of them."""
    smallest = _SECOND / 10 ** min(decimals, _PRECISE)
    if isinstance(value, dt.time):
        value = dt.datetime.combine(dt.date.min, value) - dt.datetime.min
    if isinstance(value, dt.timedelta):
        return _Clock(None, _round(value, smallest))
    if not isinstance(value, dt.datetime):
        return _Clock(value, dt.timedelta())
    start = dt.datetime.combine(value.date(), dt.time())
    time = _round(value - start, smallest)
    if time >= _DAY and value.date() < dt.date.max:
        return _Clock(value.date() + _DAY, dt.timedelta())
    return _Clock(value.date(), min(time, _DAY - smallest))


def _round(time: dt.timedelta, smallest: dt.timedelta) -> dt.timedelta:
    """Round a time; a half is rounded away from zero."""
    count = (2 * abs(time) + smallest) // (2 * smallest)
    return count * smallest if time >= dt.timedelta() else -count * smallest


def _format_date(clock: _Clock, units: Sequence[str]) -> str:
    """Write the parts of a date that are shown, and its time; the day that 0 stands for is none."""
    has_time = bool({"h", "n", "s"} & set(units))
    seconds = clock.time % _MINUTE if "s" not in units else dt.timedelta()
    time = _write_time(clock.time - seconds) if has_time and (clock.time or not clock.day) else ""
    if clock.day is None:
        return time
    length = len("2024") if not {"m", "d"} & set(units) else len("2024-03-01") if "d" in units else len("2024-03")
    return f"{clock.day.isoformat()[:length]} {time}".rstrip()


def _write_time(time: dt.timedelta) -> str:
    minutes, seconds = divmod(time // _SECOND, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")


def _with_words(shown: str, tokens: Sequence[Token], units: Sequence[str]) -> str:
    """Add the words that stand around a date: «T1 » before a year, « (prévu)» after a day."""
    places = [number for number, unit in enumerate(units) if unit]
    before = "".join(token.text for token in tokens[: places[0]])
    after = "".join(token.text for token in tokens[places[-1] + 1 :])
    before = before.lstrip() if re.search(r"[^\W_]", before) else ""
    after = after.rstrip() if re.match(r"\W.*[^\W_]", after) else ""
    return before + shown + after


def _unit(clock: _Clock, unit: str, token: Token, units: Sequence[str], language: str) -> str:
    """Return a part of a date or a time as it is shown."""
    length = len(token.text.strip("[]"))
    if unit == "a":
        half = clock.time % _DAY // (_HALF_DAY * 60 * 60 * _SECOND)
        return token.text.upper().split("/")[half]
    if _is_name(unit, token):
        return _name(clock.day or dt.date.min, unit, length, language)
    if unit in ("m", "d"):
        day = clock.day or dt.date.min
        return f"{day.month if unit == 'm' else day.day:0{length}}"
    seconds = {"h": 3600, "n": 60, "s": 1}[unit]
    count = clock.time // (seconds * _SECOND)
    if token.text[0] != "[":
        count %= 24 if unit == "h" else 60
        if unit == "h" and "a" in units:
            count = count % _HALF_DAY or _HALF_DAY
    decimals = len(token.text.partition(".")[2])
    fraction = f"{clock.time % _SECOND / _SECOND:.{decimals}f}"[1:] if decimals else ""
    return f"{count:0{length - len(fraction)}}{fraction}"


def _is_name(unit: str, token: Token) -> bool:
    return unit in ("m", "w") and len(token.text) >= NAME_LENGTH


def _name(day: dt.date, unit: str, length: int, language: str) -> str:
    """Return the name of a month or a day of the week."""
    from babel import Locale, UnknownLocaleError  # it takes time to load, and few cells need it

    try:
        names = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        names = Locale.parse("en")
    width = {3: "abbreviated", 5: "narrow"}.get(length, "wide")
    if unit == "m":
        return str(names.months["format"][width][day.month])
    return str(names.days["format"][width if length == NAME_LENGTH else "wide"][day.weekday()])
