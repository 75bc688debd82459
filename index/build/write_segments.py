"""Write a snapshot from the cache: documents, lexical index and vectors of each segment, in the order of ids."""

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import faiss
import numpy as np

from index.build import ivf
from index.build.cache import Cache, ChunkedFile
from index.build.cancellation import Heartbeat, Stop
from index.build.reuse import PreviousSnapshot
from index.documents import Document
from index.encoders.base import Encoder
from index.storage.documents import DocumentWriter
from index.storage.lexical import LexicalWriter
from index.storage.manifest import CENTROIDS, LEXICAL, VECTORS, Segment
from index.storage.segments import Source, count_all, partition, segment_name
from index.storage.vectors import Codes, VectorIndex, write_index


class VectorIndexInfo(NamedTuple):
    """How the vectors of a snapshot are indexed."""

    kind: str  # as FAISS names it
    ivf_digest: str  # of what the centroids were trained on
    nprobe: int  # inverted lists that a search visits
    recall: float  # the share of the ten nearest that a search finds


@dataclass(frozen=True, slots=True)
class WriteContext:
    """What all steps of writing share."""

    folder: Path
    cache: Cache
    encoder: Encoder
    old: PreviousSnapshot
    heart: Heartbeat
    stop: Stop = field(default_factory=Stop)

    def codes(self, sources: Sequence[Source]) -> Codes:
        """Return the quantized vectors of the sentences of files, in order, shape (sentences, dimension)."""
        name, dimension = self.encoder.fingerprint, self.encoder.dimension
        vectors = [self.cache.vectors(source.key, name, (source.sentences, dimension)) for source in sources]
        return np.concatenate([np.empty((0, dimension), np.int8), *vectors])


def write(context: WriteContext, sources: Iterable[Source], files: int) -> tuple[tuple[Segment, ...], VectorIndexInfo]:
    """Write all segments into an empty folder as the sources come; ``files`` is how many files the corpus has."""
    runs: list[list[Source]] = []
    segments: list[Segment] = []
    # The next segment is read and encoded while this one is written.
    with ThreadPoolExecutor(1) as executor, context.stop.at_end():
        futures: list[Future[None]] = []
        for run in partition(sources, files):
            if futures:
                context.heart.wait(futures[-1])
            runs.append(run)
            segments.append(Segment(segment_name(run, {other.code for other in segments}), *count_all(run)))
            futures.append(executor.submit(_write_segment, context, segments[-1], run))
        for future in futures:
            context.heart.wait(future)
    return tuple(segments), _write_all_vectors(context, runs, segments)


def _write_segment(context: WriteContext, segment: Segment, run: Sequence[Source]) -> None:
    """Write the documents and the lexical index of a segment, or link those of the previous snapshot."""
    names = [name for name in context.old.files_of(segment) if not name.endswith(VECTORS)]
    if not context.old.link_files(names, context.folder):
        _write_texts(context, segment, run)


def _write_texts(context: WriteContext, segment: Segment, run: Sequence[Source]) -> None:
    folder = context.folder / segment.name
    lexical, documents = LexicalWriter(folder / LEXICAL, segment.code), DocumentWriter(folder)
    try:
        for source in run:
            context.stop.check()
            chunked = context.cache.text(source.key)
            document = chunked.parsed.document(source.id, source.sha256, source.container)
            _add_passages(lexical, document, chunked)
            documents.add(document, chunked.sentences, chunked.passages, chunked.languages)
        documents.close()
    finally:
        documents.release()
    lexical.close()


def _add_passages(lexical: LexicalWriter, document: Document, chunked: ChunkedFile) -> None:
    starts = chunked.sentences[chunked.passages, 0].tolist()
    ends = chunked.sentences[[*(chunked.passages[1:] - 1), -1], 1].tolist()
    for start, end, language in zip(starts, ends, chunked.languages, strict=True):
        lexical.add(language, document.title_at(start), document.text[start:end])


def _write_all_vectors(
    context: WriteContext, runs: Sequence[Sequence[Source]], segments: Sequence[Segment]
) -> VectorIndexInfo:
    """Write or link the vectors of all segments, and choose how many inverted lists a search visits."""
    sources = [source for run in runs for source in run]
    kind = ivf.choose_factory_string(sum(segment.sentences for segment in segments))
    sample = [] if kind == ivf.EXACT else ivf.sample_sources(sources)
    digest, is_linked = _write_centroids(context, kind, sample)
    paths = [f"{segment.name}/{VECTORS}" for segment in segments]
    for run, path in zip(runs, paths, strict=True):
        if not (is_linked and context.old.link_files([path], context.folder)):
            _write_vectors(context, run, path)
    vectors = VectorIndex([context.folder / path for path in paths])
    recall = _tune(context, vectors, runs, sample) if sample else 1.0
    return VectorIndexInfo(kind, digest, vectors.nprobe, round(recall, 4))


def _write_centroids(context: WriteContext, kind: str, sample: Sequence[Source]) -> tuple[str, bool]:
    """Return a digest of what the centroids are trained on, and whether the previous snapshot's are used again."""
    made_of = [kind, context.encoder.fingerprint, context.encoder.dimension, [source.key for source in sample]]
    digest = sha256(json.dumps(made_of).encode()).hexdigest()
    old = context.old.manifest
    is_linked = old is not None and old.ivf_digest == digest and context.old.link_files([CENTROIDS], context.folder)
    if not is_linked:
        write_index(ivf.train(kind, context.codes(sample)), context.folder / CENTROIDS)
    return digest, is_linked


def _write_vectors(context: WriteContext, run: Sequence[Source], path: str) -> None:
    index = faiss.read_index(str(context.folder / CENTROIDS))
    ivf.add(index, context.codes(run))
    write_index(index, context.folder / path)


def _tune(
    context: WriteContext, vectors: VectorIndex, runs: Iterable[Sequence[Source]], sample: Sequence[Source]
) -> float:
    """Choose how many inverted lists a search visits to find nearly all; return the recall that this gives."""
    trials = ivf.RecallEstimator(context.codes(sample))
    for run in runs:
        trials.add_reference(context.codes(run))
    return trials.choose_nprobe(vectors)
