"""An index is rebuilt once at a time, by a click or as its folder changes; whoever looks is told, and may stop it."""

import queue
import threading
from pathlib import Path
from typing import Any

import pytest

import index
from index import Report, open_index
from index.errors import UserError
from index.progress import Progress
from ui.html import library
from ui.i18n.labels import ENGLISH, FRENCH
from ui.services.indexing import RebuildJob, Request, Stopped, rebuild_or_remove

pytestmark = pytest.mark.slow

FILES = 300


@pytest.fixture
def corpus(tmp_path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text("Le premier texte.")
    index.rebuild(folder, tmp_path / "index")
    return folder


def fill_corpus(corpus: Path) -> None:
    for n in range(FILES):
        (corpus / f"n{n:03}.txt").write_text(f"Le texte numéro {n} parle de la pluie.\n\n" * 20)


def last_report(indexing: RebuildJob) -> Report:
    *_, event = indexing.follow()
    assert isinstance(event, Report)
    return event


def test_progress_moves_on_from_file_to_file_and_ends_with_a_report(corpus):
    fill_corpus(corpus)
    events: list[Progress] = []

    def note(event: Progress) -> None:
        assert isinstance(indexing.latest, Progress)
        events.append(indexing.latest)

    indexing = RebuildJob(corpus.parent / "index", build=observe_rebuild(note))
    indexing.start()
    report = last_report(indexing)
    assert (report.added, report.unchanged) == (FILES, 1)
    done = dict.fromkeys(event.done for event in events if event.phase == "reading")  # told again while it waits
    assert [number for number in done if number] == list(range(1, FILES + 2))
    assert {event.total for event in events} == {FILES + 1}
    counted = [event.passages for event in events]
    assert counted == sorted(counted)
    assert counted[-1] == report.passages
    assert not indexing.busy


def observe_rebuild(see):
    """A rebuild that shows each event once it was told."""

    def build(folder, target, progress, **options):
        def report_progress(event):
            progress(event)
            see(event)

        return rebuild_or_remove(folder, target, progress=report_progress, **options)

    return build


def test_a_rebuild_is_stopped_and_the_index_stays_as_it_was(corpus):
    fill_corpus(corpus)

    def cancel_at_nine(event: Progress) -> None:
        if event.done == 9:
            indexing.cancel()

    indexing = RebuildJob(corpus.parent / "index", observe_rebuild(cancel_at_nine))
    indexing.start()
    *_, last = indexing.follow()
    assert isinstance(last, Stopped)
    assert list(open_index(corpus.parent / "index").document_ids) == ["a.txt"]
    again = RebuildJob(corpus.parent / "index")
    again.start()
    assert last_report(again).added == FILES


def test_what_is_asked_for_while_a_rebuild_runs_is_done_after_it(corpus):
    build = Held()
    indexing = RebuildJob(corpus.parent / "index", build)
    indexing.start()
    build.begun.wait(10)
    (corpus / "b.txt").write_text("Un second texte.")
    for _ in range(5):
        indexing.start()
    build.go_on.set()
    report = last_report(indexing)
    assert build.runs == [["a.txt"], ["a.txt", "b.txt"]]
    assert report.documents == 2


class Held:
    """A rebuild whose first run waits for ``go_on`` before it tells of any progress, and notes what each run finds."""

    def __init__(self, *first: Exception) -> None:
        self.begun, self.go_on, self._first = threading.Event(), threading.Event(), list(first)
        self.runs: list[list[str]] = []
        self._alone = threading.Lock()

    def __call__(self, folder, target, **options):
        assert self._alone.acquire(blocking=False), "two rebuilds at once"
        try:
            self.runs.append(sorted(path.name for path in folder.iterdir()))
            self.begun.set()
            assert self.go_on.wait(10)
            if self._first:
                raise self._first.pop()
            return rebuild_or_remove(folder, target, **options)
        finally:
            self._alone.release()


def test_a_click_while_the_watcher_compares_files_waits_for_it(corpus):
    outcomes, build = list[Report | UserError](), Held()
    indexing = RebuildJob(corpus.parent / "index", build)
    with indexing.watching(outcomes.append):
        assert build.begun.wait(10)
        assert indexing.busy
        indexing.start()
        assert len(build.runs) == 1
        build.go_on.set()
        report = last_report(indexing)
    assert [type(outcome) for outcome in outcomes] == [Report, Report]
    assert len(build.runs) == 2
    assert report.unchanged == 1


@pytest.mark.parametrize("failure", [UserError("The disk is full."), ValueError("a bug")])
def test_what_was_asked_for_is_done_though_the_rebuild_before_it_fails(corpus, failure):
    build = Held(failure)
    indexing = RebuildJob(corpus.parent / "index", build)
    indexing.start()
    assert build.begun.wait(10)
    (corpus / "b.txt").write_text("Un second texte.")
    indexing.start()
    build.go_on.set()
    report = last_report(indexing)
    assert report.added == 1


def test_what_was_asked_for_is_done_though_the_rebuild_before_it_is_stopped(corpus):
    fill_corpus(corpus)
    events: list[Progress] = []

    def act(event):
        if not events:
            indexing.start()
            indexing.cancel()
        events.append(event)

    indexing = RebuildJob(corpus.parent / "index", observe_rebuild(act))
    indexing.start()
    report = last_report(indexing)
    assert report.added == FILES


def test_two_rebuilds_in_a_row_tell_what_the_first_changed(corpus):
    (corpus / "b.txt").write_text("Un second texte.")
    build = Held()
    indexing = RebuildJob(corpus.parent / "index", build)
    indexing.start()
    assert build.begun.wait(10)
    indexing.start()
    build.go_on.set()
    report = last_report(indexing)
    assert (len(build.runs), report.added) == (2, 1)


def test_requests_that_wait_become_one():
    sample, own = Request(Path("sample"), keep_cache=True), Request(Path("own"), may_empty=True, patience=600.0)
    assert sample.merged(Request()) == Request().merged(sample) == sample
    assert sample.merged(own) == own
    assert own.merged(sample) == Request(Path("sample"), may_empty=True, keep_cache=True, patience=600.0)


def test_the_watcher_goes_over_to_the_folder_that_the_index_is_of(corpus):
    other = corpus.parent / "other"
    other.mkdir()
    (other / "b.txt").write_text("Un second texte.")
    outcomes = queue.Queue[Any]()
    indexing = RebuildJob(corpus.parent / "index")
    with indexing.watching(outcomes.put):
        assert outcomes.get(timeout=10).unchanged == 1
        indexing.start(Request(other))
        assert outcomes.get(timeout=10).added == 1
        (corpus / "c.txt").write_text("Le dossier d’avant ne compte plus.")
        assert outcomes.get(timeout=10).unchanged == 1
        (other / "d.txt").write_text("Un autre texte.")
        while (report := outcomes.get(timeout=10)).added == 0:
            pass
        assert report.documents == 2
    assert list(open_index(corpus.parent / "index").document_ids) == ["b.txt", "d.txt"]


def test_a_folder_that_the_system_will_not_watch_is_told(corpus, monkeypatch):
    def refused(*arguments):
        raise OSError("too many watches")
        yield

    monkeypatch.setattr("ui.services.indexing.watch_changes", refused)
    outcomes = queue.Queue[Report | UserError]()
    with RebuildJob(corpus.parent / "index").watching(outcomes.put):
        assert str(outcomes.get(timeout=10)) == f"{corpus} can no longer be watched (too many watches)."


def test_a_bug_is_told_and_another_rebuild_may_begin(corpus):
    def fails(*arguments, **options):
        raise ZeroDivisionError("division by zero")

    indexing = RebuildJob(corpus.parent / "index", fails)
    for _ in range(2):
        indexing.start()
        *_, last = indexing.follow()
        assert "division" in str(last)
        assert not indexing.busy


def test_a_folder_is_watched_until_it_is_not(corpus):
    reported, outcomes = threading.Event(), list[Report | UserError]()
    indexing = RebuildJob(corpus.parent / "index")

    def note(outcome: Report | UserError) -> None:
        outcomes.append(outcome)
        reported.set()

    with indexing.watching(note):
        assert indexing.watched
        assert reported.wait(10)
        reported.clear()
        (corpus / "b.txt").write_text("Un second texte.")
        assert reported.wait(10)
    reports = [outcome for outcome in outcomes if isinstance(outcome, Report)]
    assert reports == outcomes
    assert [(report.added, report.unchanged) for report in reports] == [(0, 1), (1, 1)]
    assert not indexing.watched
    assert indexing.latest is outcomes[-1]


def test_progress_says_how_fast_and_how_long():
    now = Progress("reading", 50, 200, "n.txt", 1500, 75_000, 300_000)
    markup = library.render_progress(now, 10.0, 30.0, FRENCH)
    assert "Lecture des fichiers\xa0: 50 / 200" in markup
    assert 'value="0.2500"' in markup
    assert "1\u202f500 passages, 150 par seconde, il reste moins d’une minute" in markup
    assert "about 8\xa0min left" in library.render_progress(now, 10.0, 450.0, ENGLISH)
    assert "150 per second</p>" in library.render_progress(now, 10.0, None, ENGLISH)
    assert "value=" not in library.render_progress(Progress("reading", 0, 0), 0.0, None, ENGLISH)
    writing = library.render_progress(Progress("writing", 9, 9, "", 1500), 10.0, 70.0, ENGLISH)
    assert "1,500 passages, about 2\xa0min left" in writing
    assert "value=" not in writing


def test_a_report_says_what_changed_and_what_did_not():
    same = Report(5, 20, 60, 0, 0, 0, 5, (), 0.1)
    assert "à jour (rien n’a changé).<" in library.render_report(same, FRENCH)
    more = Report(7, 20, 60, 2, 0, 0, 5, (), 0.1)
    assert "up to date (2 added, 5 unchanged). You can ask" in library.render_report(more, ENGLISH)
    assert "(1 ajouté, 2 modifiés, 1 retiré, 5 inchangés)" in library.render_report(
        Report(7, 20, 60, 1, 2, 1, 5, (), 0.1), FRENCH
    )
