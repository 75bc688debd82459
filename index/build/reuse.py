"""What a rebuild reuses of the snapshot in use."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from index.errors import UserError
from index.private import make_private_folder
from index.storage import snapshot
from index.storage.documents import DocumentStore
from index.storage.manifest import Manifest, Segment, read_manifest
from index.storage.segments import Source, count_all


class PreviousSnapshot:
    """The snapshot in use. Its files may be linked if every byte is intact."""

    def __init__(self, index: Path, *, fresh: bool = False) -> None:
        """Read what the snapshot holds. With ``fresh``, link nothing; hashes only tell what a rebuild changes."""
        self.manifest: Manifest | None = None
        self.hashes: dict[str, str] = {}
        with suppress(UserError):  # there is none, or none that can be used
            self._folder = snapshot.find_current(index)
            manifest = read_manifest(self._folder)
            self.manifest = None if fresh else manifest
            self.hashes = DocumentStore([self._folder / segment.name for segment in manifest.segments]).hashes()
        self._files = (self.manifest.files if self.manifest else None) or {}

    def is_of(self, digest: str, dimension: int, sources: Sequence[Source]) -> bool:
        """Return whether the new snapshot would be the same, and every byte is intact."""
        old = self.manifest
        if old is None or (old.digest, old.dimension) != (digest, dimension):
            return False
        is_counted = (old.documents, old.passages, old.sentences) == count_all(sources)
        return is_counted and not snapshot.find_corrupted(self._folder, old)

    def link_files(self, names: Sequence[str], target: Path) -> bool:
        """Link intact files, all or none, into another snapshot on the same disk; return whether they are there."""
        if not all(name in self._files and self._is_intact(name) for name in names):
            return False
        for name in names:
            make_private_folder((target / name).parent)
            snapshot.link(str(self._folder / name), str(target / name))
        return bool(names)

    def files_of(self, segment: Segment) -> list[str]:
        """Return the names of the files of a segment, if there is one with the same counts."""
        is_there = self.manifest is not None and segment in self.manifest.segments
        return [name for name in self._files if is_there and name.startswith(f"{segment.name}/")]

    def _is_intact(self, name: str) -> bool:
        return snapshot.is_intact(self._folder / name, *self._files[name])
