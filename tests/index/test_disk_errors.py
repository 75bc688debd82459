"""Whatever a disk does while an index is written: one sentence, the index as it was, and the next rebuild is right."""

import errno
import os
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import faiss
import numpy as np
import pytest
from fakes import HashingEncoder

import index
from index import check_index, open_index
from index.disk_errors import translate_disk_errors
from index.errors import DiskFull, StorageError
from index.storage.npy import save_array
from index.storage.vectors import write_index

ROOT = Path(__file__).parents[2]
ENCODER = HashingEncoder()
FULL = r"The disk that holds .*index is full or failing\. Free some space, then rebuild\."
FORBIDDEN = r"Cannot write to .*index\. Choose another folder with --index\."
FAILING = r"Cannot write to .*index \(.+\)\. Check the disk, then rebuild\."
TOLD = {
    errno.EIO: FAILING,
    errno.ESTALE: FAILING,
    errno.EBUSY: FAILING,
    errno.ENXIO: FAILING,
    errno.ENOSPC: FULL,
    errno.EACCES: FORBIDDEN,
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.txt").write_text(f"Le pont numéro {number} coûte {number} millions.", "utf-8")
    return folder


def texts(target: Path) -> dict[str, str]:
    """The documents of an index as a fresh process would read them."""
    opened = open_index(target, encoder=ENCODER)
    return {id: opened.document(id).text for id in opened.document_ids}


def rebuild(corpus: Path, target: Path) -> index.Report:
    return index.rebuild(corpus, target, encoder=ENCODER)


class Failing:
    """A call that works ``after`` times, and from then on raises what the system would."""

    def __init__(self, call: Callable[..., object], number: int, after: int) -> None:
        self.call, self.number, self.after, self.failed = call, number, after, 0

    def __call__(self, *arguments: object, **more: object) -> object:
        if self.after:
            self.after -= 1
            return self.call(*arguments, **more)
        self.failed += 1
        raise OSError(self.number, os.strerror(self.number))


CALLS = {
    "fsync": ["os.fsync"],
    "replace": ["os.replace"],
    "rename": ["os.rename"],
    "link": ["os.link"],
    "mkdir": ["os.mkdir"],
    "write": ["index.private.open_private", "index.storage.texts.open_private"],
    "arrays": ["index.storage.npy.open_private"],
    "vectors": ["index.storage.vectors.open_private"],
}


def failures() -> Iterator[object]:
    """Each call with one error, at once and after three calls; with all other errors where there is time."""
    for at, name in enumerate(CALLS):
        for (of_error, number), after in product(enumerate(TOLD), (0, 3)):
            marks = [pytest.mark.slow, *([pytest.mark.exhaustive] if of_error != at % len(TOLD) else [])]
            yield pytest.param(name, after, number, marks=marks, id=f"{name}-{after}-{errno.errorcode[number]}")


@pytest.mark.parametrize(("name", "after", "number"), list(failures()))
def test_a_failing_disk_is_one_sentence_and_a_rebuild_is_right(corpus, tmp_path, monkeypatch, name, after, number):
    target = tmp_path / "index"
    rebuild(corpus, target)
    old = texts(target)
    (corpus / "new.txt").write_text("Un texte nouveau.", "utf-8")
    (corpus / "0.txt").unlink()
    new = {id: text for id, text in old.items() if id != "0.txt"} | {"new.txt": "Un texte nouveau."}
    with monkeypatch.context() as patched:
        module, _, call = CALLS[name][0].rpartition(".")
        failing = Failing(getattr(sys.modules[module], call), number, after)
        for place in CALLS[name]:
            patched.setattr(place, failing)
        message = ""
        try:
            rebuild(corpus, target)
        except StorageError as problem:
            message = str(problem)
    assert failing.failed or after
    assert bool(message) == (failing.failed > 0 and name != "link")  # where there are no links, files are copied
    assert not message or re.fullmatch(TOLD[number], message)
    assert texts(target) in (old, new)
    assert not check_index(target)
    rebuild(corpus, target)
    assert texts(target) == new
    assert sum(path.name.startswith("snapshot-") for path in target.iterdir()) == 1


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (OSError(errno.EIO, "Input/output error", "{}/CURRENT.new"), FAILING),
        (OSError(errno.ENOTDIR, "Not a directory", "{}/lock"), r".*index is a file, but an index is a folder\..*"),
        (ValueError("An IO error occurred: 'Input/output error (os error 5)'"), FAILING),
        (ValueError("An IO error occurred: 'No space left on device (os error 28)'"), FULL),
    ],
    ids=str,
)
def test_what_each_library_says_of_a_disk_is_one_sentence(tmp_path, raised, expected):
    if getattr(raised, "filename", None):
        raised.filename = raised.filename.format(tmp_path / "index")
    with pytest.raises(StorageError) as problem, translate_disk_errors(tmp_path / "index"):
        raise raised
    assert re.fullmatch(expected, str(problem.value))


