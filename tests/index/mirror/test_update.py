"""An index of documents in S3-compatible storage: fetched once, followed, and never lost to a failure there."""

import asyncio
import os
import sqlite3
import stat
import sys
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from aiohttp import ClientPayloadError
from botocore.exceptions import EndpointConnectionError
from s3fs.core import S3FileSystem

import rag
from index import forget, open_index, rebuild, watch_folder
from index.addresses import S3Address
from index.build.erase import NotForgotten, find_traces
from index.errors import CorpusNotFound, CorpusUnreachable, DiskFull, IndexLocked, NothingToIndex, UserError
from index.mirror import update
from index.mirror.bucket import Bucket
from index.mirror.listing import NAME, Listing, RemoteObject
from index.progress import Progress
from index.storage.lock import writer_lock

DECREE = "The decree on salt was signed by Anne Martin on 3 May 2021."


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the objects that are fetched, as they are."""
    names, download = list[str](), Bucket.download

    async def noted(self: Bucket, remote: RemoteObject, file: object) -> None:
        names.append(remote.name)
        await download(self, remote, file)  # type: ignore[arg-type]

    monkeypatch.setattr(Bucket, "download", noted)
    return names


def folder_of(bucket) -> Path:
    return S3Address(bucket.name, "law").folder


def files_of(bucket) -> dict[str, str]:
    folder = folder_of(bucket)
    paths = [Path(parent, name) for parent, _, names in os.walk(folder) for name in names]
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths}


def ids(target: Path) -> list[str]:
    return sorted(open_index(target).document_ids)


def test_documents_are_fetched_once_and_quoted(bucket, target, fetched):
    bucket.put("2021/salt.txt", DECREE)
    bucket.put("empty/", "")
    bucket.put(".hidden.txt", "Nothing.")
    bucket.client.put_object(Bucket=bucket.name, Key="lawless.txt", Body=b"Not below the prefix.")
    events: list[Progress] = []
    report = rebuild(f"{bucket.url}/", target, progress=events.append)
    assert (report.documents, report.skipped, report.warnings) == (1, (), ())
    (citation, *_) = rag.ask("Who signed the decree on salt?", index=target).citations
    assert (citation.source, citation.quote) == ("2021/salt.txt", DECREE)
    assert open_index(target).manifest.corpus == bucket.url
    assert [(event.done, event.total, event.total_bytes) for event in events if event.phase == "fetching"][-1] == (
        1,
        1,
        len(DECREE),
    )
    snapshot = open_index(target).snapshot
    assert rebuild(Path(bucket.url), target).unchanged == 1  # a path joins slashes
    assert open_index(target).snapshot == snapshot
    assert fetched == ["2021/salt.txt"]


def test_what_changes_there_changes_here(bucket, target, fetched):
    for name in ("same.txt", "changed.txt", "gone.txt", "folder/file.txt"):
        bucket.put(name, f"This is {name}.")
    rebuild(bucket.url, target)
    bucket.put("changed.txt", "This was changed.")
    bucket.put("new.txt", "This is new.")
    bucket.put("gone.txt/inside.txt", "A file became a folder.")
    bucket.delete("gone.txt")
    bucket.put("folder", "A folder became a file.")
    bucket.delete("folder/file.txt")
    fetched.clear()
    report = rebuild(bucket.url, target)
    assert (report.added, report.changed, report.removed, report.unchanged) == (3, 1, 2, 1)
    assert sorted(fetched) == ["changed.txt", "folder", "gone.txt/inside.txt", "new.txt"]
    assert files_of(bucket) == {
        "same.txt": "This is same.txt.",
        "changed.txt": "This was changed.",
        "new.txt": "This is new.",
        "gone.txt/inside.txt": "A file became a folder.",
        "folder": "A folder became a file.",
    }


def test_a_mirror_that_was_changed_is_put_right(bucket, target, tmp_path):
    bucket.put("a.txt", "As it is.")
    bucket.put("d/b.txt", "As it is, too.")
    rebuild(bucket.url, target)
    expected, folder, outside = files_of(bucket), folder_of(bucket), tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_text("Not of the mirror.")
    (folder / "a.txt").write_text("Not so.!!")
    (folder / "foreign.txt").write_text("Nobody stored this.")
    (folder / "linked").symlink_to(outside)
    (folder / "d" / "b.txt").unlink()
    (folder / "d" / "b.txt").symlink_to(outside / "kept.txt")
    rebuild(bucket.url, target)
    assert files_of(bucket) == expected
    assert [path.name for path in folder.rglob("*") if path.is_symlink()] == []
    assert (outside / "kept.txt").read_text() == "Not of the mirror."


def test_hostile_names_are_skipped_and_nothing_leaves_the_mirror(bucket, target, data):
    names = ["../../up.txt", "a//b.txt", "nul\0.txt", "f", "f/g.txt", "x" * 300, "b\\..\\c.txt", "q?versionId=3.txt"]
    for name in names:
        bucket.put(name, f"A text of {len(name)} characters.")
    before = {path for path in data.parent.rglob("*") if "mirrors" not in path.parts}
    report = rebuild(bucket.url, target)
    assert [row.source[:20] for row in report.skipped] == ["../../up.txt", "a//b.txt", "f", "nul�.txt", "x" * 20]
    assert ids(target) == ["b\\..\\c.txt", "f/g.txt", "q?versionId=3.txt"] == sorted(files_of(bucket))
    after = {path for path in data.parent.rglob("*") if "mirrors" not in path.parts and target not in path.parents}
    assert after - before <= {target, data, data / "sourcier"}


def test_the_mirror_is_private_and_holds_no_secret(bucket, target, data, secret):
    bucket.put("d/a.txt", DECREE)
    old = os.umask(0)
    try:
        rebuild(bucket.url, target)
    finally:
        os.umask(old)
    mirror = S3Address(bucket.name, "law").mirror
    assert {stat.S_IMODE(path.stat().st_mode) for path in mirror.rglob("*") if path.is_dir()} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in mirror.rglob("*") if path.is_file()} == {0o600}
    files = [path for root in (data, target) for path in root.rglob("*") if path.is_file()]
    assert len(files) > 5
    assert [path for path in files if secret.encode() in path.read_bytes()] == []


# ---- objects that cannot be had


def test_an_object_that_is_refused_costs_no_other(bucket, target):
    bucket.put("archived.txt", "In a glacier.", StorageClass="GLACIER")
    bucket.put("open.txt", DECREE)
    report = rebuild(bucket.url, target)
    assert ids(target) == ["open.txt"]
    assert [(row.source, row.reason) for row in report.skipped] == [
        ("archived.txt", "it cannot be fetched (InvalidObjectState)")
    ]


def test_the_version_before_stays_with_a_warning(bucket, target):
    bucket.put("a.txt", DECREE)
    rebuild(bucket.url, target)
    bucket.put("a.txt", "Another text.", StorageClass="GLACIER")
    report = rebuild(bucket.url, target)
    assert [(row.source, row.reason) for row in report.warnings] == [
        ("a.txt", "it cannot be fetched (InvalidObjectState); the previous version is indexed")
    ]
    assert (report.skipped, report.unchanged) == ((), 1)
    bucket.put("a.txt", "Another text.")
    assert rebuild(bucket.url, target).warnings == ()
    assert files_of(bucket) == {"a.txt": "Another text."}


def test_two_versions_are_never_mixed(bucket, target, monkeypatch):
    bucket.put("a.txt", "The first version.")
    bucket.put("b.txt", DECREE)
    download = Bucket.download

    async def replaced(self, remote, file):
        if remote.name == "a.txt":
            bucket.put("a.txt", "The other version.")
        await download(self, remote, file)

    with monkeypatch.context() as patched:
        patched.setattr(Bucket, "download", replaced)
        report = rebuild(bucket.url, target)
    assert [(row.source, row.reason) for row in report.skipped] == [
        ("a.txt", "it cannot be fetched (PreconditionFailed)")
    ]
    rebuild(bucket.url, target)
    assert files_of(bucket)["a.txt"] == "The other version."


class Breaking:
    """A body that breaks off after its first piece."""

    def __init__(self, body):
        self.body, self.pieces = body, 0

    async def __aenter__(self):
        await self.body.__aenter__()
        return self

    async def __aexit__(self, *raised):
        await self.body.__aexit__(*raised)

    async def read(self, size):
        self.pieces += 1
        if self.pieces > 1:
            raise ClientPayloadError("cut")
        return await self.body.read(10)


def break_off(monkeypatch, times: int, of: str = "") -> list[str]:
    """Have so many transfers of an object, or of any, break off; return the ranges that are asked for."""
    call, ranges = S3FileSystem._call_s3, list[str]()

    async def broken(self, method, *arguments, **asked):
        reply = await call(self, method, *arguments, **asked)
        if method == "get_object" and asked["Key"].endswith(of):
            ranges.append(asked.get("Range", ""))
            if len(ranges) <= times:
                reply["Body"] = Breaking(reply["Body"])
        return reply

    monkeypatch.setattr(S3FileSystem, "_call_s3", broken)
    return ranges


def test_a_transfer_that_breaks_off_goes_on_where_it_was(bucket, target, monkeypatch):
    bucket.put("a.txt", DECREE)
    ranges = break_off(monkeypatch, 2)
    assert rebuild(bucket.url, target).documents == 1
    assert ranges == ["", "bytes=10-", "bytes=20-"]
    assert files_of(bucket) == {"a.txt": DECREE}


def test_an_object_that_always_breaks_off_costs_no_other(bucket, target, monkeypatch):
    bucket.put("a.txt", DECREE * 10)
    bucket.put("b.txt", "Short.")
    break_off(monkeypatch, 3, of="a.txt")
    report = rebuild(bucket.url, target)
    assert [(row.source, row.reason) for row in report.skipped] == [
        ("a.txt", "it cannot be fetched (ClientPayloadError)")
    ]
    assert ids(target) == ["b.txt"]


def test_more_than_was_listed_is_not_kept(bucket, target, monkeypatch):
    bucket.put("a.txt", DECREE)
    pieces = 0

    async def endless(self, remote, start):
        nonlocal pieces
        while pieces < 1000:
            pieces += 1
            yield b"x" * 50

    monkeypatch.setattr(Bucket, "_pieces", endless)
    with pytest.raises(NothingToIndex, match=r"the first is a.txt: it cannot be fetched \(another size\)"):
        rebuild(bucket.url, target)
    assert pieces == 2
    assert files_of(bucket) == {}


def test_a_server_that_goes_away_loses_nothing(bucket, target, monkeypatch):
    bucket.put("a.txt", DECREE)
    rebuild(bucket.url, target)
    snapshot = open_index(target).snapshot
    bucket.put("b.txt", "Another document.")
    bucket.delete("a.txt")
    call = S3FileSystem._call_s3

    async def gone(self, method, *arguments, **asked):
        if method == "get_object":
            raise EndpointConnectionError(endpoint_url="http://ann:hidden@127.0.0.1")
        return await call(self, method, *arguments, **asked)

    with monkeypatch.context() as patched:
        patched.setattr(S3FileSystem, "_call_s3", gone)
        with pytest.raises(CorpusUnreachable, match=r"does not answer at 127.0.0.1:\d+ \(EndpointConnectionError\)"):
            rebuild(bucket.url, target)
    assert open_index(target).snapshot == snapshot
    assert list((folder_of(bucket).parent / "partial").iterdir()) == []
    assert rebuild(bucket.url, target).added == 1


def test_what_was_stopped_goes_on_where_it_was(bucket, target, monkeypatch, fetched):
    for number in range(6):
        bucket.put(f"{number}.txt", f"This is document {number}.")

    class Stopped(Exception): ...

    def stop(progress):
        if progress.done == 2:
            raise Stopped

    download = Bucket.download

    async def stuck(self, remote, file):
        file.write(b"half")
        if remote.name > "1.txt":
            await asyncio.sleep(60)
        file.seek(0)
        await download(self, remote, file)

    with monkeypatch.context() as patched:
        patched.setattr(Bucket, "download", stuck)
        with pytest.raises(Stopped):
            rebuild(bucket.url, target, progress=stop)
    assert not (target / "CURRENT").exists()
    assert sorted(files_of(bucket)) == ["0.txt", "1.txt"]
    assert list((folder_of(bucket).parent / "partial").iterdir()) == []
    fetched.clear()
    assert rebuild(bucket.url, target).documents == 6
    assert sorted(fetched) == ["2.txt", "3.txt", "4.txt", "5.txt"]


# ---- a storage that cannot be listed


def remove_package(bucket, monkeypatch):
    monkeypatch.setitem(sys.modules, "s3fs.core", None)
    monkeypatch.delitem(sys.modules, "index.mirror.bucket")
    return "{} needs the package s3fs, which is not installed: pip install 'sourcier[s3]'"


def remove_bucket(bucket, monkeypatch):
    bucket.client.delete_objects(Bucket=bucket.name, Delete={"Objects": [{"Key": "law/a.txt"}]})
    bucket.client.delete_bucket(Bucket=bucket.name)
    return f"There is no bucket {bucket.name} for {{}}. Check its name, and AWS_ENDPOINT_URL."


def remove_credentials(bucket, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    return "No credentials for {}. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE."


def remove_server(bucket, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://ann:hidden@127.0.0.1:9/")
    return "{} does not answer at 127.0.0.1:9 (HTTPClientError). Check the network, and AWS_ENDPOINT_URL."


def set_wrong_server(bucket, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nonsense")
    return "{} does not answer at AWS_ENDPOINT_URL (ValueError). Check the network, and AWS_ENDPOINT_URL."


def list_half(bucket, monkeypatch):
    """Answer the first of two pages, and say that the second is the first."""

    async def first(self, method, **asked):
        return {"Contents": [], "IsTruncated": True, "NextContinuationToken": "again"}

    monkeypatch.setattr(S3FileSystem, "_call_s3", first)
    return "{} cannot be listed at AWS_ENDPOINT_URL (no end). Try again later."


FAILURES = [
    remove_package, remove_bucket, remove_credentials, remove_server, set_wrong_server, list_half,
]  # fmt: skip


@pytest.mark.parametrize("fail", FAILURES)
def test_a_listing_that_fails_is_one_sentence_and_changes_nothing(bucket, target, monkeypatch, fail):
    bucket.put("a.txt", DECREE)
    rebuild(bucket.url, target)
    before, files = open_index(target).snapshot, files_of(bucket)
    sentence = fail(bucket, monkeypatch)
    with pytest.raises(CorpusUnreachable) as refused:
        rebuild(bucket.url, target)
    assert str(refused.value) == sentence.format(bucket.url)
    assert (open_index(target).snapshot, files_of(bucket)) == (before, files)


def test_credentials_without_rights_are_said(bucket, target, without_rights, monkeypatch):
    key, secret = without_rights
    for own, code in ((key, "AccessDenied"), ("unknown", "InvalidAccessKeyId")):
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", own)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
        with pytest.raises(CorpusUnreachable) as refused:
            rebuild(bucket.url, target)
        assert str(refused.value) == (
            f"The credentials give no access to {bucket.url} ({code}). Check them, and their rights to list and read."
        )


def test_an_empty_prefix_empties_no_index(bucket, target):
    bucket.put("a.txt", DECREE)
    rebuild(bucket.url, target)
    bucket.delete("a.txt")
    with pytest.raises(NothingToIndex) as refused:
        rebuild(bucket.url, target)
    assert str(refused.value) == (
        f"{bucket.url} contains no files to index. Put documents in it, or name another folder."
    )
    assert ids(target) == ["a.txt"]
    assert files_of(bucket) == {"a.txt": DECREE}


def test_objects_of_which_none_can_be_read_are_said_by_their_address(bucket, target):
    bucket.put("a.pdf", "%PDF-1.4 nothing")
    with pytest.raises(NothingToIndex) as refused:
        rebuild(bucket.url, target)
    assert str(refused.value).startswith(f"{bucket.url} contains no readable files; of 1, the first is a.pdf: ")


def test_all_pages_of_a_listing_are_fetched(bucket, target, monkeypatch):
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    for number in range(5):
        bucket.put(f"{number}.txt", f"This is document {number}.")
    assert rebuild(bucket.url, target).documents == 5


# ---- the mirror itself


def test_a_damaged_listing_is_begun_anew(bucket, target, fetched):
    bucket.put("a.txt", DECREE)
    rebuild(bucket.url, target)
    listing = folder_of(bucket).parent / NAME
    listing.write_bytes(b"no database" * 100)
    assert rebuild(bucket.url, target).unchanged == 1
    assert fetched == ["a.txt", "a.txt"]
    assert sqlite3.connect(listing).execute("SELECT name FROM objects").fetchall() == [("a.txt",)]


def test_a_file_counts_as_fetched_while_nobody_changes_it(tmp_path):
    path, remote = tmp_path / "a.txt", RemoteObject("a.txt", '"e"', 3, "2021")
    path.write_text("abc")
    listing = Listing(tmp_path)
    listing.put(remote, path)
    assert listing.fetched("a.txt", path) == remote
    os.utime(path, (1, 1))
    assert listing.fetched("a.txt", path) is None
    listing.close()


def test_a_full_disk_is_said(bucket, target, monkeypatch):
    bucket.put("a.txt", DECREE)

    def full(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DiskFull, match=f"The disk that holds {folder_of(bucket).parent} is full"):
        rebuild(bucket.url, target)


def test_one_process_fetches_at_a_time(bucket, target):
    bucket.put("a.txt", DECREE)
    rebuild(bucket.url, target)
    with (
        writer_lock(folder_of(bucket).parent, 0),
        pytest.raises(IndexLocked, match=f"^{bucket.url} is being fetched by another process"),
    ):
        rebuild(bucket.url, target, patience=0)


def test_a_document_elsewhere_is_forgotten_once_it_is_gone_there(bucket, target):
    bucket.put("a.txt", DECREE)
    bucket.put("b.txt", "Another document.")
    rebuild(bucket.url, target)
    with pytest.raises(NotForgotten) as refused:
        forget("a.txt", target)
    assert str(refused.value) == f"To forget a.txt, delete its object in {bucket.url}, then run rag rebuild."
    bucket.delete("a.txt")
    rebuild(bucket.url, target)
    assert not find_traces("a.txt", target).exist
    assert ids(target) == ["b.txt"]
    assert not any(DECREE.encode() in path.read_bytes() for path in target.rglob("*") if path.is_file())


def test_a_watched_address_is_looked_at_again(bucket, target, monkeypatch):
    monkeypatch.setattr(update, "_POLL", 0.05)
    bucket.put("a.txt", DECREE)
    stop, outcomes, is_told = Event(), list[Any](), Event()

    def note(outcome):
        outcomes.append(outcome)
        is_told.set()

    thread = Thread(target=watch_folder, args=(bucket.url, target), kwargs={"on_result": note, "stop": stop})
    thread.start()
    try:
        assert is_told.wait(20)
        is_told.clear()
        bucket.put("b.txt", "Another document.")
        assert is_told.wait(20)
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()
    assert [outcome.added for outcome in outcomes] == [1, 1]


def test_a_watched_address_that_fails_is_told_once(bucket, monkeypatch):
    monkeypatch.setattr(update, "_POLL", 0.0)
    bucket.put("a.txt", DECREE)
    states = iter(["first", None, None, "first", "first", "second"])
    monkeypatch.setattr(update, "_state", lambda address, stop: next(states))
    changes = update.watch_storage(S3Address(bucket.name), Event())
    assert [next(changes) for _ in range(4)] == [None] * 4  # first, the failure, first again, second
    assert next(states, "all") == "all"


def test_an_address_without_a_bucket_is_refused(target):
    with pytest.raises(UserError, match=r"^“s3://” names no bucket\. Write it as s3://bucket/prefix$"):
        rebuild("s3://", target)
    with pytest.raises(CorpusNotFound, match="The folder name is empty"):
        rebuild("", target)
