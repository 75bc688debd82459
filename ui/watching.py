"""Keeps an index current with its folder while something else runs."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from index import Report, UserError, keep_current
from index.errors import CorpusMissing
from ui.state import corpus

_PATIENCE = 5.0  # seconds for a rebuild to end; after that it is dropped, and the index stays the old one


@contextmanager
def watching(index: Path, told: Callable[[Report | UserError], None]) -> Iterator[None]:
    """``told`` gets the outcome of each rebuild, from a thread that ends with the block.

    Raises:
        UserError: there is no such index, or its folder is gone.
    """
    folder = corpus(index)
    if not folder.is_dir():
        raise CorpusMissing("No folder {} to watch. Put it back, or serve without --watch.", folder)
    stop = threading.Event()
    options = {"told": told, "stop": stop}
    thread = threading.Thread(target=keep_current, args=(folder, index), kwargs=options, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_PATIENCE)
