"""Copy an index from one store into another: a folder of this machine, or a database."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import accumulate
from pathlib import Path

import numpy as np

from index.build.local.store import LocalStore
from index.errors import IndexCorrupted, IndexMismatch
from index.events import emit
from index.index import Index
from index.progress import Progress, ProgressCallback
from index.storage import snapshot
from index.storage.manifest import DOCUMENTS, Manifest, Segment, parse_manifest, read_manifest
from index.storage.vectors import Codes, quantize
from index.stores.base import IndexedPassage, SegmentContent, Store
from index.stores.numbering import check_size
from index.stores.replica import is_replica, store_of, update_if_replica

LOCAL = "local"  # the folder in a replica that holds the index of whoever fills the store
_VECTORS = 16_384  # at a time
_REPORT_EVERY = 2_000  # passages after which what was sent is told


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
            yield quantize(self._index.candidates.vectors(numbers))


def store_at(folder: Path) -> Store:
    """Return the store that a folder is the replica of, else the one that the folder is.

    Raises:
        StoreError: the client of its database is not installed.
    """
    return store_of(folder) if is_replica(folder) else LocalStore(folder)


def publish_changes(source: Path, store: Store, on_progress: ProgressCallback | None = None) -> None:
    """Do as ``publish``, unless the store has published the same: the snapshot before stays the one to return to."""
    published, manifest = store.current(), read_manifest(snapshot.find_current(source))
    if published is not None:
        with suppress(IndexMismatch, IndexCorrupted):
            stored = parse_manifest(json.loads(published.manifest))
            if (stored.digest, stored.corpus) == (manifest.digest, manifest.corpus):
                return
    publish(source, store, on_progress)


def publish(source: Path, store: Store, on_progress: ProgressCallback | None = None, *, check: bool = False) -> int:
    """Copy the index in the folder ``source`` into a store, and publish it there; return the number of its snapshot.

    Where ``source`` is the replica of a store, the index is the one that this store holds.

    Segments that the store holds are not copied again, so that a copy that was stopped goes on where it was.
    ``on_progress`` is told how many passages were sent. With ``check``, every row that is published is compared with
    what was sent first, and damaged segments are copied again.

    Raises:
        IndexNotFound, IndexMismatch, IndexCorrupted: there is no index that can be used.
        StoreError: the store cannot be reached, or holds something else than it was given.
        IndexLocked: another process is filling the store.
    """
    start_time = time.monotonic()
    update_if_replica(source)
    current = snapshot.find_current(source)
    on_progress = on_progress or (lambda _: None)
    manifest = read_manifest(current)
    check_size(manifest.segments)
    published = store.current() if check else None
    damaged = store.check(published) if published else []
    with Index(source, current, manifest) as index, store.begin(manifest) as writer:
        writer.set_aside(damaged)
        missing = set(writer.missing)
        for content in iter_contents(index, on_progress):
            if content.segment in missing:
                writer.add(content)
        on_progress(Progress("sending", index.manifest.passages, index.manifest.passages))
        writer.verify()
        number = writer.publish()
    emit("published", snapshot=number, segments=len(missing), seconds=round(time.monotonic() - start_time, 3))
    return number


def iter_contents(index: Index, on_progress: ProgressCallback) -> Iterator[SegmentContent]:
    """Yield the content of each segment of an index; ``on_progress`` is told how many passages were read."""
    for segment, passages, sentences in _number_segments(index.manifest):
        yield _Content(index, segment, passages, sentences, on_progress)


def _number_segments(manifest: Manifest) -> Iterator[tuple[Segment, range, range]]:
    """Yield each segment with the numbers of its passages and of its sentences."""
    passages = accumulate((segment.passages for segment in manifest.segments), initial=0)
    sentences = accumulate((segment.sentences for segment in manifest.segments), initial=0)
    for segment, first, at in zip(manifest.segments, passages, sentences, strict=False):
        yield segment, range(first, first + segment.passages), range(at, at + segment.sentences)
