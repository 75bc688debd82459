"""Wait for a state that another thread, process or task brings about, for as long as a slow machine may take."""

import asyncio
import time
from collections.abc import Callable

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
