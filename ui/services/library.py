"""The documents of the corpus folder, for people: what is indexed, what is not, how to add and remove some."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import IO, Literal, NamedTuple

from index import Document, Index, open_index
from index.build.scan import holds_files, scan_folder
from index.documents import is_of
from index.errors import IndexNotFound, UnreadableFile, UserError
from index.files import sha256_of
from index.language import fold
from index.mirror.corpus import Corpus
from index.progress import ReadWarning
from ui.services import removal
from ui.services.folders import Folders
from ui.services.indexing import RebuildJob, Request
from ui.services.removal import Removed
from ui.services.uploads import NotReceived, Uploads, clean_path, remove_leftovers

State = Literal["indexed", "changed", "gone", "new", "skipped"]
SHOWN = 50  # entries at a time
_REMOVED_BEFORE = "removed"  # folder of the index, where earlier versions kept removed files


class NoSample(UserError):
    """No sample ships with this installation."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that is, or was, in the corpus folder."""

    id: str
    title: str
    state: State
    date: dt.date | None = None
    passages: int = 0
    reason: UnreadableFile | None = None  # why it was skipped
    is_inside: bool = False  # it is inside another file, such as an attachment
    warnings: tuple[ReadWarning, ...] = ()  # what of it could not be read
    file_date: dt.date | None = None  # when the file was saved, as it says

    @property
    def kind(self) -> str:
        return PurePosixPath(self.id).suffix.lstrip(".").lower()


class Listed(NamedTuple):
    """A page of the entries whose names contain ``words``."""

    entries: tuple[Entry, ...]
    words: str = ""
    page: int = 1  # from 1
    total: int = 0

    @property
    def is_last(self) -> bool:
        return self.page * SHOWN >= self.total


class Library:
    """The documents of the current folder: indexed or not, added and removed by the user.

    The sample is never changed: files added while it is shown go to the personal folder, which then replaces it in the
    index.
    """

    def __init__(self, index: Path, folders: Folders | None = None) -> None:
        self.index, self.folders = index, folders or Folders(index)
        self.indexing = RebuildJob(index, folder=lambda: self.folders.current)
        self._moving = Lock()  # two files may be given one name at once
        self._uploads = Uploads(index, self._moving)
        self._listing: tuple[Path | None, dict[str, Path]] | None = None
        self._has_received = False  # files that are not of the folder that is shown

    def open(self) -> None:
        """Prepare the personal folder, and index it if it holds documents and there is no index.

        Raises:
            UserError: the folder is a file, or there is an index that cannot be read.
        """
        personal = self.folders.personal
        if personal.is_file():
            Corpus.of(personal).check()
        self.folders.remember()
        self._migrate()
        if not self.folders.is_sample_folder(personal):
            remove_leftovers(personal)
        if self._open() is None and holds_files(personal, self.index):
            self.indexing.start()

    @property
    def corpus(self) -> Path:
        """The folder of the documents that are shown."""
        return self.folders.current

    @property
    def edition(self) -> str:
        """The name of the current snapshot; empty if there is no index."""
        try:
            return open_index(self.index).snapshot.name
        except UserError:
            return ""

    def entries(self, words: str = "", page: int = 1) -> Listed:
        """Return a page of the files that differ from the index, then the documents; names contain ``words``."""
        opened = self._open()
        present = self._present(opened, words)
        differing = [entry for entry in _differing(opened, present) if _holds(entry, words)]
        start = (page - 1) * SHOWN
        first = differing[start : start + SHOWN]
        if opened is None:
            return Listed(tuple(first), words, page, len(differing))
        ids = opened.find_by_name(words, max(0, start - len(differing)), SHOWN - len(first))
        indexed_at = dt.datetime.fromisoformat(opened.manifest.created_at).timestamp()
        documents = [_entry(opened, id, present, indexed_at) for id in ids]
        return Listed((*first, *documents), words, page, len(differing) + opened.count_by_name(words))

    def _open(self) -> Index | None:
        try:
            return open_index(self.index)
        except IndexNotFound:
            return None

    def _present(self, opened: Index | None, words: str) -> dict[str, Path]:
        """Return the files of the folder by id; a search reuses the last full listing."""
        snapshot = opened.snapshot if opened else None
        if not words or self._listing is None or self._listing[0] != snapshot:
            files, _ = scan_folder(self.corpus, self.index) if self.corpus.is_dir() else ([], [])
            self._listing = snapshot, {file.id: file.path for file in files}
        return self._listing[1]

    def receive(self, name: str, content: IO[bytes]) -> str:
        """Write a file into the personal folder, without replacing a different one; return its id.

        Raises:
            NotReceived: the file cannot be taken.
            UserError: the folder is not there.
        """
        personal = self.folders.personal
        if self.folders.is_sample_folder(personal):
            raise _read_only()
        self._check_is_here()
        path = clean_path(name)  # before anything is created
        try:
            personal = self.folders.make_personal()
        except OSError as error:
            raise NotReceived("“{}” cannot be added ({}).", path, error.strerror or error) from error
        if not personal.is_dir():
            raise NotReceived("The folder {} does not exist. Put it back, then add files.", personal)
        id = self._uploads.receive(personal, name, content)
        self._has_received = True
        self.folders.remember()
        return id

    def rebuild(self) -> None:
        """Update the index of the current folder; of the personal one once files were added to that."""
        received, self._has_received = self._has_received, False
        self._migrate()
        self.indexing.start(Request(folder=self.folders.personal if received else None))

    def show_sample(self) -> None:
        """Index the sample in place of the personal documents, which stay where they are.

        Raises:
            NoSample: none ships with this installation.
        """
        if self.folders.sample is None:
            raise NoSample("There is no sample on this machine. Add documents of your own.")
        self.folders.remember()
        self.indexing.start(Request(folder=self.folders.sample, keep_cache=True))

    def show_personal(self) -> None:
        """Index the personal folder in place of the sample."""
        self.indexing.start(Request(folder=self.folders.personal))

    def remove(self, id: str) -> Removed:
        """Move a document to the hidden folder of removed files, and start a rebuild; it may be the last document.

        Raises:
            UserError: it is of the sample, or not there, or cannot be moved.
        """
        folder = self.corpus
        if self.folders.is_sample_folder(folder):
            raise _read_only()
        self._check_is_here()
        with self._moving:
            removed = removal.remove(folder, id, self.index)
        self.folders.remember()
        self.indexing.start(Request(folder=folder, may_empty=True))
        return removed

    def restore(self, removed: Removed) -> str:
        """Restore a removed document, and start a rebuild; return its id, a new one if the old is taken.

        Raises:
            UserError: it is not there, or cannot be moved.
        """
        personal = self.folders.personal
        with self._moving:
            id = removal.restore(personal, removed, self.index)
        self.indexing.start(Request(folder=personal))
        return id

    def delete(self, path: str) -> None:
        """Delete a removed document permanently.

        Raises:
            UserError: it is not there, or cannot be deleted.
        """
        removal.delete(self.folders.personal, path)

    def path_of(self, removed: Removed) -> Path:
        """Return the path of a removed document."""
        return self.folders.personal / removal.REMOVED / removed.path

    def _check_is_here(self) -> None:
        """Check that the documents are in a folder on this machine.

        Raises:
            NotReceived: they are elsewhere, and their mirror here is not what a person changes.
        """
        if address := self.folders.elsewhere:
            raise NotReceived("The documents are in {}. Change them there, then update the index.", address)

    def _migrate(self) -> None:
        """Move files that earlier versions kept in the index to the folder that they were removed from."""
        old = self.index / _REMOVED_BEFORE
        if old.is_dir():
            with suppress(OSError), self._moving:
                if (personal := self.folders.make_personal()).is_dir():
                    removal.migrate(old, personal)


