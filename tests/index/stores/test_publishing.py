"""A snapshot in a store is seen as a whole or not at all, and whoever reads it may finish on it."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Semaphore
from typing import Any

import psycopg
import pytest
from databases import Server

import rag
from index import Index, open_index, rebuild
from index.addresses import StoreAddress
from index.build.transfer import LOCAL, publish
from index.errors import IndexLocked, IndexNotFound
from index.stores.base import NoStore, StoreError
from index.stores.postgresql.candidates import PostgresCandidates
from index.stores.postgresql.write import PostgresWriter

pytestmark = pytest.mark.slow


def write_documents(folder: Path, version: int, documents: int = 3) -> Path:
    """Write documents that all tell the same version of a level."""
    folder.mkdir(exist_ok=True)
    for number in range(documents):
        text = f"Relevé {number}\n\nLa crue de la rivière a atteint {version} centimètres au pont numéro {number}."
        (folder / f"releve-{number}.txt").write_text(text, "utf-8")
    return folder


def levels(index: Index) -> set[str]:
    """The numbers of centimetres that an answer and its source tell."""
    answer = rag.ask("Combien de centimètres la crue a-t-elle atteints ?", index=index)
    assert answer.citations
    texts = [citation.quote for citation in answer.citations]
    texts += [index.document(citation.source).text for citation in answer.citations]
    return {text.split(" centimètres")[0].rsplit(" ", 1)[1] for text in texts}


def test_a_rebuild_fills_the_store_and_another_server_sees_it(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = rebuild(write_documents(tmp_path / "corpus", 310), url)
    assert (report.documents, report.added) == (3, 3)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "other"))  # as on another machine
    monkeypatch.setenv("RAG_INDEX", url)
    opened = open_index()
    assert isinstance(opened.candidates, PostgresCandidates)
    assert levels(opened) == {"310"}
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    rebuild(write_documents(tmp_path / "corpus", 475), url)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "other"))
    assert levels(open_index()) == {"475"}
    assert levels(opened) == {"310"}  # who reads the old one finishes on it


def test_readers_never_mix_two_snapshots(url: str, tmp_path: Path, store: Any) -> None:
    """Twenty are published under four readers: four contents in turn, each removed before it comes again."""
    sources = [_index_of(tmp_path, version, 2) for version in (101, 102, 103, 104)]
    publish(sources[0], store(url))
    is_over, answered, seen = Event(), Semaphore(0), set[str]()

    def read() -> int:
        answers = 0
        while not is_over.is_set() or not answers:
            current = levels(open_index(url))
            assert len(current) == 1, current
            seen.update(current)
            answers += 1
            answered.release()
        return answers

    with ThreadPoolExecutor(4) as readers:
        counts = [readers.submit(read) for _ in range(4)]
        try:
            for number in range(1, 20):
                publish(sources[number % 4], store(url))
                assert answered.acquire(timeout=60)  # so that slow readers see some of them
        finally:
            is_over.set()
        assert all(count.result() for count in counts)
    assert levels(open_index(url)) == {"104"}
    assert len(seen) > 1


def test_what_nobody_reads_is_removed(url: str, tmp_path: Path, store: Any, server: Server) -> None:
    target = tmp_path / "index"
    for version in (201, 202, 203):
        rebuild(write_documents(tmp_path / "corpus", version), target)
        publish(target, store(url))
        if version == 201:
            first = open_index(url)
    assert levels(first) == {"201"}
    assert server.rows(url, "snapshots") == 3  # the first is still read
    first.close()
    rebuild(write_documents(tmp_path / "corpus", 204), target)
    publish(target, store(url))
    current = open_index(url)
    assert server.rows(url, "snapshots") == 2
    assert server.rows(url, "segments") == 2 * len(current.manifest.segments)
    assert server.rows(url, "sentences") == 2 * current.sentences


def test_a_snapshot_is_published_again(url: str, tmp_path: Path, store: Any) -> None:
    for version in (150, 160):
        rebuild(write_documents(tmp_path / "corpus", version), tmp_path / "index")
        publish(tmp_path / "index", store(url))
    assert store(url).rollback().number == 1
    assert levels(open_index(url)) == {"150"}
    store(url).rollback()
    assert levels(open_index(url)) == {"160"}


def test_one_writer_at_a_time(url: str, tmp_path: Path, store: Any) -> None:
    rebuild(write_documents(tmp_path / "corpus", 150), tmp_path / "index")
    manifest = open_index(tmp_path / "index").manifest
    with store(url).begin(manifest), pytest.raises(IndexLocked, match="is being filled by another process"):
        publish(tmp_path / "index", store(url))
    assert publish(tmp_path / "index", store(url)) == 1


def test_rows_that_were_lost_are_noticed(url: str, tmp_path: Path, store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rebuild(write_documents(tmp_path / "corpus", 150), tmp_path / "index")
    monkeypatch.setattr(PostgresWriter, "_copy_vectors", lambda self, number, content: None)
    with pytest.raises(StoreError, match="does not hold what it was sent"):
        publish(tmp_path / "index", store(url))
    with pytest.raises(IndexNotFound):
        open_index(url)


_FILL = """
import sys
from pathlib import Path
from index.addresses import StoreAddress
from index.build.transfer import publish
from index.stores.postgresql.write import PostgresWriter
from index.stores.registry import connect

