"""Review what the project depends on: ``python -m scripts.review_dependencies [--since REVISION]``, or ``make review``.

Prints the direct dependencies with the files that import them, then what must be looked at, then what could not be
checked, for want of a network for example. Exit status 0: nothing to look at; 1: something; 2: wrong arguments.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.utils import canonicalize_name

from scripts.licences import read_licences, read_pins, refusals
from scripts.locked import ENVIRONMENT, TOOLS, Drift, Pin, check_lock, compare, parse_pins
from scripts.project import ROOT, Project, names
from scripts.registry import audit, newer_versions
from scripts.uses import Uses, count_uses, undeclared, unused


@dataclass(slots=True)
class Review:
    """What a review has found so far."""

    to_look_at: list[str] = field(default_factory=list)
    not_checked: list[str] = field(default_factory=list)


def review_network(review: Review, pip_audit: Path) -> dict[str, str]:
    """Add known advisories to ``review``, and return the newest version of each package that has a newer one."""
    newer = newer_versions()
    if newer is None:
        review.not_checked.append("newer versions: no package index can be reached")
    if not pip_audit.exists():
        review.not_checked.append("advisories: pip-audit is not installed, make review installs it")
    elif audited := audit([ROOT / name for name in (*ENVIRONMENT, *TOOLS)], pip_audit):
        review.to_look_at.extend(audited.advisories)
        review.not_checked.extend(f"advisories on {name}: unknown to the service" for name in audited.unknown)
    else:
        review.not_checked.append("advisories: no service can be reached that knows the packages")
    return {canonicalize_name(name): version for name, version in (newer or {}).items()}


def review_code(review: Review, project: Project, pins: list[Pin], uses: Uses) -> None:
    """Add to ``review`` what the files of the project alone show."""
    locked = [pin for pin in pins if pin.hashes]
    licences, missing = read_licences(pins)
    review.to_look_at += [*check_lock(project, locked), *undeclared(project, uses), *unused(project, uses)]
    review.to_look_at += refusals(licences)
    review.not_checked += [f"licence of {pin.name} {pin.version}: not installed, run make setup" for pin in missing]


def describe_uses(project: Project, pins: list[Pin], uses: Uses, newer: dict[str, str]) -> Iterator[str]:
    """Yield a line for each direct dependency: name, locked version, newest version, and what uses it."""
    locked = {pin.name: pin.version for pin in pins}
    reasons = {str(canonicalize_name(name)): reason for name, reason in project.used_without_import.items()}
    for name in sorted(names((*project.runtime, *project.optional, *project.test))):
        folders = ", ".join(f"{folder} {count}" for folder, count in uses.get(name, {}).items())
        used = "; ".join(filter(None, (folders, reasons.get(name))))
        yield f"  {name:24}{locked.get(name, '?'):16}{newer.get(name, ''):16}{used}"


def describe_drift(drift: Drift) -> Iterator[str]:
    yield from (f"  added    {package}" for package in drift.added)
    yield from (f"  removed  {package}" for package in drift.removed)
    yield from (f"  changed  {name} {was} -> {now}" for name, was, now in drift.changed)


def read_revision(revision: str, files: tuple[str, ...]) -> list[Pin]:
    """Return the pins of ``files`` as of a git revision; none of those that it does not hold.

    Raises:
        ValueError: git does not know the revision.
    """
    if _git("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").returncode:
        raise ValueError(f"Git knows no revision {revision!r}.")
    outputs = [_git("show", f"{revision}:{name}") for name in files]
    return [pin for file in outputs if file.returncode == 0 for pin in parse_pins(file.stdout)]


def review_drift(review: Review, since: str, until: str | None) -> Iterator[str]:
    """Yield how the locks changed, and add to ``review`` each package with a hash replaced under the same version."""
    for title, files in (("The environment", ENVIRONMENT), ("The tools", TOOLS)):
        later = read_revision(until, files) if until else read_pins(files)
        drift = compare(read_revision(since, files), later)
        lines = list(describe_drift(drift))
        yield from (f"\n{title}, since {since}:", *(lines or ["  no version changed"]))
        review.to_look_at += [f"{name} has the same version, but other hashes." for name in drift.rehashed]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.review_dependencies", description=__doc__)
    parser.add_argument("--since", metavar="REVISION", help="also show how the locks changed since a git revision")
    parser.add_argument("--until", metavar="REVISION", help="... up to another one, instead of the files as they are")
    parser.add_argument("--offline", action="store_true", help="ask no network for newer versions and advisories")
    options = parser.parse_args(arguments)
    review = Review()
    try:
        drift = list(review_drift(review, options.since, options.until)) if options.since else []
    except ValueError as error:
        parser.error(str(error))
    project, pins = Project.read(), read_pins()
    uses = count_uses(ROOT, packages_distributions())
    review_code(review, project, pins, uses)
    newer = {} if options.offline else review_network(review, Path(sys.prefix) / "tools" / "bin" / "pip-audit")
    print(f"  {'direct dependency':24}{'locked':16}{'newest':16}files that import it; other use")
    print(*describe_uses(project, pins, uses, newer), sep="\n")
    print(*drift, sep="\n", end="\n" if drift else "")
    _print_list("Not checked", review.not_checked)
    _print_list("To look at", review.to_look_at or ["nothing"])
    return 1 if review.to_look_at else 0


def _print_list(title: str, lines: list[str]) -> None:
    if lines:
        print(f"\n{title}:", *(f"  {line}" for line in lines), sep="\n")


def _git(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], capture_output=True, text=True, cwd=ROOT, check=False)


if __name__ == "__main__":
    sys.exit(main())
