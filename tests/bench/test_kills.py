"""Whatever a kill may break is seen, and a fork is killed where it should be."""

import json
import os
import random
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from bench.durability.forked import Moment, Pace
from bench.durability.kill_server import orphans
from bench.durability.kill_site import Site, write
from bench.durability.survival import (
    broken_conversations,
    half_files,
    index_faults,
    index_state,
    lost_uploads,
    still_there,
    tracebacks,
    vanished,
)  # fmt: skip
from rag.answer import Answer, Turn
from ui.services.conversations import Conversations

pytestmark = pytest.mark.posix  # they fork

WHOLE = {"damage": [], "searchable": True, "others": "d", "version": "new"}


@pytest.mark.parametrize(
    ("contents", "old", "state"),
    [
        (WHOLE, "old", "the new one"),
        ({**WHOLE, "version": "old"}, "old", "the old one"),
        (None, None, "none yet"),
        (None, "old", "LOST"),
        ({**WHOLE, "damage": ["x"]}, "old", "DAMAGED"),
        ({**WHOLE, "searchable": False}, "old", "DAMAGED"),
        ({**WHOLE, "others": "e"}, "old", "HALF"),
        ({**WHOLE, "version": None}, None, "HALF"),
        ({**WHOLE, "version": "older"}, "old", "WRONG"),
        ({**WHOLE, "version": "old"}, None, "WRONG"),
    ],
)
def test_what_is_left_of_an_index_has_a_name(contents, old, state):
    assert index_state(contents, "new", old, "d") == state


def test_the_index_of_a_server_must_be_whole_and_of_files_that_were():
    right = {"damage": [], "documents": {"a": ["1", "1"], "b": ["2", "2"]}}
    assert index_faults(right, {"a": "1"}, ["1", "2"]) == []
    assert index_faults(None, {}, []) == ["index LOST"]
    assert index_faults({**right, "damage": ["x"]}, {}, []) == ["index DAMAGED: ['x']"]
    assert index_faults(right, {"a": "1", "c": "3"}, ["1", "2"]) == ["index HALF: c is not in it"]
    assert index_faults(right, {"a": "1"}, ["1"]) == ["index WRONG: b is no version of a file"]
    other = {"damage": [], "documents": {"a": ["1", "9"]}}
    assert index_faults(other, {"a": "1"}, ["1"]) == ["index WRONG: the text of a is not its file"]


def test_a_lost_upload_is_seen(tmp_path):
    corpus, removed = tmp_path / "corpus", tmp_path / "removed"
    corpus.mkdir()
    removed.mkdir()
    sent = {"a.txt": write(corpus / "a.txt", "entier"), "b.txt": write(corpus / "b.txt", "autre")}
    assert lost_uploads(sent, corpus) == []
    (corpus / "a.txt").write_text("enti", "utf-8")
    (corpus / "b.txt").rename(removed / "b.txt")
    assert lost_uploads(sent, corpus) == ["upload LOST: a.txt", "upload LOST: b.txt"]
    assert lost_uploads(sent, corpus, ["b.txt"], [removed]) == ["upload LOST: a.txt"]
    assert lost_uploads(sent, corpus, ["a.txt", "b.txt"], [removed]) == ["upload LOST: a.txt"]


def test_a_half_file_under_a_visible_name_is_seen_and_a_hidden_one_is_none(tmp_path):
    (tmp_path / ".removed").mkdir()
    digests = [write(tmp_path / "a.txt", "entier")]
    write(tmp_path / ".0123.part", "enti")
    write(tmp_path / ".removed" / "b.txt", "enti")
    assert half_files(tmp_path, digests) == []
    (tmp_path / "dossier").mkdir()
    write(tmp_path / "dossier" / "c.txt", "enti")
    assert half_files(tmp_path, digests) == ["file HALF: dossier/c.txt"]


def test_a_removed_file_that_is_nowhere_or_still_there_is_seen(tmp_path):
    corpus, removed = tmp_path / "corpus", tmp_path / "corpus" / ".removed"
    removed.mkdir(parents=True)
    files = {"a.txt": write(corpus / "a.txt", "un"), "b.txt": write(removed / "b (2).txt", "deux")}
    assert vanished(files, corpus, [removed, tmp_path / "none"]) == []
    assert still_there({"b.txt": files["b.txt"]}, corpus) == []
    assert still_there(files, corpus) == ["removal UNDONE: a.txt"]
    write(removed / "b (2).txt", "de")
    assert vanished(files, corpus, [removed]) == ["removed file VANISHED: b.txt"]


def test_a_broken_conversation_and_a_lost_turn_are_seen(tmp_path):
    conversations = Conversations(tmp_path)
    conversation = conversations.start().with_turn(Turn("Qui ?", Answer("Qui ?", "Qui ?", False, "Pas trouvé.", 0.1)))
    conversations.keep(conversation)
    assert broken_conversations(tmp_path, {conversation.id: ["Qui ?"]}) == []
    assert broken_conversations(tmp_path, {conversation.id: ["Qui ?", "Quoi ?"]}) == [
        f"turn LOST: 'Quoi ?' of {conversation.id}"
    ]
    path = tmp_path / f"{conversation.id}.json"
    path.write_bytes(path.read_bytes()[:-20])
    faults = broken_conversations(tmp_path, {conversation.id: ["Qui ?"]})
    assert faults[0].startswith(f"conversation BROKEN: {conversation.id}.json: JSONDecodeError")
    assert faults[1] == f"turn LOST: 'Qui ?' of {conversation.id}"
    path.write_text(json.dumps({"id": conversation.id}), "utf-8")
    assert "KeyError" in broken_conversations(tmp_path, {})[0]


