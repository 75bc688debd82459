"""Make an index on this machine from a store."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

import faiss
import numpy as np

from index.build import ivf
from index.files import translate_disk_errors
from index.index import Index, open_index
from index.private import make_private_folder
from index.storage import snapshot
from index.storage.lexical import LexicalWriter
from index.storage.lock import writer_lock
from index.storage.manifest import CENTROIDS, DOCUMENTS, LEXICAL, VECTORS, Manifest, Segment
from index.storage.vectors import Codes, VectorIndex, quantize, write_index

_PATIENCE = 3.0  # seconds
_VECTORS = 16_384  # at a time
_NOT_OF_A_SAMPLE = "0" * 64  # the digest of centroids that no rebuild trains
_TRAINED = 1 << 18  # vectors at most that centroids are trained on


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
        with writer_lock(target, _PATIENCE), snapshot.staging_directory(target) as partial:
            manifest = _write(index, partial)
            snapshot.seal(partial, manifest)
            snapshot.publish(target, partial)
    return snapshot.number_of(snapshot.current_path(target))


def _write(index: Index, partial: Path) -> Manifest:
    manifest = index.manifest
    kind = ivf.factory_string(manifest.sentences)
    some = np.arange(0, manifest.sentences, max(1, manifest.sentences // _TRAINED))
    write_index(ivf.train(kind, quantize(index.candidates.vectors(some))), partial / CENTROIDS)
    passages = accumulate((segment.passages for segment in manifest.segments), initial=0)
    sentences = accumulate((segment.sentences for segment in manifest.segments), initial=0)
    estimator = ivf.RecallEstimator(quantize(index.candidates.vectors(some[:_VECTORS])))
    for segment, first, at in zip(manifest.segments, passages, sentences, strict=False):
        _write_words(index, segment, first, partial)
        vectors = faiss.read_index(str(partial / CENTROIDS))
        for codes in _codes(index, range(at, at + segment.sentences)):
            ivf.add(vectors, codes)
            estimator.add_reference(codes)
        write_index(vectors, partial / segment.name / VECTORS)
    opened = VectorIndex([partial / segment.name / VECTORS for segment in manifest.segments])
    recall = 1.0 if kind == ivf.EXACT else estimator.choose_nprobe(opened)
    own = {"vector_index": kind, "nprobe": opened.nprobe, "recall": round(recall, 4)}
    digest = manifest.ivf_digest if kind == ivf.EXACT else _NOT_OF_A_SAMPLE  # so that a rebuild trains its own
    return replace(manifest, **own, ivf_digest=digest, files=None)


def _write_words(index: Index, segment: Segment, first: int, partial: Path) -> None:
    """Link the documents of a segment, and write its lexical index."""
    folder = partial / segment.name
    make_private_folder(folder)
    for name in DOCUMENTS:
        (folder / name).write_bytes((index.snapshot / segment.name / name).read_bytes())
    writer = LexicalWriter(folder / LEXICAL, segment.code)
    for number in range(first, first + segment.passages):
        writer.add(index.language_of(number), "", index.indexed_text(number))
    writer.close()


def _codes(index: Index, sentences: range) -> Iterator[Codes]:
    for start in range(sentences.start, sentences.stop, _VECTORS):
        yield quantize(index.candidates.vectors(np.arange(start, min(start + _VECTORS, sentences.stop))))
