"""A row of the cache that no rebuild wrote is read again from its file, and unpacked no further than a file may be."""

import json
import shutil
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import HashingEncoder
from handed import TRUTH, content, key_of

import index
from index.build import chunked_file
from index.build.cache import Cache, CacheCorrupted, _sum
from index.build.chunked_file import make_row
from index.build.ingest import to_chunked_file
from index.errors import UserError
from index.progress import Progress
from index.readers import registry
from index.readers.plain.text import parse_plain_text
from index.storage import snapshot
from index.workers.read_worker import chunk_document


def row(**values: Any) -> list[Any]:
    names = ("text", "rest", "sentences", "passages", "languages")
    return list(
        {
            **dict(zip(names, make_row(to_chunked_file(chunk_document("", parse_plain_text(TRUTH)))), strict=True)),
            **values,
        }.values()
    )


ROWS = {
    "no compressed text": row(text=b"junk"),
    "half a compressed text": row(text=zlib.compress(TRUTH.encode())[:-3]),
    "a text that is no text": row(text=zlib.compress(b"\xff\xff")),
    "a number for a text": row(text=7),
    "facts that are a list": row(rest="[]"),
    "facts that are nested": row(rest="[" * 100_000),
    "pages beyond the text": row(rest=json.dumps({**parse_plain_text("a").to_dict(), "pages": [10**9]})),
    "a title that is a list": row(rest=json.dumps({**parse_plain_text("a").to_dict(), "title": ["a"]})),
    "a sentence beyond the text": row(sentences=np.array([[0, 10**6]], np.int32).tobytes()),
    "a sentence from its end": row(sentences=np.array([[9, 3]], np.int32).tobytes()),
    "no sentence": row(sentences=b""),
    "a third of a sentence": row(sentences=b"123"),
    "a passage of no sentence": row(passages=np.array([4], np.int32).tobytes()),
    "passages without a language": row(passages=np.array([0, 0], np.int32).tobytes()),
    "no passages": row(passages=None),
    "languages that are bytes": row(languages=b"fr"),
}


def kept_row(target: Path, corpus: Path, values: list[Any]) -> None:
    with sqlite3.connect(target / "cache.sqlite") as rows:
        key = key_of(corpus / "pont.txt")
        rows.execute("INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?, ?, ?, ?)", [key, *values, _sum(values)])
    rows.close()


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ROWS)
def test_a_row_of_another_shape_is_read_again_from_its_file(corpus, target, wrong):
    before = content(target)
    kept_row(target, corpus, ROWS[wrong])
    shutil.rmtree(snapshot.find_current(target))
    index.rebuild(corpus, target)
    assert content(target) == before


def test_a_row_that_was_kept_comes_back():
    prepared_before = to_chunked_file(chunk_document("", parse_plain_text(TRUTH)))
    again = chunked_file.parse_row(make_row(prepared_before))
    assert (again.parsed, again.languages) == (prepared_before.parsed, prepared_before.languages)
    assert again.sentences.tolist() == prepared_before.sentences.tolist()


def test_a_text_is_unpacked_no_further_than_a_file_may_hold(corpus, target, monkeypatch):
    assert chunked_file.LARGEST_TEXT >= 4 * registry._LONGEST
    monkeypatch.setattr("index.build.chunked_file.LARGEST_TEXT", 1_000_000)
    bomb = zlib.compress(b" " * 50_000_000)
    kept_row(target, corpus, row(text=bomb))
    unpacked: list[int] = []
    real = zlib.decompressobj

    class Counting:
        def __init__(self) -> None:
            self.real = real()

        def decompress(self, data: bytes, most: int) -> bytes:
            chunk = self.real.decompress(data, most)
            unpacked.append(len(chunk))
            return chunk

        @property
        def eof(self) -> bool:
            return self.real.eof

    monkeypatch.setattr("index.build.chunked_file.zlib.decompressobj", Counting)
    cache = Cache(target / "cache.sqlite")
    with pytest.raises(CacheCorrupted):
        cache.text(key_of(corpus / "pont.txt"))
    assert unpacked == [1_000_000]
    assert cache.counts(key_of(corpus / "pont.txt")) is None  # forgotten, and read again by the next rebuild
    cache.close()


