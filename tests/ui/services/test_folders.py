"""The sample is read only; what is added while it is shown goes to the person's own folder, which takes its place."""

import io
import json
import os
import shutil
import stat
from hashlib import sha256
from pathlib import Path

import pytest

import index
from index import open_index
from index.addresses import StoreAddress
from index.errors import CorpusNotFound, IndexNotFound, NoDocuments, UserError
from index.private import make_private_folder
from index.progress import Report
from index.settings import Settings, default_folder
from ui.i18n.labels import ENGLISH, FRENCH
from ui.services.folders import Folders, find_offered_sample, find_sample
from ui.services.library import Library
from ui.services.status import read_corpus
from ui.services.uploads import NotReceived
from ui.web.app import create_controller

pytestmark = pytest.mark.slow

SEEDS = Path(__file__).parents[3] / "seeds"


@pytest.fixture
def sample(tmp_path) -> Path:
    return shutil.copytree(SEEDS, tmp_path / "sample")


@pytest.fixture
def library(tmp_path, sample) -> Library:
    """A library that shows the sample."""
    index.rebuild(sample, tmp_path / "index")
    return Library(tmp_path / "index", Folders(tmp_path / "index", tmp_path / "documents/own", sample))


def last(library: Library) -> Report:
    *_, event = library.indexing.follow()
    assert isinstance(event, Report)
    return event


