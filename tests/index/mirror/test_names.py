"""Names of objects are anyone's: none may lead out of the mirror."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.mirror.names import choose_objects, fold_case, fold_of, make_printable

PARTS = st.sampled_from(
    ["a", "A", "b", "", ".", "..", "\0", "\\", "é", "e\u0301", "É", ".git", "~$x", "\ud800", "a" * 300]
)
NAMES = st.lists(PARTS, min_size=1, max_size=4).map("/".join)


@given(st.lists(NAMES), st.sampled_from([str, fold_case]))
def test_each_name_is_a_file_of_its_own_below_the_folder_or_skipped_or_hidden(names, fold):
    kept, skipped = choose_objects(names, fold)
    root = Path("/mirror")
    for name in kept:
        assert (root / name).as_posix() == f"/mirror/{name}"
        assert ".." not in name.split("/")
        assert "\0" not in name
    folders = {fold(parent.as_posix()) for name in kept for parent in Path(name).parents}
    assert len({fold(name) for name in kept}) == len(kept)
    assert not folders & {fold(name) for name in kept}
    left = set(names) - set(kept) - {name for name in names if make_printable(name) in {row.source for row in skipped}}
    assert all(any(part.startswith((".", "~$")) for part in name.split("/")) for name in left)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../up.txt", "its name has an empty part, “.” or “..”; rename it"),
        ("/etc/passwd", "its name has an empty part, “.” or “..”; rename it"),
        ("a//b.txt", "its name has an empty part, “.” or “..”; rename it"),
        ("a/./b.txt", "its name has an empty part, “.” or “..”; rename it"),
        ("a\0b.txt", "its name is not valid text; rename it"),
        ("\udcff.txt", "its name is not valid text; rename it"),
        ("é" * 200, "its name is too long for a file; rename it"),
        ("a/" * 1000 + "b.txt", "its name has more than 100 parts; rename it"),
    ],
)
def test_the_reason_says_what_is_wrong(name, reason):
    kept, skipped = choose_objects([name, "good.txt"], str)
    assert kept == ["good.txt"]
    assert [row.reason for row in skipped] == [reason]
    assert "\0" not in skipped[0].source


def test_a_folder_wins_over_a_file_of_its_name():
    kept, skipped = choose_objects(["a", "a/b.txt", "a/c.txt"], str)
    assert kept == ["a/b.txt", "a/c.txt"]
    assert skipped == [("a", "there is a folder of the same name", ())]


def test_names_that_a_disk_takes_for_one_are_kept_once():
    names = ["Law.txt", "law.txt", "Acts/1.txt", "acts/2.txt", "caf\u00e9.txt", "cafe\u0301.txt"]
    assert choose_objects(names, str).chosen == sorted(names)
    kept, skipped = choose_objects(names, fold_case)
    assert kept == ["Acts/1.txt", "Law.txt", "cafe\u0301.txt"]
    assert {row.reason for row in skipped} == {"its name clashes with another file's on this disk; rename it"}
    assert len(skipped) == 3


def test_the_disk_is_asked_whether_it_tells_case_apart(tmp_path, monkeypatch):
    assert fold_of(tmp_path)("A") == ("a" if (tmp_path / "x").exists() else "A")
    monkeypatch.setattr(Path, "exists", lambda path: True)  # as a disk does that takes both names for one
    assert fold_of(tmp_path)("A") == "a"
    assert list(tmp_path.iterdir()) == []


def test_windows_refuses_more_names(monkeypatch):
    names = ["aux.txt", "a:b.txt", "a\\b.txt", "dot.", "good.txt"]
    assert choose_objects(names, str).chosen == sorted(names)
    monkeypatch.setattr("index.mirror.names.os.name", "nt")
    try:
        kept = choose_objects(names, str).chosen
    finally:
        monkeypatch.undo()
    assert kept == ["good.txt"]
