"""Removing an index whose folder was emptied."""

from pathlib import Path

from index import generation
from index.build import PATIENCE
from index.disk import flush, writing_to
from index.lock import writer_lock
from index.opened import close_index


def remove_index(index: Path, patience: float = PATIENCE) -> None:
    """Remove the index in a folder and its cache; other files of the folder stay, such as conversations.

    ``patience`` is how many seconds to wait for another process that rebuilds the index.

    Raises:
        IndexBusy: the other process did not end in time.
        DiskProblem: the folder may not be written to.
    """
    with writing_to(index), writer_lock(index, patience):
        (index / "CURRENT").unlink(missing_ok=True)
        flush(index)
        generation.clean(index)
        for path in index.glob("cache.sqlite*"):  # it holds the text of what was removed
            path.unlink(missing_ok=True)
    close_index(index)
