"""``rag store``, and the other commands over a store."""

import json
import re
from pathlib import Path

import pytest
from databases import Server, on_servers
from typer.testing import CliRunner

from index import rebuild
from index.errors import UserError
from ui.cli.main import app


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    if isinstance(result.exception, UserError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "moulin.txt").write_text(
        "Le moulin\n\nLe moulin de la Sarre fut construit en 1784 par Anne Keller.", "utf-8"
    )
    return folder


@on_servers
@pytest.mark.slow  # it starts PostgreSQL
def test_a_store_from_its_making_to_a_rollback(
    server: Server, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_INDEX", server.url("commands"))
    assert "ready" in run("store", "init")
    assert json.loads(run("store", "status", "--json"))["current"] is None
    run("rebuild", str(corpus))
    assert "1784" in run("ask", "Quand le moulin fut-il construit ?")
    assert json.loads(run("status", "--json"))["documents"] == 1
    (corpus / "forge.txt").write_text("La forge\n\nLa forge du bourg ferma en 1911.", "utf-8")
    rebuild(corpus, tmp_path / "index")
    assert "snapshot 2" in run("store", "publish", str(tmp_path / "index"))
    assert "1911" in run("ask", "Quand la forge ferma-t-elle ?")
    assert "snapshot 1 again" in run("store", "rollback")
    facts = json.loads(run("store", "status", "--json"))
    assert (facts["current"], facts["documents"], list(facts["snapshots"])) == (1, 1, ["2", "1"])
    assert facts["bytes"] > 0
    assert json.loads(run("store", "status", "--json", "--check"))["damaged"] == []
    shown = run("store", "status", "--check")
    assert "damaged    nothing" in shown
    assert f"snapshots  2 ({facts['snapshots']['2']}), 1 ({facts['snapshots']['1']})" in " ".join(shown.split("\n"))
    run("store", "copy", server.url("commands"), str(tmp_path / "copy"))
    assert "1784" in run("ask", "Quand le moulin fut-il construit ?", "--index", str(tmp_path / "copy"))
    with pytest.raises(UserError, match=r"To forget moulin\.txt, delete its file"):
        run("forget", "moulin.txt", "--yes")


@on_servers
@pytest.mark.slow  # it starts PostgreSQL
def test_a_store_of_another_folder_is_not_replaced_unasked(
    server: Server, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_INDEX", server.url("unasked"))
    run("store", "init")
    run("rebuild", str(corpus))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "another-machine"))
    other = tmp_path / "other"
    other.mkdir()
    (other / "forge.txt").write_text("La forge ferma en 1911.", "utf-8")
    rebuild(other, tmp_path / "index")
    store, folder = server.url("unasked"), str(tmp_path / "index")
    for command, target in (
        (("rebuild", str(other)), store),
        (("store", "publish", folder), store),
        (("store", "copy", folder, store), store),
        (("store", "copy", store, folder), folder),
    ):
        with pytest.raises(UserError, match=rf"^{re.escape(target)} is the index of .* Replace it with --yes"):
            run(*command)
    assert json.loads(run("store", "status", "--json"))["current"] == 1
    assert "Published as snapshot 2" in run("store", "publish", str(tmp_path / "index"), "--yes")


@on_servers
@pytest.mark.slow  # it starts PostgreSQL
def test_a_rebuild_that_changes_nothing_publishes_nothing(
    server: Server, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_INDEX", server.url("unchanged"))
    with pytest.raises(UserError, match="rag store init"):
        run("rebuild", str(tmp_path / "corpus"))
    run("store", "init")
    run("rebuild", str(corpus))
    run("rebuild", str(corpus))
    assert list(json.loads(run("store", "status", "--json"))["snapshots"]) == ["1"]
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "another-machine"))
    assert "damaged    nothing" in run("status", "--check")


def test_an_address_that_is_missing_and_a_copy_to_itself(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Which store"):
        run("store", "init", "--index", str(tmp_path))
    with pytest.raises(UserError, match="cannot be copied to itself"):
        run("store", "copy", str(tmp_path), str(tmp_path))
