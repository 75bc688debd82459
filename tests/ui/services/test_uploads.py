"""A file that is sent lands in the folder of documents, under a name that a rebuild indexes, or is refused."""

import io
import os
from pathlib import Path, PurePosixPath
from threading import Lock

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index.build.scan import find_file, scan_folder
from index.errors import UserError
from ui.services.folders import Folders
from ui.services.library import Library
from ui.services.paths import LinkedFolder
from ui.services.uploads import NotReceived, Uploads, clean_path

PIECES = ["..", ".", "/", "\\", "~$", "$", " ", "\t", "\x00", "\x85", "\u2028", "\ud800", ":", "*", "txt", ".txt"]
PIECES += [".TXT", ".pdf", ".jpg", "a", "é", "e\u0301", "index", "linked", "x" * 149, "İ", "\u202e", "🜲", "\u00a0"]
NAMES = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(PIECES), max_size=8).map("".join))


@pytest.fixture
def corpus(tmp_path) -> Path:
    """A folder that holds the index and a link to another place."""
    folder = tmp_path / "corpus"
    (folder / "index").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (folder / "linked").symlink_to(tmp_path / "outside")
    return folder


@pytest.mark.slow
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES)
def test_what_is_accepted_is_listed_by_the_next_rebuild_and_nothing_is_written_elsewhere(corpus, name):
    before = {file.id for file in scan_folder(corpus, corpus / "index")[0]}
    try:
        id = Uploads(corpus / "index", Lock()).receive(corpus, name, io.BytesIO(name.encode("utf-8", "replace")))
    except UserError:
        id = None
    files, skipped = scan_folder(corpus, corpus / "index")
    assert {file.id for file in files} - before <= {id}
    assert id is None or id in {file.id for file in files}
    assert [skip.source for skip in skipped] == ["linked"]
    assert not list((corpus.parent / "outside").iterdir())
    assert not list((corpus / "index").iterdir())
    assert not list(corpus.rglob(".*"))


@pytest.mark.slow
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(id=NAMES)
@example(id="x" * 300 + "/a.txt")  # longer than a name may be
@example(id="\ud800/a.txt")  # half a surrogate pair, which no name can hold
def test_a_file_is_found_by_its_id_exactly_if_a_rebuild_would_list_it(corpus, id):
    for place in ("a.txt", ".hidden.txt", "index/a.txt", "~$a.txt", "sub/a.txt", "txt"):
        (corpus / place).parent.mkdir(exist_ok=True)
        (corpus / place).write_text("x")
    files, _ = scan_folder(corpus, corpus / "index")
    for each in (id, *(file.id for file in files), ".hidden.txt", "index/a.txt", "~$a.txt", "sub", "linked", ""):
        path = find_file(corpus, each, corpus / "index")
        assert (path is not None) == (each in {file.id for file in files})
        assert path is None or path == corpus.resolve() / each


@pytest.mark.parametrize("name", ["~$bail.docx", ".~$bail.docx", "dossier/~$bail.docx"])
def test_the_lock_file_of_an_office_program_is_refused_in_one_sentence(name):
    with pytest.raises(NotReceived, match=r"is the lock file of a document that is open .* Add the document itself\."):
        clean_path(name)


@pytest.mark.parametrize(
    ("name", "cleaned"), [("..txt", "txt"), ("a.txt.", "a.txt"), (" . a.TXT . ", "a.TXT"), (".b.txt", "b.txt")]
)
def test_a_name_keeps_its_suffix(name, cleaned):
    assert clean_path(name) == PurePosixPath(cleaned)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("photo.raw", ".raw files are not supported"), ("photo", "files without an extension are supported only")],
)
def test_a_file_of_an_unknown_kind_is_taken_if_it_is_text(corpus, name, reason):
    uploads = Uploads(corpus / "index", Lock())
    with pytest.raises(NotReceived, match=reason):
        uploads.receive(corpus, name, io.BytesIO(bytes(range(256)) * 9))
    assert not (corpus / name).exists()
    assert uploads.receive(corpus, name, io.BytesIO(b"Le ciel est bleu.")) == name


def test_nothing_is_written_through_a_link(corpus):
    uploads = Uploads(corpus / "index", Lock())
    for name in ("linked/in.txt", "linked/new/in.txt"):
        with pytest.raises(LinkedFolder, match=r"linked” is a link to another location\. Choose another folder\."):
            uploads.receive(corpus, name, io.BytesIO(b"x"))
    (corpus / "a.txt").symlink_to(corpus.parent / "outside/a.txt")
    assert uploads.receive(corpus, "a.txt", io.BytesIO(b"x")) == "a (2).txt"
    assert not list((corpus.parent / "outside").iterdir())


def test_a_folder_that_becomes_a_link_while_a_file_is_sent_is_not_followed(corpus):
    class Slow(io.BytesIO):
        """Replaces the folder by a link once it is asked for its content."""

        def read(self, size: int | None = -1, /) -> bytes:
            if not (corpus / "sub").is_symlink():
                (corpus / "sub").rename(corpus / "moved")
                (corpus / "sub").symlink_to(corpus.parent / "outside")
            return super().read(size)

    with pytest.raises(LinkedFolder):
        Uploads(corpus / "index", Lock()).receive(corpus, "sub/in.txt", Slow(b"x"))
    assert not list((corpus.parent / "outside").iterdir())


def test_nothing_is_written_into_the_index(corpus):
    with pytest.raises(NotReceived, match="the index is kept there"):
        Uploads(corpus / "index", Lock()).receive(corpus, "index/conversations/a.txt", io.BytesIO(b"x"))


def test_what_a_killed_server_left_is_removed_after_a_day_and_nothing_else(tmp_path):
    own = tmp_path / "own"
    (own / "sub/.git").mkdir(parents=True)
    left, young, others = (
        ".0123456789abcdef.part",
        ".fedcba9876543210.part",
        ["0123456789abcdef.part", ".a.part", "a.txt"],
    )
    old = [own / left, own / "sub" / left, own / "sub/.git" / left, *(own / name for name in others)]
    for path in (*old, own / young):
        path.write_text("x")
    for path in old:
        os.utime(path, (0, 0))
    library = Library(tmp_path / "index", Folders(tmp_path / "index", chosen=own))
    library.open()
    remaining = {path.relative_to(own).as_posix() for path in own.rglob("*") if path.is_file()}
    assert remaining == {young, f"sub/.git/{left}", *others}
    list(library.indexing.follow())
