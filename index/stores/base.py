"""The protocol of a store, and what it is given of a segment."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from index.errors import UserError
from index.storage.candidates import Candidates
from index.storage.documents import DocumentStore
from index.storage.manifest import Manifest, Segment
from index.storage.vectors import Codes


class StoreError(UserError):
    """A store cannot be used: its client or server is missing, or it refuses."""


class NoStore(StoreError):
    """There is no store at the address, or no snapshot in it."""


class SnapshotGone(StoreError):
    """A snapshot was removed after another was published twice."""


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage as words are looked for in it: under its title, in its language."""

    language: str
    text: str


class SegmentContent(Protocol):
    """The content of a segment, in the order of numbers; each part may be read once more."""

    segment: Segment
    fingerprint: str  # of the encoder
    files: Mapping[str, Path]  # those that tell of its documents

    def passages(self) -> Iterator[IndexedPassage]:
        """Yield the passages."""
        ...

    def codes(self) -> Iterator[Codes]:
        """Yield the quantized vectors of the sentences, some at a time; each of shape (sentences, dimension)."""
        ...


@dataclass(frozen=True, slots=True)
class Published:
    """A snapshot of a store: its number, a token that no other has, and its manifest as JSON."""

    number: int
    token: str
    manifest: str


@dataclass(frozen=True, slots=True)
class StoreState:
    """What there is in a store."""

    current: Published | None
    snapshots: Sequence[tuple[int, str]]  # number and moment of each, newest first
    segments: int
    unused: int  # segments of no snapshot, of a fill that did not end
    size: int  # bytes


class SnapshotWriter(Protocol):
    """Fills a new snapshot, which nobody sees before it is published."""

    @property
    def missing(self) -> Sequence[Segment]:
        """The segments that the store does not hold yet."""
        ...

    def set_aside(self, names: Collection[str]) -> None:
        """Take segments for missing that the store holds damaged; snapshots that have them keep them."""
        ...

    def add(self, content: SegmentContent) -> None:
        """Add a segment, whole or not at all.

        Raises:
            StoreError: the store does not hold what it was given.
        """
        ...

    def verify(self) -> None:
        """Count the rows of those segments that no snapshot has yet, and remove one that lacks some.

        Raises:
            StoreError: one does. The next fill adds it again.
        """
        ...

    def publish(self) -> int:
        """Make the snapshot the current one in one step; return its number."""
        ...


class FileReader(Protocol):
    """Reads the files of the documents of a snapshot."""

    def read(self, segment: Segment, name: str) -> Iterator[bytes]:
        """Yield a file of a segment, piece by piece."""
        ...


class Store(Protocol):
    """An engine that keeps snapshots. Segments are named by their content, and shared by snapshots.

    Whoever reads a snapshot may finish on it after another was published.
    """

    def create(self) -> None:
        """Create what the store needs, if it is not there."""
        ...

    def current(self) -> Published | None:
        """Return the published snapshot."""
        ...

    def state(self) -> StoreState:
        """Return what there is in the store."""
        ...

    def check(self, published: Published) -> Sequence[str]:
        """Return the names of the segments of a snapshot that are not what was sent; every row is read.

        Raises:
            SnapshotGone: the snapshot was removed.
        """
        ...

    def begin(self, manifest: Manifest) -> AbstractContextManager[SnapshotWriter]:
        """Begin a snapshot. What an earlier fill completed is used again.

        Raises:
            IndexLocked: another process is filling one.
        """
        ...

    def rollback(self) -> Published:
        """Publish the snapshot before the current one again.

        Raises:
            StoreError: there is none.
        """
        ...

    def reading(self, published: Published) -> AbstractContextManager["FileReader"]:
        """Keep a snapshot, and read files of its documents.

        Raises:
            SnapshotGone: it was removed.
        """
        ...

    def candidates(self, snapshot: int, token: str, manifest: Manifest, documents: DocumentStore) -> Candidates:
        """Return what proposes passages of a snapshot; it is kept until that is closed.

        Raises:
            SnapshotGone: it was removed.
        """
        ...
