"""Calendars (.ics): each event and task is a record with what a calendar shows of it."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from index.readers.data.content_lines import Component, Property, format_fields, read_components
from index.readers.parsed import ParsedFile
from index.readers.plain.text import parse_plain_text
from index.readers.text_builder import TextBuilder

_ENTRIES = ("VEVENT", "VTODO", "VJOURNAL")
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")
_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_EVERY = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_DAYS = {"MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday", "SA": "Saturday"}
_DAYS["SU"] = "Sunday"
_BY_DAY = re.compile(rf"(?P<number>[+-]?\d{{0,2}})(?P<name>{'|'.join(_DAYS)})")
_ORDINALS = {"1": "first", "2": "second", "3": "third", "4": "fourth", "5": "fifth"}
_ORDINALS |= {"-1": "last", "-2": "second to last"}
_MONTH_NAMES = "January February March April May June July August September October November December"
_MONTHS = {str(number): name for number, name in enumerate(_MONTH_NAMES.split(), 1)}
_DAY = dt.timedelta(days=1)


def read_ics(data: bytes) -> ParsedFile:
    """Read a calendar; a file without events is read as plain text.

    Raises:
        UnreadableFile: its bytes are no text.
    """
    components, text, encoding = read_components(data)
    entries = [component for component in components if component.name in _ENTRIES]
    if not entries:
        return parse_plain_text(text, encoding)
    names = (component.text("X-WR-CALNAME") for component in components if component.name == "VCALENDAR")
    name = next(filter(None, names), "")
    blocks = TextBuilder()
    blocks.add(name, "heading")
    for entry in entries:
        blocks.start_record()
        blocks.add("", "caption")
        blocks.add(format_fields(list(_fields(entry))), "row")
        for property in entry.all("DESCRIPTION"):
            blocks.add(property.text)
    return blocks.build(name or (entries[0].text("SUMMARY") if len(entries) == 1 else None), encoding=encoding)


def _fields(entry: Component) -> Iterator[tuple[str, str]]:
    yield "Summary", entry.text("SUMMARY")
    yield "Start", _format_moment(entry.get("DTSTART"))
    yield "End", _end(entry)
    yield "Due", _format_moment(entry.get("DUE"))
    yield "Repeats", _repeats(entry)
    yield "Also on", _format_list(entry.all("RDATE"))
    yield "Except", _format_list(entry.all("EXDATE"))
    yield "Location", entry.text("LOCATION")
    yield "Organizer", ", ".join(map(_person, entry.all("ORGANIZER")))
    yield "Attendees", ", ".join(map(_person, entry.all("ATTENDEE")))
    yield "Contact", entry.text("CONTACT")
    yield "Categories", ", ".join(" ".join(property.text.split()) for property in entry.all("CATEGORIES"))
    yield "Status", entry.text("STATUS").lower().replace("-", " ")
    yield "Address", entry.text("URL")


def _moment(property: Property | None) -> dt.datetime | None:
    match = _MOMENT.fullmatch(property.value.strip()) if property else None
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(number or 0) for number in match.groups()[:6])
    with suppress(ValueError):
        return dt.datetime(year, month, day, hour, minute, second)
    return None


def _format_moment(property: Property | None) -> str:
    """Write a moment as in ISO 8601, in the time zone that it has in the file; a day has no time."""
    moment = _moment(property)
    if property is None or moment is None:
        return " ".join(property.text.split()) if property else ""
    return _show(moment, property)


def _format_list(properties: Iterable[Property]) -> str:
    """Write the moments of properties, each of which may hold several."""
    values = ((property, value) for property in properties for value in property.value.split(","))
    moments = (_format_moment(property._replace(value=value.partition("/")[0])) for property, value in values)
    return ", ".join(filter(None, moments))


def _show(moment: dt.datetime, like: Property) -> str:
    if "T" not in like.value:
        return moment.date().isoformat()
    return moment.isoformat(" ").removesuffix(":00") + (" UTC" if like.value.strip().endswith("Z") else "")


def _end(entry: Component) -> str:
    """Return when an event ends: of whole days, on the day before that which the file says, if not on the first."""
    start, end = entry.get("DTSTART"), entry.get("DTEND")
    first, last = _moment(start), _moment(end)
    if first is not None and end is None and (length := _DURATION.fullmatch(entry.text("DURATION"))):
        weeks, days, hours, minutes, seconds = (int(number or 0) for number in length.groups())
        with suppress(OverflowError):
            last = first + dt.timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    if first is None or last is None or last <= first:
        return ""
    like = end or start
    if like is not None and "T" not in like.value:
        last -= _DAY
    return _show(last, like) if like is not None and last > first else ""


def _repeats(entry: Component) -> str:
    rule = entry.get("RRULE")
    recurrence = dict(setting.partition("=")[::2] for setting in rule.value.upper().split(";")) if rule else {}
    unit = _EVERY.get(recurrence.get("FREQ", ""))
    if unit is None:
        return ""
    interval = recurrence.get("INTERVAL", "1")
    until = Property("", {}, recurrence.get("UNTIL", ""))
    return "".join(
        (
            f"every {unit}" if interval == "1" else f"every {interval} {unit}s",
            _on_days(recurrence),
            f", {recurrence['COUNT']} times" if "COUNT" in recurrence else "",
            f", until {_format_moment(until)[:10]}" if until.value else "",
        )
    )


def _on_days(rule: dict[str, str]) -> str:
    """Return on which days something recurs: «on Monday», «on the last Friday», «on day 15 in May»."""
    days = [_on_day(match) for day in rule.get("BYDAY", "").split(",") if (match := _BY_DAY.fullmatch(day))]
    if days and (ordinal := _ORDINALS.get(rule.get("BYSETPOS", ""))):
        days = [f"the {ordinal} {'of ' if len(days) > 1 else ''}{', '.join(days)}"]
    dates = [number for number in rule.get("BYMONTHDAY", "").split(",") if number.strip("-").isdecimal()]
    days += ["the last day" if number == "-1" else f"day {number}" for number in dates]
    months = [_MONTHS[number] for number in rule.get("BYMONTH", "").split(",") if number in _MONTHS]
    return (f" on {', '.join(days)}" if days else "") + (f" in {', '.join(months)}" if months else "")


def _on_day(day: re.Match[str]) -> str:
    if not day["number"]:
        return _DAYS[day["name"]]
    number = day["number"].lstrip("+")
    return f"the {_ORDINALS.get(number, f'{number}th')} {_DAYS[day['name']]}"


def _person(property: Property) -> str:
    name = property.parameters.get("CN") or property.text.removeprefix("mailto:").removeprefix("MAILTO:")
    return f"{name} (declined)" if property.parameters.get("PARTSTAT", "").upper() == "DECLINED" else name
