"""Texts on disk: a slice is what the same slice of the text would be."""

from hypothesis import given
from hypothesis import strategies as st

from index.documents import Document
from index.storage.texts import STEP, StoredDocument, Texts, TextWriter

LETTERS = st.text(st.sampled_from("aé€𝄞\n"), min_size=1, max_size=12)


@given(st.lists(st.tuples(LETTERS, st.integers(1, STEP)), min_size=1, max_size=4), st.data())
def test_a_slice_on_disk_is_the_slice_of_the_text(tmp_path_factory, repeated, data):
    path = tmp_path_factory.mktemp("texts") / "texts.utf8"
    texts = [letters * times for letters, times in repeated]
    writer = TextWriter(path)
    marks = [writer.add(text) for text in texts]
    writer.close()
    opened, number = Texts(path), data.draw(st.integers(0, len(texts) - 1))
    start, end = sorted(data.draw(st.integers(0, len(texts[number]))) for _ in range(2))
    assert opened.slice(marks[number], start, end) == texts[number][start:end]


def test_a_stored_document_equals_the_one_it_was_written_from(tmp_path):
    document = Document("a.txt", "Été à Orsay. " * 300, "0" * 64, "Été")
    writer = TextWriter(tmp_path / "texts.utf8")
    marks = writer.add(document.text)
    writer.close()
    facts = {name: getattr(document, name) for name in Document.__slots__ if name != "text"}
    stored = StoredDocument(Texts(tmp_path / "texts.utf8"), marks, document.length, **facts)
    assert stored == document
    assert document == stored
    assert (hash(stored), stored.length) == (hash(document), len(document.text))
