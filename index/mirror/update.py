"""Fetch what is new or changed in the storage into the mirror, and delete what is gone there.

The storage is listed to its end before anything changes here. A file is written beside the others, and takes its place
once it is whole.
"""

import asyncio
import errno
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from typing import TYPE_CHECKING

from index.addresses import S3Address
from index.disk_errors import translate_disk_errors
from index.errors import CorpusUnreachable, IndexLocked, NothingToIndex, UnreadableFile, UserError
from index.mirror.listing import Fetched, Listing, RemoteObject
from index.mirror.names import Fold, choose_objects, fold_of
from index.private import make_private_folder, open_private
from index.progress import Progress, ProgressCallback, ReadWarning, SkippedFile
from index.storage.lock import writer_lock

if TYPE_CHECKING:
    from index.mirror.bucket import Bucket

_AT_ONCE = 4  # objects
_POLL = 300.0  # seconds between two looks at the storage
_PARTIAL = "partial"  # the folder of a mirror for files that are not whole yet
_NO_SUCH_NAME = (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ)


def update_mirror(address: S3Address, on_progress: ProgressCallback, patience: float) -> Fetched:
    """Make the mirror of an address hold the objects that are there now; whoever is stopped goes on next time.

    Args:
        on_progress: called at least twice a second; what it raises stops the work.
        patience: seconds to wait for another process that updates the mirror.

    Raises:
        CorpusUnreachable: the storage cannot be listed, or no longer answers. The mirror keeps what it had.
        NothingToIndex: the storage holds nothing there. The mirror keeps what it had.
        IndexLocked: another process updates the mirror.
        StorageError: the disk is full, fails, or may not be written to.
    """
    bucket = _bucket(address)
    with translate_disk_errors(address.mirror):
        address.make_mirror()
        with _lock(address, patience), closing(Listing(address.mirror)) as listing:
            on_progress(Progress("fetching", 0, 0))
            objects = bucket.wait(_list_objects(bucket), lambda: on_progress(Progress("fetching", 0, 0)))
            if not objects:
                raise NothingToIndex(
                    "{} contains no files to index. Put documents in it, or name another folder.", address.url
                )
            return _Update(address, bucket, listing, fold_of(address.mirror)).run(objects, on_progress)


def watch_storage(address: S3Address, stop: threading.Event) -> Iterator[None]:
    """Yield at once, then whenever the storage lists something else than before, until ``stop`` is set."""
    previous: str | None = ""
    while not stop.is_set():
        state = _state(address, stop)  # first, so that no change is missed while the one who asks rebuilds
        if state != previous and not stop.is_set():
            previous = state
            yield
        stop.wait(_POLL)


