"""An index that is kept current follows its folder."""

import queue
import shutil
import threading

import pytest
from fakes import HashingEncoder

from index.build.watch import watch_folder
from index.errors import CorpusNotFound, UserError
from index.index import open_index
from index.progress import Report

pytestmark = pytest.mark.slow

ENCODER = HashingEncoder()


@pytest.fixture
def watched(tmp_path):
    """A folder that is watched, its index, and what is told."""
    corpus, target = tmp_path / "corpus", tmp_path / "corpus/my index"
    corpus.mkdir()
    (corpus / "a.txt").write_text("Le premier texte.", "utf-8")
    outcomes, stop = queue.Queue[Report | UserError](), threading.Event()
    options = {"on_result": outcomes.put, "stop": stop, "encoder": ENCODER}
    thread = threading.Thread(target=watch_folder, args=(corpus, target), kwargs=options)
    thread.start()
    yield corpus, target, outcomes
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_each_change_is_followed(watched):
    corpus, target, outcomes = watched
    assert outcomes.get(timeout=10).added == 1
    (corpus / "b.txt").write_text("Un second texte.", "utf-8")
    report = outcomes.get(timeout=20)
    assert isinstance(report, Report)
    assert (report.added, report.unchanged) == (1, 1)
    assert list(open_index(target, encoder=ENCODER).document_ids) == ["a.txt", "b.txt"]
    (corpus / "a.txt").unlink()
    assert outcomes.get(timeout=20).removed == 1
    assert list(open_index(target, encoder=ENCODER).document_ids) == ["b.txt"]


def test_what_is_no_part_of_the_corpus_is_not_followed_and_errors_are_told(watched):
    corpus, target, outcomes = watched
    outcomes.get(timeout=10)
    (corpus / ".hidden.txt").write_text("caché")
    (target / "conversations").mkdir()
    with pytest.raises(queue.Empty):
        outcomes.get(timeout=1.5)
    (corpus / "a.txt").unlink()
    assert isinstance(outcomes.get(timeout=20), CorpusNotFound)
    shutil.copy(__file__, corpus / "c.txt")
    assert outcomes.get(timeout=20).documents == 1


def test_a_folder_that_was_away_is_followed_again(watched):
    corpus, _, outcomes = watched
    outcomes.get(timeout=10)
    corpus.rename(corpus.with_name("away"))
    assert isinstance(outcomes.get(timeout=20), CorpusNotFound)
    corpus.with_name("away").rename(corpus)
    assert outcomes.get(timeout=20).unchanged == 1
    (corpus / "b.txt").write_text("Un second texte.", "utf-8")
    assert outcomes.get(timeout=20).added == 1


def test_a_folder_that_is_not_there_is_not_watched(tmp_path):
    with pytest.raises(CorpusNotFound, match=r"The folder .*absent does not exist\."):
        watch_folder(tmp_path / "absent", tmp_path / "index", on_result=print, stop=threading.Event())