def digest(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*")}


def test_what_is_added_while_the_sample_is_shown_goes_to_the_own_folder_which_takes_its_place(library, sample):
    before = digest(sample)
    assert (library.folders.shows_sample, library.folders.personal.exists()) == (True, False)
    assert library.receive("dahu.txt", io.BytesIO(b"Le dahu vit en Savoie.")) == "dahu.txt"
    assert stat.S_IMODE(library.folders.personal.stat().st_mode) == 0o700
    library.rebuild()
    assert last(library).documents == 1
    assert library.indexing.moved_to == library.folders.personal == library.folders.current
    assert list(open_index(library.index).document_ids) == ["dahu.txt"]
    assert digest(sample) == before
    library.rebuild()
    last(library)
    assert library.indexing.moved_to is None


def test_the_sample_is_shown_again_and_left_again(library, sample):
    library.receive("dahu.txt", io.BytesIO(b"Le dahu vit en Savoie."))
    library.rebuild()
    last(library)
    assert not library.folders.view().is_sample
    library.show_sample()
    assert last(library).documents == 5
    view = library.folders.view()
    assert (view.is_sample, view.has_personal_documents) == (True, True)
    library.show_personal()
    assert last(library).documents == 1
    assert library.folders.current == library.folders.personal


def test_a_return_from_the_sample_finds_in_the_cache_what_was_read(tmp_path, sample, monkeypatch):
    (tmp_path / "own").mkdir()
    (tmp_path / "own/a.html").write_text("<p>Le dahu vit en Savoie.</p>")
    index.rebuild(tmp_path / "own", tmp_path / "index")
    library = Library(tmp_path / "index", Folders(tmp_path / "index", None, sample))
    library.show_sample()
    last(library)
    monkeypatch.setattr("index.build.rebuild.ingest", None)  # reads and encodes what the cache does not hold
    library.show_personal()
    assert last(library).documents == 1


def test_nothing_is_removed_from_the_sample(library, sample):
    before = digest(sample)
    with pytest.raises(NotReceived, match=r"^The sample cannot be changed\. Add documents of your own instead\.$"):
        library.remove(next(iter(before)))
    named = Library(library.index, Folders(library.index, sample, sample))
    with pytest.raises(NotReceived, match="The sample cannot be changed"):
        named.receive("a.txt", io.BytesIO(b"x"))
    assert digest(sample) == before


def test_files_go_to_the_folder_that_was_indexed_though_another_is_set(tmp_path, sample):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/a.txt").write_text("Un texte.")
    index.rebuild(tmp_path / "mine", tmp_path / "index")
    library = Library(tmp_path / "index", Folders(tmp_path / "index", tmp_path / "own", sample))
    library.receive("b.txt", io.BytesIO(b"Un autre."))
    assert (tmp_path / "mine/b.txt").is_file()
    assert not (tmp_path / "own").exists()


def test_the_own_folder_is_remembered_while_the_sample_is_shown_and_when_the_index_is_deleted(tmp_path, sample):
    mine, target = tmp_path / "mine", tmp_path / "index"
    mine.mkdir()
    (mine / "a.txt").write_text("Un texte.")
    index.rebuild(mine, target)
    library = Library(target, Folders(target, None, sample))
    library.show_sample()
    last(library)
    assert Folders(target, None, sample).personal == mine
    deleted = sorted(target.glob("[sC]*"))
    assert {path.name.partition("-")[0] for path in deleted} == {"CURRENT", "snapshot"}
    for path in deleted:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert Folders(target, None, sample).personal == mine
    mine.rename(tmp_path / "moved")
    assert Folders(target, None, sample).personal == default_folder()


def test_a_first_file_that_cannot_be_read_leaves_the_sample_and_says_why(library):
    library.receive("scan.pdf", io.BytesIO(b"no pdf at all"))
    library.rebuild()
    *_, error = library.indexing.follow()
    assert "contains no readable files; of 1, the first is scan.pdf: it is damaged" in str(error)
    assert library.folders.shows_sample
    assert library.folders.view().has_personal_documents


def test_a_first_file_that_cannot_be_read_is_told_where_there_is_no_index(tmp_path):
    library = Library(tmp_path / "index", Folders(tmp_path / "index", tmp_path / "own"))
    library.receive("scan.pdf", io.BytesIO(b"no pdf at all"))
    library.rebuild()
    report = last(library)
    assert (report.documents, [file.source for file in report.skipped]) == (0, ["scan.pdf"])
    with pytest.raises(IndexNotFound):
        open_index(library.index)


def test_a_room_without_an_index_asks_for_documents_and_answers_once_one_was_added(tmp_path):
    controller = create_controller(tmp_path / "index", tmp_path / "own")
    with pytest.raises(NoDocuments, match=r"^There are no documents yet\. Drop some anywhere on the page, then ask\.$"):
        controller.ask("Où vit le dahu ?")
    *_, screen = controller.answer("Où vit le dahu ?", "", FRENCH)
    assert "Il n’y a pas encore de documents. Déposez-en" in str(screen.conversation)
    entered = controller.load("", FRENCH)
    assert "Déposez vos documents ici" in str(entered.conversation)
    assert "Déposez vos documents ici" in str(entered.reader)
    library = controller.library_controller.library
    library.receive("dahu.txt", io.BytesIO(b"Le dahu vit en Savoie."))
    library.rebuild()
    last(library)
    *_, answer = controller.ask("Où vit le dahu ?")
    assert answer.citations[0].quote == "Le dahu vit en Savoie."
    conversation = controller.load("", ENGLISH).conversation
    assert conversation is not None
    assert "Drop your documents here" not in conversation


def test_a_kept_conversation_opens_though_all_documents_were_removed(tmp_path):
    controller = create_controller(tmp_path / "index", tmp_path / "own")
    library = controller.library_controller.library
    library.receive("dahu.txt", io.BytesIO(b"Le dahu vit en Savoie."))
    library.rebuild()
    last(library)
    *_, screen = controller.answer("Où vit le dahu ?", "", FRENCH)
    *_, screen = controller.answer("Qui est le maire de Tokyo ?", screen.id, FRENCH)
    library.remove("dahu.txt")
    last(library)
    assert "Savoie" in str(controller.load(screen.id, FRENCH).conversation)
    assert "n’est plus dans l’index" in controller.read({"turn": 0, "n": 1}, screen.id, FRENCH)


def test_documents_that_wait_in_the_own_folder_are_indexed_when_a_room_opens(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own/dahu.txt").write_text("Le dahu vit en Savoie.")
    controller = create_controller(tmp_path / "index", tmp_path / "own")
    assert last(controller.library_controller.library).documents == 1


def test_an_own_folder_that_is_a_file_is_told_at_once(tmp_path):
    (tmp_path / "own").write_text("x")
    with pytest.raises(CorpusNotFound, match=r"own is a file\. Name the folder that holds it\."):
        create_controller(tmp_path / "index", tmp_path / "own")


def test_an_own_folder_that_is_not_there_yet_is_watched(tmp_path):
    library = Library(tmp_path / "index", Folders(tmp_path / "index", tmp_path / "own"))
    outcomes: list[Report | UserError] = []
    with library.indexing.watching(outcomes.append):
        library.receive("dahu.txt", io.BytesIO(b"Le dahu vit en Savoie."))
        for _ in range(100):
            if outcomes:
                break
            library.indexing._ended.wait(0.1)
    report = outcomes[0]
    assert isinstance(report, Report)
    assert report.documents == 1


def test_an_index_of_another_version_still_says_which_folder_it_is_of(library, sample):
    path = open_index(library.index).snapshot / "manifest.json"
    plain = json.loads(path.read_text())
    path.write_text(json.dumps(plain | {"format": plain["format"] + 1}))
    assert read_corpus(library.index) == sample
    path.write_text("{}")
    with pytest.raises(UserError, match="damaged"):
        read_corpus(library.index)


def test_the_sample_that_ships_is_seeds():
    assert find_sample() == SEEDS


def test_a_private_folder_is_its_owners_alone_whatever_the_umask(tmp_path):
    (tmp_path / "shared").mkdir(mode=0o755)
    before = os.umask(0o277)
    try:
        make_private_folder(tmp_path / "shared/a/b")
        make_private_folder(tmp_path / "shared/a/b")
    finally:
        os.umask(before)
    modes = [stat.S_IMODE((tmp_path / path).stat().st_mode) for path in ("shared", "shared/a", "shared/a/b")]
    assert modes == [0o755, 0o700, 0o700]


@pytest.mark.parametrize(
    ("config", "folder"),
    [
        (None, "Documents/Sourcier"),
        ('XDG_DOCUMENTS_DIR="$HOME/Mes documents"\n', "Mes documents/Sourcier"),
        ('# XDG_DOCUMENTS_DIR="$HOME/no"\nXDG_MUSIC_DIR="$HOME/Music"\n', "Documents/Sourcier"),
        ('XDG_DOCUMENTS_DIR="/srv/papers"\n', "/srv/papers/Sourcier"),
    ],
)
def test_the_default_folder_is_in_the_documents_of_the_desktop(tmp_path, monkeypatch, config, folder):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    if config:
        (tmp_path / ".config").mkdir()
        (tmp_path / ".config/user-dirs.dirs").write_text(config)
    assert default_folder() == tmp_path / folder


def test_the_own_folder_is_the_argument_then_the_variable_then_none(monkeypatch):
    monkeypatch.setenv("RAG_FOLDER", "~/papers")
    assert Settings.from_env(folder="mine").folder == Path("mine")
    assert Settings.from_env().folder == Path.home() / "papers"
    monkeypatch.delenv("RAG_FOLDER")
    assert Settings.from_env().folder is None


def test_a_folder_that_keeps_no_conversation_still_answers(tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "dahu.txt").write_text("Le dahu vit en Savoie.", encoding="utf-8")
    index.rebuild(own, tmp_path / "index")
    controller = create_controller(tmp_path / "index", own)
    (tmp_path / "index" / "conversations").write_text("a file is in the way", encoding="utf-8")
    *_, answer = controller.answer("Où vit le dahu ?", "", FRENCH)
    assert "Cette conversation ne peut pas être enregistrée" in str(answer.conversation)
    assert "Le dahu vit en Savoie." in str(answer.conversation)
    assert "Le dahu vit " in controller.read({"turn": 0, "n": 1}, answer.id, FRENCH)


def test_no_sample_is_offered_in_place_of_what_many_servers_share(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    address = StoreAddress.parse("postgresql://reader@127.0.0.1:1/archive")
    assert address
    assert find_offered_sample(tmp_path / "index") == SEEDS
    assert find_offered_sample(address.replica()) is None
