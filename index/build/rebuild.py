"""Rebuild an index from a folder, or from documents elsewhere, whatever it was before."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from index.build.cache import Cache, CacheCorrupted
from index.build.cancellation import Heartbeat
from index.build.ingest import FileOutcome, ingest, load_cached
from index.build.reuse import PreviousSnapshot
from index.build.scan import CorpusFile, file_size, scan_folder
from index.build.transfer import LOCAL, publish_changes
from index.build.write_segments import WriteContext, write
from index.disk_errors import translate_disk_errors
from index.encoders.base import Embeddings, Encoder
from index.encoders.registry import choose_encoder
from index.errors import CorpusNotFound, DiskFull, NothingToIndex
from index.events import emit
from index.mirror.corpus import Corpus
from index.mirror.listing import Fetched
from index.private import make_private_folder
from index.progress import Progress, ProgressCallback, ReadWarning, Report, SkippedFile
from index.readers.passwords import read_passwords
from index.settings import Settings
from index.storage import snapshot
from index.storage.lock import writer_lock
from index.storage.manifest import Manifest
from index.storage.segments import WRITER, Source
from index.stores.replica import is_replica, store_of
from index.workers.chunks import SPLIT
from index.workers.recogniser import OcrEngine, find_engine
from index.workers.scheduler import connect

if TYPE_CHECKING:
    from index.workers.cluster import Cluster

_OpenCluster = Callable[[OcrEngine], "AbstractContextManager[Cluster | None]"]
PATIENCE = 3.0  # seconds to wait for another rebuild


def rebuild(
    folder: str | Path,
    target: str | Path | None = None,
    *,
    encoder: str | Encoder | Embeddings | None = None,
    fresh: bool = False,
    progress: ProgressCallback | None = None,
    patience: float = PATIENCE,
    keep_cache: bool = False,
    passwords: str | Path | None = None,
    scheduler: str | None = None,
) -> Report:
    """Make ``target`` the index of the files in ``folder``. The old index stays in use until the new one is complete.

    A file that cannot be read is reported and skipped. If no file can be read, the index stays as it was.

    Args:
        folder: a folder, or ``s3://bucket/prefix``: what is new there is fetched first.
        encoder: an encoder, LangChain's ``Embeddings``, or the name or folder of a model; by default RAG_ENCODER, else
            the bundled one.
        fresh: trust nothing in ``target``: read and encode every file again. This repairs an index whose cache or
            segments somebody else wrote.
        progress: called with what is done, at least twice a second while files are read. If it raises an exception, the
            rebuild stops.
        patience: seconds to wait for another rebuild.
        keep_cache: keep what was read of other folders, so that returning to one of them reads nothing again.
        passwords: a file of passwords, one per line, to try on locked files; by default RAG_FILE_PASSWORDS. They are
            not stored, but what they open is.
        scheduler: a Dask scheduler whose workers read and encode, such as ``tcp://host:8786``, or ``processes:4`` for
            workers of this machine; by default RAG_SCHEDULER, else this process and its readers.

    Raises:
        CorpusNotFound: there is no such folder, it is that of the index, or (``NothingToIndex``) no file is readable.
        CorpusUnreachable: the storage of ``s3://…`` cannot be listed, or no longer answers.
        EncoderNotNamed: the index was made with another encoder than the bundled one, and none is named.
        IndexLocked: another process is rebuilding the index.
        SchedulerError: the scheduler does not answer, or its workers differ from this machine.
        StorageError: the disk is full, fails, or may not be written to.
        StoreError: the index is in a store, which cannot be reached.
        UserError: the file of passwords cannot be read.
    """
    start_time = time.monotonic()
    corpus = Corpus.of(folder)
    settings = Settings.from_env(index=target, passwords=passwords, scheduler=scheduler)
    if is_replica(settings.index):
        local, store = settings.index / LOCAL, store_of(settings.index)
        store.current()  # what is wrong with it is told now, not after all files are read
        report = rebuild(
            folder, local, encoder=encoder, fresh=fresh, progress=progress, patience=patience,
            keep_cache=keep_cache, passwords=passwords, scheduler=scheduler,
        )  # fmt: skip
        publish_changes(local, store, progress)
        return replace(report, seconds=time.monotonic() - start_time)
    file_passwords = read_passwords(settings.passwords)
    _check_folder(corpus, settings.index)
    chosen = choose_encoder(encoder or settings.encoder, snapshot.encoder_of(settings.index), settings.index)
    with translate_disk_errors(settings.index):
        make_private_folder(settings.index)
        with writer_lock(settings.index, patience):
            on_progress = progress or (lambda _: None)
            fetched = corpus.fetch(on_progress, patience)
            rebuilding = partial(_rebuild_locked, corpus, fetched, settings, chosen, on_progress, start_time)
            encodes = encoder is None or isinstance(encoder, str)
            cluster = partial(connect, settings.scheduler, corpus.folder, encodes=encodes, sends=bool(corpus.address))
            report = rebuilding(fresh=fresh, keep_cache=keep_cache, passwords=file_passwords, cluster=cluster)
    emit("rebuilt", documents=report.documents, skipped=len(report.skipped), seconds=round(report.seconds, 3))
    return report


def _check_folder(corpus: Corpus, index: Path) -> None:
    """Check that the folder exists, and that it is not that of the index.

    Raises:
        CorpusNotFound: the folder does not exist, or is that of the index.
    """
    corpus.check()
    if corpus.folder.resolve() == index.resolve():
        raise CorpusNotFound(
            "{} is the document folder. Choose another folder for the index with --index.", corpus.folder
        )


def _rebuild_locked(
    corpus: Corpus,
    fetched: Fetched,
    settings: Settings,
    encoder: Encoder,
    on_progress: ProgressCallback,
    start_time: float,
    *,
    fresh: bool,
    keep_cache: bool,
    passwords: Sequence[str],
    cluster: _OpenCluster,
) -> Report:
    """Rebuild the index that ``settings`` names, of which this process has the lock."""
    index = settings.index
    with suppress(OSError):  # the disk does not say which snapshot is in use; a new one is
        snapshot.remove_stale(index)
    snapshot.tighten(index)
    engine = find_engine(enabled=settings.ocr)
    old = PreviousSnapshot(index, fresh=fresh)
    cache = Cache(index / "cache.sqlite", fresh=fresh, engine=engine, passwords=passwords)
    try:
        files, manifest = _publish_or_undo(_Rebuild(corpus, fetched, index, encoder, cache, old, on_progress, cluster))
        if not keep_cache:
            with suppress(CacheCorrupted):  # it is empty now, and nothing more is asked of it
                hashes = [source.sha256 for source in files.sources]
                cache.prune([*files.keys, *hashes], encoder.fingerprint)
    finally:
        cache.close()
    return _report(
        old.hashes, {source.id: source.sha256 for source in files.sources}, manifest, time.monotonic() - start_time
    )


@dataclass(frozen=True, slots=True)
class _Rebuild:
    """What all steps of a rebuild share."""

    corpus: Corpus
    fetched: Fetched
    index: Path
    encoder: Encoder
    cache: Cache
    old: PreviousSnapshot
    on_progress: ProgressCallback
    cluster: _OpenCluster  # gives the workers that read, or None for this machine


def _publish_or_undo(rebuild: _Rebuild) -> "tuple[_FileOutcomes, Manifest]":
    """Do as ``_publish``. If the disk is full, drop what was added to the cache.

    Otherwise not even a smaller corpus would fit.
    """
    try:
        with translate_disk_errors(rebuild.index):
            return _publish(rebuild)
    except DiskFull:
        rebuild.cache.drop_new()
        raise


def _publish(rebuild: _Rebuild) -> "tuple[_FileOutcomes, Manifest]":
    """Publish a snapshot unless nothing has changed; return the outcomes of files, and the manifest."""
    files, left_out = scan_folder(rebuild.corpus.folder, rebuild.index)
    complete = partial(_FileOutcomes, left_out=[*left_out, *rebuild.fetched.skipped], warnings=rebuild.fetched.warnings)
    heart = Heartbeat(rebuild.on_progress, Progress("reading", 0, len(files)))
    while True:
        try:
            outcomes = load_cached(files, rebuild.cache, rebuild.encoder)
            old = _reuse_if_unchanged(rebuild, complete(outcomes)) if outcomes is not None else None
            if old is not None:
                return old
            if outcomes is not None:
                return _write_snapshot(rebuild, complete(outcomes), files, heart)
            with (
                rebuild.cluster(rebuild.cache.engine) as cluster,
                # Closed, it ends its threads, also where the rebuild is stopped.
                closing(ingest(files, rebuild.cache, rebuild.encoder, heart, cluster)) as ingested,
            ):
                return _write_snapshot(rebuild, complete(ingested), files, heart)
        except CacheCorrupted:  # the row was dropped: the file is read again
            continue


class _FileOutcomes:
    """The outcomes of the files of a folder: the sources of each, as they come, and skipped files."""

    def __init__(
        self,
        outcomes: Iterable[FileOutcome | SkippedFile],
        left_out: Iterable[SkippedFile],
        warnings: Iterable[ReadWarning],
    ) -> None:
        """``left_out`` and ``warnings`` are what is known before files are read."""
        self._outcomes, self._left_out, self._warnings = outcomes, list(left_out), list(warnings)
        self.sources: list[Source] = []
        self._keys: list[str] = []

    def __iter__(self) -> Iterator[Source]:
        for outcome in self._outcomes:
            if isinstance(outcome, SkippedFile):
                self._left_out.append(outcome)
            else:
                self.sources += outcome.sources
                self._warnings += outcome.warnings
                self._keys.append(outcome.key)
                yield from outcome.sources

    @property
    def skipped(self) -> tuple[SkippedFile, ...]:
        """All skipped files, sorted; complete once the sources were iterated."""
        return tuple(sorted(self._left_out))

    @property
    def keys(self) -> list[str]:
        """The cache's keys of all files and contents; complete once the sources were iterated."""
        return [*self._keys, *(source.key for source in self.sources)]

    @property
    def warnings(self) -> tuple[ReadWarning, ...]:
        """What was read in part, in the order of the files; complete once the sources were iterated."""
        return tuple(self._warnings)

    def digest(self, rebuild: "_Rebuild") -> str:
        """Return a digest of all that determines the snapshot; final once the sources were iterated."""
        encoder = rebuild.encoder
        made_of = [rebuild.corpus.recorded, *WRITER, encoder.name, encoder.fingerprint]
        return sha256(json.dumps([*made_of, self.sources, self.skipped, self.warnings]).encode()).hexdigest()


