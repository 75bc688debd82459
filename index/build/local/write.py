"""Fill a new snapshot in a folder: a segment is renamed when it is whole, and ``CURRENT`` is replaced in one step.

Vectors are kept as they come, since what they are indexed by is trained on those of all segments.
"""

import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from index.build import ivf
from index.errors import IndexNotFound, UserError
from index.private import make_private_folder, open_private
from index.storage import snapshot
from index.storage.documents import DocumentStore
from index.storage.lexical import LexicalIndex, LexicalSegment, LexicalWriter
from index.storage.manifest import CENTROIDS, LEXICAL, VECTORS, Manifest, Segment, read_manifest
from index.storage.vectors import Codes, VectorIndex, quantize, write_index
from index.stores.base import SegmentContent
from index.stores.errors import segment_differs

_CODES = "codes-"  # what the file of a segment's vectors begins with until they are indexed; then, of which encoder
_ADDING = "adding"  # the folder of a segment that is not whole
_VECTORS = 16_384  # at a time
_NOT_OF_A_SAMPLE = "0" * 64  # the digest of centroids that no rebuild trains
_TRAINED = 1 << 18  # vectors at most that centroids are trained on


class LocalWriter:
    """Fills one snapshot, whose segments are those of a manifest."""

    def __init__(self, index: Path, manifest: Manifest) -> None:
        self._index, self._manifest = index, manifest
        self._codes = _CODES + sha256(manifest.fingerprint.encode()).hexdigest()[:16]
        self._verified: set[str] = set()  # segments that were compared with what was given
        unused = {folder.name: folder for folder in find_unused(index) if (folder / self._codes).exists()}
        self._staging = index / snapshot.next_name(index)
        make_private_folder(self._staging)
        for segment in manifest.segments:
            if segment.name in unused:
                unused[segment.name].rename(self._staging / segment.name)
        self._take_over()

    @property
    def missing(self) -> Sequence[Segment]:
        return [segment for segment in self._manifest.segments if not (self._staging / segment.name).is_dir()]

    def set_aside(self, names: Collection[str]) -> None:
        """Do nothing: a segment is taken over only where every byte of it is intact."""

    def add(self, content: SegmentContent) -> None:
        """Add a segment: after a kill or a fault it is there as a whole, or not at all.

        Raises:
            StoreError: the folder holds something else than it was given.
        """
        segment, folder = content.segment, self._staging / _ADDING
        shutil.rmtree(folder, ignore_errors=True)
        make_private_folder(folder)
        for name, path in content.files.items():
            shutil.copyfile(path, folder / name)
        lexical = LexicalWriter(folder / LEXICAL, segment.code)
        for passage in content.passages():
            lexical.add(passage.language, "", passage.text)
        lexical.close()
        self._add_codes(folder, content)
        if not self._is_whole(folder, segment):
            raise segment_differs(str(self._index), segment.name)
        folder.rename(self._staging / segment.name)
        self._verified.add(segment.name)

    def verify(self) -> None:
        """Count what there is of segments that no snapshot has yet, and remove one that lacks something.

        Raises:
            StoreError: one does. The next fill adds it again.
        """
        for segment in self._manifest.segments:
            folder = self._staging / segment.name
            if segment.name not in self._verified and not self._is_whole(folder, segment):
                shutil.rmtree(folder)
                raise segment_differs(str(self._index), segment.name)

    def publish(self) -> int:
        """Index the vectors, and make the snapshot the current one in one step; the one before is kept."""
        shutil.rmtree(self._staging / _ADDING, ignore_errors=True)
        manifest = self._index_vectors()
        for segment in manifest.segments:
            (self._staging / segment.name / self._codes).unlink()
        snapshot.seal(self._staging, manifest)
        previous: str | None = None
        with suppress(IndexNotFound):
            previous = snapshot.find_current(self._index).name
        snapshot.publish(self._index, self._staging, previous)
        return snapshot.number_of(self._staging)

    def abandon(self, *, keeps: bool) -> None:
        """Remove what was not published; with ``keeps``, segments that are whole are left to the next fill."""
        shutil.rmtree(self._staging / _ADDING, ignore_errors=True)
        if not keeps or (self._staging.is_dir() and not any(self._staging.iterdir())):
            shutil.rmtree(self._staging, ignore_errors=True)

    def _take_over(self) -> None:
        """Link the segments of the snapshot in use, where every byte is intact."""
        with suppress(UserError):  # there is none, or none that can be used
            in_use = snapshot.find_current(self._index)
            manifest = read_manifest(in_use)
            if manifest.fingerprint != self._manifest.fingerprint:
                return
            damaged = {name.partition("/")[0] for name in snapshot.find_corrupted(in_use, manifest)}
            for segment in self.missing:
                if segment in manifest.segments and segment.name not in damaged:
                    self._link(in_use / segment.name, segment)

    def _link(self, source: Path, segment: Segment) -> None:
        folder = self._staging / _ADDING
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(source, folder, copy_function=snapshot.link, ignore=shutil.ignore_patterns(VECTORS))
        vectors = VectorIndex([source / VECTORS])
        with open_private(folder / self._codes) as file:
            for start in range(0, len(vectors), _VECTORS):
                numbers = np.arange(start, min(start + _VECTORS, len(vectors)))
                file.write(quantize(vectors.reconstruct(numbers)).tobytes())
        folder.rename(self._staging / segment.name)
        self._verified.add(segment.name)

    def _add_codes(self, folder: Path, content: SegmentContent) -> None:
        with open_private(folder / self._codes) as file:
            for codes in content.codes():
                file.write(codes.tobytes())

    def _is_whole(self, folder: Path, segment: Segment) -> bool:
        """Return whether documents, words and vectors of a segment are as many as they should be."""
        size = (folder / self._codes).stat().st_size if (folder / self._codes).exists() else -1
        try:
            LexicalIndex([LexicalSegment(folder / LEXICAL, segment.code, segment.passages)])
            counts = DocumentStore([folder]).counts
        except UserError:
            return False
        return counts == [tuple(segment[1:])] and size == segment.sentences * self._manifest.dimension

    def _index_vectors(self) -> Manifest:
        """Write the vector index of each segment; return the manifest with what it tells of them."""
        manifest, kind = self._manifest, ivf.choose_factory_string(self._manifest.sentences)
        sample = self._sample()
        write_index(ivf.train(kind, sample), self._staging / CENTROIDS)
        estimator = ivf.RecallEstimator(sample[:_VECTORS])
        for segment in manifest.segments:
            vectors: Any = faiss.read_index(str(self._staging / CENTROIDS))
            for codes in self._read_codes(segment):
                ivf.add(vectors, codes)
                estimator.add_reference(codes)
            write_index(vectors, self._staging / segment.name / VECTORS)
        index = VectorIndex([self._staging / segment.name / VECTORS for segment in manifest.segments])
        recall = 1.0 if kind == ivf.EXACT else estimator.choose_nprobe(index)
        digest = manifest.ivf_digest if kind == ivf.EXACT else _NOT_OF_A_SAMPLE  # so that a rebuild trains its own
        published = replace(manifest, vector_index=kind, ivf_digest=digest, nprobe=index.nprobe, files=None)
        return replace(published, recall=round(recall, 4))

    def _sample(self) -> Codes:
        """Return vectors of all segments, evenly chosen; shape (vectors, dimension)."""
        step = max(1, self._manifest.sentences // _TRAINED)
        all_codes = (self._map_codes(segment) for segment in self._manifest.segments)
        return np.concatenate([codes[::step] for codes in all_codes])

    def _read_codes(self, segment: Segment) -> Iterator[Codes]:
        codes = self._map_codes(segment)
        return (codes[start : start + _VECTORS] for start in range(0, len(codes), _VECTORS))

    def _map_codes(self, segment: Segment) -> Codes:
        path = self._staging / segment.name / self._codes
        return np.memmap(path, np.int8, "r").reshape(-1, self._manifest.dimension)


def find_unused(index: Path) -> list[Path]:
    """Return the folders of segments that are whole, of fills that did not end."""
    return sorted(path.parent for path in index.glob(f"*.partial/*/{_CODES}*") if path.parent.name != _ADDING)
