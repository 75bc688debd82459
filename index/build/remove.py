"""Remove an index whose folder was emptied."""

from pathlib import Path

from index.build.rebuild import PATIENCE
from index.disk_errors import translate_disk_errors
from index.files import fsync_path
from index.index import close_index
from index.storage import snapshot
from index.storage.lock import writer_lock
from index.stores.base import StoreError
from index.stores.replica import is_replica


def remove_index(index: Path, patience: float = PATIENCE) -> None:
    """Remove the index in a folder and its cache; other files of the folder stay, such as conversations.

    ``patience`` is how many seconds to wait for another process that rebuilds the index.

    Raises:
        StoreError: the index is in a store.
        IndexLocked: the other process did not end in time.
        StorageError: the folder may not be written to.
    """
    if is_replica(index):
        raise StoreError(
            "Emptying the folder does not empty a store. Put a document in the folder, or publish another index."
        )
    with translate_disk_errors(index), writer_lock(index, patience):
        (index / "CURRENT").unlink(missing_ok=True)
        fsync_path(index)
        snapshot.remove_stale(index)
        for path in index.glob("cache.sqlite*"):  # it holds the text of what was removed
            path.unlink(missing_ok=True)
    close_index(index)
