"""Build a release into dist/: wheel, source distribution, software bill of materials, and SHA256SUMS over them.

Run by ``make release``. The same commit gives the same bytes: file times are those of the commit, and only committed
files go in.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from scripts.project import ROOT
from scripts.sbom import make_sbom

DIST = ROOT / "dist"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.release", description="Build a release into dist/.")
    parser.add_argument("--environment", type=Path, default=ROOT / ".venv", help="where make setup installed")
    environment: Path = parser.parse_args(arguments).environment
    if changes := _git("status", "--porcelain"):
        print(f"A release is built from a commit. Commit or stash first:\n{changes}", file=sys.stderr)
        return 1
    os.environ["SOURCE_DATE_EPOCH"] = _git("log", "-1", "--format=%ct")
    shutil.rmtree(DIST, ignore_errors=True)
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(DIST), str(ROOT)]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    sbom = make_sbom(environment, Path(sys.executable).with_name("cyclonedx-py"))
    (DIST / f"sourcier-{version}.cdx.json").write_text(sbom, encoding="utf-8")
    sums = checksums(DIST)
    (DIST / "SHA256SUMS").write_text(sums, encoding="utf-8")
    print(sums, end="")
    return 0


def checksums(folder: Path) -> str:
    """Return a line for each file of ``folder``, by name, in the format that ``sha256sum --check`` reads."""
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}
    return "".join(f"{digest}  {name}\n" for name, digest in digests.items())


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], capture_output=True, text=True, cwd=ROOT, check=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