def _reuse_if_unchanged(rebuild: _Rebuild, all_files: _FileOutcomes) -> tuple[_FileOutcomes, Manifest] | None:
    """Return the snapshot in use if the new one would be the same and every byte is intact; else None."""
    sources, old = list(all_files), rebuild.old
    if old.manifest is None or not old.is_of(all_files.digest(rebuild), rebuild.encoder.dimension, sources):
        return None
    return all_files, old.manifest


def _write_snapshot(
    rebuild: _Rebuild, all_files: _FileOutcomes, files: Sequence[CorpusFile], heart: Heartbeat
) -> tuple[_FileOutcomes, Manifest]:
    """Write a new snapshot and publish it."""
    with snapshot.staging_directory(rebuild.index) as staging:
        writing = WriteContext(staging, rebuild.cache, rebuild.encoder, rebuild.old, heart)
        segments, vectors = write(writing, _with_progress(all_files, files, rebuild.corpus, heart), len(files))
        manifest = Manifest(
            corpus=rebuild.corpus.recorded,
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            encoder=rebuild.encoder.name,
            fingerprint=rebuild.encoder.fingerprint,
            dimension=rebuild.encoder.dimension,
            split=SPLIT,
            segments=segments,
            vector_index=vectors.kind,
            ivf_digest=vectors.ivf_digest,
            nprobe=vectors.nprobe,
            recall=vectors.recall,
            digest=all_files.digest(rebuild),
            skipped=all_files.skipped,
            warnings=all_files.warnings,
        )
        snapshot.seal(staging, manifest)
        snapshot.publish(rebuild.index, staging)
    return all_files, manifest