def test_tracebacks_in_a_log_are_seen():
    log = """
    INFO all is well
    Traceback (most recent call last):
      File "x.py", line 1, in f
        raise KeyError(1)
    KeyError: 1
    more
      + Exception Group Traceback (most recent call last):
      |   File "y.py"
      | ValueError: a
    """
    assert tracebacks(textwrap.dedent(log))[0] == "traceback: KeyError: 1"
    assert len(tracebacks(textwrap.dedent(log))) == 2
    assert tracebacks("all is well") == []


def test_what_is_broken_is_reported_once_with_what_a_kill_interrupted():
    site = Site(random.Random(1))
    site.log.write_text("Traceback (most recent call last):\nKeyError: 1\n", "utf-8")
    site.report("upload", True, ["upload LOST: a"], ["killed during a rebuild"])
    site.report("upload", False, ["upload LOST: a"])
    assert site.failures == ["upload, kill 1: upload LOST: a", "upload, kill 1: traceback: KeyError: 1"]
    assert site.counts == {
        "upload: killed midway": 1, "upload: ended before": 1, "upload: killed during a rebuild": 1
    }  # fmt: skip
    site.remove()
    assert site.folder.exists()  # for whoever looks into it
    site.failures.clear()
    site.remove()
    assert not site.folder.exists()


def test_moments_come_from_within_the_work_and_earlier_once_it_was_over():
    noise = random.Random(1)
    drawn = [Moment.draw(noise, 2.0, 5) for _ in range(300)]
    assert {moment.change for moment in drawn if moment.change} == {1, 2, 3, 4, 5}
    assert all(0 <= moment.seconds < 2 for moment in drawn if moment.seconds is not None)
    assert sum(moment.change is None for moment in drawn) > 100
    pace = Pace(2.0, 5)
    pace.ended_before(Moment(seconds=1.0))
    pace.ended_before(Moment(change=4))
    assert (pace.seconds, pace.changes) == (0.95, 3)


def run_forked(code: str, place: Path) -> list[str]:
    """The lines that code prints in a process of its own, which may fork."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(place)], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def test_a_fork_is_killed_at_a_change_of_the_disk_and_what_it_printed_is_known(tmp_path):
    lines = run_forked(
        """
        import sys
        from pathlib import Path
        from bench.durability.forked import Moment, Pace, call, kill_at
        place, log = Path(sys.argv[1]), Path(sys.argv[1]) / "log"
        def act():
            for number in range(5):
                (place / f"{number}").write_text("x")
                print(number)
        print(Pace.of(act, lambda: None, log).changes)
        for path in place.glob("?"):
            path.unlink()
        ended = kill_at(act, Moment(change=3), log)
        print(ended.killed, ended.lines, sorted(path.name for path in place.glob("?")))
        print(kill_at(act, Moment(change=9), log).killed)
        """,
        tmp_path,
    )
    assert lines == ["5", "True ['0', '1'] ['0', '1']", "False"]


def test_a_fork_is_killed_after_some_time_or_in_the_middle_of_a_change(tmp_path):
    lines = run_forked(
        """
        import sys, time
        from pathlib import Path
        from bench.durability.forked import Moment, kill_at
        log = Path(sys.argv[1]) / "log"
        def act():
            open(Path(sys.argv[1]) / "a", "w").close()
            time.sleep(60)
        began = time.monotonic()
        print(kill_at(act, Moment(seconds=0.1), log).killed, kill_at(act, Moment(change=1, delay=0.1), log).killed)
        print(time.monotonic() - began < 10)
        """,
        tmp_path,
    )
    assert lines == ["True True", "True"]


def test_a_fork_that_raises_is_told_with_its_traceback(tmp_path):
    lines = run_forked(
        """
        import sys
        from pathlib import Path
        from bench.durability.forked import ForkFailed, call
        log = Path(sys.argv[1]) / "log"
        print(call(lambda: {"a": [1]}, log))
        try:
            call(lambda: 1 / 0, log)
        except ForkFailed as error:
            print("ZeroDivisionError" in str(error))
        """,
        tmp_path,
    )
    assert lines == ["{'a': [1]}", "True"]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are listed in /proc on Linux alone")
def test_a_process_that_outlives_its_server_is_seen():
    leader = subprocess.Popen(["sh", "-c", "sleep 60 & exit 0"], start_new_session=True)
    leader.wait()
    try:
        assert orphans(leader.pid, 0.2) == ["process ORPHANED: sleep 60 "]
    finally:
        os.killpg(leader.pid, signal.SIGKILL)
    assert orphans(leader.pid, 5) == []
