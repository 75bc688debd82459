"""Files to what an index needs of them: read, split and encoded, each content once, kept in the cache as it comes."""

import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from hashlib import blake2b
from typing import NamedTuple

import numpy as np

from index.build.cache import Cache, Offsets, Prepared
from index.build.scan import File
from index.build.stopping import Heartbeat, SlicedEncoder, Stop
from index.chunking import passages as pack
from index.chunking import sentences as split
from index.encoders.base import Encoder
from index.errors import ReaderKilled, UnreadableFile
from index.files import sha256_of
from index.progress import Skipped
from index.readers import registry
from index.readers.parsed import Reading
from index.storage.segments import Source
from index.workers.read_worker import ReadFile
from index.workers.reader_pool import Readers

# What decides the passages and sentences of a text; a manifest records it.
SPLIT = {"version": 3, "sentence": split.LONGEST, "passage": pack.LENGTH}
_MADE_WITH = f"{registry.VERSION} {sorted(SPLIT.items())}"
_SHORT_TITLE = 60  # characters
_TOGETHER = 4096  # sentences encoded at a time
_AHEAD = 8  # files read while others are encoded
_THREADS = min(4, os.cpu_count() or 1)


class Attended(NamedTuple):
    source: Source
    prepared: Prepared | None  # None where the cache has all of it


def known(files: Sequence[File], cache: Cache, encoder: Encoder) -> list[Source | Skipped] | None:
    """What becomes of each file, in order, if the cache knows them all; no file is read beyond its hash."""
    found: list[Source | Skipped] = []
    counts = cache.all_counts(encoder.fingerprint)
    for file in files:  # one after the other: what Python does for each takes longer than its hash
        part = _from_cache(file, cache, counts)
        if part is None:
            return None
        found.append(part)
    return found


def prepare(
    files: Sequence[File], cache: Cache, encoder: Encoder, heart: Heartbeat
) -> Generator[Source | Skipped, None, None]:
    """What becomes of each file, in order: the content of each source is in the cache when it comes.

    Once it is closed, none of its threads uses the cache any more.
    """
    stop, waiting = Stop(), deque[Future[list[Source | Skipped]]]()
    sliced = SlicedEncoder(encoder, stop)
    # The next files are read while these are encoded.
    with (
        closing(_attended(files, cache, encoder, heart)) as attended,
        ThreadPoolExecutor(1) as beside,
        stop.at_end(),
    ):
        for batch in _batches(attended):
            waiting.append(beside.submit(_kept, batch, cache, encoder.fingerprint, sliced))
            if len(waiting) > 1:
                yield from heart.wait(waiting.popleft())
        while waiting:
            yield from heart.wait(waiting.popleft())


def _kept(
    batch: Sequence[Attended | Skipped], cache: Cache, fingerprint: str, encoder: SlicedEncoder
) -> list[Source | Skipped]:
    """Encodes what is new in a batch, and keeps it."""
    new = [(part.source, part.prepared) for part in batch if isinstance(part, Attended) and part.prepared]
    if new:
        _encode(new, cache, fingerprint, encoder)
    return [part.source if isinstance(part, Attended) else part for part in batch]


def as_prepared(found: ReadFile) -> Prepared:
    """The arrays of a file as NumPy has them."""
    sentences, passages, languages = found.chunks
    offsets = np.array(sentences, np.int32).reshape(-1, 2)
    return Prepared(found.reading, found.packed, offsets, np.array(passages, np.int32), languages)


def sentence_inputs(reading: Reading, sentences: Offsets) -> list[str]:
    """What is encoded for each sentence: a short title goes before it, since sentences leave their subject unsaid."""
    own = (reading.text[start:end] for start, end in sentences.tolist())
    if not reading.title or len(reading.title) > _SHORT_TITLE:
        return list(own)
    return [f"{reading.title}. {text}" for text in own]


