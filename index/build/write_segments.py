"""A generation from the cache: documents, words and meaning of each part, in the order of document ids."""

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
from index.build.reuse import PreviousSnapshot
from index.build.stopping import Heartbeat, Stop
from index.documents import Document
from index.encoders.base import Encoder
from index.storage import segments
from index.storage.documents import DocumentWriter
from index.storage.lexical import LexicalWriter
from index.storage.manifest import GROUPS, Part
from index.storage.segments import Source
from index.storage.vectors import Codes, VectorIndex, write_index

_MEANING = "meaning.faiss"


class VectorIndexInfo(NamedTuple):
    """How the vectors of a generation are kept."""

    kind: str  # as FAISS names it
    groups: str  # a digest of what the centroids were trained on
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
        """The vectors of the sentences of files, in order."""
        name, dimension = self.encoder.fingerprint, self.encoder.dimension
        found = [self.cache.vectors(source.key, name, (source.sentences, dimension)) for source in sources]
        return np.concatenate([np.empty((0, dimension), np.int8), *found])


def write(context: WriteContext, sources: Iterable[Source], files: int) -> tuple[tuple[Part, ...], VectorIndexInfo]:
    """Fills an empty folder, as the sources come; ``files`` is how many files the corpus has."""
    runs: list[list[Source]] = []
    # The next part is read and encoded while this one is written.
    with ThreadPoolExecutor(1) as beside, context.stop.at_end():
        written: list[Future[Part]] = []
        for run in segments.partition(sources, files):
            runs.append(run)
            if written:
                context.heart.wait(written[-1])
            written.append(beside.submit(_part, context, run))
        found = tuple(context.heart.wait(one) for one in written)
    return found, _meaning(context, runs, found)


def _part(context: WriteContext, run: Sequence[Source]) -> Part:
    """Documents and words of a part, taken over where they are already written."""
    made = Part(segments.name(run), *segments.counts(run))
    texts = [one for one in context.old.files_of(made) if not one.endswith(_MEANING)]
    if not context.old.take(texts, context.folder):
        _write_texts(context, made, run)
    return made


def _write_texts(context: WriteContext, made: Part, run: Sequence[Source]) -> None:
    folder = context.folder / made.name
    words, store = LexicalWriter(folder / "words", made.code), DocumentWriter(folder)
    for source in run:
        context.stop.check()
        chunked = context.cache.text(source.key)
        document = chunked.parsed.document(source.id, source.sha256)
        _add_words(words, document, chunked)
        store.add(document, chunked.sentences, chunked.passages, chunked.languages)
    store.close()
    words.close()


def _add_words(words: LexicalWriter, document: Document, chunked: ChunkedFile) -> None:
    starts = chunked.sentences[chunked.passages, 0].tolist()
    ends = chunked.sentences[[*(chunked.passages[1:] - 1), -1], 1].tolist()
    for start, end, language in zip(starts, ends, chunked.languages, strict=True):
        words.add(language, document.title, document.text[start:end])


def _meaning(context: WriteContext, runs: Sequence[Sequence[Source]], made: Sequence[Part]) -> VectorIndexInfo:
    sources = [source for run in runs for source in run]
    kind = ivf.factory_string(sum(part.sentences for part in made))
    sample = [] if kind == ivf.EXACT else ivf.sampled(sources)
    digest, known = _groups(context, kind, sample)
    paths = [f"{part.name}/{_MEANING}" for part in made]
    for run, path in zip(runs, paths, strict=True):
        if not (known and context.old.take([path], context.folder)):
            _write_vectors(context, run, path)
    opened = VectorIndex([context.folder / path for path in paths])
    recall = _tuned(context, opened, runs, sample) if sample else 1.0
    return VectorIndexInfo(kind, digest, opened.nprobe, round(recall, 4))


def _groups(context: WriteContext, kind: str, sample: Sequence[Source]) -> tuple[str, bool]:
    """Return a digest of what the centroids are trained on, and whether the previous snapshot's are used again."""
    made_of = [kind, context.encoder.fingerprint, context.encoder.dimension, [source.key for source in sample]]
    digest = sha256(json.dumps(made_of).encode()).hexdigest()
    old = context.old.manifest
    known = old is not None and old.groups == digest and context.old.take([GROUPS], context.folder)
    if not known:
        write_index(ivf.train(kind, context.codes(sample)), context.folder / GROUPS)
    return digest, known


def _write_vectors(context: WriteContext, run: Sequence[Source], path: str) -> None:
    index = faiss.read_index(str(context.folder / GROUPS))
    ivf.add(index, context.codes(run))
    write_index(index, context.folder / path)


def _tuned(
    context: WriteContext, opened: VectorIndex, runs: Iterable[Sequence[Source]], sample: Sequence[Source]
) -> float:
    """Has the index look at as many groups as finds nearly all; the recall that this gives."""
    trials = ivf.RecallEstimator(context.codes(sample))
    for run in runs:
        trials.add_reference(context.codes(run))
    return trials.choose_nprobe(opened)
