"""Metrics are served where the settings say so, behind the password, and hold counts alone."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from index.events import EVENTS, emit
from ui.web import settings as server_settings
from ui.web.app import create_controller
from ui.web.server import build_application
from ui.web.settings import MetricsNotInstalled, ServerSettings

pytestmark = pytest.mark.slow

LOCAL = "http://127.0.0.1:7860"
SIGNED = {"authorization": "Bearer secret"}
KREMLIN = "Qui est le porte-parole du Kremlin ?"


@pytest.fixture
def client(seeds_index: Path) -> Iterator[TestClient]:
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    settings = ServerSettings(password="secret", metrics=True)
    with TestClient(
        build_application(create_controller(seeds_index), settings), base_url=LOCAL, headers=SIGNED
    ) as asked:
        yield asked


def samples(client: TestClient) -> dict[tuple[str, ...], float]:
    text = client.get("/metrics").text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_answers_requests_and_the_index_are_counted(client: TestClient) -> None:
    client.post("/api/ask", json={"question": KREMLIN})
    client.post("/api/ask", json={"question": "Quel âge a Gandalf ?"})
    client.get("/no/such/address?question=secret")
    emit("rebuild_failed", error="DiskFull")
    counted = samples(client)
    assert counted["sourcier_answers_total", "quotes"] == counted["sourcier_answers_total", "not_found"] == 1
    assert counted["sourcier_answered_seconds_count",] == 2
    assert counted["sourcier_requests_total", "POST", "/api/ask", "200"] == 2
    assert counted["sourcier_requests_total", "other", "other", "404"] == 1
    assert counted["sourcier_request_seconds_count", "/api/ask"] == 2
    assert counted["sourcier_failed_rebuilds_total", "DiskFull"] == 1
    assert counted["sourcier_documents",] == 5
    assert counted["sourcier_sentences",] > counted["sourcier_passages",] > 5
    assert 1_700_000_000 < counted["sourcier_snapshot_timestamp_seconds",] < 4_000_000_000


def test_no_word_of_a_question_or_address_is_told(client: TestClient) -> None:
    client.post("/api/ask", json={"question": KREMLIN})
    client.get("/documents/page?doc=Peskov.txt&page=1&sha256=b")
    text = client.get("/metrics").text
    assert "/documents/page" in text
    assert not [word for word in ("Kremlin", "Peskov", "porte-parole") if word in text]


def test_a_stranger_sees_none(client: TestClient) -> None:
    assert client.get("/metrics", headers={"authorization": ""}).status_code == 401


def test_nothing_is_counted_after_the_server_ended(seeds_index: Path) -> None:
    before = list(EVENTS.handlers)
    with TestClient(build_application(create_controller(seeds_index), ServerSettings(metrics=True)), base_url=LOCAL):
        assert len(EVENTS.handlers) == len(before) + 1
    assert EVENTS.handlers == before


@pytest.mark.parametrize(("value", "served"), [("on", True), ("off", False), ("", False)])
def test_they_are_a_setting(value: str, served: bool) -> None:
    assert ServerSettings.read(environment={"RAG_METRICS": value}).metrics == served


def test_without_their_package_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_settings, "find_spec", lambda name: None)
    with pytest.raises(MetricsNotInstalled, match=r"pip install 'sourcier\[metrics\]'"):
        ServerSettings.read(environment={"RAG_METRICS": "on"})
