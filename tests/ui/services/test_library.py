"""Documents come and go through the page: into the corpus folder and nowhere else, and nothing is lost."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from markupsafe import escape

import index
from index import open_index
from index.errors import UserError
from index.progress import Progress, Report
from ui.html import library as html
from ui.i18n.errors import translate_error
from ui.i18n.labels import ENGLISH, FRENCH
from ui.services.conversations import Conversations
from ui.services.folders import Folders
from ui.services.indexing import Event
from ui.services.library import SHOWN, Library, Listed
from ui.services.uploads import NotReceived
from ui.web.library_controller import LibraryController

pytestmark = pytest.mark.slow

SEEDS = Path(__file__).parents[3] / "seeds"


@pytest.fixture
def library(tmp_path) -> Library:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in ("a.txt", "b.txt"):
        (corpus / name).write_text(f"Le ciel de {name} est bleu, dit-on.", encoding="utf-8")
    index.rebuild(corpus, tmp_path / "index")
    return Library(tmp_path / "index")


def states(library: Library, query: str = "") -> dict[str, str]:
    return {entry.id: entry.state for entry in library.entries(query).entries}


def run_rebuild(library: Library) -> list[Event]:
    """What is told of a rebuild."""
    library.indexing.start()
    return list(library.indexing.follow())


def test_the_library_tells_how_folder_and_index_differ(library):
    (library.corpus / "new.txt").write_text("Nouveau.")
    (library.corpus / "a.txt").unlink()
    (library.corpus / "b.txt").write_text("Autre chose.")
    assert states(library) == {"new.txt": "new", "a.txt": "gone", "b.txt": "changed"}


def test_files_of_one_name_that_come_at_once_are_each_whole(library):
    contents = [bytes([65 + n]) * 2_000_000 for n in range(6)]
    with ThreadPoolExecutor(6) as threads:
        ids = list(threads.map(lambda content: library.receive("same.txt", io.BytesIO(content)), contents))
    assert sorted((library.corpus / id).read_bytes() for id in ids) == contents
    assert not list(library.corpus.glob(".*"))


def test_nothing_is_added_to_a_folder_that_is_not_there(library):
    corpus = library.corpus.rename(library.corpus.with_name("away"))
    with pytest.raises(NotReceived, match=r"does not exist\. Put it back"):
        library.receive("new.txt", io.BytesIO(b"text"))
    assert corpus.is_dir()
    assert not library.corpus.exists()


@pytest.mark.parametrize("name", ["é" * 140 + ".txt", "/".join(["x" * 100] * 60) + "/a.txt", "a.txt/b.txt"])
def test_a_file_that_the_disk_does_not_take_is_refused_in_one_sentence(library, name):
    with pytest.raises(NotReceived, match="cannot be added"):
        library.receive(name, io.BytesIO(b"MZ\x90\x00" + bytes(range(256))))


def test_a_file_that_cannot_be_read_says_why(library):
    (library.corpus / "bad.pdf").write_bytes(b"no pdf at all")
    *_, report = run_rebuild(library)
    assert isinstance(report, Report)
    entry = library.entries("bad").entries[0]
    assert entry.state == "skipped"
    assert entry.reason
    assert report.skipped[0].source == "bad.pdf"
    assert escape(str(entry.reason)) in html.render_report(report, ENGLISH)
    assert escape(translate_error(entry.reason, FRENCH)) in html.render_report(report, FRENCH)


def test_search_is_by_words_of_title_and_name_without_accents(library):
    (library.corpus / "Été à Évian.txt").write_text("Rien.", encoding="utf-8")
    assert states(library, "ete evian") == {"Été à Évian.txt": "new"}
    assert states(library, "nothing") == {}


def test_what_is_received_is_in_the_folder_and_after_a_rebuild_in_the_index(library):
    assert library.receive("notes/c.txt", io.BytesIO(b"Le dahu vit en Savoie.")) == "notes/c.txt"
    *progress, report = run_rebuild(library)
    assert all(isinstance(event, Progress) for event in progress)
    assert isinstance(report, Report)
    assert report.added == 1
    assert states(library)["notes/c.txt"] == "indexed"


def test_nothing_is_written_over(library):
    before = (library.corpus / "a.txt").read_text()
    assert library.receive("a.txt", io.BytesIO(b"other")) == "a (2).txt"
    assert (library.corpus / "a.txt").read_text() == before


def test_the_same_file_is_taken_once(library):
    same = (library.corpus / "a.txt").read_bytes()
    assert library.receive("a.txt", io.BytesIO(same)) == "a.txt"
    assert sorted(path.name for path in library.corpus.iterdir()) == ["a.txt", "b.txt"]


def test_the_library_is_listed_some_at_a_time(library):
    for n in range(SHOWN):
        (library.corpus / f"c{n:03}.txt").write_text(f"Le texte {n}.")
    first, second, third = (library.entries("", page) for page in (1, 2, 3))
    assert {entry.state for entry in first.entries} == {"new"}
    assert [entry.id for entry in second.entries] == ["a.txt", "b.txt"]
    assert (first.total, first.is_last, second.is_last, third.entries) == (SHOWN + 2, False, True, ())
    run_rebuild(library)
    pages = [entry.id for page in (1, 2) for entry in library.entries("", page).entries]
    assert pages == ["a.txt", "b.txt", *(f"c{n:03}.txt" for n in range(SHOWN))]
    assert [entry.id for entry in library.entries("texte c007").entries] == ["c007.txt"]


@pytest.mark.parametrize(
    "name",
    [
        "../../escape.txt",
        "/etc/escape.txt",
        "..\\..\\escape.txt",
        "a/../../escape.txt",
        "\x00escape.txt",
        ".escape.txt",
    ],
)
def test_names_cannot_leave_the_folder(library, name):
    id = library.receive(name, io.BytesIO(b"text"))
    written = (library.corpus / id).resolve()
    assert written.is_relative_to(library.corpus.resolve())
    assert written.name.lstrip("_") == "escape.txt"
    assert not list(library.corpus.parent.parent.glob("escape.txt"))


@pytest.mark.parametrize("name", ["", "..", "/", "a.exe", "a.xyz", "txt", "..txt/.. "])
def test_what_cannot_be_read_is_refused(library, name):
    with pytest.raises(NotReceived, match=r"supported|not a valid file name"):
        library.receive(name, io.BytesIO(b"MZ\x90\x00" + bytes(range(256))))


def test_a_file_that_vanishes_while_the_library_is_listed_is_gone(library):
    listed = library.entries()
    (library.corpus / "a.txt").unlink()
    library._listing = (open_index(library.index).snapshot, {e.id: library.corpus / e.id for e in listed.entries})
    assert states(library, "txt") == {"a.txt": "gone", "b.txt": "indexed"}


def test_a_library_without_an_index_lists_the_files_that_are_there(tmp_path):
    folders = Folders(tmp_path / "index", chosen=tmp_path / "own")
    library = Library(tmp_path / "index", folders)
    assert (library.entries(), library.edition) == (Listed(()), "")
    (tmp_path / "own").mkdir()
    (tmp_path / "own/a.txt").write_text("Un texte.")
    assert states(Library(tmp_path / "index", folders), "a") == {"a.txt": "new"}
    assert states(library) == {"a.txt": "new"}
    assert states(library, "b") == {}


def test_a_rebuild_that_fails_says_why(library):
    for path in library.corpus.iterdir():
        path.unlink()
    *_, last = run_rebuild(library)
    assert isinstance(last, UserError)
    controller = LibraryController(library, Conversations(library.index / "kept"))
    assert "data-running" in controller.rebuild(FRENCH)
    *_, markup = controller.follow(FRENCH)
    assert 'role="alert"' in markup
    assert "ne contient aucun fichier à indexer" in markup
