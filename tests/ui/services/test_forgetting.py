"""What is forgotten is gone from the folder, from copies, from the index and from conversations; nothing else is."""

import os
import pty
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from remains import SECRET, find_words, keep_temporary_files, write_corpus

import index
import rag
from index import open_index
from index.build.erase import NotForgotten, find_traces
from index.encoders.static import FOLDER
from index.errors import EncoderNotNamed, IndexNotFound
from rag.answer import Turn
from ui.services.conversations import Conversation, Conversations
from ui.services.forgetting import find, forget

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
QUESTIONS = {  # and where to look for the answer
    "Combien coûte le pont en euros ?": "*.txt",
    "Qui a remis des florins ?": "notes/*",
    "Et à qui ?": "*.txt",
    "Quel jour a lieu le marché de Brest ?": "?.txt",
}


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    keep_temporary_files(tmp_path / "temporary", monkeypatch)
    return write_corpus(tmp_path)[0]


@pytest.fixture
def target(corpus: Path) -> Path:
    return corpus.parent / "index"


def ask_questions(target: Path) -> Conversation:
    """A kept conversation of four turns: the middle two show the secret, one by following from the other."""
    conversations = Conversations(target / "conversations")
    conversation = conversations.start()
    for question, documents in QUESTIONS.items():
        answer = rag.ask(question, index=target, history=conversation.turns, documents=[documents])
        conversation = conversation.with_turn(Turn(question, answer))
    conversations.keep(conversation)
    return conversation


def test_what_is_forgotten_is_gone_from_folder_copies_index_and_conversations(corpus, target, tmp_path):
    conversation = ask_questions(target)
    assert [turn.answer.found for turn in conversation.turns] == [True, True, True, True]
    for place in (corpus / ".removed" / "notes", target / "removed" / "notes"):
        place.mkdir(parents=True)
        for name in ("secret.txt", "secret (2).txt", "secret (11).txt", "secret (x).txt", "secrets.txt"):
            (place / name).write_text(SECRET if name[6] in ".(" and "x" not in name[:9] else "À moi.", "utf-8")
    erased = forget(find(str(corpus / "notes" / "secret.txt"), target), target)
    assert find_words(tmp_path) == []
    assert not (corpus / "notes" / "secret.txt").exists()
    for place in (corpus / ".removed" / "notes", target / "removed" / "notes"):
        assert sorted(path.name for path in place.iterdir()) == ["secret (x).txt", "secrets.txt"]
    assert erased.forgotten is not None
    assert erased.forgotten.report is not None
    assert (len(erased.traces.files), erased.turns, erased.forgotten.report.removed) == (7, 2, 1)
    left = Conversations(target / "conversations").open(conversation.id)
    first, *_, last = QUESTIONS
    assert [turn.question for turn in left.turns] == [first, last]
    assert "notes/secret.txt" not in open_index(target).document_ids
    with pytest.raises(NotForgotten, match=r"There is no document “notes/secret\.txt” in .*corpus or in the index"):
        find("notes/secret.txt", target)


def test_what_was_removed_before_can_still_be_forgotten(corpus, target, tmp_path):
    ask_questions(target)
    (corpus / ".removed" / "notes").mkdir(parents=True)
    (corpus / "notes" / "secret.txt").rename(corpus / ".removed" / "notes" / "secret.txt")
    index.rebuild(corpus, target)
    quoting = find_words(tmp_path)
    assert ".removed/notes/secret.txt" in quoting[0]
    assert len(quoting) == 2  # a quote in a conversation is the person's, and stays until the document is forgotten
    forget(find("notes/secret.txt", target), target)
    assert find_words(tmp_path) == []
    assert not (corpus / ".removed").exists()


def test_a_document_that_conversations_alone_quote_can_be_forgotten(corpus, target, tmp_path):
    ask_questions(target)
    (corpus / "notes" / "secret.txt").unlink()
    index.rebuild(corpus, target)
    assert len(find_words(tmp_path)) == 1
    assert forget(find("notes/secret.txt", target), target).turns == 2
    assert find_words(tmp_path) == []


def test_the_last_document_takes_the_index_with_it(corpus, target, tmp_path):
    for path in [*corpus.glob("*.txt"), corpus / "page.html"]:
        path.unlink()
    done = index.forget("notes/secret.txt", target)
    assert done.report is None
    assert find_words(tmp_path) == []
    with pytest.raises(IndexNotFound):
        open_index(target)


