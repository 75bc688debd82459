"""A conversation that is kept is the one that is reopened, quotes and all; and it can leave as a file."""

import errno
import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from plain_controller import cite, compose
from rendered import Page, document_of

from index.documents import Span
from rag.answer import Hit, Turn
from ui.html import export
from ui.i18n.labels import ENGLISH
from ui.services.conversations import UNSAVED_LIMIT, Conversations
from ui.services.library import Library
from ui.web.library_controller import LibraryController

TEXT = "Le *ciel* est <b>bleu</b> [1] & «clair»\u00a0: #oui_non."


@pytest.fixture
def kept(tmp_path) -> Conversations:
    return Conversations(tmp_path / "kept")


def turn(question: str = "De quelle couleur ?") -> Turn:
    doc = document_of(TEXT)
    return Turn(question, compose(question, [cite(doc, Span(0, len(TEXT)), Span(3, 9))]))


def test_what_is_kept_is_what_is_reopened(kept):
    conversation = kept.start().with_turn(turn()).with_turn(turn("Et puis ?"))
    kept.keep(conversation)
    assert kept.open(conversation.id) == conversation
    assert kept.open(conversation.id).name == "De quelle couleur ?"


def test_what_two_pages_add_at_once_is_kept_of_both(kept):
    conversation = kept.start()
    with ThreadPoolExecutor(4) as threads:
        adding = [lambda now, n=n: now.with_turn(turn(str(n))) for n in range(40)]
        list(threads.map(lambda act: kept.change(conversation, act), adding))
    assert sorted(int(one.question) for one in kept.open(conversation.id).turns) == list(range(40))
    assert [path.suffix for path in kept.folder.iterdir()] == [".json"]


def said(question: str, *sources: str, understood: str = "", near: tuple[str, ...] = ()) -> Turn:
    """A turn that quotes these documents, or finds them near."""
    text = "Le ciel est bleu."
    quotes = [cite(replace(document_of(text), id=source), Span(0, len(text)), Span(3, 7)) for source in sources]
    hits = tuple(Hit(source, 0, 3, "Le ", 0.5, 0.5, 0.5, source) for source in near)
    return Turn(question, replace(compose(question, quotes), question_understood=understood or question, nearest=hits))


def test_the_turns_that_show_a_document_and_what_follows_from_them_are_forgotten(kept):
    turns = (
        said("Qui ?", "secret.txt"),
        said("Où ?", "a.txt"),
        said("Quand ?", "a.txt", "secret.txt"),
        said("Et pourquoi ?", "a.txt", understood="Pourquoi (ce que disait secret.txt) ?"),
        said("Et avec qui ?", "a.txt", understood="Avec qui (pourquoi, ce que disait secret.txt) ?"),
        said("Quel temps ?", "a.txt"),
        said("Et demain ?", "a.txt", understood="Quel temps demain ?"),
        said("Quelle mer ?", near=("b.txt", "secret.txt")),
        said("Qui d'autre ?", "secret.txt.txt", "notes/secret.txt"),
    )
    whole = replace(kept.start(), name="Qui ?", turns=turns, thumbs={0: "good", 1: "bad", 5: "good", 8: "bad"})
    other = kept.start().with_turn(said("Rien ?", "a.txt"))
    kept.keep(whole)
    kept.keep(other)
    assert kept.quotes("secret.txt")
    assert kept.forget("secret.txt") == 5
    left = kept.open(whole.id)
    assert [turn.question for turn in left.turns] == ["Où ?", "Quel temps ?", "Et demain ?", "Qui d'autre ?"]
    assert (left.name, left.thumbs) == ("Où ?", {0: "bad", 1: "good", 3: "bad"})
    assert kept.open(other.id) == other
    assert not kept.quotes("secret.txt")
    assert kept.forget("secret.txt") == 0


def test_a_conversation_of_nothing_else_is_deleted_and_a_given_name_stays_with_what_is_left(kept):
    alone = kept.start().with_turn(said("Qui ?", "secret.txt"))
    named = replace(
        kept.start().with_turn(said("Qui ?", "secret.txt")).with_turn(said("Où ?", "a.txt")), name="Mon nom"
    )
    kept.keep(alone)
    kept.keep(named)
    assert kept.forget("secret.txt") == 2
    assert [path.stem for path in kept.folder.iterdir()] == [named.id]
    assert kept.open(named.id).name == "Mon nom"


