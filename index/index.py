"""An opened index, and the pool of open indexes. An index never changes; after a rebuild there is another."""

import datetime as dt
import os
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock, RLock
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from index.documents import Document, Passage, Sentence
from index.encoders.base import Embeddings, Encoder
from index.encoders.registry import choose_encoder, resolve_name
from index.errors import IndexCorrupted, IndexMismatch
from index.settings import Settings
from index.storage.candidates import Candidates
from index.storage.document_segment import Int64Array
from index.storage.documents import DocumentStore
from index.storage.lexical import LexicalIndex
from index.storage.local import LocalCandidates
from index.storage.manifest import NAME as MANIFEST
from index.storage.manifest import Manifest, read_manifest
from index.storage.snapshot import check_shape, find_current
from index.storage.texts import corrupted
from index.storage.vectors import VectorIndex
from index.stores.base import SnapshotGone
from index.stores.replica import is_replica, open_candidates, update_replica

EncoderObject = Encoder | Embeddings  # an encoder as an object
State = TypeVar("State")
LARGE = 100_000  # passages
_DOCUMENTS_KEPT = 64
_INDEXES_KEPT = 8


class _Files(NamedTuple):
    """Everything that an index has open."""

    store: DocumentStore
    candidates: Candidates
    document: Callable[[int], Document]


