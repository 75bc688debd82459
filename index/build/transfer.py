"""Copy an index of this machine into a store, and back."""

import json
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

import faiss
import numpy as np

from index.build import ivf
from index.disk_errors import translate_disk_errors
from index.errors import IndexCorrupted, IndexMismatch
from index.events import emit
from index.index import Index, open_index
from index.private import make_private_folder
from index.progress import Progress, ProgressCallback
from index.storage import snapshot
from index.storage.lexical import LexicalWriter
from index.storage.lock import writer_lock
from index.storage.manifest import (
    CENTROIDS,
    DOCUMENTS,
    LEXICAL,
    VECTORS,
    Manifest,
    Segment,
    parse_manifest,
    read_manifest,
)
from index.storage.vectors import Codes, VectorIndex, quantize, write_index
from index.stores.base import IndexedPassage, SegmentContent, Store
from index.stores.numbering import check_size

LOCAL = "local"  # the folder in a replica that holds the index of whoever fills the store
_VECTORS = 16_384  # at a time
_PATIENCE = 3.0  # seconds
_REPORT_EVERY = 2_000  # passages after which what was sent is told
_NOT_OF_A_SAMPLE = "0" * 64  # the digest of centroids that no rebuild trains
_TRAINED = 1 << 18  # vectors at most that centroids are trained on


class _Content:
    """The content of one segment of an opened index; what is read of it is told."""

    def __init__(
        self, index: Index, segment: Segment, passages: range, sentences: range, on_progress: ProgressCallback
    ) -> None:
        self._index, self._passages, self._sentences, self._on_progress = index, passages, sentences, on_progress
        self.segment, self.fingerprint = segment, index.manifest.fingerprint
        folder = index.snapshot / segment.name
        self.files: Mapping[str, Path] = {name: folder / name for name in DOCUMENTS}

    def passages(self) -> Iterator[IndexedPassage]:
        for number in self._passages:
            if number % _REPORT_EVERY == 0:
                self._on_progress(Progress("sending", number, self._index.manifest.passages))
            yield IndexedPassage(self._index.language_of(number), self._index.indexed_text(number))

    def codes(self) -> Iterator[Codes]:
        for start in range(self._sentences.start, self._sentences.stop, _VECTORS):
            numbers = np.arange(start, min(start + _VECTORS, self._sentences.stop))
            yield quantize(self._index.vectors.reconstruct(numbers))


def publish_changes(source: Path, store: Store, on_progress: ProgressCallback | None = None) -> None:
    """Do as ``publish``, unless the store has published the same: the snapshot before stays the one to return to."""
    published, manifest = store.current(), read_manifest(snapshot.find_current(source))
    if published is not None:
        with suppress(IndexMismatch, IndexCorrupted):
            stored = parse_manifest(json.loads(published.manifest))
            if (stored.digest, stored.corpus) == (manifest.digest, manifest.corpus):
                return
    publish(source, store, on_progress)


def publish(source: Path, store: Store, on_progress: ProgressCallback | None = None) -> int:
    """Copy the index in the folder ``source`` into a store, and publish it there; return the number of its snapshot.

    Segments that the store holds are not copied again, so that a copy that was stopped goes on where it was.
    ``on_progress`` is told how many passages were sent.

    Raises:
        IndexNotFound, IndexMismatch, IndexCorrupted: there is no index that can be used.
        StoreError: the store cannot be reached, or holds something else than it was given.
        IndexLocked: another process is filling the store.
    """
    start_time, current = time.monotonic(), snapshot.find_current(source)
    on_progress = on_progress or (lambda _: None)
    manifest = read_manifest(current)
    check_size(manifest.segments)
    with Index(source, current, manifest) as index, store.begin(manifest) as writer:
        missing = set(writer.missing)
        for content in _contents(index, on_progress):
            if content.segment in missing:
                writer.add(content)
        on_progress(Progress("sending", index.manifest.passages, index.manifest.passages))
        writer.verify()
        number = writer.publish()
    emit("published", snapshot=number, segments=len(missing), seconds=round(time.monotonic() - start_time, 3))
    return number


def _contents(index: Index, on_progress: ProgressCallback) -> Iterator[SegmentContent]:
    for segment, passages, sentences in _number_segments(index.manifest):
        yield _Content(index, segment, passages, sentences, on_progress)


def _number_segments(manifest: Manifest) -> Iterator[tuple[Segment, range, range]]:
    """Yield each segment with the numbers of its passages and of its sentences."""
    passages = accumulate((segment.passages for segment in manifest.segments), initial=0)
    sentences = accumulate((segment.sentences for segment in manifest.segments), initial=0)
    for segment, first, at in zip(manifest.segments, passages, sentences, strict=False):
        yield segment, range(first, first + segment.passages), range(at, at + segment.sentences)


def withdraw(source: Path, target: Path) -> int:
    """Make ``target`` the index that the store of the replica ``source`` holds; return the number of its snapshot.

    Raises:
        StoreError: the store cannot be reached.
        IndexLocked: another process is rebuilding ``target``.
        StorageError: the disk is full, fails, or may not be written to.
    """
    index = open_index(source)
    with translate_disk_errors(target):
        make_private_folder(target)
        with writer_lock(target, _PATIENCE), snapshot.staging_directory(target) as staging:
            manifest = _write(index, staging)
            snapshot.seal(staging, manifest)
            snapshot.publish(target, staging)
    return snapshot.number_of(snapshot.find_current(target))


def _write(index: Index, staging: Path) -> Manifest:
    manifest = index.manifest
    kind = ivf.choose_factory_string(manifest.sentences)
    sample = np.arange(0, manifest.sentences, max(1, manifest.sentences // _TRAINED))
    write_index(ivf.train(kind, quantize(index.candidates.vectors(sample))), staging / CENTROIDS)
    estimator = ivf.RecallEstimator(quantize(index.candidates.vectors(sample[:_VECTORS])))
    for segment, passages, sentences in _number_segments(manifest):
        _write_words(index, segment, passages, staging)
        vectors = faiss.read_index(str(staging / CENTROIDS))
        for codes in _codes(index, sentences):
            ivf.add(vectors, codes)
            estimator.add_reference(codes)
        write_index(vectors, staging / segment.name / VECTORS)
    vector_index = VectorIndex([staging / segment.name / VECTORS for segment in manifest.segments])
    recall = 1.0 if kind == ivf.EXACT else estimator.choose_nprobe(vector_index)
    digest = manifest.ivf_digest if kind == ivf.EXACT else _NOT_OF_A_SAMPLE  # so that a rebuild trains its own
    published = replace(manifest, vector_index=kind, ivf_digest=digest, nprobe=vector_index.nprobe, files=None)
    return replace(published, recall=round(recall, 4))


def _write_words(index: Index, segment: Segment, passages: range, staging: Path) -> None:
    """Copy the documents of a segment, and write its lexical index."""
    folder = staging / segment.name
    make_private_folder(folder)
    for name in DOCUMENTS:
        shutil.copyfile(index.snapshot / segment.name / name, folder / name)
    writer = LexicalWriter(folder / LEXICAL, segment.code)
    for number in passages:
        writer.add(index.language_of(number), "", index.indexed_text(number))
    writer.close()


def _codes(index: Index, sentences: range) -> Iterator[Codes]:
    for start in range(sentences.start, sentences.stop, _VECTORS):
        yield quantize(index.candidates.vectors(np.arange(start, min(start + _VECTORS, sentences.stop))))
