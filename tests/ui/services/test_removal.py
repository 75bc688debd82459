"""A document that is removed on the page is never lost: it is kept in its folder, put back, or deleted on demand."""

import os
import stat
from pathlib import Path

import pytest

import index
from index import Report, open_index
from index.errors import IndexNotFound, UserError
from ui.services.folders import Folders
from ui.services.library import Library
from ui.services.removal import Removed

pytestmark = pytest.mark.slow


@pytest.fixture
def library(tmp_path) -> Library:
    corpus = tmp_path / "corpus"
    (corpus / "notes").mkdir(parents=True)
    for name in ("a.txt", "notes/b.txt"):
        (corpus / name).write_text(f"Le ciel de {name} est bleu.")
    index.rebuild(corpus, tmp_path / "index")
    return Library(tmp_path / "index")


def contents(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def last(library: Library) -> Report:
    *_, event = library.indexing.follow()
    assert isinstance(event, Report)
    return event


def test_a_removed_document_is_kept_in_a_hidden_folder_of_its_own_folder(library):
    before = contents(library.corpus)
    inode = (library.corpus / "notes/b.txt").stat().st_ino
    os.umask(before_mask := os.umask(0))
    removed = library.remove("notes/b.txt")
    assert last(library).removed == 1
    assert list(open_index(library.index).document_ids) == ["a.txt"]
    assert library.path_of(removed) == library.corpus / ".removed/notes/b.txt"
    assert library.path_of(removed).stat().st_ino == inode  # one rename: it was never copied
    assert stat.S_IMODE((library.corpus / ".removed").stat().st_mode) == 0o700
    assert sorted(contents(library.corpus).values()) == sorted(before.values())
    assert before_mask == os.umask(before_mask)


def test_undo_puts_a_document_back_byte_for_byte_and_it_is_indexed_again(library):
    before = contents(library.corpus)
    removed = library.remove("notes/b.txt")
    last(library)
    assert library.restore(removed) == "notes/b.txt"
    assert last(library).added == 1
    assert contents(library.corpus) == before
    assert not (library.corpus / ".removed").exists()


def test_a_name_that_was_taken_meanwhile_is_numbered_both_ways(library):
    texts = [(library.corpus / "a.txt").read_text(), "Un autre texte.", "Un troisième texte."]
    first = library.remove("a.txt")
    (library.corpus / "a.txt").write_text(texts[1])
    second = library.remove("a.txt")
    (library.corpus / "a.txt").write_text(texts[2])
    assert (first.path, second.path) == ("a.txt", "a (2).txt")
    assert library.restore(second) == "a (2).txt"
    assert library.restore(first) == "a (3).txt"
    assert [(library.corpus / name).read_text() for name in ("a.txt", "a (2).txt", "a (3).txt")] == [
        texts[2], texts[1], texts[0],
    ]  # fmt: skip
    last(library)


def test_a_document_deleted_for_good_is_gone_and_only_that(library):
    removed = [library.remove(id).path for id in ("a.txt", "notes/b.txt")]
    library.delete(removed[0])
    assert contents(library.corpus) == {".removed/notes/b.txt": "Le ciel de notes/b.txt est bleu."}
    with pytest.raises(UserError, match=r"There is no file “a\.txt” in .*\.removed\."):
        library.delete(removed[0])
    last(library)


FORGED = ["", ".", "..", "../a.txt", "/etc/passwd", "notes", "../corpus/a.txt", "linked/x.txt", "a.txt\0", "none.txt"]


@pytest.mark.parametrize("id", FORGED)
def test_only_documents_are_removed_and_only_removed_files_are_restored_or_deleted(library, id, tmp_path):
    removed = library.remove("a.txt")
    (tmp_path / "x.txt").write_text("x")
    for folder in (library.corpus, library.corpus / ".removed"):
        (folder / "linked").symlink_to(tmp_path)
    last(library)
    before = contents(tmp_path / "corpus")
    for act in (
        lambda: library.remove(id),
        lambda: library.delete(id),
        lambda: library.restore(Removed("b.txt", id)),
    ):
        with pytest.raises(UserError, match="There is no file"):
            act()
    with pytest.raises(UserError):
        library.restore(Removed(id if id not in ("none.txt", "notes") else ".hidden", removed.path))
    assert contents(tmp_path / "corpus") == before


def test_a_document_cannot_be_restored_into_the_index(tmp_path):
    (tmp_path / "a.txt").write_text("Un texte.")
    (tmp_path / "b.txt").write_text("Un autre texte.")
    index.rebuild(tmp_path, tmp_path / "index")
    library = Library(tmp_path / "index")
    removed = library.remove("a.txt")
    with pytest.raises(UserError, match="There is no file"):
        library.restore(Removed("index/CURRENT", removed.path))
    last(library)


@pytest.mark.posix
def test_a_folder_that_may_not_be_written_to_keeps_its_document(library):
    if os.geteuid() == 0:
        (library.corpus / ".removed").write_text("a file is in the way")
    else:
        library.corpus.chmod(0o500)
    with pytest.raises(UserError, match=r"“a\.txt” cannot be removed \("):
        library.remove("a.txt")
    library.corpus.chmod(0o700)
    assert (library.corpus / "a.txt").is_file()


def test_the_last_document_can_be_removed_and_put_back(library):
    library.remove("a.txt")
    last(library)
    removed = library.remove("notes/b.txt")
    report = last(library)
    assert isinstance(report, Report)
    assert (report.documents, report.removed) == (0, 1)
    with pytest.raises(IndexNotFound):
        open_index(library.index)
    assert not [path.name for path in library.index.iterdir() if path.name.startswith(("snapshot", "cache"))]
    assert library.entries().total == 0
    assert library.restore(removed) == "notes/b.txt"
    assert last(library).added == 1
    assert list(open_index(library.index).document_ids) == ["notes/b.txt"]


def test_an_index_built_after_the_last_document_was_removed_is_not_taken_for_the_old_one(tmp_path):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/a.txt").write_text("Le ciel est bleu.")
    index.rebuild(tmp_path / "corpus", tmp_path / "index")
    library = Library(tmp_path / "index")
    assert list(open_index(library.index).document_ids) == ["a.txt"]
    library.remove("a.txt")
    last(library)
    (library.corpus / "c.txt").write_text("La mer est verte.")
    library.rebuild()
    last(library)
    assert list(open_index(library.index).document_ids) == ["c.txt"]


def test_a_folder_found_empty_without_a_removal_keeps_its_index(library):
    for path in (library.corpus / "a.txt", library.corpus / "notes/b.txt"):
        path.unlink()
    library.rebuild()
    *_, error = library.indexing.follow()
    assert str(error).endswith("corpus contains no files to index. Put documents in it, or name another folder.")
    assert list(open_index(library.index).document_ids) == ["a.txt", "notes/b.txt"]


def test_the_folder_of_an_emptied_library_is_still_the_one_that_files_are_added_to(library):
    for id in ("a.txt", "notes/b.txt"):
        library.remove(id)
        last(library)
    assert Library(library.index).folders.personal == library.corpus
    assert Library(library.index).folders.current == library.corpus
    assert Folders(library.index, chosen=library.corpus / "other").personal == library.corpus / "other"


def test_what_earlier_versions_removed_is_moved_into_the_folder_it_belongs_to(library):
    before = {"a.txt": "Un ancien a.", "notes/deep/c.txt": "Un ancien c."}
    for id, text in before.items():
        (library.index / "removed" / id).parent.mkdir(parents=True, exist_ok=True)
        (library.index / "removed" / id).write_text(text)
    removed = library.path_of(library.remove("a.txt"))
    assert removed.name == "a.txt"
    library.open()
    moved = contents(library.corpus / ".removed")
    assert moved == {
        "a.txt": "Le ciel de a.txt est bleu.",
        "a (2).txt": "Un ancien a.",
        "notes/deep/c.txt": "Un ancien c.",
    }
    assert not (library.index / "removed").exists()
    last(library)


def test_what_earlier_versions_removed_stays_while_the_folder_is_not_there(library):
    (library.index / "removed").mkdir()
    (library.index / "removed/a.txt").write_text("Un ancien a.")
    library.corpus.rename(library.corpus.with_name("away"))
    library.open()
    assert (library.index / "removed/a.txt").read_text() == "Un ancien a."
    assert not library.corpus.exists()
