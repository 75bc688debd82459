"""The software bill of materials of a release, in CycloneDX: what the wheel requires, with licences and hashes.

cyclonedx-py lists the installed packages with their metadata, and the locked ones with the hashes of their files. This
joins the two, and keeps what Sourcier itself requires: no tools for tests and builds, and no optional dependencies.
"""

import json
import subprocess
import sysconfig
from collections.abc import Callable, Collection, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.licences import read_pins, state_licence
from scripts.project import ROOT, Project

Bom = dict[str, Any]  # a CycloneDX document, or a part of one, as JSON
Graph = dict[str, set[str]]  # canonical names of packages, and what each requires


def make_sbom(environment: Path, cyclonedx_py: Path) -> str:
    """Return the bill of materials for what is installed in ``environment``, as JSON.

    Raises:
        ValueError: the result is not valid CycloneDX.
    """
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    common = ["--output-reproducible", "--output-format", "JSON", "--spec-version", "1.6"]
    described = ["environment", str(environment), "--pyproject", str(ROOT / "pyproject.toml")]
    installed = _run([str(cyclonedx_py), *described, *common])
    locked = _run([str(cyclonedx_py), "requirements", str(ROOT / "requirements.txt"), *common])
    packages = find_packages(environment)
    graph = resolve(Project.read().runtime, lambda name: packages[name].requires or [])
    licences = {pin.name: state_licence(packages[pin.name], pin).expression for pin in read_pins() if pin.name in graph}
    text = json.dumps(join(installed, locked, graph, licences), indent=2, ensure_ascii=False) + "\n"
    if error := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise ValueError(f"The bill of materials is not valid CycloneDX: {error}")
    return text


def find_packages(environment: Path) -> dict[str, Distribution]:
    """Return the packages of a virtual environment of the running Python, by canonical name."""
    base = {"base": str(environment), "platbase": str(environment)}
    folders = {sysconfig.get_path(kind, "venv", base) for kind in ("purelib", "platlib")}
    return {str(canonicalize_name(package.name)): package for package in distributions(path=sorted(folders))}


def resolve(requirements: Collection[Requirement], requires: Callable[[str], Collection[str]]) -> Graph:
    """Return all packages that ``requirements`` need on this platform, with their own requirements.

    ``requires`` returns what a package states; a requirement behind an extra counts only where the extra is asked for.
    The requirements themselves are those of the empty name.
    """
    graph: Graph = {"": set()}
    waiting = [("", requirement) for requirement in requirements]
    resolved: set[tuple[str, str]] = set()
    while waiting:
        parent, requirement = waiting.pop()
        name = str(canonicalize_name(requirement.name))
        graph[parent].add(name)
        graph.setdefault(name, set())
        for extra in {"", *requirement.extras}:
            if (name, extra) not in resolved:
                resolved.add((name, extra))
                waiting.extend((name, needed) for needed in map(Requirement, requires(name)) if _applies(needed, extra))
    return graph


def join(installed: Bom, locked: Bom, graph: Graph, licences: Mapping[str, str | None]) -> Bom:
    """Return ``installed`` for the packages of ``graph`` alone, with the files of ``locked`` and with SPDX licences."""
    files = {_name(component): component.get("externalReferences", []) for component in locked["components"]}
    chosen = {_name(component): component for component in installed["components"] if _name(component) in graph}
    components = [
        _state_licence(_drop_local_version(component), licences.get(name))
        | {"externalReferences": [*component.get("externalReferences", []), *files.get(name, [])]}
        for name, component in chosen.items()
    ]
    refs = {"": installed["metadata"]["component"]["bom-ref"]}
    refs |= {name: component["bom-ref"] for name, component in zip(chosen, components, strict=True)}
    dependencies = [
        {"ref": refs[name], "dependsOn": sorted(refs[needed] for needed in graph[name])} for name in ("", *chosen)
    ]
    return installed | {"components": components, "dependencies": dependencies}


def _applies(requirement: Requirement, extra: str) -> bool:
    """Return whether a requirement applies here; with ``extra``, whether it applies for that extra only."""
    if requirement.marker is None:
        return not extra
    plain = requirement.marker.evaluate({"extra": ""})
    return plain if not extra else not plain and requirement.marker.evaluate({"extra": extra})


def _state_licence(component: Bom, expression: str | None) -> Bom:
    """Set the reviewed licence of ``component``, unless its metadata states one in SPDX terms."""
    stated = [item.get("license", item) for item in component.get("licenses", [])]
    if expression is None or any("id" in licence or "expression" in licence for licence in stated):
        return component
    return component | {"licenses": [{"expression": expression, "acknowledgement": "concluded"}]}


def _drop_local_version(component: Bom) -> Bom:
    """Drop the local version of torch's build, as any build of the version will do."""
    version, _, local = component["version"].partition("+")
    purl, ref = (component[field].replace(f"%2B{local}", "").replace(f"+{local}", "") for field in ("purl", "bom-ref"))
    return component | {"version": version, "purl": purl, "bom-ref": ref} if local else component


def _name(component: Bom) -> str:
    return str(canonicalize_name(component["name"]))


def _run(command: list[str]) -> Bom:
    completed = subprocess.run(command, capture_output=True, text=True, check=True)
    bom: Bom = json.loads(completed.stdout)
    return bom
