"""What others install: the wheel alone, outside the checkout, runs, and tells its types."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx
import pytest

from scripts.project import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.exhaustive]
USE = """
import rag

answer = rag.ask("Qui préside ?", index=".index", k=2)
reveal_type(answer.citations[0].quote)
rag.ask(3)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "wheel", str(ROOT), "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)], check=True
    )
    (made,) = folder.glob("sourcier-*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of its own, with nothing but the wheel."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def command(installed: Path, *arguments: str) -> tuple[list[str], dict[str, object]]:
    started = "import sys, ui; from ui.cli.main import main; assert ui.__file__.startswith(sys.argv.pop(1)); main()"
    surroundings = {**os.environ, "PYTHONPATH": str(installed), "RAG_READER": "off", "PYTHONUNBUFFERED": "1"}
    options: dict[str, object] = {"cwd": installed, "env": surroundings, "text": True, "encoding": "utf-8"}
    return [sys.executable, "-c", started, str(installed), *arguments], options


def run(installed: Path, *arguments: str) -> str:
    line, options = command(installed, *arguments)
    done = subprocess.run(line, **options, capture_output=True, check=False)  # type: ignore[call-overload]
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


def test_each_package_says_that_it_is_typed(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert {f"{package}/py.typed" for package in ("index", "rag", "ui")} <= set(archive.namelist())


def test_the_commands_run_outside_the_checkout(installed: Path) -> None:
    assert run(installed, "--version").split()[-1][0].isdigit()
    assert "5 documents" in run(installed, "rebuild", str(ROOT / "seeds"))
    assert "Peskov" in run(installed, "ask", "Qui est le porte-parole du Kremlin ?")


def test_the_page_is_served_outside_the_checkout(installed: Path) -> None:
    line, options = command(installed, "serve", "--port", "0")
    with subprocess.Popen(line, **options, stdout=subprocess.PIPE) as server:  # type: ignore[call-overload]
        try:
            address = re.search(r"https?://\S+", server.stdout.readline())[0]
            page = httpx.get(address, timeout=60)
            style = httpx.get(f"{address}/app/app.css", timeout=60)
        finally:
            server.terminate()
    assert (page.status_code, style.status_code) == (200, 200)
    assert "Sourcier" in page.text


def test_a_type_checker_sees_what_it_returns(tmp_path: Path) -> None:
    """With the settings and the cache of ``make types``; without the cache it takes half a minute."""
    settings = (ROOT / "pyproject.toml").read_text("utf-8")
    config = tmp_path / "pyproject.toml"
    config.write_text(re.sub(r"^packages = .*\n", "", settings, flags=re.MULTILINE), encoding="utf-8")
    mypy = [sys.executable, "-m", "mypy", "--config-file", str(config), "-c", USE]
    done = subprocess.run(mypy, cwd=ROOT, capture_output=True, text=True, check=False)
    assert 'Revealed type is "str"' in done.stdout, done
    assert 'incompatible type "int"; expected "str"' in done.stdout
    assert done.stdout.count("error:") == 1, done.stdout