def _attended(
    files: Sequence[File], cache: Cache, encoder: Encoder, heart: Heartbeat
) -> Generator[Attended | Skipped, None, None]:
    """Each file in order, a few of them read ahead by threads."""
    # The readers close first: where the rebuild is stopped, no thread waits for a file that takes long.
    with ThreadPoolExecutor(_THREADS) as threads, Readers() as readers:
        waiting: deque[Future[Attended | Skipped]] = deque()
        for file in files:
            waiting.append(threads.submit(_attend, file, cache, encoder, readers))
            if len(waiting) > _AHEAD:
                yield heart.wait(waiting.popleft())
        while waiting:
            yield heart.wait(waiting.popleft())


def _attend(file: File, cache: Cache, encoder: Encoder, readers: Readers) -> Attended | Skipped:
    try:
        kind = registry.kind_of(file.path)
        source = _source(file, kind)
        _raise_reason(source, cache)
        counts = cache.counts(source.key)
        if counts is None:
            return _read(file, kind, source.key, cache, readers)
        prepared = None if cache.has_vectors(source.key, encoder.fingerprint) else cache.text(source.key)
        return Attended(source.counted(counts), prepared)
    except (UnreadableFile, OSError) as error:
        return Skipped.because(file.id, _reason(error))


def _from_cache(file: File, cache: Cache, counts: Mapping[str, tuple[int, int]]) -> Source | Skipped | None:
    try:
        source = _source(file, registry.kind_of(file.path))
        if source.key not in counts:
            _raise_reason(source, cache)
            return None
        return source.counted(counts[source.key])
    except (UnreadableFile, OSError) as error:
        return Skipped.because(file.id, _reason(error))


def _source(file: File, kind: registry.Kind) -> Source:
    digest = sha256_of(file.path)
    return Source(file.id, digest, _key(digest, kind))


def _raise_reason(source: Source, cache: Cache) -> None:
    """Raises again what was raised when this content was read before."""
    reason = cache.reason(source.key)
    if reason:
        raise reason


def _reason(error: UnreadableFile | OSError) -> UnreadableFile:
    return error if isinstance(error, UnreadableFile) else UnreadableFile("it cannot be opened ({})", error.strerror)


def _read(file: File, kind: registry.Kind, key: str, cache: Cache, readers: Readers) -> Attended:
    """The file as it is at this moment, which may be another than when its bytes were compared."""
    try:
        found = readers.read(file.path, kind)
    except UnreadableFile as error:
        if not isinstance(error, ReaderKilled) and _source(file, kind).key == key:  # it is still what was refused
            cache.keep_reason(key, error)
        raise
    prepared = as_prepared(found)
    counts = len(prepared.passages), len(prepared.sentences)
    return Attended(Source(file.id, found.sha256, _key(found.sha256, kind), *counts), prepared)


def _batches(parts: Iterable[Attended | Skipped]) -> Iterator[list[Attended | Skipped]]:
    """As many files at a time as are worth encoding together."""
    batch: list[Attended | Skipped] = []
    sentences = 0
    for part in parts:
        batch.append(part)
        sentences += len(part.prepared.sentences) if isinstance(part, Attended) and part.prepared else 0
        if sentences >= _TOGETHER:
            yield batch
            batch, sentences = [], 0
    yield batch


def _encode(parts: Sequence[tuple[Source, Prepared]], cache: Cache, fingerprint: str, encoder: SlicedEncoder) -> None:
    """Encodes the sentences of several files together, and keeps them."""
    texts = [text for _, part in parts for text in sentence_inputs(part.reading, part.sentences)]
    codes = encoder.encode(texts)
    ends = np.cumsum([len(part.sentences) for _, part in parts])
    rows = zip(parts, np.split(codes, ends[:-1]), strict=True)
    cache.keep([(source.key, part, own) for (source, part), own in rows], fingerprint)


def _key(digest: str, kind: registry.Kind) -> str:
    return blake2b(f"{digest} {kind.id} {_MADE_WITH}".encode(), digest_size=20).hexdigest()
