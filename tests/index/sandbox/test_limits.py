"""Limits hold where the system has them; where it refuses one, as macOS does, a worker starts all the same."""

import sys
from pathlib import Path

import pytest

from index.sandbox.limits import limit_resources
from index.sandbox.programs import ProgramFailed, run_program

PYTHON = str(Path(sys.executable).resolve())  # of a virtual environment, only that can be read
PROGRAM = "import os, sys; open('home', 'w').write(os.environ['HOME']); sys.exit({})"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_a_limit_that_the_system_refuses_is_left_out(monkeypatch):
    import resource

    limits: dict[int, tuple[int, int]] = {}

    def refuse(kind: int, limit: tuple[int, int]) -> None:
        if kind == resource.RLIMIT_AS:
            raise ValueError("current limit exceeds maximum limit")
        limits[kind] = limit

    monkeypatch.setattr(resource, "setrlimit", refuse)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    limit_resources(memory=1 << 30, file=1000)
    assert limits == {resource.RLIMIT_FSIZE: (1000, 1000), resource.RLIMIT_CORE: (0, 0)}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_a_limit_stays_below_the_one_that_was_set_before(monkeypatch):
    import resource

    limits: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(resource, "setrlimit", limits.__setitem__)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (100, 100))
    limit_resources(memory=1000)
    assert limits == {resource.RLIMIT_AS: (100, 100), resource.RLIMIT_CORE: (0, 0)}


def run(program: str, folder: Path, seconds: float = 30.0) -> None:
    run_program([PYTHON, "-c", program], folder, seconds=seconds, memory=1 << 32, largest=1000)


@pytest.fixture(params=["here", "windows"])
def system(request, monkeypatch) -> None:
    """Windows has neither ``execve`` in place nor groups of processes."""
    if request.param == "windows":
        monkeypatch.setattr("index.sandbox.programs._CAN_EXECUTE", False, raising=False)
        monkeypatch.delattr("os.killpg", raising=False)


@pytest.mark.usefixtures("system")
def test_a_program_runs_with_its_folder_as_home_and_its_status_counts(tmp_path):
    run(PROGRAM.format(0), tmp_path)
    assert Path(tmp_path, "home").read_text() == str(tmp_path)
    with pytest.raises(ProgramFailed) as raised:
        run(PROGRAM.format(3), tmp_path)
    assert raised.value.status == 3
    with pytest.raises(ProgramFailed) as raised:
        run("import time; time.sleep(60)", tmp_path, seconds=0.5)
    assert raised.value.status is None
