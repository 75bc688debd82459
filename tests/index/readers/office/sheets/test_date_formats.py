"""A date is written with the parts that its cell shows, and no others."""

import datetime as dt

import pytest

from index.readers.office.sheets.date_formats import format_moment, plain_moment

MARCH = dt.datetime(2024, 3, 1, 14, 30, 5)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("yyyy", "2024"),
        ("mmm-yy", "2024-03"),
        ("mmmm yyyy", "2024-03"),
        ("[$-40C]d mmmm yyyy;@", "2024-03-01"),
        ("[$-F800]dddd, mmmm dd, yyyy", "2024-03-01"),
        ("dddd mmmm yyyy", "2024-03"),
        ("dd/mm/yyyy hh:mm", "2024-03-01 14:30"),
        ("dd/mm/yyyy hh:mm:ss", "2024-03-01 14:30:05"),
        ('"Exercice "yyyy" (prévu)"', "Exercice 2024 (prévu)"),
        ('[$-411]yyyy"年"m"月"d"日"', "2024-03-01"),
        ("mmmm", "mars"),
        ("[$-409]mmmm", "March"),
        ("[$-en-US]mmmm", "March"),
        ("[$-x-sysdate]mmmm", "mars"),
        ("[$-40C]ddd dd/mm", "ven. 01/03"),
        ("dddd d mmm", "vendredi 1 mars"),
        ("mmmmm", "M"),
        ("h:mm AM/PM", "2:30 PM"),
        ('h" h "mm', "14 h 30"),
        ("hh:mm:ss", "14:30:05"),
        ("mm:ss", "30:05"),
        ("jj/mm/aaaa", "2024-03-01 14:30:05"),  # no code that spreadsheets write
        ("General", "2024-03-01 14:30:05"),
    ],
)
def test_a_date_is_written_as_its_code_says(code, expected):
    assert format_moment(MARCH, code, "fr") == expected


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (dt.datetime(1900, 1, 1, 12), "hh:mm", "12:00"),
        (dt.timedelta(hours=36), "[h]:mm", "36:00"),
        (dt.timedelta(hours=36), '[hh]"h"mm', "36h00"),
        (dt.timedelta(hours=-1, minutes=-30), "[h]:mm", "-1:30"),
        (dt.timedelta(hours=-1, minutes=-30), "[h]:mm;[Red]([h]:mm)", "(1:30)"),
        (dt.timedelta(0), '[h]:mm;[h]:mm;"néant"', "néant"),
        (dt.time(0, 5), "[<0.0416]mm:ss;[h]:mm:ss", "05:00"),
        (dt.timedelta(hours=2), "[<0.0416]mm:ss;[h]:mm:ss", "2:00:00"),
        (dt.timedelta(minutes=225), '[m]" min"', "225 min"),
        (dt.timedelta(seconds=224.5), "[s]", "225"),
        (dt.time(0, 0, 12, 345000), "mm:ss.0", "00:12.3"),
        (dt.time(0, 0, 12), "s.0000000", "12.0000000"),
        (dt.time(0, 30), "h:mm AM/PM", "12:30 AM"),
        (dt.time(0), "dd/mm/yyyy", ""),  # the day 0 of an empty cell
        (dt.time(9, 5), "dd/mm/yyyy hh:mm", "09:05"),
        (dt.datetime(2024, 3, 1, 23, 59, 59, 999_900), "yyyy-mm-dd", "2024-03-02"),
        (dt.datetime(9999, 12, 31, 23, 59, 59, 999_900), "yyyy-mm-dd", "9999-12-31"),
        (dt.date(2024, 3, 1), "m/d/yyyy", "2024-03-01"),
    ],
)
def test_times_and_durations_are_written_as_their_codes_say(value, code, expected):
    assert format_moment(value, code, "fr") == expected


def test_months_are_named_in_a_language_that_is_known():
    assert format_moment(MARCH, "[$-40C]d mmm", "") == "1 mars"
    assert format_moment(MARCH, "d mmm", "") == "2024-03-01 14:30:05"
    assert format_moment(MARCH, "mmm yyyy", "") == "2024-03"
    assert format_moment(MARCH, "dd/mm", "") == "01/03"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (dt.datetime(2024, 3, 1), "2024-03-01"),
        (dt.datetime(2024, 3, 1, 14, 30), "2024-03-01 14:30"),
        (dt.datetime(1900, 1, 1, 12), "12:00"),
        (dt.time(18, 0, 1), "18:00:01"),
        (dt.timedelta(hours=36), "36:00"),
        (dt.timedelta(minutes=-90), "-1:30"),
    ],
)
def test_without_a_code_a_date_is_written_whole(value, expected):
    assert plain_moment(value) == expected
