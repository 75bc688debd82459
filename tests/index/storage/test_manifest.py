"""An index whose checksums are right and whose values are wrong is one sentence, and a rebuild mends it."""

import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import pytest
from handed import content, open_fresh, rewrite, seal_again, segment_of

import index
from index import check_index, open_index
from index.errors import IndexCorrupted, IndexMismatch, StorageError, is_sentence
from index.storage import snapshot
from index.storage.document_segment import checksum_of
from index.storage.manifest import FORMAT, parse_manifest, read_manifest


def set_segment(number: int, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda plain: plain["segments"][0].__setitem__(number, value)


def _first(plain: dict[str, Any]) -> str:
    return str(plain["segments"][0][0])


def rename_file(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda plain: plain["files"].update({name: plain["files"].popitem()[1]})


def update(**values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda plain: plain.update(values)


WRONG: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a segment that is no digest": set_segment(0, "zz" * 16),
    "a segment above": set_segment(0, "../x"),
    "a segment elsewhere": set_segment(0, "/etc"),
    "a segment that is a number": set_segment(0, 7),
    "a segment of fewer values": lambda plain: plain["segments"][0].pop(),
    "a segment twice": lambda plain: plain["segments"].append(plain["segments"][0]),
    "two segments of one code": lambda plain: plain["segments"].append([_first(plain)[:9] + "0" * 23, 1, 1, 1]),
    "fewer documents than none": set_segment(1, -1),
    "half a passage": set_segment(2, 1.5),
    "no sentences": set_segment(3, 0),
    "more documents than passages": set_segment(1, 10**6),
    "more passages than there are numbers": set_segment(2, 10**9),
    "sentences that are true": set_segment(3, True),
    "no segments": update(segments=[]),
    "segments that are none": update(segments={"a": 1}),
    "a file above": rename_file("../../x"),
    "a file elsewhere": rename_file("/etc/passwd"),
    "a file of no segment": rename_file("f" * 32 + "/texts.utf8"),
    "a hidden way up": rename_file("0" * 32 + "/lexical/.."),
    "no files": update(files={}),
    "files that are a list": update(files=[]),
    "files that are none": update(files=None),
    "a file without a checksum": lambda plain: plain["files"].update({next(iter(plain["files"])): [3, "x"]}),
    "a file of a negative size": lambda plain: plain["files"].update({next(iter(plain["files"])): [-3, "0" * 64]}),
    "a folder that is a number": update(corpus=3),
    "a folder with a zero": update(corpus="a\0b"),
    "a moment that is none": update(created_at="yesterday"),
    "a moment before clocks": update(created_at="0001-01-01T00:00:00"),
    "an encoder that is a list": update(encoder=["a"]),
    "no dimension": update(dimension=0),
    "a dimension that is a text": update(dimension="256"),
    "another dimension": update(dimension=17),
    "nprobe below none": update(nprobe=-1),
    "a recall that is no number": update(recall=float("nan")),
    "a recall beyond all": update(recall=1e400),
    "a split that is a list": update(split=[1]),
    "a digest that is none": update(digest="x"),
    "a skipped file that is a text": update(skipped=["x"]),
    "a reason that looks into objects": update(skipped=[["a", "{0.__class__}", ["x"]]]),
    "a reason that fills the memory": update(skipped=[["a", "{:>99999999999}", ["x"]]]),
    "a reason that lacks values": update(skipped=[["a", "{} {}", ["x"]]]),
    "a warning on no page": update(warnings=[["a", "it holds no text", [], 0, None]]),
    "a warning that looks into objects": update(warnings=[["a", "{0.__class__}", ["x"], None, None]]),
    "a value that is absent": lambda plain: plain.pop("digest"),
    "other counts than the documents": set_segment(3, 9),
}
SOME_WRONG = [*WRONG][::3]


@pytest.mark.slow
@pytest.mark.parametrize(
    "wrong",
    [*SOME_WRONG, *(pytest.param(name, marks=pytest.mark.exhaustive) for name in WRONG if name not in SOME_WRONG)],
)
def test_a_wrong_value_in_a_manifest_is_one_sentence_and_mended(corpus, target, tmp_path, monkeypatch, wrong):
    before = content(target)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    outside = {path.name for path in tmp_path.iterdir()}
    rewrite(target, WRONG[wrong])
    for act in (lambda: open_fresh(target), lambda: open_index(target)):
        with pytest.raises(IndexCorrupted, match=r"^.*: rag rebuild FOLDER$"):
            act()
    index.rebuild(corpus, target)
    assert content(target) == before
    assert {path.name for path in tmp_path.iterdir()} == outside
    assert not list((tmp_path / "temporary").iterdir())


@pytest.mark.parametrize(
    "text", ["[]", "3", "null", f'{{"format": {FORMAT}}}', "[" * 100_000, '{"format": {}}', "\xff"]
)
def test_a_manifest_that_is_no_manifest_is_one_sentence(target, text):
    (snapshot.find_current(target) / "manifest.json").write_text(text, "latin-1")
    with pytest.raises((IndexCorrupted, IndexMismatch), match="rag rebuild FOLDER"):
        open_fresh(target)


@pytest.mark.parametrize(
    ("sentence", "values", "fits"),
    [
        ("it is empty", [], True),
        ("{} files are not supported", [".x"], True),
        ("it takes more than {:g} seconds", [300.0], True),
        ("{:,} of {:,}", [3000, 4], True),
        ("{!r}", ["x"], True),
        ("{} {}", ["x"], False),
        ("{", [], False),
        ("{a}", ["x"], False),
        ("{0[0]}", ["x"], False),
        ("{0.real}", [1], False),
        ("{:>9}", ["x"], False),
        ("{:{}}", ["x", 9], False),
        ("{:g}", ["x"], False),
        ("{}", [["x"]], False),
        (3, [], False),
    ],
)
def test_only_plain_sentences_are_taken_from_a_file(sentence, values, fits):
    assert is_sentence(sentence, values) is fits


def test_a_manifest_that_is_right_comes_back(target):
    manifest = read_manifest(snapshot.find_current(target))
    plain = json.loads((snapshot.find_current(target) / "manifest.json").read_text("utf-8"))
    assert parse_manifest(plain) == manifest
    assert (manifest.documents, manifest.skipped[0].reason) == (2, "it is empty")


# Files of an index that are something else


def to_view(segment: Path) -> None:
    with sqlite3.connect(segment / "documents.sqlite") as rows:
        rows.execute("ALTER TABLE documents RENAME TO real")
        rows.execute("CREATE VIEW documents AS SELECT * FROM real")


def sql(order: str) -> Callable[[Path], None]:
    def change(segment: Path) -> None:
        with sqlite3.connect(segment / "documents.sqlite") as rows:
            rows.execute(order)
        rows.close()

    return change


def link_out(name: str) -> Callable[[Path], None]:
    def change(segment: Path) -> None:
        outside = segment.parents[2] / "outside"
        shutil.move(segment / name, outside)
        (segment / name).symlink_to(outside)

    return change


def to_pipe(name: str) -> Callable[[Path], None]:
    def change(segment: Path) -> None:
        (segment / name).unlink()
        os.mkfifo(segment / name)

    return change


def save(name: str, array: Any) -> Callable[[Path], None]:
    return lambda segment: np.save(segment / name, array)


def vectors(dimension: int, count: int) -> Callable[[Path], None]:
    def change(segment: Path) -> None:
        vectors = faiss.index_factory(dimension, "Flat", faiss.METRIC_INNER_PRODUCT)
        vectors.add(np.eye(count, dimension, dtype=np.float32))
        faiss.write_index(vectors, str(segment / "vectors.faiss"))

    return change


def another_kind(segment: Path) -> None:
    vectors = faiss.index_factory(256, "Flat", faiss.METRIC_L2)
    vectors.add(np.eye(2, 256, dtype=np.float32))
    faiss.write_index(vectors, str(segment / "vectors.faiss"))


OTHER = {
    "a view": to_view,
    "a trigger": sql("CREATE TRIGGER t AFTER DELETE ON documents BEGIN SELECT 1; END"),
    "an id above": sql("UPDATE documents SET id = '../../etc/passwd' WHERE number = 0"),
    "an id of bytes": sql("UPDATE documents SET id = x'00ff' WHERE number = 0"),
    "a day of words": sql("UPDATE documents SET day = 'hier'"),
    "a day after all": sql("UPDATE documents SET day = 99999999"),
    "fewer documents": sql("DELETE FROM documents WHERE number = 1"),
    "texts elsewhere": link_out("texts.utf8"),
    "documents elsewhere": link_out("documents.sqlite"),
    "vectors elsewhere": link_out("vectors.faiss"),
    "words elsewhere": link_out("lexical"),
    "a pipe": to_pipe("texts.utf8"),
    "an array of bytes": save("sentences.npy", np.zeros(8, "S2")),
    "an array of one dimension": save("sentences.npy", np.zeros(4, np.int32)),
    "no array": save("passages.npy", np.zeros(0, np.int64)),
    "fewer languages": save("languages.npy", np.zeros(1, "S2")),
    "vectors of another dimension": vectors(32, 2),
    "more vectors": vectors(256, 7),
    "distances": another_kind,
    "a list that is none": lambda segment: (segment / "lexical" / "meta.json").write_text("[3]"),
    "a list without segments": lambda segment: (segment / "lexical" / "meta.json").write_text("{}"),
}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="pipes and links")
@pytest.mark.parametrize("other", OTHER)
def test_a_file_that_is_something_else_is_one_sentence_and_a_rebuild_mends_it(corpus, target, other):
    before = content(target)
    OTHER[other](segment_of(target))
    seal_again(target)
    with pytest.raises(IndexCorrupted, match=": rag rebuild FOLDER"):
        open_fresh(target)
    index.rebuild(corpus, target, fresh=True)
    assert content(target) == before
    assert not check_index(target)


FACTS = ("title", "date", "date_from", "encoding", "pages", "blocks")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("rest", "[]"),
        ("rest", "{}"),
        ("rest", json.dumps(dict.fromkeys(FACTS))),
        ("rest", json.dumps({**dict.fromkeys(FACTS), "title": "a", "pages": ["x"], "blocks": []})),
        ("rest", json.dumps({**dict.fromkeys(FACTS), "title": "a", "pages": [10**9], "blocks": []})),
        ("rest", json.dumps({**dict.fromkeys(FACTS), "title": "a", "pages": [], "blocks": [0, 0, 1]})),
        ("rest", json.dumps({**dict.fromkeys(FACTS), "title": "a", "date": "hier", "pages": [], "blocks": []})),
        ("marks", b""),
        ("marks", b"1234567"),
        ("marks", np.array([[0, 0], [10**9, 0]], np.int64).tobytes()),
        ("length", 10**12),
        ("length", "x"),
    ],
)
def test_facts_of_no_document_are_one_sentence(target, column, value):
    with sqlite3.connect(segment_of(target) / "documents.sqlite") as rows:
        rows.execute(f"UPDATE documents SET {column} = ?", [value])
        query = "SELECT number, id, sha256, rest, length, marks FROM documents"
        for number, *facts in rows.execute(query).fetchall():
            rows.execute("UPDATE documents SET checksum = ? WHERE number = ?", [checksum_of(*facts), number])
    rows.close()
    seal_again(target)
    with pytest.raises(IndexCorrupted, match=r"The documents in .* cannot be read\. Build the index again"):
        content(target)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="links")
@pytest.mark.parametrize("name", ["CURRENT", "CURRENT.new", "cache.sqlite", "cache.sqlite-wal", "lock.owner"])
def test_a_link_in_an_index_leads_no_write_elsewhere(corpus, target, tmp_path, name):
    precious = tmp_path / "precious"
    precious.write_bytes((target / "cache.sqlite").read_bytes())
    before = precious.read_bytes()
    (target / name).unlink(missing_ok=True)
    (target / name).symlink_to(precious)
    (corpus / "new.txt").write_text("Un texte nouveau.", "utf-8")
    with pytest.raises(StorageError, match="Cannot write to") if name == "lock.owner" else nullcontext():
        index.rebuild(corpus, target)
    assert precious.read_bytes() == before
