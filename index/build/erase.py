"""Forget a document: delete it from its folder, from the removed files, and from the index.

What is deleted is gone from every file that this program writes. Backups, file system snapshots and spare blocks of a
disk are beyond any program.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from unicodedata import normalize

from index.build.rebuild import rebuild
from index.build.remove import remove_index
from index.documents import is_of
from index.encoders.base import Embeddings, Encoder
from index.encoders.registry import choose_encoder
from index.errors import CorpusNotFound, IndexCorrupted, UserError
from index.mirror.corpus import Corpus, folder_of
from index.progress import ProgressCallback, Report
from index.settings import Settings
from index.storage import snapshot
from index.storage.documents import DocumentStore
from index.stores.replica import is_replica

REMOVED = ".removed"  # folder of the corpus: what was removed there keeps its path
_REMOVED_BEFORE = "removed"  # folder of the index, in earlier versions
_PATIENCE = 60.0  # seconds to wait for another rebuild


class NotForgotten(UserError):
    """A document cannot be forgotten, or there is none of that name."""


@dataclass(frozen=True, slots=True)
class Traces:
    """What exists of a document on this machine."""

    id: str
    corpus: Path
    files: tuple[Path, ...] = ()  # the document in its folder, and copies of it that were removed
    is_indexed: bool = False
    copies: tuple[str, ...] = ()  # documents of other names with the same bytes, which stay

    @property
    def exist(self) -> bool:
        """Return whether anything exists of it."""
        return self.is_indexed or bool(self.files)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was done. ``report`` is the rebuild's; None if nothing was left to index and the index was removed."""

    traces: Traces
    report: Report | None


def find_traces(name: str | Path, target: str | Path | None = None) -> Traces:
    """Find what exists of a document, given its id or the path of its file.

    Raises:
        NotForgotten: the name is that of a folder, or the index is in a store, or the document in storage elsewhere.
        IndexNotFound, IndexCorrupted, IndexMismatch: no index says which folder its documents are in.
    """
    index = Settings.from_env(index=target).index
    if is_replica(index):
        raise NotForgotten(
            "A store keeps the previous snapshot. To forget {}, delete its file, then run rag rebuild and "
            "rag store publish.",
            name,
        )
    in_use, manifest = snapshot.load_current(index)
    corpus = folder_of(manifest.corpus)
    hashes: dict[str, str] = {}
    with suppress(IndexCorrupted):  # the rebuild mends it
        hashes = DocumentStore([in_use / segment.name for segment in manifest.segments]).hashes()
    id, files = _id(str(name), corpus, hashes), list[Path]()
    with suppress(OSError):  # a name that no file can have
        if containing_file := next(
            (parent for parent in PurePosixPath(id).parents if (corpus / parent).is_file()), None
        ):
            raise NotForgotten("“{}” is inside “{}”. Run rag forget on that file.", id, containing_file)
        files += _files(id, corpus, index) if _is_inside(id) else []
    if files and (remote := Corpus.of(corpus)).address:
        raise NotForgotten("To forget {}, delete its object in {}, then run rag rebuild.", id, str(remote))
    digests = {digest for other, digest in hashes.items() if is_of(other, id)}
    copies = tuple(sorted(other for other, digest in hashes.items() if digest in digests and not is_of(other, id)))
    return Traces(id, corpus, tuple(files), bool(digests), copies)


def forget(
    name: str | Path,
    target: str | Path | None = None,
    *,
    encoder: str | Encoder | Embeddings | None = None,
    progress: ProgressCallback | None = None,
) -> Forgotten:
    """Delete a document, its removed copies, and everything the index holds of it.

    After a failure, call it again to finish.

    Raises:
        NotForgotten: there is no such document, or a file cannot be deleted.
        UserError: what ``rebuild`` raises. Nothing was deleted, unless the error is about a lock or a disk.
    """
    settings, traces = Settings.from_env(index=target), find_traces(name, target)
    if not traces.exist:
        raise nothing_of(traces)
    Corpus.of(traces.corpus).check()
    choose_encoder(encoder or settings.encoder, snapshot.encoder_of(settings.index), settings.index)
    for path in traces.files:
        _delete(path, traces.corpus, settings.index)
    try:
        report = rebuild(traces.corpus, settings.index, encoder=encoder, progress=progress, patience=_PATIENCE)
    except CorpusNotFound:  # nothing that could be indexed is left
        report = None
        remove_index(settings.index, _PATIENCE)
    if snapshot.find_stale(settings.index):
        raise NotForgotten(
            "An older index in {} cannot be deleted. Stop what is using it, then try again.", settings.index
        )
    return Forgotten(traces, report)


def nothing_of(traces: Traces) -> NotForgotten:
    """Return the error for a name of which nothing exists."""
    return NotForgotten(
        "There is no document “{}” in {} or in the index. Give its path in that folder, or its id.",
        traces.id,
        str(Corpus.of(traces.corpus)),
    )


def _id(name: str, corpus: Path, hashes: dict[str, str]) -> str:
    """Return the id that a name means: one of the index, else that of a file in the folder, else the name itself."""
    same_name = (id for id in hashes if normalize("NFC", id) == normalize("NFC", name))
    indexed = name if name in hashes else next(same_name, None)
    if indexed is not None:
        return indexed
    if "\0" in name:
        return name
    path, root = Path(os.path.expanduser(name)).absolute(), corpus.resolve()  # noqa: PTH111  (raises nothing)
    path = path.parent.resolve() / path.name  # a link is a document of its own: it is not followed
    if not path.is_relative_to(root) or path == root:
        return name
    return path.relative_to(root).as_posix().removeprefix(f"{REMOVED}/")


def _is_inside(id: str) -> bool:
    """Return whether an id is the path of a possible document: inside its folder, and not hidden."""
    names = id.split("/")
    return "\0" not in id and not any(name == "" or name.startswith((".", "~$")) for name in names)


def _files(id: str, corpus: Path, index: Path) -> Iterator[Path]:
    path, index_folder = corpus / id, index.resolve()
    if path.is_dir():
        raise NotForgotten("{} is a folder. Name a file in it.", path)
    parent = path.parent.resolve()
    is_of_corpus = parent.is_relative_to(corpus.resolve()) and not parent.is_relative_to(index_folder)
    if is_of_corpus and (path.is_file() or path.is_symlink()):
        yield path
    for root in (corpus / REMOVED, index / _REMOVED_BEFORE):
        if not root.is_symlink():
            yield from _list_numbered(root / id, root)


def _list_numbered(path: Path, root: Path) -> Iterator[Path]:
    """Yield the file of this name under ``root``, and numbered ones: those removed later under the same name."""
    name = re.compile(rf"{re.escape(path.stem)}(?: \(\d+\))?{re.escape(path.suffix)}")
    if path.parent.is_dir() and path.parent.resolve().is_relative_to(root.resolve()):
        yield from sorted(
            entry
            for entry in path.parent.iterdir()
            if name.fullmatch(entry.name) and (entry.is_symlink() or entry.is_file())
        )


def _delete(path: Path, corpus: Path, index: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise NotForgotten(
            "{} cannot be deleted ({}). Delete it yourself, then try again.", path, error.strerror
        ) from error
    for root in (corpus / REMOVED, index / _REMOVED_BEFORE):
        if path.is_relative_to(root):
            _delete_empty(path.parent, root)


def _delete_empty(folder: Path, root: Path) -> None:
    """Delete empty folders up to ``root``: their names may tell something."""
    with suppress(OSError):  # it is not empty
        folder.rmdir()
        if folder != root:
            _delete_empty(folder.parent, root)
