"""The page and the command line, where the index is of documents in storage elsewhere."""

import io
from pathlib import Path

import pytest

from index import rebuild
from index.addresses import S3Address
from index.errors import CorpusUnreachable
from index.mirror.listing import Fetched
from index.progress import Progress
from ui.html import library as html
from ui.i18n.errors import translate_error
from ui.i18n.labels import ENGLISH, FRENCH
from ui.services.folders import Folders
from ui.services.library import Library
from ui.services.remaining_time import RemainingTime
from ui.services.status import find_known_folder, read_state
from ui.services.uploads import NotReceived

URL = "s3://archive/law"


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the storage holds, by name: a test changes it, and an update fetches all of it."""
    objects = {"a.txt": "Le ciel est bleu, dit-on."}
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    def fetch(address, progress, patience):
        assert address == S3Address("archive", "law")
        if not objects:
            raise CorpusUnreachable("{} cannot be listed.", address.url)
        address.make_mirror()
        for path in address.folder.iterdir():
            path.unlink()
        for name, text in objects.items():
            (address.folder / name).write_text(text, "utf-8")
        return Fetched()

    monkeypatch.setattr("index.mirror.update.update_mirror", fetch)
    return objects


@pytest.fixture
def library(stored, tmp_path) -> Library:
    rebuild(URL, tmp_path / "index")
    return Library(tmp_path / "index", Folders(tmp_path / "index", sample=tmp_path / "sample"))


def test_what_is_told_names_the_address(library, tmp_path):
    assert read_state(tmp_path / "index")["folder"] == URL
    view = library.folders.view()
    assert (view.current, view.is_elsewhere, view.is_sample) == (URL, True, False)
    shown = str(html.render_library(library.entries(), view, True, ENGLISH))
    assert URL in shown
    assert str(tmp_path) not in shown
    assert ENGLISH.elsewhere_note in shown
    assert "five minutes" in shown
    assert 'id="files"' not in shown
    assert 'data-do="remove"' not in shown


def test_documents_elsewhere_are_not_changed_on_the_page(library):
    sentence = f"The documents are in {URL}. Change them there, then update the index."
    before = sorted(library.corpus.iterdir())
    with pytest.raises(NotReceived) as refused:
        library.receive("b.txt", io.BytesIO(b"Nouveau."))
    assert str(refused.value) == sentence
    with pytest.raises(NotReceived) as refused:
        library.remove("a.txt")
    assert str(refused.value) == sentence
    assert translate_error(refused.value, FRENCH) == (
        f"Les documents sont dans {URL}. Modifiez-les là-bas, puis mettez l’index à jour."
    )
    assert sorted(library.corpus.iterdir()) == before


def test_an_update_fetches_again(library, stored):
    stored["b.txt"] = "La mer est grise."
    library.rebuild()
    *_, report = library.indexing.follow()
    assert (report.added, report.unchanged) == (1, 1)
    assert [entry.id for entry in library.entries().entries] == ["a.txt", "b.txt"]
    stored.clear()
    library.rebuild()
    *_, error = library.indexing.follow()
    assert str(error) == f"{URL} cannot be listed."
    assert [entry.id for entry in library.entries().entries] == ["a.txt", "b.txt"]


def test_an_index_alone_causes_no_fetching(library, stored, tmp_path, monkeypatch):
    """It may be somebody else's, who would choose what is asked for with the credentials of this machine."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "another"))
    assert library.folders.view().current == URL
    assert {entry.state for entry in library.entries().entries} == {"gone"}
    library.open()
    library.rebuild()
    *_, error = library.indexing.follow()
    folder = find_known_folder(tmp_path / "index")
    assert folder == S3Address("archive", "law").folder
    assert str(error) == (f"The mirror {folder} is missing. Download it again: rag rebuild s3://…")
    assert not (tmp_path / "another").exists()
    assert rebuild(URL, tmp_path / "index").unchanged == 1
    assert {entry.state for entry in library.entries().entries} == {"indexed"}


def test_the_sample_gives_way_to_the_address_again(library, stored, tmp_path):
    (tmp_path / "sample").mkdir()
    (tmp_path / "sample" / "s.txt").write_text("Un exemple.", "utf-8")
    library.show_sample()
    list(library.indexing.follow())
    assert library.folders.shows_sample
    library.show_personal()
    list(library.indexing.follow())
    assert library.folders.view().current == URL


def test_fetching_is_shown_and_says_nothing_about_reading():
    now = Progress("fetching", 3, 4, "a.pdf", done_bytes=75, total_bytes=100)
    shown = str(html.render_progress(now, 60.0, None, ENGLISH))
    assert "Fetching documents: 3 / 4" in shown
    assert "passages" not in shown
    left, other = RemainingTime(0.0), RemainingTime(1000.0)
    left.update(now, 1000.0)
    for at in range(1001, 1011):
        for each in (left, other):
            each.update(Progress("reading", 1, 2, passages=1, done_bytes=50, total_bytes=100), at)
    assert left.seconds(1010.0) == other.seconds(1010.0)
    assert (other.seconds(1010.0) or 0) > 5
