"""Fill a store from an index on this machine."""

from collections.abc import Iterator, Mapping
from itertools import accumulate
from pathlib import Path

import numpy as np

from index.addresses import StoreAddress
from index.index import Index
from index.storage.manifest import DOCUMENTS, Manifest, Segment, read_manifest
from index.storage.snapshot import current_path
from index.storage.vectors import Codes, quantize
from index.stores.base import IndexedPassage, SegmentContent, Store
from index.stores.registry import connect

LOCAL = "local"  # the folder in a replica that holds the index of whoever fills the store
_VECTORS = 65_536  # at a time


class _Content:
    """The content of one segment of an opened index."""

    def __init__(self, index: Index, segment: Segment, passages: range, sentences: range) -> None:
        self._index, self._passages, self._sentences = index, passages, sentences
        self.segment, self.fingerprint = segment, index.manifest.fingerprint
        folder = index.snapshot / segment.name
        self.files: Mapping[str, Path] = {name: folder / name for name in DOCUMENTS}

    def passages(self) -> Iterator[IndexedPassage]:
        return (
            IndexedPassage(self._index.language_of(number), self._index.indexed_text(number))
            for number in self._passages
        )

    def codes(self) -> Iterator[Codes]:
        for start in range(self._sentences.start, self._sentences.stop, _VECTORS):
            numbers = np.arange(start, min(start + _VECTORS, self._sentences.stop))
            yield quantize(self._index.vectors.reconstruct(numbers))


def publish(source: Path, store: Store) -> int:
    """Copy the index in the folder ``source`` into a store, and publish it there; return the number of its snapshot.

    Segments that the store holds are not copied again, so that a copy that was stopped goes on where it was.

    Raises:
        IndexNotFound, IndexMismatch, IndexCorrupted: there is no index that can be used.
        StoreError: the store cannot be reached, or holds something else than it was given.
        IndexLocked: another process is filling the store.
    """
    opened = current_path(source)
    with Index(source, opened, read_manifest(opened)) as index, store.begin(index.manifest) as writer:
        missing = set(writer.missing)
        for content in _contents(index, index.manifest):
            if content.segment in missing:
                writer.add(content)
        writer.verify()
        return writer.publish()


def publish_to(source: Path, address: StoreAddress) -> int:
    """Do as ``publish``, with the store at an address."""
    return publish(source, connect(address))


def _contents(index: Index, manifest: Manifest) -> Iterator[SegmentContent]:
    passages = accumulate((segment.passages for segment in manifest.segments), initial=0)
    sentences = accumulate((segment.sentences for segment in manifest.segments), initial=0)
    for segment, first, at in zip(manifest.segments, passages, sentences, strict=False):
        yield _Content(index, segment, range(first, first + segment.passages), range(at, at + segment.sentences))
