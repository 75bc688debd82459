"""A snapshot in a store is seen as a whole or not at all, and whoever reads it may finish on it."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event, Semaphore
from typing import Any

import numpy as np
import pytest
from databases import Folder, Milvus, Postgres, Server, on_servers
from indexed import index_of_level, levels, write_documents
from typer.testing import CliRunner

from index import check_index, open_index, rebuild
from index.addresses import StoreAddress
from index.build.local.write import LocalWriter
from index.build.transfer import LOCAL, publish
from index.errors import IndexCorrupted, IndexLocked, IndexNotFound
from index.files import sha256_of
from index.progress import Progress
from index.storage.local import LocalCandidates
from index.stores.base import NoStore, StoreError
from index.stores.candidates import StoreCandidates
from index.stores.replica import update_replica
from ui.cli.main import app

pytestmark = pytest.mark.slow


def writing(server: Server) -> tuple[Any, str]:
    """The writer of a kind of stores, and the name of its method that copies vectors, the last rows of a segment."""
    if isinstance(server, Milvus):
        from index.stores.milvus.write import MilvusWriter

        return MilvusWriter, "_add_vectors"
    if isinstance(server, Folder):
        return LocalWriter, "_add_codes"
    from index.stores.postgresql.write import PostgresWriter

    return PostgresWriter, "_copy_vectors"


def test_a_rebuild_fills_the_store_and_another_server_sees_it(
    url: str, tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = rebuild(write_documents(tmp_path / "corpus", 310), url)
    assert (report.documents, report.added) == (3, 3)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "other"))  # as on another machine
    monkeypatch.setenv("RAG_INDEX", url)
    opened = open_index()
    assert isinstance(opened.candidates, LocalCandidates if isinstance(server, Folder) else StoreCandidates)
    assert levels(opened) == {"310"}
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    rebuild(write_documents(tmp_path / "corpus", 475), url)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "other"))
    assert levels(open_index()) == {"475"}
    assert levels(opened) == {"310"}  # who reads the old one finishes on it


_ASK = """
import sys
from indexed import levels
from index import open_index
for line in sys.stdin:
    print(*levels(open_index(sys.argv[1])), flush=True)
"""


def test_the_next_question_to_another_server_is_of_the_new_snapshot(url: str, tmp_path: Path, store: Any) -> None:
    order = [sys.executable, "-c", _ASK, url]
    paths = os.pathsep.join([str(Path(__file__).parents[2] / "support"), *sys.path])
    environment = os.environ | {"XDG_DATA_HOME": str(tmp_path / "other"), "PYTHONPATH": paths}
    publish(index_of_level(tmp_path, 100, 2), store(url))
    with subprocess.Popen(order, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdin
        assert process.stdout
        for version in (100, 200, 300):
            if version > 100:
                publish(index_of_level(tmp_path, version, 2), store(url))
            process.stdin.write("ask\n")
            process.stdin.flush()
            assert process.stdout.readline() == f"{version}\n"


@on_servers
def test_another_server_reads_of_a_new_snapshot_what_is_new(
    url: str, tmp_path: Path, store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the documents' size: files that it has are neither fetched nor hashed again."""
    corpus = write_documents(tmp_path / "corpus", 100, 150)
    rebuild(corpus, tmp_path / "index")
    publish(tmp_path / "index", store(url))
    before = {segment.name for segment in open_index(url).manifest.segments}
    (corpus / "releve-0.txt").write_text("La crue de la rivière a atteint 100 centimètres au vieux pont.", "utf-8")
    rebuild(corpus, tmp_path / "index")
    publish(tmp_path / "index", store(url))
    hashed = list[Path]()

    def noted(path: str | Path) -> str:
        hashed.append(Path(path))
        return sha256_of(path)

    monkeypatch.setattr("index.storage.snapshot.sha256_of", noted)
    opened = open_index(url)
    new = {segment.name for segment in opened.manifest.segments} - before
    assert {path.parent.name for path in hashed} == new
    assert len(new) == 1 < len(before)
    assert check_index(opened.folder) == []


