"""Folders that only their owner can open."""

from pathlib import Path

_OWNER_ONLY = 0o700


def make_private_folder(path: Path) -> None:
    """Create a folder and its missing parents, each with mode 0700 whatever the umask.

    A folder that exists keeps its mode.

    Raises:
        OSError: a file has the name, or the parent folder does not allow it.
    """
    if path.is_dir():
        return
    if path.parent != path:
        make_private_folder(path.parent)
    path.mkdir(mode=_OWNER_ONLY, exist_ok=True)
    path.chmod(_OWNER_ONLY)
