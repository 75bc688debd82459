"""A server holds the index that is in use, and no other."""

import os
import sys
from pathlib import Path
from shutil import copytree

import pytest
from starlette.testclient import TestClient
from waiting import left_open, open_paths

from index import open_index, rebuild
from ui.i18n.labels import FRENCH
from ui.web.app import create_controller
from ui.web.server import build_application

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::Warning:gradio"),
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux says in /proc what a process has open"),
]
SEEDS = Path(__file__).parents[3] / "seeds"
QUESTION = {"question": "Qui est le porte-parole du Kremlin ?"}


def test_an_index_that_was_replaced_is_unmapped_with_the_next_question(tmp_path: Path) -> None:
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    corpus, target = copytree(SEEDS, tmp_path / "corpus"), tmp_path / "index"
    rebuild(corpus, target)
    controller = create_controller(target)
    client = TestClient(build_application(controller), base_url="http://127.0.0.1:7860")

    def visit() -> Path:
        assert client.post("/api/ask", json=QUESTION).json()["found"]
        assert client.get("/").status_code == 200
        assert controller.suggest(controller.open_index(), FRENCH)
        assert controller.library_controller.library.entries().entries
        return open_index(target).snapshot

    before = visit()
    assert open_paths(before)
    (corpus / "autre.txt").write_text("Un texte de plus.", "utf-8")
    rebuild(corpus, target)
    assert open_paths(visit())
    assert left_open(before) == []