def test_vectors_of_another_shape_are_computed_again(corpus, target):
    before = content(target)
    with sqlite3.connect(target / "cache.sqlite") as rows:
        rows.execute("UPDATE vectors SET codes = ?, checksum = ?", [b"\1" * 512, _sum([b"\1" * 512])])
    rows.close()
    (corpus / "pont.txt").write_text(f"{TRUTH} {TRUTH}", "utf-8")
    index.rebuild(corpus, target)
    (corpus / "pont.txt").write_text(TRUTH, "utf-8")
    index.rebuild(corpus, target)
    assert content(target) == before


@pytest.mark.slow
@pytest.mark.parametrize("reason", ["[]", "{}", "3", '["{:>99999999999}", "x"]', '["{0.__class__}", "x"]', "[["])
def test_a_reason_that_no_rebuild_wrote_is_not_told(corpus, target, reason):
    with sqlite3.connect(target / "cache.sqlite") as rows:
        rows.execute("UPDATE unreadable SET reason = ?, checksum = ?", [reason, _sum([reason])])
    rows.close()
    (corpus / "new.txt").write_text("Un texte nouveau.", "utf-8")
    assert [file.reason for file in index.rebuild(corpus, target).skipped] == ["it is empty"]


def test_a_cache_is_closed_only_once_what_is_being_kept_is_kept(tmp_path: Path) -> None:
    """SQLite crashes the process where a connection is closed while another thread uses it."""
    cache, keeping, go_on = Cache(tmp_path / "cache.sqlite"), threading.Event(), threading.Event()
    content_of_a_file = to_chunked_file(chunk_document("", parse_plain_text(TRUTH)))

    def slowly() -> Iterator[tuple[str, chunked_file.ChunkedFile, Any]]:
        keeping.set()
        assert go_on.wait(10)
        yield "key", content_of_a_file, np.ones((1, 8), np.int8)

    keeper = threading.Thread(target=cache.put, args=(slowly(), "an encoder"))
    closer = threading.Thread(target=cache.close)
    keeper.start()
    assert keeping.wait(10)
    closer.start()
    closer.join(0.2)
    assert closer.is_alive()
    go_on.set()
    closer.join(10)
    keeper.join(10)
    assert not closer.is_alive()
    again = Cache(tmp_path / "cache.sqlite")
    assert again.counts("key") is not None
    again.close()


@pytest.mark.slow
def test_a_rebuild_that_is_stopped_leaves_no_thread_at_work(tmp_path: Path) -> None:
    """Else it would go on with a cache that is closed."""

    class SlowEncoder(HashingEncoder):
        at_work = 0

        def encode(self, texts: Any) -> Any:
            SlowEncoder.at_work += 1
            time.sleep(0.5)
            try:
                return super().encode(texts)
            finally:
                SlowEncoder.at_work -= 1

    def stop(progress: Progress) -> None:
        while not SlowEncoder.at_work:  # the next texts are being encoded
            time.sleep(0.01)
        raise UserError("Stopped.")

    (tmp_path / "corpus").mkdir()
    for number in range(30):
        text = " ".join(f"La phrase {n} du texte {number} est ici." for n in range(400))
        (tmp_path / "corpus" / f"{number:02}.txt").write_text(text, "utf-8")
    before = set(threading.enumerate())
    with pytest.raises(UserError, match=r"^Stopped\.$") as raised:  # its traceback keeps what was under way
        index.rebuild(tmp_path / "corpus", tmp_path / "index", encoder=SlowEncoder(), progress=stop)
    assert SlowEncoder.at_work == 0
    assert set(threading.enumerate()) <= before
    assert raised.traceback
