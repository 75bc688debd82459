"""After any history the index is that of the folder; at any moment it is whole; and what goes wrong is said."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from fakes import HashingEncoder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import index
from index.build.cache import CacheCorrupted
from index.build.scan import is_elsewhere
from index.encoders.static import FOLDER
from index.errors import (
    CorpusNotFound,
    EncoderNotNamed,
    IndexCorrupted,
    IndexLocked,
    IndexNotFound,
    ReaderKilled,
    StorageError,
    UnreadableFile,
)
from index.index import Index, open_index
from index.progress import Progress, SkippedFile
from index.readers import registry
from index.storage import snapshot
from index.storage.lock import writer_lock
from index.storage.manifest import read_manifest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
SUPPORT = ROOT / "tests" / "support"
SEEDS = ROOT / "seeds"
ENCODER = HashingEncoder()
TEXTS = [
    "La mer est bleue. Le ciel aussi.",
    "Le pain est cuit, «chaud» et bon.\n\nUn titre\n\nUne suite plus longue que son titre.",
    "The war was over. Nobody knew. " * 30,
    "Plus de 100.000 militaires russes sont massés. " * 40,
]
NAMES = ["a.txt", "b.txt", "sous/a.txt", "sous/c.txt", "é.txt"]


def rebuild(corpus: Path, target: Path | None, **options) -> index.Report:
    return index.rebuild(corpus, target, **{"encoder": ENCODER} | options)


def open_fresh(target: Path) -> Index:
    """As a fresh process would open it."""
    in_use = snapshot.find_current(target)
    return Index(target, in_use, read_manifest(in_use), ENCODER)


def content(target: Path):
    """All that an index says, so that two can be compared."""
    index = open_fresh(target)
    lexical = index.lexical
    terms = ("est", "mer", "100", "war", "titre")
    words = [lexical.search(lexical.term_query("plain", word), 100) for word in terms]
    return (
        [index.document(id) for id in index.document_ids],
        [[(s.start, s.end) for s in map(index.sentence, index.sentences_of(n))] for n in range(index.passages)],
        index.vectors.reconstruct(np.arange(index.sentences)).tobytes(),
        [(numbers.tolist(), scores.tolist()) for numbers, scores in words],
        index.days.tolist(),
    )


@pytest.fixture
def corpus(tmp_path):
    shutil.copytree(SEEDS, tmp_path / "corpus")
    return tmp_path / "corpus"


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["write", "delete", "rename", "rebuild"]), st.sampled_from(NAMES), st.sampled_from(TEXTS)
    ),
    min_size=1,
    max_size=8,
)


def change(folder: Path, kind: str, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True, parents=True)
    if kind == "write":
        path.write_text(text, "utf-8")
        os.utime(path, (1, 1))  # the same moment always: it must not matter
    elif path.exists():
        path.unlink() if kind == "delete" else path.rename(path.with_name("renamed.txt"))


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize(
    ("least", "exact_below"), [pytest.param(32, 100_000, marks=pytest.mark.exhaustive), (1, 100_000), (2, 1)]
)
@given(changes=CHANGES)
def test_after_any_history_the_index_equals_a_fresh_one(tmp_path_factory, monkeypatch, least, exact_below, changes):
    monkeypatch.setattr("index.storage.segments.LEAST", least)
    monkeypatch.setattr("index.build.ivf.EXACT_BELOW", exact_below)
    folder = tmp_path_factory.mktemp("history")
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "first.txt").write_text("Le premier texte.", "utf-8")
    rebuild(corpus, folder / "lived")
    for kind, name, text in changes:
        change(corpus, kind, name, text) if kind != "rebuild" else rebuild(corpus, folder / "lived")
    rebuild(corpus, folder / "lived")
    rebuild(corpus, folder / "fresh")
    assert content(folder / "lived") == content(folder / "fresh")


def test_the_report_tells_what_changed(corpus, tmp_path):
    first = rebuild(corpus, tmp_path / "index")
    assert (first.documents, first.added, first.changed, first.removed, first.unchanged) == (5, 5, 0, 0, 0)
    names = sorted(path.name for path in corpus.iterdir())
    (corpus / "new.txt").write_text("Un texte nouveau.", "utf-8")
    (corpus / names[0]).write_text("Un autre texte.", "utf-8")
    (corpus / names[1]).unlink()
    (corpus / names[2]).rename(corpus / "renamed.txt")
    second = rebuild(corpus, tmp_path / "index")
    assert (second.documents, second.added, second.changed, second.removed, second.unchanged) == (5, 2, 1, 2, 2)
    assert second.sentences == open_fresh(tmp_path / "index").sentences


def test_nothing_is_encoded_twice(corpus, tmp_path):
    encoder = HashingEncoder()
    sentences = rebuild(corpus, tmp_path / "index", encoder=encoder).sentences
    assert encoder.encoded == sentences
    (corpus / "003_81de1e26adb22350.txt").rename(corpus / "renamed.txt")
    (corpus / "copy.txt").write_bytes((corpus / "renamed.txt").read_bytes())
    rebuild(corpus, tmp_path / "index", encoder=encoder)
    assert encoder.encoded == sentences
    (corpus / "new.txt").write_text("Une seule phrase.", "utf-8")
    rebuild(corpus, tmp_path / "index", encoder=encoder)
    assert encoder.encoded == sentences + 1


def test_what_did_not_change_is_taken_over_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr("index.storage.segments.LEAST", 2)
    corpus, target = many(tmp_path / "corpus", 40), tmp_path / "index"
    rebuild(corpus, target)
    before = list_inodes(target)
    (corpus / "07.txt").write_text("Un autre texte.", "utf-8")
    rebuild(corpus, target)
    after = list_inodes(target)
    folders = {name.partition("/")[0] for name in after}
    new = {name.partition("/")[0] for name in after if after[name] not in before.values()}
    assert len(folders) > 5
    assert len(new) == 1


def test_a_damaged_part_is_not_taken_over(tmp_path, monkeypatch):
    monkeypatch.setattr("index.storage.segments.LEAST", 2)
    corpus, target = many(tmp_path / "corpus", 12), tmp_path / "index"
    rebuild(corpus, target)
    for path in snapshot.find_current(target).glob("*/*.npy"):
        flipped = bytearray(path.read_bytes())
        flipped[-1] ^= 1
        path.write_bytes(flipped)
    (corpus / "03.txt").write_text("Un autre texte.", "utf-8")
    rebuild(corpus, target)
    rebuild(corpus, tmp_path / "fresh")
    assert content(target) == content(tmp_path / "fresh")
    assert not snapshot.check_index(target)


def many(corpus: Path, files: int) -> Path:
    corpus.mkdir()
    for number in range(files):
        (corpus / f"{number:02}.txt").write_text(f"Le texte {number}. {TEXTS[number % 4]}", "utf-8")
    return corpus


def list_inodes(target: Path) -> dict[str, int]:
    """The files of all parts, and which they are on the disk."""
    in_use = snapshot.find_current(target)
    return {path.relative_to(in_use).as_posix(): path.stat().st_ino for path in in_use.glob("*/**/*") if path.is_file()}


def test_nothing_is_written_where_nothing_changed(corpus, tmp_path):
    rebuild(corpus, tmp_path / "index")
    before = snapshot.find_current(tmp_path / "index")
    assert rebuild(corpus, tmp_path / "index").unchanged == 5
    assert snapshot.find_current(tmp_path / "index") == before


def test_an_edit_of_the_same_size_and_time_is_seen(corpus, tmp_path):
    path = corpus / "a.txt"
    for text in ("Le ciel est bleu.", "Le ciel est noir."):
        path.write_text(text, "utf-8")
        os.utime(path, (1, 1))
        rebuild(corpus, tmp_path / "index")
        assert open_fresh(tmp_path / "index").document("a.txt").text == text


def test_another_encoder_encodes_all_again(corpus, tmp_path):
    rebuild(corpus, tmp_path / "index")
    other = HashingEncoder(dimension=32, seed=7)
    assert rebuild(corpus, tmp_path / "index", encoder=other).unchanged == 5
    assert other.encoded == open_fresh(tmp_path / "index").sentences
    assert open_fresh(tmp_path / "index").manifest.dimension == 32


def test_another_folder_replaces_the_first(corpus, tmp_path):
    rebuild(corpus, tmp_path / "index")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/x.txt").write_text("Autre chose.", "utf-8")
    report = rebuild(tmp_path / "other", tmp_path / "index")
    assert (report.added, report.removed, report.documents) == (1, 5, 1)
    assert open_fresh(tmp_path / "index").manifest.corpus == str((tmp_path / "other").resolve())


def test_a_damaged_index_is_replaced(corpus, tmp_path):
    rebuild(corpus, tmp_path / "index")
    expected = content(tmp_path / "index")
    next(snapshot.find_current(tmp_path / "index").rglob("documents.sqlite")).unlink()
    rebuild(corpus, tmp_path / "index")
    assert content(tmp_path / "index") == expected


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_cache_changes_nothing(corpus, tmp_path, seed):
    rebuild(corpus, tmp_path / "index")
    expected, noise = content(tmp_path / "index"), random.Random(seed)
    path = tmp_path / "index/cache.sqlite"
    broken = bytearray(path.read_bytes())
    for _ in range(3 ** (seed % 6)):
        broken[noise.randrange(len(broken))] ^= 1 << noise.randrange(8)
    path.write_bytes(broken)
    (snapshot.find_current(tmp_path / "index") / "manifest.json").unlink()
    rebuild(corpus, tmp_path / "index")
    assert content(tmp_path / "index") == expected


@pytest.mark.parametrize(
    ("table", "byte", "value"),
    [("unreadable", b'"it is empty"', b'"it is emptx"'), ("texts", b"languages TEXT, check", b"languages,TEXT, check")],
)
def test_a_damaged_reason_or_table_of_the_cache_is_made_again(corpus, tmp_path, table, byte, value):
    (corpus / "page.html").write_bytes(b"")
    expected = rebuild(corpus, tmp_path / "index").skipped
    path = tmp_path / "index/cache.sqlite"
    assert path.read_bytes().count(byte) == 1, table
    path.write_bytes(path.read_bytes().replace(byte, value))
    (corpus / "new.txt").write_text("Un texte nouveau.", "utf-8")
    assert rebuild(corpus, tmp_path / "index").skipped == expected
    rebuild(corpus, tmp_path / "fresh")
    assert content(tmp_path / "index") == content(tmp_path / "fresh")


def test_a_cache_that_is_found_damaged_after_the_work_is_no_failure(corpus, tmp_path, monkeypatch):
    def corrupted(*_):
        raise CacheCorrupted("malformed")

    monkeypatch.setattr("index.build.cache.Cache.prune", corrupted)
    assert rebuild(corpus, tmp_path / "index").added == 5


@pytest.mark.parametrize(
    ("name", "at", "byte"),
    [
        ("CURRENT", 3, 0xFD),
        ("CURRENT", 0, ord("x")),
        ("*/lexical/*.fast", 55, 0x3B),
        ("*/lexical/*.store", -5, 0xFF),
        ("*/lexical/*.term", -3, 0xFF),
        ("*/documents.sqlite", None, 0xFF),
        ("manifest.json", 40, 0xFF),
    ],
)
def test_a_damaged_byte_is_told_and_a_rebuild_mends_it(corpus, tmp_path, name, at, byte):
    target = tmp_path / "index"
    rebuild(corpus, target)
    expected = content(target)
    path = target / name if name == "CURRENT" else next(snapshot.find_current(target).glob(name))
    damaged = bytearray(path.read_bytes())
    damaged[
        damaged.index(open_fresh(target).document("000_e8e7819b36a530f0.txt").sha256.encode()) if at is None else at
    ] = byte
    path.write_bytes(damaged)
    try:
        corrupted = snapshot.check_index(target)
    except IndexCorrupted:  # said of the file that says which the others are
        corrupted = [name]
    assert corrupted == [name if "/" not in name else path.relative_to(snapshot.find_current(target)).as_posix()]
    with suppress(IndexCorrupted):
        content(target)
    assert rebuild(corpus, target).documents == 5
    assert content(target) == expected


@pytest.mark.parametrize(
    ("name", "at", "value"),
    [
        ("passages.npy", 291, 0x80),
        ("documents.npy", 155, 0x40),
        ("documents.npy", 128, 0x01),
        ("sentences.npy", 131, 0x40),
        ("documents.sqlite", b'"date_fr', ord("z")),
        ("documents.sqlite", b'"title": "', 0x02),
        ("texts.utf8", 2832, 0x01),
        ("texts.utf8", 1537, 0x80),
        ("lexical/*.fast", 42, 0xFF),
    ],
)
def test_what_reads_a_damaged_index_says_so_in_one_sentence(corpus, tmp_path, name, at, value):
    rebuild(corpus, tmp_path / "index")
    path = next(snapshot.find_current(tmp_path / "index").glob(f"*/{name}"))
    damaged = bytearray(path.read_bytes())
    place = damaged.index(at) + len(at) + 3 if isinstance(at, bytes) else at
    damaged[place] ^= value
    path.write_bytes(damaged)
    with pytest.raises(IndexCorrupted, match=r"cannot be read\. Build the index again"):
        read_all(tmp_path / "index")


def read_all(target: Path) -> None:
    index = open_fresh(target)
    for number in range(index.passages):
        [sentence.text for sentence in index.sentences_in(number)]
    index.lexical.search(index.lexical.term_query("plain", "macron"), 100)


def test_a_reader_that_was_stopped_says_nothing_of_its_file(corpus, tmp_path, monkeypatch):
    (corpus / "page.html").write_text("<p>Le ciel est bleu, et la mer aussi.</p>", "utf-8")

    def stopped(self, path, *_):
        raise ReaderKilled("its reader was stopped from outside (status {})", -9)

    with monkeypatch.context() as patched:
        patched.setattr("index.workers.reader_pool.ReaderPool._read_isolated", stopped)
        assert [file.source for file in rebuild(corpus, tmp_path / "index").skipped] == ["page.html"]
    report = rebuild(corpus, tmp_path / "index")
    assert (report.skipped, report.added, report.unchanged) == ((), 1, 5)


def test_a_reason_is_kept_of_what_was_read_not_of_what_it_was_before(corpus, tmp_path, monkeypatch):
    page, text = corpus / "page.html", "<p>Le ciel est bleu, et la mer aussi.</p>"
    page.write_text(text, "utf-8")

    def cut(self, path, *_):
        path.write_bytes(b"")
        return registry.read(path)

    with monkeypatch.context() as patched:
        patched.setattr("index.workers.reader_pool.ReaderPool._read_isolated", cut)
        assert [file.reason for file in rebuild(corpus, tmp_path / "index").skipped] == ["it is empty"]
    page.write_text(text, "utf-8")
    assert not rebuild(corpus, tmp_path / "index").skipped


@pytest.mark.exhaustive
def test_the_encoder_of_an_index_is_named_by_its_name_or_folder_from_anywhere(corpus, tmp_path, monkeypatch):
    monkeypatch.delenv("RAG_ENCODER", raising=False)
    shutil.copytree(FOLDER, tmp_path / "model")
    monkeypatch.chdir(tmp_path)
    rebuild(corpus, tmp_path / "index", encoder="model")
    before = snapshot.find_current(tmp_path / "index")
    monkeypatch.chdir("/")
    with pytest.raises(EncoderNotNamed, match=rf"with the encoder {tmp_path}/model\. To use it, name it: RAG_ENCODER="):
        rebuild(corpus, tmp_path / "index", encoder=None)
    assert snapshot.find_current(tmp_path / "index") == before
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAG_ENCODER", "model/")
    assert rebuild(corpus, tmp_path / "index", encoder=None).unchanged == 5
    assert snapshot.find_current(tmp_path / "index") == before
    assert open_index(tmp_path / "index").encoder.name == str(tmp_path / "model")
    rebuild(corpus, tmp_path / "index", encoder="sourcier")
    monkeypatch.delenv("RAG_ENCODER")
    assert open_index(tmp_path / "index").manifest.encoder == "sourcier"
    assert rebuild(corpus, tmp_path / "index", encoder=None).unchanged == 5


def test_the_index_is_not_the_folder_of_the_documents(corpus):
    with pytest.raises(CorpusNotFound, match="is the document folder"):
        rebuild(corpus, corpus / ".." / corpus.name)
    assert not (corpus / "CURRENT").exists()


def test_an_index_inside_its_folder_is_no_part_of_it(corpus):
    for _ in range(2):
        assert rebuild(corpus, corpus / "my index").documents == 5


def test_nothing_else_in_the_folder_of_the_index_is_touched(corpus, tmp_path):
    names = ("2021", "snapshot", "snapshot-2", "conversations")
    folders = [tmp_path / "index" / name for name in names]
    [path.mkdir(parents=True) for path in folders]
    rebuild(corpus, tmp_path / "index")
    rebuild(SEEDS, tmp_path / "index")
    assert all(path.is_dir() for path in folders)


def test_progress_is_told_file_by_file(corpus, tmp_path):
    events: list[Progress] = []
    rebuild(corpus, tmp_path / "index", progress=events.append)
    events = [event for event in dict.fromkeys(events) if event.done]  # told again while nothing new happens
    assert [(event.phase, event.done, event.total) for event in events] == [
        *(("reading", number, 5) for number in range(1, 6)),
        ("writing", 5, 5),
    ]
    assert [event.name for event in events[:-1]] == sorted(path.name for path in corpus.iterdir())
    assert events[-2].passages == open_fresh(tmp_path / "index").passages


@pytest.mark.posix
def test_what_cannot_be_read_is_skipped_with_the_reason(corpus, tmp_path):
    (corpus / "binary.txt").write_bytes(bytes(range(256)) * 9)
    (corpus / "empty.txt").write_bytes(b"")
    (corpus / "white.txt").write_bytes(b" \n ")
    (corpus / "photo.xyz").write_bytes(b"\x89PNG\0\1\2" * 9)
    (corpus / ".hidden.txt").write_bytes(b"hidden")
    (corpus / ".cloud.pdf.icloud").write_bytes(b"bplist00")
    (corpus / "plan.gdoc").write_text('{"doc_id": "a1"}')
    with (corpus / "ailleurs.pdf").open("wb") as placeholder:
        placeholder.truncate(1 << 20)
    (corpus / "gone.txt").symlink_to(corpus / "nowhere")
    (corpus / "outside.txt").symlink_to(__file__)
    (corpus / "loop").symlink_to(corpus)
    os.mkfifo(corpus / "pipe.txt")
    report = rebuild(corpus, tmp_path / "index")
    assert report.documents == 5
    assert report.skipped == (
        SkippedFile("ailleurs.pdf", "it is in the cloud and not on this disk; download it first"),
        SkippedFile("binary.txt", "it holds no text (the bytes are those of another kind of file)"),
        SkippedFile("cloud.pdf", "it is in iCloud and not on this disk; download it first"),
        SkippedFile("empty.txt", "it is empty"),
        SkippedFile("gone.txt", "a broken symbolic link"),
        SkippedFile("loop", "a symbolic link to a folder, which is not followed"),
        SkippedFile("outside.txt", "a symbolic link that points outside the folder"),
        SkippedFile("photo.xyz", "{} files are not supported", (".xyz",)),
        SkippedFile("pipe.txt", "not a regular file"),
        SkippedFile("plan.gdoc", "it is a link to a document in Google Drive; download that first"),
        SkippedFile("white.txt", "it holds no text"),
    )
    assert rebuild(corpus, tmp_path / "index").skipped == report.skipped
    assert open_fresh(tmp_path / "index").manifest.skipped == report.skipped


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({"st_file_attributes": 0x400020}, True),  # as OneDrive has them on Windows
        ({"st_file_attributes": 0x20}, False),
        ({"st_flags": 0x40000040}, True),  # as a file provider has them on a Mac
        ({"st_blocks": 0}, False),  # a small file that needs no block, and holds text
        ({"st_blocks": 8}, False),
    ],
)
def test_a_file_whose_data_are_elsewhere_is_known(tmp_path, status, expected):
    (tmp_path / "a.txt").write_text("Le dahu vit en Savoie.")
    assert is_elsewhere(tmp_path / "a.txt", cast(os.stat_result, SimpleNamespace(st_size=22, **status))) is expected


def test_a_reason_that_holds_a_number_reads_as_it_was_raised():
    error = UnreadableFile("it takes more than {:g} seconds to read", 300.0)
    assert SkippedFile.from_error("a.pdf", error).reason == str(error) == "it takes more than 300 seconds to read"


def test_a_folder_that_cannot_be_opened_is_told(corpus, tmp_path, monkeypatch):
    (corpus / "closed").mkdir()
    scan = os.scandir

    def refuse(folder):
        if str(folder).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scan(folder)

    monkeypatch.setattr("index.build.scan.os.scandir", refuse)
    report = rebuild(corpus, tmp_path / "index")
    assert report.skipped == (SkippedFile("closed", "a folder that cannot be opened ({})", ("Permission denied",)),)


@pytest.mark.linux
def test_names_of_any_kind_are_ids(corpus, tmp_path):
    names = ["a\nb.txt", "..txt.txt", "a'b\"c.txt", "é è.txt", "\U0001f600.txt", "<b>.txt", "a b/c.d/e.txt"]
    for name in names:
        (corpus / name).parent.mkdir(parents=True, exist_ok=True)
        (corpus / name).write_text(f"Le texte de {name!r}.", "utf-8")
    (corpus / os.fsdecode(b"\xff.txt")).write_text("Un nom sans lettres.")
    report = rebuild(corpus, tmp_path / "index")
    index = open_fresh(tmp_path / "index")
    assert {name for name in names if not name.startswith(".")} <= set(index.document_ids)
    assert report.skipped == (SkippedFile("?.txt", "its name is not valid text; rename it"),)
    assert all(index.passage(n).document.id == id for id in index.document_ids for n in index.passages_of(id))


def test_no_such_folder(tmp_path):
    with pytest.raises(CorpusNotFound, match=r"The folder .*absent does not exist\."):
        rebuild(tmp_path / "absent", tmp_path / "index")
    assert not (tmp_path / "index").exists()


def test_a_folder_with_nothing_readable_leaves_the_index_as_it_was(corpus, tmp_path):
    rebuild(corpus, tmp_path / "index")
    expected = content(tmp_path / "index")
    shutil.rmtree(corpus)
    corpus.mkdir()
    with pytest.raises(CorpusNotFound, match="corpus contains no files to index"):
        rebuild(corpus, tmp_path / "index")
    (corpus / "a.xyz").write_bytes(b"\x89PNG\0\1\2" * 9)
    with pytest.raises(
        CorpusNotFound, match=r"contains no readable files; of 1, the first is a\.xyz: \.xyz files are not"
    ):
        rebuild(corpus, tmp_path / "index")
    assert content(tmp_path / "index") == expected


def test_two_rebuilds_at_once(corpus, tmp_path):
    rebuild(corpus, tmp_path / "index")
    with writer_lock(tmp_path / "index", 0), pytest.raises(IndexLocked, match=f"rebuilt by process {os.getpid()} on"):
        rebuild(corpus, tmp_path / "index", patience=0.1)


RUN = """
import sys
sys.path[:0] = sys.argv[3:]
from fakes import HashingEncoder
import index
report = index.rebuild(sys.argv[1], sys.argv[2], encoder=HashingEncoder())
print(report.documents, report.sentences)
"""


def process(corpus: Path, target: Path, **options) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", RUN, str(corpus), str(target), str(ROOT), str(SUPPORT)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def test_killed_at_any_moment_the_index_is_the_old_or_the_new(corpus, tmp_path):
    for number in range(40):
        (corpus / f"more-{number}.txt").write_text(f"Le texte {number}. " + TEXTS[number % 4] * 5, "utf-8")
    target, noise = tmp_path / "index", random.Random(5)
    began = time.monotonic()
    process(corpus, tmp_path / "fresh").communicate()
    whole = time.monotonic() - began
    allowed = {}
    for number in range(5):
        (corpus / "changing.txt").write_text(f"La version {number} de ce texte.", "utf-8")
        allowed[number] = f"La version {number} de ce texte."
        running = process(corpus, target)
        time.sleep(whole * noise.random())
        running.kill()
        running.communicate()
        try:
            index = open_fresh(target)
        except IndexNotFound:
            continue
        assert index.document("changing.txt").text in allowed.values()
        assert not snapshot.find_corrupted(index.snapshot, index.manifest)
        assert index.passages == index.manifest.passages
    rebuild(corpus, target)
    rebuild(corpus, tmp_path / "last")
    assert content(target) == content(tmp_path / "last")
    assert [path.name for path in target.iterdir() if path.is_dir()] == [snapshot.find_current(target).name]


def test_a_killed_build_goes_on_where_it_was(tmp_path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(30):
        (corpus / f"{number:02}.txt").write_text(f"Une phrase du texte {number}. " * 400, "utf-8")

    class Mortal(HashingEncoder):
        def encode(self, texts):
            if self.encoded >= 4400:  # after the first batch
                raise KeyboardInterrupt
            return super().encode(texts)

    mortal, encoder = Mortal(), HashingEncoder()
    with pytest.raises(KeyboardInterrupt):
        rebuild(corpus, tmp_path / "index", encoder=mortal)
    report = rebuild(corpus, tmp_path / "index", encoder=encoder)
    assert encoder.encoded == report.sentences - mortal.encoded < report.sentences


@pytest.mark.posix
def test_a_disk_that_is_full_is_told_and_the_old_index_stays(corpus, tmp_path):
    rebuild(corpus, tmp_path / "index")
    expected = content(tmp_path / "index")
    for number in range(60):
        (corpus / f"{number}.txt").write_text(f"Le texte {number}. {TEXTS[2]}" * 20, "utf-8")
    limit = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);" + (
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))"
    )
    command = [sys.executable, "-c", limit + RUN, str(corpus), str(tmp_path / "index"), str(ROOT), str(SUPPORT)]
    failed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "DiskFull: The disk that holds" in failed.stderr
    assert "is full or failing. Free some space, then rebuild." in failed.stderr
    assert content(tmp_path / "index") == expected
    assert rebuild(corpus, tmp_path / "index").documents == 65


def test_a_disk_that_may_not_be_written_to_is_told(corpus, tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StorageError, match=r"index\. Choose another folder with --index\."):
        rebuild(corpus, tmp_path / "index")


def test_an_index_cannot_be_a_file(corpus, tmp_path):
    (tmp_path / "index").write_text("un fichier")
    with pytest.raises(StorageError, match=r"index is a file, but an index is a folder\. Choose another one"):
        rebuild(corpus, tmp_path / "index")
    with pytest.raises(IndexNotFound, match="Build one: rag rebuild FOLDER"):
        open_index(tmp_path / "index")


def test_an_sqlite_that_finds_no_room_is_told(corpus, tmp_path, monkeypatch):
    def refuse(*args):
        full = sqlite3.OperationalError("database or disk is full")
        full.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise full

    monkeypatch.setattr("index.storage.documents.DocumentWriter.add", refuse)
    with pytest.raises(StorageError, match=r"The disk that holds .*index is full or failing\. Free some space"):
        rebuild(corpus, tmp_path / "index")
    monkeypatch.undo()
    rebuild(corpus, tmp_path / "index")
    assert list((tmp_path / "index").glob("snapshot-*")) == [snapshot.find_current(tmp_path / "index")]


def test_a_bug_keeps_its_traceback(corpus, tmp_path, monkeypatch):
    def bug(*args):
        raise ValueError("a bug")

    monkeypatch.setattr("index.storage.documents.DocumentWriter.add", bug)
    with pytest.raises(ValueError, match="a bug"):
        rebuild(corpus, tmp_path / "index")


def test_the_index_of_the_seeds_is_seen_at_once(tmp_path, monkeypatch):
    monkeypatch.setenv("RAG_INDEX", str(tmp_path / "index"))
    rebuild(SEEDS, None)
    assert open_index(encoder=ENCODER).document_ids[0] == "000_e8e7819b36a530f0.txt"


def test_an_empty_name_is_not_the_current_folder(corpus, tmp_path, monkeypatch):
    monkeypatch.chdir(corpus)
    with pytest.raises(CorpusNotFound) as raised:
        index.rebuild("", tmp_path / "index")
    assert str(raised.value) == "The folder name is empty. Name the folder that holds your documents."
    assert not (tmp_path / "index").exists()
