"""A conversation that is kept is the one that is reopened, quotes and all; and it can leave as a file."""

import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from plain_controller import cite, compose
from rendered import Page, document_of
from waiting import until

from index.documents import Span
from rag.answer import Hit, Turn
from ui.html import export
from ui.i18n.labels import ENGLISH
from ui.services.conversations import UNSAVED_LIMIT, Conversations
from ui.services.library import Library
from ui.web.library_controller import LibraryController

TEXT = "Le *ciel* est <b>bleu</b> [1] & «clair»\u00a0: #oui_non."


@pytest.fixture
def conversations(tmp_path) -> Conversations:
    return Conversations(tmp_path / "kept")


def turn(question: str = "De quelle couleur ?") -> Turn:
    doc = document_of(TEXT)
    return Turn(question, compose(question, [cite(doc, Span(0, len(TEXT)), Span(3, 9))]))


def test_what_is_kept_is_what_is_reopened(conversations):
    conversation = conversations.start().with_turn(turn()).with_turn(turn("Et puis ?"))
    conversations.keep(conversation)
    assert conversations.open(conversation.id) == conversation
    assert conversations.open(conversation.id).name == "De quelle couleur ?"


def test_what_two_pages_add_at_once_is_kept_of_both(conversations):
    conversation = conversations.start()
    with ThreadPoolExecutor(4) as threads:
        adding = [lambda now, n=n: now.with_turn(turn(str(n))) for n in range(40)]
        list(threads.map(lambda act: conversations.change(conversation, act), adding))
    assert sorted(int(answered.question) for answered in conversations.open(conversation.id).turns) == list(range(40))
    assert [path.suffix for path in conversations.folder.iterdir()] == [".json"]


def turn_citing(question: str, *sources: str, understood: str = "", near: tuple[str, ...] = ()) -> Turn:
    """A turn that quotes these documents, or finds them near."""
    text = "Le ciel est bleu."
    quotes = [cite(replace(document_of(text), id=source), Span(0, len(text)), Span(3, 7)) for source in sources]
    hits = tuple(Hit(source, 0, 3, "Le ", 0.5, 0.5, 0.5, source) for source in near)
    return Turn(question, replace(compose(question, quotes), question_understood=understood or question, nearest=hits))


def test_the_turns_that_show_a_document_and_what_follows_from_them_are_forgotten(conversations):
    turns = (
        turn_citing("Qui ?", "secret.txt"),
        turn_citing("Où ?", "a.txt"),
        turn_citing("Quand ?", "a.txt", "secret.txt"),
        turn_citing("Et pourquoi ?", "a.txt", understood="Pourquoi (ce que disait secret.txt) ?"),
        turn_citing("Et avec qui ?", "a.txt", understood="Avec qui (pourquoi, ce que disait secret.txt) ?"),
        turn_citing("Quel temps ?", "a.txt"),
        turn_citing("Et demain ?", "a.txt", understood="Quel temps demain ?"),
        turn_citing("Quelle mer ?", near=("b.txt", "secret.txt")),
        turn_citing("Qui d'autre ?", "secret.txt.txt", "notes/secret.txt"),
    )
    whole = replace(conversations.start(), name="Qui ?", turns=turns, thumbs={0: "good", 1: "bad", 5: "good", 8: "bad"})
    other = conversations.start().with_turn(turn_citing("Rien ?", "a.txt"))
    conversations.keep(whole)
    conversations.keep(other)
    assert conversations.quotes("secret.txt")
    assert conversations.forget("secret.txt") == 5
    left = conversations.open(whole.id)
    assert [turn.question for turn in left.turns] == ["Où ?", "Quel temps ?", "Et demain ?", "Qui d'autre ?"]
    assert (left.name, left.thumbs) == ("Où ?", {0: "bad", 1: "good", 3: "bad"})
    assert conversations.open(other.id) == other
    assert not conversations.quotes("secret.txt")
    assert conversations.forget("secret.txt") == 0


def test_a_conversation_of_nothing_else_is_deleted_and_a_given_name_stays_with_what_is_left(conversations):
    alone = conversations.start().with_turn(turn_citing("Qui ?", "secret.txt"))
    named = replace(
        conversations.start().with_turn(turn_citing("Qui ?", "secret.txt")).with_turn(turn_citing("Où ?", "a.txt")),
        name="Mon nom",
    )
    conversations.keep(alone)
    conversations.keep(named)
    assert conversations.forget("secret.txt") == 2
    assert [path.stem for path in conversations.folder.iterdir()] == [named.id]
    assert conversations.open(named.id).name == "Mon nom"


