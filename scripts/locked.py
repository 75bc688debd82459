"""What the lock files pin, whether pyproject.toml agrees, and what changed between two of them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from scripts.project import Project

ENVIRONMENT = ("requirements.txt", "constraints.txt")  # what make setup installs
TOOLS = ("requirements-release.txt",)
UNHASHED = "torch"  # its builds differ from machine to machine; constraints.txt pins its version
_HASH = re.compile(r"--hash=(\S+)")


@dataclass(frozen=True, slots=True)
class Pin:
    """One version of a package, for the environments of ``marker``, and the hashes of its published files."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]

    def is_for_here(self) -> bool:
        return not self.marker or Marker(self.marker).evaluate()


@dataclass(frozen=True, slots=True)
class Drift:
    """How one lock differs from another; ``changed`` holds name, earlier and later version."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[tuple[str, str, str], ...]
    rehashed: tuple[str, ...]


def parse_pins(text: str) -> list[Pin]:
    """Return the pins of a requirements or constraints file, in its order.

    Raises:
        ValueError: a line does not pin one version with ``==``.
    """
    joined = re.sub(r"\\\n", " ", text)
    lines = (line.split(" #")[0].strip() for line in joined.splitlines() if not line.lstrip().startswith("#"))
    return [_parse_pin(line) for line in lines if line]


def check_lock(project: Project, pins: Iterable[Pin]) -> Iterator[str]:
    """Yield a sentence for each way in which the lock and pyproject.toml disagree."""
    locked = {pin.name: pin for pin in pins}
    for requirement in (*project.build, *project.runtime, *project.optional, *project.test, *project.setup):
        pin = locked.get(canonicalize_name(requirement.name))
        if pin is None:
            yield f"{requirement.name} is declared but not locked: run make lock."
        elif Version(pin.version) not in requirement.specifier:
            yield f"{pin.name} is locked at {pin.version}, outside {requirement}: run make lock."
    yield from (f"{pin.name} is locked without a hash: run make lock." for pin in locked.values() if not pin.hashes)
    if UNHASHED in locked:
        yield f"{UNHASHED} is in the lock, which would impose one of its builds: see the lock target of the Makefile."
    if not set(map(str, project.build)) <= set(map(str, project.setup)):
        yield "The setup group does not hold the requirements of [build-system]."


def compare(earlier: Iterable[Pin], later: Iterable[Pin]) -> Drift:
    """Return what was added, removed, changed, or given other hashes under the same version."""
    old, new = _by_name(earlier), _by_name(later)
    common = [(old[name], new[name]) for name in sorted(old.keys() & new.keys())]
    return Drift(
        added=tuple(f"{name} {new[name].version}" for name in sorted(new.keys() - old.keys())),
        removed=tuple(f"{name} {old[name].version}" for name in sorted(old.keys() - new.keys())),
        changed=tuple((was.name, was.version, now.version) for was, now in common if was.version != now.version),
        rehashed=tuple(now.name for was, now in common if was.version == now.version and _replaced(was, now)),
    )


def _replaced(was: Pin, now: Pin) -> bool:
    """Return whether a hash has gone: files may be added to a version, but a published file never changes."""
    return bool(set(was.hashes) - set(now.hashes))


def _by_name(pins: Iterable[Pin]) -> dict[str, Pin]:
    return {pin.name: pin for pin in pins}


def _parse_pin(line: str) -> Pin:
    requirement = Requirement(_HASH.sub("", line).strip())
    versions = list(requirement.specifier)
    if len(versions) != 1 or versions[0].operator != "==":
        raise ValueError(f"No single version is pinned by {line!r}.")
    marker = str(requirement.marker or "")
    return Pin(canonicalize_name(requirement.name), versions[0].version, marker, tuple(_HASH.findall(line)))