copied = []
def copy(self, number, content, own=PostgresWriter._copy_vectors):
    own(self, number, content)
    copied.append(number)
    if len(copied) == 2:  # in the middle of the transaction of the second segment
        print("half", flush=True)
        sys.stdin.read()
PostgresWriter._copy_vectors = copy
publish(Path(sys.argv[1]), connect(StoreAddress.parse(sys.argv[2])))
"""


def test_a_killed_writer_leaves_the_old_snapshot_and_its_work(
    url: str, tmp_path: Path, store: Any, server: Server
) -> None:
    publish(_index_of(tmp_path, 100, 3), store(url))
    large = _index_of(tmp_path, 200, 150)
    segments = len(open_index(large).manifest.segments)
    assert segments > 2
    order = [sys.executable, "-c", _FILL, str(large), url]
    with subprocess.Popen(order, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == "half\n"
        os.kill(writer.pid, signal.SIGKILL)
    assert levels(open_index(url)) == {"100"}
    assert store(url).state().unused == 1  # the first segment; nothing of the second
    added: list[str] = []
    add = PostgresWriter.add
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            PostgresWriter, "add", lambda self, content: (added.append(content.segment.name), add(self, content))[1]
        )
        publish(large, store(url))
    assert len(added) == segments - 1
    assert levels(open_index(url)) == {"200"}
    assert store(url).state().unused == 0


def test_a_killed_server_comes_back_with_the_published_snapshot(
    url: str, tmp_path: Path, store: Any, server: Server
) -> None:
    publish(_index_of(tmp_path, 100, 3), store(url))
    opened = open_index(url)
    assert levels(opened) == {"100"}
    server.stop()
    try:
        with pytest.raises(StoreError, match="does not answer"):
            open_index(url)
    finally:
        server.start()
    assert levels(opened) == levels(open_index(url)) == {"100"}  # its connections broke, and were replaced
    publish(_index_of(tmp_path, 300, 3), store(url))
    assert levels(open_index(url)) == {"300"}


def _index_of(base: Path, version: int, documents: int) -> Path:
    rebuild(write_documents(base / f"corpus-{version}", version, documents), base / f"index-{version}")
    return base / f"index-{version}"


def test_a_dump_is_restored(url: str, tmp_path: Path, store: Any, server: Server) -> None:
    """As docs/stores.md describes."""
    publish(_index_of(tmp_path, 100, 3), store(url))
    address = StoreAddress.parse(url)
    assert address
    server.run("createdb", "-h", "127.0.0.1", "-p", str(server.port), "-U", "postgres", "restored")
    dump, restored = f"{server.folder}/dump", address.database_url.replace("/postgres", "/restored", 2)
    restored = f"postgresql://postgres@127.0.0.1:{server.port}/restored"
    server.run(
        "pg_dump", "-Fc", "-n", address.schema, "-e", "vector", "-e", "fuzzystrmatch", "-f", dump, address.database_url
    )
    server.run("pg_restore", "--no-owner", "-d", restored, dump)
    assert levels(open_index(f"{restored}?schema={address.schema}")) == {"100"}


def test_what_is_wrong_is_one_sentence(server: Server, url: str, tmp_path: Path, store: Any) -> None:
    with pytest.raises(IndexNotFound, match=f"No index in postgresql://postgres@127.0.0.1:{server.port}/postgres"):
        open_index(url)
    with pytest.raises(NoStore, match="Create one: rag store init"):
        open_index(server.url("nothing_here"))
    with pytest.raises(StoreError, match=r"does not answer: .+\. Check that it is running"):
        open_index("postgresql://postgres@127.0.0.1:1/postgres")
    with pytest.raises(StoreError, match="holds no earlier snapshot"):
        store(url).rollback()
    assert StoreAddress.parse(url)
    with psycopg.connect(server.url("x").partition("?")[0], autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS guest")
        connection.execute("CREATE ROLE guest LOGIN")
    with pytest.raises(StoreError, match="does not allow that: permission denied"):
        store(server.url("of_a_guest", "guest")).create()
    as_guest = url.replace("postgres@", "guest@")
    with pytest.raises(StoreError, match="does not allow that: permission denied for schema"):
        open_index(as_guest)
    publish(_index_of(tmp_path, 100, 3), store(url))
    schema = url.partition("schema=")[2]
    with psycopg.connect(server.url("x").partition("?")[0], autocommit=True) as connection:
        connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO guest")  # type: ignore[arg-type]
        connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO guest")  # type: ignore[arg-type]
    assert levels(open_index(as_guest)) == {"100"}
    with pytest.raises(StoreError, match="does not allow that: permission denied for table"):
        publish(_index_of(tmp_path, 101, 3), store(as_guest))


def test_a_client_that_is_not_installed(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("psycopg", "index.stores.postgresql"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.setattr(sys.modules["index.stores.registry"], "PostgresStore", None, raising=False)
    with pytest.raises(StoreError, match=r"needs the package psycopg, .*: pip install 'sourcier\[postgresql\]'"):
        open_index(url)


def test_the_writer_keeps_its_own_index(url: str, tmp_path: Path) -> None:
    rebuild(write_documents(tmp_path / "corpus", 100), url)
    assert (open_index(url).folder / LOCAL / "CURRENT").exists()
