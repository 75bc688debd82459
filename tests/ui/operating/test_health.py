"""Health of a server: it lives, and it can answer, with and without a password."""

import os
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ui.web.app import create_controller
from ui.web.server import build_application
from ui.web.settings import ServerSettings

pytestmark = pytest.mark.slow

LOCAL = "http://127.0.0.1:7860"


def client(folder: Path, own: Path) -> TestClient:
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    settings = ServerSettings(password="secret")
    return TestClient(build_application(create_controller(folder, own), settings), base_url=LOCAL)


def test_a_server_with_an_index_is_ready(seeds_index: Path, tmp_path: Path) -> None:
    asked = client(seeds_index, tmp_path)
    assert asked.get("/health/live").json() == {"status": "live"}
    assert asked.get("/health/ready").json() == {"status": "ready"}
    assert asked.get("/api/status").status_code == 401


def test_a_server_without_documents_takes_some(tmp_path: Path) -> None:
    asked = client(tmp_path / "index", tmp_path / "own")
    assert (asked.get("/health/ready").status_code, asked.get("/health/ready").json()) == (200, {"status": "empty"})


def test_a_damaged_index_is_not_ready_and_names_no_folder(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    asked = client(tmp_path / "index", tmp_path / "own")
    (tmp_path / "index" / "snapshot-0001").mkdir(parents=True)
    (tmp_path / "index" / "CURRENT").write_text("snapshot-0001", encoding="utf-8")
    reply = asked.get("/health/ready")
    assert reply.status_code == 503
    assert set(reply.json()) == {"status"}
    assert str(tmp_path) not in reply.text
    assert asked.get("/health/live").status_code == 200


@pytest.mark.parametrize("path", ["/health/live/", "/health/ready/x", "/health/", "/health"])
def test_nothing_near_is_open(seeds_index: Path, tmp_path: Path, path: str) -> None:
    assert client(seeds_index, tmp_path).get(path).status_code == 401
