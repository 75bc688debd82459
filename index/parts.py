"""Parts: runs of documents that are written, checked and kept together.

A generation is a row of parts. Where a part ends is decided by the ids of files alone (content-defined chunking,
Muthitacharoen et al. 2001, "A low-bandwidth network file system"), so that a changed file changes the part that it is
in, and no other: a rebuild takes the others over, and the index is still the one that a fresh build would make.
"""

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import blake2b, sha256
from pathlib import Path

from index import generation
from index.errors import UserError
from index.manifest import FORMAT, Manifest, Part, read_manifest
from index.prepare import Source
from index.private import make_private_folder
from index.store import Store

LEAST = 32  # files of a part, on average
_PARTS = 8  # of a corpus that has enough files; at most twice as many


def runs(sources: Iterable[Source], files: int) -> Iterator[list[Source]]:
    """The sources of each part, in order; ``files`` is how many files the corpus has."""
    length = 1 << max(LEAST, files // _PARTS).bit_length() - 1
    run: list[Source] = []
    for source in sources:
        run.append(source)
        if drawn(source.id, length):
            yield run
            run = []
    if run:
        yield run


def drawn(id: str, of: int) -> bool:
    """Whether the id is the one in so many (a power of two) that is drawn; the same id, the same answer."""
    return int.from_bytes(blake2b(id.encode(), digest_size=4).digest()) % of == 0


def name(run: Sequence[Source]) -> str:
    """The name of a part: a digest of what is in it, in 32 hexadecimal digits."""
    made_of = [FORMAT, *((source.id, source.sha256, source.key) for source in run)]
    return sha256(json.dumps(made_of).encode()).hexdigest()[:32]


def counts(run: Sequence[Source]) -> tuple[int, int, int]:
    """How many documents, passages and sentences the sources have."""
    return len(run), sum(source.passages for source in run), sum(source.sentences for source in run)


class Old:
    """The generation in use, whose files may be taken over where every byte is as it was written."""

    def __init__(self, index: Path, *, fresh: bool = False) -> None:
        """``fresh`` takes nothing over; what is known of the files' hashes only says what a rebuild changed."""
        self.manifest: Manifest | None = None
        self.hashes: dict[str, str] = {}
        with suppress(UserError):  # there is none, or none that can be used
            self._folder = generation.current(index)
            found = read_manifest(self._folder)
            self.manifest = None if fresh else found
            self.hashes = Store([self._folder / part.name for part in found.parts]).hashes()
        self._files = (self.manifest.files if self.manifest else None) or {}

    def is_of(self, digest: str, dimension: int, sources: Sequence[Source]) -> bool:
        """Whether it is the generation that would be written, and every byte is as it was written."""
        old = self.manifest
        if old is None or (old.digest, old.dimension) != (digest, dimension):
            return False
        is_counted = (old.documents, old.passages, old.sentences) == counts(sources)
        return is_counted and not generation.damage(self._folder, old)

    def take(self, names: Sequence[str], target: Path) -> bool:
        """Takes the files, all or none, into another generation on the same disk."""
        if not all(one in self._files and self._is_intact(one) for one in names):
            return False
        for one in names:
            make_private_folder((target / one).parent)
            _link(self._folder / one, target / one)
        return bool(names)

    def files_of(self, part: Part) -> list[str]:
        """The files of a part, if it is there with the same counts."""
        is_there = self.manifest is not None and part in self.manifest.parts
        return [one for one in self._files if is_there and one.startswith(f"{part.name}/")]

    def _is_intact(self, name: str) -> bool:
        return generation.is_intact(self._folder / name, *self._files[name])


def _link(path: Path, target: Path) -> None:
    try:
        os.link(path, target)
    except OSError:  # a disk without hard links
        shutil.copyfile(path, target)  # in a folder that nobody else can open; its mode is set when it is sealed
