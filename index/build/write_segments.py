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
from index.build.cache import Cache, Prepared
from index.build.reuse import Old
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


class Meaning(NamedTuple):
    """How the vectors of a generation are kept."""

    kind: str  # as FAISS names it
    groups: str  # a digest of what the groups of vectors were learned from
    probes: int  # how many groups a search looks at
    recall: float  # the share of the ten nearest that a search finds


@dataclass(frozen=True, slots=True)
class Writing:
    """What all steps of writing share."""

    folder: Path
    cache: Cache
    encoder: Encoder
    old: Old
    heart: Heartbeat
    stop: Stop = field(default_factory=Stop)

    def codes(self, sources: Sequence[Source]) -> Codes:
        """The vectors of the sentences of files, in order."""
        name, dimension = self.encoder.fingerprint, self.encoder.dimension
        found = [self.cache.vectors(source.key, name, (source.sentences, dimension)) for source in sources]
        return np.concatenate([np.empty((0, dimension), np.int8), *found])


def write(writing: Writing, sources: Iterable[Source], files: int) -> tuple[tuple[Part, ...], Meaning]:
    """Fills an empty folder, as the sources come; ``files`` is how many files the corpus has."""
    runs: list[list[Source]] = []
    # The next part is read and encoded while this one is written.
    with ThreadPoolExecutor(1) as beside, writing.stop.at_end():
        written: list[Future[Part]] = []
        for run in segments.runs(sources, files):
            runs.append(run)
            if written:
                writing.heart.wait(written[-1])
            written.append(beside.submit(_part, writing, run))
        found = tuple(writing.heart.wait(one) for one in written)
    return found, _meaning(writing, runs, found)


def _part(writing: Writing, run: Sequence[Source]) -> Part:
    """Documents and words of a part, taken over where they are already written."""
    made = Part(segments.name(run), *segments.counts(run))
    texts = [one for one in writing.old.files_of(made) if not one.endswith(_MEANING)]
    if not writing.old.take(texts, writing.folder):
        _write_texts(writing, made, run)
    return made


def _write_texts(writing: Writing, made: Part, run: Sequence[Source]) -> None:
    folder = writing.folder / made.name
    words, store = LexicalWriter(folder / "words", made.code), DocumentWriter(folder)
    for source in run:
        writing.stop.check()
        prepared = writing.cache.text(source.key)
        document = prepared.reading.document(source.id, source.sha256)
        _add_words(words, document, prepared)
        store.add(document, prepared.sentences, prepared.passages, prepared.languages)
    store.close()
    words.close()


def _add_words(words: LexicalWriter, document: Document, prepared: Prepared) -> None:
    starts = prepared.sentences[prepared.passages, 0].tolist()
    ends = prepared.sentences[[*(prepared.passages[1:] - 1), -1], 1].tolist()
    for start, end, language in zip(starts, ends, prepared.languages, strict=True):
        words.add(language, document.title, document.text[start:end])


def _meaning(writing: Writing, runs: Sequence[Sequence[Source]], made: Sequence[Part]) -> Meaning:
    sources = [source for run in runs for source in run]
    kind = ivf.kind_of(sum(part.sentences for part in made))
    sample = [] if kind == ivf.EXACT else ivf.sampled(sources)
    digest, known = _groups(writing, kind, sample)
    paths = [f"{part.name}/{_MEANING}" for part in made]
    for run, path in zip(runs, paths, strict=True):
        if not (known and writing.old.take([path], writing.folder)):
            _write_vectors(writing, run, path)
    opened = VectorIndex([writing.folder / path for path in paths])
    recall = _tuned(writing, opened, runs, sample) if sample else 1.0
    return Meaning(kind, digest, opened.probes, round(recall, 4))


def _groups(writing: Writing, kind: str, sample: Sequence[Source]) -> tuple[str, bool]:
    """A digest of what the groups are learned from, and whether they are those of the old generation."""
    made_of = [kind, writing.encoder.fingerprint, writing.encoder.dimension, [source.key for source in sample]]
    digest = sha256(json.dumps(made_of).encode()).hexdigest()
    old = writing.old.manifest
    known = old is not None and old.groups == digest and writing.old.take([GROUPS], writing.folder)
    if not known:
        write_index(ivf.learned(kind, writing.codes(sample)), writing.folder / GROUPS)
    return digest, known


def _write_vectors(writing: Writing, run: Sequence[Source], path: str) -> None:
    index = faiss.read_index(str(writing.folder / GROUPS))
    ivf.add(index, writing.codes(run))
    write_index(index, writing.folder / path)


def _tuned(writing: Writing, opened: VectorIndex, runs: Iterable[Sequence[Source]], sample: Sequence[Source]) -> float:
    """Has the index look at as many groups as finds nearly all; the recall that this gives."""
    trials = ivf.Trials(writing.codes(sample))
    for run in runs:
        trials.show(writing.codes(run))
    return trials.tune(opened)
