"""Compare the dependencies that the code imports with those that pyproject.toml declares."""

import ast
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from packaging.utils import canonicalize_name

from scripts.project import Project, names, parse_source

SHIPPED = ("index", "rag", "ui")
FOLDERS = (*SHIPPED, "bench", "scripts", "tests")

# Per canonical name of a distribution: how many files of each folder import it.
Uses = dict[str, Counter[str]]


def imported_modules(source: str) -> set[str]:
    """Return the top-level modules that a source file imports, without its own package and the standard library."""
    modules: set[str] = set()
    for node in ast.walk(parse_source(source)):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules.add(node.module)
    return {module.partition(".")[0] for module in modules} - sys.stdlib_module_names


def count_uses(root: Path, providers: Mapping[str, list[str]]) -> Uses:
    """Count the files that import each distribution.

    ``providers`` maps modules to distributions, as ``importlib.metadata.packages_distributions()`` does. A module that
    it does not hold counts as a distribution of the same name.
    """
    uses: Uses = {}
    for folder in FOLDERS:
        paths = sorted((root / folder).rglob("*.py"))
        internal = set(FOLDERS) | (
            {path.stem for path in paths} if folder == "tests" else set()
        )  # tests/ is on the path
        for path in paths:
            for module in imported_modules(path.read_text(encoding="utf-8")) - internal:
                for name in {canonicalize_name(name) for name in providers.get(module, [module])}:
                    uses.setdefault(name, Counter())[folder] += 1
    return uses


def undeclared(project: Project, uses: Uses) -> Iterator[str]:
    """Yield a sentence for each import that the requirements of its folder do not cover."""
    shipped = names(project.runtime) | names(project.optional)
    everywhere = shipped | names(project.test)
    declared = {folder: shipped if folder in SHIPPED else everywhere for folder in FOLDERS}
    declared["scripts"] = everywhere | names(project.release)
    for name, folders in sorted(uses.items()):
        required_as = canonicalize_name(project.imported_through.get(name, name))
        for folder in sorted(folder for folder in folders if required_as not in declared[folder]):
            yield f"{folder}/ imports {name}, which pyproject.toml does not declare for it."


def unused(project: Project, uses: Uses) -> Iterator[str]:
    """Yield a sentence for each dependency that no import and no reason explains, and for each idle reason."""
    shipped, test = names(project.runtime) | names(project.optional), names(project.test)
    explained = {canonicalize_name(name) for name in project.used_without_import}
    for name in sorted(shipped | test):
        folders = SHIPPED if name in shipped else FOLDERS
        if name not in explained and not any(uses.get(name, Counter())[folder] for folder in folders):
            yield f"{name} is declared, but {', '.join(folders)} do not import it."
    yield from (f"{name} has a reason, but is not declared." for name in sorted(explained - shipped - test))