class _Update:
    """One update of a mirror."""

    def __init__(self, address: S3Address, bucket: "Bucket", listing: Listing, fold: Fold) -> None:
        self._bucket, self._listing, self._fold, self._files = bucket, listing, fold, address.folder
        self._partial = address.mirror / _PARTIAL
        self._skipped, self._warnings = list[SkippedFile](), list[ReadWarning]()
        self._now = Progress("fetching", 0, 0)

    def run(self, objects: dict[str, RemoteObject], on_progress: ProgressCallback) -> Fetched:
        """Delete what is gone, and fetch what is new."""
        chosen, self._skipped = choose_objects(objects, self._fold)
        self._listing.drop(self._listing.names().difference(chosen))
        expected = {self._fold(name) for name in chosen}
        _sweep(self._files, lambda path: self._fold(path.relative_to(self._files).as_posix()) in expected)
        new = [objects[name] for name in chosen if self._fetched(name) != objects[name]]
        self._now = Progress("fetching", 0, len(new), total_bytes=sum(remote.size for remote in new))
        rmtree(self._partial, ignore_errors=True)
        make_private_folder(self._partial)
        if new:
            self._bucket.wait(self._fetch_all(iter(new)), lambda: on_progress(self._now))
            on_progress(self._now)
        return Fetched(tuple(sorted(self._skipped)), tuple(sorted(self._warnings)))

    def _fetched(self, name: str) -> RemoteObject | None:
        return self._listing.fetched(name, self._files / name)

    async def _fetch_all(self, waiting: Iterator[RemoteObject]) -> None:
        """Fetch objects, a few at a time."""
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(_AT_ONCE):
                    group.create_task(self._fetch_in_turn(waiting))
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None

    async def _fetch_in_turn(self, waiting: Iterator[RemoteObject]) -> None:
        for remote in waiting:
            try:
                await self._fetch(remote)
            except UnreadableFile as reason:
                self._leave(remote.name, reason)
            done, size = self._now.done + 1, self._now.done_bytes + remote.size
            self._now = replace(self._now, done=done, name=remote.name, done_bytes=size)

    async def _fetch(self, remote: RemoteObject) -> None:
        partial, path = self._partial / token_hex(8), self._files / remote.name
        try:
            with open_private(partial) as file:
                await self._bucket.download(remote, file)
                file.flush()
                os.fsync(file.fileno())
            with _possible_name():
                make_private_folder(path.parent)
                partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        self._listing.put(remote, path)

    def _leave(self, name: str, reason: UnreadableFile) -> None:
        """Report an object that cannot be had; what was fetched of it before stays."""
        if self._fetched(name):
            older = UnreadableFile("it cannot be fetched ({}); the previous version is indexed", *reason.values)
            self._warnings.append(ReadWarning.from_error(older, source=name))
            return
        with suppress(OSError):  # a name that no file can have
            (self._files / name).unlink()
        self._skipped.append(SkippedFile.from_error(name, reason))


def _bucket(address: S3Address) -> "Bucket":
    try:
        from index.mirror.bucket import Bucket
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("s3fs", "aiohttp", "aiobotocore", "botocore"):
            raise
        raise CorpusUnreachable(
            "{} needs the package s3fs, which is not installed: pip install 'sourcier[s3]'", address.url
        ) from None
    return Bucket(address)


async def _list_objects(bucket: "Bucket") -> dict[str, RemoteObject]:
    """Return all objects by name, without placeholders for folders."""
    return {
        remote.name: remote
        async for remote in bucket.objects()
        if remote.size or (remote.name and not remote.name.endswith("/"))
    }


def _state(address: S3Address, stop: threading.Event) -> str | None:
    """Return a digest of all that the storage lists; None if it cannot be listed, or ``stop`` is set."""

    def beat() -> None:
        if stop.is_set():
            raise CancelledError

    try:
        bucket = _bucket(address)
        objects = bucket.wait(_list_objects(bucket), beat)
    except (UserError, CancelledError):  # of an error, the rebuild tells
        return None
    return sha256(repr(sorted(objects.values())).encode()).hexdigest()


@contextmanager
def _lock(address: S3Address, patience: float) -> Iterator[None]:
    with ExitStack() as stack:
        try:
            stack.enter_context(writer_lock(address.mirror, patience))
        except IndexLocked:
            raise IndexLocked("{} is being fetched by another process. Wait for it, or stop it.", address.url) from None
        yield


@contextmanager
def _possible_name() -> Iterator[None]:
    """Tell a name that the disk does not take from a disk that fails.

    Raises:
        UnreadableFile: no file can have the name.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_SUCH_NAME:
            raise
        raise UnreadableFile("this disk does not allow its name; rename it") from error


def _sweep(folder: Path, is_expected: Callable[[Path], bool]) -> None:
    """Delete all files below a folder that are not expected, links, and folders that are empty then.

    Raises:
        OSError: one cannot be deleted.
    """
    with os.scandir(folder) as entries:
        for entry in list(entries):
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                _sweep(path, is_expected)
                with suppress(OSError):  # it is not empty
                    path.rmdir()
            elif entry.is_symlink() or not is_expected(path):
                path.unlink()
