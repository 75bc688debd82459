"""The review compares imports with declarations, locks with earlier ones, and says what must be looked at."""

import subprocess
from collections import Counter
from pathlib import Path

import pytest
from declared import PROJECT, pin

from scripts import review_dependencies
from scripts.locked import Drift, compare
from scripts.project import Project
from scripts.registry import Audit, parse_audit, parse_outdated
from scripts.uses import count_uses, imported_modules, undeclared, unused


def test_imports_are_found_wherever_they_stand() -> None:
    source = "import json, web.client\nfrom . import near\ndef f():\n    from words.search import find\n"
    assert imported_modules(source) == {"web", "words"}


def write(root: Path, files: dict[str, str]) -> None:
    for name, source in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")


def test_files_that_import_a_package_are_counted_by_folder(tmp_path: Path) -> None:
    files = {
        "ui/a.py": "import web",
        "ui/web.py": "import web.x, rag",
        "tests/t.py": "import fakes, Web",
        "tests/fakes.py": "",
    }
    write(tmp_path, files)
    assert count_uses(tmp_path, {"web": ["The_Web"]}) == {"the-web": Counter(ui=2), "web": Counter(tests=1)}


def test_imports_that_are_not_declared_are_said() -> None:
    uses = {
        "web": Counter(ui=1),
        "tensors": Counter(rag=1),
        "checker": Counter(tests=3, ui=1),
        "builder": Counter(scripts=1, bench=1),
    }
    assert list(undeclared(Project.parse(PROJECT), uses)) == [
        "bench/ imports builder, which pyproject.toml does not declare for it.",
        "ui/ imports checker, which pyproject.toml does not declare for it.",
    ]


def test_declarations_that_nothing_uses_are_said() -> None:
    project = Project.parse(PROJECT.replace('checker = "it', 'gone = "it'))
    uses = {"web": Counter(ui=1), "words": Counter(tests=1)}
    assert list(unused(project, uses)) == [
        "checker is declared, but index, rag, ui, bench, scripts, tests do not import it.",
        "words is declared, but index, rag, ui do not import it.",
        "gone has a reason, but is not declared.",
    ]


# ---- drift, and what only a network tells


def test_drift_is_what_was_added_removed_and_changed() -> None:
    earlier = [pin("a", "1"), pin("b", "1"), pin("c", "1"), pin("d", "1", "sha256:01"), pin("e", "1", "sha256:01")]
    later = [
        pin("b", "2"),
        pin("c", "1"),
        pin("d", "1", "sha256:02"),
        pin("e", "1", "sha256:01", "sha256:02"),
        pin("f", "1"),
    ]
    assert compare(earlier, later) == Drift(("f 1",), ("a 1",), (("b", "1", "2"),), ("d",))


def test_advisories_are_told_with_the_version_that_mends_them() -> None:
    output = """{"dependencies": [
        {"name": "web", "version": "1.0", "vulns": [{"id": "CVE-1", "fix_versions": ["1.1", "2.0"], "aliases": []}]},
        {"name": "words", "version": "2.0", "vulns": [{"id": "CVE-2", "fix_versions": [], "aliases": []}]},
        {"name": "plain", "version": "3.0", "vulns": []},
        {"name": "own", "skip_reason": "Dependency not found"}], "fixes": []}"""
    advisories = ("web 1.0: CVE-1, fixed in 1.1, 2.0.", "words 2.0: CVE-2, not fixed yet.")
    assert parse_audit(output) == Audit(advisories, 3, ("own",))


@pytest.mark.parametrize("output", ["", "Traceback", '{"dependencies": [{"name": "web", "skip_reason": "not found"}]}'])
def test_a_service_that_knows_nothing_has_not_checked(output: str) -> None:
    assert parse_audit(output) is None


def test_newer_versions_are_read_from_pip() -> None:
    assert parse_outdated('[{"name": "Web", "version": "1", "latest_version": "2"}]') == {"Web": "2"}


# ---- the whole


@pytest.mark.slow
def test_the_review_of_this_project_finds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert review_dependencies.main(["--offline"]) == 0
    assert capsys.readouterr().out.endswith("\nTo look at:\n  nothing\n")


def test_the_review_fails_over_what_must_be_looked_at(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(review_dependencies, "count_uses", lambda *_: {"stray": Counter(ui=1)})
    assert review_dependencies.main(["--offline"]) == 1
    assert "  ui/ imports stray, which pyproject.toml does not declare for it.\n" in capsys.readouterr().out


def commit(repository: Path, pins: str) -> None:
    write(repository, {"requirements.txt": pins})
    run = ["git", "-C", str(repository), "-c", "user.name=A", "-c", "user.email=a@example.test"]
    subprocess.run([*run, "add", "."], check=True)
    subprocess.run([*run, "commit", "-qm", "pins"], check=True)


def test_drift_between_two_revisions_is_read_from_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    commit(tmp_path, "web==1.0 --hash=sha256:01\nwords==3.0 --hash=sha256:01\n")
    commit(tmp_path, "web==1.1 --hash=sha256:02\nwords==3.0 --hash=sha256:02\n")
    monkeypatch.setattr(review_dependencies, "ROOT", tmp_path)
    review = review_dependencies.Review()
    assert list(review_dependencies.review_drift(review, "HEAD~1", "HEAD")) == [
        "\nThe environment, since HEAD~1:",
        "  changed  web 1.0 -> 1.1",
        "\nThe tools, since HEAD~1:",
        "  no version changed",
    ]
    assert review.to_look_at == ["words has the same version, but other hashes."]


def test_an_unknown_revision_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        review_dependencies.main(["--offline", "--since", "no-such-revision"])
    assert stopped.value.code == 2
    assert "Git knows no revision 'no-such-revision'." in capsys.readouterr().err
