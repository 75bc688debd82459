"""Days and periods, as questions and texts name them."""

import datetime as dt
import gc
from pathlib import Path
from weakref import ref

import pytest

from index import open_index, rebuild
from index.documents import Document
from index.index import close_index
from index.storage.texts import Marks, TextFile
from rag.text.dates import Day, Period, days_of_document, find_days, parse_period


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("le 12 février 2022", [Day(2, 12, 2022)]),
        ("le 1er mars et le 3 mars", [Day(3, 1), Day(3, 3)]),
        ("on February 3, 2021", [Day(2, 3, 2021)]),
        ("vendredi 28 janvier", [Day(1, 28)]),
        ("le 45 mars", []),
        ("la page 12 de mars", []),
    ],
)
def test_days_are_read_as_written(text: str, days: list[Day]) -> None:
    assert list(find_days(text)) == days


def test_relative_days_count_from_the_day_of_writing() -> None:
    friday = dt.date(2022, 1, 28)
    assert find_days("ce vendredi matin", friday) == (Day(1, 28, 2022),)
    assert find_days("rejeté mercredi", friday) == (Day(1, 26, 2022),)
    assert find_days("hier", friday) == (Day(1, 27, 2022),)
    assert find_days("hier") == ()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Qu'a-t-il dit lors de l'appel du 12 février ?", Period(days=((Day(2, 12),),))),
        ("Que s'est-il passé après le 20 février 2022 ?", Period(since=Day(2, 20, 2022))),
        ("What was said before 3 February?", Period(until=Day(2, 3))),
        ("entre le 3 février et le 12 mars", Period(since=Day(2, 3), until=Day(3, 12))),
        ("entre le 3 et le 12 mars", Period(since=Day(3, 3), until=Day(3, 12))),
        ("du 1er au 12 mars 2022", Period(since=Day(3, 1), until=Day(3, 12, 2022))),
        ("between 3 and 12 March", Period(since=Day(3, 3), until=Day(3, 12))),
        ("Qu'a-t-on annoncé après l'appel du 20 février ?", Period(days=((Day(2, 20),),))),
        ("Qui parle ?", Period()),
    ],
)
def test_questions_say_when(question: str, expected: Period) -> None:
    assert parse_period(question) == expected


def test_the_middle_of_a_month_is_any_of_its_days() -> None:
    (days,) = parse_period("la conversation de la mi-février").days
    assert Day(2, 12) in days
    assert Day(2, 3) not in days


def test_a_document_speaks_from_the_day_it_says() -> None:
    document = Document("a.txt", "Ils ont parlé ce 20 février. Le 3 janvier déjà…", "0" * 64, "A")
    assert days_of_document(document) == (Day(2, 20),)


def test_the_days_of_a_document_cost_its_beginning_alone_and_do_not_keep_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("Ils ont parlé ce 20 février. " + "Rien de plus n'a été dit. " * 1000)
    rebuild(tmp_path / "texts", tmp_path / "index")
    read, files = list[int](), list[ref[TextFile]]()
    own = TextFile.slice

    def counted(texts: TextFile, marks: Marks, start: int, end: int) -> str:
        if texts._folder.is_relative_to(tmp_path):  # others may still be read in the background
            read.append(end - start)
            files.append(ref(texts))
        return own(texts, marks, start, end)

    monkeypatch.setattr(TextFile, "slice", counted)
    for _ in range(2):
        opened = open_index(tmp_path / "index")
        assert days_of_document(opened.document("a.txt")) == (Day(2, 20),)
        close_index(tmp_path / "index")
    assert sum(read) <= 2 * 2000
    del opened
    gc.collect()
    assert files
    assert not any(file() for file in files)


def test_an_unsaid_year_agrees_with_every_year() -> None:
    assert Day(2, 12).agrees(Day(2, 12, 2022))
    assert not Day(2, 12, 2021).agrees(Day(2, 12, 2022))
