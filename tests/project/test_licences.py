"""Licences are understood as SPDX expressions, and each package's must be allowed."""

from importlib.metadata import PathDistribution
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.licences import ALLOWED, LIST, Licence, read_licences, read_pins, refusals, render, state_licence
from scripts.locked import Pin
from scripts.spdx import canonical, is_allowed

LEAVES = st.sampled_from(["MIT", "ISC", "GPL-3.0-only", "Apache-2.0 WITH LLVM-exception"])
TREES = st.recursive(LEAVES, lambda inner: st.tuples(st.sampled_from(["AND", "OR"]), inner, inner), max_leaves=8)
Tree = str | tuple[str, "Tree", "Tree"]


def write(tree: Tree) -> str:
    return tree if isinstance(tree, str) else f"({write(tree[1])} {tree[0]} {write(tree[2])})"


def holds(tree: Tree, allowed: set[str]) -> bool:
    if isinstance(tree, str):
        return tree in allowed
    both = (holds(tree[1], allowed), holds(tree[2], allowed))
    return all(both) if tree[0] == "AND" else any(both)


@given(TREES, st.sets(LEAVES))
def test_an_expression_is_allowed_as_its_tree_is(tree: Tree, allowed: set[str]) -> None:
    assert is_allowed(write(tree), allowed) == holds(tree, allowed)


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT OR GPL-3.0-only AND GPL-2.0-only", True),  # AND binds tighter
        ("MIT AND GPL-3.0-only OR GPL-2.0-only", False),
        ("MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", True),
        ("GPL-3.0-or-later", False),
        ("AGPL-3.0-only", False),
    ],
)
def test_what_may_be_used(expression: str, allowed: bool) -> None:
    assert is_allowed(expression, ALLOWED) is allowed


def test_each_allowed_licence_is_spelt_as_spdx_does() -> None:
    assert {canonical(licence) for licence in ALLOWED} == ALLOWED


def install_distribution(folder: Path, lines: str) -> PathDistribution:
    folder.joinpath("METADATA").write_text(f"Metadata-Version: 2.4\nName: any\nVersion: 1\n{lines}", encoding="utf-8")
    return PathDistribution(folder)


@pytest.mark.parametrize(
    ("metadata", "expression"),
    [
        ("License-Expression: mit or apache-2.0\nLicense: GPL\n", "MIT OR Apache-2.0"),
        ("License: MPL-2.0 AND MIT\n", "MPL-2.0 AND MIT"),
        ("License: Apache License, Version 2.0\n", "Apache-2.0"),
        ("License: Copyright, all of it\nClassifier: License :: OSI Approved :: MIT License\n", "MIT"),
        ("License: BSD\nClassifier: License :: OSI Approved :: BSD License\n", None),  # how many clauses?
        (
            "Classifier: License :: OSI Approved :: MIT License\nClassifier: License :: Other/Proprietary License\n",
            None,
        ),
        ("Classifier: Programming Language :: Python\n", None),
    ],
)
def test_the_licence_is_read_from_metadata(tmp_path: Path, metadata: str, expression: str | None) -> None:
    assert state_licence(install_distribution(tmp_path, metadata), Pin("any", "1", "", ())).expression == expression


def test_a_licence_that_a_person_read_holds_for_that_version_alone(tmp_path: Path) -> None:
    silent = install_distribution(tmp_path, "")
    stated = [state_licence(silent, Pin("axe-playwright-python", version, "", ())) for version in ("0.1.8", "0.1.9")]
    assert [licence.expression for licence in stated] == ["MIT AND MPL-2.0", None]


def test_the_program_in_a_package_is_listed_and_allowed_there_alone(tmp_path: Path) -> None:
    pin = Pin("pypandoc-binary", "1", "", ())
    licence = state_licence(install_distribution(tmp_path, "License-Expression: MIT\n"), pin)
    assert licence.expression == "MIT AND GPL-2.0-or-later"
    assert refusals([licence]) == []
    assert refusals([Licence("other", "1", licence.expression)]) != []


def test_refusals_name_the_package_and_the_reason() -> None:
    licences = [Licence("good", "1", "MIT"), Licence("silent", "2", None), Licence("bad", "3", "GPL-3.0-only")]
    assert refusals(licences) == [
        "silent 2 states no licence that is understood: read it, and add it to READ_LICENCES.",
        "bad 3 is under GPL-3.0-only, which is not allowed.",
    ]


def test_all_that_is_installed_is_allowed() -> None:
    licences, _ = read_licences(read_pins())
    assert len(licences) > 100
    assert refusals(licences) == []


def test_the_list_names_what_is_locked_and_no_other() -> None:
    rows = [line.strip("| ").split(" | ") for line in LIST.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    assert [(name, version) for name, version, _ in rows[1:]] == [(pin.name, pin.version) for pin in read_pins()]


def test_the_list_says_the_licences_of_what_is_installed() -> None:
    licences, _ = read_licences(read_pins())
    page = LIST.read_text(encoding="utf-8").splitlines()
    assert [row for row in render(licences).splitlines() if row not in page] == []


def test_a_package_for_another_platform_is_listed_and_a_missing_one_is_told() -> None:
    elsewhere, missing = Pin("colorama", "0.4.6", 'sys_platform == "nowhere"', ()), Pin("no-such-package", "1", "", ())
    assert read_licences([elsewhere, missing]) == ([Licence("colorama", "0.4.6", "BSD-3-Clause")], [missing])
