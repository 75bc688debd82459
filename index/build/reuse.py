"""What a rebuild takes over of the snapshot in use."""

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from index.errors import UserError
from index.private import make_private_folder
from index.storage import snapshot
from index.storage.documents import DocumentStore
from index.storage.manifest import Manifest, Part, read_manifest
from index.storage.segments import Source, counts


class PreviousSnapshot:
    """The generation in use, whose files may be taken over where every byte is as it was written."""

    def __init__(self, index: Path, *, fresh: bool = False) -> None:
        """``fresh`` takes nothing over; what is known of the files' hashes only says what a rebuild changed."""
        self.manifest: Manifest | None = None
        self.hashes: dict[str, str] = {}
        with suppress(UserError):  # there is none, or none that can be used
            self._folder = snapshot.current(index)
            found = read_manifest(self._folder)
            self.manifest = None if fresh else found
            self.hashes = DocumentStore([self._folder / part.name for part in found.parts]).hashes()
        self._files = (self.manifest.files if self.manifest else None) or {}

    def is_of(self, digest: str, dimension: int, sources: Sequence[Source]) -> bool:
        """Whether it is the generation that would be written, and every byte is as it was written."""
        old = self.manifest
        if old is None or (old.digest, old.dimension) != (digest, dimension):
            return False
        is_counted = (old.documents, old.passages, old.sentences) == counts(sources)
        return is_counted and not snapshot.damage(self._folder, old)

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
        return snapshot.is_intact(self._folder / name, *self._files[name])


def _link(path: Path, target: Path) -> None:
    try:
        os.link(path, target)
    except OSError:  # a disk without hard links
        shutil.copyfile(path, target)  # in a folder that nobody else can open; its mode is set when it is sealed
