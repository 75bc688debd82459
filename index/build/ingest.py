"""Read, chunk and encode files, each content once, and cache the results as they come."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index.build.cache import Cache, ChunkedFile, Offsets
from index.build.scan import CorpusFile
from index.build.stopping import Heartbeat, SlicedEncoder, Stop
from index.chunking import passages as pack
from index.chunking import sentences as split
from index.documents import Document
from index.encoders.base import Encoder
from index.errors import ProgramMissing, ReaderKilled, UnreadableFile
from index.files import sha256_of
from index.progress import Skipped
from index.readers import registry
from index.readers.parsed import ParsedFile
from index.storage.segments import Content, Source
from index.workers.conversions import AHEAD
from index.workers.read_worker import ReadFile
from index.workers.reader_pool import ReaderPool

# What decides the passages and sentences of a text; a manifest records it.
SPLIT = {"version": 3, "sentence": split.LONGEST, "passage": pack.LENGTH}
_MADE_WITH = f"{registry.VERSION} {sorted(SPLIT.items())}"
_SHORT_VALUE = 40  # characters of a paragraph that says little without its heading
_SHORT_TITLE = 60  # characters
_TOGETHER = 4096  # sentences encoded at a time
_AHEAD = 8  # files read while others are encoded
_THREADS = min(4, os.cpu_count() or 1)


class IngestedFile(NamedTuple):
    source: Source
    chunked: ChunkedFile | None  # None where the cache has all of it


def load_cached(files: Sequence[CorpusFile], cache: Cache, encoder: Encoder) -> list[Source | Skipped] | None:
    """Return the outcome of each file, in order, if all are cached; else None. Files are only hashed."""
    found: list[Source | Skipped] = []
    contents = cache.all_contents(encoder.fingerprint)
    for file in files:  # one after the other: what Python does for each takes longer than its hash
        part = _from_cache(file, cache, contents)
        if part is None:
            return None
        found.append(part)
    return found


def ingest(
    files: Sequence[CorpusFile], cache: Cache, encoder: Encoder, heart: Heartbeat
) -> Generator[Source | Skipped, None, None]:
    """Yield the outcome of each file, in order; the content of each source is cached by then.

    Once the generator is closed, none of its threads uses the cache any more.
    """
    stop, waiting = Stop(), deque[Future[list[Source | Skipped]]]()
    sliced = SlicedEncoder(encoder, stop)
    # The next files are read while these are encoded.
    with (
        closing(_ingest_all(files, cache, encoder, heart)) as attended,
        ThreadPoolExecutor(1) as beside,
        stop.at_end(),
    ):
        for batch in _batches(attended):
            waiting.append(beside.submit(_encode_batch, batch, cache, encoder.fingerprint, sliced))
            if len(waiting) > 1:
                yield from heart.wait(waiting.popleft())
        while waiting:
            yield from heart.wait(waiting.popleft())


def _encode_batch(
    batch: Sequence[IngestedFile | Skipped], cache: Cache, fingerprint: str, encoder: SlicedEncoder
) -> list[Source | Skipped]:
    """Encode and cache what is new in a batch."""
    new = [(part.source, part.chunked) for part in batch if isinstance(part, IngestedFile) and part.chunked]
    if new:
        _encode(new, cache, fingerprint, encoder)
    return [part.source if isinstance(part, IngestedFile) else part for part in batch]


def to_chunked_file(found: ReadFile) -> ChunkedFile:
    """Convert the arrays that a worker sent to NumPy."""
    sentences, passages, languages = found.chunks
    offsets = np.array(sentences, np.int32).reshape(-1, 2)
    return ChunkedFile(found.parsed, found.packed, offsets, np.array(passages, np.int32), languages)


def sentence_inputs(parsed: ParsedFile, sentences: Offsets) -> list[str]:
    """Return the text to encode for each sentence; ``sentences`` has the shape (sentences, 2).

    A short title goes before it, as sentences often omit their subject; so does what an item or a row stands under.
    """
    own: Iterable[str] = (parsed.text[start:end] for start, end in sentences.tolist())
    if parsed.blocks:
        own = map(_under(parsed), sentences[:, 0].tolist(), own)
    if not parsed.title or len(parsed.title) > _SHORT_TITLE:
        return list(own)
    return [f"{parsed.title}. {text}" for text in own]


def _under(parsed: ParsedFile) -> Callable[[int, str], str]:
    """Return what puts the nearest heading or lead-in before the text of an item or a row that starts at an offset."""
    document = Document("", parsed.text, "", parsed.title or "", blocks=parsed.blocks)

    def with_context(start: int, text: str) -> str:
        block = document.block_at(start)
        is_part = block.kind in ("item", "row", "code") if block else len(text) < _SHORT_VALUE
        above = document.context_at(start)[-1:] if is_part else ()
        return " ".join([*(document.slice(*block.span) for block in above), text])

    return with_context


def _ingest_all(
    files: Sequence[CorpusFile], cache: Cache, encoder: Encoder, heart: Heartbeat
) -> Generator[IngestedFile | Skipped, None, None]:
    """Yield each file in order, while threads read a few files ahead."""
    # The readers close first: where the rebuild is stopped, no thread waits for a file that takes long.
    coming = list(_to_convert(files, cache))
    with ThreadPoolExecutor(_THREADS) as threads, ReaderPool(coming=coming) as readers:
        waiting: deque[Future[IngestedFile | Skipped]] = deque()
        for file in files:
            waiting.append(threads.submit(_ingest_file, file, cache, encoder, readers))
            if len(waiting) > _AHEAD:
                yield heart.wait(waiting.popleft())
        while waiting:
            yield heart.wait(waiting.popleft())


def _to_convert(files: Sequence[CorpusFile], cache: Cache) -> Iterator[Path]:
    """Yield the old office files of which the cache holds nothing."""
    for file in files:
        if file.path.suffix.lower() in AHEAD:
            with suppress(OSError):
                key = _source(file, registry.format_of(file.path)).key
                if cache.content(key) is None and cache.failure(key) is None:
                    yield file.path


def _ingest_file(file: CorpusFile, cache: Cache, encoder: Encoder, readers: ReaderPool) -> IngestedFile | Skipped:
    try:
        file_format = registry.format_of(file.path)
        source = _source(file, file_format)
        _raise_failure(source, cache)
        content = cache.content(source.key)
        if content is None:
            return _read(file, file_format, source.key, cache, readers)
        chunked = None if cache.has_vectors(source.key, encoder.fingerprint) else cache.text(source.key)
        return IngestedFile(source.counted(content), chunked)
    except (UnreadableFile, OSError) as error:
        return Skipped.from_error(file.id, _failure(error))


def _from_cache(file: CorpusFile, cache: Cache, contents: Mapping[str, Content]) -> Source | Skipped | None:
    try:
        source = _source(file, registry.format_of(file.path))
        if source.key not in contents:
            _raise_failure(source, cache)
            return None
        return source.counted(contents[source.key])
    except (UnreadableFile, OSError) as error:
        return Skipped.from_error(file.id, _failure(error))


def _source(file: CorpusFile, file_format: registry.Format) -> Source:
    digest = sha256_of(file.path)
    return Source(file.id, digest, _key(digest, file_format))


def _raise_failure(source: Source, cache: Cache) -> None:
    """Raise again what was raised when this content was read before."""
    reason = cache.failure(source.key)
    if reason:
        raise reason


def _failure(error: UnreadableFile | OSError) -> UnreadableFile:
    return error if isinstance(error, UnreadableFile) else UnreadableFile("it cannot be opened ({})", error.strerror)


def _read(file: CorpusFile, file_format: registry.Format, key: str, cache: Cache, readers: ReaderPool) -> IngestedFile:
    """Read the file as it is now, which may differ from when it was hashed."""
    try:
        found = readers.read(file.path, file_format)
    except UnreadableFile as error:
        is_unchanged = _source(file, file_format).key == key
        if is_unchanged and not isinstance(error, ReaderKilled | ProgramMissing):
            cache.put_failure(key, error)
        raise
    chunked = to_chunked_file(found)
    content = Content(len(chunked.passages), len(chunked.sentences), found.parsed.warnings)
    source = Source(file.id, found.sha256, _key(found.sha256, file_format))
    return IngestedFile(source.counted(content), chunked)


def _batches(parts: Iterable[IngestedFile | Skipped]) -> Iterator[list[IngestedFile | Skipped]]:
    """Group files, as many at a time as are worth encoding together."""
    batch: list[IngestedFile | Skipped] = []
    sentences = 0
    for part in parts:
        batch.append(part)
        sentences += len(part.chunked.sentences) if isinstance(part, IngestedFile) and part.chunked else 0
        if sentences >= _TOGETHER:
            yield batch
            batch, sentences = [], 0
    yield batch


def _encode(
    parts: Sequence[tuple[Source, ChunkedFile]], cache: Cache, fingerprint: str, encoder: SlicedEncoder
) -> None:
    """Encode the sentences of several files together, and cache them."""
    texts = [text for _, part in parts for text in sentence_inputs(part.parsed, part.sentences)]
    codes = encoder.encode(texts)
    ends = np.cumsum([len(part.sentences) for _, part in parts])
    rows = zip(parts, np.split(codes, ends[:-1]), strict=True)
    cache.put([(source.key, part, own) for (source, part), own in rows], fingerprint)


def _key(digest: str, file_format: registry.Format) -> str:
    return blake2b(f"{digest} {file_format.id} {_MADE_WITH}".encode(), digest_size=20).hexdigest()