@pytest.mark.parametrize(
    "name", ["notes/secret.txt", "{corpus}/notes/secret.txt", "{corpus}/../corpus/notes/secret.txt"]
)
def test_a_document_is_named_by_its_id_or_its_path(corpus, target, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    for argument in (name.format(corpus=corpus), name.format(corpus="corpus")):
        traces = find_traces(argument, target)
        assert (traces.id, traces.files, traces.is_indexed) == (
            "notes/secret.txt",
            (corpus / "notes" / "secret.txt",),
            True,
        )


def test_other_documents_with_the_same_bytes_are_told_and_stay(corpus, target):
    shutil.copy(corpus / "notes" / "secret.txt", corpus / "copy.txt")
    index.rebuild(corpus, target)
    erased = forget(find("notes/secret.txt", target), target)
    assert erased.traces.copies == ("copy.txt",)
    assert "The same bytes are still in copy.txt." in list(erased.lines())
    assert "copy.txt" in open_index(target).document_ids


NO_DOCUMENTS = (
    "absent.txt", "../outside.txt", "{outside}", ".hidden.txt", "notes/../../outside.txt", "{index}/CURRENT", "", ".",
    "/", "~/x", "~nobody/x", "a" * 5000, "/".join(["a" * 200] * 30), "a\0b", "\udcff.txt",
)  # fmt: skip


@pytest.mark.parametrize("name", NO_DOCUMENTS, ids=lambda name: ascii(name[:30]))
def test_nothing_outside_the_documents_is_deleted(corpus, target, tmp_path, name):
    outside = tmp_path / "outside.txt"
    outside.write_text("À moi.")
    (corpus / ".hidden.txt").write_text("À moi.")
    (target / "conversations").mkdir()
    (target / "conversations" / f"{'0' * 16}.json").write_text("{}")
    before = sorted(path for path in tmp_path.rglob("*") if "temporary" not in path.parts)
    with pytest.raises(NotForgotten, match="There is no document"):
        find(name.format(outside=outside, index=target), target)
    with pytest.raises(NotForgotten):
        index.forget(name.format(outside=outside, index=target), target)
    assert sorted(path for path in tmp_path.rglob("*") if "temporary" not in path.parts) == before


def test_an_index_inside_the_folder_is_no_document(corpus, tmp_path):
    index.rebuild(corpus, corpus / "my index")
    with pytest.raises(NotForgotten):
        index.forget("my index/CURRENT", corpus / "my index")
    assert open_index(corpus / "my index").document_ids


def test_a_folder_is_not_forgotten_by_its_name(corpus, target):
    with pytest.raises(NotForgotten, match=r"notes is a folder\. Name a file in it\."):
        find("notes", target)
    assert (corpus / "notes" / "secret.txt").exists()


def test_copies_behind_a_link_are_not_touched(corpus, target, tmp_path):
    (tmp_path / "elsewhere" / "notes").mkdir(parents=True)
    (tmp_path / "elsewhere" / "notes" / "secret.txt").write_text("À moi.")
    (corpus / ".removed").symlink_to(tmp_path / "elsewhere")
    index.forget("notes/secret.txt", target)
    assert (tmp_path / "elsewhere" / "notes" / "secret.txt").read_text() == "À moi."


@pytest.mark.exhaustive
def test_nothing_is_deleted_where_the_index_could_not_be_rebuilt(corpus, target, tmp_path, monkeypatch):
    monkeypatch.delenv("RAG_ENCODER", raising=False)
    model = shutil.copytree(FOLDER, tmp_path / "model")
    index.rebuild(corpus, target, encoder=str(model))
    with pytest.raises(EncoderNotNamed):
        index.forget("notes/secret.txt", target)
    assert (corpus / "notes" / "secret.txt").exists()
    index.forget("notes/secret.txt", target, encoder=str(model))
    assert not (corpus / "notes" / "secret.txt").exists()


def test_after_a_failure_it_is_done_by_doing_it_again(corpus, target, tmp_path, monkeypatch):
    ask_questions(target)
    with monkeypatch.context() as patched:
        patched.setattr("index.build.erase.rebuild", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            forget(find("notes/secret.txt", target), target)
    assert find_words(tmp_path)
    assert forget(find("notes/secret.txt", target), target).turns == 2
    assert find_words(tmp_path) == []


def test_an_index_that_cannot_be_deleted_is_told(corpus, target, monkeypatch):
    monkeypatch.setattr("index.storage.snapshot.remove_stale", lambda folder, previous=None: None)
    with pytest.raises(NotForgotten, match=r"An older index in .* cannot be deleted\. Stop what is using it"):
        index.forget("notes/secret.txt", target)


def rag_command(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ui.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=ROOT, check=False)


def test_the_command_asks_before_and_says_what_it_did(corpus, target, tmp_path):
    ask_questions(target)
    done = rag_command("forget", "notes/secret.txt", "--index", target)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"Cannot prompt without a terminal. Permanently delete: {corpus}/notes/secret.txt; what the index holds of it; "
        "the answers of kept conversations that quote it? Pass --yes to confirm.\n"
    )
    assert (corpus / "notes" / "secret.txt").exists()
    done = rag_command("forget", corpus / "notes" / "secret.txt", "--index", target, "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "Forgotten: notes/secret.txt (1 file and 2 answers of conversations deleted). Backups, file-system snapshots "
        "and an SSD's spare blocks are beyond this program.\n"
    )
    assert find_words(tmp_path) == []
    again = rag_command("forget", "notes/secret.txt", "--index", target, "--yes")
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr.startswith("There is no document “notes/secret.txt” in ")


@pytest.mark.parametrize(("typed", "status"), [("n\n", 1), ("y\n", 0)])
def test_on_a_terminal_the_command_asks(corpus, target, typed, status):
    master, terminal = pty.openpty()
    command = [sys.executable, "-m", "ui.cli", "forget", "notes/secret.txt", "--index", str(target)]
    process = subprocess.Popen(command, stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
    os.write(master, typed.encode())
    output = process.communicate(timeout=60)[0].decode()
    os.close(terminal)
    os.close(master)
    assert re.search(r"Permanently delete: .*secret\.txt; what the index holds of it\?", output)
    assert process.returncode == status
    assert (corpus / "notes" / "secret.txt").exists() == bool(status)