@on_servers
def test_a_copy_that_is_damaged_is_fetched_again(
    url: str, tmp_path: Path, store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(index_of_level(tmp_path, 100, 3), store(url))
    opened = open_index(url)
    texts = opened.snapshot / opened.manifest.segments[0].name / "texts.utf8"
    texts.write_bytes(texts.read_bytes().replace(b"100", b"999"))
    monkeypatch.setenv("RAG_INDEX", url)
    checked = CliRunner().invoke(app, ["status", "--check"])
    assert isinstance(checked.exception, IndexCorrupted)
    assert str(checked.exception).endswith("texts.utf8. The next command or question fetches it again.")
    update_replica(opened.folder)  # by another process
    assert levels(open_index(url)) == {"100"}  # as a server asks that had opened the damaged copy
    assert CliRunner().invoke(app, ["status", "--check"]).exit_code == 0


@on_servers
def test_what_is_sent_is_told(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.build.transfer._REPORT_EVERY", 10)
    told: list[Progress] = []
    report = rebuild(write_documents(tmp_path / "corpus", 310, 60), url, progress=told.append)
    sent = [now.done for now in told if now.phase == "sending"]
    assert sent[0] == 0
    assert sent[-1] == report.passages
    assert len(sent) > 3
    assert sent == sorted(sent)
    assert [now.phase for now in told][-len(sent) :] == ["sending"] * len(sent)


def test_readers_never_mix_two_snapshots(url: str, tmp_path: Path, store: Any, server: Server) -> None:
    """Twenty are published under four readers: four contents in turn. PostgreSQL removes each before it comes again."""
    sources = [index_of_level(tmp_path, version, 2) for version in (101, 102, 103, 104)]
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
            for number in range(1, 8 if isinstance(server, Milvus) else 20):  # milvus-lite is slow
                publish(sources[number % 4], store(url))
                assert answered.acquire(timeout=60)  # so that slow readers see some of them
        finally:
            is_over.set()
        assert all(count.result() for count in counts)
    assert levels(open_index(url)) == {"104"}
    assert len(seen) > 1


def test_what_nobody_reads_is_removed(
    url: str, tmp_path: Path, store: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "index"
    for version in (201, 202, 203):
        rebuild(write_documents(tmp_path / "corpus", version), target)
        publish(target, store(url))
        if version == 201:
            first = open_index(url)
    assert levels(first) == {"201"}
    assert server.rows(url, "snapshots") == (
        2 if isinstance(server, Folder) else 3
    )  # the first is read: there, as files
    first.close()
    if isinstance(server, Milvus):
        monkeypatch.setattr("index.stores.milvus.collections.RETENTION_SECONDS", 0.0)  # there, readers have an hour
    rebuild(write_documents(tmp_path / "corpus", 204), target)
    publish(target, store(url))
    current = open_index(url)
    assert server.rows(url, "snapshots") == 2
    assert server.rows(url, "segments") == 2 * len(current.manifest.segments)
    assert server.rows(url, "sentences") == 2 * current.sentences


def test_several_servers_create_a_store_at_once(server: Server, store: Any) -> None:
    for number in range(2):
        url, start = server.url(f"at_once_{number}"), Barrier(6)

        def create(address: str = url, start: Barrier = start) -> None:
            start.wait(30)
            store(address).create()

        with ThreadPoolExecutor(6) as threads:
            for created in [threads.submit(create) for _ in range(6)]:
                created.result()
        assert store(url).current() is None


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
    with (
        store(url).begin(manifest),
        pytest.raises(IndexLocked, match=r"is being (filled|rebuilt) by (another )?process"),
    ):
        publish(tmp_path / "index", store(url))
    assert publish(tmp_path / "index", store(url)) == 1


def test_rows_that_were_lost_are_noticed(
    url: str, tmp_path: Path, store: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuild(write_documents(tmp_path / "corpus", 150), tmp_path / "index")
    with monkeypatch.context() as patch:
        nothing = (0, 0) if isinstance(server, Milvus) else 0  # bytes, with a checksum in Milvus
        patch.setattr(*writing(server), lambda self, number, content: nothing)
        with pytest.raises(StoreError, match="does not hold what it was sent"):
            publish(tmp_path / "index", store(url))
    with pytest.raises(IndexNotFound):
        open_index(url)
    assert (server.rows(url, "segments"), store(url).state().segments) == (0, 0)
    publish(tmp_path / "index", store(url))  # as the message says
    assert levels(open_index(url)) == {"150"}


def test_rows_of_a_fill_that_did_not_end_are_counted_before_they_are_used(
    url: str, tmp_path: Path, store: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuild(write_documents(tmp_path / "corpus", 150), tmp_path / "index")
    with monkeypatch.context() as patch:
        patch.setattr(writing(server)[0], "publish", lambda self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            publish(tmp_path / "index", store(url))
    lose_a_vector(server, url)
    with pytest.raises(StoreError, match=r"does not hold what it was sent .+ Publish again"):
        publish(tmp_path / "index", store(url))
    publish(tmp_path / "index", store(url))
    assert levels(open_index(url)) == {"150"}
    assert server.rows(url, "sentences") == open_index(url).sentences


def lose_a_vector(server: Server, url: str) -> None:
    """Remove a row of a store behind its back."""
    if isinstance(server, Folder):
        (path,) = Path(url).glob("*.partial/*/codes-*")
        path.write_bytes(path.read_bytes()[256:])
        return
    address = StoreAddress.parse(url)
    assert address
    if isinstance(server, Postgres):
        server.execute(f"DELETE FROM {address.schema}.sentences WHERE address & 1 = 1")
        return
    from index.stores.milvus.connection import Connection

    with Connection(address) as connection:
        (name,) = (name for name in connection.collections() if name.startswith("sentences_"))
        row = connection.rows(name, "", ["address"], 1)[0]
        connection.delete(name, f"address == {row['address']}")


def damage_a_vector(server: Server, url: str) -> None:
    """Change a value of the store behind its back; the rows are as many as before."""
    address = StoreAddress.parse(url)
    if isinstance(server, Folder):
        path = next(Path(url).glob("snapshot-*/*/vectors.faiss"))
        path.write_bytes(path.read_bytes()[:-1] + bytes([path.read_bytes()[-1] ^ 1]))
    elif isinstance(server, Postgres):
        assert address
        changed = "(SELECT ('[' || string_agg(CASE n WHEN 9 THEN '77' ELSE v END, ',') || ']')::halfvec"
        changed += " FROM unnest(string_to_array(trim(codes::text, '[]'), ',')) WITH ORDINALITY AS t(v, n))"
        server.execute(f"UPDATE {address.schema}.sentences SET codes = {changed} WHERE address & 268435455 = 1")
    else:
        from index.stores.milvus.connection import Connection

        assert address
        with Connection(address) as connection:
            (name,) = (name for name in connection.collections() if name.startswith("sentences_"))
            row = connection.rows(name, "", ["address", "vector"], 1)[0]
            vector = [77.0, *list(row["vector"])[1:]]
            connection._ask("upsert", connection._name(name), data=[{"address": row["address"], "vector": vector}])


def test_what_is_damaged_after_it_was_published_is_noticed_and_sent_again(
    url: str, tmp_path: Path, store: Any, server: Server
) -> None:
    source = index_of_level(tmp_path, 150, 12)
    publish(source, store(url))
    assert list(store(url).check(store(url).current())) == []
    damage_a_vector(server, url)
    damaged = list(store(url).check(store(url).current()))
    assert len(damaged) == 1
    assert damaged[0] in {segment.name for segment in open_index(source).manifest.segments}
    publish(source, store(url), check=True)
    assert list(store(url).check(store(url).current())) == []
    local, remote = open_index(source), open_index(url)
    numbers = np.arange(local.sentences)
    assert remote.candidates.vectors(numbers).tobytes() == local.candidates.vectors(numbers).tobytes()
    assert levels(remote) == {"150"}


@on_servers
@pytest.mark.parametrize("table", ["postings", "words", "files"])
def test_each_kind_of_rows_is_compared(url: str, tmp_path: Path, store: Any, server: Server, table: str) -> None:
    publish(index_of_level(tmp_path, 150, 12), store(url))
    opened, address = open_index(url), StoreAddress.parse(url)
    assert address
    if isinstance(server, Postgres):
        server.execute(f"DELETE FROM {address.schema}.{table} WHERE ctid = '(0,1)'")
    else:
        from index.stores.milvus.connection import Connection

        collection, key = {"postings": ("passages", "address"), "words": ("words", "id"), "files": ("files", "name")}[
            table
        ]
        with Connection(address) as connection:
            rows = connection.rows(collection, "owner > 0" if table == "files" else "", [key], 9)
            value = f'"{rows[0][key]}"' if table == "files" else rows[0][key]
            connection.delete(collection, f"{key} == {value}")
    assert len(store(url).check(store(url).current())) == 1
    opened.close()


def test_a_store_that_was_emptied_and_filled_anew_is_noticed(
    url: str, tmp_path: Path, store: Any, server: Server
) -> None:
    publish(index_of_level(tmp_path, 100, 3), store(url))
    opened = open_index(url)
    server.empty(url)
    store(url).create()
    assert publish(index_of_level(tmp_path, 300, 3), store(url)) == 1  # numbers come again
    assert isinstance(server, Folder) or not opened.candidates.is_current()  # there, ``CURRENT`` tells
    assert levels(open_index(url)) == {"300"}


_FILL = """
import sys
from pathlib import Path
from pydoc import locate
from databases import store_at
from index.build.transfer import publish

writer, name = locate(sys.argv[3]), sys.argv[4]
copied = []
def copy(self, number, content, own=getattr(writer, name)):
    size = own(self, number, content)
    copied.append(number)
    if len(copied) == 2:  # before the second segment is complete
        print("half", flush=True)
        sys.stdin.read()
    return size
setattr(writer, name, copy)
publish(Path(sys.argv[1]), store_at(sys.argv[2]))
"""


def test_a_killed_writer_leaves_the_old_snapshot_and_its_work(
    url: str, tmp_path: Path, store: Any, server: Server
) -> None:
    publish(index_of_level(tmp_path, 100, 3), store(url))
    large = index_of_level(tmp_path, 200, 150)
    segments = len(open_index(large).manifest.segments)
    assert segments > 2
    writer, name = writing(server)
    order = [sys.executable, "-c", _FILL, str(large), url, f"{writer.__module__}.{writer.__name__}", name]
    paths = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2] / "support"), *sys.path])}
    with subprocess.Popen(order, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=paths) as process:
        assert process.stdout
        assert process.stdout.readline() == "half\n"
        process.kill()
    assert levels(open_index(url)) == {"100"}
    assert store(url).state().unused == 1  # the first segment; nothing of the second
    added: list[str] = []
    add = writer.add

    def noted(self: Any, content: Any) -> Any:
        added.append(content.segment.name)
        return add(self, content)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "add", noted)
        publish(large, store(url))
    assert len(added) == segments - 1
    assert levels(open_index(url)) == {"200"}
    assert store(url).state().unused == 0


