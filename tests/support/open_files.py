"""What this process has open, as Linux tells it."""

from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

_PATIENCE = 10.0  # seconds


def open_paths(folder: Path) -> list[str]:
    """The files below a folder that are mapped or open in this process."""
    paths = [line.split(maxsplit=5)[-1] for line in Path("/proc/self/maps").read_text().splitlines()]
    for handle in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # the handle that lists them is closed by now
            paths.append(str(handle.readlink()))
    return [path for path in paths if path.startswith(f"{folder}/")]


def left_open(folder: Path) -> list[str]:
    """The same, once another thread has let go of the last thing that it did, too."""
    end = monotonic() + _PATIENCE
    while (paths := open_paths(folder)) and monotonic() < end:
        sleep(0.01)
    return paths
