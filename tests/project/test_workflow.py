"""What the hosts of the project read: the workflow runs what the Makefile runs, on the Pythons that are supported."""

import re
import tomllib
from itertools import chain

import pytest
import yaml  # type: ignore[import-untyped]
from packaging.specifiers import SpecifierSet

from scripts.project import ROOT

WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
STEPS = {name: job["steps"] for name, job in WORKFLOW["jobs"].items()}
ALL_STEPS = list(chain.from_iterable(STEPS.values()))


def recipe(target: str) -> str:
    """The commands of a target, its lines joined where they are broken."""
    match = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    assert match, target
    return match[1].replace("\\\n", " ")


@pytest.mark.parametrize("path", sorted((ROOT / ".github").rglob("*.yml")), ids=lambda path: path.name)
def test_each_file_is_a_table(path) -> None:
    assert isinstance(yaml.safe_load(path.read_text("utf-8")), dict)


def test_the_workflow_may_only_read() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert not [job for job in WORKFLOW["jobs"].values() if "permissions" in job]


def test_each_target_that_the_workflow_makes_exists() -> None:
    made = [re.findall(r"\bmake ([\w-]+)", step.get("run", "")) for step in ALL_STEPS]
    targets = set(chain.from_iterable(made))
    assert {"setup", "test", "coverage"} <= targets
    assert [target for target in targets if not re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)] == []


def test_windows_runs_the_commands_of_make_test() -> None:
    (pytest_command,) = re.findall(r"^PYTEST := (.+)", MAKEFILE, re.MULTILINE)
    recipes = "".join(map(recipe, ("lint", "types", "tests"))).replace("$(PYTEST)", pytest_command)
    commands = re.findall(r"\$\(BIN\)/(.+)", recipes)
    assert len(commands) >= 7
    assert set(commands) <= {step.get("run") for step in STEPS["windows"]}


def test_linux_tests_with_all_packages_that_the_tests_need() -> None:
    assert "xargs --arg-file .ci/packages" in (ROOT / ".ci/run").read_text("utf-8")
    for job in ("posix", "coverage"):
        commands = [step.get("run", "") for step in STEPS[job]]
        (installing,) = (
            at for at, command in enumerate(commands) if "grep -v chromium .ci/packages | xargs" in command
        )
        assert any(command.endswith("chromium") for command in commands[installing:])  # Playwright's own
        assert installing < commands.index("make test" if job == "posix" else "make coverage")


def test_every_supported_python_is_tested_on_every_system() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for job in ("posix", "windows"):
        pythons = WORKFLOW["jobs"][job]["strategy"]["matrix"]["python"]
        assert pythons == [
            version for version in ("3.10", *pythons) if version in SpecifierSet(project["requires-python"])
        ]
        assert pythons[0] == "3.11"
    assert WORKFLOW["jobs"]["posix"]["strategy"]["matrix"]["os"] == ["ubuntu-latest", "macos-latest"]


def test_each_action_is_named_with_its_version() -> None:
    actions = [step["uses"] for step in ALL_STEPS if "uses" in step]
    assert actions
    assert [action for action in actions if not re.fullmatch(r"[\w-]+/[\w-]+@v\d+", action)] == []
