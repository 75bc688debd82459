"""The examples run, offline, and show what they say they show."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from langchain_core.runnables import RunnableLambda

from scripts.project import ROOT
from ui.web.app import create_controller
from ui.web.server import running

pytestmark = pytest.mark.slow

EXAMPLES = ROOT / "examples"
SEEDS = ROOT / "seeds"


def example(name: str) -> dict[str, Any]:
    return runpy.run_path(str(EXAMPLES / name))


def test_ask_prints_a_quote_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    example("ask.py")["main"](SEEDS, "Qui est le porte-parole du Kremlin ?")
    printed = capsys.readouterr().out
    assert "Dmitri Peskov" in printed
    assert printed.splitlines()[1].partition(", characters ")[0].strip() in {path.name for path in SEEDS.iterdir()}


def test_ask_says_what_is_not_in_the_documents(capsys: pytest.CaptureFixture[str]) -> None:
    example("ask.py")["main"](SEEDS, "Quelle est la capitale de l'Australie ?")
    assert capsys.readouterr().out.startswith("Not in these documents.")


def test_a_rebuild_shows_its_progress_and_what_it_skips(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "lettre.txt").write_text("Le pont est fermé.", "utf-8")
    (folder / "vide.txt").write_text("", "utf-8")
    example("rebuild_with_progress.py")["main"](folder, tmp_path / "index")
    printed = capsys.readouterr()
    assert "reading: 1 of 2 files  lettre.txt" in printed.err
    assert printed.out.startswith("documents: 1, passages: 1, in ")
    assert printed.out.splitlines()[1].startswith("vide.txt: ")


def test_a_rebuild_of_no_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="nowhere"):
        example("rebuild_with_progress.py")["main"](tmp_path / "nowhere", tmp_path / "index")


def test_a_client_sees_the_answer_grow(seeds_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    client = example("http_client.py")["main"]
    with running(create_controller(seeds_index)) as address:
        client(address, "Avec qui Emmanuel Macron s'est-il entretenu ?")
        lines = capsys.readouterr().out.splitlines()
        assert lines[0] == "citations: 1"
        assert "Poutine" in lines[-1]
        with pytest.raises(SystemExit, match="empty"):
            client(address, "")


def test_a_chain_puts_the_passages_before_its_model(seeds_index: Path) -> None:
    echo = RunnableLambda(lambda prompt: prompt.to_string())
    written = example("langchain_chain.py")["build_chain"](echo, str(seeds_index)).invoke("Qui est Dmitri Peskov ?")
    assert "porte-parole du Kremlin" in written
    assert written.endswith("Question: Qui est Dmitri Peskov ?")


def test_each_example_is_tested_here() -> None:
    tested = Path(__file__).read_text("utf-8")
    assert {path.name for path in EXAMPLES.glob("*.py") if f'example("{path.name}")' not in tested} == set()
