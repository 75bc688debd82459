"""Events reach those who listen, with their values and nothing of what was asked."""

import logging
from typing import Any

import pytest

import rag
from index import Index
from index.events import EVENTS, emit


def test_nobody_hears_an_event_by_default(caplog: pytest.LogCaptureFixture) -> None:
    emit("rebuilt", documents=3)
    assert not caplog.records


def values_of(record: logging.LogRecord) -> dict[str, Any]:
    values: dict[str, Any] = record.__dict__["values"]
    return values


def test_an_event_has_its_values(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, EVENTS.name):
        emit("rebuilt", documents=3)
    assert [(record.message, values_of(record)) for record in caplog.records] == [("rebuilt", {"documents": 3})]


@pytest.mark.parametrize(
    ("question", "kind", "quotes"),
    [("Qui est le porte-parole du Kremlin ?", "quotes", True), ("Quel âge a Gandalf ?", "not_found", False)],
)
def test_an_answer_is_told_without_its_words(
    seeds: Index, caplog: pytest.LogCaptureFixture, question: str, kind: str, quotes: bool
) -> None:
    with caplog.at_level(logging.INFO, EVENTS.name):
        rag.ask(question, index=seeds)
    (record,) = caplog.records
    assert record.message == "answered"
    values = values_of(record)
    assert (values["kind"], values["quotes"] > 0, values["written"]) == (kind, quotes, False)
    assert 0 < values["seconds"] < 60
    assert not {"Kremlin", "Gandalf", "Peskov"} & set(str(record.__dict__).split())