class Index:
    """Documents, passages and sentences by number, in the order of document ids, and what searches them.

    All files are opened at once and stay open, so that a rebuild may remove them; texts are read when asked for.
    ``close`` frees files and memory at once, and so does the last reference to the index. It is also a context manager:

        with open_index("my-index") as index:
            print(index.document_ids)
    """

    def __init__(self, folder: Path, snapshot: Path, manifest: Manifest, encoder: EncoderObject | None = None) -> None:
        """Open a snapshot. ``encoder`` is needed if the index was made with an object, which has no name to load it by.

        Words and vectors are those of a store if ``manifest`` lists no files of them, else those of the snapshot.

        Raises:
            IndexCorrupted: a file is absent, is not what was written, or does not fit the others.
        """
        self.folder, self.snapshot, self.manifest = folder, snapshot, manifest
        self._written = _identify(snapshot)
        self._encoder, self.is_named = encoder, False  # whether a person named the encoder of the manifest
        check_shape(snapshot, manifest)
        self._states: dict[Callable[[Index], Any], Any] = {}
        self._lock = RLock()
        self._files: _Files | None = self._open_files([snapshot / segment.name for segment in manifest.segments])

    def _open_files(self, folders: Sequence[Path]) -> _Files:
        """Open everything, and compare the counts of each file with the manifest: no passage must be shown for another.

        Raises:
            IndexCorrupted: they differ.
        """
        local = None if self.manifest.is_replica else LocalCandidates.open(folders, self.manifest)
        store = DocumentStore(folders)
        if local and local.vector_index.counts != [sentences for *_, sentences in store.counts]:
            raise IndexCorrupted(
                "{} vectors but {} sentences in {}. Build it again: rag rebuild FOLDER",
                len(local.vector_index),
                len(store.sentences),
                self.snapshot,
            )
        is_fitting = local is None or local.vector_index.dimension == self.manifest.dimension
        if not is_fitting or store.counts != [tuple(segment[1:]) for segment in self.manifest.segments]:
            raise corrupted(self.snapshot)
        candidates = local or open_candidates(self.folder, self.snapshot, self.manifest, store)
        return _Files(store, candidates, lru_cache(_DOCUMENTS_KEPT)(store.document))

    def close(self) -> None:
        """Close all files and drop what was computed of the index; do nothing if it is closed.

        Do not close an index that another thread is asking. Later calls raise ``ValueError``, and so does reading the
        text of a document that it returned.
        """
        with self._lock:
            files, self._files = self._files, None
            self._states.clear()
        if files is not None:
            files.candidates.close()
            files.store.close()

    @property
    def is_closed(self) -> bool:
        """Return whether ``close`` was called."""
        return self._files is None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _open(self) -> _Files:
        if self._files is None:
            raise ValueError(f"the index in {self.folder} is closed")
        return self._files

    @property
    def candidates(self) -> Candidates:
        """What proposes passages and sentences of this index."""
        return self._open.candidates

    @property
    def lexical(self) -> LexicalIndex:
        """The lexical index of all passages, where it is on this machine."""
        return self._local.lexical

    @property
    def vectors(self) -> VectorIndex:
        """The vector index of all sentences, where it is on this machine."""
        return self._local.vector_index

    @property
    def _local(self) -> LocalCandidates:
        local = self.candidates
        if not isinstance(local, LocalCandidates):
            raise ValueError(f"the words and vectors of the index in {self.folder} are in a store")
        return local

    @property
    def _store(self) -> DocumentStore:
        return self._open.store

    def state(self, make: "Callable[[Index], State]") -> State:
        """Return what ``make`` computes of this index: once, and dropped with the index.

        What it returns should refer to the index by a ``weakref.proxy``: a cycle would keep the files open until the
        garbage collector runs.
        """
        with self._lock:
            if make not in self._states:
                self._states[make] = make(self)
            state: State = self._states[make]
        return state

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder that the index was made with, loaded when first used.

        Raises:
            EncoderNotNamed: it is not the bundled one, and nobody named it.
            EncoderLoadError: it cannot be loaded.
            IndexMismatch: the named or bundled encoder computes other vectors.
        """
        made_with = self.manifest.encoder
        requested = self._encoder or (made_with if self.is_named else None)
        return _fitting(choose_encoder(requested, made_with, self.folder), self.manifest, self.folder)

    @property
    def document_ids(self) -> Sequence[str]:
        """The ids of all documents, sorted by the parts of their paths."""
        return self._store.ids

    @property
    def passages(self) -> int:
        """The number of passages."""
        return len(self._store.passages) - 1

    @property
    def is_large(self) -> bool:
        """True from 100,000 passages: searches then use the two-stage lexical query."""
        return self.passages >= LARGE

    @property
    def sentences(self) -> int:
        """The number of sentences."""
        return len(self._store.sentences)

    @property
    def days(self) -> NDArray[np.int32]:
        """The date of each document as an ordinal, 0 where it is unknown; shape (documents,)."""
        return self._store.days

    def find_by_name(self, words: str, start: int, most: int) -> list[str]:
        """Return at most ``most`` ids of documents whose id or title holds every word, from position ``start``."""
        return self._store.find_by_name(words, start, most)

    def count_by_name(self, words: str) -> int:
        """Return the number of documents whose id or title holds every word."""
        return self._store.count_by_name(words)

    def names(self) -> Iterator[str]:
        """Yield the folded id and title of each document, in order."""
        return self._store.names()

    def document(self, id: str) -> Document:
        """Return a document; its text stays on disk until it is read.

        Raises:
            KeyError: the index holds no document with this id.
            IndexCorrupted: the document is not as it was written.
        """
        return self._open.document(self._numbers[id])

    def passage(self, number: int) -> Passage:
        """Return the passage with this number, from 0.

        Raises:
            IndexError: there is no such passage.
            IndexCorrupted: it is not as it was written.
        """
        sentences = self.sentences_of(number)
        start, end = self._store.sentences[sentences[0], 0], self._store.sentences[sentences[-1], 1]
        return self._span(self._document_of(number), int(start), int(end))

    def sentence(self, number: int) -> Sentence:
        """Return the sentence with this number, from 0.

        Raises:
            IndexError: there is no such sentence.
            IndexCorrupted: it is not as it was written.
        """
        start, end = self._store.sentences[number]
        return self._span(self._document_of(int(self.passages_of_sentences(np.array(number)))), int(start), int(end))

    def sentences_in(self, passage: int) -> list[Sentence]:
        """Return the sentences of a passage, in order.

        Raises:
            IndexError: there is no such passage.
        """
        document, numbers = self._document_of(passage), self.sentences_of(passage)
        spans = self._store.sentences[numbers.start : numbers.stop].tolist()
        return [self._span(document, start, end) for start, end in spans]

    def _span(self, document: Document, start: int, end: int) -> Passage:
        try:
            return Passage(document, start, end)
        except ValueError as error:
            raise corrupted(self.snapshot) from error

    def sentences_of(self, passage: int) -> range:
        """Return the numbers of the sentences of a passage.

        Raises:
            IndexError: there is no such passage.
        """
        if not 0 <= passage < self.passages:
            raise IndexError(f"passage {passage} of {self.passages}")
        return range(int(self._store.passages[passage]), int(self._store.passages[passage + 1]))

    def indexed_text(self, passage: int) -> str:
        """Return the text of a passage under its titles, in which its words are looked for.

        Raises:
            IndexCorrupted: it is not as it was written.
        """
        return self._store.indexed_text(passage)

    def language_of(self, passage: int) -> str:
        """Return the language code detected for a passage when it was indexed."""
        return bytes(self._store.languages[passage]).decode("latin-1")  # any byte: a damaged code is another language

    def passages_of(self, document_id: str) -> range:
        """Return the numbers of the passages of a document.

        Raises:
            KeyError: the index holds no document with this id.
        """
        number = self._numbers[document_id]
        return range(int(self._store.documents[number]), int(self._store.documents[number + 1]))

    def passages_of_sentences(self, sentences: NDArray[np.integer]) -> Int64Array:
        """Return the passage number of each sentence number, same shape."""
        return np.searchsorted(self._store.passages, sentences, side="right") - 1

    def document_number(self, passages: NDArray[np.integer]) -> Int64Array:
        """Return the document number of each passage number, same shape."""
        return np.searchsorted(self._store.documents, passages, side="right") - 1

    def document_id_of(self, passage: int) -> str:
        """Return the id of the document of a passage."""
        return self._store.ids[int(self.document_number(np.array(passage)))]

    def _document_of(self, passage: int) -> Document:
        return self._open.document(int(self.document_number(np.array(passage))))

    def document_date(self, number: int) -> dt.date | None:
        """Return the date of the document with this number; None if it is unknown."""
        day = int(self._store.days[number])
        return dt.date.fromordinal(day) if day else None

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {id: number for number, id in enumerate(self._store.ids)}


class IndexPool:
    """The open indexes of a process: each folder's is opened once, and again after a rebuild.

    Whichever index is asked for, the pool first drops all that were closed, or whose snapshot is no longer there since
    they were rebuilt or removed; and then the least recently used one beyond eight. A dropped index remains usable; its
    files are freed with the last reference to it.
    """

    def __init__(self, most: int = _INDEXES_KEPT) -> None:
        self._most, self._lock = most, Lock()
        self._by_folder: dict[Path, Index] = {}  # the one asked for last is last
        self._opening: WeakValueDictionary[Path, Lock] = WeakValueDictionary()  # held while an index is opened

    def open(self, folder: Path, encoder: EncoderObject | None = None) -> Index:
        """Return the index in a folder as the last rebuild left it.

        Raises:
            IndexNotFound, IndexCorrupted, IndexMismatch: there is no index in the folder, or none that can be used.
        """
        path = folder.absolute()
        with self._lock:
            opening = self._opening.setdefault(path, Lock())
        with opening:  # a database that is slow to answer delays nobody who asks another index
            with self._lock:
                index = self._by_folder.get(path)
                self._by_folder = {
                    other: opened for other, opened in self._by_folder.items() if other == path or _is_there(opened)
                }
            try:
                index = _opened(folder, path, encoder, index)
            except BaseException:
                self.forget(path)
                raise
            self._keep(path, index)
        return index

    def _keep(self, path: Path, index: Index) -> None:
        """Hold the index that was asked for last, and drop the one that was not for the longest time."""
        with self._lock:
            self._by_folder.pop(path, None)
            self._by_folder[path] = index
            if len(self._by_folder) > self._most:
                del self._by_folder[next(iter(self._by_folder))]

    def forget(self, folder: Path) -> None:
        """Drop the index of a folder."""
        with self._lock:
            self._by_folder.pop(folder.absolute(), None)


# Shared by the whole process: a caller that passes the same folder to ``rag.ask`` again must not reopen the index.
_POOL = IndexPool()


def open_index(folder: "str | Path | Index | None" = None, *, encoder: str | EncoderObject | None = None) -> Index:
    """Return the index in ``folder`` (by default RAG_INDEX, else .index) as the last rebuild left it.

    It is opened once per process, and again after a rebuild or after it was closed. An ``Index`` is returned as it is.
    ``encoder`` (by default RAG_ENCODER) is needed for an index that was made with another encoder than the one that
    ships: its name or folder, or the object itself.

    Raises:
        IndexNotFound, IndexCorrupted, IndexMismatch: there is no index in the folder, or none that can be used.
    """
    if isinstance(folder, Index):
        return folder
    name = encoder if isinstance(encoder, str) else None
    settings, encoder_object = (
        Settings.from_env(index=folder, encoder=name),
        None if isinstance(encoder, str) else encoder,
    )
    return _with_name(_POOL.open(settings.index, encoder_object), settings.encoder)


def close_index(folder: Path) -> None:
    """Drop a removed index from the pool. References to it stay valid."""
    _POOL.forget(folder)


def _opened(folder: Path, path: Path, encoder: EncoderObject | None, index: Index | None) -> Index:
    """Return ``index`` if it is what the last rebuild left, else open that; bring a replica up to its store first."""
    if is_replica(path) and not (index and _is_there(index) and index.candidates.is_current()):
        update_replica(path)
    if index is None or not _is_current(index, path, encoder):
        return _open_current(folder, path, encoder, index)
    return index


def _is_there(index: Index) -> bool:
    return not index.is_closed and _identify(index.snapshot) == index._written


def _is_current(index: Index, path: Path, encoder: EncoderObject | None) -> bool:
    is_of_encoder = encoder is None or index._encoder is encoder
    return _is_there(index) and is_of_encoder and index.snapshot == find_current(path)


def _identify(snapshot: Path) -> tuple[int, int] | None:
    """Return what differs where the files of a snapshot were fetched again under the same name; None without them."""
    try:
        facts = os.stat(f"{snapshot}/{MANIFEST}")  # noqa: PTH116  (asked at each question)
    except OSError:
        return None
    return facts.st_ino, facts.st_mtime_ns


def _open_current(shown: Path, path: Path, encoder_object: EncoderObject | None, previous: Index | None) -> Index:
    """Open the index as it is now; what was said about the encoder of ``previous`` remains valid."""
    encoder = encoder_object or (previous._encoder if previous else None)
    while True:
        in_use = find_current(path)
        try:
            opened = Index(shown, in_use, read_manifest(in_use), encoder)
        except SnapshotGone:
            update_replica(path)
        except IndexCorrupted:
            if find_current(path) == in_use:  # else it was replaced and removed meanwhile
                raise
        else:
            opened.is_named = bool(
                previous and previous.is_named and previous.manifest.encoder == opened.manifest.encoder
            )
            return opened


def _with_name(index: Index, name: str | None) -> Index:
    """Allow the index to load its encoder by name if ``name``, given by a person, is that of its encoder.

    Raises:
        IndexMismatch: the index was made with another encoder than the one named.
    """
    if not name or index._encoder is not None:
        return index
    if resolve_name(name) != index.manifest.encoder:
        raise IndexMismatch(
            "The index in {} was made with the encoder {}, but {} is requested. Build it again: rag rebuild FOLDER",
            index.folder,
            index.manifest.encoder,
            name,
        )
    index.is_named = True
    return index


def _fitting(encoder: Encoder, manifest: Manifest, folder: Path) -> Encoder:
    if (encoder.fingerprint, encoder.dimension) != (manifest.fingerprint, manifest.dimension):
        raise IndexMismatch(
            "The index in {} was made with another encoder, or another version of it ({}). Build it again: "
            "rag rebuild FOLDER",
            folder,
            manifest.encoder,
        )
    return encoder
