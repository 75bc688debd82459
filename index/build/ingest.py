"""Read, chunk and encode files, each content once, and cache the results as they come."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, nullcontext, suppress
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from index.build.cache import Cache, CachedFile, ChunkedFile, Offsets
from index.build.cancellation import Heartbeat, SlicedEncoder, Stop
from index.build.chunked_file import CachedDocument
from index.build.scan import CorpusFile
from index.documents import Container, Document
from index.encoders.base import Encoder
from index.errors import ProgramMissing, ReaderKilled, UnreadableFile
from index.files import sha256_of
from index.progress import ReadWarning, SkippedFile
from index.readers import registry
from index.readers.parsed import ParsedFile
from index.readers.passwords import is_locked
from index.readers.unpack import is_current
from index.sandbox.process import Worker
from index.storage.segments import Source
from index.workers.chunks import MADE_WITH
from index.workers.conversions import AHEAD
from index.workers.read_worker import ReadDocument
from index.workers.reader_pool import ReaderPool
from index.workers.recogniser import PROCESSES, OcrEngine, Recogniser

if TYPE_CHECKING:
    from index.workers.cluster import Cluster

_SHORT_VALUE = 40  # characters of a paragraph that says little without its heading
_SHORT_TITLE = 60  # characters
_ENCODE_BATCH = 4096  # sentences encoded at a time
_AHEAD = 8  # files read while others are encoded
_THREADS = min(4, os.cpu_count() or 1)


class FileOutcome(NamedTuple):
    """The documents of a file, all cached: itself, or those inside it."""

    key: str  # of the file
    sources: tuple[Source, ...]
    warnings: tuple[ReadWarning, ...] = ()  # what of it could not be read


class IngestedFile(NamedTuple):
    """A file that was read, or is cached, and may have sentences to encode."""

    cached: CachedFile
    outcome: FileOutcome
    new: tuple[tuple[str, ChunkedFile], ...] = ()  # the contents, by key, that the cache lacks in part


def load_cached(files: Sequence[CorpusFile], cache: Cache, encoder: Encoder) -> list[FileOutcome | SkippedFile] | None:
    """Return the outcome of each file, in order, if all are cached; else None. Files are only hashed."""
    outcomes: list[FileOutcome | SkippedFile] = []
    cached_files, counts = cache.all_files(), cache.all_counts(encoder.fingerprint)
    for file in files:  # one after the other: what Python does for each takes longer than its hash
        outcome = _from_cache(file, cache, cached_files, counts)
        if outcome is None:
            return None
        outcomes.append(outcome)
    return outcomes


def ingest(
    files: Sequence[CorpusFile], cache: Cache, encoder: Encoder, heart: Heartbeat, cluster: "Cluster | None" = None
) -> Generator[FileOutcome | SkippedFile, None, None]:
    """Yield the outcome of each file, in order; the content of each source is cached by then.

    Files are read, and sentences encoded, by the workers of ``cluster``; without one, by this machine.

    Once the generator is closed, none of its threads uses the cache any more.
    """
    stop, waiting = Stop(), deque[Future[list[FileOutcome | SkippedFile]]]()
    sliced = SlicedEncoder(cluster.encoder(encoder) if cluster else encoder, stop)
    # The next files are read while these are encoded.
    with (
        closing(_ingest_all(files, cache, encoder, heart, cluster)) as ingested,
        ThreadPoolExecutor(1) as executor,
        stop.at_end(),
        cluster or nullcontext(),
    ):
        for batch in _batches(ingested):
            waiting.append(executor.submit(_encode_batch, batch, cache, encoder.fingerprint, sliced))
            if len(waiting) > 1:
                yield from heart.wait(waiting.popleft())
        while waiting:
            yield from heart.wait(waiting.popleft())


def _encode_batch(
    batch: Sequence[IngestedFile | SkippedFile], cache: Cache, fingerprint: str, encoder: SlicedEncoder
) -> list[FileOutcome | SkippedFile]:
    """Encode and cache what is new in a batch."""
    new = [file for file in batch if isinstance(file, IngestedFile) and file.new]
    if new:
        _encode(new, cache, fingerprint, encoder)
    return [file.outcome if isinstance(file, IngestedFile) else file for file in batch]


def to_chunked_file(document: ReadDocument) -> ChunkedFile:
    """Convert the arrays that a worker sent to NumPy."""
    sentences, passages, languages = document.chunks
    offsets = np.array(sentences, np.int32).reshape(-1, 2)
    return ChunkedFile(document.parsed, document.packed, offsets, np.array(passages, np.int32), languages)


def make_embedding_inputs(parsed: ParsedFile, sentences: Offsets) -> list[str]:
    """Return the text to encode for each sentence; ``sentences`` has the shape (sentences, 2).

    A short title goes before it, as sentences often omit their subject; so does what an item or a row stands under.
    """
    texts: Iterable[str] = (parsed.text[start:end] for start, end in sentences.tolist())
    if parsed.blocks:
        texts = map(_add_context(parsed), sentences[:, 0].tolist(), texts)
    if not parsed.title or len(parsed.title) > _SHORT_TITLE:
        return list(texts)
    return [f"{parsed.title}. {text}" for text in texts]


def _add_context(parsed: ParsedFile) -> Callable[[int, str], str]:
    """Return what puts the nearest heading or lead-in before the text of an item or a row that starts at an offset."""
    document = Document("", parsed.text, "", parsed.title or "", blocks=parsed.blocks)

    def with_context(start: int, text: str) -> str:
        block = document.block_at(start)
        is_part = block.kind in ("item", "row", "code") if block else len(text) < _SHORT_VALUE
        context = document.context_at(start)[-1:] if is_part else ()
        return " ".join([*(document.slice(*block.span) for block in context), text])

    return with_context


def _ingest_all(
    files: Sequence[CorpusFile], cache: Cache, encoder: Encoder, heart: Heartbeat, cluster: "Cluster | None"
) -> Generator[IngestedFile | SkippedFile, None, None]:
    """Yield each file in order, while threads read a few files ahead."""
    # The readers close first: where the rebuild is stopped, no thread waits for a file that takes long.
    coming = [] if cluster else list(_to_convert(files, cache))
    start, at_once = (cluster.start, cluster.jobs) if cluster else (Worker, _THREADS)
    recogniser = Recogniser(cache.engine, cache, cache.passwords, start, cluster.jobs if cluster else PROCESSES)
    with (
        ThreadPoolExecutor(at_once) as threads,
        ReaderPool(coming=coming, recogniser=recogniser, passwords=cache.passwords, start=start) as readers,
    ):
        waiting: deque[Future[IngestedFile | SkippedFile]] = deque()
        for file in files:
            waiting.append(threads.submit(_ingest_file, file, cache, encoder, readers, heart))
            if len(waiting) > max(_AHEAD, 2 * at_once):
                yield heart.wait(waiting.popleft())
        while waiting:
            yield heart.wait(waiting.popleft())


def _to_convert(files: Sequence[CorpusFile], cache: Cache) -> Iterator[Path]:
    """Yield the old office files that are not cached."""
    for file in files:
        if file.path.suffix.lower() in AHEAD:
            with suppress(OSError):
                key = _key(sha256_of(file.path), registry.format_of(file.path).id, cache.engine)
                if cache.file(key) is None and cache.failure(key) is None:
                    yield file.path


def _ingest_file(
    file: CorpusFile, cache: Cache, encoder: Encoder, readers: ReaderPool, heart: Heartbeat
) -> IngestedFile | SkippedFile:
    try:
        file_format = registry.format_of(file.path)
        digest = sha256_of(file.path)
        key = _key(digest, file_format.id, cache.engine)
        _raise_failure(key, cache)
        cached = _current(cache.file(key), cache)
        counts = {document.key: cache.counts(document.key) for document in cached.documents} if cached else {}
        outcome = _outcome(file.id, digest, key, cached, counts) if cached else None
        if cached is None or outcome is None:
            return _read_file(file, file_format, key, cache, readers, heart)
        lacking = [key for key in counts if not cache.has_vectors(key, encoder.fingerprint)]
        return IngestedFile(cached, outcome, tuple((key, cache.text(key)) for key in lacking))
    except (UnreadableFile, OSError) as error:
        return SkippedFile.from_error(file.id, _failure(error))


def _from_cache(
    file: CorpusFile, cache: Cache, files: Mapping[str, CachedFile], counts: Mapping[str, tuple[int, int]]
) -> FileOutcome | SkippedFile | None:
    try:
        file_format = registry.format_of(file.path)
        digest = sha256_of(file.path)
        key = _key(digest, file_format.id, cache.engine)
        cached = _current(files.get(key), cache)
        if cached is None:
            _raise_failure(key, cache)
            return None
        return _outcome(file.id, digest, key, cached, counts)
    except (UnreadableFile, OSError) as error:
        return SkippedFile.from_error(file.id, _failure(error))


def _outcome(
    id: str, digest: str, key: str, cached: CachedFile, counts: Mapping[str, tuple[int, int] | None]
) -> FileOutcome | None:
    """Return the outcome of the file ``id`` whose SHA-256 is ``digest``; None if a content of it is not cached."""
    sources: list[Source] = []
    for document in cached.documents:
        count = counts.get(document.key)
        if count is None:
            return None
        own_id, container = (f"{id}/{document.name}", Container(id, digest)) if document.name else (id, None)
        sources.append(Source(own_id, document.sha256, document.key, *count, container))
    return FileOutcome(key, tuple(sources), tuple(warning.with_source(id) for warning in cached.warnings))


def _current(cached: CachedFile | None, cache: Cache) -> CachedFile | None:
    """Return a cached result if reading the file again would give the same.

    It would not where a program is of another version now, or is there only now, or where passwords may open more.
    """
    return cached if cached and is_current(cached.programs, has_passwords=bool(cache.passwords)) else None


def _raise_failure(key: str, cache: Cache) -> None:
    """Raise again what was raised when this content was read before, unless a password may open it now."""
    reason = cache.failure(key)
    if reason and not (cache.passwords and is_locked(reason)):
        raise reason


def _failure(error: UnreadableFile | OSError) -> UnreadableFile:
    return error if isinstance(error, UnreadableFile) else UnreadableFile("it cannot be opened ({})", error.strerror)


def _read_file(
    file: CorpusFile, file_format: registry.Format, key: str, cache: Cache, readers: ReaderPool, heart: Heartbeat
) -> IngestedFile:
    """Read the file as it is now, which may differ from when it was hashed."""
    try:
        contents = readers.read(file.path, file_format, partial(heart.note_page, file.id))
    except UnreadableFile as error:
        is_unchanged = _key(sha256_of(file.path), file_format.id, cache.engine) == key
        if is_unchanged and not isinstance(error, ReaderKilled | ProgramMissing):
            cache.put_failure(key, error)
        raise
    new = {
        _key(document.sha256, document.format, cache.engine): to_chunked_file(document)
        for document in contents.documents
    }
    documents = tuple(
        CachedDocument(document.name, document.sha256, _key(document.sha256, document.format, cache.engine))
        for document in contents.documents
    )
    cached_file = CachedFile(documents, contents.warnings, contents.programs or {})
    counts = {content_key: (len(chunked.passages), len(chunked.sentences)) for content_key, chunked in new.items()}
    outcome = _outcome(
        file.id, contents.sha256, _key(contents.sha256, file_format.id, cache.engine), cached_file, counts
    )
    assert outcome is not None
    return IngestedFile(cached_file, outcome, tuple(new.items()))


def _batches(files: Iterable[IngestedFile | SkippedFile]) -> Iterator[list[IngestedFile | SkippedFile]]:
    """Group files, as many at a time as are worth encoding together."""
    batch: list[IngestedFile | SkippedFile] = []
    sentences = 0
    for file in files:
        batch.append(file)
        new = file.new if isinstance(file, IngestedFile) else ()
        sentences += sum(len(chunked.sentences) for _, chunked in new)
        if sentences >= _ENCODE_BATCH:
            yield batch
            batch, sentences = [], 0
    yield batch


def _encode(files: Sequence[IngestedFile], cache: Cache, fingerprint: str, encoder: SlicedEncoder) -> None:
    """Encode the sentences of several files together, each content once, and cache them with what the files hold."""
    contents = {key: chunked for file in files for key, chunked in file.new}
    texts = [text for chunked in contents.values() for text in make_embedding_inputs(chunked.parsed, chunked.sentences)]
    codes = encoder.encode(texts)
    ends = np.cumsum([len(chunked.sentences) for chunked in contents.values()])
    rows = zip(contents.items(), np.split(codes, ends[:-1]), strict=True)
    cached_files = [(file.outcome.key, file.cached) for file in files]
    cache.put([(key, chunked, file_codes) for (key, chunked), file_codes in rows], fingerprint, cached_files)


def _key(digest: str, format_id: str, engine: OcrEngine) -> str:
    reads_with = f" {engine.fingerprint}" if format_id in registry.RECOGNISED else ""
    return blake2b(f"{digest} {format_id} {MADE_WITH}{reads_with}".encode(), digest_size=20).hexdigest()
