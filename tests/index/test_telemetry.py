"""ONNX Runtime reports nothing to its maker, and keeps nothing to report."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import index

pytestmark = pytest.mark.slow


def run(code: str, home: Path) -> list[Path]:
    """Run code with a home of its own; return the files that it leaves there."""
    home.mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    environment |= {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    root = Path(index.__file__).parents[1]
    subprocess.run([sys.executable, "-c", code], env=environment, cwd=root, check=True, capture_output=True)
    return [path for path in home.rglob("*") if path.is_file()]


def test_nothing_is_recorded_of_the_use_of_the_models(tmp_path: Path) -> None:
    assert run("import rag.models; rag.models.models().reader.embed_question('Qui ?')", tmp_path / "reader") == []
    assert run("import index.encoders.onnx_int8", tmp_path / "encoder") == []