@on_servers
def test_a_server_that_is_killed_while_it_is_filled(
    url: str, tmp_path: Path, store: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(index_of_level(tmp_path, 100, 3), store(url))
    large = index_of_level(tmp_path, 200, 150)
    segments = len(open_index(large).manifest.segments)
    writer, name = writing(server)
    copy, copied, fatal = getattr(writer, name), list[int](), 2

    def counted(self: Any, number: int, content: Any) -> Any:
        copied.append(number)
        if len(copied) == fatal:
            server.stop()
        return copy(self, number, content)

    monkeypatch.setattr(writer, name, counted)
    try:
        with pytest.raises(StoreError, match="does not answer"):
            publish(large, store(url))
    finally:
        server.start()
    assert levels(open_index(url)) == {"100"}
    copied.clear()
    fatal = segments + 1  # the server runs on
    publish(large, store(url))
    assert len(copied) == segments - 1  # the first was whole
    assert levels(open_index(url)) == {"200"}
    assert store(url).state().unused == 0


@on_servers
def test_a_killed_server_comes_back_with_the_published_snapshot(
    url: str, tmp_path: Path, store: Any, server: Server
) -> None:
    publish(index_of_level(tmp_path, 100, 3), store(url))
    opened = open_index(url)
    assert levels(opened) == {"100"}
    server.stop()
    try:
        with pytest.raises(StoreError, match="does not answer"):
            open_index(url)
    finally:
        server.start()
    assert levels(opened) == levels(open_index(url)) == {"100"}  # its connections broke, and were replaced
    publish(index_of_level(tmp_path, 300, 3), store(url))
    assert levels(open_index(url)) == {"300"}


@on_servers
def test_what_is_wrong_is_one_sentence(server: Server, url: str, store: Any) -> None:
    with pytest.raises(IndexNotFound, match=f"No index in {url.partition('?')[0]}"):
        open_index(url)
    with pytest.raises(NoStore, match="Create one: rag store init"):
        open_index(server.url("nothing_here"))
    with pytest.raises(StoreError, match=r"does not answer: .+\. Check that it is running"):
        open_index(url.replace(f":{server.port}", ":1"))
    with pytest.raises(StoreError, match="holds no earlier snapshot"):
        store(url).rollback()


@pytest.mark.parametrize(("kind", "package"), [("postgresql", "psycopg"), ("milvus", "pymilvus"), ("milvus", "grpc")])
def test_a_client_that_is_not_installed(kind: str, package: str) -> None:
    program = f"import sys; sys.modules[{package!r}] = None; import index; index.open_index('{kind}://127.0.0.1:1/x')"
    failed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    said = failed.stderr.splitlines()[-1]
    assert said.startswith("index.stores.base.StoreError: ")
    assert said.endswith(f"needs the package {package}, which is not installed: pip install 'sourcier[{kind}]'")


@on_servers
def test_the_writer_keeps_its_own_index(url: str, tmp_path: Path) -> None:
    rebuild(write_documents(tmp_path / "corpus", 100), url)
    assert (open_index(url).folder / LOCAL / "CURRENT").exists()
