"""What pyproject.toml declares, and the parsed sources of the project."""

import ast
import gc
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Project:
    """The direct dependencies, by purpose, and the reasons given for those that an import does not explain.

    ``optional`` are those of all extras that users may install; the extra ``test`` is for contributors.
    ``imported_through`` maps a distribution that the code imports to the dependency that requires it.
    ``used_without_import`` maps a dependency that no file imports to what it is for.
    """

    build: tuple[Requirement, ...]
    runtime: tuple[Requirement, ...]
    optional: tuple[Requirement, ...]
    test: tuple[Requirement, ...]
    setup: tuple[Requirement, ...]
    release: tuple[Requirement, ...]
    imported_through: dict[str, str]
    used_without_import: dict[str, str]

    @classmethod
    def read(cls, path: Path = ROOT / "pyproject.toml") -> Self:
        return cls.parse(path.read_text(encoding="utf-8"))

    @classmethod
    def parse(cls, text: str) -> Self:
        table: dict[str, Any] = tomllib.loads(text)
        extras = dict(table["project"].get("optional-dependencies", {}))
        test = extras.pop("test", [])
        groups = table.get("dependency-groups", {})
        review = table.get("tool", {}).get("review-dependencies", {})
        return cls(
            build=_requirements(table["build-system"]["requires"]),
            runtime=_requirements(table["project"].get("dependencies", [])),
            optional=_requirements([line for lines in extras.values() for line in lines]),
            test=_requirements(test),
            setup=_requirements(groups.get("setup", [])),
            release=_requirements(groups.get("release", [])),
            imported_through=review.get("imported-through", {}),
            used_without_import=review.get("used-without-import", {}),
        )


def parse_source(source: str) -> ast.Module:
    """Parse Python. Python 3.11 miscounts the depth of a tree if the garbage collector runs code meanwhile."""
    collects = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(source)
    finally:
        if collects:
            gc.enable()


def names(requirements: tuple[Requirement, ...]) -> set[str]:
    """Return the canonical names of ``requirements``."""
    return {str(canonicalize_name(requirement.name)) for requirement in requirements}


def _requirements(lines: list[str | dict[str, str]]) -> tuple[Requirement, ...]:
    return tuple(Requirement(line) for line in lines if isinstance(line, str))  # tables include other groups
