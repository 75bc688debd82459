"""What all stores say in the same words when they refuse. Each function returns an error to raise."""

from index.errors import IndexCorrupted, IndexLocked
from index.stores.base import NoStore, SnapshotGone, StoreError


def no_store(url: str) -> NoStore:
    """Return the error for a database without a store."""
    return NoStore("There is no store in {}. Create one: rag store init", url)


def of_another_version(url: str) -> NoStore:
    """Return the error for a store that another version of the program made."""
    return NoStore(
        "The store in {} was made by another version of this program. Name another schema in its address, and fill"
        " that: rag store init",
        url,
    )


def no_answer(url: str, message: str) -> StoreError:
    """Return the error for a database that does not answer; ``message`` is what the client says."""
    return StoreError("The database {} does not answer: {}. Check that it is running.", url, message)


def not_allowed(url: str, message: str) -> StoreError:
    """Return the error for a right that is missing; ``message`` is what the database says."""
    return StoreError(
        "The database {} does not allow that: {}. Its administrator can grant it; docs/stores.md lists the rights"
        " needed.",
        url,
        message,
    )


def no_earlier_snapshot(url: str) -> StoreError:
    """Return the error for a rollback without an earlier snapshot."""
    return StoreError("{} holds no earlier snapshot.", url)


def snapshot_gone(url: str, snapshot: int) -> SnapshotGone:
    """Return the error for a snapshot that was removed while a question was answered."""
    return SnapshotGone("The store in {} no longer holds the snapshot {}. Ask again.", url, snapshot)


def being_filled(url: str) -> IndexLocked:
    """Return the error for a store that another process is filling."""
    return IndexLocked("{} is being filled by another process. Wait for it, or stop it.", url)


def segment_differs(url: str, segment: str) -> StoreError:
    """Return the error for a segment whose stored content is not what was sent."""
    return StoreError(
        "{} does not hold what it was sent for the segment {}. Publish again: rag store publish", url, segment
    )


def vectors_missing(sentences: int) -> IndexCorrupted:
    """Return the error for sentences whose vectors the store does not hold."""
    return IndexCorrupted(
        "The store lacks the vectors of {} sentences. Send them again: rag store publish --check", sentences
    )
