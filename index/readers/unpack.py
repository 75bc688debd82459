"""Read a file and the files inside it, such as attachments: each is a document of its own.

Archives may be made to harm: nested without end, or a few bytes that unpack to millions. How deep, how many and how
large files inside may be is limited for the file as a whole, and what exceeds a limit is left out and reported.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import accumulate
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import NamedTuple

from index.documents import Block
from index.errors import UnreadableFile
from index.progress import ReadWarning
from index.readers import registry
from index.readers.ocr import NO_OCR, NeedsOcr, Ocr, Scans
from index.readers.parsed import EmbeddedFile, ParsedFile
from index.readers.passwords import is_locked, locked

PASSWORDS = "passwords"  # among ``FileContents.programs``: what is read depends on whether some are given
DEEPEST = 4  # files around a file, such as an attachment of a message in an archive
MOST = 20_000  # files inside a file; a mailbox holds many
LARGEST = 1 << 30  # bytes of all of them, unpacked
_WARNINGS = 200  # of a file; the rest is counted
_NAME = 120  # characters of a name
_DEEPEST_FOLDER = 8  # folders of an archive that are kept in a name
# Control characters, and marks that no eye sees or that turn what follows: «annexe» and «exe.txt» may end as «txt.exe».
_UNSEEN = r"\x00-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
_NOT_IN_NAMES = re.compile(rf"[{_UNSEEN}\ud800-\udfff\\:]+")


class ReadDocument(NamedTuple):
    """A document of a file: the file itself, whose name is empty, or one inside it (``attachment.pdf``)."""

    name: str
    sha256: str  # of its bytes
    format: str  # the id of its format
    parsed: ParsedFile


@dataclass(frozen=True, slots=True)
class FileContents:
    """All that was read of a file."""

    sha256: str  # of its bytes
    documents: tuple[ReadDocument, ...]  # in the order of the components of their names
    warnings: tuple[ReadWarning, ...] = ()  # with no source, or the name of the file inside
    programs: dict[str, str] = field(default_factory=dict)  # what this depends on: versions by format, and passwords
    scans: Scans = field(default_factory=dict)  # what OCR may still read


def read_contents(
    path: Path,
    converted: Path | None = None,
    ocr: Mapping[str, Ocr] = MappingProxyType({}),
    passwords: Sequence[str] = (),
    scan_folder: Path | None = None,
) -> FileContents:
    """Read a file, or what was made of it (see ``registry.read``), and those inside it.

    Args:
        ocr: what OCR read before, by the names of ``FileContents.scans``.
        passwords: they are tried on what is locked.
        scan_folder: a folder that takes the files inside which OCR may read, under these names.

    Raises:
        NeedsOcr: no text was found, and OCR may find some.
        UnreadableFile: neither it nor any file inside can be read as text.
    """
    walk = _Walk(ocr=ocr, passwords=passwords, scan_folder=scan_folder)
    return _walk(walk, registry.format_of(path), *registry.read(path, converted, ocr.get("", NO_OCR), passwords))


def unpack(data: bytes, file_format: registry.Format) -> FileContents:
    """Do as ``read_contents`` for the bytes of a file.

    Raises:
        UnreadableFile: neither it nor any file inside can be read as text.
    """
    return _walk(_Walk(), file_format, *registry.parse(data, file_format))


def _walk(walk: "_Walk", file_format: registry.Format, digest: str, parsed: ParsedFile) -> FileContents:
    walk.formats.add(file_format.id)
    if parsed.scans:
        walk.scans[""] = parsed.scans
    walk.add("", digest, file_format, parsed)
    if not walk.documents:
        if walk.is_locked:
            raise locked()
        refusal = NeedsOcr("it holds no file that can be read")
        refusal.scans = walk.scans
        raise refusal
    documents = tuple(sorted(walk.documents, key=lambda document: document.name.replace("/", "\0")))
    programs = registry.program_versions(walk.formats) | walk.dependence_on_passwords()
    return FileContents(digest, documents, _limit(walk.warnings), programs, walk.scans)


def is_current(programs: Mapping[str, str], *, has_passwords: bool) -> bool:
    """Return whether a file would be read as it was, by ``FileContents.programs``."""
    versions = {id: version for id, version in programs.items() if id != PASSWORDS}
    needed = programs.get(PASSWORDS, "given" if has_passwords else "missing")
    return needed == ("given" if has_passwords else "missing") and registry.program_versions(versions) == versions


def find_embedded(data: bytes, name: str, digest: str, passwords: Sequence[str] = ()) -> bytes | None:
    """Return the file with this SHA-256 inside another, given its bytes and name; None if there is none.

    Raises:
        UnreadableFile: the file around it cannot be read.
    """
    walk = _Walk(passwords=passwords)
    return next((inner for inner in walk.load_all(data, name) if sha256(inner).hexdigest() == digest), None)


@dataclass(slots=True)
class _Walk:
    """A walk through the files inside a file, and what it may still read."""

    documents: list[ReadDocument] = field(default_factory=list)
    warnings: list[ReadWarning] = field(default_factory=list)
    files: int = MOST
    size: int = LARGEST
    names: dict[str, int] = field(default_factory=dict)  # the number that each was last given
    formats: set[str] = field(default_factory=set)  # of all files, read or not
    ocr: Mapping[str, Ocr] = field(default_factory=dict)  # what OCR read of files inside, by their SHA-256
    passwords: Sequence[str] = ()
    used_passwords: bool = False  # on any file
    is_locked: bool = False  # any file
    scan_folder: Path | None = None  # a folder for files that OCR may read
    scans: dict[str, Sequence[int]] = field(default_factory=dict)  # pages of these, by their SHA-256

    def add(self, name: str, digest: str, file_format: registry.Format, parsed: ParsedFile, depth: int = 0) -> None:
        """Add a document and those inside it; a file that has no text besides theirs is the list of their names."""
        self.warnings += [warning.with_source(name) if name else warning for warning in parsed.warnings]
        self.used_passwords |= parsed.used_passwords
        count, names = len(self.documents), list[str]()
        if parsed.text.strip():
            self.documents.append(ReadDocument(name, digest, file_format.id, parsed))
        for embedded in parsed.embedded:
            if not self._has_room(name):
                break
            inner = self._free(_clean(embedded.name, container=name))
            names.append(inner.removeprefix(f"{name}/"))
            try:
                self._add_embedded(inner, embedded, depth + 1)
            except UnreadableFile as error:
                self.is_locked |= is_locked(error)
                self.warnings.append(ReadWarning.from_error(error, source=inner))
        if not parsed.text.strip() and len(self.documents) > count:
            self.documents.append(ReadDocument(name, digest, file_format.id, _list_of(names)))

    def _add_embedded(self, name: str, embedded: EmbeddedFile, depth: int) -> None:
        if depth > DEEPEST:
            raise UnreadableFile("it is nested too deeply")
        data = self._load(embedded)
        file_format = registry.find_format(name, data)
        self.formats.add(file_format.id)
        digest, parsed = self._parse(data, file_format)
        self.add(name, digest, file_format, parsed, depth)

    def _parse(self, data: bytes, file_format: registry.Format) -> tuple[str, ParsedFile]:
        """Parse a file, with what OCR read of it, or keep it where OCR may read more."""
        ocr = self.ocr.get(sha256(data).hexdigest(), NO_OCR) if self.ocr else NO_OCR
        try:
            digest, parsed = registry.parse(data, file_format, ocr, self.passwords)
        except NeedsOcr as error:
            self._keep(data, error.scans[""])
            raise
        if parsed.scans:
            self._keep(data, parsed.scans)
        return digest, parsed

    def dependence_on_passwords(self) -> dict[str, str]:
        """Return whether the same is read with passwords or without; where a file is still locked, neither is sure."""
        if not (self.used_passwords or self.is_locked):
            return {}
        return {
            PASSWORDS: "other" if self.used_passwords and self.is_locked else "missing" if self.is_locked else "given"
        }

    def _keep(self, data: bytes, pages: Sequence[int]) -> None:
        if self.scan_folder is not None:
            digest = sha256(data).hexdigest()
            (self.scan_folder / digest).write_bytes(data)
            self.scans[digest] = pages

    def _load(self, embedded: EmbeddedFile) -> bytes:
        self.files -= 1
        data = embedded.load()
        self.size -= len(data)
        return data

    def _free(self, name: str) -> str:
        """Return the name, numbered where another file has it."""
        path, free = PurePosixPath(name), name
        while free in self.names:
            self.names[name] += 1
            free = str(path.with_name(f"{path.stem} ({self.names[name]}){path.suffix}"))
        self.names[free] = 1
        return free

    def _has_room(self, name: str) -> bool:
        if self.files > 0 and self.size > 0:
            return True
        too_many = UnreadableFile("it holds more than {} files, or {} MB; the others are left out", MOST, LARGEST >> 20)
        if not any(warning.clause == too_many.sentence for warning in self.warnings):
            self.warnings.append(ReadWarning.from_error(too_many, source=name))
        return False

    def load_all(self, data: bytes, name: str, depth: int = 0) -> Iterator[bytes]:
        """Yield the bytes of each file inside, those of a file before those of what is inside it."""
        try:
            _, parsed = registry.parse(data, registry.find_format(name, data), passwords=self.passwords)
        except UnreadableFile:
            return
        for embedded in parsed.embedded:
            if depth >= DEEPEST or not self._has_room(name):
                return
            with suppress(UnreadableFile):
                loaded = self._load(embedded)
                yield loaded
                if registry.find_format(embedded.name, loaded).is_container:
                    yield from self.load_all(loaded, embedded.name, depth + 1)


def _list_of(names: Sequence[str]) -> ParsedFile:
    """Return the names of files, each on a line, as headings: they can be searched, and prove nothing."""
    ends = list(accumulate(len(name) + 1 for name in names))
    blocks = (Block("heading", end - len(name) - 1, end - 1) for name, end in zip(names, ends, strict=True))
    return ParsedFile("\n".join(names), blocks=tuple(blocks))


def _clean(name: str, container: str) -> str:
    """Return the id of a file inside ``container`` from the name that it has there, which may be anything."""
    components = [name_part for name_part in map(_clean_part, name.split("/")) if name_part][-_DEEPEST_FOLDER:]
    return "/".join([*([container] if container else []), *(components or ["file"])])


def _clean_part(name: str) -> str:
    """Return a part of a name that is not hidden, not too long, and of characters that a name may have."""
    stem, dot, suffix = " ".join(_NOT_IN_NAMES.sub(" ", name).split()).lstrip(".~$ ").rpartition(".")
    return f"{stem[:_NAME].strip()}{dot}{suffix[:_NAME]}"


def _limit(warnings: Sequence[ReadWarning]) -> tuple[ReadWarning, ...]:
    """Return the first warnings, and how many there are more."""
    if len(warnings) <= _WARNINGS:
        return tuple(warnings)
    omitted = UnreadableFile("{} more parts could not be read", len(warnings) - _WARNINGS)
    return (*warnings[:_WARNINGS], ReadWarning.from_error(omitted))