def test_files_that_are_no_conversation_but_name_the_document_are_forgotten_too(conversations):
    own = conversations.start().with_turn(turn_citing("Où ?", "a.txt"))
    conversations.keep(own)
    (conversations.folder / f"{'0' * 16}.json").write_text('{"version": 9, "quotes": [{"source": "é.txt"}]}', "utf-8")
    (conversations.folder / f"{'1' * 16}.json").write_text(
        '{"version": 9, "quotes": [{"source": "\\u00e9.txt"}]}', "utf-8"
    )
    (conversations.folder / f"{'2' * 16}.json").write_text('{"version": 9, "quotes": []}', "utf-8")
    old, new = (conversations.folder / f"{'3' * 16}.{letter * 8}" for letter in "ab")
    for half in (old, new):
        half.write_text('{"turns": [{"source": "é.t', "utf-8")
    os.utime(old, (1, 1))  # left by a process that was killed; the other may be being written
    assert conversations.forget("é.txt") == 2
    left = {path.name for path in conversations.folder.iterdir()}
    assert left == {f"{own.id}.json", f"{'2' * 16}.json", new.name}


def test_a_conversation_that_was_deleted_does_not_come_back_with_an_answer(conversations):
    conversation = conversations.start().with_turn(turn_citing("Qui ?", "secret.txt"))
    conversations.keep(conversation)
    conversations.delete(conversation.id)
    grown = conversations.change(conversation, lambda now: now.with_turn(turn_citing("Où ?", "a.txt")))
    assert [turn.question for turn in grown.turns] == ["Où ?"]
    assert [path.stem for path in conversations.folder.glob("*.json")] == [grown.id]
    conversations.change(conversation, lambda now: replace(now, name="Un nom"))
    assert [path.stem for path in conversations.folder.glob("*.json")] == [grown.id]


def test_a_conversation_that_vanishes_while_all_are_listed_is_left_out(conversations, monkeypatch):
    first, second = conversations.start().with_turn(turn("1")), conversations.start().with_turn(turn("2"))
    conversations.keep(first)
    conversations.keep(second)
    stat = Path.stat

    def vanishing(path, **more):
        if path.stem == second.id:
            path.unlink(missing_ok=True)
        return stat(path, **more)

    monkeypatch.setattr(Path, "stat", vanishing)
    assert list(conversations.all()) == [first]


@pytest.mark.skipif(os.name != "posix", reason="pipes")
def test_a_pipe_is_no_conversation_and_is_not_waited_for(conversations):
    whole = conversations.start().with_turn(turn())
    conversations.keep(whole)
    os.mkfifo(conversations.folder / f"{'0' * 16}.json")
    assert [conversation.id for conversation in conversations.all()] == [whole.id]
    assert conversations.forget("secret.txt") == 0


def test_a_file_under_the_name_of_another_conversation_is_none(conversations):
    whole = conversations.start().with_turn(turn())
    conversations.keep(whole)
    (conversations.folder / f"{'0' * 16}.json").write_bytes((conversations.folder / f"{whole.id}.json").read_bytes())
    assert conversations.open("0" * 16).turns == ()


def test_the_latest_is_first_and_what_is_deleted_is_gone(conversations):
    first, second = conversations.start().with_turn(turn("1")), conversations.start().with_turn(turn("2"))
    conversations.keep(first)
    conversations.keep(second)
    assert [c.id for c in conversations.all()] == [second.id, first.id]
    conversations.delete(second.id)
    assert [c.id for c in conversations.all()] == [first.id]


def test_a_deleted_conversation_can_be_restored_once(conversations):
    conversation = conversations.start().with_turn(turn())
    conversations.keep(conversation)
    conversations.delete(conversation.id)
    assert (conversations.is_deleted(conversation.id), conversations.restorable()) == (True, [conversation])
    assert conversations.open(conversation.id).turns == ()
    assert conversations.restore(conversation.id)
    assert (conversations.is_deleted(conversation.id), conversations.restorable()) == (False, [])
    assert conversations.open(conversation.id) == conversation
    assert not conversations.restore(conversation.id)
    assert not conversations.restore("0" * 16)
    assert not conversations.restore("../../etc/passwd")


def test_nothing_brings_a_deleted_conversation_back_but_restoring_it(conversations):
    conversation = conversations.start().with_turn(turn("1"))
    conversations.keep(conversation)
    conversations.delete(conversation.id)
    changed = conversations.change(conversation, lambda now: now.with_turn(turn("2")))
    assert changed.id != conversation.id
    assert [answered.question for answered in changed.turns] == ["2"]
    assert [conversation.id for conversation in conversations.all()] == [changed.id]


def test_a_deleted_conversation_is_purged_in_time_and_at_the_next_start(conversations):
    conversation = conversations.start().with_turn(turn())
    conversations.keep(conversation)
    conversations.delete(conversation.id)
    assert len(list(conversations.folder.iterdir())) == 1
    Conversations(conversations.folder)
    assert list(conversations.folder.iterdir()) == []
    assert not conversations.restore(conversation.id)
    quick = Conversations(conversations.folder, undo_seconds=0.05)
    quick.keep(conversation)
    quick.delete(conversation.id)
    quick.restore(conversation.id)
    quick.delete(conversation.id)
    until(lambda: not list(conversations.folder.iterdir()))
    assert not quick.restore(conversation.id)
    assert quick.is_deleted(conversation.id)


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such modes")
def test_a_conversation_is_readable_by_its_owner_only(conversations):
    conversation = conversations.start().with_turn(turn())
    conversations.keep(conversation)
    conversations.delete(conversation.id)
    conversations.keep(conversations.start().with_turn(turn()))
    modes = {stat.S_IMODE(path.stat().st_mode) for path in conversations.folder.iterdir()}
    assert (stat.S_IMODE(conversations.folder.stat().st_mode), modes) == (0o700, {0o600})


