"""Texts on disk: a slice is what the same slice of the text would be."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import Document
from index.storage.texts import BLOCK_CHARACTERS, StoredText, TextFile, TextFileWriter

LETTERS = st.text(st.sampled_from("aé€𝄞\n"), min_size=1, max_size=12)


@given(st.lists(st.tuples(LETTERS, st.integers(1, BLOCK_CHARACTERS)), min_size=1, max_size=4), st.data())
def test_a_slice_on_disk_is_the_slice_of_the_text(tmp_path_factory, repeated, data):
    path = tmp_path_factory.mktemp("texts") / "texts.utf8"
    texts = [letters * times for letters, times in repeated]
    writer = TextFileWriter(path)
    marks = [writer.add(text) for text in texts]
    writer.close()
    opened, number = TextFile(path), data.draw(st.integers(0, len(texts) - 1))
    start, end = sorted(data.draw(st.integers(0, len(texts[number]))) for _ in range(2))
    assert opened.slice(marks[number], start, end) == texts[number][start:end]


@pytest.fixture
def stored(tmp_path):
    """A document, and the same with its text on disk."""
    document = Document("a.txt", "Été à Orsay. " * 300, "0" * 64, "Été")
    writer = TextFileWriter(tmp_path / "texts.utf8")
    marks = writer.add(document.text)
    writer.close()
    return document, replace(document, content=StoredText(TextFile(tmp_path / "texts.utf8"), marks, document.length))


def test_a_stored_document_is_the_one_it_was_written_from(stored):
    document, stored = stored
    assert (stored, hash(stored), stored.length) == (document, hash(document), len(document.text))
    assert stored.slice(3, 2000) == document.text[3:2000]
    assert stored.text == document.text
    assert stored.slice(3, 2000) == document.text[3:2000]  # now that all of it was read


def test_documents_are_equal_by_id_and_bytes_and_no_text_is_read_for_it(stored, monkeypatch):
    document, stored = stored
    monkeypatch.setattr(TextFile, "slice", None)
    assert stored == replace(document, title="Another", content="")
    assert stored != replace(stored, id="b.txt")
    assert stored != replace(stored, sha256="1" * 64)
    assert {stored, document} == {document}
    assert "Orsay" not in repr(document)