def test_files_that_are_no_conversation_but_name_the_document_are_forgotten_too(kept):
    kept.keep(kept.start().with_turn(said("Où ?", "a.txt")))
    (kept.folder / f"{'0' * 16}.json").write_text('{"version": 9, "quotes": [{"source": "é.txt"}]}', "utf-8")
    (kept.folder / f"{'1' * 16}.json").write_text('{"version": 9, "quotes": [{"source": "\\u00e9.txt"}]}', "utf-8")
    (kept.folder / f"{'2' * 16}.json").write_text('{"version": 9, "quotes": []}', "utf-8")
    old, new = (kept.folder / f"{'3' * 16}.{part * 8}" for part in "ab")
    for half in (old, new):
        half.write_text('{"turns": [{"source": "é.t', "utf-8")
    os.utime(old, (1, 1))  # left by a process that was killed; the other may be being written
    assert kept.forget("é.txt") == 2
    assert sorted(path.name[:2] for path in kept.folder.iterdir() if path.name[:2] in ("00", "11", "22", "33")) == [
        "22",
        "33",
    ]
    assert new.exists()


def test_a_conversation_that_was_deleted_does_not_come_back_with_an_answer(kept):
    known = kept.start().with_turn(said("Qui ?", "secret.txt"))
    kept.keep(known)
    kept.delete(known.id)
    grown = kept.change(known, lambda now: now.with_turn(said("Où ?", "a.txt")))
    assert [turn.question for turn in grown.turns] == ["Où ?"]
    assert [path.stem for path in kept.folder.glob("*.json")] == [grown.id]
    kept.change(known, lambda now: replace(now, name="Un nom"))
    assert [path.stem for path in kept.folder.glob("*.json")] == [grown.id]


def test_a_conversation_that_vanishes_while_all_are_listed_is_left_out(kept, monkeypatch):
    first, second = kept.start().with_turn(turn("1")), kept.start().with_turn(turn("2"))
    kept.keep(first)
    kept.keep(second)
    stat = Path.stat

    def vanishing(path, **more):
        if path.stem == second.id:
            path.unlink(missing_ok=True)
        return stat(path, **more)

    monkeypatch.setattr(Path, "stat", vanishing)
    assert list(kept.all()) == [first]


@pytest.mark.skipif(os.name != "posix", reason="pipes")
def test_a_pipe_is_no_conversation_and_is_not_waited_for(kept):
    whole = kept.start().with_turn(turn())
    kept.keep(whole)
    os.mkfifo(kept.folder / f"{'0' * 16}.json")
    assert [one.id for one in kept.all()] == [whole.id]
    assert kept.forget("secret.txt") == 0


def test_a_file_under_the_name_of_another_conversation_is_none(kept):
    whole = kept.start().with_turn(turn())
    kept.keep(whole)
    (kept.folder / f"{'0' * 16}.json").write_bytes((kept.folder / f"{whole.id}.json").read_bytes())
    assert kept.open("0" * 16).turns == ()


def test_the_latest_is_first_and_what_is_deleted_is_gone(kept):
    first, second = kept.start().with_turn(turn("1")), kept.start().with_turn(turn("2"))
    kept.keep(first)
    kept.keep(second)
    assert [c.id for c in kept.all()] == [second.id, first.id]
    kept.delete(second.id)
    assert [c.id for c in kept.all()] == [first.id]


def test_a_deleted_conversation_can_be_restored_once(kept):
    conversation = kept.start().with_turn(turn())
    kept.keep(conversation)
    kept.delete(conversation.id)
    assert (kept.is_deleted(conversation.id), kept.restorable()) == (True, [conversation])
    assert kept.open(conversation.id).turns == ()
    assert kept.restore(conversation.id)
    assert (kept.is_deleted(conversation.id), kept.restorable()) == (False, [])
    assert kept.open(conversation.id) == conversation
    assert not kept.restore(conversation.id)
    assert not kept.restore("0" * 16)
    assert not kept.restore("../../etc/passwd")


def test_nothing_brings_a_deleted_conversation_back_but_restoring_it(kept):
    conversation = kept.start().with_turn(turn("1"))
    kept.keep(conversation)
    kept.delete(conversation.id)
    changed = kept.change(conversation, lambda now: now.with_turn(turn("2")))
    assert changed.id != conversation.id
    assert [one.question for one in changed.turns] == ["2"]
    assert [one.id for one in kept.all()] == [changed.id]


