"""A generation: one whole index in one folder, written beside the one in use, then put in its place in one step."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from index.disk import flush, replace_text, sha256_of
from index.errors import IndexDamaged, IndexMissing, IndexOutdated, UserError
from index.report import Skipped

FORMAT = 5
_NAME = re.compile(r"generation-(\d{6,})(?:\.partial)?")  # nothing else in the folder is ever removed


class Part(NamedTuple):
    """A run of documents, in a folder of its own."""

    name: str
    documents: int
    passages: int
    sentences: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds, and what it was made with."""

    corpus: str  # the folder
    made: str  # when, ISO 8601
    encoder: str
    fingerprint: str  # of the encoder
    dimension: int
    split: dict[str, int]
    parts: tuple[Part, ...]
    meaning: str  # the kind of meaning index
    groups: str  # a digest of what its groups of vectors were learned from
    probes: int  # how many of them a search looks at
    recall: float  # of the meaning index, measured
    digest: str  # of the ids and contents of all files, and of what made the index of them
    skipped: tuple[Skipped, ...] = ()
    files: dict[str, tuple[int, str]] | None = None  # size and SHA-256 of each file of the generation
    format: int = FORMAT

    @property
    def documents(self) -> int:
        return sum(part.documents for part in self.parts)

    @property
    def passages(self) -> int:
        return sum(part.passages for part in self.parts)

    @property
    def sentences(self) -> int:
        return sum(part.sentences for part in self.parts)


def current(index: Path) -> Path:
    """The folder of the generation in use."""
    try:
        name = (index / "CURRENT").read_text("utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissing("No index in {}. Build one: rag rebuild FOLDER", index) from None
    except (OSError, ValueError) as error:
        raise _unreadable(index / "CURRENT") from error
    if not _NAME.fullmatch(name):
        raise _unreadable(index / "CURRENT")
    return index / name


def in_use(index: Path) -> tuple[Path, Manifest]:
    """The generation in use and its manifest, though it may be replaced meanwhile."""
    while True:
        folder = current(index)
        try:
            return folder, manifest(folder)
        except IndexDamaged:
            if current(index) == folder:  # else it was replaced, and removed
                raise


def encoder_of(index: Path) -> str | None:
    """The name of the encoder that the index was made with; None where there is no index that tells."""
    try:
        return in_use(index)[1].encoder
    except UserError:
        return None


def _unreadable(path: Path) -> IndexDamaged:
    return IndexDamaged("{} cannot be read. Build the index again: rag rebuild FOLDER", path)


def manifest(generation: Path) -> Manifest:
    try:
        plain = json.loads((generation / "manifest.json").read_text("utf-8"))
        if plain["format"] != FORMAT:
            made = "{} was made by another version of this program. Build it again: rag rebuild FOLDER"
            raise IndexOutdated(made, generation.parent)
        if plain.pop("checksum") != _manifest_checksum(plain):
            raise ValueError("it was changed")
        return _manifest(plain)
    except (OSError, ValueError, KeyError, TypeError) as error:
        damaged = "The manifest of {} is absent or damaged. Build it again: rag rebuild FOLDER"
        raise IndexDamaged(damaged, generation) from error


def _manifest(plain: dict[str, Any]) -> Manifest:
    known = {field.name: plain[field.name] for field in fields(Manifest)}
    known["skipped"] = tuple(Skipped(source, clause, tuple(values)) for source, clause, values in known["skipped"])
    known["parts"] = tuple(Part(*part) for part in known["parts"])
    return Manifest(**known)


def _manifest_checksum(plain: dict[str, Any]) -> str:
    return sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


@contextmanager
def written_beside(index: Path) -> Iterator[Path]:
    """An empty folder for a new generation; nothing is left of it when what happens inside fails."""
    folder = index / f"generation-{_last_number(index) + 1:06d}.partial"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def seal(partial: Path, content: Manifest) -> None:
    """Writes the manifest with the checksums of all files, and waits until all is on the disk."""
    files = {name: [path.stat().st_size, sha256_of(path)] for name, path in _files(partial)}
    plain = json.loads(json.dumps(asdict(content) | {"files": files}))
    plain["checksum"] = _manifest_checksum(plain)
    (partial / "manifest.json").write_text(json.dumps(plain, indent=1, ensure_ascii=False), "utf-8")
    for path in (*partial.rglob("*"), partial):
        if path.is_dir() or path.stat().st_nlink == 1:  # what was taken over is on the disk already
            flush(path)


def put_in_place(index: Path, partial: Path) -> None:
    """Makes a sealed generation the one in use. Readers of the old one keep it: its files stay open."""
    final = partial.with_suffix("")
    partial.rename(final)
    flush(index)
    replace_text(index / "CURRENT", final.name)
    clean(index)


def clean(index: Path) -> None:
    """Removes all generations but the one in use, whole or not: what a killed rebuild left."""
    try:
        kept = current(index).name
    except UserError:  # there is none, or none that can be told
        kept = ""
    for folder in _generations(index):
        if folder.name != kept:
            shutil.rmtree(folder, ignore_errors=True)


def damage(generation: Path, content: Manifest) -> list[str]:
    """The files that are absent, or differ in size or checksum from what was written."""
    return [name for name, facts in (content.files or {}).items() if not is_intact(generation / name, *facts)]


def is_intact(path: Path, size: int, checksum: str) -> bool:
    """Whether the file is there with this size and checksum; every byte is read."""
    try:
        return path.is_file() and path.stat().st_size == size and sha256_of(path) == checksum
    except OSError:
        return False


def check_index(index: Path) -> list[str]:
    """The files of the generation in use that are absent or not as they were written; every byte is read."""
    while True:
        folder, content = in_use(index)
        found = damage(folder, content)
        if not found or current(index) == folder:  # else it was replaced while it was checked
            return found


def _generations(index: Path) -> list[Path]:
    return [path for path in index.iterdir() if path.is_dir() and _NAME.fullmatch(path.name)]


def _last_number(index: Path) -> int:
    names = (_NAME.fullmatch(path.name) for path in _generations(index))
    return max((int(match[1]) for match in names if match), default=0)


def _files(generation: Path) -> list[tuple[str, Path]]:
    paths = sorted(path for path in generation.rglob("*") if path.is_file() and path.name != "manifest.json")
    return [(path.relative_to(generation).as_posix(), path) for path in paths]
