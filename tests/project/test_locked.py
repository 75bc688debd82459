"""The lock holds what pyproject.toml declares, by hash, and any other file is refused."""

import hashlib
import re
import shlex
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from declared import PROJECT, pin
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.locked import Pin, check_lock, parse_pins
from scripts.project import ROOT, Project

pytestmark = pytest.mark.slow

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
LOCKED = next(re.finditer(r"^LOCKED := (.*)$", MAKEFILE, re.MULTILINE))[1]
PINS = parse_pins((ROOT / "requirements.txt").read_text(encoding="utf-8"))


def test_the_lock_agrees_with_what_is_declared() -> None:
    assert list(check_lock(Project.read(), PINS)) == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-release.txt"])
def test_each_locked_package_has_sha256_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = parse_pins(text)
    assert len(pins) > 50
    assert [pin.name for pin in pins if not pin.hashes] == []
    assert all(re.fullmatch("sha256:[0-9a-f]{64}", digest) for pin in pins for digest in pin.hashes)
    assert re.findall(r"://|--\S*index\S*|--find-links\S*|--trusted-host\S*", text) == []


def test_torch_is_pinned_outside_the_lock_as_it_is_described_to_uv() -> None:
    (torch,) = parse_pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (described,) = table["tool"]["uv"]["dependency-metadata"]
    assert (torch.name, torch.version) == ("torch", described["version"])
    assert {canonicalize_name(Requirement(line).name) for line in described["requires-dist"]} <= {p.name for p in PINS}
    assert [p.name for p in PINS if re.match("torch|triton|nvidia|cuda", p.name)] == []


@pytest.mark.parametrize(
    ("pins", "message"),
    [
        ([pin("web", "2.5"), pin("words", "1")], "checker is declared but not locked: run make lock."),
        (
            [pin("web", "3.0"), pin("words", "1"), pin("checker", "1")],
            "web is locked at 3.0, outside web<3,>=2: run make lock.",
        ),
        (
            [pin("web", "2.5"), Pin("words", "1", "", ()), pin("checker", "1")],
            "words is locked without a hash: run make lock.",
        ),
    ],
)
def test_each_disagreement_is_said(pins: list[Pin], message: str) -> None:
    assert list(check_lock(Project.parse(PROJECT), [pin("hatchling", "1.0"), *pins])) == [message]


def test_torch_in_the_lock_is_refused() -> None:
    pins = [pin(name, "2") for name in ("web", "words", "checker", "torch")]
    (message,) = check_lock(Project.parse(PROJECT), [pin("hatchling", "1.0"), *pins])
    assert message.startswith("torch is in the lock")


def test_a_build_backend_that_setup_does_not_install_is_said() -> None:
    project = Project.parse(PROJECT.replace('setup = ["hatchling==1.0"]', 'setup = ["hatchling==1.1"]'))
    messages = check_lock(project, [pin("hatchling", "1.0"), pin("web", "2"), pin("words", "1"), pin("checker", "1")])
    assert "The setup group does not hold the requirements of [build-system]." in messages


def test_pins_are_read_with_markers_and_hashes() -> None:
    first = "One_Name==1.2 ; python_version < '3' \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via web\n"
    assert parse_pins(f"# a comment\n{first}two==3\n") == [
        Pin("one-name", "1.2", 'python_version < "3"', ("sha256:aa", "sha256:bb")),
        Pin("two", "3", "", ()),
    ]


@pytest.mark.parametrize("line", ["name>=1", "name", "name==1,!=2"])
def test_what_pins_nothing_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="No single version is pinned"):
        parse_pins(line)


@pytest.mark.posix
def test_setup_installs_everything_but_torch_and_the_project_in_hash_mode() -> None:
    dry = ["make", "--dry-run", "--always-make", "--directory", str(ROOT), "setup"]
    done = subprocess.run(dry, capture_output=True, text=True, check=True).stdout
    installations = [line for line in done.splitlines() if " install " in line]
    assert "/uv pip install " in installations[1]
    trusted = [line for line in installations if "--require-hashes" not in line]
    assert len(installations) - len(trusted) >= 2
    assert [line.split()[-1] for line in trusted] == ["torch", "."]
    assert "--no-deps --no-build-isolation" in trusted[1]


# ---- pip and uv themselves, with the options of the Makefile


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    path = tmp_path / "files" / "tiny-1.0-py3-none-any.whl"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tiny.py", "value = 1\n")
        archive.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        archive.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("tiny-1.0.dist-info/RECORD", "")
    return path


INSTALLERS = {
    "pip": (sys.executable, "-m", "pip", "install", "--isolated"),
    "uv": (str(Path(sys.executable).parent / "uv"), "pip", "install", "--no-config", "--offline", "--no-cache"),
}
Install = Callable[[Path, str], subprocess.CompletedProcess[str]]


@pytest.fixture(params=sorted(INSTALLERS))
def install(request: pytest.FixtureRequest) -> Install:
    def run(wheel: Path, requirement: str) -> subprocess.CompletedProcess[str]:
        lock = wheel.parents[1] / "lock.txt"
        lock.write_text(requirement, encoding="utf-8")
        places = ["--no-index", "--find-links", str(wheel.parent), "--target", str(wheel.parents[1] / "there")]
        command = [*INSTALLERS[request.param], *places, *shlex.split(LOCKED), str(lock)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_file_with_the_locked_hash_is_installed(wheel: Path, install: Install) -> None:
    done = install(wheel, f"tiny==1.0 --hash=sha256:{digest(wheel)}\n")
    assert done.returncode == 0, done.stderr
    assert (wheel.parents[1] / "there" / "tiny.py").read_text(encoding="utf-8") == "value = 1\n"


def test_a_tampered_file_is_refused(wheel: Path, install: Install) -> None:
    expected = digest(wheel)
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.writestr("also.py", "value = 2\n")
    done = install(wheel, f"tiny==1.0 --hash=sha256:{expected}\n")
    assert done.returncode != 0
    assert re.search("do not match the hashes|hash mismatch", done.stderr, re.IGNORECASE)
    assert not (wheel.parents[1] / "there" / "tiny.py").exists()


def test_a_package_without_a_hash_is_refused(wheel: Path, install: Install) -> None:
    done = install(wheel, "tiny==1.0\n")
    assert done.returncode != 0
    assert re.search("hashes are required|require-hashes", done.stderr, re.IGNORECASE)