def test_a_deleted_conversation_is_purged_in_time_and_at_the_next_start(kept):
    conversation = kept.start().with_turn(turn())
    kept.keep(conversation)
    kept.delete(conversation.id)
    assert len(list(kept.folder.iterdir())) == 1
    Conversations(kept.folder)
    assert list(kept.folder.iterdir()) == []
    assert not kept.restore(conversation.id)
    quick = Conversations(kept.folder, undo_seconds=0.05)
    quick.keep(conversation)
    quick.delete(conversation.id)
    quick.restore(conversation.id)
    quick.delete(conversation.id)
    time.sleep(0.3)
    assert list(kept.folder.iterdir()) == []
    assert not quick.restore(conversation.id)
    assert quick.is_deleted(conversation.id)


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such modes")
def test_a_conversation_is_readable_by_its_owner_only(kept):
    conversation = kept.start().with_turn(turn())
    kept.keep(conversation)
    kept.delete(conversation.id)
    kept.keep(kept.start().with_turn(turn()))
    modes = {stat.S_IMODE(path.stat().st_mode) for path in kept.folder.iterdir()}
    assert (stat.S_IMODE(kept.folder.stat().st_mode), modes) == (0o700, {0o600})


@pytest.mark.parametrize("id", ["", "../../etc/passwd", "0" * 15, "0" * 17, "Z" * 16, "0" * 16 + "\n"])
def test_what_is_no_id_opens_an_empty_conversation(kept, id):
    assert kept.open(id).turns == ()
    kept.delete(id)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"id": "x"}', '{"id": 1, "name": "", "turns": [{}], "thumbs": {}}']
)
def test_a_damaged_file_hides_no_other(kept, content):
    whole = kept.start().with_turn(turn())
    kept.keep(whole)
    (kept.folder / f"{'0' * 16}.json").write_text(content)
    assert kept.open("0" * 16).turns == ()
    assert [c.id for c in kept.all()] == [whole.id]


def test_names_and_thumbs_are_kept(kept, tmp_path):
    controller = LibraryController(Library(tmp_path), kept)
    conversation = kept.start().with_turn(turn())
    kept.keep(conversation)
    controller.rename(conversation.id, "  Le ciel  ")
    controller.judge(conversation.id, 0, "good")
    controller.judge(conversation.id, 7, "good")
    assert (kept.open(conversation.id).name, kept.open(conversation.id).thumbs) == ("Le ciel", {0: "good"})
    controller.judge(conversation.id, 0, "bad")
    assert kept.open(conversation.id).thumbs == {0: "bad"}
    controller.judge(conversation.id, 0, "bad")
    assert kept.open(conversation.id).thumbs == {}


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


def unwritable(kept: Conversations, monkeypatch) -> None:
    """Let the disk take no file any more."""

    def refuse(path: Path, text: str) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    monkeypatch.setattr("ui.services.conversations.write_private_text", refuse)


def test_a_conversation_that_the_disk_does_not_take_goes_on_until_it_does(kept, monkeypatch):
    first = kept.change(kept.start(), lambda now: now.with_turn(turn("Un ?")))
    with monkeypatch.context() as broken:
        unwritable(kept, broken)
        kept.change(first, lambda now: now.with_turn(turn("Deux ?")))
        assert [one.question for one in kept.open(first.id).turns] == ["Un ?", "Deux ?"]
        assert not kept.is_saved(first.id)
        assert len(Conversations(kept.folder).open(first.id).turns) == 1
    kept.change(first, lambda now: now.with_turn(turn("Trois ?")))
    assert kept.is_saved(first.id)
    assert [one.question for one in Conversations(kept.folder).open(first.id).turns] == ["Un ?", "Deux ?", "Trois ?"]


def test_what_is_only_in_memory_is_deleted_and_forgotten_too(kept, monkeypatch):
    unwritable(kept, monkeypatch)
    told = kept.change(
        kept.start(), lambda now: now.with_turn(said("Un ?", "a.txt")).with_turn(said("Deux ?", "b.txt"))
    )
    assert kept.quotes("a.txt")
    assert kept.forget("a.txt") == 1
    assert not kept.quotes("a.txt")
    assert [one.question for one in kept.open(told.id).turns] == ["Deux ?"]
    kept.delete(told.id)
    assert not kept.open(told.id).turns


def test_few_conversations_stay_in_memory(kept, monkeypatch):
    unwritable(kept, monkeypatch)
    ids = [kept.change(kept.start(), lambda now: now.with_turn(turn())).id for _ in range(UNSAVED_LIMIT + 1)]
    assert [bool(kept.open(id).turns) for id in ids] == [False] + [True] * UNSAVED_LIMIT
