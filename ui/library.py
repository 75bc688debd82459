"""The documents of the corpus folder, for a person: what is indexed, what is not, and how to add and remove some."""

import datetime as dt
import filecmp
import hashlib
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from secrets import token_hex
from threading import Lock
from typing import IO, Literal, NamedTuple

from index import Document, Index, open_index
from index.errors import Unreadable, UserError
from index.folder import files
from index.language import fold
from index.read import KINDS, no_reader
from ui.indexing import Indexing

State = Literal["indexed", "changed", "gone", "new", "skipped"]
SHOWN = 50  # entries at a time
FILE_LIMIT = 200 * 2**20  # bytes
REMOVED = "removed"  # folder beside the index: what is removed can be fetched back


class NotReceived(UserError):
    """A file that was sent is not taken into the corpus."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the corpus folder, or one that was there."""

    id: str
    title: str
    state: State
    date: dt.date | None = None
    passages: int = 0
    reason: Unreadable | None = None  # why it was skipped

    @property
    def kind(self) -> str:
        return PurePosixPath(self.id).suffix.lstrip(".").lower()


class Listed(NamedTuple):
    """Some of the entries whose names hold ``words``."""

    entries: tuple[Entry, ...]
    words: str = ""
    page: int = 1  # from 1
    total: int = 0

    @property
    def is_last(self) -> bool:
        return self.page * SHOWN >= self.total


class Library:
    """The corpus folder of an index, and what the index knows of it."""

    def __init__(self, index: Path) -> None:
        self.index, self.indexing = index, Indexing(index)
        self._seen: tuple[Path | None, dict[str, Path]] = (None, {})
        self._placing = Lock()  # two files of one name may come at once

    @property
    def corpus(self) -> Path:
        return Path(open_index(self.index).manifest.corpus)

    @property
    def edition(self) -> str:
        """Changes whenever the index does; empty where there is none."""
        try:
            return open_index(self.index).generation.name
        except UserError:
            return ""

    def entries(self, words: str = "", page: int = 1) -> Listed:
        """What the folder and the index do not agree about, then the documents, whose names hold the words."""
        opened = open_index(self.index)
        present = self._present(opened, words)
        differing = [entry for entry in _differing(opened, present) if _holds(entry, words)]
        start = (page - 1) * SHOWN
        first = differing[start : start + SHOWN]
        ids = opened.named(words, max(0, start - len(differing)), SHOWN - len(first))
        made = dt.datetime.fromisoformat(opened.manifest.made).timestamp()
        documents = [_entry(opened, id, present.get(id), made) for id in ids]
        return Listed((*first, *documents), words, page, len(differing) + opened.count_named(words))

    def _present(self, opened: Index, words: str) -> dict[str, Path]:
        """The files of the folder by id; for one who searches as they were when the list was opened."""
        if not words or self._seen[0] != opened.generation:
            found, _ = files(self.corpus, self.index) if self.corpus.is_dir() else ([], [])
            self._seen = opened.generation, {file.id: file.path for file in found}
        return self._seen[1]

    def receive(self, name: str, content: IO[bytes]) -> str:
        """Takes a file into the corpus folder, never over one that differs; the id it has there."""
        if (kind := PurePosixPath(name).suffix.lower()) not in KINDS:
            raise NotReceived("«{}»: {}.", name[-80:], no_reader(kind))
        corpus = self.corpus
        if not corpus.is_dir():
            raise NotReceived("The folder {} is not there. Put it back, then add files.", corpus)
        wanted = corpus / _safe(name)
        try:
            wanted.parent.mkdir(parents=True, exist_ok=True)
            return self._placed(content, wanted).relative_to(corpus).as_posix()
        except OSError as error:
            raise NotReceived("«{}» cannot be added ({}).", name[-80:], error.strerror or error) from error

    def _placed(self, content: IO[bytes], wanted: Path) -> Path:
        """Where the content is now: whole, under the name that is wanted or one beside it."""
        beside = wanted.with_name(f".{token_hex(8)}.part")  # hidden until whole: no rebuild reads half a file
        try:
            with beside.open("wb") as out:
                shutil.copyfileobj(content, out)
            with self._placing:
                same = wanted.is_file() and filecmp.cmp(beside, wanted, shallow=False)
                return beside.replace(wanted if same else _free(wanted))
        finally:
            beside.unlink(missing_ok=True)

    def remove(self, id: str) -> None:
        """Takes a file out of the corpus folder, and keeps it beside the index."""
        path = self.corpus / id
        if id not in {file.id for file in files(self.corpus, self.index)[0]}:
            raise NotReceived("There is no file «{}» in {}.", id, self.corpus)
        kept = _free(self.index / REMOVED / PurePosixPath(id))
        kept.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.move(path, kept)
        except OSError as error:
            raise NotReceived("«{}» cannot be removed ({}).", id, error.strerror or error) from error


def _differing(opened: Index, present: Mapping[str, Path]) -> Iterator[Entry]:
    """The files that are not in the index, and those that could not be read."""
    skipped = {one.source: one.error for one in opened.manifest.skipped}
    known = {*opened.document_ids, *skipped}
    yield from (Entry(id, id, "new") for id in present if id not in known)
    yield from (Entry(id, id, "skipped", reason=reason) for id, reason in skipped.items())


def _entry(opened: Index, id: str, path: Path | None, made: float) -> Entry:
    document = opened.document(id)
    state: State = "gone" if path is None else "changed" if _differs(path, document, made) else "indexed"
    return Entry(id, document.title, state, document.date, len(opened.passages_of(id)))


def _differs(path: Path, document: Document, made: float) -> bool:
    """Whether a file that was written to since holds something else."""
    return path.stat().st_mtime >= made and hashlib.sha256(path.read_bytes()).hexdigest() != document.sha256


def _holds(entry: Entry, query: str) -> bool:
    return all(word in fold(f"{entry.id} {entry.title}") for word in fold(query).split())


def _safe(name: str) -> PurePosixPath:
    """A path that stays inside the corpus: no way up, no root, no hidden name, nothing a file system refuses."""
    parts = [re.sub(r'[\x00-\x1f\x7f<>:"|?*]', "_", part).strip() for part in re.split(r"[/\\]", name)]
    kept = [part.lstrip(".")[-150:] for part in parts if part.strip(". ")]
    if not kept:
        raise NotReceived("«{}» is no name for a file.", name[:80])
    return PurePosixPath(*kept)


def _free(path: Path) -> Path:
    """The path, or the same with a number where a file has it already."""
    numbered = (path.with_stem(f"{path.stem} ({n})") for n in range(2, 10_000))
    return next(p for p in (path, *numbered) if not p.exists()) if path.exists() else path