@pytest.mark.parametrize("id", ["", "../../etc/passwd", "0" * 15, "0" * 17, "Z" * 16, "0" * 16 + "\n"])
def test_what_is_no_id_opens_an_empty_conversation(conversations, id):
    assert conversations.open(id).turns == ()
    conversations.delete(id)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"id": "x"}', '{"id": 1, "name": "", "turns": [{}], "thumbs": {}}']
)
def test_a_damaged_file_hides_no_other(conversations, content):
    whole = conversations.start().with_turn(turn())
    conversations.keep(whole)
    (conversations.folder / f"{'0' * 16}.json").write_text(content)
    assert conversations.open("0" * 16).turns == ()
    assert [c.id for c in conversations.all()] == [whole.id]


def test_names_and_thumbs_are_kept(conversations, tmp_path):
    controller = LibraryController(Library(tmp_path), conversations)
    conversation = conversations.start().with_turn(turn())
    conversations.keep(conversation)
    controller.rename(conversation.id, "  Le ciel  ")
    controller.rate(conversation.id, 0, "good")
    controller.rate(conversation.id, 7, "good")
    assert (conversations.open(conversation.id).name, conversations.open(conversation.id).thumbs) == (
        "Le ciel",
        {0: "good"},
    )
    controller.rate(conversation.id, 0, "bad")
    assert conversations.open(conversation.id).thumbs == {0: "bad"}
    controller.rate(conversation.id, 0, "bad")
    assert conversations.open(conversation.id).thumbs == {}


def test_an_answer_leaves_as_html_that_shows_it_as_written():
    page = Page(export.as_html([turn().answer], "", ENGLISH))
    assert page.marks == [TEXT]
    assert "b" not in page.tags
    assert f"a.txt, 0–{len(TEXT)}, sha256 {'0' * 64}" in page.text


def test_an_answer_leaves_as_markdown_that_reads_as_written():
    text = export.as_markdown(turn().answer, ENGLISH)
    assert "\\*ciel\\*" in text
    assert "<b>" not in text.replace("\\<b\\>", "")
    assert f"0–{len(TEXT)}, sha256 {'0' * 64}" in text


def refuse_writes(conversations: Conversations, monkeypatch) -> None:
    """Let the disk take no file any more."""

    def refuse(path: Path, text: str) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    monkeypatch.setattr("ui.services.conversations.write_private_text", refuse)


def test_a_conversation_that_the_disk_does_not_take_goes_on_until_it_does(conversations, monkeypatch):
    first = conversations.change(conversations.start(), lambda now: now.with_turn(turn("Un ?")))
    with monkeypatch.context() as broken:
        refuse_writes(conversations, broken)
        conversations.change(first, lambda now: now.with_turn(turn("Deux ?")))
        assert [answered.question for answered in conversations.open(first.id).turns] == ["Un ?", "Deux ?"]
        assert not conversations.is_saved(first.id)
        assert len(Conversations(conversations.folder).open(first.id).turns) == 1
    conversations.change(first, lambda now: now.with_turn(turn("Trois ?")))
    assert conversations.is_saved(first.id)
    assert [answered.question for answered in Conversations(conversations.folder).open(first.id).turns] == [
        "Un ?",
        "Deux ?",
        "Trois ?",
    ]


def test_what_is_only_in_memory_is_deleted_and_forgotten_too(conversations, monkeypatch):
    refuse_writes(conversations, monkeypatch)
    conversation = conversations.change(
        conversations.start(),
        lambda now: now.with_turn(turn_citing("Un ?", "a.txt")).with_turn(turn_citing("Deux ?", "b.txt")),
    )
    assert conversations.quotes("a.txt")
    assert conversations.forget("a.txt") == 1
    assert not conversations.quotes("a.txt")
    assert [answered.question for answered in conversations.open(conversation.id).turns] == ["Deux ?"]
    conversations.delete(conversation.id)
    assert not conversations.open(conversation.id).turns


def test_few_conversations_stay_in_memory(conversations, monkeypatch):
    refuse_writes(conversations, monkeypatch)
    ids = [
        conversations.change(conversations.start(), lambda now: now.with_turn(turn())).id
        for _ in range(UNSAVED_LIMIT + 1)
    ]
    assert [bool(conversations.open(id).turns) for id in ids] == [False] + [True] * UNSAVED_LIMIT