def _with_progress(
    all_files: _FileOutcomes, files: Sequence[CorpusFile], corpus: Corpus, heart: Heartbeat
) -> Iterator[Source]:
    """Yield the sources as they come and report each.

    Raises:
        NothingToIndex: there is none.
    """
    ends = _ends(files)
    total_bytes, passages = max((end for _, end in ends.values()), default=0), 0
    for source in all_files:
        passages += source.passages
        number, done_bytes = ends[source.file]
        heart.tell(Progress("reading", number, len(files), source.file, passages, done_bytes, total_bytes))
        yield source
    if not all_files.sources:
        raise _nothing_readable(corpus, all_files.skipped)
    heart.tell(Progress("writing", len(all_files.sources), len(all_files.sources)))


def _ends(files: Sequence[CorpusFile]) -> dict[str, tuple[int, int]]:
    """Return, by id, how many files and bytes are done once a file is done; skipped files count."""
    return {file.id: end for file, end in zip(files, enumerate(accumulate(map(file_size, files)), 1), strict=True)}


def _report(before: Mapping[str, str], after: Mapping[str, str], manifest: Manifest, seconds: float) -> Report:
    common = before.keys() & after.keys()
    changed = sum(before[id] != after[id] for id in common)
    return Report(
        documents=manifest.documents,
        passages=manifest.passages,
        sentences=manifest.sentences,
        added=len(after.keys() - before.keys()),
        changed=changed,
        removed=len(before.keys() - after.keys()),
        unchanged=len(common) - changed,
        skipped=manifest.skipped,
        seconds=seconds,
        warnings=manifest.warnings,
    )


def _nothing_readable(corpus: Corpus, skipped: tuple[SkippedFile, ...]) -> NothingToIndex:
    if not skipped:
        return NothingToIndex(
            "{} contains no files to index. Put documents in it, or name another folder.", str(corpus)
        )
    return NothingToIndex(
        "{} contains no readable files; of {}, the first is {}: {}.",
        str(corpus),
        len(skipped),
        skipped[0].source,
        skipped[0].error,
        skipped=skipped,
    )
