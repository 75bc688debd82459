"""Which objects can be files of a mirror. Names of objects are anyone's: none may lead out of its folder.

An object is kept under its own name, and skipped where no file can have that name.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple
from unicodedata import normalize

from index.errors import UnreadableFile
from index.files import HIDDEN
from index.progress import SkippedFile

Fold = Callable[[str], str]  # gives two names the same text where a disk takes them for one

_LONGEST = 255  # bytes of a file's or folder's name
_DEEPEST = 100  # folders, one in the other
# Windows reads these otherwise than as a part of a name.
_WINDOWS = frozenset('<>:"|?*\\')
_DEVICES = frozenset(("con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))))


class Choice(NamedTuple):
    """Names of objects that are kept, in order, and those that are skipped."""

    chosen: list[str]
    skipped: list[SkippedFile]


def choose_objects(names: Iterable[str], fold: Fold) -> Choice:
    """Return which of the objects are kept, by their names below the prefix of the address.

    Hidden names do not belong to a corpus, and are not mentioned.
    """
    choice, possible = Choice([], []), list[str]()
    for name in sorted(set(names)):
        if reason := _refusal(name):
            choice.skipped.append(_skipped(name, reason))
        elif not any(component.startswith(HIDDEN) for component in name.split("/")):
            possible.append(name)
    folders = {fold(parent) for name in possible for parent in _parents(name)}
    spelled: dict[str, str] = {}  # the first of the names that a disk takes for one
    for name in possible:
        if fold(name) in folders:
            choice.skipped.append(_skipped(name, UnreadableFile("there is a folder of the same name")))
        elif all(spelled.setdefault(fold(path), path) == path for path in (*_parents(name), name)):
            choice.chosen.append(name)
        else:
            twin = UnreadableFile("its name clashes with another file's on this disk; rename it")
            choice.skipped.append(_skipped(name, twin))
    return choice


def fold_of(folder: Path) -> Fold:
    """Find out whether the disk of a folder tells apart names that differ by case or by the form of their accents.

    Raises:
        OSError: nothing can be written there.
    """
    probe = folder / f".É-{token_hex(8)}"
    probe.touch(mode=0o600)
    try:
        variants = (probe.name.lower(), normalize("NFD", probe.name))
        is_folding = any(probe.with_name(variant).exists() for variant in variants)
    finally:
        probe.unlink()
    return fold_case if is_folding else str


def fold_case(name: str) -> str:
    """Return the same text for names that differ by case or by the form of their accents."""
    return normalize("NFC", normalize("NFC", name).casefold())


def make_printable(name: str) -> str:
    """Return a name as text that a manifest can hold."""
    return name.encode("utf-8", "replace").decode("utf-8").replace("\0", "�")


def _skipped(name: str, reason: UnreadableFile) -> SkippedFile:
    return SkippedFile.from_error(make_printable(name), reason)


def _parents(name: str) -> Iterator[str]:
    """Yield the folders that a name lies in, the outermost first."""
    for at, character in enumerate(name):
        if character == "/":
            yield name[:at]


def _refusal(name: str) -> UnreadableFile | None:
    """Return why no file below a folder can have this name; None if one can."""
    components = name.split("/")
    if make_printable(name) != name:
        return UnreadableFile("its name is not valid text; rename it")
    if not all(components) or not {".", ".."}.isdisjoint(components):
        return UnreadableFile("its name has an empty part, “.” or “..”; rename it")
    if any(len(os.fsencode(component)) > _LONGEST for component in components):
        return UnreadableFile("its name is too long for a file; rename it")
    if len(components) > _DEEPEST:
        return UnreadableFile("its name has more than {} parts; rename it", _DEEPEST)
    if os.name == "nt" and not all(map(_is_of_windows, components)):
        return UnreadableFile("Windows does not allow this file name; rename it")
    return None


def _is_of_windows(name: str) -> bool:
    is_device = name.partition(".")[0].rstrip().lower() in _DEVICES
    return not (is_device or name[-1] in ". " or any(c in _WINDOWS or c < " " for c in name))
