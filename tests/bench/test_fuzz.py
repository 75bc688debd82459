"""The junk that is indexed is of every kind, whole files among it are readable, and no fault of a build is missed."""

import random

import pytest

from bench.attacks.bombs import bombs
from bench.attacks.fuzz import Built, build, common, fill, trouble
from bench.attacks.junk import broken, valid_file
from index.errors import UnreadableFile
from index.readers.registry import FORMATS, format_of
from index.readers.unpack import read_contents
from index.workers.reader_pool import ReaderPool

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("suffix", [suffix for suffix, form in FORMATS.items() if form.id not in ("image", "heif")])
def test_a_whole_file_of_each_kind_is_read(tmp_path, suffix):
    for seed in range(2):
        path = tmp_path / f"{seed}{suffix}"
        path.write_bytes(valid_file(suffix, random.Random(seed)))
        assert sum(len(document.parsed.text.split()) for document in read_contents(path).documents) >= 5


@pytest.mark.parametrize("suffix", [*FORMATS, ".xyz"])
def test_broken_files_differ_and_come_again_with_their_seed(suffix, monkeypatch):
    made = [broken(suffix, random.Random(seed)) for seed in range(10)]
    assert len(set(made)) > 7
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)  # on another day
    assert made == [broken(suffix, random.Random(seed)) for seed in range(10)]


@pytest.mark.exhaustive
def test_a_folder_holds_every_kind_and_builds(tmp_path):
    count = len(FORMATS) + 2
    fill(tmp_path / "corpus", count, random.Random(1))
    kinds = {path.suffix for path in (tmp_path / "corpus").rglob("*") if path.is_file()}
    assert kinds >= FORMATS.keys()
    built = build(tmp_path / "corpus", tmp_path / "index", count)
    assert built.failures() == []
    assert built.counts()["documents"] + built.counts()["skipped"] >= count


def test_what_unpacks_repeats_or_recurs_without_end_is_bounded_or_refused(tmp_path):
    refused = {}
    with ReaderPool(time_limit=60) as readers:
        for name, data in bombs():
            path = tmp_path / name
            path.write_bytes(data)
            try:
                documents = readers.read(path, format_of(path)).documents
            except UnreadableFile as error:
                refused[name] = str(error)
            else:
                assert sum(len(document.parsed.text) for document in documents) < 20 * len(data) + 10**6, name
                assert not any("root:" in document.parsed.text for document in documents), name
                assert all(".." not in document.name and document.name.isprintable() for document in documents), name
    assert {name.partition(".")[0] for name in refused} >= {"laughs", "far", "large"}
    assert not any(map(trouble, refused.values()))


REPORT = {
    "files": 8, "documents": 9, "skipped": [["a.pdf", "it is damaged, or not a PDF"], ["b", "it is empty"]],
    "seconds": [1, 0], "unchanged": 8, "changed": 0, "damaged": [], "other bytes": [],
}  # fmt: skip


def test_a_right_build_is_not_called_wrong():
    assert Built(10, REPORT).failures() == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"files": 7}, "10 files, 9 indexed or listed as skipped"),
        ({"changed": 1}, "the second build found 1 changes"),
        ({"damaged": ["words/x"]}, "damaged: ['words/x']"),
        ({"other bytes": ["a.txt"]}, "indexed under the hash of other bytes: 'a.txt'"),
        (
            {"skipped": [["a.md", "it takes more than 300 seconds to read"], ["b", "it is empty"]]},
            "hang: 'a.md': it takes more than 300 seconds to read",
        ),
    ],
)
def test_each_fault_of_a_build_is_seen(change, fault):
    assert Built(10, {**REPORT, **change}).failures() == [fault]


def test_a_build_that_hangs_crashes_or_prints_a_traceback_is_seen(tmp_path):
    fill(tmp_path / "corpus", 3, random.Random(1))
    assert build(tmp_path / "corpus", tmp_path / "index", 3, limit=0.01).failures()[0].startswith("hang: the builds")
    assert Built(10, None, hung=True).counts()["hangs"] == 1
    assert build(tmp_path / "none", tmp_path / "index", 3).failures()[0].startswith("crash: Traceback")
    assert Built(10, REPORT, "x\nTraceback (most recent call last):\n").failures() == [
        "traceback: Traceback (most recent call last):"
    ]


def test_reasons_are_counted_without_what_differs_between_files():
    reasons = [f"it is no JSON (line {n})" for n in range(3)] + ["its reader gave up (ValueError: seek -1)"] * 2
    reasons.append("its reader gave up (ValueError: seek -22)")
    assert common(reasons) == {"it is no JSON": 3, "its reader gave up (ValueError: seek -N)": 3}


@pytest.mark.parametrize(
    ("reason", "befell"),
    [
        ("it takes more than 300 seconds to read", "hung"),
        ("it crashes its reader (status -6)", "crashed"),
        ("its reader gave up (ValueError: negative seek value -22)", "raised"),
        ("the parser failed (OverflowError: Python int too large)", "raised"),
        ("reading it takes more than 4 GiB of memory", ""),
        ("it is damaged, or not a PDF", ""),
    ],
)
def test_what_befell_a_reader_is_read_from_the_reason(reason, befell):
    assert trouble(reason) == befell
