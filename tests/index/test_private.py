"""Nobody but its owner reads an index, or what is kept beside it, whatever the umask."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import rag
from index import rebuild
from index.private import ensure_private_file, make_private_folder, open_private, tighten_tree, write_private_text
from rag.answer import Turn
from ui.services.conversations import Conversations

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number:02}.txt").write_text(f"Le pont numéro {number} coûte {number} millions.", "utf-8")
    return folder


def modes(folder: Path) -> set[tuple[str, str]]:
    """The kinds and modes of a folder and of all that is in it."""
    paths = [folder, *folder.rglob("*")]
    return {("folder" if path.is_dir() else "file", oct(stat.S_IMODE(path.lstat().st_mode))) for path in paths}


PRIVATE = {("folder", "0o700"), ("file", "0o600")}


@pytest.mark.slow
def test_an_index_and_its_conversations_are_their_owners(corpus, tmp_path, umask):
    target = tmp_path / "new" / "index"
    rebuild(corpus, target)
    (corpus / "00.txt").write_text("Le pont est fermé.", "utf-8")
    rebuild(corpus, target)
    answer = rag.ask("Combien coûte le pont numéro 7 ?", index=target)
    conversations = Conversations(target / "conversations")
    conversations.keep(conversations.start().with_turn(Turn(answer.question, answer)))
    assert modes(tmp_path / "new") == PRIVATE


def test_while_it_is_written_an_index_is_out_of_reach(corpus, tmp_path, umask):
    target, seen = tmp_path / "index", set()

    def look(event: object) -> None:
        for path in target.iterdir():
            seen.add((path.name.partition("0")[0], oct(stat.S_IMODE(path.stat().st_mode))))

    rebuild(corpus, target, progress=look)
    files = ("cache.sqlite", "cache.sqlite-wal", "cache.sqlite-shm", "lock", "lock.owner")
    assert seen == {("snapshot-", "0o700"), *((name, "0o600") for name in files)}


def loosen_modes(target: Path) -> Path:
    """An index as an earlier version left it under the usual umask."""
    for path in [target, *target.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return target


def test_an_index_of_an_earlier_version_is_tightened_by_a_rebuild(corpus, tmp_path):
    rebuild(corpus, tmp_path / "index")
    loosen_modes(tmp_path / "index")
    rebuild(corpus, tmp_path / "index")
    assert modes(tmp_path / "index") == PRIVATE


def test_documents_that_were_removed_before_keep_their_modes_behind_a_closed_door(corpus, tmp_path):
    rebuild(corpus, tmp_path / "index")
    (tmp_path / "index" / "removed").mkdir(mode=0o755)
    (tmp_path / "index" / "removed" / "a.txt").write_text("À moi.")
    (tmp_path / "index" / "removed" / "a.txt").chmod(0o644)
    rebuild(corpus, tmp_path / "index")
    assert modes(tmp_path / "index" / "removed") == {("folder", "0o700"), ("file", "0o644")}


@pytest.mark.slow
def test_what_is_taken_over_is_tightened_too(corpus, tmp_path, monkeypatch):
    monkeypatch.setattr("index.storage.segments.LEAST", 2)
    rebuild(corpus, tmp_path / "index")
    loosen_modes(tmp_path / "index")
    (corpus / "00.txt").write_text("Le pont est fermé.", "utf-8")
    rebuild(corpus, tmp_path / "index")
    assert modes(tmp_path / "index") == PRIVATE


@pytest.mark.parametrize("why", ["it holds something else", "it is a group's"])
def test_a_folder_that_is_not_an_indexs_alone_keeps_its_mode(corpus, tmp_path, why):
    target = tmp_path / "index"
    rebuild(corpus, target)
    loosen_modes(target)
    if why == "it holds something else":
        (target / "notes").mkdir()
        (target / "notes" / "mine.txt").write_text("À moi.")
        (target / "notes" / "mine.txt").chmod(0o644)
    else:
        target.chmod(0o2775)
    before = stat.S_IMODE(target.stat().st_mode)
    rebuild(corpus, target)
    assert stat.S_IMODE(target.stat().st_mode) == before
    ours = [path for path in target.iterdir() if path.name != "notes"]
    assert set().union(*map(modes, ours)) == PRIVATE
    if (target / "notes").exists():
        assert stat.S_IMODE((target / "notes" / "mine.txt").stat().st_mode) == 0o644


def test_a_folder_that_is_there_keeps_its_mode_and_new_ones_are_private(tmp_path, umask):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o755)
    make_private_folder(tmp_path / "shared" / "a" / "b")
    make_private_folder(tmp_path / "shared")
    assert stat.S_IMODE((tmp_path / "shared").stat().st_mode) == 0o755
    assert modes(tmp_path / "shared" / "a") == {("folder", "0o700")}


def test_a_parent_that_another_thread_creates_meanwhile_is_as_good(tmp_path, monkeypatch):
    mkdir = Path.mkdir

    def overtaken(folder: Path, *mode: Any) -> None:
        try:
            mkdir(folder, *mode)
        except FileNotFoundError:
            monkeypatch.undo()
            folder.parent.mkdir()
            raise

    monkeypatch.setattr(Path, "mkdir", overtaken)
    make_private_folder(tmp_path / "new" / "index")
    assert (tmp_path / "new" / "index").is_dir()


def test_a_file_is_private_though_it_was_not(tmp_path, umask):
    for name, write in {
        "opened": lambda path: open_private(path).close(),
        "text": lambda path: write_private_text(path, "é"),
        "ensured": ensure_private_file,
    }.items():
        for exists in (False, True):
            path = tmp_path / f"{name}-{exists}"
            if exists:
                path.write_bytes(b"x")
                path.chmod(0o666)
            write(path)
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (tmp_path / "text-True").read_bytes() == "é".encode()
    assert (tmp_path / "ensured-True").read_bytes() == b"x"


def test_a_link_is_not_written_through_nor_tightened(tmp_path):
    (tmp_path / "elsewhere").write_text("À moi.")
    (tmp_path / "elsewhere").chmod(0o644)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "link").symlink_to(tmp_path / "elsewhere")
    for write in (open_private, ensure_private_file, lambda path: write_private_text(path, "x")):
        with pytest.raises(OSError, match="symbolic links"):
            write(tmp_path / "folder" / "link")
    tighten_tree(tmp_path / "folder")
    assert (tmp_path / "elsewhere").read_text() == "À moi."
    assert stat.S_IMODE((tmp_path / "elsewhere").stat().st_mode) == 0o644


def test_a_folder_that_its_parent_does_not_take_is_an_error(tmp_path, monkeypatch):
    def refuse(folder: Path, mode: int = 0o777) -> None:
        raise FileNotFoundError(2, "No such file or directory", str(folder))

    monkeypatch.setattr(Path, "mkdir", refuse)  # as /proc does
    with pytest.raises(FileNotFoundError):
        make_private_folder(tmp_path / "index")
