"""Keep an index up to date with its folder: rebuild at once, and after each change."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from watchfiles import Change, watch

from index.addresses import S3Address
from index.build.rebuild import rebuild
from index.encoders.base import Embeddings, Encoder
from index.errors import UserError
from index.files import HIDDEN
from index.mirror.corpus import Corpus
from index.mirror.update import watch_storage
from index.progress import ProgressCallback, Report
from index.settings import Settings

_PATIENCE = 600.0  # seconds to wait for another rebuild, which may have begun before the change
_QUIET = 500  # milliseconds without a change, after which files are taken to be whole


def watch_folder(
    folder: str | Path,
    target: str | Path | None = None,
    *,
    on_result: Callable[[Report | UserError], None],
    stop: threading.Event,
    encoder: str | Encoder | Embeddings | None = None,
    progress: ProgressCallback | None = None,
) -> None:
    """Rebuild at once and after each change, until ``stop`` is set; pass each report or error to ``on_result``.

    Storage elsewhere, ``s3://…``, is listed every five minutes.

    Raises:
        CorpusNotFound: there is no such folder.
    """
    corpus, index = Corpus.of(folder), Settings.from_env(index=target).index
    corpus.check()
    for _ in watch_changes(corpus.folder, index, stop, corpus.address):
        on_result(_outcome(str(corpus), index, encoder, progress))


def watch_changes(corpus: Path, index: Path, stop: threading.Event, address: S3Address | None = None) -> Iterator[None]:
    """Yield at once, then after each batch of changes, until ``stop`` is set.

    Wait for a folder that does not exist; one that comes back counts as changed. Where ``corpus`` mirrors documents
    elsewhere, it is these that change.
    """
    if address := address or S3Address.of_folder(corpus):
        yield from watch_storage(address, stop)
        return
    while not stop.is_set():
        if corpus.is_dir():
            yield from _changes_until_moved(corpus, index, stop)
        else:
            stop.wait(_QUIET / 1000)


def _changes_until_moved(corpus: Path, index: Path, stop: threading.Event) -> Iterator[None]:
    """Yield at once, then after each batch of changes, until the folder is removed or replaced."""
    watched, begun = _identity(corpus), False
    for changes in watch(
        corpus,
        watch_filter=_of_corpus(corpus, index),
        stop_event=stop,
        step=_QUIET,
        debounce=10 * _QUIET,
        rust_timeout=_QUIET,
        yield_on_timeout=True,
    ):
        is_here = _identity(corpus) == watched
        if changes or not begun or not is_here:
            begun = True  # the watch is set by now, so that nothing is missed
            yield
        if not is_here:
            return


def _identity(folder: Path) -> tuple[int, int] | None:
    """Identify the folder at a path: it may be moved, or another disk mounted there."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _outcome(
    corpus: str, index: Path, encoder: str | Encoder | Embeddings | None, progress: ProgressCallback | None
) -> Report | UserError:
    try:
        return rebuild(corpus, index, encoder=encoder, progress=progress, patience=_PATIENCE)
    except UserError as error:
        return error


def _of_corpus(corpus: Path, index: Path) -> Callable[[Change, str], bool]:
    """Return a filter for changes of the corpus: not of hidden files, nor of the index."""
    root, index_folder = corpus.resolve(), index.resolve()

    def counts(change: Change, path: str) -> bool:
        changed = Path(path)
        if changed.is_relative_to(index_folder) or not changed.is_relative_to(root):
            return False
        return not any(name.startswith(HIDDEN) for name in changed.relative_to(root).parts)

    return counts
