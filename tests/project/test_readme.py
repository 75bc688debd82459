"""The README is run: its commands print what it says they print, and its Python works."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SESSION = "\n".join(re.findall(r"```console\n(.*?)```", README, re.DOTALL))
TIMES = re.compile(r"\d+\.\d s\b")
SCORES = re.compile(r"(?<=^ \d  )\d\.\d\d|(?<=^\d  )\d\.\d\d", re.MULTILINE)
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def run(folder: Path, *command: str) -> str:
    """What a command prints, whatever its exit status."""
    rag = Path(sys.executable).with_name("rag")
    program = [str(rag) if command[0] == "rag" else sys.executable, *command[1:]]
    own = {name: value for name, value in os.environ.items() if name != "RAG_READER"}  # which other tests set
    environment = own | {"RAG_INDEX": str(folder / "index"), "COLUMNS": "500", "PYTHONPATH": str(ROOT)}
    return subprocess.run(program, capture_output=True, text=True, cwd=ROOT, env=environment, check=False).stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("readme")
    run(place, "rag", "rebuild", "seeds")
    return place


def commands() -> list[tuple[list[str], str]]:
    parts = re.split(r"^\$ ", SESSION, flags=re.MULTILINE)[1:]
    split = (block.partition("\n") for block in parts)
    return [(re.findall(r'"[^"]*"|\S+', command), output.strip()) for command, _, output in split]


def test_the_session_prints_what_the_readme_shows(tmp_path: Path) -> None:
    assert commands()
    for command, expected in commands():
        output = run(tmp_path, *(word.strip('"') for word in command)).strip()
        assert hide_measures(output) == hide_measures(expected), " ".join(command)
        assert scores(output) == pytest.approx(scores(expected), abs=0.02), " ".join(command)


def hide_measures(output: str) -> str:
    """What a command prints, without times and scores: the reader rounds a little differently on each processor."""
    return SCORES.sub("…", TIMES.sub("… s", output))


def scores(output: str) -> list[float]:
    return [float(score) for score in SCORES.findall(output)]


@pytest.mark.parametrize("code", PYTHON)
def test_the_python_of_the_readme_prints_its_comment(folder: Path, code: str) -> None:
    expected = re.findall(r"^# (.*)$", code, re.MULTILINE)
    assert run(folder, "python", "-c", code).strip().splitlines() == expected