def _read_only() -> NotReceived:
    return NotReceived("The sample cannot be changed. Add documents of your own instead.")


def _differing(opened: Index | None, present: Mapping[str, Path]) -> Iterator[Entry]:
    """Yield the files that are not in the index, then those that could not be read."""
    if opened is None:
        yield from (Entry(id, id, "new") for id in present)
        return
    skipped = {file.source: file.error for file in opened.manifest.skipped}
    containers = {
        str(path) for id in opened.document_ids for path in PurePosixPath(id).parents
    }  # folders, and archives
    indexed = {*opened.document_ids, *skipped, *containers}
    yield from (Entry(id, id, "new") for id in present if id not in indexed)
    yield from (Entry(id, id, "skipped", reason=reason) for id, reason in skipped.items())


def _entry(opened: Index, id: str, present: Mapping[str, Path], indexed_at: float) -> Entry:
    document = opened.document(id)
    warnings = tuple(warning for warning in opened.manifest.warnings if is_of(warning.source, id))
    state, passages = _state(document, present.get(document.file.id), indexed_at), len(opened.passages_of(id))
    entry = Entry(id, document.title, state, document.date, passages, warnings=warnings)
    return replace(entry, is_inside=document.container is not None, file_date=document.file_date)


def _state(document: Document, path: Path | None, indexed_at: float) -> State:
    """Compare a file with its indexed content; it is read only if written after ``indexed_at`` (seconds)."""
    try:
        if path is None:
            return "gone"
        if path.stat().st_mtime < indexed_at:
            return "indexed"
        return "indexed" if sha256_of(path) == document.file.sha256 else "changed"
    except FileNotFoundError:  # removed since the folder was listed
        return "gone"
    except OSError:  # it can no longer be read
        return "changed"


def _holds(entry: Entry, query: str) -> bool:
    return all(word in fold(f"{entry.id} {entry.title}") for word in fold(query).split())
