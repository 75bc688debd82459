"""The cluster of a rebuild, where a scheduler is set."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import SchedulerError
from index.workers.recogniser import OcrEngine

if TYPE_CHECKING:
    from index.workers.cluster import Cluster


def connect(
    scheduler: str | None, folder: Path, engine: OcrEngine, *, encodes: bool, sends: bool = False
) -> "AbstractContextManager[Cluster | None]":
    """Return a block in which ``scheduler`` reads ``folder``; without one, a block with nothing.

    Raises:
        SchedulerError: Dask is not installed, the scheduler does not answer, or its workers differ from this machine.
    """
    if scheduler is None:
        return nullcontext()
    try:
        from index.workers.cluster import open_cluster
    except ImportError as error:
        if error.name not in ("dask", "distributed"):
            raise
        raise SchedulerError(
            "{} needs the package distributed, which is not installed: pip install 'sourcier[dask]'", scheduler
        ) from None
    return open_cluster(scheduler, folder, engine, encodes=encodes, sends=sends)
