"""A release states what it requires, with licences and hashes, and the checksums of its files."""

import subprocess
from pathlib import Path

from packaging.requirements import Requirement

from scripts.release import checksums
from scripts.sbom import join, resolve

STATED = {
    "web": ["sockets>=1", 'colours; extra == "pretty"', 'never; python_version < "3"', 'tester; extra == "test"'],
    "sockets": ["web"],
    "colours": [],
    "words": ["web[pretty]"],
}


def component(name: str, version: str = "1", **more: object) -> dict[str, object]:
    return {
        "bom-ref": f"{name}=={version}",
        "name": name,
        "version": version,
        "purl": f"pkg:x/{name}@{version}",
        **more,
    }


def test_what_is_required_is_followed_without_unasked_extras() -> None:
    assert resolve([Requirement("Web")], STATED.__getitem__) == {"": {"web"}, "web": {"sockets"}, "sockets": {"web"}}


def test_an_extra_that_is_asked_for_counts() -> None:
    graph = resolve([Requirement("words"), Requirement("web")], STATED.__getitem__)
    assert graph["web"] == {"sockets", "colours"}
    assert "tester" not in graph


def test_the_bill_holds_what_is_required_with_licences_and_files() -> None:
    installed = {
        "metadata": {"component": {"bom-ref": "root"}},
        "components": [
            component("Web", licenses=[{"license": {"name": "BSD License"}}], externalReferences=[{"type": "vcs"}]),
            component("sockets", "2+cpu", licenses=[{"license": {"id": "ISC"}}]),
            component("tester"),
        ],
        "dependencies": [],
    }
    locked = {"components": [{"name": "web", "externalReferences": [{"type": "distribution"}]}]}
    graph = {"": {"web"}, "web": {"sockets"}, "sockets": set()}
    bill = join(installed, locked, graph, {"web": "BSD-3-Clause", "sockets": "MIT"})
    web, sockets = bill["components"]
    assert web["licenses"] == [{"expression": "BSD-3-Clause", "acknowledgement": "concluded"}]
    assert web["externalReferences"] == [{"type": "vcs"}, {"type": "distribution"}]
    assert (sockets["version"], sockets["purl"], sockets["licenses"]) == (
        "2",
        "pkg:x/sockets@2",
        [{"license": {"id": "ISC"}}],
    )
    assert bill["dependencies"] == [
        {"ref": "root", "dependsOn": ["Web==1"]},
        {"ref": "Web==1", "dependsOn": ["sockets==2"]},
        {"ref": "sockets==2", "dependsOn": []},
    ]


def test_sha256sum_accepts_the_checksums_and_sees_a_change(tmp_path: Path) -> None:
    (tmp_path / "b.whl").write_bytes(b"b")
    (tmp_path / "a.tar.gz").write_bytes(b"a")
    sums = checksums(tmp_path)
    assert [line.split()[1] for line in sums.splitlines()] == ["a.tar.gz", "b.whl"]
    (tmp_path / "SHA256SUMS").write_text(sums, encoding="utf-8")
    check = ["sha256sum", "--check", "--quiet", "SHA256SUMS"]
    assert subprocess.run(check, cwd=tmp_path, check=False, capture_output=True).returncode == 0
    (tmp_path / "b.whl").write_bytes(b"c")
    assert b"b.whl: FAILED" in subprocess.run(check, cwd=tmp_path, check=False, capture_output=True).stdout
