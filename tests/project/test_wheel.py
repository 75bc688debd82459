"""What others install: the wheel, in an environment of its own and outside the checkout, runs, and tells its types."""

import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import httpx
import pytest

from scripts.project import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.exhaustive]
PACKAGES = ("index", "rag", "ui")
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
USE = """
import index
import rag
import ui

answer = rag.ask("Qui préside ?", index=index.open_index(".index"), k=2)
reveal_type(answer.citations[0].quote)
rag.ask(3)
"""


def path_in(environment: Path, name: str) -> Path:
    """Where an environment has its ``scripts``, or its packages (``purelib``)."""
    base = str(environment)
    return Path(sysconfig.get_path(name, "venv", {"base": base, "platbase": base, "installed_base": base}))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [*PIP, "wheel", str(ROOT), "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)], check=True
    )
    (made,) = folder.glob("sourcier-*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel, which finds the packages that it requires in ours, but not the checkout."""
    environment = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    subprocess.run([*PIP, "--python", str(environment), "install", "--no-deps", "--no-index", str(wheel)], check=True)
    ours = {sysconfig.get_path(name) for name in ("purelib", "platlib")}
    (path_in(environment, "purelib") / "required.pth").write_text("\n".join(sorted(ours)), "utf-8")
    return environment


def options(folder: Path) -> dict[str, object]:
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    surroundings = {**inherited, "RAG_READER": "off", "PYTHONUNBUFFERED": "1"}
    return {"cwd": folder, "env": surroundings, "text": True, "encoding": "utf-8"}


def run(installed: Path, program: str, *arguments: str) -> str:
    command = [str(path_in(installed, "scripts") / program), *arguments]
    done = subprocess.run(command, **options(installed), capture_output=True, check=False)  # type: ignore[call-overload]
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


def test_each_package_says_that_it_is_typed(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert {f"{package}/py.typed" for package in PACKAGES} <= set(archive.namelist())


def test_the_commands_run_outside_the_checkout(installed: Path) -> None:
    assert Path(run(installed, "python", "-c", "import ui; print(ui.__file__)")).is_relative_to(installed)
    assert run(installed, "rag", "--version").split()[-1][0].isdigit()
    assert "5 documents" in run(installed, "rag", "rebuild", str(ROOT / "seeds"))
    assert "Peskov" in run(installed, "rag", "ask", "Qui est le porte-parole du Kremlin ?")


def test_the_page_is_served_outside_the_checkout(installed: Path) -> None:
    command = [str(path_in(installed, "scripts") / "rag"), "serve", "--port", "0"]
    with subprocess.Popen(command, **options(installed), stdout=subprocess.PIPE) as server:  # type: ignore[call-overload]
        try:
            match = re.search(r"https?://\S+", server.stdout.readline())
            assert match is not None
            page = httpx.get(match[0], timeout=60)
            style = httpx.get(f"{match[0]}/app/app.css", timeout=60)
        finally:
            server.terminate()
    assert (page.status_code, style.status_code) == (200, 200)
    assert "Sourcier" in page.text


def check_types(installed: Path, folder: Path) -> str:
    (folder / "use.py").write_text(USE, "utf-8")
    python = str(path_in(installed, "scripts") / "python")
    mypy = [sys.executable, "-m", "mypy", "--strict", "--python-executable", python, "use.py"]
    return str(subprocess.run(mypy, **options(folder), capture_output=True, check=False).stdout)  # type: ignore[call-overload]


def test_a_type_checker_sees_what_it_returns(installed: Path, tmp_path: Path) -> None:
    said = check_types(installed, tmp_path)
    assert 'Revealed type is "str"' in said, said
    assert 'incompatible type "int"; expected "str"' in said
    assert said.count("error:") == 1, said


def test_without_its_marker_a_package_has_no_types(installed: Path, tmp_path: Path) -> None:
    markers = [path_in(installed, "purelib") / package / "py.typed" for package in PACKAGES]
    for marker in markers:
        marker.unlink()
    try:
        said = check_types(installed, tmp_path)
    finally:
        for marker in markers:
            marker.touch()
    assert [package for package in PACKAGES if f'"{package}": module is installed, but missing' not in said] == [], said
    assert 'Revealed type is "Any"' in said
