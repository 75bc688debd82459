"""The documents of the corpus folder, for a person: what is indexed, what is not, and how to add and remove some."""

import datetime as dt
import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from queue import SimpleQueue
from threading import Thread
from typing import IO, Literal

from index import Document, Index, Report, open_index, rebuild
from index.errors import Unreadable, UserError
from index.folder import files
from index.language import fold
from index.read import KINDS, no_reader
from index.report import Progress

State = Literal["indexed", "changed", "gone", "new", "skipped"]
SHOWN = 200  # entries in a list: more are found by searching
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


class Library:
    """The corpus folder of an index, and what the index knows of it."""

    def __init__(self, index: Path, build: Callable[..., Report] = rebuild) -> None:
        self.index, self.build = index, build

    @property
    def corpus(self) -> Path:
        return Path(open_index(self.index).manifest.corpus)

    def entries(self, query: str = "") -> list[Entry]:
        """What the index does not say yet first, then the documents in order; at most ``SHOWN`` that hold the query."""
        found = (entry for entry in self._all() if _holds(entry, query))
        return [entry for entry, _ in zip(found, range(SHOWN), strict=False)]

    def _all(self) -> Iterator[Entry]:
        opened = open_index(self.index)
        known, skipped = set(opened.document_ids), {one.source: one.error for one in opened.manifest.skipped}
        present, _ = files(self.corpus, self.index) if self.corpus.is_dir() else ([], [])
        paths = {file.id: file.path for file in present}
        yield from (Entry(id, id, "new") for id in paths if id not in known and id not in skipped)
        yield from (Entry(id, id, "skipped", reason=reason) for id, reason in skipped.items())
        made = dt.datetime.fromisoformat(opened.manifest.made).timestamp()
        yield from (_entry(opened, id, paths.get(id), made) for id in opened.document_ids)

    def receive(self, name: str, content: IO[bytes]) -> str:
        """Takes a file into the corpus folder, never over another; the id it has there."""
        if (kind := PurePosixPath(name).suffix.lower()) not in KINDS:
            raise NotReceived("«{}»: {}.", name[-80:], no_reader(kind))
        target = _free(self.corpus / _safe(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}.part")  # hidden until whole: no rebuild reads half a file
        with beside.open("wb") as out:
            shutil.copyfileobj(content, out)
        beside.rename(target)
        return target.relative_to(self.corpus).as_posix()

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

    def rebuild(self) -> Iterator[Progress | Report | UserError]:
        """Rebuilds the index; what happens while it does, and at last its report or why it could not."""
        told: SimpleQueue[Progress | Report | UserError] = SimpleQueue()
        worker = Thread(target=self._rebuild, args=(told.put,), daemon=True)
        worker.start()
        while isinstance(event := told.get(), Progress):
            yield event
        yield event

    def _rebuild(self, tell: Callable[[Progress | Report | UserError], None]) -> None:
        try:
            tell(self.build(self.corpus, self.index, progress=tell))
        except UserError as error:
            tell(error)
        except BaseException as error:  # the page must hear of its end; the thread keeps the traceback
            tell(UserError("The rebuild failed ({}); the terminal tells more. The index is as it was.", error))
            raise


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
