"""After a rebuild no word of a document that was removed or changed is left in the index, its cache or beside them."""

import os
import sqlite3
from pathlib import Path

import pytest
from remains import WORDS, find_words, keep_temporary_files, list_compressed, write_corpus

import index
from index import open_index
from index.errors import UnreadableFile

pytestmark = pytest.mark.slow


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    keep_temporary_files(tmp_path / "temporary", monkeypatch)
    return write_corpus(tmp_path)[0]


@pytest.fixture
def target(corpus: Path) -> Path:
    return corpus.parent / "index"


def test_after_a_rebuild_no_word_of_a_removed_document_is_on_the_disk(corpus, target, tmp_path):
    pieces = list_compressed(target)
    assert {path.rpartition("/")[2] for path in find_words(tmp_path)} >= {
        "secret.txt",
        "texts.utf8",
        "rows of the cache",
    }
    assert all(piece in (target / "cache.sqlite").read_bytes() for piece in pieces)
    (corpus / "notes" / "secret.txt").unlink()
    index.rebuild(corpus, target)
    assert find_words(tmp_path) == []
    written = b"".join(path.read_bytes() for path in target.rglob("*") if path.is_file())
    assert not any(piece in written for piece in pieces)
    opened = open_index(target)
    assert not any(opened.lexical.document_frequency("plain", word.lower()) for word in ("quezacotl", "brumelande"))


def test_what_a_document_said_before_it_was_changed_is_gone_too(corpus, target, tmp_path):
    (corpus / "notes" / "secret.txt").write_text("Rien à dire.", "utf-8")
    index.rebuild(corpus, target)
    assert find_words(tmp_path) == []


def test_a_reason_that_quotes_a_removed_file_is_gone_too(corpus, target, tmp_path, monkeypatch):
    def quoting(self, path, kind, note_page):
        raise UnreadableFile("its reader gave up ({}: {})", "ValueError", f"in {WORDS[0]}")

    (corpus / "broken.html").write_text("<p>Rien.</p>", "utf-8")
    with monkeypatch.context() as patched:
        patched.setattr("index.workers.reader_pool.ReaderPool.read", quoting)
        index.rebuild(corpus, target)
    (corpus / "notes" / "secret.txt").unlink()
    index.rebuild(corpus, target)
    assert "rows of the cache" in find_words(tmp_path)
    (corpus / "broken.html").unlink()
    index.rebuild(corpus, target)
    assert find_words(tmp_path) == []


def test_a_cache_of_an_earlier_version_is_rid_of_what_it_left_behind(corpus, target, tmp_path):
    pieces = list_compressed(target)
    with sqlite3.connect(target / "cache.sqlite") as rows:  # as it was: nothing that is deleted is overwritten
        rows.execute("PRAGMA secure_delete = OFF").fetchall()
        rows.execute("PRAGMA user_version = 0")
        rows.execute("DELETE FROM texts WHERE length(text) = (SELECT max(length(text)) FROM texts)")
    rows.close()
    (corpus / "notes" / "secret.txt").unlink()
    assert any(piece in (target / "cache.sqlite").read_bytes() for piece in pieces)
    index.rebuild(corpus, target)
    assert not any(piece in (target / "cache.sqlite").read_bytes() for piece in pieces)
    assert index.rebuild(corpus, target).unchanged == 10


def test_a_cache_gives_back_the_room_of_what_it_forgets(tmp_path, corpus):
    for number in range(60):
        (corpus / f"more-{number}.txt").write_text(os.urandom(4000).hex() + ".", "utf-8")
    index.rebuild(corpus, tmp_path / "index")
    large = (tmp_path / "index" / "cache.sqlite").stat().st_size
    for path in corpus.glob("more-*"):
        path.unlink()
    index.rebuild(corpus, tmp_path / "index")
    assert (tmp_path / "index" / "cache.sqlite").stat().st_size < large / 3
