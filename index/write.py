"""A generation from the cache: documents, words and meaning, in the order of document ids."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from index.cache import Cache, Prepared
from index.documents import Document
from index.encoders import Encoder
from index.meaning import MeaningFacts, MeaningWriter
from index.prepare import Source
from index.store import StoreWriter
from index.words import WordWriter


class Counts(NamedTuple):
    documents: int
    passages: int
    sentences: int


def write(
    folder: Path, sources: Iterable[Source], cache: Cache, encoder: Encoder, listen: Callable[[str, int], None]
) -> tuple[Counts, MeaningFacts]:
    """Fills an empty folder, as the sources come; ``listen`` is told the id of each and the passages so far."""
    store, words = StoreWriter(folder), WordWriter(folder / "words")
    meaning = MeaningWriter(folder / "meaning.faiss", encoder.dimension)
    for source in sources:
        prepared = cache.text(source.key)
        document = prepared.reading.document(source.id, source.sha256)
        _add_words(words, store.passages, document, prepared)
        store.add(document, prepared.packed, prepared.sentences, prepared.passages)
        meaning.add(cache.vectors(source.key, encoder.fingerprint, encoder.dimension))
        listen(source.id, store.passages)
    store.close()
    words.close()
    return Counts(store.documents, store.passages, store.sentences), meaning.close()


def _add_words(words: WordWriter, first: int, document: Document, prepared: Prepared) -> None:
    starts = prepared.sentences[prepared.passages, 0].tolist()
    ends = prepared.sentences[[*(prepared.passages[1:] - 1), -1], 1].tolist()
    day = document.date.toordinal() if document.date else 0
    for number, (start, end, language) in enumerate(zip(starts, ends, prepared.languages, strict=True), first):
        words.add(number, language, document.title, document.text[start:end], day)