@pytest.mark.parametrize(
    "bug",
    [
        ValueError("a bug: write error of our own"),
        RuntimeError("Error in void faiss::write(): write error in /x: 3 != 5 (Success)"),
        OSError("40 requested and 12 written"),
        RuntimeError("dictionary changed size, No space left on device"),
        OSError("no number"),
        FileNotFoundError(errno.ENOENT, "No such file or directory", "/elsewhere/file"),
        ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"),
        TimeoutError(errno.ETIMEDOUT, "Connection timed out"),
        socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
        sqlite3.OperationalError("no such table: disk is full"),
    ],
    ids=repr,
)
def test_what_is_no_trouble_of_the_disk_keeps_its_traceback(tmp_path, bug):
    with pytest.raises(type(bug)) as raised, translate_disk_errors(tmp_path / "index"):
        raise bug
    assert raised.value is bug


def test_an_sqlite_without_room_is_told_by_its_code(tmp_path):
    rows = sqlite3.connect(tmp_path / "small.sqlite", isolation_level=None)
    rows.execute("CREATE TABLE t (x BLOB)")
    rows.execute("PRAGMA max_page_count = 4")
    with pytest.raises(DiskFull, match="Free some space, then rebuild"), translate_disk_errors(tmp_path):
        rows.execute("INSERT INTO t VALUES (zeroblob(100000))")
    rows.execute("PRAGMA query_only = ON")
    with pytest.raises(StorageError, match="Cannot write to"), translate_disk_errors(tmp_path):
        rows.execute("INSERT INTO t VALUES (1)")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device")
@pytest.mark.parametrize("rows", [1, 100_000])
@pytest.mark.parametrize("kind", ["array", "vectors"])
def test_libraries_of_numbers_say_that_a_disk_is_full_by_its_code(tmp_path, monkeypatch, kind, rows):
    def full(path: Path):
        return open("/dev/full", "wb")  # noqa: PTH123

    numbers = np.ones((rows, 2), np.float32)
    monkeypatch.setattr("index.storage.npy.open_private", full)
    monkeypatch.setattr("index.storage.vectors.open_private", full)
    vectors = faiss.IndexFlatIP(2)
    vectors.add(numbers)
    with pytest.raises(DiskFull), translate_disk_errors(tmp_path):
        save_array(tmp_path / "x", numbers) if kind == "array" else write_index(vectors, tmp_path / "x")


def test_an_array_is_written_as_numpy_does(tmp_path):
    for array in (np.arange(7), np.arange(6, dtype=np.int32).reshape(3, 2)[:, ::-1], np.array(["fr", "en"], "S2")):
        np.save(tmp_path / "numpy.npy", np.ascontiguousarray(array))
        save_array(tmp_path / "ours.npy", array)
        assert (tmp_path / "ours.npy").read_bytes() == (tmp_path / "numpy.npy").read_bytes()


def test_an_index_that_the_disk_does_not_tell_of_is_not_deleted(corpus, tmp_path, monkeypatch):
    target = tmp_path / "index"
    rebuild(corpus, target)
    in_use = (target / "CURRENT").read_text()
    with monkeypatch.context() as patched:
        patched.setattr("index.storage.snapshot.read_plain_text", Failing(str, errno.ESTALE, 0))
        patched.setattr("index.storage.snapshot.seal", Failing(str, errno.ENOSPC, 0))
        with pytest.raises(DiskFull):
            rebuild(corpus, target)
    assert (target / in_use / "manifest.json").exists()
    assert len(texts(target)) == 6


LIMITED = """
import resource, signal, sys
sys.path[:0] = sys.argv[4:]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
import index
from fakes import HashingEncoder
from index.errors import UserError
try:
    print(index.rebuild(sys.argv[1], sys.argv[2], encoder=HashingEncoder()).documents)
except UserError as error:
    print(type(error).__name__, error)
"""


def rebuild_limited(corpus: Path, target: Path, most: int) -> str:
    """What a rebuild says that may write files of so many bytes only."""
    path = [str(ROOT), str(ROOT / "tests" / "support")]
    command = [sys.executable, "-c", LIMITED, str(corpus), str(target), str(most), *path]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.posix
@pytest.mark.slow
def test_what_did_not_fit_leaves_its_room_to_a_smaller_corpus(corpus, tmp_path):
    target, most = tmp_path / "index", 1_500_000
    assert rebuild_limited(corpus, target, most) == "6\n"
    cached = (target / "cache.sqlite").stat().st_size
    for number in range(400):
        sentences = (f"Le pont {os.urandom(20).hex()} mesure {n} mètres." for n in range(30))
        (corpus / f"more-{number}.txt").write_text(" ".join(sentences), "utf-8")
    assert re.fullmatch(f"DiskFull {FULL}\n", rebuild_limited(corpus, target, most))
    assert len(texts(target)) == 6
    assert not list(target.glob("*.partial"))
    assert sum(path.stat().st_size for path in target.glob("cache.sqlite*")) <= cached
    for path in corpus.glob("more-*"):
        path.unlink()
    (corpus / "new.txt").write_text("Un texte nouveau.", "utf-8")
    assert rebuild_limited(corpus, target, most) == "7\n"
    assert len(texts(target)) == 7
