"""Dates by value, and relative days from the date of the document."""

import datetime as dt

import pytest

from rag.text.moments import Moment, find_moments


def only(text: str, written: dt.date | None = None) -> Moment:
    [moment] = find_moments(text, written)
    return moment


@pytest.mark.parametrize(
    ("text", "year", "month", "day"),
    [
        ("le 3 février 1987", 1987, 2, 3),
        ("on February 3rd, 1987", 1987, 2, 3),
        ("le 03/02/1987", 1987, 2, 3),
        ("1987-02-03", 1987, 2, 3),
        ("en mars 1987", 1987, 3, None),
        ("en 1987", 1987, None, None),
    ],
)
def test_day_month_and_year(text: str, year: int, month: int | None, day: int | None) -> None:
    moment = only(text)
    assert (moment.year, moment.month, moment.day) == (year, month, day)


def test_a_part_agrees_with_the_whole_and_another_differs() -> None:
    whole = only("le 3 février 1987")
    assert all(only(text).agrees(whole) for text in ("en février", "les années 1980", "au XXe siècle", "mardi"))
    assert not whole.agrees(only("en 1987"))
    assert all(only(text).differs(whole) for text in ("en mars 1987", "les années 1990", "au XIXe siècle", "jeudi"))


@pytest.mark.parametrize("text", ["you may go", "a price of 2000 €", "le numéro 12345"])
def test_a_verb_or_a_number_is_no_date(text: str) -> None:
    assert find_moments(text) == []


@pytest.mark.parametrize(("written", "word"), [(dt.date.min, "hier"), (dt.date.max, "demain"), (None, "hier")])
def test_a_relative_day_outside_the_calendar_is_unknown(written: dt.date | None, word: str) -> None:
    moment = only(word, written)
    assert (moment.words, moment.year) == (word, None)


def test_a_relative_day_follows_from_the_date_of_the_document() -> None:
    assert only("hier", dt.date(1987, 3, 1)).agrees(only("le 28 février 1987"))
    assert only("lundi", dt.date(1987, 3, 4)).agrees(only("le 2 mars 1987"))
