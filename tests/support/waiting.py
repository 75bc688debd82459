"""Wait for a state that another thread, process or task brings about, for as long as a slow machine may take."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_PATIENCE = 10.0  # seconds
_INTERVAL = 0.01  # seconds


def until(condition: Callable[[], object]) -> None:
    """Wait until the condition holds; fail if it does not in time."""
    end = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(_INTERVAL)


async def until_in_loop(condition: Callable[[], object]) -> None:
    """The same, while the other tasks of the loop run."""
    end = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(_INTERVAL)


def open_paths(folder: Path) -> list[str]:
    """The files below a folder that are mapped or open in this process, as Linux tells it."""
    paths = [line.split(maxsplit=5)[-1] for line in Path("/proc/self/maps").read_text().splitlines()]
    for handle in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # the handle that lists them is closed by now
            paths.append(str(handle.readlink()))
    return [path for path in paths if path.startswith(f"{folder}/")]


def left_open(folder: Path) -> list[str]:
    """The same, once another thread has let go of the last thing that it did, too."""
    with suppress(AssertionError):
        until(lambda: not open_paths(folder))
    return open_paths(folder)
