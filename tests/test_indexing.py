"""An index is rebuilt once at a time, by a click or as its folder changes; whoever looks is told, and may stop it."""

import threading
from pathlib import Path

import pytest

import index
from index import Report, open_index
from index.report import Progress
from ui import shelves
from ui.indexing import Indexing, Stopped
from ui.labels import ENGLISH, FRENCH

FILES = 300


@pytest.fixture
def corpus(tmp_path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text("Le premier texte.")
    index.rebuild(folder, tmp_path / "index")
    return folder


def filled(corpus: Path) -> None:
    for n in range(FILES):
        (corpus / f"n{n:03}.txt").write_text(f"Le texte numéro {n} parle de la pluie.\n\n" * 20)


def test_progress_moves_on_from_file_to_file_and_ends_with_a_report(corpus):
    filled(corpus)
    seen, indexing = [], Indexing(corpus.parent / "index", build=telling(lambda event: seen.append(indexing.latest)))
    indexing.start()
    *_, report = indexing.follow()
    assert (report.added, report.unchanged) == (FILES, 1)
    assert [event.done for event in seen if event.phase == "reading"] == list(range(1, FILES + 2))
    assert {event.total for event in seen} == {FILES + 1}
    counted = [event.passages for event in seen]
    assert counted == sorted(counted)
    assert counted[-1] == report.passages
    assert not indexing.busy


def telling(see):
    """A rebuild that shows each event once it was told."""

    def build(folder, target, progress):
        def told(event):
            progress(event)
            see(event)

        return index.rebuild(folder, target, progress=told)

    return build


def test_a_rebuild_is_stopped_and_the_index_stays_as_it_was(corpus):
    filled(corpus)
    indexing = Indexing(corpus.parent / "index", telling(lambda event: indexing.cancel() if event.done == 9 else None))
    indexing.start()
    *_, last = indexing.follow()
    assert isinstance(last, Stopped)
    assert list(open_index(corpus.parent / "index").document_ids) == ["a.txt"]
    again = Indexing(corpus.parent / "index")
    again.start()
    assert list(again.follow())[-1].added == FILES


def test_what_is_asked_for_while_a_rebuild_runs_is_done_after_it(corpus):
    begun, go_on, runs = threading.Event(), threading.Event(), []

    def build(folder, target, progress):
        runs.append(sorted(path.name for path in folder.iterdir()))
        begun.set()
        go_on.wait(10)
        return index.rebuild(folder, target, progress=progress)

    indexing = Indexing(corpus.parent / "index", build)
    indexing.start()
    begun.wait(10)
    (corpus / "b.txt").write_text("Un second texte.")
    indexing.start()
    go_on.set()
    *_, report = indexing.follow()
    assert runs == [["a.txt"], ["a.txt", "b.txt"]]
    assert report.documents == 2


def test_a_bug_is_told_and_another_rebuild_may_begin(corpus):
    indexing = Indexing(corpus.parent / "index", lambda *given, progress: 1 // 0)
    threading.excepthook, kept = lambda told: None, threading.excepthook
    indexing.start()
    *_, last = indexing.follow()
    threading.excepthook = kept
    assert "division" in str(last)
    assert not indexing.busy


def test_a_folder_is_watched_until_it_is_not(corpus):
    told, outcomes = threading.Event(), []
    indexing = Indexing(corpus.parent / "index")
    with indexing.watching(lambda outcome: (outcomes.append(outcome), told.set())):
        assert indexing.watched
        assert told.wait(10)
        told.clear()
        (corpus / "b.txt").write_text("Un second texte.")
        assert told.wait(10)
    assert [(outcome.added, outcome.unchanged) for outcome in outcomes] == [(0, 1), (1, 1)]
    assert not indexing.watched
    assert indexing.latest is outcomes[-1]


def test_progress_says_how_fast_and_how_long():
    now = Progress("reading", 50, 200, "n.txt", 1500, 75_000, 300_000)
    told = shelves.progress(now, 10.0, 30.0, FRENCH)
    assert "Lecture des fichiers : 50 / 200" in told
    assert 'value="0.2500"' in told
    assert "1\u202f500 passages, 150 par seconde, il reste moins d’une minute" in told
    assert "about 8\xa0min left" in shelves.progress(now, 10.0, 450.0, ENGLISH)
    assert "150 a second</p>" in shelves.progress(now, 10.0, None, ENGLISH)
    assert "value=" not in shelves.progress(Progress("reading", 0, 0), 0.0, None, ENGLISH)
    writing = shelves.progress(Progress("writing", 9, 9, "", 1500), 10.0, 70.0, ENGLISH)
    assert "1\u202f500 passages, about 2\xa0min left" in writing
    assert "value=" not in writing


def test_a_report_says_what_changed_and_what_did_not():
    same = Report(5, 20, 60, 0, 0, 0, 5, (), 0.1)
    assert "à jour (rien n’a changé).<" in shelves.report(same, FRENCH)
    more = Report(7, 20, 60, 2, 0, 0, 5, (), 0.1)
    assert "up to date (added: 2, unchanged: 5). You can ask" in shelves.report(more, ENGLISH)
