"""What only the network tells: newer versions, from pip's package index, and known advisories."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.project import ROOT


@dataclass(frozen=True, slots=True)
class Audit:
    """The result of pip-audit: ``advisories`` as text, and the packages unknown to the service."""

    advisories: tuple[str, ...]
    checked: int
    unknown: tuple[str, ...]


def newer_versions() -> dict[str, str] | None:
    """Return the newest version of each outdated installed package; None if no index can be reached."""
    once = ["--retries", "0", "--timeout", "10"]
    if _run([sys.executable, "-m", "pip", "index", "versions", "pip", *once]).returncode:
        return None
    completed = _run([sys.executable, "-m", "pip", "list", "--outdated", "--format", "json", *once])
    return parse_outdated(completed.stdout) if completed.returncode == 0 else None


def parse_outdated(output: str) -> dict[str, str]:
    return {package["name"]: package["latest_version"] for package in json.loads(output)}


def audit(files: Sequence[Path], pip_audit: Path) -> Audit | None:
    """Audit the pins of ``files`` with pip-audit; return None if its service cannot be reached or knows none."""
    options = ["--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off"]
    return parse_audit(_run([str(pip_audit), *options, *(f"--requirement={path}" for path in files)]).stdout)


def parse_audit(output: str) -> Audit | None:
    """Parse the JSON of pip-audit; return None if there is none, or it covers no package."""
    try:
        packages: list[dict[str, Any]] = json.loads(output)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        return None
    audited = [package for package in packages if "skip_reason" not in package]
    if not audited:
        return None
    advisories = [_describe(package, advisory) for package in audited for advisory in package["vulns"]]
    return Audit(
        tuple(advisories), len(audited), tuple(package["name"] for package in packages if "skip_reason" in package)
    )


def _describe(package: dict[str, Any], advisory: dict[str, Any]) -> str:
    fixed = f"fixed in {', '.join(advisory['fix_versions'])}" if advisory["fix_versions"] else "not fixed yet"
    return f"{package['name']} {package['version']}: {advisory['id']}, {fixed}."


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
